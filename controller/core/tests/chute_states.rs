//! The states of a chute: what they follow from, and that each is told once. Limits of containers, to the unit.

mod common;

use common::{Bench, bags, open_container, order, thing};
use sortie_core::input::Input;
use sortie_core::output::{ChuteStatus, Outlet, Reason};
use sortie_core::plan::ChuteRule;
use sortie_core::records::{Customs, Order, ParcelRecord};
use sortie_protocol::board::telegram::ChuteSensor::{Confirm, Full, HalfFull};

fn one_to_ord() -> Bench {
    let mut bench = Bench::story(vec![thing(2010, 400, "CCCCCC")]);
    bench.travel_to(2, 3_000);
    bench
}

const OK: (Reason, Outlet) = (Reason::Ok, Outlet::Chute(2));

#[test]
fn half_full_then_full_then_emptied() {
    let mut bench = one_to_ord();
    bench.sensor(2, HalfFull, true);
    bench.sensor(2, HalfFull, true);
    assert_eq!((bench.states(2), bench.decided(3)), (vec![ChuteStatus::HalfFull], OK));
    bench.sensor(2, Full, true);
    bench.travel(1_249);
    assert_eq!(bench.states(2), [ChuteStatus::HalfFull]);
    bench.travel(1);
    assert_eq!(bench.states(2), [ChuteStatus::HalfFull, ChuteStatus::Full]);
    bench.sensor(2, Full, false);
    bench.sensor(2, HalfFull, false);
    assert_eq!(bench.states(2)[2..], [ChuteStatus::HalfFull, ChuteStatus::Open]);
    assert_eq!(bench.states(1), []);
}

#[test]
fn a_chute_is_full_as_soon_as_its_room_is_spent() {
    let mut bench = one_to_ord();
    bench.plan(|plan| (plan.full_delay_ms, plan.after_full_pieces) = (60_000, 1));
    bench.travel_to(2, 7_600);
    bench.sensor(2, Full, true);
    assert_eq!(bench.states(2), []);
    bench.travel(100);
    assert_eq!(bench.states(2), [ChuteStatus::Full]);
}

#[test]
fn a_plan_without_a_delay_takes_the_sensor_at_its_word() {
    let mut bench = one_to_ord();
    bench.plan(|plan| plan.full_delay_ms = 0);
    bench.sensor(2, Full, true);
    assert_eq!((bench.states(2), bench.decided(3).0), (vec![ChuteStatus::Full], Reason::Ful));
}

#[test]
fn a_plan_with_another_delay_holds_for_a_sensor_that_is_active_already() {
    let mut bench = one_to_ord();
    bench.plan(|plan| plan.full_delay_ms = 60_000);
    bench.sensor(2, Full, true);
    bench.travel(1_250);
    assert_eq!((bench.states(2), bench.decided(3)), (vec![], OK));
    bench.plan(|plan| plan.full_delay_ms = 500);
    assert_eq!((bench.states(2), bench.decided(3).0), (vec![ChuteStatus::Full], Reason::Ful));
}

#[test]
fn orders_lock_and_unlock_disable_and_enable() {
    let mut bench = one_to_ord();
    for (what, state, code) in [
        (Order::Lock { chute: 2 }, ChuteStatus::Locked, Reason::Lck),
        (Order::Disable { chute: 2 }, ChuteStatus::Disabled, Reason::Dis),
        (Order::Unlock { chute: 2 }, ChuteStatus::Disabled, Reason::Dis),
        (Order::Enable { chute: 2 }, ChuteStatus::Open, Reason::Ok),
    ] {
        bench.input(order(what.clone()));
        assert_eq!((bench.states(2).last(), bench.decided(3).0), (Some(&state), code), "{what:?}");
    }
    assert_eq!(bench.states(2), [ChuteStatus::Locked, ChuteStatus::Disabled, ChuteStatus::Open]);
}

