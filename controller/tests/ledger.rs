//! The ledger, fed with a shift's words: what lies where, and what became of each parcel of a flight.

use sortie_controller::journal::Entry;
use sortie_controller::ledger::{Ledger, Outcome, Place, Reconciliation};
use sortie_core::input::Input;
use sortie_core::output::{ContainerCause, Decision, DoubtCause, Outlet, Output, PullEnd, Reason, Record, Sighting};
use sortie_core::records::{
    Customs, FlightKey, FlightOrder, FlightRecord, HoldRecord, Mode, NO_PRODUCT, Order, OrderRecord, ParcelKey,
    ParcelRecord, Person, Security, Traffic,
};
use sortie_protocol::board::telegram::{Fire, HostTelegram, Tag};

const SECOND: u64 = 1_000_000_000;

fn flight(number: u16) -> FlightKey {
    format!("3V{number}/2026-11-23/LGG").parse().expect("a flight key")
}

fn key(name: &str) -> ParcelKey {
    ParcelKey::from_slice(name.as_bytes()).expect("short")
}

/// A shift in words: two flights, and whatever happens.
struct Shift {
    ledger: Ledger,
    at: u64,
    item: u32,
}

impl Shift {
    fn new(parcels: &[(&str, Option<u16>)]) -> Self {
        Self::with(Ledger::new(), parcels)
    }

    fn with(ledger: Ledger, parcels: &[(&str, Option<u16>)]) -> Self {
        let mut shift = Self { ledger, at: 0, item: 0 };
        shift.input(Input::Utc { utc_ms: 1_795_456_800_000 });
        for number in [4711, 4712] {
            shift.input(Input::Flight(FlightRecord {
                key: flight(number),
                mode: Mode::Air,
                traffic: Traffic::Export,
                destination: *b"JFK",
                opens_utc_ms: 0,
                cutoff_utc_ms: 1,
                departs_utc_ms: 2,
                order: FlightOrder::Planned,
                expected: 0,
                capacity_pieces: 0,
                capacity_g: 0,
                handling: heapless::Vec::new(),
            }));
        }
        for (name, booked) in parcels {
            shift.input(Input::Parcel(ParcelRecord {
                key: key(name),
                plates: [plate(name)].into_iter().collect(),
                destination: *b"JFK",
                flight: booked.map(flight),
                may_move: true,
                customs: Customs::Released,
                security: Security::Screened,
                product: NO_PRODUCT,
                handling: heapless::Vec::new(),
                declared_g: 700,
                declared_mm: [0; 3],
            }));
        }
        shift
    }

    fn input(&mut self, input: Input) {
        self.at += SECOND;
        self.ledger.take_input(self.at, &input);
    }

    fn record(&mut self, record: Record) -> Option<FlightKey> {
        self.at += SECOND;
        self.ledger.take_record(self.at, &record)
    }

    fn open(&mut self, container: u32, chute: u16, id: &str) {
        let id = heapless::Vec::from_slice(id.as_bytes()).expect("short");
        self.record(Record::ContainerOpened { container, chute, id });
    }

    /// An item with the parcel's plate is decided.
    fn decide(&mut self, name: &str, code: Reason, flight: Option<FlightKey>, outlet: Outlet) -> u32 {
        self.item += 1;
        self.decide_again(self.item, name, code, flight, outlet);
        self.item
    }

    fn decide_again(&mut self, item: u32, name: &str, code: Reason, flight: Option<FlightKey>, outlet: Outlet) {
        self.record(Record::Decided(Decision {
            item,
            pass: 1,
            count: 1000,
            parcel: Some(key(name)),
            codes: [plate(name)].into_iter().collect(),
            weight_g: None,
            code,
            plan_version: 1,
            flight,
            moved_from: None,
            outlet,
            rejected: heapless::Vec::new(),
            returned: false,
        }));
    }

    /// An item's fire leaves, for what was decided last.
    fn fire(&mut self, item: u32) {
        self.at += SECOND;
        let fire = Fire {
            tag: Tag { item, pass: 1 },
            revision: 1,
            output: 0,
            count: 1000,
            stroke_ms: 60,
            speed_min_cps: 2300,
            speed_max_cps: 2600,
        };
        self.ledger.take_entry(self.at, &Entry::Output(Output::Board(HostTelegram::Fire(fire))));
    }

    /// A parcel is sorted to flight 4711 at chute 1, into container 1.
    fn sort(&mut self, name: &str, confirmed: bool) -> u32 {
        let item = self.decide(name, Reason::Ok, Some(flight(4711)), Outlet::Chute(1));
        self.fall(item, 1, 1, confirmed);
        item
    }

