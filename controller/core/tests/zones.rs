//! A ring with two induction zones (T13): two tunnels, chutes behind each, and one tracker.

mod common;

use common::{Bench, Thing, UM, hold, line, thing};
use sortie_core::line::{Line, Pec, PecKind, Ring, Scanner, Zone};
use sortie_core::output::{DoubtCause, Outlet, Reason, Record};
use sortie_core::plan::{ANOTHER_PASS, ExceptionOutlets, Plan};
use sortie_core::records::{Customs, Order};
use sortie_protocol::board::telegram::HostTelegram;

const PITCH: u64 = 600;
const CARRIERS: u64 = 48;
const TURN: u64 = PITCH * CARRIERS;
/// Where the second zone begins, half a turn behind the first.
const SECOND: i64 = 14_400;
/// Count of the bench at which the index sensor tells of carrier 1 for the first time.
const INDEX: u64 = 100;
const INDEX_SENSOR: u16 = 9;
const REJECT: u16 = 4;
/// The inductions of either zone.
const INDUCTIONS: [u16; 2] = [1, 2];

/// 48 carriers of 600 mm. First zone: PECs at 0, 4 and 9 m, chutes 1 and 2 at 6.5 and 7.5 m. Second zone: PECs at 14.4,
/// 18.4 and 23.4 m, a tunnel, and chutes 3 and 4 at 20.9 and 25.4 m; the last one rejects.
fn two_zones() -> Line {
    let mut line = line();
    line.pecs.truncate(3);
    let pec = |sensor, mm: i64, kind| Pec { sensor, position_um: mm * UM, kind };
    line.pecs.extend([
        pec(3, SECOND, PecKind::Entry),
        pec(4, SECOND + 4_000, PecKind::Belt),
        pec(5, SECOND + 9_000, PecKind::Belt),
    ]);
    let further = |scanner: &Scanner| Scanner { trigger_um: scanner.trigger_um + SECOND * UM, ..*scanner };
    let tunnel: Vec<Scanner> = line.scanners.iter().map(further).collect();
    line.scanners.extend(tunnel);
    line.chutes[2].position_um = (SECOND + 6_500) * UM;
    line.chutes[3].position_um = (SECOND + 11_000) * UM;
    line.inductions = vec![INDUCTIONS[0]];
    line.ring = Some(Ring {
        carriers: CARRIERS as u16,
        pitch_um: PITCH as i64 * UM,
        cells_per_carrier: 1,
        index_sensor: INDEX_SENSOR,
        reject_chute: REJECT,
        passes_max: 1,
        occupancy_max_permille: 900,
        permit_ahead_um: 4000 * UM,
        out_of_service: vec![],
        zones: vec![Zone { entry_um: SECOND * UM, inductions: vec![INDUCTIONS[1]] }],
    });
    line
}

/// JFK has the first chute of the first zone, ORD that of the second.
fn one_chute_each(plan: &mut Plan) {
    let chutes = |list: &[u16]| heapless::Vec::from_slice(list).expect("few");
    plan.flights[0].chutes = chutes(&[1]);
    plan.flights[1].chutes = chutes(&[3]);
    let again = heapless::Vec::from_slice(&[ANOTHER_PASS, ANOTHER_PASS]).expect("few");
    plan.exceptions.push(ExceptionOutlets { code: Reason::Rcx, outlets: again });
}

/// Something that lies in the middle of the carrier that comes by a zone's entry as the `nth`.
fn on_carrier(zone: usize, nth: u64, plate: &'static str) -> Thing {
    let from_mm = zone as i64 * SECOND;
    let at = (INDEX + nth * PITCH) as i64 + (PITCH as i64 - 300) / 2;
    Thing { from_mm, ..thing(at - from_mm, 300, plate) }
}

struct Story {
    bench: Bench,
}

impl Story {
    /// Two leaders ride from the first zone to the reject outlet, and bring both tunnels into step.
    fn new(things: Vec<Thing>) -> Self {
        Self::on(two_zones(), things)
    }

