//! Which items a strike has touched.

use super::belt::Belt;
use super::items::Items;
use crate::events::{ItemId, ParcelNo, Strike, StrikeKind};

/// An item is disturbed by a strike on the line as a whole if it rides within this time after it, ns.
pub(super) const SETTLES_NS: u64 = 6_000_000_000;
/// An item has come onto the belt wholly within this, ns; about.
const COMES_NS: u64 = 500_000_000;
/// A wire strike reaches the reads of this time before and after it, ns.
const WIRE_NS: u64 = 150_000_000;

impl Items {
    #[expect(clippy::wildcard_enum_match_arm, reason = "most strikes touch whom they name")]
    pub(super) fn strike(&mut self, at: u64, strike: &Strike, belt: &Belt) {
        let named: Vec<ItemId> = strike.items.iter().copied().filter(|item| *item != 0).collect();
        match strike.kind {
            // Whose result comes late is read by the other scanners as well as ever, or by none.
            StrikeKind::LateResult => {
                self.results_late_until = at + SETTLES_NS;
                return self.serve_amiss();
            }
            // A code twice, or one that stands for nobody, is no reason for anything.
            StrikeKind::MultiRead if named.len() < 2 => return,
            _ => {}
        }
        for item in &named {
            self.name(*item, strike.kind);
        }
        self.follow(at, strike.kind, &named, belt);
    }

    /// What a strike touches besides the items that it names.
    #[expect(clippy::wildcard_enum_match_arm, reason = "most strikes touch only whom they name")]
    fn follow(&mut self, at: u64, kind: StrikeKind, named: &[ItemId], belt: &Belt) {
        match kind {
            StrikeKind::BitFlip | StrikeKind::LostBytes | StrikeKind::InsertedBytes if named.is_empty() => {
                self.wire(at);
            }
            // The board is late, and whoever rides is seen late.
            StrikeKind::LateFrame if named.is_empty() => self.disturb(at, at + SETTLES_NS),
            StrikeKind::Estop => {
                self.exchanged(named, belt);
                self.disturb(at, at + SETTLES_NS);
            }
            StrikeKind::BeltStop
            | StrikeKind::BoardReboot
            | StrikeKind::PortUnplugged
            | StrikeKind::ControllerKilled
            | StrikeKind::JournalTorn => self.disturb(at, at + SETTLES_NS),
            StrikeKind::PecChatter | StrikeKind::SlowDivert if named.is_empty() => self.disturb(at, at),
            StrikeKind::PecStuckOn | StrikeKind::PecStuckOff | StrikeKind::EncoderReset => {
                self.disturb(at, at + SETTLES_NS);
            }
            StrikeKind::PecChatter => self.cut_short(at, named),
            StrikeKind::MissedPulses => self.shifted(at, kind),
            StrikeKind::WrongButValid => self.impersonate(named),
            StrikeKind::ItemRemoved => self.around_gap(named, belt),
            StrikeKind::ItemExchanged => self.exchanged(named, belt),
            StrikeKind::Touching => self.pushed_together(at, named),
            _ => {}
        }
    }

    /// All that rides has moved against the counts.
    fn shifted(&mut self, at: u64, kind: StrikeKind) {
        self.disturb(at, at + SETTLES_NS);
        for place in 0..self.riding.len() {
            self.name(self.riding[place], kind);
        }
    }

    /// A weigher begins to fail, or weighs again.
    pub(super) fn weigher(&mut self, sound: bool) {
        if sound {
            self.weighers_failing = self.weighers_failing.saturating_sub(1);
            return;
        }
        self.weighers_failing += 1;
        self.serve_amiss();
    }

    /// What a device says of those that ride may be wrong, or missing.
    fn serve_amiss(&mut self) {
        for place in 0..self.riding.len() {
            if let Some(item) = self.get_mut(self.riding[place]) {
                item.amiss = true;
            }
        }
    }

    /// The controller's disk is no help until `until`: whatever rides meanwhile may go to the end of line.
    pub(super) fn without_disk(&mut self, at: u64, until: u64) {
        self.disturb(at, until + SETTLES_NS);
    }

    pub(super) fn name(&mut self, number: ItemId, kind: StrikeKind) {
        if let Some(item) = self.get_mut(number) {
            item.named.add(kind);
            item.seen_after = None;
            item.touched = true;
        }
        if let Some(place) = self.riding.iter().position(|riding| *riding == number) {
            for other in [place.checked_sub(1), Some(place + 1)].into_iter().flatten() {
                self.touch_at(other);
                self.brush(other, kind);
            }
        }
    }