    fn fall(&mut self, item: u32, chute: u16, container: u32, confirmed: bool) {
        self.record(if confirmed {
            Record::Confirmed { item, chute, container }
        } else {
            Record::Unconfirmed { item, chute, container }
        });
    }

    fn sheet(&self, number: u16) -> Reconciliation {
        let sheet = self.ledger.reconciliation(&flight(number), self.at).expect("a known flight");
        assert!(sheet.balances(), "{sheet:#?}");
        let mut keys: Vec<_> = sheet.parcels.iter().map(|line| line.parcel.clone()).collect();
        keys.sort();
        keys.dedup();
        assert_eq!(keys.len(), sheet.parcels.len(), "each parcel once");
        sheet
    }

    fn there(&self, container: u32) -> Vec<String> {
        let name = |key: &ParcelKey| String::from_utf8_lossy(key).into_owned();
        let manifest = self.ledger.manifest(container).expect("a container");
        manifest.there().filter_map(|piece| piece.parcel.as_ref()).map(name).collect()
    }
}

fn plate(name: &str) -> sortie_core::records::CodeText {
    heapless::Vec::from_slice(format!("LP{name:0>15}").as_bytes()).expect("short")
}

fn counts(sheet: &Reconciliation) -> [u32; 6] {
    [sheet.expected, sheet.sorted, sheet.unconfirmed, sheet.held, sheet.missing, sheet.other]
}

#[test]
fn every_parcel_of_a_flight_is_accounted_for_once() {
    let names = ["SORTED", "FAINT", "HELD", "NEVER", "LOST", "NOREAD", "LATE"];
    let mut shift = Shift::new(&names.map(|name| (name, Some(4711))));
    shift.open(1, 1, "AKE12345LG");
    shift.sort("SORTED", true);
    shift.sort("FAINT", false);
    let held = shift.decide("HELD", Reason::Hld, None, Outlet::Chute(9));
    shift.fall(held, 9, 2, true);
    let lost = shift.decide("LOST", Reason::Ok, Some(flight(4711)), Outlet::Chute(1));
    shift.record(Record::Gone { item: lost });
    let doubtful = shift.decide("NOREAD", Reason::Ok, Some(flight(4711)), Outlet::Chute(1));
    shift.record(Record::EndOfLine { item: doubtful, code: Reason::Trk });
    let late = shift.decide("LATE", Reason::Lat, None, Outlet::Chute(9));
    shift.fall(late, 9, 2, true);
    let due = shift.record(Record::FlightClosed { flight: flight(4711) });
    assert_eq!(due, Some(flight(4711)));

    let sheet = shift.sheet(4711);
    assert_eq!(counts(&sheet), [7, 2, 1, 1, 2, 2]);
    assert_eq!(sheet.held_by.get("HLD"), Some(&1));
    assert_eq!((sheet.other_by.get("LAT"), sheet.other_by.get("TRK")), (Some(&1), Some(&1)));
    assert_eq!(sheet.containers.len(), 1, "the exceptions' container is no part of the flight");
    let part = &sheet.containers[0];
    assert_eq!((part.id.as_str(), part.sorted, part.unconfirmed, part.weight_g), ("AKE12345LG", 2, 1, 1400));
    let line = |name: &str| sheet.parcels.iter().find(|line| line.parcel == key(name)).expect("listed");
    assert_eq!(line("NEVER").outcome, Outcome::Missing);
    assert!(line("LOST").note.contains("chute 1, and may lie there"), "{:?}", line("LOST"));
    assert_eq!((line("HELD").place, line("HELD").container), (Some(Place::Chute(9)), 2));
    assert_eq!(line("NOREAD").place, Some(Place::EndOfLine));
    assert_eq!(counts(&shift.sheet(4712)), [0; 6]);
    assert!(shift.ledger.reconciliation(&flight(4799), shift.at).is_none());
}

#[test]
fn a_piece_weighs_what_it_was_weighed_as_after_its_decision_too() {
    let mut shift = Shift::new(&[("A", Some(4711)), ("B", Some(4711))]);
    shift.open(1, 1, "");
    let item = shift.decide("A", Reason::Ok, Some(flight(4711)), Outlet::Chute(1));
    shift.record(Record::Weighed { item, weigher: 0, grams: 640 });
    shift.record(Record::Weighed { item, weigher: 0, grams: 645 });
    shift.fall(item, 1, 1, true);
    shift.sort("B", true);
    let manifest = shift.ledger.manifest(1).expect("a container");
    let weights: Vec<_> = manifest.there().map(|piece| piece.weight_g).collect();
    assert_eq!(weights, [645, 700], "the other one was not weighed: what is declared");
}

