//! What the board's stream proves of the belt and of our commands (T10, B6, section 8).

mod common;

use common::{Bench, hold, thing};
use sortie_core::input::Input;
use sortie_core::output::{ChuteStatus, DoubtCause, FlushCause, Reason, Record};
use sortie_core::records::Customs;
use sortie_protocol::board::telegram::{BeltMotion, BoardTelegram, ChuteSensor, FireOutcome, HostTelegram, Tag};

const TAG: Tag = Tag { item: 3, pass: 1 };

/// A parcel whose fire is with the board.
fn queued() -> Bench {
    let mut bench = Bench::story(vec![thing(2010, 400, "AAAAAA")]);
    bench.travel_to(2, 5500);
    assert_eq!(bench.fires_sent(3).len(), 1);
    bench
}

fn flushes(bench: &Bench) -> Vec<FlushCause> {
    let flushed = |record: &Record| {
        let Record::Flushed { why, .. } = record else { return None };
        Some(*why)
    };
    bench.log.iter().filter_map(flushed).collect()
}

fn queries(bench: &Bench) -> Vec<u16> {
    let query = |(_, command): &(u64, HostTelegram)| {
        let HostTelegram::QueueQuery { query } = command else { return None };
        Some(*query)
    };
    bench.commands.iter().filter_map(query).collect()
}

fn link_up(bench: &mut Bench, boot: u32, resumed: bool, new_session: bool) {
    bench.input(Input::LinkUp { boot, resumed, new_session, time_ms: None });
}

fn entry(bench: &mut Bench, revision: u16, outcome: Option<FireOutcome>) {
    let query = queries(bench).last().copied().expect("asked");
    bench.board(BoardTelegram::QueueEntry { query, tag: TAG, revision, outcome });
}

fn end(bench: &mut Bench) {
    let query = queries(bench).last().copied().expect("asked");
    bench.board(BoardTelegram::QueueEnd { query, entries: 0 });
}

#[test]
fn a_port_that_was_away_costs_nothing() {
    let mut bench = queued();
    link_up(&mut bench, 7, true, false);
    assert_eq!(flushes(&bench), [FlushCause::Start]);
    assert_eq!(queries(&bench), [1]);
    bench.travel(3_000);
    assert_eq!(bench.chute_of(2), Some(1));
}

#[test]
fn what_the_link_tells_decides_whether_the_belt_is_known() {
    let cases = [
        (7, true, None),
        (7, false, Some(FlushCause::EventsLost)),
        (8, false, Some(FlushCause::Reboot)),
        (8, true, Some(FlushCause::Reboot)),
    ];
    for (boot, resumed, cause) in cases {
        let mut bench = queued();
        link_up(&mut bench, boot, resumed, true);
        assert_eq!(flushes(&bench).get(1).copied(), cause, "{boot} {resumed}");
        assert_eq!(bench.core.riding(), if cause.is_some() { 0 } else { 3 });
        assert_eq!(queries(&bench), [1, 2]);
        assert_eq!(bench.core.resume_point().map(|(boot, _)| boot), Some(boot));
    }
}

#[test]
fn after_lost_events_the_next_count_is_taken_as_it_is() {
    let lost = [Input::EventsLost, Input::LinkUp { boot: 7, resumed: false, new_session: true, time_ms: Some(90) }];
    for input in lost {
        for ahead in [0, 90_000, u32::MAX - 50_000] {
            let mut bench = queued();
            bench.input(input.clone());
            bench.base = bench.base.wrapping_add(ahead);
            // The oldest telegram that is left; its clock comes in a moment.
            bench.motion(BeltMotion::Running, false);
            bench.travel(9_000);
            assert_eq!(flushes(&bench), [FlushCause::Start, FlushCause::EventsLost], "{input:?} {ahead}");
            assert_eq!(bench.alarms(), [], "{input:?} {ahead}");
        }
    }
}

