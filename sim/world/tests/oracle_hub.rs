//! What the oracle knows of a hub: traffics, products, handling codes, capacities, orders, people, and the controller's
//! own books.

mod story;

use sortie_world::events::{ChangeStep, Physical, StrikeKind};
use sortie_world::feed::{ChuteOrder, Fact, FlightFact, ParcelFact, product};
use sortie_world::files::{Customs, Order, Security, Traffic};
use sortie_world::oracle::{Check, Fate, Listed, Sheet};
use story::{MS, PLAN, S, Story};

const RULES: &str = r#"
jam_blocked_ms = 8000
[[product]]
product = "EXP"
cutoff_earlier_s = 600
[boarding.import]
customs = ["released"]
security = ["screened", "not-screened"]
[boarding.transit]
customs = ["released", "assessing", "do-not-load", "not-lodged"]
security = ["screened", "alarm"]
"#;

/// A story by a plan with more rules; flight 0 and parcel 1 are as given.
fn story(flight: FlightFact, parcel: ParcelFact) -> Story {
    let mut story = Story::new();
    // Keys of the plan itself stand before its tables.
    let (keys, tables) = RULES.split_once("[[").expect("tables");
    story.plan(0, &format!("{keys}{PLAN}[[{tables}"));
    story.oracle.fact(0, &Fact::Flight { flight: 0, says: flight });
    story.oracle.fact(0, &Fact::Parcel { parcel: 1, says: parcel });
    story
}

fn flight() -> FlightFact {
    FlightFact { cutoff_ms: 1_000_000_000, ..FlightFact::default() }
}

fn parcel() -> ParcelFact {
    ParcelFact { flight: Some(0), customs: Customs::Released, security: Security::Screened, ..ParcelFact::default() }
}

/// Missorts if parcel 1 is put into a chute of flight 0.
fn missorts(flight: FlightFact, parcel: ParcelFact) -> u64 {
    let mut story = story(flight, parcel);
    story.enter(S, 1, Some(1));
    story.divert(5 * S, 1, 1);
    story.missorts()
}

#[test]
fn each_traffic_has_boarding_rules_of_its_own() {
    let of = |traffic| FlightFact { traffic, ..flight() };
    let unscreened = ParcelFact { security: Security::NotScreened, ..parcel() };
    let assessing = ParcelFact { customs: Customs::Assessing, ..parcel() };
    let cases = [(parcel(), [0, 0, 0]), (unscreened, [1, 0, 1]), (assessing, [1, 1, 0])];
    for (parcel, expected) in cases {
        assert_eq!(Traffic::ALL.map(|traffic| missorts(of(traffic), parcel)), expected, "{parcel:?}");
    }
}

#[test]
fn what_never_boards_does_not_whatever_the_plan_says() {
    let transit = FlightFact { traffic: Traffic::Transit, ..flight() };
    for customs in [Customs::DoNotLoad, Customs::NotLodged] {
        assert_eq!(missorts(transit, ParcelFact { customs, ..parcel() }), 1, "{customs:?}");
    }
    assert_eq!(missorts(transit, ParcelFact { security: Security::Alarm, ..parcel() }), 1);
}

#[test]
fn a_product_with_an_earlier_cut_off_is_late_before_others() {
    // The discharge is at 1,005 s, the commit a little before.
    let closes = |cutoff_ms| FlightFact { cutoff_ms, ..flight() };
    let express = ParcelFact { product: product("EXP"), ..parcel() };
    assert_eq!((missorts(closes(1_600_000), parcel()), missorts(closes(1_600_000), express)), (0, 1));
    assert_eq!(missorts(closes(1_606_000), express), 0);
}

#[test]
fn every_handling_code_of_a_parcel_has_to_be_accepted() {
    let accepts = FlightFact { handling: 0b0110, ..flight() };
    for (handling, expected) in [(0, 0), (0b0010, 0), (0b0110, 0), (0b0001, 1), (0b0011, 1)] {
        assert_eq!(missorts(accepts, ParcelFact { handling, ..parcel() }), expected, "{handling:b}");
    }
}

