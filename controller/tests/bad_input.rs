//! Bad input of every kind, each a folder under `tests/cases`, run through the binary.
//!
//! A folder holds input files, `case.txt` and `expect.txt`. Lines of `case.txt`:
//!
//! - `args: …` the command line; it runs in a copy of the folder
//! - `exit: N` the exit code
//! - `base: NAME` another case whose files are copied first
//! - `change: FILE | OLD | NEW` the first `OLD` of a file becomes `NEW` (`\n` is a line feed)
//! - `remove: FILE`, `bytes: FILE | HEX` (appended), `fill: FILE | N | TEXT` (TEXT N times, `#` is the number, and a
//!   line feed)
//! - `stdin: FILE` what is read
//!
//! Each line of `expect.txt` must stand in what is printed, in that order; one that begins with `not: ` must not.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

#[test]
fn every_case_is_answered_clearly() {
    let cases = folders(&root());
    assert!(cases.len() >= 40, "only {} cases", cases.len());
    let failures: Vec<String> = cases.iter().filter_map(|case| run(case).err()).collect();
    assert!(failures.is_empty(), "{} of {} cases failed\n{}", failures.len(), cases.len(), failures.join("\n"));
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases")
}

fn folders(root: &Path) -> Vec<PathBuf> {
    let mut list: Vec<PathBuf> = fs::read_dir(root)
        .expect("a well-formed case")
        .map(|entry| entry.expect("a well-formed case").path())
        .collect();
    list.retain(|path| path.is_dir());
    list.sort();
    list
}

/// What `case.txt` says.
#[derive(Default)]
struct Case {
    args: Vec<String>,
    exit: i32,
    stdin: Option<String>,
}

fn run(folder: &Path) -> Result<(), String> {
    let name = folder.file_name().expect("a well-formed case").to_string_lossy().into_owned();
    let work = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cases").join(&name);
    let _ = fs::remove_dir_all(&work);
    fs::create_dir_all(&work).expect("a well-formed case");
    let case = prepare(folder, &work);
    let stdin = case
        .stdin
        .as_ref()
        .map_or(Stdio::null(), |file| fs::File::open(work.join(file)).expect("a well-formed case").into());
    let done = Command::new(env!("CARGO_BIN_EXE_sortie"))
        .args(&case.args)
        .current_dir(&work)
        .stdin(stdin)
        .output()
        .expect("a well-formed case");
    let printed = format!("{}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    let expected = fs::read_to_string(folder.join("expect.txt")).expect("a well-formed case");
    let verdict = match done.status.code() {
        Some(code) if code == case.exit => compare(&expected, &printed),
        code => Err(format!("exit {code:?}, expected {}", case.exit)),
    };
    verdict.map_err(|why| format!("--- {name}: {why}\n{printed}"))
}

fn prepare(folder: &Path, work: &Path) -> Case {
    let mut case = Case::default();
    let text = fs::read_to_string(folder.join("case.txt")).expect("a well-formed case");
    let orders: Vec<(&str, &str)> = text.lines().filter_map(|line| line.split_once(": ")).collect();
    if let Some((_, base)) = orders.iter().find(|(key, _)| *key == "base") {
        copy(&root().join(base), work);
    }
    copy(folder, work);
    for (key, value) in orders {
        match key {
            "args" => case.args = value.split_whitespace().map(ToOwned::to_owned).collect(),
            "exit" => case.exit = value.parse().expect("a well-formed case"),
            "stdin" => case.stdin = Some(value.to_owned()),
            "change" => change(work, value),
            "remove" => fs::remove_file(work.join(value)).expect("a well-formed case"),
            "bytes" => append(work, value),
            "fill" => fill(work, value),
            "base" => {}
            other => panic!("{}: unknown order {other}", folder.display()),
        }
    }
    case
}

fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).expect("a well-formed case") {
        let path = entry.expect("a well-formed case").path();
        fs::copy(&path, to.join(path.file_name().expect("a well-formed case"))).expect("a well-formed case");
    }
}

fn change(work: &Path, order: &str) {
    let [file, old, new] = order.splitn(3, " | ").collect::<Vec<_>>()[..] else { panic!("change: {order}") };
    let text = fs::read_to_string(work.join(file)).expect("a well-formed case");
    assert!(text.contains(old), "change: {file} has no {old}");
    fs::write(work.join(file), text.replacen(old, &new.replace("\\n", "\n"), 1)).expect("a well-formed case");
}

fn append(work: &Path, order: &str) {
    let (file, hex) = order.split_once(" | ").expect("a well-formed case");
    let mut bytes = fs::read(work.join(file)).unwrap_or_default();
    let digits: Vec<u32> = hex.chars().filter_map(|c| c.to_digit(16)).collect();
    bytes.extend(digits.chunks(2).map(|pair| u8::try_from(pair[0] * 16 + pair[1]).expect("a well-formed case")));
    fs::write(work.join(file), bytes).expect("a well-formed case");
}

fn fill(work: &Path, order: &str) {
    let [file, count, text] = order.splitn(3, " | ").collect::<Vec<_>>()[..] else { panic!("fill: {order}") };
    let mut bytes = fs::read(work.join(file)).unwrap_or_default();
    for number in 0..count.parse().expect("a well-formed case") {
        let number: usize = number;
        bytes.extend(text.replace('#', &number.to_string()).replace("\\n", "\n").bytes());
    }
    bytes.push(b'\n');
    fs::write(work.join(file), bytes).expect("a well-formed case");
}

fn compare(expected: &str, printed: &str) -> Result<(), String> {
    let mut rest = printed;
    for line in expected.lines().filter(|line| !line.trim().is_empty()) {
        if let Some(banned) = line.strip_prefix("not: ") {
            if printed.contains(banned) {
                return Err(format!("prints {banned:?}"));
            }
            continue;
        }
        let Some(at) = rest.find(line) else { return Err(format!("does not print (here) {line:?}")) };
        rest = &rest[at + line.len()..];
    }
    Ok(())
}
