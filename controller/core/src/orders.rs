//! What people order, handed to its owner.

use crate::outputs::Outputs;
use crate::records::{Order, OrderRecord};
use crate::state::Core;

impl Core {
    #[inline(never)]
    pub(crate) fn take_order(&mut self, order: &OrderRecord, out: &mut Outputs) {
        match &order.what {
            Order::Acknowledge => self.take_acknowledge(out),
            Order::Return { parcel } => self.take_return(parcel, out),
            Order::Relabel { parcel, plate } => self.take_relabel(parcel, plate, out),
            Order::Announce { plate } => self.take_announcement(plate, out),
            Order::Found { pull } => self.take_found(*pull, &order.by, out),
            Order::RollbackPlan => self.take_roll_back(out),
            Order::CloseContainer { .. }
            | Order::OpenContainer { .. }
            | Order::Lock { .. }
            | Order::Unlock { .. }
            | Order::Disable { .. }
            | Order::Enable { .. }
            | Order::ClearJam { .. }
            | Order::Drain(_) => self.take_chute_order(&order.what, out),
        }
    }
}