#[test]
fn enabling_does_not_end_what_the_plan_says() {
    let mut bench = one_to_ord();
    bench.plan(|plan| plan.disabled = vec![2]);
    bench.input(order(Order::Enable { chute: 2 }));
    assert_eq!((bench.states(2), bench.decided(3).0), (vec![ChuteStatus::Disabled], Reason::Dis));
    bench.plan(|_| {});
    assert_eq!(bench.decided(3), OK);
}

#[test]
fn orders_for_a_chute_that_is_not_there_are_refused() {
    use sortie_core::output::Refusal::UnknownChute;
    let mut bench = one_to_ord();
    let chute = 9;
    for what in [
        Order::Lock { chute },
        Order::Unlock { chute },
        Order::Disable { chute },
        Order::Enable { chute },
        Order::ClearJam { chute },
        Order::CloseContainer { chute },
    ] {
        bench.input(order(what));
    }
    assert_eq!(bench.refusals(), [const { UnknownChute { chute: 9 } }; 6]);
}

#[test]
fn the_gravest_state_is_told_and_tested_first() {
    // All at once, then one after the other is taken away.
    let mut bench = one_to_ord();
    bench.plan(|plan| {
        (plan.full_delay_ms, plan.jam_blocked_ms) = (0, 1);
        plan.chutes.push(bags(2));
    });
    bench.sensor(2, HalfFull, true);
    bench.sensor(2, Full, true);
    bench.sensor(2, Confirm, true);
    bench.input(order(Order::Lock { chute: 2 }));
    bench.input(order(Order::Disable { chute: 2 }));
    bench.travel(10);
    let mut seen = Vec::new();
    let mut see = |bench: &Bench| seen.push((*bench.states(2).last().expect("told"), bench.decided(3).0));
    see(&bench);
    bench.input(order(Order::Enable { chute: 2 }));
    see(&bench);
    bench.sensor(2, Confirm, false);
    see(&bench);
    bench.input(order(Order::Unlock { chute: 2 }));
    see(&bench);
    bench.input(open_container(2, "BAG"));
    see(&bench);
    bench.sensor(2, Full, false);
    see(&bench);
    bench.sensor(2, HalfFull, false);
    see(&bench);
    use ChuteStatus::{Disabled, Jammed, Locked, NoContainer, Open};
    use Reason::{Dis, Ful, Jam, Lck, Nct, Ok};
    let expected = [
        (Disabled, Dis),
        (Jammed, Jam),
        (Locked, Lck),
        (NoContainer, Nct),
        (ChuteStatus::Full, Ful),
        (ChuteStatus::HalfFull, Ok),
        (Open, Ok),
    ];
    assert_eq!(seen, expected);
}

/// Three parcels to ORD of 1,000 g and 400 mm each, 2 m apart, under a rule for chute 2.
fn limited(rule: ChuteRule) -> Bench {
    let plates = ["CCCCCC", "DDDDDD", "EEEEEE"];
    let story = plates.iter().zip(0..).map(|(plate, index)| thing(2010 + 2000 * index, 400, plate)).collect();
    let mut bench = Bench::story(story);
    for plate in plates {
        bench.input(Input::Parcel(ParcelRecord { declared_g: 1_000, ..common::parcel(plate, "ORD") }));
    }
    bench.plan(|plan| plan.chutes.push(rule));
    bench
}

fn codes(bench: &Bench) -> [Reason; 3] {
    [3, 4, 5].map(|item| bench.decided(item).0)
}

