//! Stories of holds: obeyed, tried or too late, and the pull list (design section 7).

mod common;

use common::{Bench, flight_key, hold, key, order, outcome, parcel, thing};
use sortie_core::input::Input;
use sortie_core::output::{HoldVerdict, Outlet, PullEnd, Reason, Record, Refusal};
use sortie_core::plan::Boarding;
use sortie_core::records::{Customs, FlightOrder, FlightRecord, HoldRecord, Order, Person, Security, Traffic};
use sortie_protocol::board::telegram::{BoardTelegram, Fire, FireOutcome, HostTelegram};

/// The leading edge of the story's thing when its middle is at chute 2.
const TARGET: i64 = 7700;
/// Counts of the lead: 150 ms at 2.6 m/s.
const LEAD: i64 = 390;

/// One parcel to ORD, chute 2, whose leading edge has come to a place.
fn riding_at(mm: i64) -> Bench {
    let mut bench = Bench::story(vec![thing(2010, 400, "CCCCCC")]);
    bench.travel_to(2, mm);
    bench
}

/// The same, discharged and confirmed.
fn discharged() -> Bench {
    let mut bench = riding_at(14_000);
    assert_eq!(bench.chute_of(2), Some(2));
    bench.travel(3000);
    bench
}

fn security(plate: &str, state: Security) -> Input {
    Input::Hold(HoldRecord { key: key(plate), customs: None, security: Some(state) })
}

fn answers(bench: &Bench) -> Vec<HoldVerdict> {
    let answer = |record: &Record| {
        let Record::HoldAnswered { key: parcel, verdict } = record else { return None };
        assert_eq!(*parcel, key("CCCCCC"));
        Some(*verdict)
    };
    bench.log.iter().filter_map(answer).collect()
}

/// The pull list's story: number and chute of each entry that was opened.
fn opened(bench: &Bench) -> Vec<(u32, u16)> {
    let opened = |record: &Record| {
        let Record::PullOpened { pull, chute, .. } = record else { return None };
        Some((*pull, *chute))
    };
    bench.log.iter().filter_map(opened).collect()
}

fn closed(bench: &Bench) -> Vec<(u32, PullEnd)> {
    let closed = |record: &Record| {
        let Record::PullClosed { pull, how, .. } = record else { return None };
        Some((*pull, *how))
    };
    bench.log.iter().filter_map(closed).collect()
}

/// The board did make the fire, though a cancel was under way.
fn fired_all_the_same(bench: &mut Bench, fire: Fire) {
    bench.board(outcome(fire.count, fire.tag, fire.revision, FireOutcome::Fired));
}

const TOO_LATE: HoldVerdict = HoldVerdict::TooLate { pull: 1, chute: 2, container: 1 };

#[test]
fn a_parcel_that_does_not_ride_is_held_at_once() {
    let mut bench = riding_at(100);
    bench.input(hold("CCCCCC", Customs::Hold));
    assert_eq!(answers(&bench), [HoldVerdict::Obeyed]);
    bench.travel(20_000);
    assert_eq!((bench.last_decision(3).code, bench.chute_of(2)), (Reason::Hld, Some(4)));
    assert_eq!(answers(&bench).len(), 1);
}

#[test]
fn a_hold_is_obeyed_up_to_the_count_before_the_commit_count() {
    for before in [1, 300] {
        let mut bench = riding_at(TARGET - LEAD - before);
        bench.input(hold("CCCCCC", Customs::Hold));
        assert_eq!(answers(&bench), [HoldVerdict::Obeyed], "{before}");
        bench.travel(20_000);
        assert_eq!((bench.last_decision(3).code, bench.chute_of(2)), (Reason::Hld, Some(4)));
        assert_eq!((answers(&bench).len(), bench.core.pulls().len()), (1, 0));
    }
}

