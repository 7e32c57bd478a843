//! Which faults strike in a seed, how often and how hard.
//!
//! A run in which everything goes wrong a little hides what one fault alone does often; so each seed has faults of its
//! own: many off, the others at their usual rate or somewhere near it, and here and there one at an extreme.

use rand_chacha::ChaCha8Rng;
use sortie_world::events::StrikeKind;
use sortie_world::random::{between, chance, stream};
use sortie_world::scenario::Scenario;
use sortie_world::setup::{FaultRate, Faults};

/// Usual strikes per 10,000 parcels, and the extreme.
struct Rates {
    usual: u32,
    extreme: u32,
}

/// Seeds in ten thousand with a fault at an extreme.
const EXTREME_SEEDS: i64 = 2_500;
/// Seeds in ten thousand without any fault.
const CALM_SEEDS: i64 = 400;

/// Draws the faults of a seed into its scenario; says whether one is at an extreme.
pub(super) fn draw(seed: u64, scenario: &mut Scenario) -> bool {
    let mut random = stream(seed, "swarm faults");
    scenario.faults = Faults::new();
    if chance(&mut random, CALM_SEEDS) {
        return false;
    }
    // Between a few and most. Each has a stream of its own, so that one more shifts none of the others.
    let share = between(&mut random, 1_000, 7_000);
    let extreme = chance(&mut random, EXTREME_SEEDS);
    let kinds: Vec<StrikeKind> = StrikeKind::ALL.iter().copied().filter(|kind| applies(*kind, scenario)).collect();
    for kind in &kinds {
        let mut random = stream(seed, &format!("swarm {}", kind.name()));
        if chance(&mut random, share) {
            scenario.faults.insert(*kind, rate(*kind, &mut random));
        }
    }
    if extreme {
        let place = between(&mut random, 0, kinds.len() as i64 - 1);
        let kind = kinds[usize::try_from(place).unwrap_or(0)];
        let rate = FaultRate { per_10000: rates(kind).extreme, size: None };
        scenario.faults.insert(kind, rate);
    }
    extreme
}

/// False for a fault of something that the line does not have.
fn applies(kind: StrikeKind, scenario: &Scenario) -> bool {
    scenario.line.is_loop() || !matches!(kind, StrikeKind::IndexMissed | StrikeKind::IndexDoubled)
}

/// From a third of the usual rate to three times it.
fn rate(kind: StrikeKind, random: &mut ChaCha8Rng) -> FaultRate {
    let usual = i64::from(rates(kind).usual);
    let factor = between(random, 33, 100) * between(random, 100, 300) / 100;
    let per_10000 = u32::try_from((usual * factor / 100).max(1)).unwrap_or(1);
    FaultRate { per_10000, size: size(kind, random) }
}

/// Sizes of their own for faults that have one, in one seed of two.
fn size(kind: StrikeKind, random: &mut ChaCha8Rng) -> Option<(u32, u32)> {
    let (low, high) = match kind {
        StrikeKind::Slip if chance(random, 5_000) => (20, 60),
        StrikeKind::Slip => (20, 800),
        StrikeKind::StrapLoose => (21, 40),
        StrikeKind::Flap => (22, 110),
        StrikeKind::BeltStop => (200, 12_000),
        StrikeKind::Estop => (1_000, 12_000),
        StrikeKind::PecChatter => (2, 150),
        StrikeKind::ChuteFull => (3, 60),
        StrikeKind::BoardReboot => (20, 2_500),
        StrikeKind::PortUnplugged => (100, 8_000),
        StrikeKind::ControllerKilled | StrikeKind::JournalTorn => (50, 5_000),
        StrikeKind::DiskFull => (50, 20_000),
        StrikeKind::DiskStalled => (20, 6_000),
        StrikeKind::ClockStep => (1, 10_000),
        StrikeKind::DaylightSaving => (1, 10),
        StrikeKind::HostSilent => (1, 60),
        StrikeKind::HostSlow => (5, 120),
        StrikeKind::FlightCancelled => (5, 120),
        StrikeKind::LostBytes | StrikeKind::InsertedBytes => (1, 40),
        StrikeKind::LateFrame => (5, 1_500),
        StrikeKind::PecStuckOn | StrikeKind::PecStuckOff => (20, 8_000),
        StrikeKind::SlowDivert => (5, 120),
        StrikeKind::LateResult => (10, 4_000),
        StrikeKind::IndexDoubled => (30, 60_000),
        StrikeKind::ChuteJammed => (5, 90),
        StrikeKind::NeverEmptied => (30, 240),
        StrikeKind::WeigherDrifts | StrikeKind::WeigherUnstable | StrikeKind::WeigherSilent => (200, 25_000),
        StrikeKind::MissedPulses => (3, 1_500),
        StrikeKind::NoRead
        | StrikeKind::CrossRead
        | StrikeKind::MultiRead
        | StrikeKind::SkippedTrigger
        | StrikeKind::WrongCheckDigit
        | StrikeKind::WrongButValid
        | StrikeKind::DoubleFed
        | StrikeKind::Turned
        | StrikeKind::UnaskedDivert
        | StrikeKind::EncoderReset
        | StrikeKind::CountWrap
        | StrikeKind::IndexMissed
        | StrikeKind::ItemRemoved
        | StrikeKind::ItemAdded
        | StrikeKind::ItemExchanged
        | StrikeKind::Touching
        | StrikeKind::MissedDivert
        | StrikeKind::HandInConfirm
        | StrikeKind::BitFlip
        | StrikeKind::SplitFrames
        | StrikeKind::DuplicateFrame
        | StrikeKind::LateHold
        | StrikeKind::PlanChanged => return None,
    };
    let (one, other) = (between(random, low, high), between(random, low, high));
    let whole = |value: i64| u32::try_from(value).unwrap_or(0);
    chance(random, 5_000).then(|| (whole(one.min(other)), whole(one.max(other))))
}

