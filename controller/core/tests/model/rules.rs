//! The rules: may the item be sorted, to which flight, and which outlet can take it now?

use super::situation::{Chute, Item};
use super::{Answer, CHUTES, Flight, GAP_MIN, ITEM_MAX, LEAD, MINUTE, Parcel, SEND_AHEAD, STROKES, Situation, Word};
use std::rc::Rc;

impl Situation {
    /// What the rules say of an item now.
    pub(crate) fn decide(&self, item: &Item) -> Answer {
        let mut answer = Answer::default();
        match self.flight_for(item, &mut answer) {
            Ok(flight) => self.flight_outlet(item, flight, &mut answer),
            Err(code) => self.exception_outlet(item, code, &mut answer),
        }
        answer
    }

    /// What has to be on record of an item now; `None`: what is there already, since its commit count has passed and
    /// only the board can tell what becomes of it.
    pub(crate) fn expected(&self, item: &Item) -> Option<Answer> {
        let answer = self.decide(item);
        let tried = |(chute, _)| answer.outlet != Some(chute) && self.commit(item, chute) <= self.count;
        (item.doubt.is_some() || !item.fire.is_some_and(tried)).then_some(answer)
    }

    fn flight_for(&self, item: &Item, answer: &mut Answer) -> Result<String, Word> {
        let parcel = self.parcel_of(item)?;
        let booked = |flight: &&Flight| parcel.booked.as_ref().map_or(flight.to == parcel.to, |key| flight.key == *key);
        let mut candidates: Vec<&Flight> = self.flights.values().map(Rc::as_ref).filter(booked).collect();
        // Without any candidate the rules of export judge, rule 7 lets pass, and rule 8 finds nothing.
        let export = Flight { traffic: "export", handling: parcel.handling.clone(), ..Flight::default() };
        candidates.extend(candidates.is_empty().then_some(&export));
        retain(&mut candidates, "SEC", |flight| self.boards(flight, parcel.security))?;
        let code = if ["released", "assessing"].contains(&parcel.customs) { "CUS" } else { parcel.customs };
        retain(&mut candidates, code, |flight| self.boards(flight, parcel.customs))?;
        self.measures(item, parcel)?;
        retain(&mut candidates, "SHC", |flight| handles(flight, parcel))?;
        let code = match self.pick(item, parcel, &candidates) {
            Err(code) if parcel.may_move && ["LAT", "CNX", "FUL"].contains(&code) => code,
            picked => return picked,
        };
        // A booked parcel that may move takes another flight to its destination.
        let booked = parcel.booked.as_ref().ok_or(code)?;
        let mut others: Vec<&Flight> = self.flights.values().map(Rc::as_ref).collect();
        others.retain(|flight| flight.key != *booked && flight.to == parcel.to && handles(flight, parcel));
        others.retain(|flight| self.boards(flight, parcel.security) && self.boards(flight, parcel.customs));
        let flight = self.pick(item, parcel, &others).map_err(|_| code)?;
        answer.moved_from = Some((booked.clone(), code));
        Ok(flight)
    }

    /// Rules 1 to 3.
    fn parcel_of(&self, item: &Item) -> Result<&Parcel, Word> {
        match item.parcels.as_deref().unwrap_or_default() {
            _ if item.doubt == Some(true) => Err("FLU"),
            _ if item.doubt.is_some() || self.journal_failed => Err("TRK"),
            _ if item.length > ITEM_MAX => Err("OVL"),
            _ if self.gap_short(item) => Err("GAP"),
            [] if item.codes.is_empty() => Err("NRD"),
            [] => Err("NDT"),
            [_] if item.duplicate => Err("DUP"),
            [key] => self.parcels.get(key).map(Rc::as_ref).ok_or("NDT"),
            _ => Err("MRD"),
        }
    }

    /// Both sides of a gap that is too short at the entry are. (A stranger was never measured there.)
    fn gap_short(&self, item: &Item) -> bool {
        let short = |front: &Item, back: &Item| {
            let measured = front.length > 0 && (back.length > 0 || back.doubt.is_none());
            measured && (0..GAP_MIN).contains(&(back.zero - front.zero - front.length))
        };
        self.items.iter().any(|other| other.number != item.number && (short(other, item) || short(item, other)))
    }

