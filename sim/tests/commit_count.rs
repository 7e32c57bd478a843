//! A change of mind within a count of the commit count, and one that comes too late: what it does to the item, read from
//! the world, with the whole controller and every byte between them.
//!
//! The count is the one that the controller has heard last when it takes the change. A sensor of another chute turns at
//! just that count, and the record is written the moment that the controller has been told of it.

#[path = "support/one_item.rs"]
mod one_item;

use one_item::{Change, Ending, ride, ride_with};
use sortie_core::output::HoldVerdict;

/// First, middle and last chute of the line, and the chute that another plan gives the flight: one farther on, or for
/// the last chute one that lies behind the item.
const CHUTES: [(u16, u16); 3] = [(1, 31), (31, 59), (60, 2)];
const CHANGES: [Change; 5] =
    [Change::Hold, Change::DoNotLoad, Change::ChuteFull, Change::FlightCancelled, Change::OtherPlan];

/// Where a change that is obeyed leaves the item.
fn obeyed(change: Change, other: u16) -> Ending {
    // Nothing has an outlet here, so that whatever may not be sorted rides to the end of line.
    if change == Change::OtherPlan && other > 2 { Ending::Chute(other) } else { Ending::EndOfLine }
}

fn each(judge: impl Fn(Change, u16, u16)) {
    for (chute, other) in CHUTES {
        CHANGES.into_iter().for_each(|change| judge(change, chute, other));
    }
}

/// True for a change of mind that the controller has to answer.
fn is_answered(change: Change) -> bool {
    matches!(change, Change::Hold | Change::DoNotLoad)
}

#[test]
fn an_item_that_nobody_changes_his_mind_about_is_in_its_chute() {
    for (chute, other) in CHUTES {
        assert_eq!(ride(Change::None, 1, chute, other).ending, Ending::Chute(chute));
    }
}

#[test]
fn one_count_before_the_commit_count_every_change_is_obeyed() {
    each(|change, chute, other| {
        let ridden = ride(change, 1, chute, other);
        assert_eq!(ridden.ending, obeyed(change, other), "{change:?}, chute {chute}");
        let answers: &[_] = if is_answered(change) { &[HoldVerdict::Obeyed] } else { &[] };
        assert_eq!(ridden.answers, answers, "{change:?}, chute {chute}");
    });
}

#[test]
fn one_count_after_the_commit_count_a_cancel_is_tried_and_a_sound_link_brings_it_in_time() {
    each(|change, chute, other| {
        let ridden = ride(change, -1, chute, other);
        assert_eq!(ridden.ending, obeyed(change, other), "{change:?}, chute {chute}");
        let answers: &[_] = if is_answered(change) { &[HoldVerdict::Tried, HoldVerdict::Obeyed] } else { &[] };
        assert_eq!(ridden.answers, answers, "{change:?}, chute {chute}");
    });
}

#[test]
fn four_counts_before_the_divert_is_energised_no_change_is_in_time() {
    each(|change, chute, other| {
        let ridden = ride(change, one_item::LAST_MOMENT, chute, other);
        assert_eq!(ridden.ending, Ending::Chute(chute), "{change:?}, chute {chute}");
        let too_late = HoldVerdict::TooLate { pull: 1, chute, container: 1 };
        // The board's word that the divert was made may come with the very telegram that tells the count.
        let answers: &[_] = if is_answered(change) { &[HoldVerdict::Tried, too_late] } else { &[] };
        let fits = ridden.answers == answers || (is_answered(change) && ridden.answers == [too_late]);
        assert!(fits, "{change:?}, chute {chute}: {:?}", ridden.answers);
    });
}

#[test]
fn a_divert_whose_stroke_takes_longer_than_the_lease_obeys_up_to_its_commit_count_too() {
    for (chute, other) in CHUTES {
        for stroke_ms in [111, 200, 800] {
            for change in CHANGES {
                let ridden = ride_with(stroke_ms, change, 1, chute, other);
                assert_eq!(ridden.ending, obeyed(change, other), "{change:?}, chute {chute}, stroke {stroke_ms} ms");
                let answers: &[_] = if is_answered(change) { &[HoldVerdict::Obeyed] } else { &[] };
                assert_eq!(ridden.answers, answers, "{change:?}, chute {chute}, stroke {stroke_ms} ms");
            }
            let late = ride_with(stroke_ms, Change::Hold, one_item::LAST_MOMENT, chute, other);
            assert_eq!(late.ending, Ending::Chute(chute), "chute {chute}, stroke {stroke_ms} ms");
        }
    }
}
