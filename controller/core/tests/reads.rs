//! Whose read is it, and which parcel does it name (section 6), to the count.

mod common;

use common::reading::{CLOSE, next, one, reading};
use common::{Bench, hold, line, text, thing};
use sortie_core::input::{Input, Read, ReadCode};
use sortie_core::output::{Alarm, DoubtCause, IgnoredRead, Reason, Record, Refusal};
use sortie_core::records::Customs;
use sortie_protocol::board::telegram::BoardTelegram;

const EARLIEST: u64 = CLOSE - 37 - 16;
const LATEST: u64 = CLOSE + 37 + 65;
/// The last moment of scanner 1 at 1600 mm, which does not number its gates: everything has been read.
const READ: u64 = 1600 + 400 + 38 + 65 + 1;

#[test]
fn a_read_belongs_to_the_item_whose_gate_can_have_closed_then() {
    let expected =
        [(EARLIEST - 1, Reason::Nrd), (EARLIEST, Reason::Ok), (LATEST, Reason::Ok), (LATEST + 1, Reason::Nrd)];
    for (at, code) in expected {
        let mut bench = one();
        bench.travel_until(bench.born(3) + at);
        next(&mut bench, Some("AAAAAA"));
        bench.travel(1_000);
        assert_eq!(bench.last_decision(3).code, code, "{at}");
        let strays = bench.ignored().iter().filter(|(_, why)| *why == IgnoredRead::NoItem).count();
        assert_eq!(strays, usize::from(code == Reason::Nrd), "{at}");
    }
}

/// A process that was started again bridges the time by UTC. Somebody set that clock meanwhile, and each count would look
/// old for hours; the board's answer to the greeting tells how the clocks stand to each other.
#[test]
fn a_clock_that_was_set_while_nobody_ran_costs_no_read() {
    for (set_ms, code) in [(0, Reason::Ok), (90, Reason::Ok), (3_000, Reason::Ok), (3_600_000, Reason::Ok)] {
        let mut bench = one();
        bench.late_ms = set_ms;
        let time_ms = Some(bench.board_time_ms());
        bench.input(Input::LinkUp { boot: 7, resumed: true, new_session: true, time_ms });
        bench.board(BoardTelegram::QueueEnd { query: 2, entries: 0 });
        bench.travel_until(bench.born(3) + CLOSE + 10);
        next(&mut bench, Some("AAAAAA"));
        bench.travel(1_000);
        assert_eq!(bench.last_decision(3).code, code, "set by {set_ms} ms: {:?}", bench.ignored());
    }
}

#[test]
fn an_item_is_decided_when_no_read_of_it_can_come_any_more() {
    let mut bench = one();
    bench.travel(2_500);
    assert_eq!(
        bench.decisions().last().map(|decision| (decision.item, decision.count)),
        Some((3, bench.born(3) + READ))
    );
}

#[test]
fn a_read_that_waits_for_the_belt_holds_the_decision_up() {
    let mut bench = one();
    let late = 1600 + 400 + 38 + 65;
    bench.travel_until(bench.born(3) + late);
    bench.read(1, None, Some("AAAAAA"));
    bench.travel(1_000);
    let decision = bench.last_decision(3);
    assert_eq!((decision.code, decision.count), (Reason::Ok, bench.born(3) + late + 16));
}

#[test]
fn a_read_that_fits_two_gates_is_nobodys() {
    // Their gates close 150 mm apart, which is less than the 155 mm that a result can be early or late.
    let mut bench = reading(vec![thing(3010, 80, ""), thing(3160, 80, "")]);
    bench.travel_until(bench.born(4) + 1500 + 80 - 53);
    next(&mut bench, Some("AAAAAA"));
    bench.travel(1_000);
    assert_eq!(bench.ignored().last(), Some(&(0, IgnoredRead::Ambiguous)));
    assert!(bench.last_decision(3).codes.is_empty() && bench.last_decision(4).codes.is_empty());
}

#[test]
fn a_jump_of_the_number_is_not_believed_and_the_next_in_step_is() {
    let mut bench = reading(vec![thing(3010, 400, ""), thing(4010, 400, ""), thing(5010, 400, "")]);
    for (item, plate) in [(3, "AAAAAA"), (4, "BBBBBB"), (5, "CCCCCC")] {
        bench.travel_to(item as usize - 1, CLOSE as i64);
        if item == 4 {
            bench.triggers += 1;
        }
        next(&mut bench, Some(plate));
    }
    bench.travel(1_000);
    let codes = [3, 4, 5].map(|item| bench.last_decision(item).code);
    assert_eq!(codes, [Reason::Ok, Reason::Nrd, Reason::Ok]);
    assert!(bench.ignored().contains(&(0, IgnoredRead::NumberJump)));
}

