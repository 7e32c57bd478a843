//! What a scenario says of the host systems and of those who run the line.

use serde::{Deserialize, Serialize};

/// The operator's plan and the host's records.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Host {
    /// Flights on the board.
    pub flights: u16,
    /// Chutes that serve flights; the others serve exceptions.
    pub flight_chutes: u16,
    /// Of the flights, how many have their cut-off during the run.
    pub closing_flights: u16,
    /// Parcels on file at any time.
    pub parcels_on_file: u32,
    /// Share of parcels with two plates or more, per 10,000.
    pub two_plates_per_10000: u32,
    /// Share of items that no host knows, per 10,000.
    pub unknown_per_10000: u32,
    /// Share of parcels that are booked by destination only, per 10,000.
    pub unbooked_per_10000: u32,
    /// Share of parcels on hold from the start, per 10,000.
    pub held_per_10000: u32,
    /// Share of parcels that customs has not assessed, per 10,000.
    pub unassessed_per_10000: u32,
    /// Share of parcels put on hold while they ride, per 10,000.
    pub late_holds_per_10000: u32,
    /// Share of parcels put on hold within 300 mm of travel of their divert's commit count, before it or after it, per
    /// 10,000.
    pub aimed_holds_per_10000: u32,
    /// Share of parcels whose flight has closed before they come, per 10,000.
    pub late_per_10000: u32,
    /// Share of parcels for a destination without a flight, per 10,000.
    pub no_flight_per_10000: u32,
    /// What the records say beside that, and the goods behind them.
    pub goods: Goods,
    /// What the supervisors change while the line runs.
    pub changes: Changes,
    /// The parcels of one aircraft, released in bulk.
    pub surge: Surge,
}

impl Default for Host {
    fn default() -> Self {
        Self {
            flights: 24,
            flight_chutes: 48,
            closing_flights: 3,
            parcels_on_file: 100_000,
            two_plates_per_10000: 2_200,
            unknown_per_10000: 30,
            unbooked_per_10000: 800,
            held_per_10000: 40,
            unassessed_per_10000: 30,
            late_holds_per_10000: 30,
            aimed_holds_per_10000: 0,
            late_per_10000: 30,
            no_flight_per_10000: 20,
            goods: Goods::default(),
            changes: Changes::default(),
            surge: Surge::default(),
        }
    }
}

/// Goods and what their records say of them. Shares are per 10,000 parcels.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Goods {
    /// Nobody has screened the parcel.
    pub not_screened_per_10000: u32,
    /// Security has found something.
    pub security_alarm_per_10000: u32,
    /// Its service lets it take another flight.
    pub may_move_per_10000: u32,
    /// It comes before its flight is open.
    pub early_per_10000: u32,
    /// Products, with the share of each; the others name none.
    pub products: Vec<ProductShare>,
    /// Special handling codes in use; each flight refuses some of them.
    pub handling: Vec<String>,
    /// It has a handling code that its flight accepts.
    pub handled_per_10000: u32,
    /// It has one that its flight refuses.
    pub refused_handling_per_10000: u32,
    /// True: shippers declare what a parcel weighs, and how large it is. False: they write any weight.
    pub declared: bool,
    /// Heavier than the plan allows.
    pub overweight_per_10000: u32,
    /// Declared larger than the plan allows.
    pub oversize_per_10000: u32,
    /// Its declared weight is wrong.
    pub wrong_weight_per_10000: u32,
}

/// A product and how common it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ProductShare {
    /// Its name, up to four capitals or digits.
    pub name: String,
    /// Share of parcels, per 10,000.
    pub per_10000: u32,
    /// Its cut-off is so much earlier than its flight's, s.
    pub cutoff_earlier_s: i32,
    /// True if it is not sorted without a good measured weight.
    pub weight_required: bool,
}

/// What supervisors change while items ride.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Changes {
    /// Flights open so long before their cut-off, and their cut-offs are spread over the run, min; 0: all are open from
    /// the start.
    pub open_min: u32,
    /// Flights depart so long after their cut-off, min; 0: after 100.
    pub departs_min: u32,
    /// Flights whose cut-off is put off while they are open.
    pub delayed: u16,
    /// Flights whose cut-off is brought forward while they are open.
    pub advanced: u16,
    /// Flights that are cancelled while they are open.
    pub cancelled: u16,
    /// Of the cancelled ones, how many are reopened later.
    pub reopened: u16,
    /// Flights that are closed by hand before their cut-off.
    pub closed_by_hand: u16,
    /// Flights that take fewer pieces than are booked on them.
    pub small_flights: u16,
    /// Of the parcels booked on a flight that is cancelled or closed by hand, so many are booked on another one then, per
    /// 10,000.
    pub rebooked_per_10000: u32,
    /// True: a third of the flights each are export, import and transit, with boarding rules of their own.
    pub traffics: bool,
    /// A new version of the plan moves some chutes from flight to flight so often, min; 0: never.
    pub plan_every_min: u32,
    /// A chute is taken out of service by order and put back so often, min; 0: never.
    pub disable_every_min: u32,
    /// A chute is locked by order and unlocked so often, min; 0: never.
    pub lock_every_min: u32,
    /// Every so-manieth chute of flights takes no more pieces a minute than `rate_per_min`; 0: none.
    pub rate_every: u16,
    /// Most pieces a minute of such a chute.
    pub rate_per_min: u32,
}

impl Changes {
    /// Most pieces a minute of a flight's chute; 0 for no limit.
    #[must_use]
    pub fn rate_per_min(&self, chute: u16) -> u32 {
        let limited = self.rate_every > 0 && chute % self.rate_every == self.rate_every - 1;
        if limited { self.rate_per_min } else { 0 }
    }
}

/// Parcels of one aircraft that customs assesses and releases in bulk.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Surge {
    /// Parcels of the aircraft; 0: there is none.
    pub parcels: u32,
    /// The first of them, in the order of the host's records; 0: they are the first that come to the line.
    pub first: u32,
    /// Their assessment begins so long after the start, s.
    pub assessed_s: u32,
    /// They are released from then on, s after the start.
    pub released_s: u32,
    /// Lines that customs writes at once, twice a second.
    pub bite: u32,
    /// Of them, those that are selected line by line and not released with the others, per 10,000.
    pub selected_per_10000: u32,
}

impl Surge {
    /// True if the parcel with this number is one of the aircraft's.
    #[must_use]
    pub fn has(&self, parcel: u32) -> bool {
        parcel.checked_sub(self.first).is_some_and(|nth| nth < self.parcels)
    }
}
