//! How inputs and records reach the ledger.

use super::container::{Manifest, Piece, Taken};
use super::item::ItemBook;
use super::names::text;
use super::parcel::{Last, ParcelBook, Place};
use super::pull::PullEntry;
use super::{ITEMS_KEPT, Ledger};
use sortie_core::input::Input;
use sortie_core::output::{Decision, DoubtCause, Outlet, PullEnd, Reason, Record};
use sortie_core::records::{FlightKey, HoldRecord, Order, OrderRecord, ParcelKey, ParcelRecord};

impl Ledger {
    /// Takes an input, at `at` nanoseconds of the journal's clock.
    pub fn take_input(&mut self, at: u64, input: &Input) {
        if let Input::Utc { utc_ms } = input {
            self.utc = Some((at, *utc_ms));
        } else if let Input::Parcel(record) = input {
            self.parcel(record);
        } else if let Input::Hold(record) = input {
            self.hold(record);
        } else if let Input::Departed(key) = input {
            self.departed(key);
        } else if let Input::Flight(record) = input {
            self.flights.insert(record.key, record.clone());
        } else if let Input::Order(OrderRecord { by, what: Order::Return { parcel } }) = input {
            self.take_off(parcel, Taken::Returned { by: text(by) });
        }
    }

    /// Takes a record, at `at` nanoseconds of the journal's clock; gives the flight whose reconciliation can be drawn
    /// up now.
    pub fn take_record(&mut self, at: u64, record: &Record) -> Option<FlightKey> {
        let utc_ms = self.utc_at(at);
        match record {
            Record::Decided(decision) => self.decided(decision),
            Record::Confirmed { item, chute, container } => self.fell(*item, *chute, *container, true, utc_ms),
            Record::Unconfirmed { item, chute, container } => self.fell(*item, *chute, *container, false, utc_ms),
            Record::Revoked { item, chute, container } => {
                self.fell_unseen(*item, *chute, *container, utc_ms);
                self.revoked(at, *item);
            }
            Record::EndOfLine { item, code } => self.rode_off(*item, *code),
            Record::Weighed { item, grams, .. } => {
                self.items.entry(*item).or_default().weight_g = u32::try_from(*grams).ok();
            }
            Record::Gone { item } => self.lost(*item, Place::Lost),
            Record::Sighted { item, .. } => {
                if let Some(item) = self.items.get_mut(item) {
                    // The edge that took it back is told as a sighting, too.
                    item.revoked = item.revoked.filter(|(_, revoked_at)| *revoked_at == at);
                }
            }
            Record::Doubt { item, why: DoubtCause::Flushed, .. } => self.lost(*item, Place::Unknown),
            Record::ContainerOpened { container, chute, id } => {
                self.containers.open(*container, *chute, id, utc_ms);
            }
            Record::ContainerClosing { container, chute, why } => self.containers.closing(*container, *chute, *why),
            Record::ContainerClosed { container, chute, .. } => self.containers.close(*container, *chute, utc_ms),
            Record::FlightChanged { flight, state } => {
                self.states.insert(*flight, *state);
            }
            Record::FlightClosed { flight } => return Some(*flight),
            Record::HoldAnswered { key, verdict } => {
                if let Some(book) = self.parcels.get_mut(key) {
                    book.answer = Some(*verdict);
                }
            }
            Record::PullOpened { .. } | Record::PullClosed { .. } => self.pull(record, utc_ms),
            Record::Born { .. }
            | Record::Doubt { .. }
            | Record::Scanned { .. }
            | Record::ReadIgnored { .. }
            | Record::FireEnded { .. }
            | Record::Flushed { .. }
            | Record::Alarm { .. }
            | Record::Refused(_)
            | Record::PlanInUse { .. }
            | Record::PlanPending { .. }
            | Record::ChuteChanged { .. }
            | Record::Relabelled { .. }
            | Record::Announced { .. }
            | Record::Keyed { .. }
            | Record::LineChanged { .. }
            | Record::PassBegun { .. } => {}
        }
        None
    }

    /// The core starts empty: after a gap of the journal, or on a line that was rebuilt. What lies in containers stays
    /// there; what rode is unknown, and numbers begin anew.
    pub fn begin_again(&mut self) {
        let riding = self.parcels.values_mut().filter_map(|book| book.last.as_mut());
        riding.filter(|last| last.place == Place::Riding).for_each(|last| last.place = Place::Unknown);
        self.items.clear();
        self.containers.begin_again();
        self.pulls.values_mut().for_each(|pull| pull.open = false);
    }