#[test]
fn a_parcel_moves_only_if_it_may_and_its_own_flight_is_lost() {
    let booked = |may_move| ParcelFact { flight: Some(7), may_move, ..parcel() };
    let own = |order| FlightFact { order, ..flight() };
    for (may_move, order, expected) in
        [(true, Order::Cancelled, 0), (false, Order::Cancelled, 1), (true, Order::Planned, 1)]
    {
        let mut story = story(flight(), booked(may_move));
        story.oracle.fact(0, &Fact::Flight { flight: 7, says: own(order) });
        story.enter(S, 1, Some(1));
        story.divert(5 * S, 1, 1);
        assert_eq!(story.missorts(), expected, "{may_move} {order:?}");
    }
}

#[test]
fn a_flight_takes_no_more_than_its_record_allows() {
    let mut story = story(FlightFact { capacity_pieces: 2, ..flight() }, parcel());
    for item in 1..=3 {
        let at = u64::from(item) * 6 * S;
        story.oracle.fact(at, &Fact::Parcel { parcel: item, says: parcel() });
        story.enter(at, item, Some(item));
        story.divert(at + 4 * S, item, 1);
        assert_eq!(story.violations(Check::S4), u64::from(item > 2), "piece {item}");
    }
}

/// Seed 354 of the swarm.
#[test]
fn a_piece_that_a_stroke_took_unasked_is_none_that_a_controller_can_count() {
    // The stroke took the first: nothing was meant for it, or it was on its way to another chute or to this one.
    for (aimed, violations) in [(None, 0), (Some(2), 0), (Some(1), 1)] {
        let mut story = story(FlightFact { capacity_pieces: 2, ..flight() }, parcel());
        for item in 1..=3 {
            let at = u64::from(item) * 6 * S;
            story.oracle.fact(at, &Fact::Parcel { parcel: item, says: parcel() });
            story.enter(at, item, Some(item));
            if let (1, Some(chute)) = (item, aimed) {
                let (parcel, count) = (Some(item), story.count(at + 4 * S));
                story.oracle.physical(at + 3 * S, &Physical::Aimed { item, parcel, chute, count, ahead: 0 });
            }
            if item == 1 {
                story.strike(at + 4 * S - 100 * MS, StrikeKind::UnaskedDivert, [item, 0, 0, 0]);
            }
            story.divert(at + 4 * S, item, 1);
        }
        assert_eq!(story.violations(Check::S4), violations, "aimed at {aimed:?}");
    }
}

#[test]
fn a_chute_that_is_locked_disabled_or_jammed_at_the_commit_takes_nothing() {
    let order = |order| Fact::Chute { chute: 1, order };
    for (at, end, violations) in [(2 * S, 3 * S, 0), (2 * S, 9 * S, 1), (4_950 * MS, 9 * S, 0)] {
        for (begins, ends) in [(ChuteOrder::Lock, ChuteOrder::Unlock), (ChuteOrder::Disable, ChuteOrder::Enable)] {
            let mut story = story(flight(), parcel());
            story.enter(S, 1, Some(1));
            story.oracle.fact(at, &order(begins));
            if end < 5 * S {
                story.oracle.fact(end, &order(ends));
            }
            story.divert(5 * S, 1, 1);
            assert_eq!(story.violations(Check::S4), violations, "{begins:?} at {at}");
        }
    }
    let mut full = story(flight(), parcel());
    full.full(S, 1, true);
    full.enter(2 * S, 1, Some(1));
    full.divert(6 * S, 1, 1);
    assert_eq!(full.violations(Check::S4), 0, "one still fits");
    for (since, violations) in [(20 * S, 1), (26 * S, 0)] {
        let mut story = story(flight(), parcel());
        story.oracle.physical(since, &Physical::Stuck { chute: 1, stuck: true });
        story.enter(28 * S, 1, Some(1));
        story.divert(32 * S, 1, 1);
        assert_eq!(story.violations(Check::S4), violations, "stuck since {since}");
    }
}

