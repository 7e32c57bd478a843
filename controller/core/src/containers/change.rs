//! The change of a container. It has two ends: what is under way when the first one comes still falls into the old
//! container, and only when nothing can come any more is its manifest frozen.

use super::{Container, Place};
use crate::flights::Flight;
use crate::items::Divert;
use crate::output::{ContainerCause, Outlet, Reason, Record, Refusal, Rejected};
use crate::outputs::Outputs;
use crate::records::{ContainerId, FlightKey};
use crate::state::Core;

impl Core {
    /// Somebody wants the container of a chute closed.
    pub(crate) fn close_container(&mut self, chute: usize, why: ContainerCause, out: &mut Outputs) {
        if self.cannot_be_written(chute, out) {
            return;
        }
        if self.begin_change(chute, why, out) {
            self.decide_all(out);
        } else {
            let chute = self.geometry.chutes()[chute].number;
            out.record(Record::Refused(Refusal::NoContainer { chute }));
        }
    }

    /// While the journal fails nobody changes a container: what the next process does not know of would be in the wrong
    /// manifest.
    pub(super) fn cannot_be_written(&self, chute: usize, out: &mut Outputs) -> bool {
        if self.journal_failed {
            let chute = self.geometry.chutes()[chute].number;
            out.record(Record::Refused(Refusal::NotWritten { chute }));
        }
        self.journal_failed
    }

    /// The first end of a change; `false` if no container is open there.
    pub(super) fn begin_change(&mut self, chute: usize, why: ContainerCause, out: &mut Outputs) -> bool {
        let place = &mut self.chutes[chute].place;
        let Place::Open(container) = place else { return false };
        let container = container.clone();
        let number = container.number;
        let by_itself = matches!(why, ContainerCause::FlightClosed | ContainerCause::PlanChanged);
        *place = Place::Closing { container, next: None, by_itself };
        self.closing += 1;
        self.chutes_touched = true;
        let chute = self.geometry.chutes()[chute].number;
        out.record(Record::ContainerClosing { container: number, chute, why });
        true
    }

    /// The second end of a change, or the first container of a chute. While the old one is closing, the new one is
    /// kept in mind. `false` if it was refused.
    pub(crate) fn open_container(&mut self, chute: usize, id: ContainerId, out: &mut Outputs) -> bool {
        if self.cannot_be_written(chute, out) {
            return false;
        }
        let number = self.geometry.chutes()[chute].number;
        if matches!(self.chutes[chute].place, Place::Open(_)) {
            out.record(Record::Refused(Refusal::ContainerOpen { chute: number }));
            return false;
        }
        if let Some(holder) = self.holder(chute, &id) {
            out.record(Record::Refused(Refusal::ContainerInUse { id, chute: holder }));
            return false;
        }
        if let Place::Closing { next, .. } = &mut self.chutes[chute].place {
            *next = Some(id);
        } else {
            self.put_container(chute, id, out);
            self.decide_all(out);
        }
        true
    }

    /// The chute at which a label is in use already, as far as it is in the way at `chute`.
    fn holder(&self, chute: usize, id: &ContainerId) -> Option<u16> {
        let holds = |(other, state): (usize, &crate::chutes::ChuteState)| {
            let kept = matches!(&state.place, Place::Closing { next: Some(next), .. } if next == id) && other != chute;
            kept || state.place.container().is_some_and(|container| container.id == *id)
        };
        let holder = if id.is_empty() { None } else { self.chutes.iter().enumerate().position(holds) };
        holder.map(|holder| self.geometry.chutes()[holder].number)
    }

    /// A container stands at a chute from now on.
    pub(super) fn put_container(&mut self, chute: usize, id: ContainerId, out: &mut Outputs) {
        let number = self.next_container;
        self.next_container = number.wrapping_add(1).max(1);
        self.labels.add(number, &id);
        self.chutes[chute].place = Place::Open(Container::new(number, id.clone()));
        self.chutes_touched = true;
        let chute = self.geometry.chutes()[chute].number;
        out.record(Record::ContainerOpened { container: number, chute, id });
    }