#[test]
fn nothing_is_fired_before_the_board_has_told_what_it_holds() {
    let mut bench = queued();
    assert!(bench.core.may_beat().is_some());
    link_up(&mut bench, 7, true, true);
    assert_eq!(bench.core.may_beat(), None);
    bench.board(BoardTelegram::QueueEnd { query: 1, entries: 0 });
    assert_eq!(bench.core.may_beat(), None, "the answer to an older question");
    entry(&mut bench, 1, None);
    end(&mut bench);
    assert_eq!(bench.core.may_beat(), Some((bench.count * 20 / 50) as u32));
    assert_eq!(bench.doubts(), []);
    bench.input(Input::Started);
    assert_eq!(bench.core.may_beat(), None);
}

#[test]
fn a_fire_that_the_board_still_holds_stands() {
    let mut bench = queued();
    link_up(&mut bench, 7, true, true);
    entry(&mut bench, 1, None);
    end(&mut bench);
    assert_eq!(bench.cancels(), []);
    bench.travel(3_000);
    assert_eq!(bench.chute_of(2), Some(1));
}

#[test]
fn a_fire_that_the_board_does_not_hold_never_reached_it() {
    let mut bench = queued();
    link_up(&mut bench, 7, true, true);
    end(&mut bench);
    assert_eq!(bench.doubts(), [(3, DoubtCause::CommandLost)]);
    assert_eq!(bench.last_decision(3).code, Reason::Trk);
    assert_eq!(bench.cancels(), [], "there is nothing to cancel");
}

#[test]
fn a_fire_that_left_after_the_question_is_not_missed_in_the_answer() {
    // The board answers for a second: hundreds of tags go over the wire.
    let mut bench = Bench::story(vec![thing(2010, 400, "AAAAAA")]);
    bench.travel_to(2, 3000);
    assert_eq!(bench.fires_sent(3).len(), 0);
    link_up(&mut bench, 7, true, true);
    bench.travel_to(2, 5500);
    assert_eq!(bench.fires_sent(3).len(), 1);
    end(&mut bench);
    assert_eq!((bench.doubts(), bench.cancels()), (vec![], vec![]));
    bench.travel(3_000);
    assert_eq!(bench.chute_of(2), Some(1));
}

#[test]
fn a_fire_aimed_anew_after_the_question_replaces_what_the_answer_names() {
    // With 3 m to send ahead the fire is out before the PEC at 4000 sees the parcel, and aims it anew.
    let mut line = common::line();
    line.send_ahead_um = 3_000_000;
    let mut bench = Bench::story_on(line, vec![thing(2010, 400, "AAAAAA")]);
    bench.travel_to(2, 3700);
    link_up(&mut bench, 7, true, true);
    bench.things[2].start_mm -= 7;
    bench.travel(600);
    let revisions: Vec<u16> = bench.fires_sent(3).iter().map(|(_, fire)| fire.revision).collect();
    assert_eq!(revisions, [1, 2]);
    entry(&mut bench, 1, None);
    end(&mut bench);
    assert_eq!((bench.doubts(), bench.cancels()), (vec![], vec![]));
    bench.travel(3_000);
    assert_eq!(bench.chute_of(2), Some(1));
}

#[test]
fn a_fire_of_another_revision_is_cancelled_whatever_it_is() {
    let mut bench = queued();
    link_up(&mut bench, 7, true, true);
    entry(&mut bench, 2, None);
    assert_eq!(bench.cancels(), [(3, u16::MAX), (3, 1)]);
    end(&mut bench);
    assert_eq!(bench.doubts(), [(3, DoubtCause::CommandLost)]);
}

#[test]
fn a_fire_that_is_being_cancelled_is_cancelled_again() {
    let mut bench = queued();
    bench.board_fires = false;
    bench.input(hold("AAAAAA", Customs::Hold));
    link_up(&mut bench, 7, true, true);
    entry(&mut bench, 1, None);
    assert_eq!(bench.cancels(), [(3, 1), (3, u16::MAX)]);
}