#[test]
fn nothing_falls_into_a_chute_whose_container_is_being_changed() {
    let change = |story: &mut Story, at, step| story.oracle.physical(at, &Physical::Change { chute: 1, step });
    // Pressed a while ago: known at the commit. Pressed just now: what was under way still comes. In hand: never.
    for (pressed, free, violations) in [(2 * S, None, 1), (4_900 * MS, None, 0), (2 * S, Some(4_900 * MS), 2)] {
        let mut story = story(flight(), parcel());
        change(&mut story, S, ChangeStep::Placed);
        change(&mut story, S, ChangeStep::Done);
        story.enter(1_500 * MS, 1, Some(1));
        change(&mut story, pressed, ChangeStep::Wanted);
        if let Some(free) = free {
            change(&mut story, free, ChangeStep::Free);
        }
        story.divert(5 * S, 1, 1);
        assert_eq!(story.violations(Check::S4), violations, "pressed {pressed}, free {free:?}");
    }
}

#[test]
fn a_chute_that_needs_a_container_takes_nothing_without() {
    for (placed, violations) in [(false, 1), (true, 0)] {
        let mut story = story(flight(), parcel());
        story.plan(0, &format!("{PLAN}[[chute]]\nchute = 1\ncontainer = \"uld\"\n"));
        if placed {
            story.oracle.physical(S, &Physical::Change { chute: 1, step: ChangeStep::Placed });
            story.oracle.physical(S, &Physical::Change { chute: 1, step: ChangeStep::Done });
        }
        story.enter(2 * S, 1, Some(1));
        story.divert(6 * S, 1, 1);
        assert_eq!(story.violations(Check::S4), violations);
    }
}

#[test]
fn a_plan_of_a_later_time_is_in_force_from_then_on() {
    // 1,004 s after 1970 is 4 s after the start.
    let later = format!("active_from = \"1970-01-01T00:16:44Z\"\n{}", PLAN.replace("[1, 2]", "[2]"));
    for (at, missorts) in [(3_900 * MS, 0), (8 * S, 1)] {
        let mut story = story(flight(), parcel());
        story.plan(S, &later);
        story.enter(1_500 * MS, 1, Some(1));
        story.divert(at, 1, 1);
        assert_eq!(story.missorts(), missorts, "{at}");
    }
}

/// A parcel lies in container 2 of chute 1, which the controller numbers 40; then it is held.
fn held_in_container() -> Story {
    let mut story = story(flight(), parcel());
    for _ in 0..2 {
        story.oracle.physical(S, &Physical::Change { chute: 1, step: ChangeStep::Placed });
    }
    story.oracle.container_opened(40, 1);
    story.enter(2 * S, 1, Some(1));
    story.divert(6 * S, 1, 1);
    story.hold(7 * S, 1, Customs::DoNotLoad);
    story
}

#[test]
fn a_hold_that_came_too_late_is_on_the_pull_list_with_the_right_place() {
    for (chute, container, violations) in [(1, 40, 0), (2, 40, 1), (1, 39, 0), (1, 41, 1)] {
        let mut story = held_in_container();
        // Number 39 stands nowhere where people put containers: nobody can say that it is wrong.
        story.oracle.physical(8 * S, &Physical::Change { chute: 1, step: ChangeStep::Placed });
        story.oracle.container_opened(41, 1);
        story.oracle.pull_opened(1, 1, chute, container);
        let summary = story.finish(20 * S);
        assert_eq!((summary.invariant_violations, summary.holds.pulled), (violations, 1 - violations), "{container}");
    }
}

#[test]
fn a_pull_that_is_missing_or_closed_too_early_is_found_and_one_that_was_withdrawn_is_not() {
    let mut missing = held_in_container();
    assert_eq!(missing.oracle.holds().after_commit, 1);
    missing.oracle.moment(30 * S, 1);
    assert_eq!(missing.violations(Check::Pulls), 1);

    let mut closed = held_in_container();
    closed.oracle.pull_opened(1, 1, 1, 40);
    closed.oracle.pull_closed(1);
    assert_eq!(closed.finish(30 * S).invariant_violations, 1);

    let mut withdrawn = held_in_container();
    withdrawn.hold(8 * S, 1, Customs::Released);
    assert_eq!(withdrawn.finish(30 * S).invariant_violations, 0);
}

