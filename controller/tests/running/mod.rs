//! A running controller on a copy of the good case, for tests of the binary.
#![allow(dead_code, reason = "each test file uses its own part")]

use serde_json::Value;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// Longest wait for one line of text; reached only when something is broken.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running controller and the folder of its files.
pub(crate) struct Running {
    temporary: Option<tempfile::TempDir>,
    pub(crate) folder: PathBuf,
    child: Child,
    log: Receiver<String>,
    stats: Receiver<String>,
    /// What the log told while it started.
    pub(crate) opening: String,
}

impl Running {
    /// Starts `sortie run` on a copy of the good case, whose ports are missing.
    pub(crate) fn start() -> Self {
        Self::start_with(|_| {})
    }

    /// The same, once `prepare` has changed the folder.
    pub(crate) fn start_with(prepare: impl FnOnce(&Path)) -> Self {
        let temporary = tempfile::tempdir().expect("a folder");
        let folder = temporary.path().to_owned();
        let good = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/check-good-line");
        for file in ["line.toml", "plan.toml", "flights.ndjson", "parcels.ndjson", "holds.ndjson"] {
            fs::copy(good.join(file), folder.join(file)).expect("a case's file");
        }
        prepare(&folder);
        let mut running = Self::spawn(folder);
        running.temporary = Some(temporary);
        running.opening = running.told("plan version 1 is in use");
        running
    }

    fn spawn(folder: PathBuf) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_sortie"))
            .args(["run", "--config", "line.toml"])
            .current_dir(&folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary");
        let log = lines(child.stderr.take().expect("its log"));
        let stats = lines(child.stdout.take().expect("its stats"));
        Self { temporary: None, folder, child, log, stats, opening: String::new() }
    }

    /// Stops the line and starts it again, on its journal.
    pub(crate) fn restarted(mut self, meanwhile: impl FnOnce(&Path)) -> Self {
        let temporary = self.temporary.take();
        let folder = self.folder.clone();
        self.end();
        meanwhile(&folder);
        let mut running = Self::spawn(folder);
        running.temporary = temporary;
        running.opening = running.told("replayed");
        running
    }

    pub(crate) fn append(&self, file: &str, text: &str) {
        let mut file = fs::File::options().append(true).open(self.folder.join(file)).expect("the file");
        file.write_all(text.as_bytes()).expect("room");
    }

    /// Writes a file as a host should: beside it, then renamed over it.
    pub(crate) fn replace(&self, file: &str, text: &str) {
        let new = self.folder.join("new");
        fs::write(&new, text).expect("room");
        fs::rename(&new, self.folder.join(file)).expect("the folder");
    }

    pub(crate) fn text(&self, file: &str) -> String {
        fs::read_to_string(self.folder.join(file)).expect("the file")
    }

    /// What `sortie check` says of the folder.
    pub(crate) fn check(&self) -> String {
        let mut check = Command::new(env!("CARGO_BIN_EXE_sortie"));
        let done = check.args(["check", "--config", "line.toml"]).current_dir(&self.folder).output();
        String::from_utf8(done.expect("the binary").stdout).expect("text")
    }

    /// Waits until the log tells `what`; gives all that it told meanwhile.
    pub(crate) fn told(&self, what: &str) -> String {
        let mut seen = String::new();
        while !seen.contains(what) {
            let line = self.log.recv_timeout(PATIENCE);
            seen.push_str(&line.unwrap_or_else(|_| panic!("the log never told {what:?}, but\n{seen}")));
            seen.push('\n');
        }
        seen
    }

    /// What the log tells within a time; one line at most, or nothing.
    pub(crate) fn heard(&self, within: Duration) -> String {
        self.log.recv_timeout(within).unwrap_or_default()
    }

    /// Waits until a stats line satisfies `wanted`.
    pub(crate) fn counted(&self, wanted: impl Fn(&Value) -> bool) {
        let mut last = String::new();
        loop {
            let line = self.stats.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("never counted; last {last}"));
            if serde_json::from_str(&line).is_ok_and(|stats| wanted(&stats)) {
                return;
            }
            last = line;
        }
    }

    /// Stops the line as an operator would; it must end well.
    pub(crate) fn stop(mut self) {
        self.end();
    }

    fn end(&mut self) {
        let asked = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().expect("kill");
        assert!(asked.success());
        assert!(self.child.wait().expect("its end").success());
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn lines(pipe: impl Read + Send + 'static) -> Receiver<String> {
    let (send, receive) = channel();
    std::thread::spawn(move || {
        let lines = BufReader::new(pipe).lines().map_while(Result::ok);
        lines.map(|line| send.send(line)).take_while(Result::is_ok).for_each(drop);
    });
    receive
}
