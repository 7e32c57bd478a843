//! The plan in use, copied into tables that were taken at the start.

use crate::flights::Terms;
use crate::geometry::Geometry;
use crate::limits::FLIGHTS;
use crate::output::Reason;
use crate::plan::{Boarding, ChuteRule, ExceptionOutlets, FlightChutes, Limits, PRODUCTS_MAX, Permits, Plan};
use crate::records::{FlightKey, Traffic};
use crate::room::Room;
use alloc::vec::Vec;

/// The plan in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PlanInUse {
    pub(crate) version: u32,
    /// A plan stands here.
    pub(crate) in_use: bool,
    pub(crate) full_delay_ms: u32,
    pub(crate) after_full_pieces: u16,
    pub(crate) limits: Limits,
    /// A discharge older than this, in seconds, does not stand any more; 0: it always stands.
    pub(crate) plate_life_s: u32,
    /// What it says of every flight.
    pub(crate) terms: Terms,
    boarding: [Boarding; Traffic::ALL.len()],
    pub(crate) reserve_ahead_um: i64,
    pub(crate) jam_blocked_ms: u32,
    pub(crate) jam_unconfirmed: u8,
    pub(crate) permits: Permits,
    /// Sorted by flight.
    flights: Room<FlightChutes>,
    exceptions: Room<ExceptionOutlets>,
    disabled: Vec<bool>,
    /// By chute of the line.
    rules: Vec<ChuteRule>,
}

impl PlanInUse {
    pub(crate) fn new(chutes: usize) -> Self {
        let mut disabled = Vec::with_capacity(chutes);
        disabled.resize(chutes, false);
        let mut rules = Vec::with_capacity(chutes);
        rules.resize(chutes, ChuteRule::free(0));
        Self {
            version: 0,
            in_use: false,
            plate_life_s: 0,
            full_delay_ms: 0,
            after_full_pieces: 0,
            limits: Limits::default(),
            terms: Terms::default(),
            boarding: [Boarding::default(); Traffic::ALL.len()],
            reserve_ahead_um: 0,
            jam_blocked_ms: 0,
            jam_unconfirmed: 0,
            permits: Permits::default(),
            flights: Room::new(FLIGHTS),
            exceptions: Room::new(Reason::ALL.len()),
            disabled,
            rules,
        }
    }

    pub(crate) fn take(&mut self, plan: &Plan, geometry: &Geometry) {
        self.version = plan.version;
        self.in_use = true;
        self.plate_life_s = u32::from(plan.plate_life_days) * 86_400;
        self.full_delay_ms = plan.full_delay_ms;
        self.after_full_pieces = plan.after_full_pieces;
        self.limits = plan.limits;
        self.terms.last_call_ms = i64::from(plan.last_call_s) * 1000;
        self.terms.products.clear();
        self.terms.products.extend(plan.products.iter().take(PRODUCTS_MAX).copied());
        self.boarding = plan.boarding;
        self.reserve_ahead_um = i64::from(plan.reserve_ahead_mm) * 1000;
        self.jam_blocked_ms = plan.jam_blocked_ms;
        self.jam_unconfirmed = plan.jam_unconfirmed;
        self.permits = plan.permits;
        self.flights.clear();
        self.flights.extend(plan.flights.iter().take(FLIGHTS).cloned());
        self.flights.sort_unstable_by_key(|entry| entry.flight);
        self.exceptions.clear();
        self.exceptions.extend(plan.exceptions.iter().take(Reason::ALL.len()).cloned());
        self.disabled.fill(false);
        for chute in plan.disabled.iter().filter_map(|number| geometry.chute_of_number(*number)) {
            self.disabled[chute] = true;
        }
        self.rules.fill(ChuteRule::free(0));
        for rule in &plan.chutes {
            if let Some(chute) = geometry.chute_of_number(rule.chute) {
                self.rules[chute] = *rule;
            }
        }
    }

    /// Which states may board flights of a traffic.
    pub(crate) fn boarding(&self, traffic: Traffic) -> Boarding {
        self.boarding[traffic as usize]
    }

    /// The chutes of a flight.
    pub(crate) fn chutes_of(&self, flight: &FlightKey) -> &[u16] {
        self.flight(flight).map_or(&[], |entry| &entry.chutes)
    }

    /// The chutes that take over where none of a flight's own can.
    pub(crate) fn overflow_of(&self, flight: &FlightKey) -> &[u16] {
        self.flight(flight).map_or(&[], |entry| &entry.overflow)
    }

    fn flight(&self, flight: &FlightKey) -> Option<&FlightChutes> {
        let place = self.flights.binary_search_by(|entry| entry.flight.cmp(flight)).ok()?;
        self.flights.get(place)
    }

    pub(crate) fn outlets_of(&self, code: Reason) -> &[u16] {
        let listed = self.exceptions.iter().find(|entry| entry.code == code);
        listed.map_or(&[], |entry| &entry.outlets[usize::from(entry.passes())..])
    }

    /// On a ring: up to which pass an item with a code goes round once more; `None` if it does not. What could not reach
    /// its chute does so as long as it may.
    pub(crate) fn passes_of(&self, code: Reason) -> Option<u8> {
        let listed = self.exceptions.iter().find(|entry| entry.code == code);
        match listed.map_or(0, ExceptionOutlets::passes) {
            0 if code == Reason::Rcx => Some(u8::MAX),
            0 => None,
            passes => Some(passes),
        }
    }

    /// Chutes of each flight.
    pub(crate) fn flights(&self) -> &[FlightChutes] {
        &self.flights
    }

    /// Whether a flight may be sorted into a chute.
    pub(crate) fn serves(&self, chute: u16, flight: &FlightKey) -> bool {
        self.flights.binary_search_by(|entry| entry.flight.cmp(flight)).is_ok_and(|index| {
            self.flights[index].chutes.contains(&chute) || self.flights[index].overflow.contains(&chute)
        })
    }

    /// The rule for a chute of the line.
    pub(crate) fn rule(&self, chute: usize) -> &ChuteRule {
        &self.rules[chute]
    }

    /// True if a chute's container has a limit.
    pub(crate) fn limits_container(&self, chute: usize) -> bool {
        let rule = &self.rules[chute];
        rule.pieces_max > 0 || rule.weight_max_g > 0 || rule.length_max_mm > 0
    }

    pub(crate) fn disabled(&self, chute: usize) -> bool {
        self.disabled[chute]
    }
}
