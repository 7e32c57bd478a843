//! Rules of the house that no compiler knows: sizes, words, and which package may depend on which.

use std::fs;
use std::path::{Path, PathBuf};

const FILE_LINES_MAX: usize = 500;
const FUNCTION_LINES_MAX: usize = 60;

/// Words that mean something else than what they are used for, and what to write instead.
const BANNED: [(&str, &str); 12] = [
    ("licence_plate_number", "plate"),
    ("photoeye", "PEC"),
    ("photocell", "PEC"),
    ("todo!(", "the thing itself"),
    ("unimplemented!(", "the thing itself"),
    ("FIXME", "the mend"),
    ("#[ignore", "a test that runs, or none"),
    ("#[should_panic", "an error that is returned"),
    ("whitelist", "allowed"),
    ("blacklist", "refused"),
    ("slave", "device, or client end of a PTY"),
    ("thread::sleep(Duration::from_secs", "a deadline, or virtual time"),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").to_path_buf()
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    entries.sort();
    for path in entries {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() && name != "target" && !name.starts_with('.') {
            sources(&path, found);
        } else if name.ends_with(".rs") {
            found.push(path);
        }
    }
}

fn all_sources() -> Vec<(String, String)> {
    let root = root();
    let mut found = Vec::new();
    sources(&root, &mut found);
    let name = |path: &Path| path.strip_prefix(&root).unwrap_or(path).display().to_string();
    found.into_iter().map(|path| (name(&path), fs::read_to_string(&path).expect("UTF-8"))).collect()
}

fn is_test(path: &str) -> bool {
    path.contains("/tests/") || path.ends_with("/tests.rs")
}

/// The part of a file before its test module.
fn shipped(text: &str) -> &str {
    text.find("#[cfg(test)]\nmod tests").map_or(text, |end| &text[..end])
}

#[test]
fn no_file_has_grown_past_its_concept() {
    let long: Vec<String> = all_sources()
        .iter()
        .filter(|(path, _)| !is_test(path))
        .map(|(path, text)| (path, shipped(text).lines().count()))
        .filter(|(_, lines)| *lines > FILE_LINES_MAX)
        .map(|(path, lines)| format!("{path}: {lines} lines; split it by concept, at most {FILE_LINES_MAX}"))
        .collect();
    assert!(long.is_empty(), "{}", long.join("\n"));
}

#[test]
fn no_function_is_longer_than_a_screen() {
    let mut long = Vec::new();
    for (path, text) in all_sources().iter().filter(|(path, _)| !is_test(path)) {
        let lines: Vec<&str> = shipped(text).lines().collect();
        for (start, line) in lines.iter().enumerate() {
            let body = line.trim_start();
            let indent = line.len() - body.len();
            let is_fn = !body.starts_with("//") && body.split(' ').take(6).any(|word| word == "fn");
            if !is_fn {
                continue;
            }
            let close = format!("{}}}", " ".repeat(indent));
            let length = lines[start..].iter().take_while(|line| **line != close).count() + 1;
            let one_line = line.trim_end().ends_with(';') || line.trim_end().ends_with('}');
            if !one_line && length > FUNCTION_LINES_MAX && lines[start..].iter().any(|line| **line == close) {
                long.push(format!("{path}:{}: {length} lines; at most {FUNCTION_LINES_MAX}", start + 1));
            }
        }
    }
    assert!(long.is_empty(), "{}", long.join("\n"));
}

#[test]
fn the_words_are_those_of_the_field() {
    let mut wrong = Vec::new();
    for (path, text) in all_sources().iter().filter(|(path, _)| !path.ends_with("tidy.rs")) {
        for (number, line) in text.lines().enumerate() {
            for (word, instead) in BANNED.iter().filter(|(word, _)| line.contains(word)) {
                wrong.push(format!("{path}:{}: `{word}`; write {instead}", number + 1));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_file_is_reached_from_its_crate() {
    let sources = all_sources();
    let dead: Vec<&String> = sources
        .iter()
        .filter(|(path, _)| path.contains("/src/") && !is_test(path))
        .filter(|(path, _)| !["lib.rs", "main.rs"].iter().any(|root| path.ends_with(root)) && !path.contains("/bin/"))
        .filter(|(path, _)| {
            let path = Path::new(path);
            let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let (module, folder) = if stem == "mod" {
                let folder = path.parent().unwrap_or(path);
                (folder.file_name().unwrap_or_default().to_string_lossy().into_owned(), folder.parent())
            } else {
                (stem, path.parent())
            };
            let folder = folder.unwrap_or(path).display().to_string();
            let declared = format!("mod {module};");
            !sources.iter().any(|(other, text)| {
                let parent = Path::new(other);
                let own_folder = parent.with_extension("").display().to_string();
                let in_folder = parent.parent().is_some_and(|parent| parent.display().to_string() == folder);
                (in_folder || own_folder == folder) && text.contains(&declared)
            })
        })
        .map(|(path, _)| path)
        .collect();
    assert!(dead.is_empty(), "no `mod` line names {dead:?}");
}

#[test]
fn packages_know_only_what_the_design_lets_them_know() {
    let manifest = |folder: &str| fs::read_to_string(root().join(folder).join("Cargo.toml")).expect("a manifest");
    let dependencies = |folder: &str| {
        let text = manifest(folder);
        let section = text.split("[dependencies]").nth(1).unwrap_or_default();
        let section = section.split("\n[").next().unwrap_or_default();
        section
            .lines()
            .filter_map(|line| line.split(['.', ' ', '=']).next())
            .filter(|name| !name.is_empty())
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let short = ["cobs", "crc", "heapless", "serde"];
    for name in dependencies("protocol") {
        assert!(short.contains(&name.as_str()), "protocol may not depend on {name}");
    }
    for name in dependencies("controller/core") {
        assert!(name == "sortie-protocol" || short.contains(&name.as_str()), "core may not depend on {name}");
    }
    for name in dependencies("sim/world") {
        assert!(!name.starts_with("sortie-") || name == "sortie-protocol", "world may not depend on {name}");
    }
}