    /// Freezes the manifests of closing containers into which nothing can fall any more.
    pub(crate) fn settle_changes(&mut self, out: &mut Outputs) {
        let mut ended = false;
        for chute in 0..self.chutes.len() {
            let number = self.geometry.chutes()[chute].number;
            if matches!(self.chutes[chute].place, Place::Closing { .. }) && self.nothing_under_way_to(number) {
                self.end_closing(chute, out);
                ended = true;
            }
        }
        if ended {
            self.decide_all(out);
        }
    }

    fn end_closing(&mut self, chute: usize, out: &mut Outputs) {
        let asked = self.geometry.chutes()[chute].lamp.is_none().then_some(self.now);
        let place = core::mem::replace(&mut self.chutes[chute].place, Place::Closed { asked });
        let Place::Closing { container, next, by_itself } = place else { return };
        self.closing -= 1;
        self.chutes_touched = true;
        out.record(Record::ContainerClosed {
            container: container.number,
            chute: self.geometry.chutes()[chute].number,
            pieces: container.confirmed,
            unconfirmed: container.unconfirmed,
            weight_g: container.content.weight_g,
        });
        if let Some(id) = next {
            self.put_container(chute, id, out);
        } else if by_itself && self.plan.rule(chute).container.is_none() {
            self.chutes[chute].place = Place::Empty;
        }
    }

    /// True if no fire for a chute is with the board, no confirm is due there, and no piece that was fired into it
    /// could still be seen downstream.
    pub(crate) fn nothing_under_way_to(&self, number: u16) -> bool {
        let bound = |divert: Divert| match divert {
            Divert::Queued { chute, .. } | Divert::Fired { chute, .. } => chute == number,
            Divert::None => false,
        };
        let due = self.geometry.chute_of_number(number).is_some_and(|chute| self.chutes[chute].confirms.any_due());
        !due && !self.items.iter().any(|(_, item)| bound(item.divert))
    }

    /// Containers whose flight takes nothing any more, or has another chute now, begin their change.
    pub(crate) fn close_finished_containers(&mut self, out: &mut Outputs) {
        for chute in 0..self.chutes.len() {
            let Place::Open(Container { flight: Some(flight), .. }) = &self.chutes[chute].place else { continue };
            let number = self.geometry.chutes()[chute].number;
            let why = if self.is_over(flight) {
                ContainerCause::FlightClosed
            } else if !self.plan.serves(number, flight) {
                ContainerCause::PlanChanged
            } else {
                continue;
            };
            if self.begin_change(chute, why, out) && self.nothing_under_way_to(number) {
                // At once: no item is sent elsewhere by a lock that ends with this very input.
                self.end_closing(chute, out);
            }
        }
    }

    fn is_over(&self, flight: &FlightKey) -> bool {
        self.flights.get(flight).is_none_or(Flight::is_shut)
    }

    /// True while a container that was filled for a flight is closing.
    pub(crate) fn closing_for(&self, flight: &FlightKey) -> bool {
        let closing = |place: &Place| match place {
            Place::Closing { container, .. } => container.flight.as_ref() == Some(flight),
            Place::Empty | Place::Open(_) | Place::Closed { .. } => false,
        };
        self.closing > 0 && self.chutes.iter().any(|state| closing(&state.place))
    }

    /// True if an item past its commit count may fall into a chute all the same: only the change of the container there
    /// speaks against it, and what is under way belongs into the old one.
    pub(crate) fn still_falls(&self, number: u16, rejected: &[Rejected]) -> bool {
        let only_change = |chute: usize| {
            let state = &self.chutes[chute];
            matches!(state.place, Place::Closing { .. }) && !state.locked
        };
        let locked = Rejected { outlet: Outlet::Chute(number), why: Reason::Lck };
        rejected.contains(&locked) && self.geometry.chute_of_number(number).is_some_and(only_change)
    }
}
