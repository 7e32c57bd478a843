//! The shipped controller and the devices with a relay between their ttys: every byte that the relay moved was counted
//! by both, in both directions.

#[path = "support/relay.rs"]
mod relay;

use relay::Relay;
use serde_json::Value;
use sortie_sim::demo::binary;
use sortie_sim::demo::children::{ChildProcess, Ears, Who};
use sortie_sim::devices::say::{Progress, Said};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// Stats lines of either side within which the awaited has to come; each is a second.
const LINES: u32 = 90;
const TURN: Duration = Duration::from_millis(1);

fn simulator() -> Command {
    Command::new(env!("CARGO_BIN_EXE_sortie-sim"))
}

/// Everything that the test watches.
struct Scene {
    relays: BTreeMap<String, Relay>,
    ears: Ears,
    progress: Option<Progress>,
    stats: Option<Value>,
    last_of_devices: String,
    over: Vec<Who>,
}

impl Scene {
    /// Turns the relays and listens, until `done`; panics if that does not come about.
    fn until(&mut self, what: &str, mut done: impl FnMut(&Self) -> bool) {
        let mut lines = 0;
        while !done(self) {
            self.relays.values_mut().for_each(|relay| {
                relay.turn();
            });
            let Ok((who, line)) = self.ears.said.recv_timeout(TURN) else { continue };
            lines += 1;
            assert!(lines < 2 * LINES, "{what} did not come about");
            match (who, line) {
                (who, None) => self.over.push(who),
                (Who::Controller, Some(line)) => self.stats = serde_json::from_str(&line).ok(),
                (Who::Devices, Some(line)) => match serde_json::from_str(&line) {
                    Ok(Said::Progress(progress)) => self.progress = Some(progress),
                    Ok(_) => lines -= 1,
                    Err(_) => self.last_of_devices = line,
                },
            }
        }
    }

    fn counted_by_controller(&self, role: &str, key: &str) -> Option<u64> {
        self.stats.as_ref()?["ports"][role][key].as_u64()
    }

    fn counted_by_devices(&self, role: &str) -> (u64, u64) {
        let counts = self.progress.as_ref().and_then(|progress| progress.bytes.get(role)).copied().unwrap_or_default();
        (counts.to_host, counts.from_host)
    }
}

/// Paths of the ports in a `line.toml`, by role.
fn ports(line: &str) -> BTreeMap<String, String> {
    let text = |value: &toml::Value| value.as_str().expect("sortie-sim files writes it").to_owned();
    let table: toml::Table = line.parse().expect("sortie-sim files writes it");
    table["port"]
        .as_array()
        .expect("sortie-sim files writes it")
        .iter()
        .map(|port| (text(&port["role"]), text(&port["path"])))
        .collect()
}

fn scene(dir: &Path) -> Scene {
    let made =
        simulator().args(["files", "--scenario", "demo", "--now", "--parcels", "2000", "--dir"]).arg(dir).status();
    assert!(made.expect("sortie-sim files writes it").success());
    let line = fs::read_to_string(dir.join("line.toml")).expect("sortie-sim files writes it");
    fs::write(dir.join("relayed.toml"), line.replace("/tty/", "/relayed/")).expect("sortie-sim files writes it");
    let far = |path: &str| path.replace("/tty/", "/relayed/");
    let relays = ports(&line)
        .into_iter()
        .map(|(role, path)| (role, Relay::new(Path::new(&path), Path::new(&far(&path)))))
        .collect();
    let (ears, over) = (Ears::default(), Vec::new());
    Scene { relays, ears, progress: None, stats: None, last_of_devices: String::new(), over }
}

#[test]
fn a_relay_counts_what_both_sides_count() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path();
    let mut scene = scene(dir);
    let mut devices = simulator();
    devices.arg("devices").arg("--config").arg(dir.join("line.toml")).args(["--scenario", "demo", "--json"]);
    let mut devices = ChildProcess::start(devices, Who::Devices, &scene.ears, &dir.join("devices.log")).unwrap();
    let mut controller = Command::new(binary::controller(|_| ()).unwrap());
    controller.arg("run").arg("--config").arg(dir.join("relayed.toml"));
    let mut controller =
        ChildProcess::start(controller, Who::Controller, &scene.ears, &dir.join("sortie.log")).unwrap();

    scene.until("parcels on the belt", |scene| scene.progress.as_ref().is_some_and(|at| at.inducted >= 5));
    scene.relays.values_mut().for_each(|relay| relay.towards_host = false);
    scene.until("equal counts of what reached the controller", |scene| {
        let equal =
            |(role, relay): (&String, &Relay)| scene.counted_by_controller(role, "bytes_in") == Some(relay.to_host());
        scene.relays.iter().all(equal)
    });
    assert!(scene.relays.values().all(|relay| relay.to_host() > 0));

    scene.relays.values_mut().for_each(|relay| relay.towards_host = true);
    let before = scene.progress.as_ref().map_or(0.0, |at| at.at_s);
    scene.until("the link again", |scene| scene.progress.as_ref().is_some_and(|at| at.at_s > before + 2.5));
    controller.ask_to_end();
    scene.until("the controller's end", |scene| scene.over.contains(&Who::Controller));
    scene.until("equal counts of what reached the devices", |scene| {
        let equal = |(role, relay): (&String, &Relay)| {
            relay.is_empty() && scene.counted_by_devices(role).1 == relay.sent_to_device
        };
        scene.relays.iter().all(equal)
    });
    for (role, relay) in &scene.relays {
        assert_eq!(scene.counted_by_controller(role, "bytes_out"), Some(relay.read_from_host()), "{role}");
        assert_eq!(relay.read_from_host(), relay.sent_to_device, "{role}");
    }

    devices.ask_to_end();
    scene.until("the devices' end", |scene| scene.over.contains(&Who::Devices));
    let summary: Value = serde_json::from_str(&scene.last_of_devices).unwrap();
    for (role, relay) in &scene.relays {
        assert_eq!(summary["tty_bytes"][role]["to_host"].as_u64(), Some(relay.from_device), "{role}");
        assert_eq!(summary["tty_bytes"][role]["from_host"].as_u64(), Some(relay.sent_to_device), "{role}");
    }
    assert_eq!(summary["missorts"], 0);
    assert!(controller.end(Duration::from_secs(5)).is_some_and(|status| status.success()));
}
