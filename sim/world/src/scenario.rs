//! A scenario: the line to build, the traffic on it, and what goes wrong. Read from TOML; unknown keys are errors.

pub use crate::host::{Changes, Goods, Host, ProductShare, Surge};
use crate::setup::{Faults, Operators, Traffic};
use serde::{Deserialize, Serialize};

/// A whole scenario file.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Scenario {
    /// Name, for reports.
    pub name: String,
    /// Length and start of the run.
    pub run: Run,
    /// The line that is built.
    pub line: Line,
    /// What rides on it.
    pub traffic: Traffic,
    /// The people at the chutes.
    pub operators: Operators,
    /// The operator's plan and the host's records.
    pub host: Host,
    /// What goes wrong; a fault that is not named is off.
    pub faults: Faults,
}

/// Length and start of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Run {
    /// Parcels inducted, unless the command line says otherwise.
    pub parcels: u64,
    /// UTC at virtual time 0, RFC 3339.
    pub start_utc: String,
    /// The encoder's count at virtual time 0; near 2^32 it wraps during the run.
    pub count_start: u32,
    /// True: the controller's ledger is kept beside it, and manifests and reconciliations are compared with what lies in
    /// the chutes.
    pub ledger: bool,
    /// UTC runs so many times as fast as the line: a night of flights in a quarter of an hour. In virtual time only.
    pub utc_speed: u32,
    /// After the parcels of the run the faults stop, the belt has to clear, and so many good parcels have to come and to
    /// be sorted; 0: the run ends with its parcels.
    pub calm_parcels: u32,
}

impl Default for Run {
    fn default() -> Self {
        Self {
            parcels: 10_000,
            start_utc: "2026-11-23T18:30:00Z".to_owned(),
            count_start: 4_290_000_000,
            ledger: false,
            utc_speed: 1,
            calm_parcels: 0,
        }
    }
}

/// The line that is built.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Line {
    /// Chutes; they stand in pairs, left and right.
    pub chutes: u16,
    /// Distance from pair to pair, mm.
    pub chute_pitch_mm: u32,
    /// Position of the first pair, mm from the entry PEC.
    pub first_chute_mm: u32,
    /// Pairs from one tracking PEC to the next.
    pub pairs_per_pec: u16,
    /// Scanners in the tunnel, 1 to 6.
    pub scanners: u8,
    /// The scanners number their results.
    pub numbered_scanners: bool,
    /// Nominal belt speed, mm/s.
    pub speed_mm_s: u32,
    /// Belt travel per encoder count, µm.
    pub um_per_count: u32,
    /// Stroke of the diverts, ms.
    pub stroke_ms: u32,
    /// Width of the diverts along the belt, mm.
    pub divert_width_mm: u32,
    /// Rate of every port, baud.
    pub baud: u32,
    /// How far a length may be off and still be an item's own, mm.
    pub length_tolerance_mm: u32,
    /// The last so many outputs are not there: a card of the board is missing. Their chutes take exceptions.
    pub dead_outputs: u16,
    /// Carriers of a loop; 0: the line has two ends.
    pub carriers: u16,
    /// From carrier to carrier, mm.
    pub carrier_pitch_mm: u32,
    /// Cells of a carrier, one behind the other, each for an item of its own.
    pub cells_per_carrier: u16,
    /// A return conveyor takes so long from the end of line to the induction, s; 0: there is none.
    pub return_s: u32,
    /// Passes that an item of a loop may make, or one that a return conveyor brings again.
    pub passes_max: u8,
    /// Most carriers of a loop that may be taken, in thousandths.
    pub occupancy_max_permille: u16,
    /// Induction zones of a loop, the same way apart, each with a tunnel, a weigher and its share of the chutes.
    pub zones: u8,
}

impl Line {
    /// True if the line is a ring of carriers.
    #[must_use]
    pub fn is_loop(&self) -> bool {
        self.carriers > 0
    }