#[test]
fn a_discharge_that_is_taken_back_leaves_the_manifest() {
    let mut shift = Shift::new(&[("A", Some(4711)), ("B", Some(4711))]);
    shift.open(1, 1, "");
    let item = shift.sort("A", true);
    shift.sort("B", true);
    shift.record(Record::Revoked { item, chute: 1, container: 1 });
    assert_eq!(shift.there(1), ["B"]);
    assert_eq!(shift.sheet(4711).parcels.iter().filter(|line| line.place == Some(Place::Riding)).count(), 1);
    shift.record(Record::EndOfLine { item, code: Reason::Trk });
    assert_eq!(counts(&shift.sheet(4711)), [2, 1, 0, 0, 0, 1]);
}

#[test]
fn what_falls_although_it_was_sent_elsewhere_by_then_lies_there_for_the_flight_it_was_fired_for() {
    let mut shift = Shift::new(&[("A", Some(4711))]);
    shift.open(1, 1, "");
    let item = shift.decide("A", Reason::Ok, Some(flight(4711)), Outlet::Chute(1));
    shift.fire(item);
    // A controller that starts anew sends it to another chute, hears that the flight is gone, and its cancels come too late.
    shift.decide_again(item, "A", Reason::Ok, Some(flight(4711)), Outlet::Chute(2));
    shift.decide_again(item, "A", Reason::Lat, None, Outlet::Chute(9));
    shift.fall(item, 1, 1, true);
    assert_eq!(shift.there(1), ["A"]);
    assert_eq!(counts(&shift.sheet(4711)), [1, 1, 0, 0, 0, 0]);
}

#[test]
fn a_double_that_falls_into_doubt_does_not_take_its_parcel_along() {
    let mut shift = Shift::new(&[("A", Some(4711))]);
    shift.open(1, 1, "");
    shift.sort("A", true);
    let double = shift.decide("A", Reason::Dup, None, Outlet::Chute(9));
    shift.decide_again(double, "A", Reason::Trk, None, Outlet::EndOfLine);
    shift.record(Record::EndOfLine { item: double, code: Reason::Trk });
    assert_eq!(counts(&shift.sheet(4711)), [1, 1, 0, 0, 0, 0]);
}

#[test]
fn what_one_pec_saw_behind_its_chute_and_no_other_is_listed_unconfirmed() {
    let mut shift = Shift::new(&[("A", Some(4711)), ("B", Some(4711))]);
    shift.open(1, 1, "");
    for (name, goes_on) in [("A", false), ("B", true)] {
        let item = shift.sort(name, true);
        shift.record(Record::Revoked { item, chute: 1, container: 1 });
        // The edge that says so is a sighting itself.
        let edge = Record::Sighted { item, sensor: 8, count: 97_000, how: Sighting::Seen, error: 3 };
        shift.ledger.take_record(shift.at, &edge);
        if goes_on {
            shift.record(Record::Sighted { item, sensor: 9, count: 99_000, how: Sighting::Seen, error: 0 });
        }
        shift.record(Record::Gone { item });
    }
    assert_eq!(shift.there(1), ["A"]);
    assert_eq!(shift.ledger.manifest(1).expect("one").pieces.iter().filter(|piece| piece.confirmed).count(), 1);
    let sheet = shift.sheet(4711);
    let places: Vec<_> = sheet.parcels.iter().map(|line| line.place).collect();
    assert_eq!(places, [Some(Place::Chute(1)), Some(Place::Lost)]);
    assert_eq!(counts(&sheet), [2, 1, 1, 0, 1, 0]);
}