fn rates(kind: StrikeKind) -> Rates {
    match kind {
        StrikeKind::NoRead
        | StrikeKind::CrossRead
        | StrikeKind::MultiRead
        | StrikeKind::SkippedTrigger
        | StrikeKind::WrongCheckDigit
        | StrikeKind::WrongButValid => Rates { usual: 25, extreme: 1_500 },
        StrikeKind::ItemRemoved
        | StrikeKind::ItemAdded
        | StrikeKind::ItemExchanged
        | StrikeKind::Touching
        | StrikeKind::Slip
        | StrikeKind::Flap
        | StrikeKind::DoubleFed
        | StrikeKind::Turned
        | StrikeKind::SlowDivert
        | StrikeKind::LateResult
        | StrikeKind::UnaskedDivert
        | StrikeKind::StrapLoose
        | StrikeKind::MissedDivert => Rates { usual: 25, extreme: 800 },
        StrikeKind::PecChatter
        | StrikeKind::HandInConfirm
        | StrikeKind::BitFlip
        | StrikeKind::LostBytes
        | StrikeKind::InsertedBytes
        | StrikeKind::SplitFrames
        | StrikeKind::DuplicateFrame => Rates { usual: 30, extreme: 2_000 },
        StrikeKind::LateFrame => Rates { usual: 20, extreme: 300 },
        StrikeKind::PecStuckOn | StrikeKind::PecStuckOff => Rates { usual: 16, extreme: 300 },
        StrikeKind::EncoderReset | StrikeKind::MissedPulses => Rates { usual: 12, extreme: 150 },
        // The sooner it comes the more often: there is one in a run at most.
        StrikeKind::CountWrap => Rates { usual: 150, extreme: 600 },
        StrikeKind::ChuteFull => Rates { usual: 20, extreme: 300 },
        StrikeKind::IndexMissed | StrikeKind::IndexDoubled => Rates { usual: 80, extreme: 1_000 },
        StrikeKind::ChuteJammed => Rates { usual: 20, extreme: 300 },
        StrikeKind::WeigherDrifts | StrikeKind::WeigherUnstable | StrikeKind::WeigherSilent => {
            Rates { usual: 20, extreme: 200 }
        }
        StrikeKind::NeverEmptied => Rates { usual: 30, extreme: 300 },
        StrikeKind::BeltStop | StrikeKind::Estop => Rates { usual: 14, extreme: 100 },
        StrikeKind::BoardReboot | StrikeKind::PortUnplugged | StrikeKind::ControllerKilled => {
            Rates { usual: 12, extreme: 120 }
        }
        StrikeKind::JournalTorn | StrikeKind::DiskFull => Rates { usual: 10, extreme: 80 },
        StrikeKind::DiskStalled => Rates { usual: 14, extreme: 200 },
        StrikeKind::ClockStep | StrikeKind::HostSilent | StrikeKind::HostSlow => Rates { usual: 10, extreme: 100 },
        // It comes once in a run, whatever its rate.
        StrikeKind::DaylightSaving => Rates { usual: 1, extreme: 1 },
        StrikeKind::LateHold => Rates { usual: 25, extreme: 1_000 },
        StrikeKind::PlanChanged | StrikeKind::FlightCancelled => Rates { usual: 8, extreme: 60 },
    }
}
