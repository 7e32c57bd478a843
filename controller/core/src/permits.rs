//! Permits: nothing more is let onto the belt while the line cannot take it (design T13).

use crate::outputs::Outputs;
use crate::records::FlightState;
use crate::state::Core;
use alloc::vec::Vec;
use sortie_protocol::board::telegram::HostTelegram;

/// Why the inductions are held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Held {
    /// The line is in fault.
    Fault,
    /// It runs empty by order.
    Draining,
    /// The end of the line is jammed; on a ring, the reject outlet takes nothing.
    EndOfLine,
    /// As many items ride as the plan allows.
    Riding,
    /// More chutes of open flights take nothing than the plan allows.
    Blocked,
}

/// What the permits depend on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PermitState {
    /// Why the inductions are held now.
    pub(crate) held: Option<Held>,
    /// What the board was told; `None`: it may have forgotten.
    told: Option<bool>,
    /// The permits for carriers that are out mean nothing any more.
    withdrawn: bool,
    /// Too many items ride, and not yet few enough.
    crowded: bool,
    /// Too many chutes are blocked.
    blocked: bool,
    /// Chutes, flights or plan have changed since that was found.
    pub(crate) share_due: bool,
    /// By chute: it serves a flight that is open.
    serving: Vec<bool>,
}

impl PermitState {
    pub(crate) fn new(chutes: usize) -> Self {
        let mut serving = Vec::with_capacity(chutes);
        serving.resize(chutes, false);
        Self { held: None, told: None, withdrawn: false, crowded: false, blocked: false, share_due: false, serving }
    }

    /// The board may have forgotten its permits.
    pub(crate) fn forget(&mut self) {
        self.told = None;
    }

    /// What was permitted so far is not meant any more: a board forgets it when its inductions are held.
    pub(crate) fn withdraw(&mut self) {
        self.withdrawn = true;
    }
}

impl Core {
    /// Tells the board whether its inductions may let items onto the belt, when that has changed.
    pub(crate) fn tell_permits(&mut self, out: &mut Outputs) {
        self.permits.held = self.why_held();
        let allowed = self.permits.held.is_none();
        if !self.belt.link_up {
            return;
        }
        if core::mem::take(&mut self.permits.withdrawn) && self.permits.told == Some(true) {
            self.tell_inductions(false, out);
        }
        if self.permits.told != Some(allowed) {
            self.tell_inductions(allowed, out);
        }
    }

    fn tell_inductions(&mut self, allowed: bool, out: &mut Outputs) {
        self.permits.told = Some(allowed);
        for induction in (0..self.geometry.zones()).flat_map(|zone| self.geometry.inductions(zone)) {
            out.command(HostTelegram::Permit { induction: *induction, allowed });
        }
    }

    fn why_held(&mut self) -> Option<Held> {
        self.see_crowd();
        if core::mem::take(&mut self.permits.share_due) {
            self.see_blocked_share();
        }
        let end = match self.geometry.reject_chute().and_then(|number| self.geometry.chute_of_number(number)) {
            Some(reject) => self.chutes[reject].takes_nothing(),
            None => self.pecs.last().is_some_and(|pec| pec.jammed),
        };
        let reasons = [
            (self.in_fault(), Held::Fault),
            (self.line_status.draining, Held::Draining),
            (end, Held::EndOfLine),
            (self.permits.crowded, Held::Riding),
            (self.permits.blocked, Held::Blocked),
        ];
        reasons.into_iter().find_map(|(holds, why)| holds.then_some(why))
    }

    fn see_crowd(&mut self) {
        let (riding, most) = (self.items.len(), usize::from(self.plan.permits.riding_max));
        if riding >= most {
            self.permits.crowded = true;
        } else if riding * 10 < most * 9 {
            self.permits.crowded = false;
        }
    }

    /// More than the plan's share of the chutes of open flights take nothing.
    fn see_blocked_share(&mut self) {
        self.permits.serving.fill(false);
        for entry in self.plan.flights() {
            let state = self.flights.get(&entry.flight).map(|flight| flight.state);
            if !matches!(state, Some(FlightState::Open | FlightState::LastCall)) {
                continue;
            }
            for chute in entry.chutes.iter().filter_map(|number| self.geometry.chute_of_number(*number)) {
                self.permits.serving[chute] = true;
            }
        }
        let (mut serving, mut blocked) = (0u32, 0u32);
        for (chute, _) in self.permits.serving.iter().enumerate().filter(|(_, serves)| **serves) {
            serving += 1;
            blocked += u32::from(self.chutes[chute].takes_nothing());
        }
        self.permits.blocked = blocked * 1000 > serving * u32::from(self.plan.permits.blocked_max_permille);
    }
}
