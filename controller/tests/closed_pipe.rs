//! Whoever reads may have seen enough after a line: the exit code tells the same all the same.

use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

/// The exit code of a check whose reader has gone before the first word.
fn unread(case: &str, change: (&str, &str), args: &[&str]) -> Option<i32> {
    let work = Path::new(env!("CARGO_TARGET_TMPDIR")).join("closed-pipe").join(case);
    let _ = std::fs::remove_dir_all(&work);
    std::fs::create_dir_all(&work).expect("a folder");
    let good = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/check-good-line");
    for entry in std::fs::read_dir(good).expect("a case") {
        let path = entry.expect("a case").path();
        let text = std::fs::read_to_string(&path).expect("a text").replacen(change.0, change.1, 1);
        std::fs::write(work.join(path.file_name().expect("a name")), text).expect("a file");
    }
    let (reader, writer) = io::pipe().expect("a pipe");
    drop(reader);
    let mut command = Command::new(env!("CARGO_BIN_EXE_sortie"));
    let command = command.arg("check").args(args).current_dir(work).stdin(Stdio::null()).stdout(writer);
    command.stderr(Stdio::null()).status().expect("sortie runs").code()
}

#[test]
fn a_check_that_nobody_reads_to_its_end_says_what_it_found() {
    let bad = ("baud = 115200", "baud = 9600");
    assert_eq!(unread("bad", bad, &[]), Some(1));
    assert_eq!(unread("bad-json", bad, &["--json"]), Some(1));
    assert_eq!(unread("good", ("baud = 115200", "baud = 115200"), &[]), Some(0));
}