#[test]
fn a_container_takes_up_to_its_limit_and_counts_what_is_reserved_at_any_distance() {
    use Reason::{Ful, Ok};
    let free = ChuteRule::free(2);
    for (rule, expected) in [
        (ChuteRule { pieces_max: 1, ..free }, [Ok, Ful, Ful]),
        (ChuteRule { pieces_max: 2, ..free }, [Ok, Ok, Ful]),
        (ChuteRule { pieces_max: 3, ..free }, [Ok, Ok, Ok]),
        (ChuteRule { weight_max_g: 1_999, ..free }, [Ok, Ful, Ful]),
        (ChuteRule { weight_max_g: 2_000, ..free }, [Ok, Ok, Ful]),
        (ChuteRule { weight_max_g: 2_001, ..free }, [Ok, Ok, Ful]),
        (ChuteRule { length_max_mm: 799, ..free }, [Ok, Ful, Ful]),
        (ChuteRule { length_max_mm: 800, ..free }, [Ok, Ok, Ful]),
        (ChuteRule { length_max_mm: 801, ..free }, [Ok, Ok, Ful]),
    ] {
        let mut bench = limited(rule);
        bench.travel_to(4, 3_000);
        // The first has not left the belt yet, the others have.
        assert_eq!(codes(&bench), expected, "{rule:?}");
        bench.travel(6_000);
        let fell = [2, 3, 4].map(|index| bench.chute_of(index).is_some());
        assert_eq!(fell, expected.map(|code| code == Ok), "{rule:?}");
    }
}

#[test]
fn a_reservation_that_goes_gives_its_room_to_those_behind() {
    let mut bench = limited(ChuteRule { pieces_max: 1, ..ChuteRule::free(2) });
    bench.travel_to(4, 2_500);
    assert_eq!(codes(&bench), [Reason::Ok, Reason::Ful, Reason::Ful]);
    bench.input(common::hold("CCCCCC", Customs::Hold));
    assert_eq!(codes(&bench), [Reason::Hld, Reason::Ok, Reason::Ful]);
    bench.input(common::hold("CCCCCC", Customs::Released));
    assert_eq!(codes(&bench), [Reason::Ok, Reason::Ful, Reason::Ful]);
}

#[test]
fn the_next_container_has_all_its_room() {
    let mut bench = limited(ChuteRule { pieces_max: 1, ..ChuteRule::free(2) });
    bench.travel_to(2, 7_700);
    assert_eq!(bench.states(2), [ChuteStatus::Full]);
    bench.input(order(Order::CloseContainer { chute: 2 }));
    bench.input(open_container(2, "NEXT"));
    bench.travel_to(2, 9_261);
    assert_eq!(bench.states(2), [ChuteStatus::Full, ChuteStatus::Locked, ChuteStatus::Open]);
    assert_eq!(codes(&bench)[1..], [Reason::Ok, Reason::Ful]);
}

#[test]
fn a_container_that_had_no_room_for_an_item_is_shown_as_full() {
    // 1,000 g are in it and 1,500 g may be: the next is turned away, and somebody has to know.
    let mut bench = limited(ChuteRule { weight_max_g: 1_500, ..ChuteRule::free(2) });
    bench.travel_to(3, 5_600);
    assert_eq!((bench.states(2), codes(&bench)[1]), (vec![], Reason::Ful), "it may still be the first that is held");
    bench.travel_to(2, 7_700);
    bench.input(common::hold("DDDDDD", Customs::Hold));
    bench.input(common::hold("DDDDDD", Customs::Released));
    assert_eq!(bench.states(2), [ChuteStatus::Full]);
    assert_eq!(bench.core.chutes().nth(1).map(|chute| chute.status), Some(ChuteStatus::Full));
}

#[test]
fn limits_hold_for_exception_outlets_too() {
    let mut bench = Bench::story(vec![thing(2010, 400, ""), thing(4010, 400, "")]);
    bench.plan(|plan| plan.chutes.push(ChuteRule { pieces_max: 2, ..ChuteRule::free(4) }));
    bench.travel_to(3, 3_000);
    // The second leader and the first no-read fill it.
    assert_eq!([3, 4].map(|item| bench.decided(item).1), [Outlet::Chute(4), Outlet::EndOfLine]);
}

