//! Rule 9: which of the outlets that the plan lists can take the item now.

use crate::items::{Divert, Item, Slot};
use crate::output::{Decision, Outlet, Reason, Rejected};
use crate::records::FlightKey;
use crate::state::Core;

impl Core {
    /// Chooses among the chutes of a flight, and falls back to the outlets of the reason why none would do.
    pub(super) fn flight_outlet(&self, slot: Slot, item: &Item, flight: &FlightKey, decision: &mut Decision) {
        let chutes = self.plan.chutes_of(flight);
        let mut best: Option<(bool, u32, u16)> = None;
        let mut first_reason = None;
        for number in chutes {
            match self.outlet_test(slot, *number) {
                None => {
                    // The chute that the item has is kept, so that equals do not make it waver.
                    let kept = item.decided && item.outlet == Outlet::Chute(*number);
                    let load = self.geometry.chute_of_number(*number).map_or(0, |chute| self.load(slot, chute));
                    let rank = (!kept, load, *number);
                    best = Some(best.map_or(rank, |other| other.min(rank)));
                }
                Some(why) => {
                    first_reason = first_reason.or(Some(why));
                    reject(decision, *number, why);
                }
            }
        }
        match best {
            Some((_, _, number)) => {
                decision.code = Reason::Ok;
                decision.outlet = Outlet::Chute(number);
            }
            // A flight without chutes in the plan is no flight for this line.
            None => self.exception_outlet(slot, first_reason.unwrap_or(Reason::Nfl), decision),
        }
    }

    /// The first outlet listed for a code that can take the item, else the end of line.
    pub(super) fn exception_outlet(&self, slot: Slot, code: Reason, decision: &mut Decision) {
        decision.code = code;
        decision.outlet = Outlet::EndOfLine;
        if code.rides_on() {
            return;
        }
        for number in self.plan.outlets_of(code) {
            match self.outlet_test(slot, *number) {
                None => {
                    decision.outlet = Outlet::Chute(*number);
                    return;
                }
                Some(why) => reject(decision, *number, why),
            }
        }
    }

    /// Why a chute cannot take the item, if it cannot.
    fn outlet_test(&self, slot: Slot, number: u16) -> Option<Reason> {
        let Some(index) = self.geometry.chute_of_number(number) else { return Some(Reason::Dis) };
        let chute = self.geometry.chutes()[index];
        let Some(item) = self.items.get(slot) else { return Some(Reason::Rcx) };
        let queued_here = matches!(item.divert, Divert::Queued { chute, .. } if chute == number) && !item.cancelling;
        if !self.has_room(slot, index) {
            Some(Reason::Ful)
        } else if self.plan.disabled(index) {
            Some(Reason::Dis)
        } else if !self.gaps_fit(slot, &chute) {
            Some(Reason::Shg)
        } else if !queued_here && (chute.position_um <= item.passed_um || self.belt.count >= self.commit(item, &chute))
        {
            Some(Reason::Rcx)
        } else {
            None
        }
    }
}

fn reject(decision: &mut Decision, number: u16, why: Reason) {
    // Sixteen tell the story; the seventeenth alternative tells no more.
    let _ = decision.rejected.push(Rejected { outlet: Outlet::Chute(number), why });
}
