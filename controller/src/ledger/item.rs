//! What an item was last said to be.

use super::container::PieceAt;
use sortie_core::output::{Decision, Outlet, Reason};
use sortie_core::records::{CodeText, FlightKey, ParcelKey};

/// One item.
#[derive(Clone, Debug, Default)]
pub(super) struct ItemBook {
    /// The parcel that it was last identified as.
    pub(super) parcel: Option<ParcelKey>,
    /// By which decision it was last sent to a chute.
    pub(super) aim: Option<Aim>,
    /// For which decision its newest fire left: there it falls if no cancel comes in time, whatever was decided since.
    pub(super) fired_for: Option<Aim>,
    /// What it was last weighed as. A decision knows only what was weighed before it.
    pub(super) weight_g: Option<u32>,
    /// It shows the plate of a parcel that another item has: whatever else it is, it says nothing of where that parcel is.
    pub(super) double: bool,
    /// The piece that it became.
    pub(super) piece: Option<PieceAt>,
    /// The piece that it was, until a PEC saw it behind its chute, and when that was; `None` again when it was seen after.
    pub(super) revoked: Option<(PieceAt, u64)>,
}

/// A decision for a chute.
#[derive(Clone, Debug)]
pub(super) struct Aim {
    pub(super) chute: u16,
    pub(super) code: Reason,
    pub(super) flight: Option<FlightKey>,
    pub(super) parcel: Option<ParcelKey>,
    pub(super) codes: heapless::Vec<CodeText, 4>,
    pub(super) weight_g: Option<u32>,
}

impl ItemBook {
    /// The decision by which it fell into a chute.
    pub(super) fn aim_at(&self, chute: u16) -> Option<&Aim> {
        [&self.aim, &self.fired_for].into_iter().flatten().find(|aim| aim.chute == chute)
    }

    pub(super) fn decided(&mut self, decision: &Decision) {
        if decision.parcel.is_some() {
            self.parcel.clone_from(&decision.parcel);
        }
        if let Outlet::Chute(chute) = decision.outlet {
            self.aim = Some(Aim {
                chute,
                code: decision.code,
                flight: decision.flight,
                parcel: decision.parcel.clone(),
                codes: decision.codes.clone(),
                weight_g: decision.weight_g.and_then(|grams| u32::try_from(grams).ok()),
            });
        }
    }
}