    /// A strap that hangs from its neighbour may be seen where an item would have come that has left.
    fn brush(&mut self, place: usize, kind: StrikeKind) {
        if kind == StrikeKind::StrapLoose
            && let Some(&number) = self.riding.get(place)
            && let Some(item) = self.get_mut(number)
        {
            item.beside_strap = true;
        }
    }

    /// Who is pushed against a neighbour while it comes onto the belt is born as one with it. Where one of them has a hole a
    /// PEC sees the gap there, and what lies behind it as the other one.
    fn pushed_together(&mut self, at: u64, named: &[ItemId]) {
        let comes =
            |item: &ItemId| self.get(*item).is_some_and(|item| at < item.entered_at + COMES_NS || item.is_holed());
        if named.iter().any(comes) {
            for item in named {
                if let Some(item) = self.get_mut(*item) {
                    item.merged = true;
                }
            }
        }
    }

    /// Of whoever comes onto the belt the entry's PEC sees any part.
    fn cut_short(&mut self, at: u64, named: &[ItemId]) {
        for item in named {
            if let Some(item) = self.get_mut(*item).filter(|item| at < item.entered_at + COMES_NS) {
                item.cut_short = true;
            }
        }
    }

    /// The damaged label is the next record's plate; that parcel may now be taken for a duplicate.
    fn impersonate(&mut self, named: &[ItemId]) {
        let victims: Vec<ParcelNo> = named.iter().filter_map(|item| self.parcel(*item)).map(|own| own + 1).collect();
        self.impersonated.extend(victims);
    }

    pub(super) fn is_impersonated(&self, parcel: ParcelNo) -> bool {
        self.impersonated.contains(&parcel)
    }

    /// Some of these may lie in each other's places now. Who lies in a place is held against what a PEC saw there last.
    fn exchanged(&mut self, named: &[ItemId], belt: &Belt) {
        if let Some(count) = belt.now() {
            for item in named {
                if let Some(item) = self.get_mut(*item) {
                    item.settle(belt, count);
                }
            }
        }
        for &one in named {
            for &other in named.iter().filter(|other| **other != one) {
                let alike = self.get(one).zip(self.get(other)).is_some_and(|(one, other)| {
                    let ragged = one.ragged().max(other.ragged());
                    // What lies behind a hole is a body of its own for a PEC, and may look like anything shorter.
                    (one.length - other.seen_length).abs() <= self.length_tolerance + ragged
                        || (one.is_holed() && one.length > other.seen_length)
                        || (other.cut_short && one.length < other.seen_length)
                });
                if let Some(item) = self.get_mut(one) {
                    item.alike |= alike;
                }
            }
        }
        // What was seen in a place last stays with the place.
        if let [one, other] = *named
            && let (Some(of_one), Some(of_other)) = (self.get(one), self.get(other))
        {
            let (of_one, of_other) = (of_one.seen_length, of_other.seen_length);
            for (item, seen) in [(one, of_other), (other, of_one)] {
                if let Some(item) = self.get_mut(item) {
                    (item.seen_length, item.seen_at) = (seen, None);
                }
            }
        }
    }

    /// Someone has taken an item away: its neighbours were within reach of his hands.
    fn around_gap(&mut self, gone: &[ItemId], belt: &Belt) {
        for item in gone {
            let position = self.estimate(*item, belt);
            let place = self.riding.iter().position(|other| self.estimate(*other, belt) < position);
            let place = place.unwrap_or(self.riding.len());
            self.touch_at(place);
            if let Some(ahead) = place.checked_sub(1) {
                self.touch_at(ahead);
            }
        }
    }

    fn touch_at(&mut self, place: usize) {
        if let Some(&number) = self.riding.get(place)
            && let Some(item) = self.get_mut(number)
        {
            item.touched = true;
        }
    }

    pub(super) fn disturb(&mut self, _at: u64, until: u64) {
        self.disturbed_until = self.disturbed_until.max(until);
        (0..self.riding.len()).for_each(|place| self.touch_at(place));
    }

    /// A strike on a wire that names nobody: whoever was read at that moment may be its victim.
    fn wire(&mut self, at: u64) {
        self.wire_until = at + WIRE_NS;
        for place in 0..self.riding.len() {
            let number = self.riding[place];
            let recent = self.get(number).is_some_and(|item| item.scanned_at + WIRE_NS >= at && item.scanned_at > 0);
            if recent {
                self.name(number, StrikeKind::BitFlip);
            }
        }
    }
}