    /// Rules 4 and 5: what the plan allows; but unknown, do-not-load and a security alarm never board.
    fn boards(&self, flight: &Flight, state: Word) -> bool {
        let listed = self.plan.boarding.iter().find(|(traffic, _)| *traffic == flight.traffic);
        !["alarm", "CUS", "DNL"].contains(&state) && listed.is_some_and(|(_, states)| states.contains(&state))
    }

    /// Rule 6.
    fn measures(&self, item: &Item, parcel: &Parcel) -> Result<(), Word> {
        let plan = &self.plan;
        let mut declared = parcel.declared_mm;
        declared.sort_unstable_by(|one, other| other.cmp(one));
        let larger = declared.iter().zip(&plan.size_max).any(|(side, most)| side > most);
        let far = |weight: i64| {
            let apart = (weight - parcel.declared_g).abs();
            apart > plan.tolerance_g && apart * 1000 > parcel.declared_g * plan.tolerance_permille
        };
        let demanded = plan.products.iter().any(|(product, _, weighed)| *product == parcel.product && *weighed);
        match item.weight {
            weight if weight.unwrap_or(parcel.declared_g) > plan.weight_max => Err("OVW"),
            _ if larger || item.length > plan.size_max[0] => Err("OVS"),
            Some(weight) if parcel.declared_g > 0 && far(weight) => Err("WMM"),
            None if demanded => Err("NWT"),
            _ => Ok(()),
        }
    }

    /// Rule 8: the first to depart of those that accept, or the best news of those that do not.
    fn pick(&self, item: &Item, parcel: &Parcel, flights: &[&Flight]) -> Result<String, Word> {
        let had = item.told.as_ref().and_then(|told| told.flight.as_ref());
        let accepting = flights.iter().filter(|flight| self.refusal(item, parcel, flight).is_none());
        let first = accepting.min_by_key(|flight| (flight.departs, Some(&flight.key) != had, &flight.key));
        let said: Vec<Word> = flights.iter().filter_map(|flight| self.refusal(item, parcel, flight)).collect();
        let best = ["FUL", "ERL", "LAT", "CNX"].into_iter().find(|code| said.contains(code)).unwrap_or("NFL");
        first.map(|flight| flight.key.clone()).ok_or(best)
    }

    /// Why a flight does not accept a parcel.
    fn refusal(&self, item: &Item, parcel: &Parcel, flight: &Flight) -> Option<Word> {
        let product = self.plan.products.iter().find(|(product, ..)| *product == parcel.product);
        let cutoff = flight.cutoff - product.map_or(0, |(_, earlier, _)| *earlier);
        if !self.plan.flights.iter().any(|(key, chutes, _)| *key == flight.key && !chutes.is_empty()) {
            Some("NFL")
        } else if flight.order == "cancelled" {
            Some("CNX")
        } else if flight.order == "closed" || self.utc >= flight.departs || self.utc >= cutoff {
            Some("LAT")
        } else if self.utc < flight.opens {
            Some("ERL")
        } else {
            self.no_capacity(item, flight).then_some("FUL")
        }
    }

    /// The fire is with the board, and only the board can tell what becomes of it.
    pub(crate) fn committed(&self, item: &Item) -> bool {
        item.rides() && item.fire.is_some_and(|(chute, _)| self.commit(item, chute) <= self.count)
    }

    /// Places are taken by who may lie there, then by who is past its commit count, then by who rides ahead.
    fn no_capacity(&self, item: &Item, flight: &Flight) -> bool {
        let place = |of: &Item| (!self.committed(of), of.zero);
        let before = |other: &Item| other.rides() && place(other) < place(item);
        let counts = |other: &&Item| other.place_in() == Some(&flight.key) && (other.may_lie() || before(other));
        let all = self.items.iter().filter(counts).chain([item]).collect();
        self.exceed(all, [flight.capacity_pieces, flight.capacity_g, 0])
    }