#[test]
fn a_chutes_past_does_not_decide_where_tonights_flight_goes() {
    // JFK has chutes 1 and 3. A night of ORD went into chute 1 before.
    let plates = ["CCCCCC", "DDDDDD", "AAAAAA", "BBBBBB", "EEEEEE", "FFFFFF"];
    // Each of JFK has fallen before the next one is decided.
    let starts = [2_010, 3_510, 14_010, 26_010, 38_010, 50_010];
    let story = plates.iter().zip(starts).map(|(plate, start)| thing(start, 400, plate)).collect();
    let mut bench = Bench::story(story);
    bench.parcel("EEEEEE", "JFK");
    bench.parcel("FFFFFF", "JFK");
    bench.plan(|plan| (plan.flights[0].chutes, plan.flights[1].chutes) = (chutes(&[3]), chutes(&[1])));
    bench.travel_to(3, 8_300);
    bench.plan(|_| {});
    bench.travel_to(7, 13_000);
    let fell: Vec<_> = (2..8).map(|index| bench.chute_of(index)).collect();
    assert_eq!(fell, [Some(1), Some(1), Some(1), Some(3), Some(1), Some(3)]);
}

#[test]
fn a_piece_that_stayed_on_the_belt_is_no_load() {
    for (sticks, next) in [(false, 3), (true, 1)] {
        let mut first = thing(2010, 400, "AAAAAA");
        first.sticks = sticks;
        let mut bench = Bench::story(vec![first, thing(14_010, 400, "BBBBBB")]);
        bench.travel_to(3, 3_000);
        assert_eq!(bench.decided(4).1, Outlet::Chute(next), "{sticks}");
    }
}

#[test]
fn a_piece_that_stayed_on_the_belt_gives_its_room_back() {
    let mut first = thing(2010, 400, "CCCCCC");
    first.sticks = true;
    let mut bench = Bench::story(vec![first, thing(6_010, 400, "DDDDDD")]);
    bench.plan(|plan| (plan.full_delay_ms, plan.after_full_pieces) = (60_000, 1));
    bench.sensor(2, Full, true);
    bench.travel_to(2, 8_999);
    assert_eq!((bench.states(2), bench.decided(4).0), (vec![ChuteStatus::Full], Reason::Ful));
    bench.travel(1);
    assert_eq!((bench.states(2), bench.decided(4)), (vec![ChuteStatus::Full, ChuteStatus::Open], OK));
}

#[test]
fn a_piece_whose_fire_could_leave_takes_room_however_late_the_plan_reserves() {
    let mut bench = Bench::story(vec![thing(2010, 400, "CCCCCC"), thing(3010, 400, "DDDDDD")]);
    bench.plan(|plan| (plan.full_delay_ms, plan.after_full_pieces, plan.reserve_ahead_mm) = (60_000, 1, 0));
    bench.sensor(2, Full, true);
    bench.travel_to(3, 5_809);
    assert_eq!(bench.decided(4), OK);
    bench.travel(1);
    assert_eq!(bench.decided(4).0, Reason::Ful);
    bench.travel(3_000);
    assert_eq!([2, 3].map(|index| bench.chute_of(index)), [Some(2), None]);
}

#[test]
fn an_item_that_changes_its_chute_comes_near_to_the_new_one_too() {
    let mut bench = Bench::story(vec![thing(2010, 400, "AAAAAA"), thing(3010, 400, "BBBBBB")]);
    bench.plan(|plan| (plan.full_delay_ms, plan.after_full_pieces) = (60_000, 1));
    bench.travel_to(3, 4_000);
    bench.input(order(Order::Disable { chute: 1 }));
    bench.sensor(3, Full, true);
    // Chute 3 stands at 11,000 mm, and 3,000 mm before it the second has to see that its place is taken.
    bench.travel_to(3, 7_999);
    assert_eq!([3, 4].map(|item| bench.decided(item).1), [Outlet::Chute(3); 2]);
    bench.travel(1);
    assert_eq!([3, 4].map(|item| bench.decided(item).0), [Reason::Ok, Reason::Dis]);
}