/// Of two results for one item at most one is its own: somebody whom the entry PEC did not see came before it, and his
/// result came late, with the number that the item's own would have had.
#[test]
fn two_results_of_one_gate_give_neither_and_put_a_scanner_out_of_step() {
    let second: [(Option<&str>, Reason); 3] =
        [(Some("BBBBBB"), Reason::Mrd), (None, Reason::Mrd), (Some("AAAAAA"), Reason::Ok)];
    for (second, code) in second {
        let mut bench = reading(vec![thing(3010, 400, ""), thing(4010, 400, ""), thing(5010, 400, "")]);
        bench.travel_to(2, 2000);
        bench.read(1, None, Some("AAAAAA"));
        bench.read(1, None, second);
        bench.travel_to(3, 2000);
        bench.read(1, None, Some("BBBBBB"));
        bench.travel_to(4, 2000);
        bench.read(1, None, Some("CCCCCC"));
        bench.travel(1_000);
        let codes = [3, 4, 5].map(|item| bench.last_decision(item).code);
        assert_eq!(codes, [code, Reason::Nrd, Reason::Ok], "{second:?}");
        let ignored: Vec<_> = bench.ignored().into_iter().rev().take(2).collect();
        assert_eq!(ignored, [(1, IgnoredRead::NotInStep), (1, IgnoredRead::NumberJump)]);
    }
}

/// A frame that was doubled on its way has the number of the first; another number is another gate's.
#[test]
fn a_second_number_for_one_item_is_another_ones_result() {
    for (more, code) in [(0, Reason::Ok), (1, Reason::Mrd)] {
        let mut bench = one();
        bench.travel_to(2, CLOSE as i64);
        next(&mut bench, Some("AAAAAA"));
        bench.read(0, Some(bench.triggers + more), Some("BBBBBB"));
        bench.travel(1_000);
        assert_eq!(bench.last_decision(3).code, code, "{more}");
    }
}

/// A scanner that does not number its gates says something at each: what comes late is one result too few, and then one
/// too many. Its windows fit the next item, which was not read at all.
#[test]
fn a_late_result_without_a_number_is_not_the_next_items() {
    let mut bench = reading((0..4).map(|place| thing(3010 + place * 1000, 400, "")).collect());
    bench.travel_to(3, 1990);
    bench.read(1, None, Some("AAAAAA"));
    bench.travel(10);
    bench.read(1, None, None);
    for (item, plate) in [(4, "CCCCCC"), (5, "BBBBBB")] {
        bench.travel_to(item, 2000);
        bench.read(1, None, Some(plate));
    }
    bench.travel(1_000);
    let codes = [3, 4, 5, 6].map(|item| bench.last_decision(item).code);
    assert_eq!(codes, [Reason::Nrd, Reason::Nrd, Reason::Nrd, Reason::Ok]);
    let ignored: Vec<_> = bench.ignored().into_iter().rev().take(3).collect();
    assert_eq!(ignored, [(1, IgnoredRead::NotInStep), (1, IgnoredRead::NumberJump), (1, IgnoredRead::NumberJump)]);
}

/// One result too few may be that of a gate that was left out, or of a scanner that has become slow, whose results fit the
/// next item by chance. Five in a row do not.
#[test]
fn a_left_out_gate_is_believed_after_five_results_in_a_row() {
    let mut bench = reading((0..8).map(|place| thing(3010 + place * 1000, 400, "")).collect());
    for item in 3..9 {
        bench.travel_to(item, 2000);
        bench.read(1, None, Some(if item == 8 { "BBBBBB" } else { "AAAAAA" }));
    }
    bench.travel(1_000);
    let codes = [3, 4, 5, 6, 7, 8, 9].map(|item| bench.last_decision(item).code);
    assert_eq!(codes, [[Reason::Nrd; 6].as_slice(), &[Reason::Ok]].concat()[..]);
}