    /// Pairs of chutes in an induction zone, by number: in the first ones there is one more if they cannot be parted
    /// equally.
    #[must_use]
    pub fn pairs_of(&self, zone: u32) -> u32 {
        let (pairs, zones) = (u32::from(self.chutes.div_ceil(2)), u32::from(self.zones.max(1)));
        pairs / zones + u32::from(zone < pairs % zones)
    }

    /// Where an induction zone begins, by number, mm from the entry PEC: at the front of a carrier.
    #[must_use]
    pub fn zone_mm(&self, zone: u32) -> u32 {
        u32::from(self.carriers) * zone / u32::from(self.zones.max(1)) * self.carrier_pitch_mm
    }

    /// True if what was not sorted comes again: on a ring, or by a return conveyor.
    #[must_use]
    pub fn comes_again(&self) -> bool {
        self.is_loop() || self.return_s > 0
    }
}

impl Default for Line {
    fn default() -> Self {
        Self {
            chutes: 60,
            chute_pitch_mm: 1_200,
            first_chute_mm: 6_800,
            pairs_per_pec: 3,
            scanners: 6,
            numbered_scanners: true,
            speed_mm_s: 2_500,
            um_per_count: 1_237,
            stroke_ms: 60,
            divert_width_mm: 120,
            baud: 115_200,
            length_tolerance_mm: 20,
            dead_outputs: 0,
            carriers: 0,
            carrier_pitch_mm: 600,
            cells_per_carrier: 1,
            return_s: 0,
            passes_max: 3,
            occupancy_max_permille: 900,
            zones: 1,
        }
    }
}

/// A scenario file that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ScenarioError {
    /// Not TOML, or a key or value that a scenario does not have.
    #[error("{0}")]
    Toml(#[from] toml::de::Error),
    /// `start_utc` is no time.
    #[error("run.start_utc: {0:?} is no RFC 3339 time; write it like 2026-11-23T18:30:00Z")]
    StartUtc(String),
    /// A number outside its range.
    #[error("{key} = {value}: allowed is {allowed}")]
    Range {
        /// The key.
        key: &'static str,
        /// Its value.
        value: u64,
        /// What may stand there.
        allowed: &'static str,
    },
}

impl Scenario {
    /// Reads a scenario from TOML and checks its numbers.
    ///
    /// # Errors
    /// The first thing that is wrong with the text.
    pub fn parse(text: &str) -> Result<Self, ScenarioError> {
        let scenario: Self = toml::from_str(text)?;
        scenario.check()?;
        Ok(scenario)
    }

    /// UTC at virtual time 0, ms since 1970.
    #[must_use]
    pub fn start_utc_ms(&self) -> i64 {
        crate::files::time::utc_ms(&self.run.start_utc).unwrap_or(0)
    }

    /// UTC at a virtual time in ns, ms since 1970.
    #[must_use]
    pub fn utc_ms_at(&self, at: u64) -> i64 {
        self.start_utc_ms() + self.utc_passed_ms(at)
    }

    /// How far UTC runs in so many ns of virtual time, ms.
    #[must_use]
    pub fn utc_passed_ms(&self, ns: u64) -> i64 {
        (ns / 1_000_000 * u64::from(self.run.utc_speed)).cast_signed()
    }

    /// How far UTC runs while so many parcels come at the planned rate, ms.
    #[must_use]
    pub fn planned_ms(&self, parcels: u64) -> i64 {
        let hours = parcels * 3_600_000 * u64::from(self.run.utc_speed);
        i64::try_from(hours / u64::from(self.traffic.parcels_per_hour.max(1))).unwrap_or(0)
    }

