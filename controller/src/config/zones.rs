//! `[[zone]]`: a further induction zone of a loop. The first one is at the seam, with the inductions of `[line]`.

use super::allowed::Topology;
use super::devices::{call, narrow, place};
use super::line::{PecConfig, Place};
use super::section::{Field, Section};
use super::source::Source;
use super::stations::BOARD_NUMBER_MAX;
use super::unique::Unique;
use serde::Serialize;
use sortie_core::line::{PecKind, Zone};

/// Most zones beside the first.
const ZONES_MAX: usize = 7;

/// `[[zone]]`: a further induction zone. Scanners, weighers and chutes belong to the zone whose entry PEC is the last
/// before them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ZoneConfig {
    /// Name, for messages.
    pub name: String,
    /// Position of its entry PEC, mm from the entry PEC of the line; the file names the PEC.
    pub entry_mm: u32,
    /// Its inductions, by their numbers at the board.
    pub inductions: Vec<u16>,
    /// Where it stands in the file.
    pub place: Place,
}

impl ZoneConfig {
    /// What the core needs.
    pub(super) fn zone(&self) -> Zone {
        Zone { entry_um: i64::from(self.entry_mm) * 1000, inductions: self.inductions.clone() }
    }
}

/// The zones as they are written: each with the name of its PEC.
pub(super) struct Zones(Vec<(Field<String>, ZoneConfig)>);

impl Zones {
    /// Reads the tables; `first` are the inductions of the first zone.
    pub(super) fn read(
        source: &mut Source<'_>,
        root: &mut Section<'_>,
        topology: &Field<Topology>,
        first: &[u16],
    ) -> Self {
        let mut names = Unique::new("name", "give each zone a name of its own");
        let mut numbers = Unique::new("induction", "an induction stands in one zone: list it once");
        let mut list = Vec::new();
        for mut section in root.tables(source, "zone") {
            let name = section.text(source, "name", None);
            let who = call(&mut section, "zone", &name);
            names.take(source, &name);
            if topology.sound && topology.value == Topology::Linear {
                let message = format!("{who}: the line is no loop");
                source.problem(section.at(), message, "write topology = \"loop\" in [line], or take the table out");
            }
            if list.len() == ZONES_MAX {
                let message = format!("{who}: too many zones");
                source.problem(section.at(), message, format!("beside the first one a loop has at most {ZONES_MAX}"));
            }
            let place = place(source, &section);
            let pec = section.text(source, "pec", None);
            let inductions = inductions(source, &mut section, &who, &mut numbers, first);
            section.finish(source);
            list.push((pec, ZoneConfig { name: name.value, entry_mm: 0, inductions, place }));
        }
        Self(list)
    }

    /// Whether some zone begins at a PEC.
    pub(super) fn begin_at(&self, pec: &str) -> bool {
        self.0.iter().any(|(name, _)| name.value == pec)
    }

    /// Finds the PECs that the zones name. The zones in order of place.
    pub(super) fn settle(self, source: &mut Source<'_>, pecs: &[PecConfig]) -> Vec<ZoneConfig> {
        let mut taken = Unique::new("pec", "each zone has an entry PEC of its own");
        let mut list = Vec::new();
        for (name, zone) in self.0 {
            taken.take(source, &name);
            let entry_mm = entry(source, &name, &zone.name, pecs).unwrap_or(0);
            list.push(ZoneConfig { entry_mm, ..zone });
        }
        list.sort_by_key(|zone| zone.entry_mm);
        list
    }
}

fn inductions(
    source: &mut Source<'_>,
    section: &mut Section<'_>,
    who: &str,
    numbers: &mut Unique<i64>,
    first: &[u16],
) -> Vec<u16> {
    let list = section.integers(source, "inductions", &(0..=BOARD_NUMBER_MAX));
    if list.sound && list.value.is_empty() {
        let message = format!("{who}: no inductions");
        source.missing(list.at, message, "list those before its entry PEC, like inductions = [3, 4]");
    }
    for number in &list.value {
        numbers.take(source, number);
        if number.sound && first.iter().any(|other| i64::from(*other) == number.value) {
            let message = format!("{who}: induction {} stands in [line], at the first entry PEC", number.value);
            source.problem(number.at, message, "an induction stands in one zone: list it once");
        }
    }
    list.value.iter().map(|number| narrow(number.value)).collect()
}

/// Where the PEC of a zone stands.
fn entry(source: &mut Source<'_>, name: &Field<String>, zone: &str, pecs: &[PecConfig]) -> Option<u32> {
    if !name.sound {
        return None;
    }
    let Some(pec) = pecs.iter().find(|pec| pec.name == name.value) else {
        let entries: Vec<&str> =
            pecs.iter().filter(|pec| pec.kind == PecKind::Entry).map(|pec| pec.name.as_str()).collect();
        let message = format!("zone {zone}: no [[pec]] has the name {}", name.value);
        source.problem(name.at, message, format!("PECs with kind = \"entry\": {}", entries.join(", ")));
        return None;
    };
    if pec.position_mm == 0 {
        let message = format!("zone {zone}: PEC {} begins the first zone", pec.name);
        source.problem(name.at, message, "the first zone has no table: its inductions stand in [line]");
    } else if pec.kind != PecKind::Entry {
        let message = format!("zone {zone}: PEC {} is no entry PEC", pec.name);
        source.problem(name.at, message, "items are born at an entry PEC only: write kind = \"entry\" in its [[pec]]");
    }
    Some(pec.position_mm)
}