/// Two that came so near to each other that the scanner had one gate for both are a reason for one result too few.
#[test]
fn one_gate_for_two_is_believed_after_one_result() {
    let mut bench = reading(vec![
        thing(3010, 400, ""),
        thing(4010, 400, ""),
        thing(4440, 400, ""),
        thing(5440, 400, ""),
        thing(6440, 400, ""),
    ]);
    for (item, plate) in [(2, "AAAAAA"), (4, "BBBBBB"), (5, "CCCCCC"), (6, "BBBBBB")] {
        bench.travel_to(item, 2000);
        bench.read(1, None, Some(plate));
    }
    bench.travel(1_000);
    let codes = [3, 6, 7].map(|item| bench.last_decision(item).code);
    assert_eq!(codes, [Reason::Ok, Reason::Ok, Reason::Ok]);
}

/// A scanner became slow while its port was shut. Its first result fits the next item and teaches a number that is too
/// low, until a result comes before the gate that it would be of.
#[test]
fn a_result_before_its_gate_shows_that_all_come_late() {
    let mut bench = reading((0..6).map(|place| thing(3010 + place * 1000, 400, "")).collect());
    bench.input(Input::ScannerPort { scanner: 1, open: false });
    bench.input(Input::ScannerPort { scanner: 1, open: true });
    for (item, way, plate) in [(3, 2000, "AAAAAA"), (3, 2500, "BBBBBB"), (5, 2000, "AAAAAA"), (6, 2000, "BBBBBB")] {
        bench.travel_to(item, way);
        bench.read(1, None, Some(plate));
    }
    bench.travel(1_000);
    let codes = [3, 4, 5, 6, 7].map(|item| bench.last_decision(item).code);
    assert_eq!(codes, [Reason::Nrd; 5]);
}

#[test]
fn a_numbered_scanner_whose_number_agrees_needs_no_lesson() {
    let mut bench = reading(vec![thing(3010, 400, ""), thing(4010, 400, "")]);
    bench.travel_to(2, CLOSE as i64);
    next(&mut bench, Some("AAAAAA"));
    bench.read(0, Some(bench.triggers), Some("BBBBBB"));
    bench.travel_to(3, CLOSE as i64);
    next(&mut bench, Some("CCCCCC"));
    bench.travel(1_000);
    assert_eq!([3, 4].map(|item| bench.last_decision(item).code), [Reason::Ok, Reason::Ok]);
}

#[test]
fn a_numbered_result_without_its_number_is_not_believed() {
    let mut bench = one();
    bench.travel_to(2, CLOSE as i64);
    bench.read(0, None, Some("AAAAAA"));
    bench.travel(1_000);
    assert_eq!(bench.last_decision(3).code, Reason::Nrd);
}

#[test]
fn after_its_port_opened_a_scanner_is_believed_from_the_second_result_on() {
    for scanner in [0, 1] {
        let mut bench = reading(vec![thing(3010, 400, ""), thing(4010, 400, "")]);
        bench.input(Input::ScannerPort { scanner, open: false });
        bench.input(Input::ScannerPort { scanner, open: true });
        let alarm = Alarm::ScannerOutOfStep(scanner);
        assert_eq!(bench.alarms(), [(alarm, true), (alarm, false)]);
        for (index, plate) in [(2, "AAAAAA"), (3, "BBBBBB")] {
            bench.travel_to(index, if scanner == 0 { 1900 } else { 2000 });
            bench.triggers += 1;
            bench.read(scanner, (scanner == 0).then_some(bench.triggers), Some(plate));
        }
        bench.travel(1_000);
        assert_eq!([3, 4].map(|item| bench.last_decision(item).code), [Reason::Nrd, Reason::Ok], "scanner {scanner}");
    }
}

#[test]
fn too_many_waiting_reads_are_counted_and_dropped() {
    let mut bench = one();
    for _ in 0..257 {
        bench.read(1, None, None);
    }
    assert_eq!(bench.ignored().last(), Some(&(1, IgnoredRead::Overflow)));
    let dropped = bench.ignored().iter().filter(|(_, why)| *why == IgnoredRead::Overflow).count();
    assert_eq!(dropped, 1);
    assert_eq!(bench.core.totals().reads_ignored, bench.ignored().len() as u64);
}

fn labels(bench: &mut Bench, codes: &[(bool, &str)]) {
    let codes = codes.iter().map(|(plate, code)| ReadCode { plate: *plate, text: text(code) }).collect();
    bench.triggers += 1;
    bench.input(Input::Read(Read { scanner: 0, trigger: Some(bench.triggers), codes, dropped: 0, incomplete: false }));
}

