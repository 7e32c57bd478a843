//! Rules 4, 5 and 7: which flights a parcel may board. Each passes on the flights that it lets through, and applies if
//! it lets none through.

use super::case::Case;
use crate::flights::Candidates;
use crate::output::Reason;
use crate::parcels::Parcel;
use crate::plan::Boarding;
use crate::records::{Customs, FlightKey, Traffic};
use crate::state::Core;

impl Core {
    /// Rule 4.
    pub(super) fn security_rule(&self, case: &mut Case<'_>) -> Result<(), Reason> {
        let Some(parcel) = case.parcel else { return Ok(()) };
        let without_flight = case.without_flight;
        let lets = |boarding: Boarding| boarding.lets_security(parcel.security);
        if self.narrow(&mut case.candidates, without_flight, lets) { Ok(()) } else { Err(Reason::Sec) }
    }

    /// Rule 5.
    pub(super) fn customs_rule(&self, case: &mut Case<'_>) -> Result<(), Reason> {
        let Some(parcel) = case.parcel else { return Ok(()) };
        let without_flight = case.without_flight;
        let lets = |boarding: Boarding| boarding.lets_customs(parcel.customs);
        if self.narrow(&mut case.candidates, without_flight, lets) { Ok(()) } else { Err(customs_code(parcel.customs)) }
    }

    /// Rule 7.
    pub(super) fn handling_rule(&self, case: &mut Case<'_>) -> Result<(), Reason> {
        let Some(parcel) = case.parcel else { return Ok(()) };
        case.candidates.retain(|place| self.accepts_handling(*place, parcel));
        if case.candidates.is_empty() && !case.without_flight { Err(Reason::Shc) } else { Ok(()) }
    }

    /// Whether customs or security bars a parcel: from one flight, or from all that come into question.
    pub(crate) fn is_barred(&self, parcel: &Parcel, flight: Option<&FlightKey>) -> bool {
        let flight = flight.and_then(|flight| self.flights.get(flight));
        if let Some(flight) = flight {
            let boarding = self.plan.boarding(flight.record.traffic);
            return !boarding.lets_security(parcel.security) || !boarding.lets_customs(parcel.customs);
        }
        let mut candidates = self.candidates_of(parcel);
        let without_flight = candidates.is_empty();
        !self.narrow(&mut candidates, without_flight, |boarding| boarding.lets_security(parcel.security))
            || !self.narrow(&mut candidates, without_flight, |boarding| boarding.lets_customs(parcel.customs))
    }

    /// Keeps the flights whose traffic lets a parcel board; without any flight, export is asked.
    fn narrow(&self, candidates: &mut Candidates, without_flight: bool, lets: impl Fn(Boarding) -> bool) -> bool {
        if without_flight {
            return lets(self.plan.boarding(Traffic::Export));
        }
        candidates.retain(|place| lets(self.plan.boarding(self.flights.at(*place).record.traffic)));
        !candidates.is_empty()
    }

    /// Rules 4, 5 and 7 for one flight.
    pub(super) fn may_board(&self, place: u16, parcel: &Parcel) -> bool {
        let boarding = self.plan.boarding(self.flights.at(place).record.traffic);
        boarding.lets_security(parcel.security)
            && boarding.lets_customs(parcel.customs)
            && self.accepts_handling(place, parcel)
    }

    fn accepts_handling(&self, place: u16, parcel: &Parcel) -> bool {
        let accepted = &self.flights.at(place).record.handling;
        parcel.handling.iter().all(|code| accepted.contains(code))
    }
}

fn customs_code(state: Customs) -> Reason {
    match state {
        Customs::DoNotLoad => Reason::Dnl,
        Customs::ScreeningWanted => Reason::Rfs,
        Customs::Inspection => Reason::Ins,
        Customs::Hold => Reason::Hld,
        // A released parcel that the plan does not let board has not been released for that traffic.
        Customs::NotLodged | Customs::Assessing | Customs::Released => Reason::Cus,
    }
}
