//! What no controller could have seen: a closed list, each tied to a strike that touched that very item.

use super::Oracle;
use super::belt::Commit;
use crate::events::StrikeKind;

impl Oracle {
    /// The strike that excuses a wrong chute, if there is one.
    pub(super) fn excuse(&self, item: u32, commit: Commit) -> Option<&'static str> {
        let item = self.items.get(item)?;
        // A stroke took it that nobody had asked for at that count; it was named when it was taken.
        for kind in [StrikeKind::UnaskedDivert, StrikeKind::SlowDivert] {
            if item.named.has(kind) {
                return Some(kind.name());
            }
        }
        // Another live parcel's plate was read from it, or its own was told of another.
        for kind in [StrikeKind::WrongButValid, StrikeKind::CrossRead, StrikeKind::MultiRead] {
            if item.named.has(kind) {
                return Some(kind.name());
            }
        }
        // Scanners' dialects carry no check that would show it.
        let spoils = [StrikeKind::BitFlip, StrikeKind::LostBytes, StrikeKind::InsertedBytes];
        if spoils.into_iter().any(|kind| item.named.has(kind)) {
            return Some("wire");
        }
        // It came or moved, and no PEC had seen it from edge to edge before the commit; what is seen after the commit
        // comes too late.
        let unseen = item.seen_after.is_none_or(|lead| !self.belt.has_passed(lead, item.length, commit.count));
        let moved = [
            StrikeKind::ItemAdded,
            StrikeKind::ItemRemoved,
            StrikeKind::ItemExchanged,
            StrikeKind::Slip,
            StrikeKind::Touching,
            StrikeKind::Estop,
            StrikeKind::MissedPulses,
            StrikeKind::EncoderReset,
        ];
        if let Some(kind) = moved.into_iter().find(|kind| unseen && item.named.has(*kind)) {
            return Some(kind.name());
        }
        // It lies in the place of another that looks the same to every PEC.
        if item.alike {
            let added = item.named.has(StrikeKind::ItemAdded);
            return Some(if added { StrikeKind::ItemAdded.name() } else { StrikeKind::ItemExchanged.name() });
        }
        // It was born as one with its neighbour.
        (item.merged && item.touched).then_some("two_seen_as_one")
    }
}