    /// More than so many pieces, grams or millimetres.
    fn exceed(&self, items: Vec<&Item>, most: [i64; 3]) -> bool {
        let grams = items.iter().map(|item| if item.may_lie() { item.fell } else { self.grams(item) }).sum();
        let have = [items.len() as i64, grams, items.iter().map(|item| item.length).sum()];
        most.into_iter().zip(have).any(|(most, have)| most > 0 && have > most)
    }

    /// Measured, or declared.
    pub(super) fn grams(&self, item: &Item) -> i64 {
        let declared = |key| self.parcels.get(key).map_or(0, |parcel| parcel.declared_g);
        item.weight.unwrap_or_else(|| match item.parcels.as_deref() {
            Some([key]) => declared(key),
            _ => 0,
        })
    }

    /// The flight's chutes, then its overflow, then the outlets of the reason why the first one would not do.
    fn flight_outlet(&self, item: &Item, flight: String, answer: &mut Answer) {
        let Some((_, own, overflow)) = self.plan.flights.iter().find(|(key, ..)| *key == flight) else { return };
        let had = item.told.as_ref().and_then(|told| told.outlet);
        let fit = own.iter().copied().filter(|chute| self.fits(item, *chute, answer));
        let best = fit.min_by_key(|chute| (had != Some(*chute), self.load(item, *chute, &flight), *chute));
        let chosen = best.or_else(|| overflow.iter().copied().find(|chute| self.fits(item, *chute, answer)));
        answer.flight = Some(flight);
        match answer.rejected.first() {
            Some((_, why)) if chosen.is_none() => self.exception_outlet(item, why, answer),
            _ => (answer.code, answer.outlet) = ("OK", chosen),
        }
    }

    /// The first outlet of a code that can take the item, or the end of the line.
    fn exception_outlet(&self, item: &Item, code: Word, answer: &mut Answer) {
        let rides_on = ["TRK", "FLU", "OVL", "GAP"].contains(&code);
        let listed = self.plan.exceptions.iter().filter(|(of, _)| *of == code && !rides_on);
        let mut outlets = listed.flat_map(|(_, outlets)| outlets);
        answer.code = code;
        answer.outlet = outlets.find(|chute| self.fits(item, **chute, answer)).copied();
    }

    /// The record has room for sixteen that do not.
    fn fits(&self, item: &Item, chute: u16, answer: &mut Answer) -> bool {
        let obstacle = self.obstacle(item, chute);
        let noted = obstacle.filter(|_| answer.rejected.len() < 16);
        answer.rejected.extend(noted.map(|why| (chute, why)));
        obstacle.is_none()
    }

    /// Why a chute cannot take the item.
    fn obstacle(&self, item: &Item, number: u16) -> Option<Word> {
        let chute = self.chutes.get(&number).cloned().unwrap_or_default();
        let marked = |mark: Word| chute.marks.get(mark) == Some(&true);
        if usize::from(number) > CHUTES.len() || marked("disabled") || self.plan.disabled.contains(&number) {
            Some("DIS")
        } else if self.jammed(&chute) {
            Some("JAM")
        } else if marked("locked") || marked("changing") {
            Some("LCK")
        } else if self.plan.containers.contains(&number) && !chute.marks.contains_key("changing") {
            Some("NCT")
        } else if self.full_by_sensor(item, number, &chute) || self.full_by_container(item, number, &chute) {
            Some("FUL")
        } else if self.too_many_a_minute(item, number) {
            Some("RAT")
        } else if self.too_close(item, number) {
            Some("SHG")
        } else {
            (item.fire != Some((number, false)) && self.commit(item, number) <= self.count).then_some("RCX")
        }
    }

    fn jammed(&self, chute: &Chute) -> bool {
        let blocked = chute.since.get("confirm").is_some_and(|since| self.now_ns - since >= self.plan.jam_blocked_ns);
        blocked || (self.plan.jam_unconfirmed > 0 && chute.unconfirmed >= self.plan.jam_unconfirmed)
    }

