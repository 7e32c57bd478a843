//! `line.toml` for a scenario, as an automation engineer would write it.

use crate::scenario::Scenario;
use std::fmt::Write;

const TUNNEL_MM: u32 = 1_000;
const SCANNER_PITCH_MM: u32 = 160;
const WEIGHER_MM: (u32, u32) = (2_400, 3_800);
const AFTER_WEIGHER_MM: u32 = 4_200;
const INDEX_SENSOR: u16 = 200;
const SIDES: [&str; 6] = ["top", "bottom", "left", "right", "front", "back"];

/// The text of `line.toml`. `path` gives the tty of a port's role.
#[must_use]
pub fn line_toml(scenario: &Scenario, path: &dyn Fn(&str) -> String) -> String {
    let mut text = String::new();
    head(scenario, &mut text);
    port(scenario, "board", path, &mut text);
    scanner_names(scenario).for_each(|name| port(scenario, &format!("scanner-{name}"), path, &mut text));
    port(scenario, "scale", path, &mut text);
    pecs(scenario, &mut text);
    scanners(scenario, &mut text);
    let (start, end) = WEIGHER_MM;
    let _ = write!(
        text,
        "\n[[weigher]]\nname = \"scale\"\nport = \"scale\"\ndialect = \"toledo-continuous\"\nkind = \"stream\"\n\
         start_mm = {start}\nend_mm = {end}\nread_jitter_ms = 30\n"
    );
    chutes(scenario, &mut text);
    text
}

fn head(scenario: &Scenario, text: &mut String) {
    let (line, traffic) = (&scenario.line, &scenario.traffic);
    let speed = line.speed_mm_s;
    let _ = write!(
        text,
        "[line]\nname = {name}\n{topology}um_per_count = {um}\nspeed_mm_s = {speed}\nspeed_max_mm_s = {max}\n\
         speed_min_mm_s = {min}\nitem_length_mm = {{ min = 80, max = 1200 }}\ngap_min_mm = {gap}\nclearance_mm = 10\n\
         window_base_mm = 6\ninner_permille = 6\nouter_permille = 12\nlength_tolerance_mm = {tolerance}\nstop_slip_mm = 10\n\
         view_mm = 400\nsend_ahead_mm = 1500\nsuspect = {{ k = 8, n = 12 }}\n{again}parcels_max = {parcels}\n\n\
         {ring}[board]\nport = \"board\"\nlease_ms = 100\nretry_ms = 20\nscan_ms = 1\nmargin_ms = 10\n\n\
         [files]\nplan = \"plan.toml\"\nparcels = \"parcels.ndjson\"\nflights = \"flights.ndjson\"\n\
         holds = \"holds.ndjson\"\norders = \"orders.ndjson\"\njournal = \"journal\"\n",
        name = quoted(if scenario.name.is_empty() { "line" } else { &scenario.name }),
        topology = if line.is_loop() { "topology = \"loop\"\ninductions = [1, 2]\n" } else { "" },
        again = if line.return_s > 0 { format!("return_passes_max = {}\n", line.passes_max) } else { String::new() },
        ring = ring(scenario),
        um = line.um_per_count,
        tolerance = line.length_tolerance_mm,
        max = speed * 26 / 25,
        min = speed * 23 / 25,
        gap = (traffic.gap_min_mm - 10).min(80),
        parcels = (scenario.host.parcels_on_file + scenario.host.parcels_on_file / 5).max(1_000),
    );
}

/// A text of TOML, whatever characters it has.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// The table of a loop. The board's input behind those of the PECs is the index sensor's.
fn ring(scenario: &Scenario) -> String {
    let line = &scenario.line;
    if !line.is_loop() {
        return String::new();
    }
    let cells = line.cells_per_carrier;
    let cells = if cells > 1 { format!("cells_per_carrier = {cells}\n") } else { String::new() };
    format!(
        "[loop]\ncarriers = {}\ncarrier_pitch_mm = {}\n{cells}index_sensor = {INDEX_SENSOR}\nreject_chute = {}\n\
         passes_max = {}\noccupancy_max_permille = {}\npermit_ahead_mm = 3000\n\n",
        line.carriers, line.carrier_pitch_mm, line.chutes, line.passes_max, line.occupancy_max_permille
    )
}