    fn on(line: Line, things: Vec<Thing>) -> Self {
        let mut all = vec![on_carrier(0, 13, "LEADER1"), on_carrier(0, 14, "LEADER2")];
        all.extend(things);
        let mut bench = Bench::on(line, all);
        bench.plan(one_chute_each);
        for plate in ["AAAAAA", "BBBBBB", "CCCCCC", "DDDDDD"] {
            bench.parcel(plate, if plate < "CCCCCC" { "JFK" } else { "ORD" });
        }
        Self { bench }
    }

    /// Lets the ring run to a count of the bench; the index sensor tells of every turn.
    fn run_to(&mut self, count: u64) {
        while self.bench.count < count {
            self.bench.travel(1);
            let since = self.bench.count.checked_sub(INDEX);
            if since.is_some_and(|since| since.is_multiple_of(TURN)) {
                self.bench.edge(INDEX_SENSOR, true);
                self.bench.edge(INDEX_SENSOR, false);
            }
        }
    }

    /// Runs until a thing is at a place; the turns that it has made since it came by the seam count.
    fn run_until(&mut self, thing: usize, mm: i64) {
        let start = u64::try_from(mm - self.bench.things[thing].start_mm).expect("it comes later");
        self.run_to(start);
    }

    /// The carriers that an induction was permitted, as they come by its entry.
    fn permits(&self, zone: usize) -> Vec<u64> {
        let count = |command: &HostTelegram| {
            let HostTelegram::Load { induction, count } = command else { return None };
            (*induction == INDUCTIONS[zone]).then(|| u64::from(count.wrapping_sub(self.bench.base)) - INDEX)
        };
        let counts: Vec<u64> = self.bench.commands.iter().filter_map(|(_, command)| count(command)).collect();
        assert!(counts.iter().all(|count| count.is_multiple_of(PITCH)), "carriers come at their counts: {counts:?}");
        counts.iter().map(|count| count / PITCH).collect()
    }

    fn order(&mut self, what: Order) {
        self.bench.input(common::order(what));
    }

    fn births(&self) -> usize {
        self.bench.log.iter().filter(|record| matches!(record, Record::Born { .. })).count()
    }
}

/// The first item of a story; two leaders come before it.
const FIRST: u32 = 3;
/// From a place of the first turn to that of the next.
const AGAIN: i64 = TURN as i64;

#[test]
fn each_zone_feeds_the_chutes_behind_it() {
    let mut story = Story::new(vec![on_carrier(0, 40, "AAAAAA"), on_carrier(1, 40, "CCCCCC")]);
    story.run_until(3, SECOND + 9_000);
    assert_eq!(story.bench.doubts(), []);
    assert_eq!((story.bench.chute_of(2), story.bench.chute_of(3)), (Some(1), Some(3)));
}

#[test]
fn what_comes_from_the_first_zone_is_known_at_the_second_and_is_sorted_behind_it() {
    let mut story = Story::new(vec![on_carrier(0, 40, "CCCCCC")]);
    story.run_until(2, SECOND + 9_000);
    assert_eq!(story.bench.doubts(), []);
    assert_eq!((story.births(), story.bench.chute_of(2)), (3, Some(3)));
    let read = |record: &Record| matches!(record, Record::Scanned { item: FIRST, .. });
    assert_eq!(story.bench.log.iter().filter(|record| read(record)).count(), 4, "both tunnels have read it");
}

#[test]
fn what_comes_from_the_second_zone_is_sorted_behind_the_seam_in_its_first_turn() {
    // One pass is allowed, and the way to the seam is none.
    let mut story = Story::new(vec![on_carrier(1, 40, "AAAAAA")]);
    story.run_until(2, SECOND + 3_000);
    assert_eq!(story.bench.decided(FIRST), (Reason::Rcx, Outlet::AnotherPass));
    story.run_until(2, AGAIN + 9_000);
    assert_eq!((story.bench.doubts(), story.bench.chute_of(2)), (vec![], Some(1)));
}

#[test]
fn a_whole_turn_is_all_that_one_pass_allows() {
    let mut story = Story::new(vec![on_carrier(1, 40, "AAAAAA"), on_carrier(0, 90, "BBBBBB")]);
    story.order(Order::Lock { chute: 1 });
    story.run_until(3, AGAIN);
    assert_eq!((story.bench.chute_of(2), story.bench.chute_of(3)), (Some(REJECT), Some(REJECT)));
    assert_eq!(story.bench.last_decision(FIRST).code, Reason::Lck);
}

