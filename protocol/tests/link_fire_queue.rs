//! The board's queue of fires: every command ends once, and nothing leaves on stale orders.

use sortie_protocol::board::telegram::{BoardTelegram, Fire, FireOutcome, HostTelegram, Tag};
use sortie_protocol::board::{FireAction, FireQueue, Moment};

const SPEED: u16 = 2_000;

/// A queue with a greeting and a beat behind it; count and time start at 0 and 1,000.
struct Bench {
    queue: FireQueue,
    told: Vec<FireAction>,
}

fn at(count: u32) -> Moment {
    Moment { count, speed_cps: SPEED, time_ms: 1_000 }
}

fn tag(item: u32) -> Tag {
    Tag { item, pass: 1 }
}

fn fire(item: u32, revision: u16, count: u32) -> Fire {
    Fire { tag: tag(item), revision, output: 7, count, stroke_ms: 50, speed_min_cps: 1_500, speed_max_cps: 2_500 }
}

impl Bench {
    fn new() -> Bench {
        let mut queue = FireQueue::new(60);
        queue.hello(true, 100);
        let mut bench = Bench { queue, told: Vec::new() };
        bench.apply(HostTelegram::Beat { echo_ms: 1_000 }, at(0));
        bench
    }

    fn apply(&mut self, telegram: HostTelegram, moment: Moment) {
        self.queue.apply(&telegram, moment, &mut |action| self.told.push(action));
    }

    fn fire(&mut self, fire: Fire) {
        self.apply(HostTelegram::Fire(fire), at(0));
    }

    fn due(&mut self, moment: Moment) {
        self.queue.due(moment, &mut |action| self.told.push(action));
    }

    fn outcomes(&self) -> Vec<(u32, u16, FireOutcome)> {
        let outcome = |action: &FireAction| match *action {
            FireAction::Tell(BoardTelegram::Outcome { tag, revision, outcome, .. }) => {
                Some((tag.item, revision, outcome))
            }
            FireAction::Tell(_) | FireAction::Energise(_) => None,
        };
        self.told.iter().filter_map(outcome).collect()
    }

    fn energised(&self) -> usize {
        self.told.iter().filter(|action| matches!(action, FireAction::Energise(_))).count()
    }
}

#[test]
fn it_fires_a_stroke_ahead_of_the_target() {
    let mut bench = Bench::new();
    bench.fire(fire(1, 1, 5_000));
    assert_eq!(bench.queue.next_due(SPEED), Some(4_900));
    bench.due(at(4_899));
    assert_eq!(bench.told, []);
    bench.due(at(4_900));
    let outcome = BoardTelegram::Outcome { count: 4_900, tag: tag(1), revision: 1, outcome: FireOutcome::Fired };
    assert_eq!(bench.told, [FireAction::Energise(fire(1, 1, 5_000)), FireAction::Tell(outcome)]);
    bench.due(at(5_000));
    assert_eq!(bench.told.len(), 2);
    assert_eq!(bench.queue.next_due(SPEED), None);
}

#[test]
fn the_actuation_count_follows_the_speed() {
    let mut bench = Bench::new();
    bench.fire(fire(1, 1, 5_000));
    assert_eq!(bench.queue.next_due(1_500), Some(4_925));
    bench.due(Moment { speed_cps: 1_500, ..at(4_924) });
    assert_eq!(bench.energised(), 0);
    bench.due(Moment { speed_cps: 2_500, ..at(4_924) });
    assert_eq!(bench.energised(), 1);
}

#[test]
fn counts_are_compared_over_their_wrap() {
    let mut bench = Bench::new();
    bench.apply(HostTelegram::Fire(fire(1, 1, 50)), at(u32::MAX - 1_000));
    bench.apply(HostTelegram::Fire(fire(2, 1, u32::MAX - 100)), at(u32::MAX - 1_000));
    assert_eq!(bench.queue.next_due(SPEED), Some(u32::MAX - 200));
    bench.due(at(u32::MAX - 200));
    assert_eq!(bench.outcomes(), [(2, 1, FireOutcome::Fired)]);
    bench.due(at(u32::MAX - 49));
    assert_eq!(bench.outcomes().last(), Some(&(1, 1, FireOutcome::Fired)));
}

