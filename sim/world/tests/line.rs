//! The line as a host sees it, in virtual time.

mod bench;

use bench::{Bench, UM_PER_COUNT, counts, setup};
use sortie_protocol::board::telegram::{BoardTelegram, ChuteSensor, FireOutcome, HostTelegram};
use sortie_world::events::{Physical, StrikeKind};
use sortie_world::setup::{FaultRate, Faults};

const S: u64 = 1_000_000_000;

fn edges(bench: &Bench) -> Vec<(u32, u16, bool)> {
    let edge = |(_, telegram): &(u64, BoardTelegram)| {
        let BoardTelegram::Edge { count, sensor, blocked } = *telegram else { return None };
        Some((count, sensor, blocked))
    };
    bench.heard.told.iter().filter_map(edge).collect()
}

fn outcomes(bench: &Bench) -> Vec<FireOutcome> {
    let outcome = |(_, telegram): &(u64, BoardTelegram)| {
        let BoardTelegram::Outcome { outcome, .. } = *telegram else { return None };
        Some(outcome)
    };
    bench.heard.told.iter().filter_map(outcome).collect()
}

fn chute_of(bench: &Bench, wanted: u32) -> Option<u16> {
    let chute = |(_, event): &(u64, Physical)| {
        let Physical::Discharged { item, chute, .. } = *event else { return None };
        (item == wanted).then_some(chute)
    };
    bench.heard.physical.iter().find_map(chute)
}

/// Runs until the entry PEC has told both edges of a lone item; returns the count of its middle and its length.
fn lone_item(bench: &mut Bench) -> (u32, i64) {
    while edges(bench).len() < 2 {
        bench.run_for(1_000_000);
    }
    let (lead, trail) = (edges(bench)[0].0, edges(bench)[1].0);
    (lead.wrapping_add(trail.wrapping_sub(lead) / 2), i64::from(trail.wrapping_sub(lead)) * UM_PER_COUNT)
}

#[test]
fn a_lone_item_crosses_each_pec_at_its_distance() {
    let mut bench = Bench::new(setup(Faults::new()), 1, 1);
    bench.run(30 * S);
    let edges = edges(&bench);
    let sensors: Vec<_> = edges.iter().map(|edge| (edge.1, edge.2)).collect();
    assert_eq!(sensors, [0, 1, 2, 3].map(|sensor| [(sensor, true), (sensor, false)]).concat());
    for (edge, mm) in [(2, 3_000), (4, 8_000), (6, 12_000)] {
        let travelled = i64::from(edges[edge].0.wrapping_sub(edges[0].0)) * UM_PER_COUNT;
        assert!((travelled - mm * 1000).abs() < mm * 5 + 2 * UM_PER_COUNT, "{mm}: {travelled}");
    }
    assert!(matches!(bench.heard.physical.last(), Some((_, Physical::EndOfLine { item: 1 }))));
    assert!(bench.world.finished());
}

#[test]
fn the_clock_ticks_fifty_times_a_second_and_carries_the_belt() {
    let mut bench = Bench::new(setup(Faults::new()), 1, 0);
    bench.world.stop_parcels();
    let mut told = Vec::new();
    bench.run(2 * S);
    for (_, telegram) in &bench.heard.told {
        if let BoardTelegram::Clock { count, speed_cps, .. } = telegram {
            told.push((*count, *speed_cps));
        }
    }
    assert!((95..=100).contains(&told.len()), "{}", told.len());
    let travelled = told[told.len() - 1].0.wrapping_sub(told[0].0);
    assert!((3_700..4_100).contains(&travelled), "{travelled}");
    assert!(told.iter().all(|(_, speed)| (1_970..=2_065).contains(speed)));
}