    fn parcel(&mut self, record: &ParcelRecord) {
        match self.parcels.get_mut(&record.key).filter(|book| !book.departed) {
            Some(book) => book.say(record),
            None => {
                self.parcels.insert(record.key.clone(), ParcelBook::new(record));
            }
        }
    }

    fn hold(&mut self, record: &HoldRecord) {
        if let Some(book) = self.parcels.get_mut(&record.key) {
            book.customs = record.customs.unwrap_or(book.customs);
            book.security = record.security.unwrap_or(book.security);
        }
    }

    fn departed(&mut self, key: &ParcelKey) {
        let Some(book) = self.parcels.get_mut(key).filter(|book| !book.departed) else { return };
        book.departed = true;
        self.departed.push_back(key.clone());
        if self.departed.len() > self.departed_kept
            && let Some(oldest) = self.departed.pop_front()
            && self.parcels.get(&oldest).is_some_and(|book| book.departed)
        {
            self.parcels.remove(&oldest);
        }
    }

    fn decided(&mut self, decision: &Decision) {
        let item = self.items.entry(decision.item).or_default();
        item.decided(decision);
        let was_double = item.double;
        let known = item.parcel.clone();
        if self.items.len() > ITEMS_KEPT {
            self.items.pop_first();
        }
        let Some(key) = known else { return };
        let Some(book) = self.parcels.get_mut(&key) else { return };
        let own = book.last.as_ref().is_none_or(|last| last.item == decision.item);
        // The double of an item says nothing of where the parcel is, also when it is in doubt.
        let double = !own && (decision.code == Reason::Dup || (was_double && decision.code != Reason::Ok));
        if let Some(item) = self.items.get_mut(&decision.item) {
            item.double = double;
        }
        if double {
            return;
        }
        let bound_for = if let Outlet::Chute(chute) = decision.outlet { Some(chute) } else { None };
        let before = book.last.as_ref().filter(|_| own && bound_for.is_none()).and_then(|last| last.bound_for);
        book.last = Some(Last {
            item: decision.item,
            code: decision.code,
            flight: decision.flight,
            moved_from: decision.moved_from,
            place: Place::Riding,
            bound_for: bound_for.or(before),
        });
        if !own {
            book.found = None;
            self.take_off(&key, Taken::CameAgain { item: decision.item });
        }
    }

    fn fell(&mut self, number: u32, chute: u16, container: u32, confirmed: bool, utc_ms: Option<i64>) {
        let item = self.items.entry(number).or_default();
        if let Some(piece) = item.piece.and_then(|at| self.containers.piece_mut(at)).filter(|piece| piece.is_there()) {
            piece.confirmed |= confirmed;
            return;
        }
        let (aim, weight_g) = (item.aim_at(chute).cloned(), item.weight_g);
        let parcel = aim.as_ref().and_then(|aim| aim.parcel.clone()).or_else(|| item.parcel.clone());
        let book = parcel.as_ref().and_then(|key| self.parcels.get(key));
        let declared_g = book.map_or(0, |book| book.declared_g);
        let piece = Piece {
            item: number,
            parcel: parcel.clone(),
            codes: aim.as_ref().map(|aim| aim.codes.clone()).unwrap_or_default(),
            code: aim.as_ref().map_or(Reason::Trk, |aim| aim.code),
            flight: aim.as_ref().and_then(|aim| aim.flight),
            weight_g: weight_g.or_else(|| aim.as_ref().and_then(|aim| aim.weight_g)).unwrap_or(declared_g),
            confirmed,
            utc_ms,
            // A hold that came too late is told when the fire has ended, before the piece has fallen.
            pull: book.and_then(|book| book.pull),
            taken: None,
        };
        let at = self.containers.put(container, chute, piece);
        if let Some(item) = self.items.get_mut(&number) {
            item.piece = Some(at);
        }
        if let Some(book) = parcel.and_then(|key| self.parcels.get_mut(&key))
            && let Some(last) = book.last.as_mut().filter(|last| last.item == number)
        {
            last.place = Place::Chute(chute);
            book.piece = Some(at);
        }
    }

    /// A fire is for what was decided last.
    pub(super) fn fire_left(&mut self, number: u32) {
        if let Some(item) = self.items.get_mut(&number) {
            item.fired_for.clone_from(&item.aim);
        }
    }

    /// What is taken back before its confirm was due is a piece that nothing has confirmed.
    fn fell_unseen(&mut self, number: u32, chute: u16, container: u32, utc_ms: Option<i64>) {
        if self.items.get(&number).is_some_and(|item| item.piece.is_none()) {
            self.fell(number, chute, container, false, utc_ms);
        }
    }