#[test]
fn a_repeat_is_the_same_command_before_and_after_the_end() {
    let mut bench = Bench::new();
    (0..3).for_each(|_| bench.fire(fire(1, 1, 5_000)));
    assert_eq!(bench.queue.len(), 1);
    bench.due(at(4_900));
    bench.fire(fire(1, 1, 5_000));
    bench.due(at(4_950));
    assert_eq!(bench.energised(), 1);
    assert_eq!(bench.outcomes(), [(1, 1, FireOutcome::Fired)]);
}

#[test]
fn a_higher_revision_replaces_without_an_outcome_and_a_lower_one_does_nothing() {
    let mut bench = Bench::new();
    bench.fire(fire(1, 2, 5_000));
    bench.fire(fire(1, 3, 7_000));
    bench.fire(fire(1, 1, 4_000));
    assert_eq!(bench.queue.len(), 1);
    bench.due(at(4_900));
    assert_eq!(bench.told, []);
    bench.due(at(6_900));
    assert_eq!(bench.outcomes(), [(1, 3, FireOutcome::Fired)]);
}

#[test]
fn a_fired_tag_never_fires_again() {
    let mut bench = Bench::new();
    bench.fire(fire(1, 1, 5_000));
    bench.due(at(4_900));
    bench.apply(HostTelegram::Fire(fire(1, 2, 9_000)), at(4_950));
    bench.due(at(8_900));
    assert_eq!(bench.energised(), 1);
    assert_eq!(bench.outcomes(), [(1, 1, FireOutcome::Fired), (1, 2, FireOutcome::Late)]);
}

#[test]
fn a_cancelled_tag_may_be_ordered_again_with_a_higher_revision() {
    let mut bench = Bench::new();
    bench.fire(fire(1, 1, 5_000));
    bench.apply(HostTelegram::Cancel { tag: tag(1), revision: 1 }, at(10));
    bench.apply(HostTelegram::Cancel { tag: tag(1), revision: 1 }, at(20));
    bench.fire(fire(1, 1, 5_000));
    bench.fire(fire(1, 2, 6_000));
    bench.due(at(5_900));
    assert_eq!(bench.outcomes(), [(1, 1, FireOutcome::Cancelled), (1, 2, FireOutcome::Fired)]);
}

#[test]
fn a_cancel_spares_what_is_newer_or_not_there() {
    let mut bench = Bench::new();
    bench.fire(fire(1, 3, 5_000));
    bench.apply(HostTelegram::Cancel { tag: tag(1), revision: 2 }, at(10));
    bench.apply(HostTelegram::Cancel { tag: tag(2), revision: 9 }, at(10));
    assert_eq!(bench.told, []);
    bench.due(at(4_900));
    bench.apply(HostTelegram::Cancel { tag: tag(1), revision: 3 }, at(4_950));
    assert_eq!(bench.outcomes(), [(1, 3, FireOutcome::Fired)]);
}

#[test]
fn it_refuses_late_fires_unknown_outputs_and_speeds_outside_the_band() {
    let mut bench = Bench::new();
    bench.apply(HostTelegram::Fire(fire(1, 1, 5_000)), at(4_901));
    bench.apply(HostTelegram::Fire(Fire { output: 60, ..fire(2, 1, 9_000) }), at(4_901));
    bench.fire(fire(3, 1, 6_000));
    bench.fire(fire(4, 1, 6_001));
    bench.fire(fire(5, 1, 6_002));
    bench.fire(fire(6, 1, 6_003));
    bench.due(Moment { speed_cps: 2_501, ..at(5_875) });
    bench.due(Moment { speed_cps: 1_499, ..at(6_001 - 75) });
    bench.due(Moment { speed_cps: 1_500, ..at(6_002 - 75) });
    bench.due(Moment { speed_cps: 2_500, ..at(6_003 - 75) });
    let expected = [
        (1, 1, FireOutcome::Late),
        (2, 1, FireOutcome::UnknownOutput),
        (3, 1, FireOutcome::Speed),
        (4, 1, FireOutcome::Speed),
        (5, 1, FireOutcome::Fired),
        (6, 1, FireOutcome::Fired),
    ];
    assert_eq!(bench.outcomes(), expected);
}

#[test]
fn a_fire_just_at_its_actuation_count_is_in_time() {
    let mut bench = Bench::new();
    bench.apply(HostTelegram::Fire(fire(1, 1, 5_000)), at(4_900));
    bench.due(at(4_900));
    assert_eq!(bench.outcomes(), [(1, 1, FireOutcome::Fired)]);
}