#[test]
fn a_fire_diverts_the_item_and_the_confirm_eye_sees_it() {
    let mut bench = Bench::new(setup(Faults::new()), 2, 1);
    let (middle, _) = lone_item(&mut bench);
    bench.fire(0, middle.wrapping_add(counts(6_000)));
    bench.run(30 * S);
    assert_eq!((chute_of(&bench, 1), outcomes(&bench)), (Some(1), vec![FireOutcome::Fired]));
    let confirms = bench.heard.told.iter().filter(|(_, telegram)| {
        matches!(telegram, BoardTelegram::Chute { chute: 1, sensor: ChuteSensor::Confirm, .. })
    });
    assert_eq!(confirms.count(), 2);
    assert!(!edges(&bench).iter().any(|edge| edge.1 >= 2), "it has left before the third PEC");
}

#[test]
fn a_fire_beside_the_item_takes_nothing() {
    let mut bench = Bench::new(setup(Faults::new()), 2, 1);
    let (middle, length) = lone_item(&mut bench);
    bench.fire(0, middle.wrapping_add(counts(6_000 + length / 1000 + 200)));
    bench.run(30 * S);
    assert_eq!((chute_of(&bench, 1), outcomes(&bench)), (None, vec![FireOutcome::Fired]));
}

#[test]
fn nothing_is_fired_without_beats() {
    let mut bench = Bench::new(setup(Faults::new()), 2, 1);
    let (middle, _) = lone_item(&mut bench);
    bench.fire(0, middle.wrapping_add(counts(6_000)));
    bench.run_for(S / 2);
    bench.beats = false;
    bench.run(30 * S);
    assert_eq!((chute_of(&bench, 1), outcomes(&bench)), (None, vec![FireOutcome::Lease]));
}

fn run_with(kind: Option<StrikeKind>, seed: u64, parcels: u64) -> Bench {
    let rate = FaultRate { per_10000: 200, size: None };
    let mut bench = Bench::new(setup(kind.into_iter().map(|kind| (kind, rate)).collect()), seed, parcels);
    bench.sorts = true;
    bench.run(7_200 * S);
    assert!(bench.world.finished(), "{kind:?} leaves something on the belt");
    bench
}

#[test]
fn every_fault_strikes_with_effect() {
    // The calendar moves clocks; whoever starts a run knows the day. Only a ring has an index sensor.
    let elsewhere = [StrikeKind::DaylightSaving, StrikeKind::IndexMissed, StrikeKind::IndexDoubled];
    for &kind in StrikeKind::ALL.iter().filter(|kind| !elsewhere.contains(kind)) {
        let bench = run_with(Some(kind), 5, 600);
        let (strikes, effective) = bench.world.strikes(kind);
        // A counter wraps once, and this line has few chutes that could be left alone.
        let few = matches!(kind, StrikeKind::CountWrap | StrikeKind::NeverEmptied);
        let least = if few { 1 } else { 3 };
        assert!(strikes >= effective && effective >= least, "{kind:?}: {effective} of {strikes}");
        let told = bench.heard.strikes.iter().filter(|strike| strike.kind == kind && strike.effective).count();
        assert_eq!(told, effective as usize, "{kind:?}");
        assert_eq!(bench.heard.strikes.len(), bench.heard.strikes.iter().filter(|strike| strike.kind == kind).count());
    }
}

#[test]
fn strikes_that_move_or_relabel_items_name_them() {
    use StrikeKind::{CrossRead, ItemAdded, ItemExchanged, ItemRemoved, MissedDivert, NoRead, Slip, WrongButValid};
    for kind in [CrossRead, ItemAdded, ItemExchanged, ItemRemoved, MissedDivert, NoRead, Slip, WrongButValid] {
        let bench = run_with(Some(kind), 6, 300);
        assert!(
            !bench.heard.strikes.is_empty() && bench.heard.strikes.iter().all(|strike| strike.items[0] != 0),
            "{kind:?}"
        );
    }
}