#[test]
fn what_the_labels_name_decides() {
    let cases: [(&[(bool, &str)], Reason); 6] = [
        (&[(true, "AAAAAA"), (true, "NOBODY")], Reason::Ok),
        (&[(true, "NOBODY"), (true, "AAAAAA")], Reason::Ok),
        (&[(true, "AAAAAA"), (true, "CCCCCC")], Reason::Mrd),
        (&[(false, "AAAAAA")], Reason::Ndt),
        (&[(false, "CCCCCC"), (true, "AAAAAA")], Reason::Ok),
        (&[(true, "AAAAAA"), (true, "AAAAAA"), (true, "ALIAS")], Reason::Ok),
    ];
    for (codes, expected) in cases {
        let mut bench = one();
        let mut record = common::parcel("AAAAAA", "JFK");
        record.plates.push(text("ALIAS")).expect("room");
        bench.input(Input::Parcel(record));
        bench.travel_to(2, CLOSE as i64);
        labels(&mut bench, codes);
        bench.travel(1_000);
        let decision = bench.last_decision(3);
        assert_eq!(decision.code, expected, "{codes:?}");
        let parcel = (expected == Reason::Ok).then(|| common::key("AAAAAA"));
        assert_eq!(decision.parcel, parcel, "{codes:?}");
    }
}

#[test]
fn the_codes_of_all_scanners_are_merged_and_the_seventh_is_one_too_many() {
    for (more, code) in [(["AAAAAA", "X1", "X2"], Reason::Ok), (["X4", "X1", "X2"], Reason::Mrd)] {
        let mut bench = one();
        bench.travel_to(2, CLOSE as i64);
        labels(&mut bench, &[(true, "AAAAAA"), (true, "X0"), (true, "X1"), (true, "X2")]);
        bench.travel_to(2, CLOSE as i64 + 100);
        let codes = more.iter().chain(&["X3", "X5"]).map(|code| ReadCode { plate: true, text: text(code) }).collect();
        bench.input(Input::Read(Read { scanner: 1, trigger: None, codes, dropped: 0, incomplete: false }));
        bench.travel(1_000);
        assert_eq!(bench.last_decision(3).code, code, "{more:?}");
    }
}

/// Two parcels in one gate show more labels than one result has room for, and the second one's may be those left out.
#[test]
fn a_result_with_more_codes_than_there_is_room_for_is_of_several_parcels() {
    for (incomplete, code) in [(false, Reason::Ok), (true, Reason::Mrd)] {
        let mut bench = one();
        bench.travel_to(2, CLOSE as i64);
        bench.triggers += 1;
        let codes = [ReadCode { plate: true, text: text("AAAAAA") }].into_iter().collect();
        bench.input(Input::Read(Read { scanner: 0, trigger: Some(bench.triggers), codes, dropped: 1, incomplete }));
        bench.travel(1_000);
        assert_eq!(bench.last_decision(3).code, code);
    }
}

#[test]
fn a_record_that_comes_after_the_read_still_finds_its_item() {
    let mut bench = one();
    bench.travel_to(2, CLOSE as i64);
    labels(&mut bench, &[(true, "EEEEEE")]);
    bench.travel(1_000);
    assert_eq!(bench.last_decision(3).code, Reason::Ndt);
    bench.parcel("FFFFFF", "JFK");
    assert_eq!(bench.last_decision(3).code, Reason::Ndt);
    bench.parcel("EEEEEE", "JFK");
    assert_eq!(bench.last_decision(3).code, Reason::Ok);
    // Its link is as good as any: a second one is a duplicate.
    assert_eq!(bench.last_decision(3).parcel, Some(common::key("EEEEEE")));
}

#[test]
fn a_hold_touches_its_own_parcel_only() {
    let mut bench = reading(vec![thing(3010, 400, ""), thing(4010, 400, "")]);
    for (index, plate) in [(2, "AAAAAA"), (3, "BBBBBB")] {
        bench.travel_to(index, CLOSE as i64);
        next(&mut bench, Some(plate));
    }
    bench.travel(300);
    bench.input(hold("BBBBBB", Customs::Hold));
    assert_eq!([3, 4].map(|item| bench.last_decision(item).code), [Reason::Ok, Reason::Hld]);
    bench.input(hold("NOBODY", Customs::Hold));
    assert!(bench.log.contains(&Record::Refused(Refusal::UnknownParcel { key: common::key("NOBODY") })));
}