#[test]
fn an_unknown_tag_is_cancelled() {
    let mut bench = queued();
    link_up(&mut bench, 7, true, true);
    let tag = Tag { item: 99, pass: 1 };
    bench.board(BoardTelegram::QueueEntry { query: 2, tag, revision: 4, outcome: None });
    assert_eq!(bench.cancels(), [(99, u16::MAX)]);
    bench.board(BoardTelegram::QueueEntry { query: 2, tag, revision: 4, outcome: Some(FireOutcome::Fired) });
    assert_eq!(bench.cancels().len(), 1);
}

#[test]
fn an_outcome_that_was_missed_is_learnt_from_the_answer() {
    let mut bench = queued();
    link_up(&mut bench, 7, true, true);
    entry(&mut bench, 1, Some(FireOutcome::Fired));
    end(&mut bench);
    assert_eq!(bench.doubts(), []);
    assert!(
        bench.log.iter().any(|record| {
            matches!(record, Record::FireEnded { item: 3, chute: 1, outcome: FireOutcome::Fired, .. })
        })
    );
}

#[test]
fn an_answer_that_nobody_asked_for_changes_nothing() {
    let mut bench = queued();
    bench.board(BoardTelegram::QueueEntry { query: 1, tag: TAG, revision: 1, outcome: Some(FireOutcome::Late) });
    bench.board(BoardTelegram::QueueEnd { query: 1, entries: 0 });
    assert_eq!(bench.doubts(), []);
    link_up(&mut bench, 7, true, true);
    bench.board(BoardTelegram::QueueEntry { query: 1, tag: TAG, revision: 9, outcome: None });
    assert_eq!(bench.cancels(), []);
}

#[test]
fn a_flush_takes_all_fires_back_and_forgets_all_items() {
    let mut bench = queued();
    bench.input(Input::EventsLost);
    assert_eq!(bench.cancels(), [(3, 1)]);
    assert_eq!(bench.core.riding(), 0);
    assert_eq!(bench.core.totals().gone, 3);
    assert_eq!(flushes(&bench), [FlushCause::Start, FlushCause::EventsLost]);
    let flushed = bench.doubts().iter().filter(|(_, why)| *why == DoubtCause::Flushed).count();
    assert_eq!(flushed, 3);
}

#[test]
fn a_flush_leaves_open_confirms_unconfirmed() {
    let mut bench = Bench::story(vec![thing(2010, 400, "AAAAAA")]);
    bench.travel_to(2, 6800);
    bench.input(Input::EventsLost);
    assert!(bench.log.contains(&Record::Unconfirmed { item: 3, chute: 1, container: 1 }));
    bench.travel(3_000);
    assert_eq!((bench.core.totals().sorted, bench.core.totals().unconfirmed), (0, 1));
}

#[test]
fn what_comes_within_a_belt_length_of_a_flush_was_on_the_belt() {
    // The last PEC stands at 14 m, and the longest item has 1.2 m: 16.4 m.
    for lost in [false, true] {
        for (mm, cause) in [(16_399, DoubtCause::Flushed), (16_400, DoubtCause::Stranger)] {
            let mut bench = Bench::story(vec![]);
            bench.things.clear();
            if lost {
                bench.travel(5_000);
                bench.input(Input::EventsLost);
            }
            bench.travel(mm);
            bench.edge(1, true);
            assert_eq!(bench.doubts(), [(1, cause)], "{mm} mm");
        }
    }
}

#[test]
fn a_parcel_that_was_flushed_may_come_again() {
    let mut bench =
        Bench::story(vec![thing(2010, 400, "AAAAAA"), thing(12_010, 400, ""), thing(16_010, 400, "AAAAAA")]);
    bench.travel_to(2, 5000);
    bench.input(Input::EventsLost);
    bench.travel_to(4, 3000);
    let decisions = bench.decisions();
    let last = decisions.last().expect("decided");
    assert!(last.returned && last.code == Reason::Ok, "{last:?}");
}

fn clock(bench: &mut Bench, by: i32) {
    let count = bench.wire().wrapping_add_signed(by);
    bench.board(BoardTelegram::Clock { count, time_ms: 5_000, speed_cps: 2500 });
}