#[test]
fn what_people_turn_is_told_with_its_new_length() {
    let bench = run_with(Some(StrikeKind::Turned), 7, 300);
    let strikes = bench.heard.strikes.iter().filter(|strike| strike.effective);
    let struck: Vec<u32> = strikes.map(|strike| strike.items[0]).collect();
    assert!(!struck.is_empty());
    for turned in struck {
        let lengths: Vec<i64> = bench.heard.physical.iter().filter_map(|(_, event)| length_of(event, turned)).collect();
        assert!(lengths.windows(2).any(|pair| pair[0].abs_diff(pair[1]) > 1_000), "item {turned}: {lengths:?}");
    }
}

fn length_of(event: &Physical, wanted: u32) -> Option<i64> {
    let (Physical::Entered { item, length, .. } | Physical::Turned { item, length }) = *event else { return None };
    (item == wanted).then_some(length)
}

#[test]
fn every_item_ends_in_exactly_one_place() {
    for seed in 0..8 {
        let rate = FaultRate { per_10000: 100, size: None };
        let faults = StrikeKind::ALL.iter().map(|&kind| (kind, rate)).collect();
        let mut bench = Bench::new(setup(faults), seed, 1_500);
        bench.sorts = true;
        bench.run(7_200 * S);
        let (mut entered, mut ended) = (Vec::new(), Vec::new());
        for (_, event) in &bench.heard.physical {
            if let Physical::Entered { item, .. } = *event {
                entered.push(item);
            }
            if let Physical::Discharged { item, .. } | Physical::EndOfLine { item } | Physical::Removed { item } =
                *event
            {
                ended.push(item);
            }
        }
        ended.sort_unstable();
        entered.sort_unstable();
        assert_eq!(entered, ended, "seed {seed}");
    }
}

#[test]
fn most_items_are_sorted_without_faults() {
    let bench = run_with(None, 3, 1_000);
    let sorted = bench.heard.physical.iter().filter(|(_, event)| matches!(event, Physical::Discharged { .. })).count();
    assert!(sorted > 900, "{sorted}");
    assert!(bench.heard.strikes.is_empty());
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let hash = |seed| {
        let rate = FaultRate { per_10000: 100, size: None };
        let faults = StrikeKind::ALL.iter().map(|&kind| (kind, rate)).collect();
        let mut bench = Bench::new(setup(faults), seed, 400);
        bench.sorts = true;
        bench.run(7_200 * S);
        bench.heard.hash
    };
    assert_eq!(hash(9), hash(9));
    assert_ne!(hash(9), hash(10));
}

#[test]
fn one_fault_does_not_shift_the_traffic() {
    let entered = |kind| {
        let bench = run_with(kind, 4, 200);
        let fed = |(_, event): &(u64, Physical)| {
            let Physical::Entered { parcel, length, weight_g, .. } = *event else { return None };
            Some((parcel?, length, weight_g))
        };
        bench.heard.physical.iter().filter_map(fed).collect::<Vec<_>>()
    };
    assert_eq!(entered(None), entered(Some(StrikeKind::ItemRemoved)));
    assert_eq!(entered(None), entered(Some(StrikeKind::ItemAdded)));
}

#[test]
fn a_rebooted_board_is_another_board() {
    let bench = run_with(Some(StrikeKind::BoardReboot), 5, 300);
    let boots: Vec<u32> = bench.heard.ups.iter().map(|up| up.0).collect();
    assert!(boots.len() > 1 && boots.windows(2).all(|pair| pair[0] != pair[1]), "{boots:?}");
}

#[test]
fn a_board_that_starts_anew_holds_an_induction_that_hangs_on_a_permit() {
    let rate = FaultRate { per_10000: 200, size: None };
    let mut bench = Bench::new(setup([(StrikeKind::BoardReboot, rate)].into_iter().collect()), 5, 300);
    let permit = HostTelegram::Permit { induction: 1, allowed: true };
    bench.run_for(S);
    bench.tell(permit);
    bench.run(7_200 * S);
    let held = bench.world.fed();
    assert!(bench.heard.ups.len() == 2 && held < 300, "{held}");
    bench.tell(permit);
    bench.run(14_400 * S);
    assert!(bench.world.fed() > held);
}

