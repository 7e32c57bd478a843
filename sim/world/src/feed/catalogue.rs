//! The parcels of a run: every record is a function of the seed and its number.

use super::draw::Draw;
use super::fact::{Fact, FlightNo};
use super::plates::plates;
use super::schedule::{NOWHERE_NO, Schedule, destination};
use crate::events::ParcelNo;
use crate::files::Customs;
use crate::scenario::Scenario;
use crate::setup::Parcels;
use std::fmt::Write;

/// Records of a block come in a drawn order; blocks come one after the other.
const BLOCK: u64 = 1_024;
/// A flight takes no new bookings so long before its cut-off, ms.
const BOOKING_STOPS_MS: i64 = 600_000;

/// What a record says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Record {
    /// False: the item exists, but no host ever says so.
    pub(super) known: bool,
    pub(super) flight: Option<FlightNo>,
    pub(super) destination: u16,
    pub(super) customs: Customs,
    pub(super) declared_g: Option<u32>,
    /// Put on hold while it rides.
    pub(super) late_hold: bool,
}

/// All records of a run.
#[derive(Clone, Debug)]
pub struct Catalogue {
    seed: u64,
    schedule: Schedule,
    scenario: Scenario,
    start_ms: i64,
    count: u32,
    order: (u64, u64),
}

impl Catalogue {
    pub(super) fn new(scenario: &Scenario, seed: u64, parcels: u64, schedule: Schedule) -> Self {
        let mut draw = Draw::of(seed, 0x006f_7264_6572);
        let count = parcels + u64::from(scenario.host.parcels_on_file) + BLOCK;
        Self {
            seed,
            schedule,
            start_ms: scenario.start_utc_ms(),
            scenario: scenario.clone(),
            count: u32::try_from(count).unwrap_or(u32::MAX),
            order: (draw.below(BLOCK) | 1, draw.below(BLOCK)),
        }
    }

    pub(super) fn schedule(&self) -> &Schedule {
        &self.schedule
    }

    /// Share of the parcels that go to the busiest flight, in a million.
    #[must_use]
    pub fn top_share_ppm(&self) -> u64 {
        self.schedule.share_ppm(0)
    }

    pub(super) fn record(&self, parcel: ParcelNo) -> Record {
        let host = &self.scenario.host;
        let mut draw = Draw::of(self.seed, u64::from(parcel));
        let known = !draw.chance(host.unknown_per_10000);
        let comes_ms = self.comes_ms(parcel);
        let mut flight = self.flight(&mut draw, comes_ms);
        if draw.chance(host.late_per_10000) {
            flight = self.schedule.closed_before(comes_ms - BOOKING_STOPS_MS).unwrap_or(flight);
        }
        let nowhere = draw.chance(host.no_flight_per_10000);
        let unbooked = draw.chance(host.unbooked_per_10000);
        let home = self.schedule.flights.get(usize::from(flight)).map_or(NOWHERE_NO, |flight| flight.destination);
        let (held, unassessed) = (draw.chance(host.held_per_10000), draw.chance(host.unassessed_per_10000));
        Record {
            known,
            flight: (!nowhere && !unbooked).then_some(flight),
            destination: if nowhere { NOWHERE_NO } else { home },
            customs: customs(&mut draw, held, unassessed),
            declared_g: (!draw.chance(2_000)).then(|| 50 + u32::try_from(draw.below(4_000)).unwrap_or(0)),
            late_hold: draw.chance(host.late_holds_per_10000),
        }
    }

    /// A flight that still takes bookings when the parcel comes.
    fn flight(&self, draw: &mut Draw, comes_ms: i64) -> FlightNo {
        for _ in 0..16 {
            let flight = self.schedule.pick(draw.next());
            let open = |flight: &super::schedule::Flight| flight.cutoff_ms > comes_ms + BOOKING_STOPS_MS;
            if self.schedule.flights.get(usize::from(flight)).is_some_and(open) {
                return flight;
            }
        }
        0
    }

    /// UTC at which the parcel is expected on the line, from the planned rate.
    fn comes_ms(&self, parcel: ParcelNo) -> i64 {
        let hours = i64::from(parcel) * 3_600_000;
        self.start_ms + hours / i64::from(self.scenario.traffic.parcels_per_hour.max(1))
    }

    /// True if a host knows the parcel.
    pub(super) fn is_known(&self, parcel: ParcelNo) -> bool {
        self.record(parcel).known
    }

    /// Appends the record's line in `parcels.ndjson`; nothing if no host knows it.
    pub(super) fn line(&self, parcel: ParcelNo, text: &mut String) -> Option<Fact> {
        let record = self.record(parcel);
        if !record.known {
            return None;
        }
        let _ = write!(text, "{{\"parcel\":\"{}\",\"plates\":[", Key(parcel));
        let (mut comma, mut plates) = ("", 0);
        self.plates(parcel, &mut |plate| {
            plates += 1;
            text.push_str(comma);
            text.push('"');
            text.push_str(plate);
            text.push('"');
            comma = ",";
        });
        let _ = write!(text, "],\"destination\":\"{}\"", destination(record.destination));
        if let Some(flight) = record.flight {
            let _ = write!(text, ",\"flight\":\"{}\"", self.schedule.flights[usize::from(flight)].key);
        }
        let _ = write!(text, ",\"customs\":\"{}\",\"security\":\"screened\"", record.customs.word());
        if let Some(grams) = record.declared_g {
            let _ = write!(text, ",\"declared_g\":{grams}");
        }
        text.push('}');
        let Record { destination, flight, customs, .. } = record;
        Some(Fact::Parcel { parcel, destination, flight, customs, plates })
    }
}

fn customs(draw: &mut Draw, held: bool, unassessed: bool) -> Customs {
    if unassessed {
        return Customs::Assessing;
    }
    if !held {
        return Customs::Released;
    }
    [Customs::Hold, Customs::Inspection, Customs::ScreeningWanted, Customs::DoNotLoad][draw.below(4) as usize]
}

/// The host's key of a parcel.
pub(super) struct Key(pub(super) ParcelNo);

impl std::fmt::Display for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "P{:07}", self.0)
    }
}

impl Parcels for Catalogue {
    fn count(&self) -> u32 {
        self.count
    }

    fn nth(&self, nth: u64) -> ParcelNo {
        let place = (nth % BLOCK * self.order.0 + self.order.1) % BLOCK;
        u32::try_from(nth - nth % BLOCK + place).unwrap_or(u32::MAX)
    }

    fn plates(&self, parcel: ParcelNo, plate: &mut dyn FnMut(&str)) {
        plates(self.seed, parcel, self.scenario.host.two_plates_per_10000, plate);
    }
}