#[test]
fn no_fire_leaves_before_the_second_tunnel_has_read_too() {
    let mut story = Story::new(vec![on_carrier(0, 40, "CCCCCC")]);
    story.run_until(2, SECOND + 1_800);
    assert_eq!(story.bench.fires_sent(FIRST), []);
    story.run_until(2, SECOND + 9_000);
    let (sent, _) = story.bench.fires_sent(FIRST)[0];
    let tail_read = story.bench.things[2].start_mm.unsigned_abs() + SECOND.unsigned_abs() + 1_600 + 300;
    assert!(sent >= tail_read, "{sent} {tail_read}");
}

#[test]
fn a_read_that_fails_at_the_second_tunnel_leaves_what_the_first_has_found() {
    let mut story = Story::new(vec![on_carrier(0, 40, "CCCCCC")]);
    story.run_until(2, SECOND - 500);
    story.bench.things[2].plate = None;
    story.run_until(2, SECOND + 9_000);
    assert_eq!((story.bench.doubts(), story.bench.chute_of(2)), (vec![], Some(3)));
}

#[test]
fn what_the_first_tunnel_missed_the_second_reads() {
    let mut story = Story::new(vec![on_carrier(0, 40, "")]);
    story.run_until(2, SECOND - 500);
    assert_eq!(story.bench.last_decision(FIRST).code, Reason::Nrd);
    story.bench.things[2].plate = Some("CCCCCC");
    story.run_until(2, SECOND + 9_000);
    assert_eq!((story.bench.doubts(), story.bench.chute_of(2)), (vec![], Some(3)));
}

#[test]
fn another_plate_at_the_second_tunnel_is_a_doubt() {
    let mut story = Story::new(vec![on_carrier(0, 40, "CCCCCC")]);
    story.run_until(2, SECOND - 500);
    story.bench.things[2].plate = Some("DDDDDD");
    story.run_until(2, SECOND + 12_500);
    assert_eq!(story.bench.doubts(), [(FIRST, DoubtCause::OtherPlate)]);
    assert_eq!(story.bench.chute_of(2), Some(REJECT));
}

#[test]
fn what_stayed_on_in_the_first_zone_is_rejected_on_its_next_pass() {
    // Its tag was fired, and the board may have forgotten that: on this pass nothing more is asked for it.
    let mut sticky = on_carrier(0, 40, "AAAAAA");
    sticky.sticks = true;
    let mut story = Story::new(vec![sticky]);
    story.run_until(2, 9_000);
    story.bench.things[2].sticks = false;
    story.run_until(2, AGAIN);
    assert_eq!((story.bench.fires_sent(FIRST).len(), story.bench.chute_of(2)), (1, None));
    story.run_until(2, AGAIN + SECOND + 12_500);
    assert_eq!(story.bench.doubts(), [(FIRST, DoubtCause::Missed)]);
    assert_eq!(story.bench.chute_of(2), Some(REJECT));
}

#[test]
fn a_hold_between_the_zones_is_obeyed() {
    let mut story = Story::new(vec![on_carrier(0, 40, "CCCCCC")]);
    story.run_until(2, SECOND + 200);
    story.bench.input(hold("CCCCCC", Customs::Hold));
    story.run_until(2, SECOND + 12_500);
    assert_eq!((story.bench.last_decision(FIRST).code, story.bench.chute_of(2)), (Reason::Hld, Some(REJECT)));
}

#[test]
fn the_chutes_between_the_zones_make_room_for_the_second() {
    // One leaves in the first zone, one rides on to the second: its carrier has no room there, the other one has.
    let mut story = Story::new(vec![on_carrier(0, 40, "AAAAAA"), on_carrier(0, 42, "CCCCCC")]);
    story.run_until(3, SECOND);
    let (first, second) = (story.permits(0), story.permits(1));
    assert!([40, 41, 42].iter().all(|nth| first.contains(nth)), "{first:?}");
    // Half a turn later they come by the second entry.
    assert!(second.contains(&(40 + 24)) && second.contains(&(41 + 24)), "{second:?}");
    assert!(!second.contains(&(42 + 24)), "{second:?}");
}