/// Swarm seed 2033 of an hour: the confirm came a moment after an edge had denied the discharge, and then the belt was flushed.
#[test]
fn what_is_taken_back_before_its_confirm_was_due_is_listed_unconfirmed_when_it_is_lost() {
    let mut shift = Shift::new(&[("A", Some(4711)), ("B", Some(4711))]);
    shift.open(1, 1, "");
    for (name, ends) in [("A", false), ("B", true)] {
        let item = shift.decide(name, Reason::Ok, Some(flight(4711)), Outlet::Chute(1));
        shift.record(Record::Revoked { item, chute: 1, container: 1 });
        shift.decide_again(item, name, Reason::Trk, None, Outlet::EndOfLine);
        shift.record(if ends {
            Record::EndOfLine { item, code: Reason::Trk }
        } else {
            Record::Doubt { item, count: 99_000, why: DoubtCause::Flushed }
        });
    }
    assert_eq!(shift.there(1), ["A"]);
    assert_eq!(shift.ledger.manifest(1).expect("one").pieces.iter().filter(|piece| piece.confirmed).count(), 0);
    assert_eq!(counts(&shift.sheet(4711)), [2, 1, 1, 0, 0, 1]);
}

#[test]
fn a_parcel_that_comes_again_is_no_longer_where_it_was() {
    let mut shift = Shift::new(&[("A", Some(4711))]);
    shift.open(1, 1, "ONE");
    shift.sort("A", false);
    assert_eq!(counts(&shift.sheet(4711)), [1, 1, 1, 0, 0, 0]);
    let again = shift.decide("A", Reason::Ok, Some(flight(4711)), Outlet::Chute(2));
    assert!(shift.there(1).is_empty());
    shift.open(2, 2, "TWO");
    shift.fall(again, 2, 2, true);
    let sheet = shift.sheet(4711);
    assert_eq!(counts(&sheet), [1, 1, 0, 0, 0, 0]);
    assert_eq!(sheet.containers[0].id, "TWO");
}

#[test]
fn the_double_of_an_item_says_nothing_of_its_parcel() {
    let mut shift = Shift::new(&[("A", Some(4711))]);
    shift.open(1, 1, "");
    shift.sort("A", true);
    let double = shift.decide("A", Reason::Dup, None, Outlet::Chute(9));
    shift.fall(double, 9, 2, true);
    assert_eq!(shift.there(1), ["A"]);
    assert_eq!(counts(&shift.sheet(4711)), [1, 1, 0, 0, 0, 0]);
}

#[test]
fn a_parcel_on_the_pull_list_lies_in_its_container_until_somebody_finds_it() {
    let mut shift = Shift::new(&[("A", Some(4711)), ("B", Some(4711))]);
    shift.open(1, 1, "AKE12345LG");
    shift.sort("A", true);
    shift.input(Input::Hold(HoldRecord { key: key("A"), customs: Some(Customs::DoNotLoad), security: None }));
    let id = heapless::Vec::from_slice(b"AKE12345LG").expect("short");
    shift.record(Record::PullOpened { pull: 3, key: key("A"), chute: 1, container: 1, id: id.clone() });
    // B's hold comes too late as well, and is told before B has fallen.
    let item = shift.decide("B", Reason::Ok, Some(flight(4711)), Outlet::Chute(1));
    shift.record(Record::PullOpened { pull: 4, key: key("B"), chute: 1, container: 1, id });
    shift.fall(item, 1, 1, true);
    let sheet = shift.sheet(4711);
    assert_eq!((counts(&sheet), sheet.pulls), ([2, 2, 0, 0, 0, 0], 2));
    assert_eq!(sheet.parcels.iter().map(|line| line.pull).collect::<Vec<_>>(), [Some(3), Some(4)]);

    let by = Person::from_slice(b"A. Name").expect("short");
    shift.record(Record::PullClosed { pull: 3, how: PullEnd::Found, by: by.clone() });
    shift.record(Record::PullClosed { pull: 4, how: PullEnd::Withdrawn, by: Person::new() });
    assert_eq!(shift.there(1), ["B"]);
    let sheet = shift.sheet(4711);
    assert_eq!((counts(&sheet), sheet.pulls), ([2, 1, 0, 1, 0, 0], 0));
    assert_eq!(sheet.held_by.get("DNL"), Some(&1));
    assert_eq!(sheet.parcels[1].note, "pulled out by A. Name");
    let open: Vec<u32> = shift.ledger.pulls().filter(|pull| pull.open).map(|pull| pull.pull).collect();
    assert!(open.is_empty());

    // Somebody had B in his hands before he heard that it may go.
    let by = Person::from_slice(b"A. Name").expect("short");
    shift.record(Record::PullClosed { pull: 4, how: PullEnd::Found, by });
    assert!(shift.there(1).is_empty());
    assert_eq!(shift.ledger.pulls().find(|pull| pull.pull == 4).and_then(|pull| pull.ended), Some("found"));
}

