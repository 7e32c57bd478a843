//! The scenarios that come with the simulator.

use sortie_world::events::StrikeKind;
use sortie_world::feed::Feed;
use sortie_world::files::LineFile;
use sortie_world::scenario::Scenario;
use sortie_world::setup::Setup;

fn shipped(name: &str) -> Scenario {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios").join(name);
    let text = std::fs::read_to_string(path).expect("the scenario is there");
    Scenario::parse(&text).expect("the scenario is good")
}

#[test]
fn the_plain_line_states_the_defaults() {
    let written = format!("{:?}", shipped("linear.toml"));
    let default = format!("{:?}", Scenario { name: "linear".to_owned(), ..Scenario::default() });
    let differ = |text: &str| text.split(", ").map(str::to_owned).collect::<Vec<_>>();
    let unlike: Vec<_> = differ(&written).into_iter().zip(differ(&default)).filter(|(a, b)| a != b).collect();
    assert!(unlike.is_empty(), "{unlike:?}");
}

#[test]
fn every_fault_is_on_in_the_scenarios_of_faults() {
    let scenarios = ["faults.toml", "every-fault.toml", "upsets.toml", "loop-faults.toml"].map(shipped);
    // The swarm draws loose straps; no scenario that is reviewed as a table has them.
    for kind in StrikeKind::ALL.iter().filter(|kind| **kind != StrikeKind::StrapLoose) {
        let on = |scenario: &Scenario| scenario.faults.get(kind).is_some_and(|rate| rate.per_10000 > 0);
        assert!(scenarios.iter().any(on), "{}", kind.name());
    }
}

#[test]
fn every_scenario_makes_a_line() {
    let names =
        ["linear", "faults", "generous", "demo", "night-shift", "customs-surge", "upsets", "brownout", "opening-day"];
    for name in names.map(|name| format!("{name}.toml")) {
        let scenario = shipped(&name);
        let line: LineFile = toml::from_str(&Feed::new(&scenario, 1, 100).line_toml(&|role| role.to_owned())).unwrap();
        let setup = Setup::of(&line, &scenario).unwrap();
        let (chutes, pecs) = if name == "night-shift.toml" { (64, 14) } else { (60, 13) };
        assert_eq!((setup.chutes.len(), setup.scanners.len(), setup.eyes.len()), (chutes, 6, pecs), "{name}");
    }
}
