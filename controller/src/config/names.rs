//! What people call the devices of a line, for alarms and stories.

use super::line::LineConfig;

/// Names of devices by their numbers. One that nobody has named, as where no `line.toml` is at hand, keeps its number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// PECs by sensor number.
    pecs: Vec<(u16, String)>,
    scanners: Vec<String>,
    weighers: Vec<String>,
    handhelds: Vec<String>,
}

impl Names {
    /// Those of a line.
    #[must_use]
    pub fn of(config: &LineConfig) -> Self {
        Self {
            pecs: config.pecs.iter().map(|pec| (pec.sensor, pec.name.clone())).collect(),
            scanners: config.scanners.iter().map(|scanner| scanner.name.clone()).collect(),
            weighers: config.weighers.iter().map(|weigher| weigher.name.clone()).collect(),
            handhelds: config.handhelds.iter().map(|handheld| handheld.name.clone()).collect(),
        }
    }

    /// A PEC, with its sensor number, by which it is wired.
    #[must_use]
    pub fn pec(&self, sensor: u16) -> String {
        match self.pecs.iter().find(|(number, _)| *number == sensor) {
            Some((_, name)) => format!("PEC {name} (sensor {sensor})"),
            None => format!("sensor {sensor}"),
        }
    }

    /// A scanner.
    #[must_use]
    pub fn scanner(&self, number: u8) -> String {
        named("scanner", &self.scanners, number)
    }

    /// A weigher.
    #[must_use]
    pub fn weigher(&self, number: u8) -> String {
        named("weigher", &self.weighers, number)
    }

    /// A handheld scanner.
    #[must_use]
    pub fn handheld(&self, number: u8) -> String {
        named("handheld", &self.handhelds, number)
    }
}

fn named(kind: &str, names: &[String], number: u8) -> String {
    match names.get(usize::from(number)) {
        Some(name) => format!("{kind} {name}"),
        None => format!("{kind} {number}"),
    }
}
