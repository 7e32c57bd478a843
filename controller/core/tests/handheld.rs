//! A handheld at the chutes: the sign of a chute, then the label of its next container.

mod common;

use common::{Bench, bags, label, text, thing};
use sortie_core::input::Input;
use sortie_core::output::{ChuteStatus, Refusal};

/// Chute 2 demands bags.
fn bench() -> Bench {
    let mut bench = Bench::story(vec![thing(2010, 400, "CCCCCC")]);
    bench.plan(|plan| plan.chutes.push(bags(2)));
    bench
}

fn scan(bench: &mut Bench, station: u8, code: &str) {
    bench.input(Input::Handheld { station, text: text(code) });
}

const UNCLEAR: Refusal = Refusal::HandheldUnclear { station: 0 };

#[test]
fn sign_and_label_hang_up_the_first_bag() {
    let mut bench = bench();
    scan(&mut bench, 0, "CHUTE-2");
    assert_eq!(bench.states(2), [ChuteStatus::NoContainer]);
    scan(&mut bench, 0, "BAG-0001");
    assert_eq!(bench.containers(), ["1 open at 2 as 'BAG-0001'"]);
    assert_eq!(bench.refusals(), []);
}

#[test]
fn a_sign_begins_the_change_and_the_label_after_it_ends_it() {
    let mut bench = bench();
    scan(&mut bench, 0, "CHUTE-2");
    scan(&mut bench, 0, "ONE");
    bench.travel_to(2, 7_700);
    scan(&mut bench, 0, "CHUTE-2");
    assert_eq!(bench.containers()[1..], ["1 closing at 2: Handheld"]);
    bench.travel_to(2, 9_261);
    scan(&mut bench, 0, "TWO");
    assert_eq!(bench.containers()[2..], ["1 closed at 2: 1+0, 0 g", "2 open at 2 as 'TWO'"]);
    assert_eq!(bench.states(2).last(), Some(&ChuteStatus::Open));
}

#[test]
fn a_label_that_comes_while_the_old_bag_is_closing_is_kept() {
    let mut bench = bench();
    scan(&mut bench, 0, "CHUTE-2");
    scan(&mut bench, 0, "ONE");
    bench.travel_to(2, 7_700);
    scan(&mut bench, 0, "CHUTE-2");
    scan(&mut bench, 0, "TWO");
    assert_eq!(bench.containers().len(), 2);
    bench.travel_to(2, 9_261);
    assert_eq!(bench.containers()[2..], ["1 closed at 2: 1+0, 0 g", "2 open at 2 as 'TWO'"]);
}

#[test]
fn the_sign_may_be_scanned_again_after_the_bag_was_closed() {
    let mut bench = bench();
    scan(&mut bench, 0, "CHUTE-2");
    scan(&mut bench, 0, "ONE");
    scan(&mut bench, 0, "CHUTE-2");
    scan(&mut bench, 0, "CHUTE-2");
    scan(&mut bench, 0, "TWO");
    assert_eq!(bench.refusals(), []);
    assert_eq!(bench.containers().last().expect("some"), "2 open at 2 as 'TWO'");
}

#[test]
fn a_sign_holds_for_less_than_a_minute() {
    for (mm, holds) in [(149_997, true), (150_000, false), (150_003, false)] {
        let mut bench = Bench::on(common::line(), vec![]);
        bench.plan(|plan| plan.chutes.push(bags(2)));
        scan(&mut bench, 0, "CHUTE-2");
        bench.travel(mm);
        scan(&mut bench, 0, "BAG");
        assert_eq!(bench.containers().len(), usize::from(holds), "{mm} mm at 2.5 m/s");
        assert_eq!(bench.refusals(), if holds { vec![] } else { vec![UNCLEAR] });
    }
}

#[test]
fn each_handheld_has_its_own_sign() {
    let mut bench = bench();
    scan(&mut bench, 0, "CHUTE-2");
    scan(&mut bench, 1, "CHUTE-3");
    scan(&mut bench, 0, "A");
    scan(&mut bench, 1, "B");
    scan(&mut bench, 2, "C");
    assert_eq!(bench.containers(), ["1 open at 2 as 'A'", "2 open at 3 as 'B'"]);
    assert_eq!(bench.refusals(), [Refusal::HandheldUnclear { station: 2 }]);
}

#[test]
fn a_label_is_taken_once() {
    let mut bench = bench();
    scan(&mut bench, 0, "CHUTE-2");
    scan(&mut bench, 0, "A");
    scan(&mut bench, 0, "A");
    assert_eq!(bench.refusals(), [UNCLEAR]);
}

#[test]
fn a_label_that_is_in_use_leaves_the_sign_for_another_one() {
    let mut bench = bench();
    scan(&mut bench, 0, "CHUTE-2");
    scan(&mut bench, 0, "A");
    scan(&mut bench, 0, "CHUTE-3");
    scan(&mut bench, 0, "A");
    scan(&mut bench, 0, "B");
    assert_eq!(bench.refusals(), [Refusal::ContainerInUse { id: label("A"), chute: 2 }]);
    assert_eq!(bench.containers(), ["1 open at 2 as 'A'", "2 open at 3 as 'B'"]);
}

#[test]
fn a_label_has_up_to_sixteen_characters() {
    for (code, taken) in [("1234567890123456", true), ("12345678901234567", false), ("B G", true), ("B\tG", false)] {
        let mut bench = bench();
        scan(&mut bench, 0, "CHUTE-2");
        scan(&mut bench, 0, code);
        assert_eq!(bench.refusals(), if taken { vec![] } else { vec![UNCLEAR] }, "{code:?}");
        assert_eq!(bench.containers().len(), usize::from(taken), "{code:?}");
    }
}

#[test]
fn what_is_no_sign_is_no_label_either() {
    for (code, refused) in [
        ("CHUTE-", UNCLEAR),
        ("CHUTE-2A", UNCLEAR),
        ("CHUTE-+2", UNCLEAR),
        ("CHUTE-70000", UNCLEAR),
        ("CHUTE-9", Refusal::UnknownChute { chute: 9 }),
    ] {
        let mut bench = bench();
        scan(&mut bench, 0, code);
        assert_eq!((bench.refusals(), bench.containers().len()), (vec![refused], 0), "{code}");
    }
}

#[test]
fn a_handheld_that_the_line_cannot_have_is_refused() {
    let mut bench = bench();
    for station in [31, 32] {
        scan(&mut bench, station, "CHUTE-2");
    }
    assert_eq!(bench.refusals(), [Refusal::HandheldUnclear { station: 32 }]);
}

/// What the next process does not know of would be in the wrong manifest.
#[test]
fn a_sign_begins_no_change_while_the_journal_fails() {
    let mut bench = bench();
    scan(&mut bench, 0, "CHUTE-2");
    scan(&mut bench, 0, "ONE");
    bench.input(Input::JournalFailed(true));
    scan(&mut bench, 0, "CHUTE-2");
    assert_eq!(bench.refusals(), [Refusal::NotWritten { chute: 2 }]);
    assert_eq!(bench.containers(), ["1 open at 2 as 'ONE'"]);
    bench.input(Input::JournalFailed(false));
    scan(&mut bench, 0, "CHUTE-2");
    assert_eq!(bench.containers()[1..], ["1 closing at 2: Handheld", "1 closed at 2: 0+0, 0 g"]);
}