#[test]
fn each_customs_state_has_its_code() {
    let states = [
        (Customs::Released, Reason::Ok),
        (Customs::DoNotLoad, Reason::Dnl),
        (Customs::ScreeningWanted, Reason::Rfs),
        (Customs::Inspection, Reason::Ins),
        (Customs::Hold, Reason::Hld),
        (Customs::Assessing, Reason::Cus),
    ];
    let mut bench = one();
    bench.travel_to(2, CLOSE as i64);
    next(&mut bench, Some("AAAAAA"));
    bench.travel(300);
    for (state, code) in states {
        bench.input(hold("AAAAAA", state));
        assert_eq!(bench.last_decision(3).code, code);
    }
}

#[test]
fn a_clock_that_is_told_late_does_not_make_the_belt_younger() {
    let mut bench = one();
    bench.travel_until(bench.born(3) + CLOSE);
    bench.clock_every = 1_000_000;
    bench.travel(5);
    bench.late_ms = 20;
    bench.clock();
    next(&mut bench, Some("AAAAAA"));
    (bench.late_ms, bench.clock_every) = (0, 1);
    // The clocks may have drifted apart by 0.4 µs, so the belt may have moved for 19 + 1 + 5 ms since: 65 mm.
    let scanned = |bench: &Bench| bench.log.iter().any(|record| matches!(record, Record::Scanned { item: 3, .. }));
    bench.travel(64);
    assert!(!scanned(&bench));
    bench.travel(1);
    assert!(scanned(&bench));
}

/// A result comes when the gate closes; how far has the belt to travel until it is given out?
fn waits(bench: &mut Bench) -> u64 {
    next(bench, Some("AAAAAA"));
    let scanned = |bench: &Bench| bench.log.iter().any(|record| matches!(record, Record::Scanned { item: 3, .. }));
    for travelled in 0..1_000 {
        if scanned(bench) {
            return travelled;
        }
        bench.travel(1);
    }
    panic!("it was given out to nobody");
}

#[test]
fn the_clocks_of_host_and_board_have_nothing_in_common() {
    for board_ms in [0, 400_000, u32::MAX - 1_600, u32::MAX - 1_601] {
        let mut bench = Bench::story(vec![thing(3010, 400, "")]);
        bench.board_ms = board_ms;
        bench.travel(3010);
        bench.line.scanners.clear();
        bench.travel_to(2, CLOSE as i64);
        // The age of the newest clock and what the link adds: 1 + 5 ms. A clock that is told late makes it no younger.
        assert_eq!(waits(&mut bench), 15, "{board_ms}");
        bench.clock_every = 1_000_000;
        bench.travel(500);
        bench.late_ms = 20;
        bench.clock();
        bench.read(1, None, None);
        (bench.late_ms, bench.clock_every) = (0, 1);
        let before = bench.core.totals().reads_ignored;
        bench.travel(64);
        assert_eq!(bench.core.totals().reads_ignored, before, "{board_ms}");
        bench.travel(1);
        assert_eq!(bench.core.totals().reads_ignored, before + 1, "{board_ms}");
    }
}

#[test]
fn a_clock_that_is_told_twice_in_a_millisecond_is_as_old_as_the_quicker_one() {
    let mut bench = one();
    bench.travel_until(bench.born(3) + CLOSE);
    bench.travel(5 - bench.count % 5);
    bench.late_ms = 20;
    bench.clock();
    let late = waits(&mut bench);
    assert_eq!(late, 68, "20 + 1 + 5 ms");
}

#[test]
fn an_oscillator_that_is_slower_by_200_ppm_is_followed() {
    for (late_ms, wait) in [(100_020, 15), (100_021, 19)] {
        let mut bench = one();
        bench.travel_until(bench.born(3) + CLOSE);
        // The belt stands for 100 s of the board's time, and for 20 ms longer of the host's.
        bench.late_ms = late_ms;
        bench.board_ms = 100_000;
        bench.clock();
        assert_eq!(waits(&mut bench), wait, "{late_ms}");
    }
}

#[test]
fn an_item_whose_tail_has_not_come_takes_no_read() {
    // The scanner stands so near that a long follower is in front of it before it has been measured.
    let mut near = line();
    near.scanners[0].trigger_um = 700_000;
    let mut bench = Bench::story_on(near, vec![thing(3010, 400, ""), thing(3500, 1200, "")]);
    bench.travel(3010);
    bench.line.scanners.clear();
    bench.travel_to(2, 700 + 400 + 60);
    next(&mut bench, Some("AAAAAA"));
    bench.travel(3_000);
    assert_eq!([3, 4].map(|item| bench.last_decision(item).code), [Reason::Ok, Reason::Nrd]);
}