#[test]
fn a_count_that_cannot_be_is_an_encoder_reset() {
    // Back by twice what an edge may be late (60 mm), forward by four seconds at the highest speed.
    for (by, reset) in [(-120, false), (-121, true), (10_400, false), (10_401, true)] {
        let mut bench = queued();
        let before = bench.core.count();
        clock(&mut bench, by);
        let expected = if reset { vec![FlushCause::Start, FlushCause::EncoderReset] } else { vec![FlushCause::Start] };
        assert_eq!(flushes(&bench), expected, "{by}");
        if !reset {
            assert_eq!(bench.core.count(), before + by.max(0) as u64);
        } else {
            assert!(bench.core.count() > before + 1_000_000, "a new domain is above all older ones");
        }
    }
}

#[test]
fn a_stop_is_told_by_the_board_and_ended_by_its_running() {
    use sortie_core::output::Alarm::EmergencyStop;
    let mut bench = queued();
    bench.motion(BeltMotion::Stopped, true);
    bench.motion(BeltMotion::Stopped, true);
    bench.motion(BeltMotion::Stopped, false);
    assert_eq!(bench.alarms(), [(EmergencyStop, true)]);
    bench.motion(BeltMotion::Running, false);
    assert_eq!(bench.alarms(), [(EmergencyStop, true), (EmergencyStop, false)]);
}

#[test]
fn an_opened_guard_is_an_emergency_stop() {
    let mut bench = queued();
    let count = bench.wire();
    bench.board(BoardTelegram::Belt { count, motion: BeltMotion::Running, estop: false, guard_open: true });
    assert_eq!(bench.cancels(), [(3, 1)]);
    assert_eq!(bench.last_decision(3).code, Reason::Trk);
}

#[test]
fn the_next_telegram_that_is_needed_is_the_one_behind_the_last() {
    let mut bench = queued();
    for (seq, next) in [(400, 401), (u32::MAX, 1)] {
        bench.input(Input::Board { seq, telegram: BoardTelegram::QueueEnd { query: 0, entries: 0 } });
        assert_eq!(bench.core.resume_point(), Some((7, next)));
    }
}

#[test]
fn how_a_chute_stands_is_learned_anew_from_a_board_that_lost_telegrams() {
    let full = |bench: &mut Bench, active| {
        let sensor = ChuteSensor::Full;
        bench.board(BoardTelegram::Chute { count: bench.count as u32, chute: 1, sensor, active });
        bench.travel(3_000);
        bench.core.chutes().find(|chute| chute.number == 1).map(|chute| chute.status == ChuteStatus::Full)
    };
    let mut bench = queued();
    assert_eq!(full(&mut bench, true), Some(true));
    assert_eq!(full(&mut bench, true), Some(true), "said twice, it is no less full");
    link_up(&mut bench, 8, false, true);
    assert_eq!(full(&mut bench, false), Some(false), "somebody has emptied it meanwhile");
    link_up(&mut bench, 9, false, true);
    assert_eq!(full(&mut bench, true), Some(true), "it was filled meanwhile");
}

/// The board was away while the belt stood, and somebody showed a scanner something. Nobody knows how far the belt goes
/// meanwhile, but once the board has told its time again there is nothing to wait for.
#[test]
fn a_result_from_while_the_board_was_away_holds_up_nobody() {
    for away_ms in [1_000, 20_000, 3_600_000] {
        let mut bench = Bench::story(vec![thing(2010, 400, "AAAAAA")]);
        bench.travel_to(1, 900);
        bench.motion(BeltMotion::Stopped, false);
        bench.late_ms = away_ms / 2;
        bench.read(1, None, None);
        (bench.late_ms, bench.board_ms) = (away_ms, away_ms as u32);
        bench.motion(BeltMotion::Running, false);
        bench.travel_to(2, 4_000);
        assert_eq!(bench.last_decision(3).code, Reason::Ok, "{away_ms} ms");
    }
}
