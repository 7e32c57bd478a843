//! The two ends of the board link together: nothing lost, nothing twice, nothing out of order.

mod common;

use common::{Dice, MS, Pair, edge, permit};
use proptest::prelude::{ProptestConfig, any, proptest};
use sortie_protocol::board::telegram::{BoardTelegram, Fire, FireOutcome, HostTelegram, Tag};
use sortie_protocol::board::{BoardEvent, FireAction, FireQueue, HostEvent, LinkSettings, Moment, Resume, sequence};

/// Settings with which both streams cross the wrap after a few telegrams.
fn near_the_wrap(dice: &mut Dice) -> LinkSettings {
    LinkSettings {
        first_host_seq: u32::MAX - dice.roll(20) as u32,
        first_board_seq: u32::MAX - dice.roll(20) as u32,
        in_flight: 1 + dice.roll(32) as u16,
        ..LinkSettings::default()
    }
}

/// Both ends speak for a while over a bad medium; then it heals, and all of it has arrived exactly once, in order.
fn speak_over_a_bad_medium(seed: u64) {
    let mut dice = Dice::new(seed);
    let settings = near_the_wrap(&mut dice);
    let mut pair = Pair::new(seed, settings);
    while !pair.host.is_up() {
        pair.faults(if pair.now < 400 * MS { 20 } else { 0 });
        pair.step();
    }
    pair.faults(20);
    let (mut edges, mut permits) = (0, 0);
    for _ in 0..100 {
        if dice.roll(3) == 0 {
            edges += 1;
            pair.board.send(edge(edges));
        }
        if dice.roll(4) == 0 {
            permits += 1;
            assert!(pair.host.send(permit(permits)).is_ok());
        }
        if dice.roll(60) == 0 {
            pair.host.reopened();
        }
        pair.step();
    }
    pair.faults(0);
    for _ in 0..3_000 {
        if pair.host.is_up() && pair.host.unacknowledged() == 0 && pair.board.unacknowledged() == 0 {
            break;
        }
        pair.step();
    }
    let mut seq = settings.first_board_seq;
    let mut taken = pair.taken_by_host().into_iter();
    for number in 1..=edges {
        assert_eq!(taken.next(), Some((seq, edge(number))));
        seq = sequence::next(seq);
    }
    assert_eq!(taken.next(), None);
    assert_eq!(pair.taken_by_board(), (1..=permits).map(permit).collect::<Vec<_>>());
    assert!(pair.ups().iter().skip(1).all(|(_, _, resumed)| *resumed), "one boot, nothing lost");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_bad_medium_loses_and_doubles_nothing(seed in any::<u64>()) {
        speak_over_a_bad_medium(seed);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_repeated_fire_fires_once(seed in any::<u64>()) {
        fire_over_a_bad_medium(seed);
    }
}

fn fire(item: u32, revision: u16, count: u32) -> HostTelegram {
    let tag = Tag { item, pass: 1 };
    let speeds = (100, 3_000);
    HostTelegram::Fire(Fire {
        tag,
        revision,
        output: item as u16 % 60,
        count,
        stroke_ms: 40,
        speed_min_cps: speeds.0,
        speed_max_cps: speeds.1,
    })
}

fn fire_over_a_bad_medium(seed: u64) {
    let mut dice = Dice::new(seed);
    let mut pair = Pair::new(seed, near_the_wrap(&mut dice));
    pair.run(10 * MS);
    pair.faults(20);
    let mut queue = FireQueue::new(60);
    let mut told = Vec::new();
    let mut taken = 0;
    for ms in 0..1_500_u32 {
        if ms < 500 && ms % 25 == 0 {
            // Each fire is said twice, with other telegrams between.
            assert!(pair.host.send(fire(ms / 50 + 1, 1, 1_400 + ms)).is_ok());
        }
        if ms % 20 == 0 && pair.host.unacknowledged() < 200 {
            assert!(pair.host.send(HostTelegram::Beat { echo_ms: ms }).is_ok());
        }
        if ms == 900 {
            pair.faults(0);
        }
        pair.step();
        let at = Moment { count: ms * 2, speed_cps: 2_000, time_ms: ms };
        for event in &pair.board_events[taken..] {
            match *event {
                BoardEvent::Hello { new, lease_ms, .. } => queue.hello(new, lease_ms),
                BoardEvent::Telegram { telegram, .. } => queue.apply(&telegram, at, &mut |action| told.push(action)),
            }
        }
        taken = pair.board_events.len();
        queue.due(at, &mut |action| told.push(action));
    }
    for item in 1..=10 {
        let tag = Tag { item, pass: 1 };
        let fired = told.iter().filter(|action| matches!(action, FireAction::Energise(fire) if fire.tag == tag));
        let fired = fired.count();
        let outcomes: Vec<_> = told.iter().filter_map(|action| outcome_of(action, tag)).collect();
        assert_eq!(outcomes.len(), 1, "item {item}: {outcomes:?}");
        assert_eq!(fired, usize::from(outcomes == [FireOutcome::Fired]), "item {item}: {outcomes:?}");
    }
}

fn outcome_of(action: &FireAction, of: Tag) -> Option<FireOutcome> {
    match *action {
        FireAction::Tell(BoardTelegram::Outcome { tag, outcome, .. }) if tag == of => Some(outcome),
        FireAction::Tell(_) | FireAction::Energise(_) => None,
    }
}

#[test]
fn the_host_comes_up_and_hears_what_the_board_is() {
    let mut pair = Pair::new(3, LinkSettings::default());
    pair.board.set_clock(4_321, 98_765);
    pair.run(20 * MS);
    let expected = HostEvent::Up {
        boot: 100,
        first: 1,
        resumed: false,
        sensors: 40,
        outputs: 60,
        firmware: 7,
        time_ms: 4_321,
        count: 98_765,
    };
    assert_eq!(pair.host_events, [expected]);
    assert!(matches!(pair.board_events[0], BoardEvent::Hello { session: 1, new: true, missing: true, lease_ms: 100 }));
}

#[test]
fn the_board_keeps_what_is_not_durable_and_the_host_takes_it_once() {
    let mut pair = Pair::up(LinkSettings::default());
    pair.durable = false;
    (1..=5).for_each(|number| pair.board.send(edge(number)));
    pair.run(500 * MS);
    assert_eq!(pair.taken_by_host().len(), 5);
    assert_eq!(pair.board.unacknowledged(), 5);
    assert!(pair.board.counters().repeats > 0);
    pair.host.acknowledge(3);
    pair.run(20 * MS);
    assert_eq!(pair.board.unacknowledged(), 2);
    pair.host.acknowledge(9);
    pair.run(20 * MS);
    assert_eq!(pair.board.unacknowledged(), 2, "what never came cannot be durable");
    assert_eq!(pair.board.counters().bad_acks, 0, "and is not said to be");
    pair.host.acknowledge(5);
    pair.run(20 * MS);
    assert_eq!(pair.board.unacknowledged(), 0);
    assert_eq!(pair.taken_by_host().len(), 5);
}

#[test]
fn a_quiet_line_repeats_nothing_and_acknowledges_within_the_delay() {
    let mut pair = Pair::up(LinkSettings::default());
    for number in 1..=50 {
        pair.board.send(edge(number));
        pair.run(20 * MS);
        assert_eq!(pair.board.unacknowledged(), 0, "one way, at most 5 ms, one way back");
    }
    assert_eq!(pair.board.counters().repeats, 0);
    assert_eq!(pair.host.counters().duplicates, 0);
    let sent = pair.host.counters().sent;
    pair.run(2_000 * MS);
    assert_eq!(pair.host.counters().sent, sent, "nothing to say, nothing said");
    assert_eq!((pair.host.next_timeout(), pair.board.next_timeout()), (None, None), "and nothing to wait for");
}

#[test]
fn a_port_that_comes_back_goes_on_where_it_was() {
    let mut pair = Pair::up(LinkSettings::default());
    pair.cut(true);
    (1..=40).for_each(|number| pair.board.send(edge(number)));
    (1..=40).for_each(|number| assert!(pair.host.send(permit(number)).is_ok()));
    pair.run(3_000 * MS);
    pair.cut(false);
    pair.host.reopened();
    pair.board.reopened();
    pair.run(60 * MS);
    assert_eq!(pair.ups(), [(100, 1, true)]);
    assert_eq!(pair.taken_by_host().len(), 40);
    assert_eq!(pair.taken_by_board(), (1..=40).map(permit).collect::<Vec<_>>());
    let hello = pair.board_events.iter().find(|event| matches!(event, BoardEvent::Hello { .. }));
    assert_eq!(hello, Some(&BoardEvent::Hello { session: 1, new: false, missing: false, lease_ms: 100 }));
}

#[test]
fn a_restarted_host_resumes_behind_its_last_durable_telegram() {
    let settings = LinkSettings::default();
    let mut pair = Pair::up(settings);
    pair.durable = false;
    (1..=10).for_each(|number| pair.board.send(edge(number)));
    pair.run(20 * MS);
    pair.host.acknowledge(4);
    pair.run(20 * MS);
    // Up to 6 was durable, but the acknowledgement of 5 and 6 did not get out before the kill.
    pair.restart_host(2, Some(Resume { boot: 100, next: 7 }), settings);
    pair.host_events.clear();
    pair.durable = true;
    assert!(pair.host.send(permit(1)).is_ok());
    pair.run(100 * MS);
    assert_eq!(pair.ups(), [(100, 7, true)]);
    assert!(pair.board_events.contains(&BoardEvent::Hello { session: 2, new: true, missing: false, lease_ms: 100 }));
    let numbers: Vec<u32> = pair.taken_by_host().iter().map(|(seq, _)| *seq).collect();
    assert_eq!(numbers, [7, 8, 9, 10]);
    assert_eq!(pair.taken_by_board(), [permit(1)], "the numbers of the host start again with the session");
    assert_eq!(pair.board.unacknowledged(), 0);
}

#[test]
fn a_host_that_needs_what_the_board_forgot_does_not_resume() {
    let settings = LinkSettings::default();
    for (resume, first) in [
        (None, 11),
        (Some(Resume { boot: 100, next: 4 }), 11),
        (Some(Resume { boot: 100, next: 12 }), 11),
        (Some(Resume { boot: 99, next: 7 }), 11),
    ] {
        let mut pair = Pair::up(settings);
        pair.durable = false;
        (1..=10).for_each(|number| pair.board.send(edge(number)));
        pair.run(20 * MS);
        pair.host.acknowledge(6);
        pair.run(20 * MS);
        pair.restart_host(2, resume, settings);
        pair.host_events.clear();
        pair.run(100 * MS);
        let missing = BoardEvent::Hello { session: 2, new: true, missing: true, lease_ms: 100 };
        assert!(pair.board_events.contains(&missing), "the board has to say how things stand");
        pair.board.send(edge(11));
        pair.run(20 * MS);
        assert_eq!(pair.ups(), [(100, first, false)], "{resume:?}");
        assert_eq!(pair.taken_by_host(), [(first, edge(11))], "{resume:?}");
    }
}

#[test]
fn another_boot_starts_both_streams_anew_and_drops_old_orders() {
    let settings = LinkSettings::default();
    let mut pair = Pair::up(settings);
    pair.board.send(edge(1));
    pair.run(50 * MS);
    pair.cut(true);
    assert!(pair.host.send(permit(1)).is_ok());
    pair.run(50 * MS);
    pair.cut(false);
    pair.reboot_board(101, settings);
    pair.board.send(edge(2));
    pair.run(50 * MS);
    assert_eq!(pair.ups(), [(101, 2, false)], "what the board said to nobody is not said again");
    assert_eq!(pair.taken_by_host(), [(1, edge(1))], "what came before the greeting is not of this session");
    assert_eq!(pair.taken_by_board(), [], "orders for another boot do not reach it");
    assert_eq!(pair.host.counters().dropped, 1);
    assert!(pair.host.send(permit(2)).is_ok());
    pair.board.send(edge(3));
    pair.run(50 * MS);
    assert_eq!(pair.taken_by_board(), [permit(2)]);
    assert_eq!(pair.taken_by_host(), [(1, edge(1)), (2, edge(3))]);
}

#[test]
fn an_overflow_is_told_and_the_stream_goes_on_behind_it() {
    let mut pair = Pair::up(LinkSettings::default());
    pair.board.send(edge(1));
    pair.run(20 * MS);
    pair.cut(true);
    (2..=4_097).for_each(|number| pair.board.send(edge(number)));
    assert!(!pair.board.take_overflow());
    pair.board.send(edge(4_098));
    assert!(pair.board.take_overflow(), "the board has to say how things stand");
    assert!(!pair.board.take_overflow(), "once");
    pair.cut(false);
    assert_eq!(pair.board.unacknowledged(), 1);
    pair.faults(30);
    pair.run(2_000 * MS);
    pair.faults(0);
    pair.run(2_000 * MS);
    let expected = [
        HostEvent::Telegram { seq: 1, telegram: edge(1) },
        HostEvent::Lost { from: 2, resume: 4_098 },
        HostEvent::Telegram { seq: 4_098, telegram: edge(4_098) },
    ];
    assert_eq!(pair.host_events, expected);
    assert_eq!(pair.board.unacknowledged(), 0);
    assert_eq!(pair.board.counters().dropped, 4_096);
}

#[test]
fn a_full_buffer_of_events_is_kept_and_delivered() {
    let mut pair = Pair::up(LinkSettings::default());
    pair.cut(true);
    (1..=4_096).for_each(|number| pair.board.send(edge(number)));
    pair.run(1_000 * MS);
    pair.cut(false);
    pair.run(4_000 * MS);
    assert_eq!(pair.taken_by_host().len(), 4_096);
    assert_eq!(pair.board.counters().dropped, 0);
}

#[test]
fn a_second_overflow_before_the_first_was_told_widens_the_loss() {
    let mut pair = Pair::up(LinkSettings::default());
    pair.cut(true);
    (1..=8_200).for_each(|number| pair.board.send(edge(number)));
    pair.cut(false);
    pair.run(1_000 * MS);
    assert_eq!(pair.host_events[0], HostEvent::Lost { from: 1, resume: 8_193 });
    assert_eq!(pair.taken_by_host().len(), 8);
}

#[test]
fn the_window_is_bounded_and_waiting_beats_take_one_place() {
    let mut pair = Pair::up(LinkSettings::default());
    pair.cut(true);
    for echo_ms in 0..1_000 {
        assert!(pair.host.send(HostTelegram::Beat { echo_ms }).is_ok());
    }
    assert_eq!(pair.host.unacknowledged(), 1);
    (1..=255).for_each(|number| assert!(pair.host.send(permit(number)).is_ok()));
    assert!(pair.host.send(permit(256)).is_err());
    pair.cut(false);
    pair.run(1_000 * MS);
    let taken = pair.taken_by_board();
    assert_eq!(taken.len(), 256);
    assert_eq!(taken[0], HostTelegram::Beat { echo_ms: 999 });
}

#[test]
fn a_beat_that_is_under_way_is_not_changed_any_more() {
    let mut pair = Pair::up(LinkSettings::default());
    for echo_ms in 0..3 {
        assert!(pair.host.send(HostTelegram::Beat { echo_ms }).is_ok());
        pair.step();
    }
    pair.run(50 * MS);
    let beats = [0, 1, 2].map(|echo_ms| HostTelegram::Beat { echo_ms });
    assert_eq!(pair.taken_by_board(), beats);
}

#[test]
fn repeats_slow_down_while_nothing_comes_back() {
    let mut pair = Pair::up(LinkSettings::default());
    pair.to_board.cut = true;
    assert!(pair.host.send(permit(1)).is_ok());
    let sent = pair.host.counters().sent;
    pair.run(1_050 * MS);
    // At once; after 20, 60, 140 and 300 ms; then every 160 ms.
    assert_eq!((pair.host.counters().sent - sent, pair.host.counters().repeats), (9, 8));
}

#[test]
fn an_echo_of_own_frames_is_not_taken() {
    let mut pair = Pair::up(LinkSettings::default());
    let mut frames = Vec::new();
    assert!(pair.host.send(permit(1)).is_ok());
    pair.host.transmit(pair.now, &mut |frame| frames.extend_from_slice(frame));
    pair.host.receive(pair.now, &frames, &mut |event| panic!("{event:?}"));
    assert_eq!(pair.host.counters().unknown_type, 1);
    assert_eq!(pair.host.unacknowledged(), 1);
}

#[test]
fn noise_is_counted_by_kind_and_harms_nothing() {
    let mut pair = Pair::up(LinkSettings::default());
    let noise = [&[0x05_u8, 1, 2, 0][..], &[7; 200], &[0], &[3, 1, 1, 0], &[0, 0, 0]].concat();
    pair.host.receive(pair.now, &noise, &mut |event| panic!("{event:?}"));
    let counters = pair.host.counters();
    assert_eq!((counters.cobs_errors, counters.too_long, counters.crc_errors), (2, 1, 0));
    pair.board.send(edge(1));
    pair.run(20 * MS);
    assert_eq!(pair.taken_by_host(), [(1, edge(1))]);
}

#[test]
fn a_port_that_comes_back_begins_with_a_new_frame() {
    let mut pair = Pair::up(LinkSettings::default());
    let half = [9, 1, 2, 3];
    pair.host.receive(pair.now, &half, &mut |event| panic!("{event:?}"));
    pair.board.receive(pair.now, &half, &mut |event| panic!("{event:?}"));
    pair.host.reopened();
    pair.board.reopened();
    pair.run(50 * MS);
    assert_eq!((pair.host.counters().errors(), pair.board.counters().errors()), (0, 0));
    assert_eq!(pair.ups(), [(100, 1, true)]);
}

/// A pair that has said much to each other, with nothing under way.
fn well_into_a_session() -> Pair {
    let mut pair = Pair::up(LinkSettings::default());
    for number in 1..=40 {
        pair.board.send(edge(number));
        assert!(pair.host.send(permit(number as u16)).is_ok());
        pair.run(10 * MS);
    }
    pair.run(50 * MS);
    pair.host_events.clear();
    pair.board_events.clear();
    pair
}

#[test]
fn a_board_that_starts_again_with_its_old_boot_number_is_met_anew() {
    let mut pair = well_into_a_session();
    assert!(pair.host.send(permit(41)).is_ok());
    pair.reboot_board(100, LinkSettings::default());
    pair.board.send(edge(1));
    pair.run(50 * MS);
    assert_eq!(pair.ups(), [(100, 2, false)], "nothing goes on, whatever the boot number says");
    let hellos = pair.board_events.iter().filter(|event| matches!(event, BoardEvent::Hello { new: true, .. })).count();
    assert_eq!(hellos, 1, "with a new session: {:?}", pair.board_events);
    assert_eq!(pair.taken_by_board(), [], "the old orders are not for it");
    for number in 2..=30 {
        pair.board.send(edge(number));
        assert!(pair.host.send(permit(100 + number as u16)).is_ok());
        pair.run(10 * MS);
    }
    pair.run(50 * MS);
    assert_eq!(pair.taken_by_host(), (2..=30).map(|number| (number, edge(number))).collect::<Vec<_>>());
    assert_eq!(pair.taken_by_board(), (102..=130).map(permit).collect::<Vec<_>>());
}

#[test]
fn streams_that_stand_still_are_begun_anew() {
    let mut pair = well_into_a_session();
    // The board starts again with its old number, and what it says meanwhile is lost: it serves the host's session by the
    // time its answer comes through.
    pair.reboot_board(100, LinkSettings::default());
    pair.to_host.cut = true;
    pair.host.reopened();
    pair.run(50 * MS);
    pair.to_host.cut = false;
    for number in 1..=500 {
        pair.board.send(edge(number));
        if pair.host.unacknowledged() < 48 {
            assert!(pair.host.send(HostTelegram::Beat { echo_ms: number }).is_ok());
        }
        pair.run(20 * MS);
    }
    assert!(pair.host.is_up());
    assert!(matches!(pair.ups().last(), Some((100, _, false))), "{:?}", pair.ups());
    assert_eq!(pair.taken_by_host().last(), Some(&(500, edge(500))));
    assert!(pair.host.unacknowledged() <= 1 && pair.board.unacknowledged() <= 1);
}

#[test]
fn a_cable_that_was_away_for_long_costs_nothing_and_is_told() {
    let mut pair = Pair::up(LinkSettings::default());
    pair.cut(true);
    (1..=300).for_each(|number| pair.board.send(edge(number)));
    assert!(pair.host.send(permit(1)).is_ok());
    pair.run(1_900 * MS);
    assert!(pair.host.is_up());
    pair.run(300 * MS);
    assert!(!pair.host.is_up(), "nothing was acknowledged for two seconds");
    pair.run(28_000 * MS);
    pair.cut(false);
    pair.run(3_000 * MS);
    assert_eq!(pair.ups(), [(100, 1, true)], "the same session goes on");
    assert_eq!(pair.taken_by_host().len(), 300);
    assert_eq!(pair.taken_by_board(), [permit(1)]);
}

#[test]
fn a_disk_that_takes_its_time_is_no_reason_to_greet_again() {
    let mut pair = Pair::up(LinkSettings::default());
    pair.durable = false;
    (1..=40).for_each(|number| pair.board.send(edge(number)));
    pair.run(20_000 * MS);
    assert_eq!((pair.ups(), pair.host.is_up()), (vec![], true));
    assert_eq!(pair.taken_by_host().len(), 16);
}