#[test]
fn a_container_is_full_at_its_limit() {
    let free = ChuteRule::free(2);
    for (rule, full) in [
        (ChuteRule { weight_max_g: 1_000, ..free }, true),
        (ChuteRule { weight_max_g: 1_001, ..free }, false),
        (ChuteRule { length_max_mm: 400, ..free }, true),
        (ChuteRule { length_max_mm: 401, ..free }, false),
    ] {
        let mut bench = limited(rule);
        bench.travel_to(2, 7_700);
        assert_eq!(bench.states(2) == [ChuteStatus::Full], full, "{rule:?}");
    }
}

#[test]
fn a_container_that_gets_its_room_back_is_not_shown_as_full_any_more() {
    let mut bench = limited(ChuteRule { weight_max_g: 1_500, ..ChuteRule::free(2) });
    bench.things[2].sticks = true;
    bench.travel_to(2, 7_700);
    bench.input(common::hold("DDDDDD", Customs::Hold));
    bench.input(common::hold("DDDDDD", Customs::Released));
    bench.travel_to(2, 9_000);
    assert_eq!(bench.states(2), [ChuteStatus::Full, ChuteStatus::Open]);
}

fn chutes(numbers: &[u16]) -> heapless::Vec<u16, 16> {
    heapless::Vec::from_slice(numbers).expect("few")
}

#[test]
fn a_chute_that_fills_up_at_the_last_moment_is_passed_over() {
    // The fire could leave at 5,810 mm: what has become true by then counts.
    for (mm, fires) in [(5_809, 0), (5_810, 1)] {
        let mut bench = one_to_ord();
        bench.plan(|plan| plan.full_delay_ms = 0);
        bench.travel_to(2, mm);
        bench.sensor(2, Full, true);
        bench.travel(200);
        assert_eq!((bench.fires_sent(3).len(), bench.cancels().len()), (fires, fires), "{mm} mm");
        assert_eq!(bench.decided(3).0, Reason::Ful);
    }
}

/// Two to JFK, whose chutes 1 and 3 come first and last, and chute 2 where both take nothing. Chute 3 is full, with room for
/// one more that comes within 6 m of it. Both are decided for it while they are further off.
fn two_for_the_last_room_at_chute_3(begin: impl FnOnce(&mut Bench)) -> Bench {
    let mut bench = Bench::story(vec![thing(2010, 400, "AAAAAA"), thing(2710, 400, "BBBBBB")]);
    bench.plan(|plan| {
        (plan.full_delay_ms, plan.after_full_pieces, plan.reserve_ahead_mm) = (60_000, 1, 6_000);
        plan.flights[0].overflow.push(2).expect("room");
    });
    bench.sensor(3, Full, true);
    begin(&mut bench);
    assert_eq!([3, 4].map(|item| bench.decided(item)), [(Reason::Ok, Outlet::Chute(3)); 2]);
    bench.travel_to(3, 5_100);
    // Where it would leave, its flight's other chutes are past.
    assert_eq!(bench.decided(4), OK, "it is turned away when it comes near");
    bench.travel_to(3, 12_000);
    assert_eq!([2, 3].map(|thing| bench.chute_of(thing)), [Some(3), Some(2)]);
    bench
}

#[test]
fn an_item_is_tested_when_it_comes_near_however_often_it_was_before() {
    two_for_the_last_room_at_chute_3(|bench| {
        bench.input(order(Order::Lock { chute: 1 }));
        bench.travel_to(3, 3_800);
        bench.input(order(Order::Lock { chute: 4 }));
        bench.input(order(Order::Unlock { chute: 4 }));
    });
}

#[test]
fn an_item_that_was_near_to_one_chute_is_tested_again_when_it_comes_near_to_another() {
    two_for_the_last_room_at_chute_3(|bench| {
        bench.input(order(Order::Lock { chute: 3 }));
        bench.travel_to(3, 3_800);
        assert_eq!([3, 4].map(|item| bench.decided(item).1), [Outlet::Chute(1); 2]);
        bench.input(order(Order::Unlock { chute: 3 }));
        bench.input(order(Order::Lock { chute: 1 }));
    });
}