#[test]
fn from_the_commit_count_on_a_hold_is_tried_and_obeyed_if_the_board_cancelled() {
    for after in [0, 1, 300] {
        let mut bench = riding_at(TARGET - LEAD + after);
        bench.input(hold("CCCCCC", Customs::Hold));
        assert_eq!(answers(&bench), [HoldVerdict::Tried], "{after}");
        // The board answers with the next count, and so does the core.
        bench.travel(1);
        assert_eq!(answers(&bench), [HoldVerdict::Tried, HoldVerdict::Obeyed]);
        bench.travel(20_000);
        assert_eq!(answers(&bench).len(), 2);
        assert_eq!((bench.last_decision(3).code, bench.chute_of(2)), (Reason::Hld, Some(4)));
        assert!(opened(&bench).is_empty());
    }
}

#[test]
fn a_hold_that_the_board_could_not_obey_any_more_puts_the_parcel_on_the_pull_list() {
    let mut bench = riding_at(TARGET - 300);
    bench.board_fires = false;
    let (_, fire) = bench.fires_sent(3)[0];
    bench.input(hold("CCCCCC", Customs::Hold));
    bench.travel(310);
    fired_all_the_same(&mut bench, fire);
    assert_eq!(answers(&bench), [HoldVerdict::Tried, TOO_LATE]);
    assert_eq!(opened(&bench), [(1, 2)]);
    let pull = &bench.core.pulls()[0];
    assert_eq!((pull.number, &pull.key, pull.chute), (1, &key("CCCCCC"), 2));
}

#[test]
fn a_hold_on_a_discharged_parcel_is_too_late_and_found_by_name() {
    let mut bench = discharged();
    bench.input(hold("CCCCCC", Customs::DoNotLoad));
    assert_eq!(answers(&bench), [TOO_LATE]);
    assert!(
        bench
            .log
            .iter()
            .any(|record| matches!(record, Record::PullOpened { key: parcel, .. } if *parcel == key("CCCCCC")))
    );
    bench.input(order(Order::Found { pull: 1 }));
    let by = Person::from_slice(b"A. Story").expect("short");
    assert_eq!(bench.log.last(), Some(&Record::PullClosed { pull: 1, how: PullEnd::Found, by }));
    for pull in [1, 2] {
        bench.input(order(Order::Found { pull }));
        assert_eq!(bench.log.last(), Some(&Record::Refused(Refusal::UnknownPull { pull })));
    }
}

#[test]
fn a_second_hold_names_the_same_entry() {
    let mut bench = discharged();
    bench.input(hold("CCCCCC", Customs::Hold));
    bench.input(security("CCCCCC", Security::Alarm));
    assert_eq!((answers(&bench), opened(&bench)), (vec![TOO_LATE, TOO_LATE], vec![(1, 2)]));
    bench.input(order(Order::Found { pull: 1 }));
    bench.input(hold("CCCCCC", Customs::Inspection));
    assert_eq!(opened(&bench), [(1, 2), (2, 2)]);
}

#[test]
fn a_parcel_that_may_go_after_all_need_not_be_found() {
    let mut bench = discharged();
    bench.input(hold("CCCCCC", Customs::Hold));
    bench.input(security("CCCCCC", Security::NotScreened));
    // Customs alone is not enough.
    bench.input(hold("CCCCCC", Customs::Released));
    assert!(closed(&bench).is_empty());
    bench.input(security("CCCCCC", Security::Screened));
    assert_eq!(closed(&bench), [(1, PullEnd::Withdrawn)]);
    assert_eq!(answers(&bench).len(), 3);
}

#[test]
fn who_found_it_before_he_heard_that_it_may_go_is_believed() {
    let mut bench = discharged();
    bench.input(hold("CCCCCC", Customs::Hold));
    bench.input(hold("CCCCCC", Customs::Released));
    assert_eq!(closed(&bench), [(1, PullEnd::Withdrawn)]);
    bench.input(order(Order::Found { pull: 1 }));
    assert_eq!(closed(&bench), [(1, PullEnd::Withdrawn), (1, PullEnd::Found)]);
    bench.input(order(Order::Found { pull: 1 }));
    assert_eq!(bench.log.last(), Some(&Record::Refused(Refusal::UnknownPull { pull: 1 })), "once is enough");
}