fn port(scenario: &Scenario, role: &str, path: &dyn Fn(&str) -> String, text: &mut String) {
    let _ = write!(
        text,
        "\n[[port]]\nrole = \"{role}\"\npath = \"{}\"\nbaud = {}\nparity = \"none\"\ndata_bits = 8\nstop_bits = 1\n\
         usb_latency_ms = 1\n",
        path(role),
        scenario.line.baud
    );
}

fn pecs(scenario: &Scenario, text: &mut String) {
    let line = &scenario.line;
    let pairs = u32::from(line.chutes.div_ceil(2));
    let per_pec = u32::from(line.pairs_per_pec.max(1));
    let before = line.chute_pitch_mm / 2;
    let pec = |text: &mut String, name: &str, sensor: u32, position: u32, kind: &str| {
        let _ = write!(
            text,
            "\n[[pec]]\nname = \"{name}\"\nsensor = {sensor}\nposition_mm = {position}\nkind = \"{kind}\"\n\
             debounce_mm = 20\n"
        );
    };
    pec(text, "entry", 0, 0, "entry");
    pec(text, "after-scale", 1, AFTER_WEIGHER_MM, "belt");
    let groups = pairs.div_ceil(per_pec);
    for group in 0..groups {
        let position = line.first_chute_mm + group * per_pec * line.chute_pitch_mm - before;
        pec(text, &format!("chutes-{}", group + 1), group + 2, position, "belt");
    }
    let end = line.first_chute_mm + pairs * line.chute_pitch_mm - before;
    if line.is_loop() {
        pec(text, "last", groups + 2, end, "belt");
    } else {
        pec(text, "end", groups + 2, end, "end-of-line");
    }
}

fn scanner_names(scenario: &Scenario) -> impl Iterator<Item = &'static str> {
    SIDES.into_iter().take(usize::from(scenario.line.scanners))
}

fn scanners(scenario: &Scenario, text: &mut String) {
    for (index, name) in (0..).zip(scanner_names(scenario)) {
        // Two makes in one tunnel, as they are found: the sides are read by another maker's scanners.
        let (dialect, no_read) =
            if index == 2 || index == 3 { ("datalogic", "???????") } else { ("sick-clv", "NoRead") };
        let trigger = TUNNEL_MM + index * SCANNER_PITCH_MM;
        let _ = write!(
            text,
            "\n[[scanner]]\nname = \"{name}\"\nport = \"scanner-{name}\"\ndialect = \"{dialect}\"\n\
             trigger_mm = {trigger}\ntrigger_number = true\nread_jitter_ms = 25\nno_read = \"{no_read}\"\n\
             heartbeat = \"HB\"\naim = true\n"
        );
    }
}

fn chutes(scenario: &Scenario, text: &mut String) {
    let line = &scenario.line;
    let _ = write!(text, "\n[[button]]\nnumber = 0\nduty = \"acknowledge\"\n");
    for number in 1..=u32::from(line.chutes) {
        let position = line.first_chute_mm + (number - 1) / 2 * line.chute_pitch_mm;
        let side = if number % 2 == 1 { "left" } else { "right" };
        let _ = write!(
            text,
            "\n[[chute]]\nnumber = {number}\nposition_mm = {position}\nside = \"{side}\"\noutput = {}\n\
             stroke_ms = {}\ndivert_width_mm = {}\nconfirm_mm = {{ min = 50, max = 1500 }}\nlamp = {number}\n\
             button = {number}\n",
            number - 1,
            line.stroke_ms,
            line.divert_width_mm
        );
    }
}
