//! Finds the controller's binary beside our own, and has it built if it is not there yet.

use std::env;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Name of the controller's binary.
const NAME: &str = "sortie";
/// Its package.
const PACKAGE: &str = "sortie-controller";

/// The controller's binary: the one beside our own executable.
///
/// A fresh clone that runs `sortie-sim` has built this package only; then cargo is asked for the other, with the same
/// profile and into the same folder.
///
/// # Errors
/// If it is not there and cannot be built; the text says what to do.
pub fn controller(progress: impl FnOnce(&str)) -> io::Result<PathBuf> {
    let own = env::current_exe()?;
    let folder = folder_of_binaries(&own).ok_or_else(|| io::Error::other("our own executable lies in no folder"))?;
    let wanted = folder.join(format!("{NAME}{}", env::consts::EXE_SUFFIX));
    if wanted.is_file() {
        return Ok(wanted);
    }
    progress(&format!("{} is not built yet; asking cargo for it", wanted.display()));
    build(folder, &wanted)?;
    Ok(wanted)
}

/// Where cargo puts binaries, seen from a binary or from a test beside it.
fn folder_of_binaries(own: &Path) -> Option<&Path> {
    let folder = own.parent()?;
    if folder.ends_with("deps") { folder.parent() } else { Some(folder) }
}

fn build(folder: &Path, wanted: &Path) -> io::Result<()> {
    let release = folder.file_name().is_some_and(|name| name == "release");
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["build", "--quiet", "--package", PACKAGE, "--bin", NAME]);
    if release {
        cargo.arg("--release");
    }
    if let Some(target) = folder.parent() {
        cargo.arg("--target-dir").arg(target);
    }
    cargo.arg("--manifest-path").arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"));
    let built = cargo.status().is_ok_and(|status| status.success()) && wanted.is_file();
    let remedy = "build it with `cargo build --release -p sortie-controller` and try again";
    if built { Ok(()) } else { Err(io::Error::other(format!("{} is missing; {remedy}", wanted.display()))) }
}