    /// Riding items ahead that are decided for the chute.
    fn reserved(&self, item: &Item, number: u16) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(move |other| other.zero < item.zero && other.bound_for(number))
    }

    /// Items that fell into the chute: with count and host time.
    fn fallen(&self, number: u16) -> impl Iterator<Item = (&Item, i64, u64)> {
        let left = move |item: &&Item| item.left_at() == Some(number);
        self.items.iter().filter(left).filter_map(|item| item.fired.map(|(_, count, at)| (item, count, at)))
    }

    fn full_by_sensor(&self, item: &Item, number: u16, chute: &Chute) -> bool {
        let Some(since) = chute.since.get("full") else { return false };
        let near = |other: &&Item| {
            let fire_could_leave = self.commit(other, number) - SEND_AHEAD <= self.count;
            fire_could_leave || place(number) - (self.count - other.zero) <= self.plan.reserve_ahead
        };
        let near = self.reserved(item, number).filter(near).count();
        let fired = self.fallen(number).filter(|(_, _, at)| at >= since).count();
        fired + near >= self.plan.after_full || self.now_ns - since >= self.plan.full_delay_ns
    }

    fn full_by_container(&self, item: &Item, number: u16, chute: &Chute) -> bool {
        let inside = self.fallen(number).filter(|(_, _, at)| *at >= chute.filled_from).map(|(item, ..)| item);
        let all: Vec<&Item> = inside.chain(self.reserved(item, number)).chain([item]).collect();
        self.plan.most.iter().any(|(of, most)| *of == number && self.exceed(all.clone(), *most))
    }

    fn too_many_a_minute(&self, item: &Item, number: u16) -> bool {
        let due = self.reserved(item, number).map(|other| target(other, number));
        let all = self.fallen(number).map(|(_, count, _)| count).chain(due);
        let recent = all.filter(|count| *count > target(item, number) - MINUTE).count();
        self.plan.per_minute.iter().any(|(of, most)| *of == number && recent >= *most)
    }

    /// A divert that took an item ahead has to come back. (The line of the histories leaves no other gap too short.)
    fn too_close(&self, item: &Item, number: u16) -> bool {
        let takes = |other: &Item| other.left_at() == Some(number) || other.bound_for(number);
        let mut ahead = self.items.iter().filter(|other| other.zero < item.zero && takes(other));
        ahead.any(|other| target(item, number) - target(other, number) < STROKES)
    }

    pub(crate) fn commit(&self, item: &Item, chute: u16) -> i64 {
        target(item, chute) - LEAD
    }

    /// Pieces that a chute took of the flight since it was last fired at for another, and what else is on its way.
    fn load(&self, item: &Item, number: u16, flight: &String) -> usize {
        let fired = |other: &Item| other.fired.filter(|(chute, ..)| *chute == number).map_or(0, |(_, _, at)| at);
        let another = |other: &&Item| other.fell_for.as_ref().is_some_and(|to| to != flight);
        let since = self.items.iter().filter(another).map(fired).max().unwrap_or(0);
        let own = |other: &Item| other.fell_for.as_ref() == Some(flight) && !other.revoked && fired(other) > since;
        let riding = |other: &Item| other.number != item.number && other.bound_for(number);
        self.items.iter().filter(|other| own(other) || riding(other)).count()
    }
}

fn place(chute: u16) -> i64 {
    CHUTES[usize::from(chute) - 1]
}

/// Count at which an item's middle is at a chute.
fn target(item: &Item, chute: u16) -> i64 {
    item.zero + place(chute) + item.length / 2
}

fn handles(flight: &Flight, parcel: &Parcel) -> bool {
    parcel.handling.iter().all(|code| flight.handling.contains(code))
}

/// A rule applies if it lets none of the candidates through.
fn retain(candidates: &mut Vec<&Flight>, code: Word, lets: impl Fn(&Flight) -> bool) -> Result<(), Word> {
    candidates.retain(|flight| lets(flight));
    if candidates.is_empty() { Err(code) } else { Ok(()) }
}
