//! The parcels of a run: every record is a function of the seed and its number.

use super::draw::Draw;
use super::fact::{NO_PRODUCT, ParcelFact};
use super::goods;
use super::plates::plates;
use super::schedule::{BOOKING_STOPS_MS, MINUTE_MS, NOWHERE_NO, Schedule, destination, handling_list};
use crate::events::ParcelNo;
use crate::files::Customs;
use crate::scenario::Scenario;
use crate::setup::Parcels;
use std::fmt::Write;

/// Records of a block come in a drawn order; blocks come one after the other.
const BLOCK: u64 = 1_024;

/// What a record says, and what is behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Record {
    /// False: the item exists, but no host ever says so.
    pub(super) known: bool,
    pub(super) says: ParcelFact,
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
        let mut flight = self.schedule.booking(&mut draw, comes_ms);
        if draw.chance(host.late_per_10000) {
            flight = self.schedule.closed_before(comes_ms - BOOKING_STOPS_MS).unwrap_or(flight);
        }
        let nowhere = draw.chance(host.no_flight_per_10000);
        let unbooked = draw.chance(host.unbooked_per_10000);
        let (held, unassessed) = (draw.chance(host.held_per_10000), draw.chance(host.unassessed_per_10000));
        let customs = customs(&mut draw, held, unassessed);
        let declared_g = if draw.chance(2_000) { 0 } else { 50 + u32::try_from(draw.below(4_000)).unwrap_or(0) };
        let late_hold = draw.chance(host.late_holds_per_10000);
        let mut goods = Draw::of(self.seed ^ 0x0067_6f6f_6473, u64::from(parcel));
        if goods.chance(host.goods.early_per_10000) {
            flight = self.schedule.opens_after(comes_ms + 10 * MINUTE_MS).unwrap_or(flight);
        }
        let booked = self.schedule.flights.get(usize::from(flight)).map(|flight| flight.says);
        let home = booked.map_or(NOWHERE_NO, |says| says.destination);
        let says = ParcelFact {
            destination: if nowhere { NOWHERE_NO } else { home },
            flight: (!nowhere && !unbooked).then_some(flight),
            customs,
            declared_g,
            ..ParcelFact::default()
        };
        let accepted = booked.map_or(0, |says| says.handling);
        let says = goods::describe(&self.scenario, self.seed, parcel, &mut goods, accepted, says);
        Record { known, says, late_hold }
    }

    /// UTC at which the parcel is expected on the line, from the planned rate.
    fn comes_ms(&self, parcel: ParcelNo) -> i64 {
        self.start_ms + self.scenario.planned_ms(parcel.into())
    }

    /// True if a host knows the parcel.
    pub(super) fn is_known(&self, parcel: ParcelNo) -> bool {
        self.record(parcel).known
    }

    /// Appends the line of a parcel in `parcels.ndjson` that says so; says it with the number of its plates.
    pub(super) fn line(&self, parcel: ParcelNo, says: &ParcelFact, text: &mut String) -> ParcelFact {
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
        let _ = write!(text, "],\"destination\":\"{}\"", destination(says.destination));
        if let Some(flight) = says.flight {
            let _ = write!(text, ",\"flight\":\"{}\"", self.schedule.flights[usize::from(flight)].key);
        }
        let (customs, security) = (says.customs.word(), says.security.word());
        let _ = write!(text, ",\"customs\":\"{customs}\",\"security\":\"{security}\"");
        self.rest_of_line(says, text);
        text.push('}');
        ParcelFact { plates, ..*says }
    }

    fn rest_of_line(&self, says: &ParcelFact, text: &mut String) {
        if says.declared_g > 0 {
            let _ = write!(text, ",\"declared_g\":{}", says.declared_g);
        }
        if says.declared_mm != [0; 3] {
            let [a, b, c] = says.declared_mm;
            let _ = write!(text, ",\"declared_mm\":[{a},{b},{c}]");
        }
        if says.may_move {
            text.push_str(",\"may_move\":true");
        }
        if says.product != NO_PRODUCT {
            let name = std::str::from_utf8(&says.product).unwrap_or("").trim_end();
            let _ = write!(text, ",\"product\":\"{name}\"");
        }
        handling_list(&self.schedule.handling, says.handling, text);
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

    fn weight_g(&self, parcel: ParcelNo) -> Option<u32> {
        self.scenario.host.goods.declared.then(|| goods::weight_g(&self.scenario.host.goods, self.seed, parcel))
    }
}
