//! Properties of the step itself: the same inputs give the same outputs, and no input is too strange for it.

mod common;

use common::{Bench, line, plan, text, thing};
use proptest::prelude::*;
use sortie_core::input::{Input, Read, ReadCode, Weight};
use sortie_core::records::Customs;
use sortie_core::{Core, Outputs};
use sortie_protocol::board::telegram::{BeltMotion, BoardTelegram, ChuteSensor, FireOutcome, Tag};

fn telegram() -> impl Strategy<Value = BoardTelegram> {
    // Counts near each other make plausible belts; any other count must be survived as well.
    let count = prop_oneof![9 => 0u32..30_000, 1 => any::<u32>()];
    let outcome = prop_oneof![
        Just(FireOutcome::Fired),
        Just(FireOutcome::Late),
        Just(FireOutcome::Cancelled),
        Just(FireOutcome::Lease)
    ];
    (count, 0u16..5, any::<bool>(), 1u32..12, 1u16..4, outcome, 0u8..9).prop_map(
        |(count, number, on, item, revision, outcome, kind)| match kind {
            0..=3 => BoardTelegram::Edge { count, sensor: number, blocked: on },
            4 => BoardTelegram::Clock { count, time_ms: count / 2, speed_cps: 2500 },
            5 => BoardTelegram::Chute {
                count,
                chute: number,
                sensor: if on { ChuteSensor::Full } else { ChuteSensor::Confirm },
                active: !on,
            },
            6 => BoardTelegram::Belt {
                count,
                motion: if on { BeltMotion::Running } else { BeltMotion::Stopped },
                estop: number == 0,
                guard_open: false,
            },
            7 => BoardTelegram::Outcome { count, tag: Tag { item, pass: 1 }, revision, outcome },
            _ => BoardTelegram::QueueEntry { query: number, tag: Tag { item, pass: 1 }, revision, outcome: None },
        },
    )
}

fn input() -> impl Strategy<Value = Input> {
    let codes = proptest::collection::vec(prop_oneof![Just("AAAAAA"), Just("BBBBBB"), Just("NOBODY")], 0..3);
    let read = (0u8..3, proptest::option::of(0u32..20), codes).prop_map(|(scanner, trigger, codes)| {
        let codes = codes.into_iter().map(|code| ReadCode { plate: true, text: text(code) }).collect();
        Input::Read(Read { scanner, trigger, codes, dropped: 0, incomplete: false })
    });
    prop_oneof![
        12 => (telegram(), any::<u32>()).prop_map(|(telegram, seq)| Input::Board { seq, telegram }),
        4 => read,
        1 => Just(Input::Weight(Weight { weigher: 0, grams: Some(100) })),
        1 => Just(common::hold("AAAAAA", Customs::Hold)),
        1 => Just(Input::Parcel(common::parcel("AAAAAA", "JFK"))),
        1 => Just(Input::Departed(common::key("AAAAAA"))),
        1 => (0u32..3, any::<bool>()).prop_map(|(boot, resumed)| Input::LinkUp { boot, resumed, new_session: !resumed, time_ms: None }),
        1 => Just(Input::EventsLost),
        1 => Just(Input::Started),
        1 => any::<bool>().prop_map(Input::JournalFailed),
        1 => Just(Input::Plan(Box::new(plan()))),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Whatever comes in whatever order: no panic, and twice the same.
    #[test]
    fn any_inputs_are_survived_and_repeatable(inputs in proptest::collection::vec((0u64..50_000_000, input()), 0..200)) {
        let (mut one, mut two) = (Core::new(&line()), Core::new(&line()));
        let (mut said, mut again) = (Outputs::new(), Outputs::new());
        let mut at = 0;
        for (pause, input) in inputs {
            at += pause;
            one.step(at, &input, &mut said);
            two.step(at, &input, &mut again);
            prop_assert_eq!(said.as_slice(), again.as_slice());
            prop_assert_eq!(said.dropped(), 0);
        }
    }
}

#[test]
fn a_copy_of_the_core_goes_on_exactly_like_the_core() {
    let mut bench = Bench::new(vec![thing(10, 300, "L1"), thing(1010, 300, "L2"), thing(2010, 400, "AAAAAA")]);
    bench.parcel("AAAAAA", "JFK");
    bench.travel(4000);
    let mut copy = bench.core.clone();
    let mut said = Outputs::new();
    let telegram = BoardTelegram::Clock { count: bench.wire().wrapping_add(300), time_ms: 9000, speed_cps: 2500 };
    let input = Input::Board { seq: 900, telegram };
    copy.step(9_000_000_000, &input, &mut said);
    let expected = said.as_slice().to_vec();
    bench.core.step(9_000_000_000, &input, &mut said);
    assert_eq!(said.as_slice(), expected);
}
