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
    for zone in zones(scenario) {
        let behind = suffix(zone);
        scanner_names(scenario).for_each(|name| port(scenario, &format!("scanner-{name}{behind}"), path, &mut text));
        port(scenario, &format!("scale{behind}"), path, &mut text);
    }
    pecs(scenario, &mut text);
    zones(scenario).for_each(|zone| tunnel(scenario, zone, &mut text));
    zones(scenario).for_each(|zone| weigher(scenario, zone, &mut text));
    chutes(scenario, &mut text);
    text
}

/// The induction zones of a loop by number; a line with two ends is one.
fn zones(scenario: &Scenario) -> impl Iterator<Item = u32> {
    0..u32::from(scenario.line.zones)
}

/// What is added to the names of a zone's devices: nothing in the first, which is all that most lines have.
fn suffix(zone: u32) -> String {
    if zone == 0 { String::new() } else { format!("-{}", zone + 1) }
}

fn weigher(scenario: &Scenario, zone: u32, text: &mut String) {
    let (behind, zone_mm) = (suffix(zone), scenario.line.zone_mm(zone));
    let (start, end) = (zone_mm + WEIGHER_MM.0, zone_mm + WEIGHER_MM.1);
    let _ = write!(
        text,
        "\n[[weigher]]\nname = \"scale{behind}\"\nport = \"scale{behind}\"\ndialect = \"toledo-continuous\"\n\
         kind = \"stream\"\nstart_mm = {start}\nend_mm = {end}\nread_jitter_ms = 30\n"
    );
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

/// The PECs, and the tables of the zones that begin at some of them.
fn pecs(scenario: &Scenario, text: &mut String) {
    let line = &scenario.line;
    let per_pec = u32::from(line.pairs_per_pec.max(1));
    let before = line.chute_pitch_mm / 2;
    let mut sensors = 0..;
    let mut pec = |text: &mut String, name: &str, position: u32, kind: &str| {
        let sensor = sensors.next().unwrap_or(0);
        let _ = write!(
            text,
            "\n[[pec]]\nname = \"{name}\"\nsensor = {sensor}\nposition_mm = {position}\nkind = \"{kind}\"\n\
             debounce_mm = 20\n"
        );
    };
    let mut group = 0;
    for zone in zones(scenario) {
        let (behind, zone_mm, pairs) = (suffix(zone), line.zone_mm(zone), line.pairs_of(zone));
        pec(text, &format!("entry{behind}"), zone_mm, "entry");
        pec(text, &format!("after-scale{behind}"), zone_mm + AFTER_WEIGHER_MM, "belt");
        for first in (0..pairs).step_by(per_pec as usize) {
            group += 1;
            let position = zone_mm + line.first_chute_mm + first * line.chute_pitch_mm - before;
            pec(text, &format!("chutes-{group}"), position, "belt");
        }
        let end = zone_mm + line.first_chute_mm + pairs * line.chute_pitch_mm - before;
        if line.is_loop() {
            pec(text, &format!("last{behind}"), end, "belt");
        } else {
            pec(text, "end", end, "end-of-line");
        }
    }
    for zone in zones(scenario).skip(1) {
        let (first, second) = (2 * zone + 1, 2 * zone + 2);
        let _ = write!(
            text,
            "\n[[zone]]\nname = \"{}\"\npec = \"entry{}\"\ninductions = [{first}, {second}]\n",
            zone + 1,
            suffix(zone)
        );
    }
}

fn scanner_names(scenario: &Scenario) -> impl Iterator<Item = &'static str> {
    SIDES.into_iter().take(usize::from(scenario.line.scanners))
}

fn tunnel(scenario: &Scenario, zone: u32, text: &mut String) {
    let (behind, zone_mm) = (suffix(zone), scenario.line.zone_mm(zone));
    for (index, name) in (0..).zip(scanner_names(scenario)) {
        // Two makes in one tunnel, as they are found: the sides are read by another maker's scanners.
        let (dialect, no_read) =
            if index == 2 || index == 3 { ("datalogic", "???????") } else { ("sick-clv", "NoRead") };
        let numbered = scenario.line.numbered_scanners;
        let trigger = zone_mm + TUNNEL_MM + index * SCANNER_PITCH_MM;
        let _ = write!(
            text,
            "\n[[scanner]]\nname = \"{name}{behind}\"\nport = \"scanner-{name}{behind}\"\ndialect = \"{dialect}\"\n\
             trigger_mm = {trigger}\ntrigger_number = {numbered}\nread_jitter_ms = 25\nno_read = \"{no_read}\"\n\
             heartbeat = \"HB\"\naim = true\n"
        );
    }
}

fn chutes(scenario: &Scenario, text: &mut String) {
    let line = &scenario.line;
    let _ = write!(text, "\n[[button]]\nnumber = 0\nduty = \"acknowledge\"\n");
    let of_zone = |zone| (0..line.pairs_of(zone)).map(move |pair| (zone, pair));
    let pairs: Vec<_> = zones(scenario).flat_map(of_zone).collect();
    for number in 1..=u32::from(line.chutes) {
        let (zone, pair) = pairs.get((number as usize - 1) / 2).copied().unwrap_or_default();
        let position = line.zone_mm(zone) + line.first_chute_mm + pair * line.chute_pitch_mm;
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
