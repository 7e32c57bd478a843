//! A checkweigher says something of each item, and one that comes late is not the next item's.

mod common;

use common::{Bench, line, parcel, thing};
use sortie_core::input::{Input, Weight};
use sortie_core::line::{Line, Weigher, WeigherKind};
use sortie_core::output::Reason;
use sortie_core::plan::ProductRule;
use sortie_core::records::ParcelRecord;
use sortie_protocol::board::telegram::BeltMotion;

/// The platform is 800 mm long, and the verdict comes when an item of 300 mm is all but past it.
const PLATFORM_UM: (i64, i64) = (2_500_000, 3_300_000);
const WEIGHED_MM: i64 = 3_250;
/// The items come every metre: a verdict that comes a little earlier than so much later finds the next one on the platform.
const LATE_MM: i64 = 900;
/// Nobody has come to the platform for two seconds, at 2.6 m/s, and its length.
const ALONE_MM: i64 = 5_200 + 800 + 1;

fn weighing() -> Line {
    let kind = WeigherKind::Checkweigher;
    let weigher = Weigher { start_um: PLATFORM_UM.0, end_um: PLATFORM_UM.1, kind, read_jitter_ms: 20 };
    Line { weighers: vec![weigher], ..line() }
}

/// Items every metre; in front of some, by their place in the row, nobody comes for a while.
fn bench(many: usize, alone: &[usize]) -> Bench {
    let place = |n: usize| 10 + 1_000 * n as i64 + ALONE_MM * alone.iter().filter(|first| **first <= n).count() as i64;
    let mut bench = Bench::on(weighing(), (0..many).map(|n| thing(place(n), 300, "")).collect());
    bench.clock_every = 1;
    bench
}

fn weight_of(n: usize) -> i32 {
    1_000 * (n as i32 + 1)
}

/// A verdict; then all that rides is decided anew, and tells its weight.
fn say(bench: &mut Bench, grams: i32) {
    bench.input(Input::Weight(Weight { weigher: 0, grams: Some(grams) }));
    bench.input(Input::JournalFailed(true));
    bench.input(Input::JournalFailed(false));
}

/// The verdicts on these come so much later than they should, in mm of travel.
fn say_of(bench: &mut Bench, things: impl IntoIterator<Item = usize>, later_mm: i64) {
    for n in things {
        bench.travel_to(n, WEIGHED_MM + later_mm);
        say(bench, weight_of(n));
    }
}

/// By the row: who got a weight. It is never another one's.
fn weighed(bench: &Bench, many: usize) -> Vec<bool> {
    let weight = |n: usize| {
        let weight_g = bench.last_decision(n as u32 + 1).weight_g;
        assert!(weight_g.is_none_or(|grams| grams == weight_of(n)), "{n} has {weight_g:?}");
        weight_g.is_some()
    };
    (0..many).map(weight).collect()
}

#[test]
fn each_item_has_its_own_verdict() {
    let mut bench = bench(4, &[0]);
    say_of(&mut bench, 0..4, 0);
    assert_eq!(weighed(&bench, 4), [true; 4]);
}

#[test]
fn a_verdict_that_comes_late_is_nobodys() {
    let mut bench = bench(6, &[0]);
    say_of(&mut bench, [0, 1], 0);
    say_of(&mut bench, [2], LATE_MM);
    say_of(&mut bench, 3..6, 0);
    // The next one has two, and nobody can tell which is its own; the one behind it teaches that all is as it was.
    assert_eq!(weighed(&bench, 6), [true, true, false, false, false, true]);
}

#[test]
fn a_weigher_that_has_become_slow_weighs_nobody() {
    let mut bench = bench(40, &[0]);
    say_of(&mut bench, [0, 1], 0);
    say_of(&mut bench, 2..39, LATE_MM);
    assert_eq!(weighed(&bench, 40).iter().filter(|weighed| **weighed).count(), 2);
}

/// One verdict was damaged on its way. Nobody can tell that from a late one until somebody comes alone.
#[test]
fn a_verdict_that_is_lost_costs_weights_until_somebody_comes_alone() {
    let mut bench = bench(9, &[0, 6]);
    say_of(&mut bench, [0, 1, 3, 4, 5, 6, 7, 8], 0);
    assert_eq!(weighed(&bench, 9), [true, true, false, false, false, false, true, true, true]);
}

/// After a start nothing speaks against a weigher, and a line that never has a gap must not go without weights.
#[test]
fn five_verdicts_that_tell_the_same_teach_a_weigher_of_which_nothing_is_known() {
    let mut bench = bench(8, &[]);
    say_of(&mut bench, 0..8, 0);
    assert_eq!(weighed(&bench, 8), [false, false, false, false, false, true, true, true]);
}

#[test]
fn of_two_verdicts_on_one_item_neither_is_believed() {
    for (more, own) in [(4_000, false), (1_000, true)] {
        let mut bench = bench(3, &[0]);
        say_of(&mut bench, [0], 0);
        say(&mut bench, more);
        assert_eq!(bench.last_decision(1).weight_g.is_some(), own, "{more} g");
        say_of(&mut bench, [1, 2], 0);
        assert_eq!(weighed(&bench, 3)[1..], [false, true], "one more than was counted");
    }
}

/// The entry did not see it, and it has a verdict of its own, while the platform seems empty.
#[test]
fn a_verdict_on_one_whom_nobody_counted_takes_nobodys_place() {
    let mut bench = bench(4, &[0, 2]);
    say_of(&mut bench, [0, 1], 0);
    bench.travel_to(1, 5_000);
    say(&mut bench, 9_000);
    say_of(&mut bench, [2, 3], 0);
    assert_eq!(weighed(&bench, 4), [true; 4]);
}

#[test]
fn a_flush_forgets_how_the_verdicts_stand() {
    let mut bench = bench(4, &[0]);
    say_of(&mut bench, [0, 1], 0);
    bench.motion(BeltMotion::Running, false);
    bench.input(Input::EventsLost);
    bench.travel_to(2, WEIGHED_MM + LATE_MM);
    say(&mut bench, weight_of(2));
    assert!(bench.decisions().iter().all(|decision| decision.weight_g != Some(weight_of(2))));
}

/// 2 kg where 1.5 are allowed, and the product has to be weighed.
#[test]
fn who_is_too_heavy_does_not_go_by_the_weight_of_the_one_before() {
    for (later_mm, code) in [(0, Reason::Ovw), (LATE_MM, Reason::Nwt)] {
        let mut bench = bench(3, &[0]);
        bench.things[1].plate = Some("AAAAAA");
        bench.input(Input::Parcel(ParcelRecord { product: *b"MAIL", ..parcel("AAAAAA", "JFK") }));
        bench.plan(|plan| {
            plan.limits.weight_max_g = 1_500;
            plan.products = vec![ProductRule { product: *b"MAIL", cutoff_earlier_s: 0, weight_required: true }];
        });
        say_of(&mut bench, [0, 1], later_mm);
        assert_eq!(bench.last_decision(2).code, code, "{later_mm} mm late");
        bench.travel(12_000);
        assert_eq!(bench.chute_of(1), None, "it rides to the end of line");
    }
}
