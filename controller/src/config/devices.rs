//! The lists of `line.toml`: ports, PECs, chutes. Buttons and handhelds are in `stations`.

use super::allowed::{Parity, Side, Topology};
use super::line::{ChuteConfig, PecConfig, Place, PortConfig};
use super::nearest::nearest;
use super::section::{Field, Section};
use super::source::Source;
use super::stations::BOARD_NUMBER_MAX;
use super::unique::Unique;
use super::zones::Zones;
use sortie_core::line::PecKind;

/// Longest line, in millimetres.
pub(super) const LINE_MM_MAX: i64 = 1_000_000;

/// The ports, and which of them a device has taken.
pub(super) struct Ports {
    pub(super) list: Vec<PortConfig>,
    taken: Vec<Option<String>>,
    /// By port: settings that a binary protocol cannot live with, and where they stand.
    not_binary: Vec<Vec<(usize, &'static str)>>,
    /// True when a port's table had a problem, so that a role that seems unknown may only be misread.
    unsure: bool,
}

impl Ports {
    pub(super) fn read(source: &mut Source<'_>, root: &mut Section<'_>) -> Self {
        let mut roles = Unique::new("role", "give each port a role of its own");
        let mut paths = Unique::new("path", "one device, one port: correct the path of one of them");
        let (mut list, mut not_binary) = (Vec::new(), Vec::new());
        let mut unsure = false;
        let sections = root.tables(source, "port");
        if sections.is_empty() {
            source.lacking(
                0,
                "port",
                "no [[port]]".to_owned(),
                "name each serial port in a [[port]] table with role and path",
            );
            unsure = true;
        }
        for mut section in sections {
            let role = section.text(source, "role", None);
            let path = section.text(source, "path", None);
            unsure |= !role.sound;
            roles.take(source, &role);
            paths.take(source, &path);
            let at = ["parity", "data_bits"].map(|key| section.place_of(key));
            let port = port(source, section, role.value, path.value);
            let [parity, data_bits] = at;
            let odd = [
                parity.filter(|_| port.parity != Parity::None).map(|at| (at, "parity = \"none\"")),
                data_bits.filter(|_| port.data_bits != 8).map(|at| (at, "data_bits = 8")),
            ];
            not_binary.push(odd.into_iter().flatten().collect());
            list.push(port);
        }
        let taken = vec![None; list.len()];
        Self { list, taken, not_binary, unsure }
    }

    /// Reports what of a port's settings no binary protocol can live with, if `who` has really got the port.
    pub(super) fn must_be_binary(&self, source: &mut Source<'_>, index: usize, who: &str) {
        if self.taken.get(index).and_then(Option::as_deref) != Some(who) {
            return;
        }
        for (at, remedy) in self.not_binary.get(index).into_iter().flatten() {
            let message = format!("port {}: the board link is binary", self.list[index].role);
            source.problem(*at, message, format!("write {remedy}, here and in the board"));
        }
    }

    /// The port that the device `who` names; each port serves one device.
    pub(super) fn named(&mut self, source: &mut Source<'_>, section: &mut Section<'_>, who: &str) -> usize {
        let role = section.text(source, "port", None);
        if !role.sound {
            return 0;
        }
        let Some(index) = self.list.iter().position(|port| port.role == role.value) else {
            if !self.unsure {
                self.unknown(source, &role, who);
            }
            return 0;
        };
        if let Some(other) = &self.taken[index] {
            let message = format!("{who}: port {} is taken by {other}", role.value);
            source.problem(role.at, message, "one device, one port: name another role");
        } else {
            self.taken[index] = Some(who.to_owned());
        }
        index
    }