#[test]
fn good_parcels_are_those_due_behind_the_run_though_some_of_it_never_came() {
    let mut bench = Bench::new(setup(Faults::new()), 5, 300);
    while bench.world.fed() < 100 {
        bench.run_for(S);
    }
    bench.world.stop_parcels();
    let came = bench.world.fed();
    assert_eq!(bench.world.due(), came);
    bench.run_for(60 * S);
    bench.world.feed_good(20);
    bench.run(7_200 * S);
    assert_eq!((bench.world.fed(), bench.world.due()), (came + 20, 320));
    let parcel = |(_, event): &(u64, Physical)| {
        let Physical::Entered { parcel, .. } = *event else { return None };
        parcel.map(u64::from)
    };
    let parcels: Vec<u64> = bench.heard.physical.iter().filter_map(parcel).collect();
    assert!(parcels.into_iter().eq((0..came).chain(300..320)));
}

#[test]
fn a_host_for_which_telegrams_are_missing_is_told_how_the_chutes_stand() {
    let rate = FaultRate { per_10000: 200, size: None };
    let mut bench = Bench::new(setup([(StrikeKind::BoardReboot, rate)].into_iter().collect()), 5, 300);
    bench.run(7_200 * S);
    let told = bench.heard.told.iter().filter_map(|(_, telegram)| {
        let BoardTelegram::Chute { chute, sensor, active, .. } = *telegram else { return None };
        Some((chute, sensor, active))
    });
    let stand = [1, 2].map(|chute| [ChuteSensor::HalfFull, ChuteSensor::Full].map(|sensor| (chute, sensor, false)));
    assert!(bench.heard.ups.len() > 1);
    assert_eq!(told.collect::<Vec<_>>(), stand.concat().repeat(bench.heard.ups.len()));
}

#[test]
fn traffic_is_as_irregular_as_it_should_be() {
    let bench = run_with(None, 8, 4_000);
    let (mut lengths, mut gaps) = (Vec::new(), Vec::new());
    for (_, event) in &bench.heard.physical {
        if let Physical::Entered { length, gap, .. } = *event {
            lengths.push(length / 1000);
            gaps.push(gap / 1000);
        }
    }
    lengths.sort_unstable();
    gaps.sort_unstable();
    assert!((330..370).contains(&lengths[2_000]), "{}", lengths[2_000]);
    assert!(lengths[0] >= 80 && lengths[3_999] <= 1_200);
    assert!(gaps[40] <= 100 && gaps[3_960] >= 1_200, "{} {}", gaps[40], gaps[3_960]);
    let (first, last) = (bench.heard.physical[0].0, bench.heard.physical[bench.heard.physical.len() - 1].0);
    let per_hour = 4_000 * 3_600 / ((last - first) / S);
    assert!((10_300..11_700).contains(&per_hour), "{per_hour}");
}

#[test]
fn scanners_read_most_and_nearly_every_parcel_is_read_once() {
    let bench = run_with(None, 8, 2_000);
    let (mut rate, mut read) = (vec![(0, 0); 2], vec![false; 2_001]);
    for (_, event) in &bench.heard.physical {
        if let Physical::Scanned { item, scanner, read: good } = *event {
            let rate = &mut rate[usize::from(scanner)];
            *rate = (rate.0 + 1, rate.1 + u32::from(good));
            read[item as usize] |= good;
        }
    }
    assert!(rate.iter().all(|(all, good)| (850..960).contains(&(good * 1000 / all))), "{rate:?}");
    let good = read.iter().filter(|good| **good).count();
    assert!((1_900..1_990).contains(&good), "{good}");
}