    fn revoked(&mut self, when: u64, number: u32) {
        let Some(item) = self.items.get_mut(&number) else { return };
        let Some(at) = item.piece.take() else { return };
        item.revoked = Some((at, when));
        let Some(piece) = self.containers.piece_mut(at).filter(|piece| piece.is_there()) else { return };
        piece.taken = Some(Taken::Revoked);
        let Some(book) = piece.parcel.clone().and_then(|key| self.parcels.get_mut(&key)) else { return };
        if book.piece == Some(at) {
            book.piece = None;
        }
        self.place(number, Place::Riding);
    }

    /// Nobody knows where it is. If its chute had told of it, and but one PEC saw it behind, that PEC may have seen
    /// anything: it is more likely to lie there than to have vanished, and is listed as a piece that was not confirmed.
    fn lost(&mut self, number: u32, place: Place) {
        self.place(number, place);
        let Some((at, _)) = self.items.get_mut(&number).and_then(|item| item.revoked.take()) else { return };
        let Some((manifest, piece)) = self.containers.piece(at) else { return };
        let chute = manifest.chute;
        let book = piece.parcel.clone().and_then(|key| self.parcels.get_mut(&key));
        if let Some(book) = book.filter(|book| book.piece.is_none()) {
            book.piece = Some(at);
            if let Some(piece) = self.containers.piece_mut(at) {
                (piece.taken, piece.confirmed) = (None, false);
            }
            self.place(number, Place::Chute(chute));
        }
    }

    fn rode_off(&mut self, number: u32, code: Reason) {
        self.place(number, Place::EndOfLine);
        if let Some(last) = self.last_of(number) {
            last.code = code;
        }
    }

    fn place(&mut self, number: u32, place: Place) {
        if let Some(last) = self.last_of(number) {
            last.place = place;
        }
    }

    /// What is said of the parcel of an item, if that item is its newest one.
    fn last_of(&mut self, number: u32) -> Option<&mut Last> {
        let key = self.items.get(&number).and_then(|item: &ItemBook| item.parcel.clone())?;
        self.parcels.get_mut(&key)?.last.as_mut().filter(|last| last.item == number)
    }

    /// The piece that stands for a parcel is not in its container any more.
    fn take_off(&mut self, key: &ParcelKey, why: Taken) {
        let Some(at) = self.parcels.get_mut(key).and_then(|book| book.piece.take()) else { return };
        if let Some(piece) = self.containers.piece_mut(at).filter(|piece| piece.is_there()) {
            piece.taken = Some(why);
        }
    }

    fn pull(&mut self, record: &Record, utc_ms: Option<i64>) {
        if let Record::PullOpened { pull, key, chute, container, id } = record {
            let book = self.parcels.get_mut(key);
            let plates = book.as_ref().map(|book| book.plates.iter().map(|plate| text(plate)).collect());
            let entry = PullEntry {
                pull: *pull,
                parcel: key.clone(),
                plates: plates.unwrap_or_default(),
                chute: *chute,
                container: *container,
                id: text(id),
                opened_utc_ms: utc_ms,
                open: true,
                ended: None,
                by: String::new(),
            };
            self.pulls.insert(*pull, entry);
            let Some(book) = book else { return };
            book.pull = Some(*pull);
            if let Some(piece) = book.piece.and_then(|at| self.containers.piece_mut(at)) {
                piece.pull = Some(*pull);
            }
        } else if let Record::PullClosed { pull, how, by } = record {
            self.pull_closed(*pull, *how, &text(by));
        }
    }

    fn pull_closed(&mut self, pull: u32, how: PullEnd, by: &str) {
        let Some(entry) = self.pulls.get_mut(&pull) else { return };
        let withdrawn = entry.is_withdrawn().then_some(entry.container);
        entry.end(how, by);
        let key = entry.parcel.clone();
        let Some(book) = self.parcels.get_mut(&key) else { return };
        book.pull = book.pull.filter(|open| *open != pull);
        if how == PullEnd::Found {
            book.found = Some((pull, by.to_owned()));
        }
        let Some(at) = book.piece else { return };
        // An entry that was withdrawn stands at no piece any more; who found it says where he has been.
        let is_its =
            |(manifest, piece): (&Manifest, &Piece)| piece.pull == Some(pull) || withdrawn == Some(manifest.container);
        if !self.containers.piece(at).is_some_and(is_its) {
            return;
        }
        if how == PullEnd::Found {
            self.take_off(&key, Taken::Found { by: by.to_owned() });
        } else if let Some(piece) = self.containers.piece_mut(at) {
            piece.pull = None;
        }
    }
}
