//! A copy of the committed tree, to be broken and built again and again. It lies in `target/teeth`, so that only what a
//! patch has changed is built anew.

use super::NoTeeth;
use std::env;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// So many lines of what a program said are told when it fails.
const TOLD: usize = 30;

/// The copy, and where it is built.
#[derive(Debug)]
pub struct Workshop {
    root: PathBuf,
    copy: PathBuf,
    build: PathBuf,
    sound: PathBuf,
    /// Held as long as this lives: two at a time would break each other's copy.
    _lock: File,
}

impl Workshop {
    /// Finds the tree around the current folder.
    ///
    /// # Errors
    /// If this is no checkout of the tree, or git is missing.
    pub fn find() -> Result<Self, NoTeeth> {
        let said = run(Command::new("git").args(["rev-parse", "--show-toplevel"]))?;
        let root = PathBuf::from(String::from_utf8_lossy(&said.stdout).trim());
        if !said.status.success() || !root.join(super::defect::FOLDER).is_dir() {
            let folder = env::current_dir().unwrap_or_default();
            return Err(NoTeeth::Usage(format!(
                "{} is in no checkout of the source with {}: defects are patches of the source; start this in a clone",
                folder.display(),
                super::defect::FOLDER
            )));
        }
        let place = root.join("target/teeth");
        Ok(Self {
            _lock: lock(&place)?,
            copy: place.join("copy"),
            build: place.join("build"),
            sound: place.join(format!("sortie-sim-sound{}", env::consts::EXE_SUFFIX)),
            root,
        })
    }

    /// The tree.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// True if the tree differs from what was committed, which alone is copied.
    ///
    /// # Errors
    /// If git cannot say.
    pub fn has_changes(&self) -> Result<bool, NoTeeth> {
        let mut status = git(&self.root, &["status", "--porcelain", "--untracked-files=no"]);
        Ok(!succeed("git status", &mut status)?.stdout.is_empty())
    }

    /// Makes or renews the copy, builds it as it is, and keeps that simulator: what it finds no defect has brought in.
    ///
    /// # Errors
    /// If the copy cannot be made or built.
    pub fn open(&self) -> Result<(), NoTeeth> {
        let no = |path: &Path| {
            let path = path.to_owned();
            move |error| NoTeeth::File { path, error }
        };
        if !self.copy.join(".git").exists() {
            fs::create_dir_all(&self.build).map_err(no(&self.build))?;
            let mut clone = Command::new("git");
            clone.args(["clone", "--quiet", "--shared", "--no-checkout"]).arg(&self.root).arg(&self.copy);
            succeed("git clone", &mut clone)?;
        }
        let head = succeed("git rev-parse HEAD", &mut git(&self.root, &["rev-parse", "HEAD"]))?;
        let head = String::from_utf8_lossy(&head.stdout).trim().to_owned();
        succeed("git checkout", &mut git(&self.copy, &["checkout", "--quiet", "--force", "--detach", &head]))?;
        succeed("git clean", &mut git(&self.copy, &["clean", "--quiet", "--force", "-d"]))?;
        if let Err(said) = self.build()? {
            return Err(NoTeeth::Failed { what: "building the tree as it is".into(), said });
        }
        fs::copy(self.broken(), &self.sound).map_err(no(&self.sound)).map(drop)
    }

    /// Puts the copy back, breaks it with a patch, and builds it; the inner error says why it cannot be broken so.
    ///
    /// # Errors
    /// If the copy cannot be put back, or cargo is missing.
    pub fn break_with(&self, patch: &Path) -> Result<Result<(), String>, NoTeeth> {
        succeed("git checkout", &mut git(&self.copy, &["checkout", "--quiet", "--force", "."]))?;
        let applied = run(git(&self.copy, &["apply"]).arg(patch))?;
        if !applied.status.success() {
            return Ok(Err(format!("does not apply any more:\n{}", last_words(&applied))));
        }
        Ok(self.build()?.map_err(|said| format!("does not build any more:\n{said}")))
    }

    /// The simulator of the copy as it was built last.
    #[must_use]
    pub fn broken(&self) -> PathBuf {
        self.build.join("release").join(format!("sortie-sim{}", env::consts::EXE_SUFFIX))
    }

    /// The simulator of the copy without any defect.
    #[must_use]
    pub fn sound(&self) -> &Path {
        &self.sound
    }

    fn build(&self) -> Result<Result<(), String>, NoTeeth> {
        let mut cargo = Command::new("cargo");
        cargo.args(["build", "--quiet", "--release", "--package", "sortie-sim"]).current_dir(&self.copy);
        cargo.env("CARGO_TARGET_DIR", &self.build).env("CARGO_TERM_COLOR", "never");
        // A run of some seconds is not worth a slow build.
        cargo.env("CARGO_PROFILE_RELEASE_INCREMENTAL", "true").env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "64");
        let built = run(&mut cargo)?;
        Ok(if built.status.success() { Ok(()) } else { Err(last_words(&built)) })
    }
}

/// Takes the place for this process alone.
fn lock(place: &Path) -> Result<File, NoTeeth> {
    let path = place.join("lock");
    let no = |error| NoTeeth::File { path: path.clone(), error };
    fs::create_dir_all(place).map_err(no)?;
    let file = File::create(&path).map_err(no)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::Error(error)) => Err(no(error)),
        Err(TryLockError::WouldBlock) => {
            Err(NoTeeth::Usage(format!("{}: another one is at work here; wait for it, or stop it", place.display())))
        }
    }
}

fn git(folder: &Path, args: &[&str]) -> Command {
    let mut git = Command::new("git");
    git.arg("-C").arg(folder).args(args);
    git
}

/// Runs a program to its end, whatever that is.
pub(super) fn run(command: &mut Command) -> Result<Output, NoTeeth> {
    let program = command.get_program().to_string_lossy().into_owned();
    command.stdin(Stdio::null()).output().map_err(|error| NoTeeth::Program { program, error })
}

fn succeed(what: &str, command: &mut Command) -> Result<Output, NoTeeth> {
    let output = run(command)?;
    if output.status.success() {
        return Ok(output);
    }
    Err(NoTeeth::Failed { what: what.to_owned(), said: last_words(&output) })
}

/// The last lines of what a program said, on standard error or else on standard output.
pub(super) fn last_words(output: &Output) -> String {
    let said = if output.stderr.is_empty() { &output.stdout } else { &output.stderr };
    let said = String::from_utf8_lossy(said);
    let lines: Vec<&str> = said.lines().collect();
    lines[lines.len().saturating_sub(TOLD)..].join("\n")
}