#[test]
fn a_state_that_lets_the_parcel_board_gets_no_answer() {
    let mut bench = riding_at(3000);
    bench.input(hold("CCCCCC", Customs::Released));
    bench.input(security("CCCCCC", Security::Screened));
    assert!(answers(&bench).is_empty());
}

#[test]
fn security_and_parcel_records_are_answered_like_holds() {
    let mut bench = riding_at(TARGET - 300);
    bench.input(security("CCCCCC", Security::Alarm));
    assert_eq!(answers(&bench), [HoldVerdict::Tried]);
    let mut bench = discharged();
    let mut record = parcel("CCCCCC", "ORD");
    bench.input(Input::Parcel(record.clone()));
    assert!(answers(&bench).is_empty(), "nothing new is said");
    record.customs = Customs::DoNotLoad;
    bench.input(Input::Parcel(record.clone()));
    bench.input(Input::Parcel(record));
    assert_eq!(answers(&bench), [TOO_LATE]);
}

#[test]
fn an_unconfirmed_discharge_is_looked_for_too() {
    let mut bench = Bench::story(vec![thing(2010, 400, "CCCCCC")]);
    bench.confirm_after = None;
    bench.travel(14_000);
    assert!(bench.log.iter().any(|record| matches!(record, Record::Unconfirmed { item: 3, .. })));
    bench.input(hold("CCCCCC", Customs::Hold));
    assert_eq!(answers(&bench), [TOO_LATE]);
}

#[test]
fn a_parcel_in_an_exception_chute_is_nowhere_to_be_pulled_from() {
    let mut bench = Bench::story(vec![thing(2010, 400, "CCCCCC")]);
    bench.input(hold("CCCCCC", Customs::Hold));
    bench.travel(20_000);
    assert_eq!(bench.chute_of(2), Some(4));
    bench.input(hold("CCCCCC", Customs::DoNotLoad));
    assert_eq!(answers(&bench), [HoldVerdict::Obeyed, HoldVerdict::Obeyed]);
}

#[test]
fn an_item_that_is_seen_downstream_never_left() {
    let mut bench = Bench::story(vec![thing(2010, 400, "CCCCCC")]);
    bench.things[2].sticks = true;
    bench.travel_to(2, 8000);
    bench.input(hold("CCCCCC", Customs::Hold));
    assert_eq!(answers(&bench), [TOO_LATE]);
    bench.travel(6000);
    assert_eq!(closed(&bench), [(1, PullEnd::Revoked)]);
    assert!(bench.core.pulls().is_empty());
}

#[test]
fn one_that_a_single_pec_has_seen_and_no_other_may_lie_there_all_the_same() {
    for seen_again in [false, true] {
        let mut bench = Bench::story(vec![thing(2010, 400, "CCCCCC")]);
        bench.confirm_after = None;
        bench.travel_to(2, 8000);
        bench.input(hold("CCCCCC", Customs::Hold));
        // Dirt in the beam, just when the piece would have come by, had it not fallen.
        bench.travel_to(2, 9000);
        for (sensor, on) in [(2, 9000), (3, 14_000)].into_iter().take(1 + usize::from(seen_again)) {
            bench.travel_to(2, on);
            bench.edge(sensor, true);
            bench.travel(400);
            bench.edge(sensor, false);
        }
        assert!(bench.log.contains(&Record::Revoked { item: 3, chute: 2, container: 1 }));
        assert_eq!(closed(&bench), [(1, PullEnd::Revoked)]);
        bench.travel(30_000);
        let looked_for = if seen_again { vec![(1, 2)] } else { vec![(1, 2), (2, 2)] };
        assert_eq!(opened(&bench), looked_for, "seen again: {seen_again}");
        // What comes later is too late for it as well.
        bench.input(hold("CCCCCC", Customs::DoNotLoad));
        let late = matches!(answers(&bench).last(), Some(HoldVerdict::TooLate { chute: 2, .. }));
        assert_eq!(late, !seen_again);
    }
}