#[test]
fn what_came_on_at_the_second_zone_is_in_nobodys_way_at_the_seam() {
    let mut story = Story::new(vec![on_carrier(1, 40, "AAAAAA")]);
    story.run_until(2, AGAIN);
    let first = story.permits(0);
    assert!(first.contains(&(39 + 24)) && first.contains(&(41 + 24)), "{first:?}");
    assert!(!first.contains(&(40 + 24)), "it lies there: {first:?}");
}

#[test]
fn what_nobody_permitted_at_the_second_zone_is_a_stranger() {
    // The carrier is taken: what comes behind the item that lies on it was let on by nobody.
    let mut beside = on_carrier(1, 42 + 24, "AAAAAA");
    beside.start_mm -= 370;
    let mut story = Story::new(vec![on_carrier(0, 42, "CCCCCC"), beside]);
    story.run_until(3, SECOND + 12_500);
    assert_eq!(story.births(), 3, "the leaders and the one of the first zone");
    assert_eq!(story.bench.doubts(), [(FIRST + 1, DoubtCause::Stranger)]);
    // Both leave by the reject outlet: the one has no gap behind it.
    assert_eq!(story.bench.last_decision(FIRST).code, Reason::Shg);
    assert_eq!((story.bench.chute_of(2), story.bench.chute_of(3)), (Some(REJECT), Some(REJECT)));
}

#[test]
fn what_is_gone_between_the_zones_is_missed_at_the_second() {
    let mut vanishing = on_carrier(0, 40, "CCCCCC");
    vanishing.vanishes_at_mm = Some(12_000);
    let things = vec![vanishing, on_carrier(1, 41 + 24, "AAAAAA"), on_carrier(1, 41 + 26, "DDDDDD")];
    let mut story = Story::new(things);
    story.run_until(4, SECOND + 9_000);
    assert_eq!(story.bench.doubts(), [(FIRST, DoubtCause::Missing)]);
    // It may have come by unseen, and its result may be late: the next result only teaches.
    assert_eq!(story.bench.decided(FIRST + 1).0, Reason::Nrd);
    assert_eq!(story.bench.chute_of(4), Some(3), "nobody else is taken for it");
}

#[test]
fn the_tunnels_count_their_gates_apart() {
    // A trigger that the second tunnel misses makes a no-read there, and nowhere else.
    let mut story =
        Story::new(vec![on_carrier(1, 40, "CCCCCC"), on_carrier(0, 42, "AAAAAA"), on_carrier(1, 90, "DDDDDD")]);
    story.run_until(2, SECOND + 1_000);
    story.bench.further_triggers += 1;
    story.run_until(4, SECOND + 9_000);
    assert_eq!(story.bench.doubts(), []);
    assert_eq!((story.bench.chute_of(3), story.bench.chute_of(4)), (Some(1), Some(3)));
}

#[test]
fn a_plate_that_is_announced_is_for_the_first_zone() {
    let mut story = Story::new(vec![on_carrier(1, 40, ""), on_carrier(0, 42, "")]);
    story.run_until(2, SECOND - 100);
    story.order(Order::Announce { plate: common::text("AAAAAA") });
    story.run_until(3, 9_000);
    let keyed = |record: &Record| matches!(record, Record::Keyed { item } if *item == FIRST + 1);
    assert!(story.bench.log.iter().any(keyed), "the coding station stands there");
    assert_eq!(story.bench.chute_of(3), Some(1));
}

#[test]
fn no_fire_for_a_chute_of_the_next_zone_waits_at_the_board_while_its_tunnel_reads() {
    // However far ahead fires may leave: a queued one would be in doubt at the entry.
    let mut line = two_zones();
    line.send_ahead_um = 8_000 * UM;
    let mut story = Story::on(line, vec![on_carrier(0, 40, "CCCCCC")]);
    story.run_until(2, SECOND + 9_000);
    assert_eq!((story.bench.doubts(), story.bench.chute_of(2)), (vec![], Some(3)));
}