#[test]
fn a_parcel_that_was_taken_back_by_hand_may_come_again() {
    let mut shift = Shift::new(&[("A", Some(4711))]);
    shift.open(1, 1, "");
    shift.sort("A", true);
    let by = Person::from_slice(b"A. Name").expect("short");
    shift.input(Input::Order(OrderRecord { by, what: Order::Return { parcel: key("A") } }));
    assert!(shift.there(1).is_empty());
    assert_eq!(counts(&shift.sheet(4711)), [1, 0, 0, 0, 0, 1]);
    assert!(shift.ledger.manifest(1).expect("one").csv().contains("no,returned by A. Name"));
}

#[test]
fn a_parcel_given_to_another_flight_is_told_on_both_sheets() {
    let mut shift = Shift::new(&[("A", Some(4711)), ("FREE", None)]);
    shift.open(1, 1, "");
    let item = shift.decide("A", Reason::Ok, Some(flight(4712)), Outlet::Chute(1));
    assert!(shift.sheet(4711).parcels[0].note.contains("given to flight 3V4712"));
    shift.fall(item, 1, 1, true);
    shift.decide("FREE", Reason::Ok, Some(flight(4712)), Outlet::Chute(1));
    let (booked, given) = (shift.sheet(4711), shift.sheet(4712));
    assert_eq!(counts(&booked), [1, 0, 0, 0, 0, 1]);
    assert!(booked.parcels[0].note.contains("in a container of flight 3V4712/2026-11-23/LGG"));
    assert_eq!(counts(&given), [2, 1, 0, 0, 0, 1], "one sorted, one on the belt");
    assert!(given.parcels.iter().all(|line| !line.booked));
}

#[test]
fn a_closed_container_keeps_its_number_and_a_new_life_counts_anew() {
    let mut shift = Shift::new(&[("A", Some(4711)), ("B", Some(4711))]);
    shift.open(1, 1, "OLD");
    shift.sort("A", true);
    shift.record(Record::ContainerClosing { container: 1, chute: 1, why: ContainerCause::Button });
    let manifest = shift.ledger.manifest(1).expect("one");
    assert_eq!((manifest.state(), manifest.cause()), ("closing", Some("button")));
    shift.record(Record::ContainerClosed { container: 1, chute: 1, pieces: 1, unconfirmed: 0, weight_g: 700 });
    assert_eq!(shift.ledger.manifest(1).expect("one").state(), "closed");
    let riding = shift.decide("B", Reason::Ok, Some(flight(4711)), Outlet::Chute(1));
    shift.ledger.begin_again();
    assert_eq!(counts(&shift.sheet(4711)), [2, 1, 0, 0, 1, 0], "what rode is unknown; what lies stays");
    shift.item = riding - 1;
    shift.open(1, 1, "NEW");
    shift.sort("B", true);
    assert_eq!(shift.there(1), ["B"], "the newest container of that number");
    assert_eq!(counts(&shift.sheet(4711)), [2, 2, 0, 0, 0, 0]);
}

#[test]
fn departed_parcels_are_kept_as_long_as_there_is_room() {
    let mut shift = Shift::with(Ledger::keeping(1), &[("A", Some(4711)), ("B", Some(4711))]);
    shift.input(Input::Departed(key("A")));
    assert_eq!(shift.sheet(4711).expected, 2);
    shift.input(Input::Departed(key("B")));
    assert_eq!(shift.sheet(4711).expected, 1, "the older one is forgotten");
}

#[test]
fn hostile_keys_are_text_in_a_spreadsheet_and_in_json() {
    let mut shift = Shift::new(&[("=1+1", Some(4711))]);
    shift.open(1, 1, "@SUM(A1)");
    shift.sort("=1+1", true);
    let sheet = shift.sheet(4711);
    let csv = sheet.csv();
    let lines: Vec<&str> = csv.split("\r\n").collect();
    assert_eq!(lines[0], "flight,parcel,plates,booked,outcome,code,place,container,container_id,confirmed,pull,note");
    assert!(lines[1].contains(",\"'=1+1\",") && lines[1].contains(",\"'@SUM(A1)\","), "{}", lines[1]);
    let json: serde_json::Value = serde_json::to_value(&sheet).expect("JSON");
    assert_eq!((json["sorted"].as_u64(), json["parcels"][0]["parcel"].as_str()), (Some(1), Some("=1+1")));
    let manifest = serde_json::to_value(shift.ledger.manifest(1).expect("one")).expect("JSON");
    assert_eq!((manifest["pieces"].as_u64(), manifest["parcels"][0]["code"].as_str()), (Some(1), Some("OK")));
}