#[test]
fn one_that_its_chute_saw_too_may_lie_there_all_the_same() {
    let mut bench = Bench::story(vec![thing(2010, 400, "CCCCCC")]);
    bench.input(Input::Parcel(parcel("CCCCCC", "JFK")));
    bench.things[2].sticks = true;
    bench.travel_to(2, 6900);
    bench.confirm(1, bench.wire());
    bench.travel_to(2, 8500);
    assert!(bench.log.contains(&Record::Confirmed { item: 3, chute: 1, container: 1 }));
    bench.input(hold("CCCCCC", Customs::Hold));
    bench.travel(6000);
    // A hand in the confirm eye, or dirt before the PEC behind it: who knows? Somebody has to look.
    assert!(bench.log.contains(&Record::Revoked { item: 3, chute: 1, container: 1 }));
    assert!(closed(&bench).is_empty());
    assert_eq!(bench.core.pulls().len(), 1);
    bench.input(hold("CCCCCC", Customs::DoNotLoad));
    let too_late = HoldVerdict::TooLate { pull: 1, chute: 1, container: 1 };
    assert_eq!(answers(&bench), [too_late; 2]);
}

/// Swarm seed 2076 of an hour: the port was pulled out, the count stood still for the core, and its cancel reached nobody.
#[test]
fn what_the_board_fired_although_its_cancel_left_in_time_is_looked_for() {
    let mut bench = riding_at(TARGET - LEAD - 100);
    bench.board_fires = false;
    let (_, fire) = bench.fires_sent(3)[0];
    bench.input(hold("CCCCCC", Customs::Hold));
    assert_eq!((answers(&bench), bench.cancels().len()), (vec![HoldVerdict::Obeyed], 1));
    fired_all_the_same(&mut bench, fire);
    assert_eq!(answers(&bench), [HoldVerdict::Obeyed, TOO_LATE]);
    assert_eq!(opened(&bench), [(1, 2)]);
}

/// Swarm seed 4046 of an hour: the same, and the board was started anew before it could tell.
#[test]
fn what_the_board_may_have_fired_before_it_forgot_is_looked_for() {
    // The stroke takes 156 mm at the highest speed.
    for (before_commit, looked_for) in [(150, vec![(1, 2)]), (170, vec![])] {
        let mut bench = riding_at(TARGET - LEAD - before_commit);
        assert_eq!(bench.fires_sent(3).len(), 1);
        bench.board_fires = false;
        bench.input(hold("CCCCCC", Customs::Hold));
        bench.input(Input::LinkUp { boot: 8, resumed: false, new_session: true, time_ms: None });
        assert_eq!(opened(&bench), looked_for, "{before_commit}");
        // It is a piece that nothing has confirmed.
        let listed = bench.log.contains(&Record::Unconfirmed { item: 3, chute: 2, container: 0 });
        assert_eq!(listed, !looked_for.is_empty(), "{before_commit}");
    }
}

#[test]
fn a_hold_that_ends_before_the_board_has_told_asks_for_nothing() {
    let mut bench = riding_at(TARGET - 300);
    bench.board_fires = false;
    let (_, fire) = bench.fires_sent(3)[0];
    bench.input(hold("CCCCCC", Customs::Hold));
    bench.input(hold("CCCCCC", Customs::Released));
    fired_all_the_same(&mut bench, fire);
    assert_eq!(answers(&bench), [HoldVerdict::Tried]);
    assert!(opened(&bench).is_empty());
}

#[test]
fn another_reason_for_a_cancel_is_no_answer() {
    let mut bench = riding_at(TARGET - 300);
    let mut cancelled = common::flight("ORD");
    cancelled.order = FlightOrder::Cancelled;
    bench.input(Input::Flight(cancelled));
    assert!(matches!(bench.commands.last(), Some((_, HostTelegram::Cancel { .. }))));
    bench.travel(20_000);
    assert_eq!(bench.last_decision(3).code, Reason::Cnx);
    assert!(answers(&bench).is_empty());
}

