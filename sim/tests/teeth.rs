//! Every breakage on file still fits the tree that it breaks. What finds each of them is for `sim/teeth/run`,
//! `sim/teeth/allocation/run` and `sortie-sim teeth` to say; they build it, which takes minutes.

use sortie_sim::teeth::defect::{EACH, INVARIANTS, all};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the simulator lies in the tree").to_owned()
}

/// Every patch below a folder. What is neither a patch nor a script that tries them has no business there.
fn patches(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder of breakages can be read") {
        let path = entry.expect("and so can what lies in it").path();
        if path.is_dir() {
            found.extend(patches(&path));
        } else if path.extension().is_some_and(|extension| extension == "patch") {
            found.push(path);
        } else {
            assert_eq!(path.file_name().and_then(|name| name.to_str()), Some("run"), "{}", path.display());
        }
    }
    found
}

#[test]
fn every_breakage_applies_to_the_tree() {
    let found = patches(&root().join("sim/teeth"));
    assert!(found.len() >= 32 + EACH * INVARIANTS.len(), "only {} patches found", found.len());
    let mut broken = Vec::new();
    for patch in &found {
        let tried = Command::new("git").current_dir(root()).args(["apply", "--check"]).arg(patch).output();
        let tried = tried.expect("git is needed to apply a patch");
        if !tried.status.success() {
            broken.push(format!("{}: {}", patch.display(), String::from_utf8_lossy(&tried.stderr)));
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn every_invariant_has_its_defects_and_each_says_what_it_breaks() {
    let defects = all(&root()).unwrap();
    for name in INVARIANTS {
        let count = defects.iter().filter(|defect| defect.intended == name).count();
        assert!(count >= EACH, "{name} has {count}");
    }
    for defect in defects {
        let text = fs::read_to_string(&defect.patch).unwrap();
        assert!(text.starts_with("Breaks: "), "{} does not begin with what it breaks", defect.name);
    }
}

/// Runs `sortie-sim teeth` in a folder; gives its exit code and what it says on standard error.
fn teeth(folder: &Path, args: &[&str], path: Option<&str>) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sortie-sim"));
    command.current_dir(folder).arg("teeth").args(args);
    if let Some(path) = path {
        command.env("PATH", path);
    }
    let output = command.output().expect("the simulator can be started");
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn what_cannot_be_tried_is_told_with_what_to_do() {
    let elsewhere = tempfile::tempdir().expect("a folder for the test");
    let (code, said) = teeth(elsewhere.path(), &[], None);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("is in no checkout") && said.contains("start this in a clone"), "{said}");
    let (code, said) = teeth(&root(), &["s3-no-such-thing"], None);
    assert_eq!(code, Some(2), "{said}");
    let (code, said) = teeth(&root(), &[], Some(""));
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("git cannot be started") && said.contains("PATH"), "{said}");
}