    fn check(&self) -> Result<(), ScenarioError> {
        if crate::files::time::utc_ms(&self.run.start_utc).is_none() {
            return Err(ScenarioError::StartUtc(self.run.start_utc.clone()));
        }
        let range = |key, value: u64, good: bool, allowed| {
            if good { Ok(()) } else { Err(ScenarioError::Range { key, value, allowed }) }
        };
        let (line, host) = (&self.line, &self.host);
        range("line.scanners", line.scanners.into(), (1..=6).contains(&line.scanners), "1 to 6")?;
        range("line.chutes", line.chutes.into(), (2..=250).contains(&line.chutes), "2 to 250")?;
        // The last chute of a loop is its end, and has to work.
        let dead = host.flight_chutes.saturating_add(line.dead_outputs) <= line.chutes
            && (line.dead_outputs == 0 || !line.is_loop());
        range(
            "line.dead_outputs",
            line.dead_outputs.into(),
            dead,
            "line.chutes - host.flight_chutes at most, and 0 on a loop",
        )?;
        range("line.pairs_per_pec", line.pairs_per_pec.into(), line.pairs_per_pec > 0, "1 and more")?;
        let zones = if line.is_loop() { (1..=4).contains(&line.zones) } else { line.zones == 1 };
        range("line.zones", line.zones.into(), zones, "1, and on a loop up to 4")?;
        let ends = |zone| line.zone_mm(zone) + line.first_chute_mm + line.pairs_of(zone) * line.chute_pitch_mm;
        let fits = (0..u32::from(line.zones)).all(|zone| ends(zone) < line.zone_mm(zone + 1));
        range("line.carriers", line.carriers.into(), !line.is_loop() || fits, "0, or so many that the chutes fit in")?;
        range("line.carrier_pitch_mm", line.carrier_pitch_mm.into(), line.carrier_pitch_mm >= 200, "200 and more")?;
        let cells = (1..=4).contains(&line.cells_per_carrier)
            && line.carrier_pitch_mm / u32::from(line.cells_per_carrier) >= 200;
        range("line.cells_per_carrier", line.cells_per_carrier.into(), cells, "1 to 4, of 200 mm and more each")?;
        range("line.return_s", line.return_s.into(), line.return_s == 0 || !line.is_loop(), "0 on a loop")?;
        range("line.passes_max", line.passes_max.into(), (1..=7).contains(&line.passes_max), "1 to 7")?;
        range("host.flights", host.flights.into(), (1..=200).contains(&host.flights), "1 to 200")?;
        let chutes = (1..line.chutes).contains(&host.flight_chutes);
        range("host.flight_chutes", host.flight_chutes.into(), chutes, "1 to line.chutes - 1")?;
        let outlets = !line.comes_again() || host.flight_chutes + 1 < line.chutes;
        range("host.flight_chutes", host.flight_chutes.into(), outlets, "where items come again 1 to line.chutes - 2")?;
        let closing = host.closing_flights < host.flights;
        range("host.closing_flights", host.closing_flights.into(), closing, "less than host.flights")?;
        range("host.parcels_on_file", host.parcels_on_file.into(), host.parcels_on_file >= 1_000, "1000 and more")?;
        let speed = self.run.utc_speed;
        range("run.utc_speed", speed.into(), (1..=60).contains(&speed), "1 to 60")?;
        let rate = self.traffic.parcels_per_hour;
        range("traffic.parcels_per_hour", rate.into(), (60..=60_000).contains(&rate), "60 to 60000")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::StrikeKind;

    #[test]
    fn an_empty_file_is_the_plain_line() {
        let scenario = Scenario::parse("").unwrap();
        assert_eq!((scenario.line.chutes, scenario.traffic.parcels_per_hour), (60, 11_000));
        assert!(scenario.faults.is_empty());
    }

    #[test]
    fn a_fault_has_a_rate_and_a_size() {
        let scenario = Scenario::parse("[faults]\nslip = { per_10000 = 20, size = [60, 90] }").unwrap();
        let slip = scenario.faults[&StrikeKind::Slip];
        assert_eq!((slip.per_10000, slip.size), (20, Some((60, 90))));
    }

    #[test]
    fn an_unknown_key_and_a_bad_number_are_refused() {
        let unknown = Scenario::parse("[faults]\nslips = { per_10000 = 20 }").unwrap_err().to_string();
        assert!(unknown.contains("slips"), "{unknown}");
        let bad = Scenario::parse("[line]\nscanners = 9").unwrap_err().to_string();
        assert_eq!(bad, "line.scanners = 9: allowed is 1 to 6");
    }
}