#[test]
fn a_hold_after_a_cancel_that_left_in_time_is_obeyed() {
    let mut bench = riding_at(TARGET - LEAD - 1);
    bench.board_fires = false;
    let mut cancelled = common::flight("ORD");
    cancelled.order = FlightOrder::Cancelled;
    bench.input(Input::Flight(cancelled));
    bench.travel(100);
    bench.input(hold("CCCCCC", Customs::Hold));
    assert_eq!(answers(&bench), [HoldVerdict::Obeyed]);
}

#[test]
fn a_parcel_whose_fire_was_lost_with_the_board_may_lie_in_its_chute() {
    // No fire was told, so none has opened a container.
    let too_late = HoldVerdict::TooLate { pull: 1, chute: 2, container: 0 };
    let mut bench = riding_at(TARGET - 300);
    bench.board_fires = false;
    bench.input(hold("CCCCCC", Customs::Hold));
    bench.input(Input::LinkUp { boot: 8, resumed: false, new_session: true, time_ms: None });
    assert_eq!(answers(&bench), [HoldVerdict::Tried, too_late]);
    // Without a hold, one is asked for as soon as it comes.
    let mut bench = riding_at(TARGET - 300);
    bench.board_fires = false;
    bench.input(Input::LinkUp { boot: 8, resumed: false, new_session: true, time_ms: None });
    bench.input(hold("CCCCCC", Customs::Hold));
    assert_eq!(answers(&bench), [too_late]);
    // A fire that could not have been made leaves nothing behind: its stroke takes 156 mm at the highest speed.
    let mut bench = riding_at(TARGET - LEAD - 157);
    assert_eq!(bench.fires_sent(3).len(), 1);
    bench.board_fires = false;
    bench.input(Input::LinkUp { boot: 8, resumed: false, new_session: true, time_ms: None });
    bench.input(hold("CCCCCC", Customs::Hold));
    assert_eq!(answers(&bench), [HoldVerdict::Obeyed]);
}

#[test]
fn a_fire_that_the_board_never_had_leaves_nothing_behind() {
    let mut bench = riding_at(TARGET - 300);
    bench.board_fires = false;
    bench.input(Input::LinkUp { boot: 7, resumed: true, new_session: true, time_ms: None });
    bench.board(BoardTelegram::QueueEnd { query: 2, entries: 0 });
    assert_eq!(bench.last_decision(3).code, Reason::Trk);
    bench.input(hold("CCCCCC", Customs::Hold));
    assert_eq!(answers(&bench), [HoldVerdict::Obeyed]);
}

#[test]
fn an_item_that_came_into_doubt_after_its_commit_count_may_lie_in_its_chute() {
    for tried in [true, false] {
        let mut bench = riding_at(TARGET - 300);
        bench.board_fires = false;
        let (_, fire) = bench.fires_sent(3)[0];
        // The board holds a fire for it that is not the newest.
        bench.input(Input::LinkUp { boot: 7, resumed: true, new_session: true, time_ms: None });
        let (tag, revision) = (fire.tag, fire.revision + 1);
        bench.board(BoardTelegram::QueueEntry { query: 2, tag, revision, outcome: None });
        bench.board(BoardTelegram::QueueEnd { query: 2, entries: 1 });
        assert_eq!(bench.last_decision(3).code, Reason::Trk);
        if tried {
            bench.input(hold("CCCCCC", Customs::Hold));
        }
        fired_all_the_same(&mut bench, fire);
        if !tried {
            bench.input(hold("CCCCCC", Customs::Hold));
        }
        let all = [HoldVerdict::Tried, TOO_LATE];
        assert_eq!(answers(&bench), all[usize::from(!tried)..]);
    }
}