#[test]
fn a_scan_that_comes_behind_the_target_does_not_fire() {
    let mut bench = Bench::new();
    bench.fire(fire(1, 1, 5_000));
    bench.fire(fire(2, 1, 5_001));
    bench.due(at(5_001));
    assert_eq!(bench.outcomes(), [(1, 1, FireOutcome::Late), (2, 1, FireOutcome::Fired)]);
}

#[test]
fn nothing_fires_without_a_fresh_beat() {
    let mut bench = Bench::new();
    for item in 1..=4 {
        bench.fire(fire(item, 1, 5_000 + item));
    }
    bench.due(Moment { time_ms: 1_099, ..at(4_901) });
    bench.due(Moment { time_ms: 1_100, ..at(4_902) });
    // A beat from the future of the board's clock is one from another life of it.
    bench.apply(HostTelegram::Beat { echo_ms: 1_101 }, at(0));
    bench.due(Moment { time_ms: 1_100, ..at(4_903) });
    bench.apply(HostTelegram::Beat { echo_ms: 1_090 }, at(0));
    bench.due(Moment { time_ms: 1_100, ..at(4_904) });
    let expected = [FireOutcome::Fired, FireOutcome::Lease, FireOutcome::Lease, FireOutcome::Fired];
    assert_eq!(bench.outcomes().iter().map(|(_, _, outcome)| *outcome).collect::<Vec<_>>(), expected);
}

#[test]
fn the_lease_holds_over_the_wrap_of_the_board_time() {
    let mut bench = Bench::new();
    bench.apply(HostTelegram::Beat { echo_ms: u32::MAX - 10 }, at(0));
    assert!(bench.queue.has_lease(88));
    assert!(!bench.queue.has_lease(89));
}

#[test]
fn a_new_session_keeps_the_queue_and_ends_the_lease() {
    let mut bench = Bench::new();
    bench.fire(fire(1, 1, 5_000));
    bench.queue.hello(false, 100);
    assert!(bench.queue.has_lease(1_000));
    bench.queue.hello(true, 100);
    assert!(!bench.queue.has_lease(1_000));
    assert_eq!((bench.queue.len(), bench.queue.is_empty()), (1, false));
    bench.apply(HostTelegram::Beat { echo_ms: 1_000 }, at(0));
    bench.due(at(4_900));
    assert_eq!(bench.outcomes(), [(1, 1, FireOutcome::Fired)]);
    assert!(bench.queue.is_empty());
}

#[test]
fn the_257th_fire_is_refused_and_may_come_again() {
    let mut bench = Bench::new();
    for item in 1..=257 {
        bench.fire(fire(item, 1, 10_000 + item));
    }
    assert_eq!(bench.outcomes(), [(257, 1, FireOutcome::QueueFull)]);
    bench.fire(fire(256, 2, 20_000));
    assert_eq!(bench.queue.len(), 256);
    bench.apply(HostTelegram::Cancel { tag: tag(1), revision: 1 }, at(0));
    bench.fire(fire(257, 2, 10_257));
    assert_eq!(bench.queue.len(), 256);
}

#[test]
fn a_query_is_answered_with_the_queue_and_the_last_256_ends() {
    let mut bench = Bench::new();
    for item in 1..=300 {
        bench.fire(fire(item, 1, 1_000));
        bench.apply(HostTelegram::Cancel { tag: tag(item), revision: 1 }, at(0));
    }
    bench.fire(fire(301, 1, 9_000));
    bench.told.clear();
    bench.apply(HostTelegram::QueueQuery { query: 5 }, at(0));
    let entry =
        |item, outcome| FireAction::Tell(BoardTelegram::QueueEntry { query: 5, tag: tag(item), revision: 1, outcome });
    assert_eq!(bench.told.len(), 258);
    assert_eq!(bench.told[0], entry(301, None));
    assert_eq!(bench.told[1], entry(45, Some(FireOutcome::Cancelled)));
    assert_eq!(bench.told[256], entry(300, Some(FireOutcome::Cancelled)));
    assert_eq!(bench.told[257], FireAction::Tell(BoardTelegram::QueueEnd { query: 5, entries: 257 }));
}