#[test]
fn a_manifest_lists_what_lies_there_and_nothing_else() {
    let line = |parcel, unconfirmed| Listed { parcel, unconfirmed };
    let cases = [
        (vec![line(1, false)], 0),
        (vec![line(1, true)], 0),
        (vec![], 1),
        (vec![line(1, false), line(2, false)], 1),
        // Nobody saw it fall, and it lies elsewhere: that is what the flag says.
        (vec![line(1, false), line(2, true)], 0),
        (vec![line(1, false), line(1, false)], 1),
    ];
    for (manifest, violations) in cases {
        let mut story = held_in_container();
        story.oracle.container_closed(9 * S, 40, &manifest);
        assert_eq!(story.violations(Check::Manifests), violations, "{manifest:?}");
    }
}

#[test]
fn what_was_found_is_taken_out_and_what_nobody_could_know_is_excused() {
    let mut found = held_in_container();
    found.oracle.fact(8 * S, &Fact::Found { parcel: 1 });
    found.oracle.container_closed(20 * S, 40, &[]);
    assert_eq!(found.violations(Check::Manifests), 0);
    found.oracle.container_closed(20 * S, 40, &[Listed { parcel: 1, unconfirmed: false }]);
    assert_eq!(found.violations(Check::Manifests), 1);

    let mut blurred = story(flight(), parcel());
    blurred.oracle.physical(S, &Physical::Change { chute: 1, step: ChangeStep::Placed });
    blurred.oracle.container_opened(40, 1);
    blurred.enter(2 * S, 1, Some(1));
    blurred.strike(3 * S, StrikeKind::WrongButValid, [1, 0, 0, 0]);
    blurred.divert(6 * S, 1, 1);
    blurred.oracle.container_closed(9 * S, 40, &[]);
    assert_eq!(blurred.violations(Check::Manifests), 0);
    let listed = |parcel| Listed { parcel, unconfirmed: false };
    blurred.oracle.container_closed(9 * S, 40, &[listed(7)]);
    assert_eq!(blurred.violations(Check::Manifests), 0, "the one that lies there may have been taken for that one");
    blurred.oracle.container_closed(9 * S, 40, &[listed(7), listed(8)]);
    assert_eq!(blurred.violations(Check::Manifests), 1, "but not for two");
}

#[test]
fn while_the_belt_stands_nobody_comes_nearer_to_the_next_pec() {
    // Something is put onto the belt where it would lie now if it had not fallen: it seems to have come by, and not to lie
    // there.
    for (stands, struck, violations) in [(false, 10, 0), (false, 14, 1), (true, 14, 0), (true, 18, 1)] {
        let mut story = held_in_container();
        for (at, up) in [(8, false), (12, true)] {
            if stands {
                story.oracle.physical(at * S, &Physical::Belt { up, estop: false });
            }
        }
        story.strike(struck * S, StrikeKind::ItemAdded, [2, 0, 0, 0]);
        story.oracle.container_closed(19 * S, 40, &[]);
        assert_eq!(story.violations(Check::Manifests), violations, "{stands} {struck}");
    }
}

#[test]
fn a_reconciliation_has_every_parcel_of_its_flight_once() {
    let sorted = Fate::Sorted { unconfirmed: false };
    let good =
        Sheet { expected: 3, counts: [1, 1, 1, 0], lines: vec![(1, sorted), (2, Fate::Held), (3, Fate::Missing)] };
    let cases = [
        (good.clone(), 0),
        (Sheet { expected: 4, ..good.clone() }, 1),
        (Sheet { counts: [1, 1, 0, 0], ..good.clone() }, 1),
        (Sheet { lines: vec![(1, sorted), (2, Fate::Held), (2, Fate::Held)], ..good.clone() }, 2),
        // Two is booked on the flight and left out; three is said to be sorted, and is not.
        (Sheet { expected: 2, counts: [1, 0, 1, 0], lines: vec![(1, sorted), (3, Fate::Missing)] }, 1),
        (Sheet { lines: vec![(1, sorted), (2, Fate::Held), (3, sorted)], ..good }, 1),
    ];
    for (sheet, violations) in cases {
        let mut story = story(flight(), parcel());
        for parcel in [2, 3] {
            story.oracle.fact(0, &Fact::Parcel { parcel, says: self::parcel() });
        }
        story.enter(2 * S, 1, Some(1));
        story.divert(6 * S, 1, 1);
        story.oracle.flight_closed(9 * S, 0, &sheet);
        assert_eq!(story.violations(Check::Manifests), violations, "{sheet:?}");
    }
}