#[test]
fn what_bars_depends_on_the_flight_that_the_parcel_lies_in() {
    let boarding = |transit: &[Customs]| {
        let mut plan = common::plan();
        plan.boarding[Traffic::Transit as usize] = Boarding::new(transit, &[Security::Screened]);
        // Another flight to ORD would take it in any state.
        plan.boarding[Traffic::Import as usize] = Boarding::new(&Customs::ALL, &Security::ALL);
        Input::Plan(Box::new(plan))
    };
    let import = "3V4713/2026-11-23/LGG".parse().expect("a flight key");
    let mut bench = Bench::story(vec![thing(2010, 400, "CCCCCC")]);
    let mut transit = common::flight("ORD");
    transit.traffic = Traffic::Transit;
    bench.input(Input::Flight(transit));
    bench.input(Input::Flight(FlightRecord { key: import, traffic: Traffic::Import, ..common::flight("ORD") }));
    bench.input(boarding(&[Customs::Assessing, Customs::Released]));
    bench.travel(17_000);
    assert_eq!(bench.chute_of(2), Some(2));
    bench.input(hold("CCCCCC", Customs::Assessing));
    assert!(answers(&bench).is_empty());
    bench.input(boarding(&[Customs::Released]));
    bench.input(hold("CCCCCC", Customs::Assessing));
    assert_eq!(answers(&bench), [TOO_LATE]);
}

#[test]
fn a_parcel_sorted_to_a_flight_that_is_cancelled_may_come_again() {
    let mut bench = Bench::story(vec![thing(2010, 400, "CCCCCC"), thing(16_010, 400, "CCCCCC")]);
    bench.travel_to(2, 14_000);
    let mut record = common::flight("ORD");
    record.order = FlightOrder::Cancelled;
    bench.input(Input::Flight(record.clone()));
    bench.travel_to(3, 3000);
    let again = bench.last_decision(4);
    assert_eq!((again.code, again.returned), (Reason::Cnx, true));
    record.order = FlightOrder::Planned;
    bench.input(Input::Flight(record));
    let again = bench.last_decision(4);
    assert_eq!((again.outlet, again.flight), (Outlet::Chute(2), Some(flight_key("ORD"))));
}

#[test]
fn a_hold_that_comes_with_the_whole_record_is_answered_as_any_other() {
    let mut bench = discharged();
    let mut record = parcel("CCCCCC", "ORD");
    bench.input(Input::Parcel(record.clone()));
    assert_eq!(answers(&bench), [], "it says what was known");
    record.customs = Customs::Hold;
    bench.input(Input::Parcel(record.clone()));
    assert_eq!((answers(&bench), opened(&bench)), (vec![TOO_LATE], vec![(1, 2)]));
    bench.input(Input::Parcel(record.clone()));
    assert_eq!(answers(&bench), [TOO_LATE], "nobody asked anew");
    record.customs = Customs::Released;
    bench.input(Input::Parcel(record));
    assert_eq!(closed(&bench), [(1, PullEnd::Withdrawn)]);
}

#[test]
fn who_is_seen_at_the_end_of_the_line_did_not_fall_though_the_board_never_said_so() {
    let mut bench = riding_at(TARGET - 300);
    bench.board_fires = false;
    bench.input(hold("CCCCCC", Customs::Hold));
    bench.travel_to(2, 14_500);
    assert_eq!(bench.core.riding(), 0);
    assert_eq!(answers(&bench), [HoldVerdict::Tried, HoldVerdict::Obeyed], "who asked gets an answer");
}

#[test]
fn the_pull_list_names_the_bag_that_the_parcel_lies_in_though_another_one_stands_there_now() {
    let mut bench = Bench::story(vec![thing(2010, 400, "CCCCCC")]);
    bench.input(common::open_container(2, "BAG 7"));
    bench.travel_to(2, 14_000);
    assert_eq!(bench.chute_of(2), Some(2));
    bench.input(order(Order::CloseContainer { chute: 2 }));
    bench.input(common::open_container(2, "BAG 8"));
    bench.travel(3_000);
    bench.input(hold("CCCCCC", Customs::Hold));
    let named = bench.log.iter().find_map(|record| {
        let Record::PullOpened { chute: 2, container: 1, id, .. } = record else { return None };
        Some(id.clone())
    });
    assert_eq!(named, Some(common::label("BAG 7")));
}
