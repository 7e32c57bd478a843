//! The controller and the simulated line read the same `line.toml`, each with a reader of its own, and see one line, also
//! where the file leaves out what has a usual value.

use sortie_controller::config::{self, LineConfig};
use sortie_world::files::LineFile;
use sortie_world::scenario::Scenario;
use sortie_world::setup::Setup;

/// Only what has to be there.
const SHORTEST: &str = r#"
[line]
um_per_count = 1000
speed_mm_s = 1000
speed_max_mm_s = 1100
speed_min_mm_s = 900

[board]
port = "board"

[[port]]
role = "board"
path = "board"

[[port]]
role = "scanner"
path = "scanner"

[[port]]
role = "scale"
path = "scale"

[[pec]]
name = "entry"
sensor = 0
position_mm = 0
kind = "entry"

[[pec]]
name = "belt"
sensor = 1
position_mm = 3000

[[pec]]
name = "end"
sensor = 2
position_mm = 6000
kind = "end-of-line"

[[scanner]]
name = "top"
port = "scanner"
dialect = "datalogic"
trigger_mm = 500
read_jitter_ms = 20

[[weigher]]
name = "scale"
port = "scale"
dialect = "mt-sics"
kind = "stream"
start_mm = 700
end_mm = 1500
read_jitter_ms = 20

[[chute]]
number = 1
position_mm = 4500
output = 0
stroke_ms = 60
divert_width_mm = 120
"#;

fn both(text: &str) -> (LineConfig, LineFile) {
    let config = config::line_from_str("line.toml", text).unwrap_or_else(|problems| panic!("{problems}"));
    (config, toml::from_str(text).expect("the simulator's reader takes it"))
}

fn agree(text: &str) {
    let (config, file) = both(text);
    let line = &config.line;
    assert_eq!(u64::from(line.lead_ms), file.lead_ms());
    assert_eq!(config::lead_um(line), file.lead_um());
    assert_eq!(line.gap_min_um, i64::from(file.line.gap_min_mm) * 1000);
    assert_eq!(line.window_base_um, i64::from(file.line.window_base_mm) * 1000);
    assert_eq!(line.outer_permille, file.line.outer_permille);
    assert_eq!(line.stop_slip_um, i64::from(file.line.stop_slip_mm) * 1000);
    assert_eq!(line.length_tolerance_um, i64::from(file.line.length_tolerance_mm) * 1000);
    let setup = Setup::of(&file, &Scenario::default()).expect("a line that can be played");
    for (port, info) in config.ports.iter().zip(&setup.ports) {
        assert_eq!((port.baud, u32::from(port.usb_latency_ms)), (info.baud, info.latency_ms), "{}", port.role);
    }
    for (pec, eye) in config.pecs.iter().zip(&setup.eyes) {
        assert_eq!((i64::from(pec.debounce_mm) * 1000, pec.sensor), (eye.debounce, eye.sensor), "{}", pec.name);
    }
    for (chute, played) in line.chutes.iter().zip(&setup.chutes) {
        assert_eq!((chute.confirm_min_um, chute.confirm_max_um), played.confirm, "chute {}", chute.number);
    }
    for (scanner, played) in config.scanners.iter().zip(&setup.scanners) {
        assert_eq!(scanner.no_read.as_bytes(), played.format.no_read, "{}", scanner.name);
        assert_eq!(scanner.framing.separator, played.format.separator, "{}", scanner.name);
        assert_eq!(scanner.framing.terminator, played.format.terminator, "{}", scanner.name);
        assert_eq!(scanner.framing.stop.as_slice(), played.format.stop, "{}", scanner.name);
    }
}

#[test]
fn a_file_that_says_only_what_it_must_is_one_line_for_both() {
    agree(SHORTEST);
}

#[test]
fn a_slow_divert_makes_the_lead_as_long_for_both() {
    agree(&SHORTEST.replace("stroke_ms = 60", "stroke_ms = 800"));
}

#[test]
fn framing_and_serial_settings_are_the_same_for_both() {
    let set = SHORTEST
        .replace(
            "dialect = \"datalogic\"",
            "dialect = \"sick-clv\"\nseparator = \"|\"\nterminator = \"\"\nno_read = \"NR\"",
        )
        .replace("path = \"board\"", "path = \"board\"\nbaud = 230400\nusb_latency_ms = 2");
    agree(&set);
}