    fn unknown(&self, source: &mut Source<'_>, role: &Field<String>, who: &str) {
        let roles: Vec<&str> = self.list.iter().map(|port| port.role.as_str()).collect();
        let hint = nearest(&role.value, &roles).map_or(String::new(), |role| format!("did you mean {role}? "));
        let message = format!("{who}: no [[port]] has the role {}", role.value);
        source.problem(role.at, message, format!("{hint}roles: {}", roles.join(", ")));
    }
}

fn port(source: &mut Source<'_>, mut section: Section<'_>, role: String, path: String) -> PortConfig {
    if !role.is_empty() {
        section.name = format!("port {role}");
    }
    let place = place(source, &section);
    let port = PortConfig {
        role,
        path: path.into(),
        baud: narrow(section.integer(source, "baud", 300..=3_000_000, Some(115_200)).value),
        parity: section.word(source, "parity", Some(Parity::None)).value,
        data_bits: narrow(section.integer(source, "data_bits", 7..=8, Some(8)).value),
        stop_bits: narrow(section.integer(source, "stop_bits", 1..=2, Some(1)).value),
        usb_latency_ms: narrow(section.integer(source, "usb_latency_ms", 0..=255, Some(1)).value),
        place,
    };
    section.finish(source);
    port
}

/// The belt PECs by position: exactly one entry, at 0, and exactly one end-of-line PEC, the last. A loop has none of that
/// kind, and an entry for each of its zones.
pub(super) fn pecs(
    source: &mut Source<'_>,
    root: &mut Section<'_>,
    topology: &Field<Topology>,
    zones: &Zones,
) -> Vec<PecConfig> {
    let mut names = Unique::new("name", "give each PEC a name of its own");
    let mut sensors = Unique::new("sensor", "each PEC has a sensor number of its own; see the wiring list");
    let mut positions = Unique::new("position", "two PECs cannot stand in one place; measure again");
    let mut list = Vec::new();
    let mut sound = true;
    for mut section in root.tables(source, "pec") {
        let name = section.text(source, "name", None);
        call(&mut section, "pec", &name);
        let place = place(source, &section);
        let sensor = section.integer(source, "sensor", 0..=255, None);
        let position = section.integer(source, "position_mm", 0..=LINE_MM_MAX, None);
        let kind = section.word(source, "kind", Some(PecKind::Belt));
        let debounce_mm = narrow(section.integer(source, "debounce_mm", 0..=200, Some(20)).value);
        names.take(source, &name);
        sensors.take(source, &sensor);
        positions.take(source, &position);
        // A key that nobody knows may have been meant for the kind.
        sound &= position.sound && kind.sound && !section.has_unknown();
        let (sensor, position_mm) = (narrow(sensor.value), narrow(position.value));
        let pec = PecConfig { name: name.value, sensor, position_mm, kind: kind.value, debounce_mm, place };
        list.push((pec, section.at()));
        section.finish(source);
    }
    if sound && topology.sound {
        ends(source, &list, topology.value, zones);
    }
    list.sort_by_key(|(pec, _)| pec.position_mm);
    list.into_iter().map(|(pec, _)| pec).collect()
}

fn ends(source: &mut Source<'_>, list: &[(PecConfig, usize)], topology: Topology, zones: &Zones) {
    let last_mm = list.iter().map(|(pec, _)| pec.position_mm).max().unwrap_or(0);
    for (kind, word) in [(PecKind::Entry, "entry"), (PecKind::EndOfLine, "end-of-line")] {
        let zoned = |pec: &PecConfig| topology == Topology::Loop && zones.begin_at(&pec.name);
        let mut found = list.iter().filter(|(pec, _)| pec.kind == kind && !zoned(pec));
        if topology == Topology::Loop && kind == PecKind::EndOfLine {
            for (_, at) in found {
                let message = "an end-of-line PEC on a loop".to_owned();
                source.problem(*at, message, "a loop has no end: make it \"belt\"");
            }
            continue;
        }
        let Some((pec, at)) = found.next() else {
            let first = list.first().map_or(0, |(_, at)| *at);
            let message = format!("no [[pec]] has kind = \"{word}\"");
            source.lacking(first, "pec", message, "the line needs exactly one of that kind");
            continue;
        };
        for (_, at) in found {
            let message = format!("a second [[pec]] with kind = \"{word}\"");
            let remedy = match (topology, kind) {
                (Topology::Loop, PecKind::Entry) => "name it in a [[zone]] that begins here, or make it \"belt\"",
                _ => "the line has exactly one of that kind; make this one \"belt\"",
            };
            source.problem(*at, message, remedy);
        }
        if kind == PecKind::Entry && pec.position_mm != 0 {
            let message = format!("the entry PEC stands at {} mm", pec.position_mm);
            source.problem(*at, message, "positions are measured from the entry PEC: set position_mm = 0");
        }
        if kind == PecKind::EndOfLine && pec.position_mm != last_mm {
            let message = format!("a PEC at {last_mm} mm stands behind the end-of-line PEC at {} mm", pec.position_mm);
            source.problem(*at, message, "the end-of-line PEC is the last one; correct the position or the kind");
        }
    }
}

/// The chutes by position, then number, and the buttons that stand beside them: number and chute.
pub(super) fn chutes(source: &mut Source<'_>, root: &mut Section<'_>) -> (Vec<ChuteConfig>, Vec<Field<(u16, u16)>>) {
    let mut numbers = Unique::new("chute number", "each chute has a number of its own");
    let mut outputs = Unique::new("output", "each divert has a board output of its own; see the wiring list");
    let mut lamps = Unique::new("lamp", "each chute has a lamp of its own; see the wiring list");
    let sections = root.tables(source, "chute");
    if sections.is_empty() {
        source.lacking(0, "chute", "no [[chute]]".to_owned(), "a line needs at least one chute to sort into");
    }
    let (mut list, mut buttons) = (Vec::new(), Vec::new());
    for mut section in sections {
        let number = section.integer(source, "number", 1..=9999, None);
        if number.sound {
            section.name = format!("chute {}", number.value);
        }
        let output = section.integer(source, "output", 0..=255, None);
        numbers.take(source, &number);
        outputs.take(source, &output);
        let lamp = section.optional_integer(source, "lamp", 0..=BOARD_NUMBER_MAX);
        lamp.iter().for_each(|lamp| lamps.take(source, lamp));
        let button = section.optional_integer(source, "button", 0..=BOARD_NUMBER_MAX);
        let mut chute = chute(source, section, narrow(number.value), narrow(output.value));
        chute.lamp = lamp.map(|lamp| narrow(lamp.value));
        chute.button = button.map(|button| narrow(button.value));
        buttons.extend(button.map(|button| Field {
            value: (narrow(button.value), chute.number),
            at: button.at,
            sound: button.sound,
        }));
        list.push(chute);
    }
    list.sort_by_key(|chute| (chute.position_mm, chute.number));
    (list, buttons)
}

fn chute(source: &mut Source<'_>, mut section: Section<'_>, number: u16, output: u16) -> ChuteConfig {
    let place = place(source, &section);
    let (confirm_min_mm, confirm_max_mm) = min_max(source, &mut section, "confirm_mm", 0..=20_000, (50, 1500));
    let chute = ChuteConfig {
        number,
        position_mm: narrow(section.integer(source, "position_mm", 1..=LINE_MM_MAX, None).value),
        side: section.word(source, "side", Some(Side::Left)).value,
        output,
        stroke_ms: narrow(section.integer(source, "stroke_ms", 1..=1000, None).value),
        divert_width_mm: narrow(section.integer(source, "divert_width_mm", 10..=2000, None).value),
        confirm_min_mm,
        confirm_max_mm,
        lamp: None,
        button: None,
        place,
    };
    section.finish(source);
    chute
}

/// A table `{ min = .., max = .. }` with min below max.
pub(super) fn min_max(
    source: &mut Source<'_>,
    section: &mut Section<'_>,
    key: &'static str,
    range: std::ops::RangeInclusive<i64>,
    default: (u32, u32),
) -> (u32, u32) {
    let example = format!("{key} = {{ min = {}, max = {} }}", default.0, default.1);
    let Some(mut table) = section.optional_table(source, key, &example) else { return default };
    let min = table.integer(source, "min", range.clone(), None);
    let max = table.integer(source, "max", range, None);
    if min.sound && max.sound && min.value >= max.value {
        let message = format!("{}: min = {} is not below max = {}", table.name, min.value, max.value);
        source.problem(min.at, message, format!("write {example}, with your own numbers"));
    }
    table.finish(source);
    (narrow(min.value), narrow(max.value))
}

/// Calls a section by its device's name, once that is known.
pub(super) fn call(section: &mut Section<'_>, kind: &str, name: &Field<String>) -> String {
    if name.sound {
        section.name = format!("{kind} {}", name.value);
    }
    section.name.clone()
}

pub(super) fn place(source: &Source<'_>, section: &Section<'_>) -> Place {
    let (line, column) = source.place(section.at());
    Place { line, column }
}

/// Narrows a number that was checked against its range, which lies within the type's.
pub(super) fn narrow<T: TryFrom<i64> + Default>(value: i64) -> T {
    T::try_from(value).unwrap_or_default()
}
