//! What people order of a chute.

use crate::output::{ContainerCause, Record, Refusal};
use crate::outputs::Outputs;
use crate::records::Order;
use crate::state::Core;

impl Core {
    /// Orders about chutes, their containers and the line.
    pub(crate) fn take_chute_order(&mut self, order: &Order, out: &mut Outputs) {
        if let Order::Drain(drain) = order {
            self.take_drain(*drain);
        }
        let Some(number) = chute_of(order) else { return };
        let Some(chute) = self.geometry.chute_of_number(number) else {
            out.record(Record::Refused(Refusal::UnknownChute { chute: number }));
            return;
        };
        let state = &mut self.chutes[chute];
        match order {
            Order::Lock { .. } => state.locked = true,
            Order::Unlock { .. } => state.locked = false,
            Order::Disable { .. } => state.disabled = true,
            Order::Enable { .. } => state.disabled = false,
            Order::ClearJam { .. } => return self.clear_jam(chute, out),
            Order::CloseContainer { .. } => return self.close_container(chute, ContainerCause::Order, out),
            Order::OpenContainer { id, .. } => {
                self.open_container(chute, id.clone().unwrap_or_default(), out);
                return;
            }
            Order::Return { .. }
            | Order::Relabel { .. }
            | Order::Announce { .. }
            | Order::Found { .. }
            | Order::RollbackPlan
            | Order::Drain(_)
            | Order::Acknowledge => return,
        }
        self.chutes_touched = true;
        self.decide_all(out);
    }
}

/// The chute that an order is about.
fn chute_of(order: &Order) -> Option<u16> {
    match order {
        Order::Lock { chute }
        | Order::Unlock { chute }
        | Order::Disable { chute }
        | Order::Enable { chute }
        | Order::ClearJam { chute }
        | Order::CloseContainer { chute }
        | Order::OpenContainer { chute, .. } => Some(*chute),
        Order::Return { .. }
        | Order::Relabel { .. }
        | Order::Announce { .. }
        | Order::Found { .. }
        | Order::RollbackPlan
        | Order::Drain(_)
        | Order::Acknowledge => None,
    }
}