#[test]
fn who_was_read_by_a_clock_that_was_late_is_in_doubt() {
    // A board that tells what it has kept is late with every word, and the host cannot know it before one comes sooner.
    for (sooner_ms, code) in [(5, Reason::Ok), (8, Reason::Trk)] {
        let mut bench = Bench::story(vec![thing(2010, 400, "AAAAAA")]);
        bench.late_ms = 200;
        bench.travel_to(2, 3000);
        assert_eq!(bench.last_decision(3).code, Reason::Ok);
        bench.late_ms -= sooner_ms;
        bench.travel(100);
        assert_eq!(bench.last_decision(3).code, code, "{sooner_ms} ms, where the link may be 5 ms late");
        assert_eq!(bench.doubts().contains(&(3, DoubtCause::LateClock)), code == Reason::Trk);
    }
}

#[test]
fn who_has_left_is_not_doubted_for_the_clock_that_he_was_read_by() {
    let mut bench = Bench::story(vec![thing(2010, 400, "AAAAAA")]);
    bench.late_ms = 200;
    bench.travel_to(2, 6_750);
    assert_eq!(bench.chute_of(2), Some(1));
    bench.late_ms -= 8;
    bench.travel(100);
    assert_eq!(bench.doubts(), [(2, DoubtCause::LateClock)], "the second leader still rides");
}

/// A result comes so early at the count 4890 that it has to be known how long ago the newest clock telegram was.
const EARLY_RESULT: u64 = 3_004 + CLOSE - 14;

/// A process was started again. The board's newest clock telegram told where the belt was at this count, by a clock of the
/// host that was so much ahead.
fn stopped_at(count: u64, ahead_ms: u64) -> Bench {
    let mut bench = Bench::story(vec![thing(3_004, 400, "")]);
    bench.late_ms = ahead_ms;
    bench.travel(3_004);
    bench.line.scanners.clear();
    bench.travel(count - bench.count);
    bench.clock_every = 1_000_000;
    bench
}

/// The board's answer to the greeting says its time.
fn answered(mut bench: Bench, new_session: bool, told_ms: u32) -> Reason {
    bench.input(Input::LinkUp { boot: 7, resumed: true, new_session, time_ms: Some(told_ms) });
    if new_session {
        bench.board(BoardTelegram::QueueEnd { query: 2, entries: 0 });
    }
    bench.travel(EARLY_RESULT - bench.count);
    next(&mut bench, Some("AAAAAA"));
    bench.clock_every = 1;
    bench.travel(1_500);
    bench.last_decision(3).code
}

#[test]
fn an_answer_that_waited_for_up_to_100_ms_is_not_taken_for_a_clock_that_was_set() {
    // Longer, and the clocks are compared anew: up to the next clock telegram a result is taken for younger than it is.
    // But a process that has run all the time knows its clock.
    for (waited, started, code) in
        [(125, true, Reason::Ok), (250, true, Reason::Ok), (255, true, Reason::Nrd), (255, false, Reason::Ok)]
    {
        let mut bench = stopped_at(EARLY_RESULT - 260, 0);
        let told_ms = bench.board_time_ms();
        bench.travel(waited);
        assert_eq!(answered(bench, started, told_ms), code, "{waited} counts of 0.4 ms, started: {started}");
    }
}

#[test]
fn a_clock_that_was_set_back_while_nobody_ran_costs_no_read_either() {
    // 300 ms have passed for the board, and 100 ms for the host.
    let mut bench = stopped_at(EARLY_RESULT - 760, 200);
    bench.travel(750);
    bench.late_ms = 0;
    let told_ms = bench.board_time_ms();
    assert_eq!(answered(bench, true, told_ms), Reason::Ok);
}

#[test]
fn the_answer_to_a_greeting_tells_the_boards_clock_before_what_the_board_has_kept() {
    for (told, code) in [(true, Reason::Ok), (false, Reason::Trk)] {
        let mut bench = Bench::story(vec![thing(2010, 400, "AAAAAA")]);
        bench.board_ms = 5_000;
        let time_ms = told.then(|| bench.board_time_ms());
        bench.input(Input::LinkUp { boot: 7, resumed: true, new_session: false, time_ms });
        // All that it tells is late, until it has told what it had kept.
        bench.late_ms = 200;
        bench.travel_to(2, 3_000);
        bench.late_ms -= 8;
        bench.travel(100);
        assert_eq!(bench.last_decision(3).code, code, "told: {told}");
    }
}
