//! `sortie ports`: the serial ports of this PC by their stable names, and how each role's path resolves.

use crate::config::{LineConfig, load_line};
use clap::Args;
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Arguments of `sortie ports`.
#[derive(Args, Clone, Debug)]
pub struct PortsArgs {
    /// Also tell how each port of this line configuration resolves
    #[arg(long)]
    pub config: Option<PathBuf>,
    /// Print one JSON object on the last line
    #[arg(long)]
    pub json: bool,
    /// Look at the devices below this folder instead of the PC's own
    #[arg(long, default_value = "/", hide = true)]
    pub root: PathBuf,
}

/// A serial port of this PC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Found {
    /// The kernel's name; it can change when the adapter is plugged again.
    pub device: PathBuf,
    /// Names that stay: by adapter, then by socket.
    pub stable: Vec<PathBuf>,
}

/// How the path of one role resolves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Resolved {
    /// The role.
    pub role: String,
    /// What uses it.
    pub user: String,
    /// The configured path.
    pub path: PathBuf,
    /// Where it leads, if it does.
    pub device: Option<PathBuf>,
    /// `ok`, or what is wrong.
    pub state: String,
    /// True if nothing is wrong.
    pub good: bool,
}

/// Lists and prints; exit code 1 if a configured port is not there.
///
/// # Errors
/// When `out` cannot be written.
pub fn run(args: &PortsArgs, out: &mut dyn Write) -> io::Result<ExitCode> {
    let found = list(&args.root);
    print_found(&found, out)?;
    let mut roles = Vec::new();
    let mut problems = Vec::new();
    if let Some(path) = &args.config {
        match load_line(path) {
            Ok(config) => roles = resolve(&args.root, &config, &found),
            Err(found) => problems = found.0,
        }
    }
    for role in &roles {
        let leads = role.device.as_ref().map_or(String::new(), |device| format!(" -> {}", device.display()));
        writeln!(out, "{:<14} {:<18} {}{leads}: {}", role.role, role.user, role.path.display(), role.state)?;
    }
    for problem in &problems {
        writeln!(out, "{problem}")?;
    }
    let good = problems.is_empty() && roles.iter().all(|role| role.good);
    if args.json {
        let object = serde_json::json!({ "ok": good, "ports": found, "roles": roles, "problems": problems });
        writeln!(out, "{object}")?;
    }
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn print_found(found: &[Found], out: &mut dyn Write) -> io::Result<()> {
    if found.is_empty() {
        writeln!(out, "no serial ports found; plug an adapter in, and see that its driver is loaded")?;
    }
    for port in found {
        writeln!(out, "{}", port.device.display())?;
        for name in &port.stable {
            writeln!(out, "    {}", name.display())?;
        }
        if port.stable.is_empty() {
            writeln!(out, "    no stable name: it may change its name when plugged again")?;
        }
    }
    Ok(())
}

/// The serial ports below a root folder, `/` on a real PC.
#[must_use]
pub fn list(root: &Path) -> Vec<Found> {
    let mut ports: BTreeMap<PathBuf, Vec<PathBuf>> = BTreeMap::new();
    for name in entries(&root.join("sys/class/tty")) {
        // Virtual consoles have no device behind them; built-in ports that are not fitted have no driver.
        let device = root.join("dev").join(name.file_name().unwrap_or_default());
        if name.join("device/driver").exists() && device.exists() && fitted(&name) {
            ports.insert(device, Vec::new());
        }
    }
    for folder in ["dev/serial/by-id", "dev/serial/by-path"] {
        for link in entries(&root.join(folder)) {
            if let Ok(device) = link.canonicalize() {
                ports.entry(device).or_default().push(link);
            }
        }
    }
    ports.into_iter().map(|(device, stable)| Found { device, stable }).collect()
}

/// Whether a built-in port has a chip; its type is 0 when it has none.
fn fitted(name: &Path) -> bool {
    std::fs::read_to_string(name.join("type")).map_or(true, |kind| kind.trim() != "0")
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder).map(|dir| dir.flatten().map(|entry| entry.path()).collect()).unwrap_or_default();
    paths.sort();
    paths
}

/// How the path of each role resolves; `root` is `/` on a real PC.
#[must_use]
pub fn resolve(root: &Path, config: &LineConfig, found: &[Found]) -> Vec<Resolved> {
    let mut taken: BTreeMap<PathBuf, String> = BTreeMap::new();
    let mut resolved = Vec::new();
    for (index, port) in config.ports.iter().enumerate() {
        let device = port.path.canonicalize().ok();
        let twin = device.as_ref().and_then(|device| taken.insert(device.clone(), port.role.clone()));
        let mut state = state(&port.path, device.as_deref(), twin.as_deref(), found);
        if let (true, Some((process, name))) = (state == "ok", device.as_ref().and_then(|device| holder(root, device)))
        {
            // The line may be running while somebody asks.
            let verdict = if name == "sortie" { "ok, in use" } else { "busy: held" };
            state = format!("{verdict} by process {process} ({name})");
        }
        let (path, role) = (port.path.clone(), port.role.clone());
        let good = state.starts_with("ok");
        resolved.push(Resolved { role, user: config.user_of_port(index), path, device, state, good });
    }
    resolved
}

/// The process that holds a device open, by number and name.
fn holder(root: &Path, device: &Path) -> Option<(u32, String)> {
    for process in entries(&root.join("proc")) {
        let Some(number) = process.file_name().and_then(|name| name.to_str()?.parse().ok()) else { continue };
        let holds = |entry: &PathBuf| std::fs::read_link(entry).is_ok_and(|target| target == device);
        if entries(&process.join("fd")).iter().any(holds) {
            let name = std::fs::read_to_string(process.join("comm")).unwrap_or_default();
            return Some((number, name.trim().to_owned()));
        }
    }
    None
}

fn state(path: &Path, device: Option<&Path>, twin: Option<&str>, found: &[Found]) -> String {
    use std::os::unix::fs::FileTypeExt;
    let Some(device) = device else {
        return match path.symlink_metadata() {
            Ok(_) => "missing: the link leads nowhere; plug the adapter in".to_owned(),
            Err(_) => "missing: plug the adapter in, or correct the path".to_owned(),
        };
    };
    if let Some(role) = twin {
        return format!("the same device as role {role}; give each role a path of its own");
    }
    match device.metadata() {
        Ok(data) if !data.file_type().is_char_device() => return "not a serial port; correct the path".to_owned(),
        Ok(_) => {}
        Err(error) => return format!("cannot be looked at: {error}"),
    }
    if path == device && found.iter().any(|port| port.device == device && !port.stable.is_empty()) {
        return "ok, but this name may change; use a stable one listed above".to_owned();
    }
    "ok".to_owned()
}
