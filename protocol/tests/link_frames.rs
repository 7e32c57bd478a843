//! Frames of the board link byte by byte: known answers, round trips, and streams in any pieces.

use proptest::prelude::{ProptestConfig, any, prop, proptest};
use sortie_protocol::board::decoder::Decoder;
use sortie_protocol::board::frame::{BoardHello, Body, FRAME_MAX, Frame, FrameError, HostHello, WIRE_MAX};
use sortie_protocol::board::frame::{ContentError, VERSION};
use sortie_protocol::board::layout::kind;
use sortie_protocol::board::telegram::{
    BeltMotion, BoardTelegram, ChuteSensor, Fire, FireOutcome, HostTelegram, LampState, StopReason, Tag,
};
use std::collections::BTreeSet;

const TAG: Tag = Tag { item: 0x0102_0304, pass: 5 };

/// Every type, with every value of its enums.
fn bodies() -> Vec<Body> {
    let outcomes = [
        FireOutcome::Fired,
        FireOutcome::Late,
        FireOutcome::Speed,
        FireOutcome::UnknownOutput,
        FireOutcome::QueueFull,
        FireOutcome::Cancelled,
        FireOutcome::Lease,
    ];
    let mut bodies = vec![
        Body::BoardHello(BoardHello {
            session: 0,
            boot: 2,
            firmware: 3,
            sensors: 4,
            outputs: 5,
            first: 6,
            time_ms: 7,
            count: u32::MAX,
        }),
        Body::HostHello(HostHello { session: u32::MAX, resume_boot: 0, next: 0, lease_ms: 100 }),
        Body::BoardAck,
        Body::HostAck,
        Body::Lost { from: 1, resume: u32::MAX },
    ];
    let mut board = vec![
        BoardTelegram::Clock { count: 0, time_ms: u32::MAX, speed_cps: 2_500 },
        BoardTelegram::QueueEntry { query: 9, tag: TAG, revision: 8, outcome: None },
        BoardTelegram::QueueEnd { query: 9, entries: 512 },
    ];
    for flag in [false, true] {
        board.push(BoardTelegram::Edge { count: 1, sensor: 2, blocked: flag });
        board.push(BoardTelegram::Button { count: 1, button: 2, pressed: flag });
        let sensors = [ChuteSensor::Confirm, ChuteSensor::HalfFull, ChuteSensor::Full];
        board.extend(sensors.map(|sensor| BoardTelegram::Chute { count: 1, chute: 2, sensor, active: flag }));
        let motions = [BeltMotion::Stopped, BeltMotion::Ramping, BeltMotion::Running];
        let belt = |motion| BoardTelegram::Belt { count: 1, motion, estop: flag, guard_open: !flag };
        board.extend(motions.map(belt));
    }
    for outcome in outcomes {
        board.push(BoardTelegram::Outcome { count: 1, tag: TAG, revision: 6, outcome });
        board.push(BoardTelegram::QueueEntry { query: 9, tag: TAG, revision: 8, outcome: Some(outcome) });
    }
    bodies.extend(board.into_iter().map(Body::Board));
    bodies.extend(host_telegrams().into_iter().map(Body::Host));
    bodies
}

fn host_telegrams() -> Vec<HostTelegram> {
    let fire = Fire {
        tag: TAG,
        revision: 0x0607,
        output: 0x0809,
        count: 0x0A0B_0C0D,
        stroke_ms: 0x0E0F,
        speed_min_cps: 0x1011,
        speed_max_cps: 0x1213,
    };
    let mut host = vec![
        HostTelegram::Fire(fire),
        HostTelegram::Cancel { tag: TAG, revision: 6 },
        HostTelegram::Beat { echo_ms: 1_000 },
        HostTelegram::Permit { induction: 1, allowed: true },
        HostTelegram::Permit { induction: 1, allowed: false },
        HostTelegram::QueueQuery { query: 65_535 },
        HostTelegram::Load { induction: 2, count: u32::MAX },
    ];
    let lamps = [LampState::Off, LampState::On, LampState::Blink];
    host.extend(lamps.map(|state| HostTelegram::Lamp { lamp: 3, state }));
    let reasons = [StopReason::Jam, StopReason::EndOfLineFull, StopReason::Operator];
    host.extend(reasons.map(|reason| HostTelegram::StopRequest { reason }));
    host
}

fn frame(body: Body) -> Frame {
    Frame { seq: if body.is_numbered() { 0xFFFE_0100 } else { 0 }, ack: 0x0001_0000, body }
}

fn wire(frame: Frame) -> Vec<u8> {
    let mut out = [0xAA; WIRE_MAX];
    let len = frame.encode(&mut out);
    out[..len].to_vec()
}

fn raw(frame: Frame) -> Vec<u8> {
    let mut out = [0xAA; FRAME_MAX];
    let len = frame.encode_raw(&mut out);
    out[..len].to_vec()
}

fn decoded(chunks: &[&[u8]]) -> Vec<Result<Frame, FrameError>> {
    let mut decoder = Decoder::new();
    let mut out = Vec::new();
    chunks.iter().for_each(|chunk| decoder.push(chunk, |read| out.push(read)));
    out
}

#[test]
fn every_type_comes_back_as_it_went() {
    let mut kinds = BTreeSet::new();
    for body in bodies() {
        let frame = frame(body);
        let wire = wire(frame);
        assert_eq!(decoded(&[&wire]), [Ok(frame)]);
        assert_eq!(wire.iter().filter(|byte| **byte == 0).count(), 1, "only the delimiter is zero");
        kinds.insert(raw(frame)[1]);
    }
    assert_eq!(kinds, kind::ALL.into_iter().collect());
}

#[test]
fn a_fire_is_these_bytes() {
    let expected = [
        0x01, 0x82, 0x00, 0x01, 0xFE, 0xFF, 0x00, 0x00, 0x01, 0x00, 0x04, 0x03, 0x02, 0x01, 0x05, 0x07, 0x06, 0x09,
        0x08, 0x0D, 0x0C, 0x0B, 0x0A, 0x0F, 0x0E, 0x11, 0x10, 0x13, 0x12,
    ];
    let raw = raw(frame(Body::Host(host_telegrams()[0])));
    assert_eq!(raw[..expected.len()], expected);
    assert_eq!(raw.len(), expected.len() + 4);
}

#[test]
fn the_check_is_castagnolis() {
    // Bit by bit, from the definition.
    let check = |bytes: &[u8]| {
        !bytes.iter().fold(u32::MAX, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ if crc & 1 == 1 { 0x82F6_3B78 } else { 0 })
        })
    };
    assert_eq!(check(b"123456789"), 0xE306_9283);
    for body in bodies() {
        let raw = raw(frame(body));
        let (content, tail) = raw.split_at(raw.len() - 4);
        assert_eq!(check(content).to_le_bytes(), tail);
    }
}

/// The raw frame with a sound check, stuffed.
fn sealed(content: &[u8]) -> Result<Frame, FrameError> {
    let check = crc::Crc::<u32>::new(&crc::CRC_32_ISCSI).checksum(content);
    Frame::decode_raw(&[content, &check.to_le_bytes()].concat())
}

#[test]
fn sound_frames_with_foreign_content_are_refused_by_kind() {
    let mut content = raw(frame(Body::Board(BoardTelegram::Edge { count: 1, sensor: 2, blocked: true })));
    content.truncate(content.len() - 4);
    assert!(sealed(&content).is_ok());
    let with = |at: usize, value: u8| {
        let mut changed = content.clone();
        changed[at] = value;
        sealed(&changed)
    };
    assert_eq!(with(0, VERSION + 1), Err(FrameError::Version { found: 2 }));
    assert_eq!(with(1, 0x0B), Err(FrameError::Content(ContentError::Type { found: 0x0B })));
    assert_eq!(with(1, 0x90), Err(FrameError::Content(ContentError::Type { found: 0x90 })));
    assert_eq!(with(16, 2), Err(FrameError::Content(ContentError::Value { offset: 16, found: 2 })));
    assert_eq!(with(1, kind::CLOCK), Err(FrameError::Content(ContentError::Length { kind: kind::CLOCK, len: 7 })));
    let longer = [&content[..], &[0]].concat();
    assert_eq!(sealed(&longer), Err(FrameError::Content(ContentError::Length { kind: kind::EDGE, len: 8 })));
    content[2..6].fill(0);
    assert_eq!(sealed(&content), Err(FrameError::Content(ContentError::Value { offset: 2, found: 0 })));
    assert_eq!(sealed(&content[..9]), Err(FrameError::TooShort { len: 13 }));
}

#[test]
fn greetings_with_the_number_zero_are_refused() {
    let zeros = [
        Body::HostHello(HostHello { session: 0, resume_boot: 0, next: 0, lease_ms: 1 }),
        Body::Lost { from: 0, resume: 1 },
        Body::Lost { from: 1, resume: 0 },
    ];
    for body in zeros {
        assert!(matches!(decoded(&[&wire(frame(body))])[..], [Err(FrameError::Content(ContentError::Value { .. }))]));
    }
}

#[test]
fn one_wrong_bit_is_always_seen() {
    for body in bodies() {
        let good = raw(frame(body));
        for bit in 0..good.len() * 8 {
            let mut bad = good.clone();
            bad[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(Frame::decode_raw(&bad), Err(FrameError::Check));
        }
    }
}

#[test]
fn the_frame_behind_a_bad_one_is_read() {
    let good = wire(frame(Body::BoardAck));
    for bad in [vec![1, 2, 3, 0], vec![9; 500], vec![0], good[..7].to_vec()] {
        let ended = [&bad[..], &[0], &good[..]].concat();
        assert_eq!(decoded(&[&ended]).last(), Some(&Ok(frame(Body::BoardAck))), "{bad:?}");
    }
}

#[test]
fn a_frame_that_has_begun_is_held_until_its_end_comes() {
    let wire = wire(frame(Body::BoardAck));
    let mut decoder = Decoder::new();
    let mut out = Vec::new();
    for (at, byte) in wire.iter().enumerate() {
        assert_eq!((decoder.pending(), out.len()), (at, 0));
        decoder.push(&[*byte], |read| out.push(read));
    }
    assert_eq!((decoder.pending(), out), (0, vec![Ok(frame(Body::BoardAck))]));
}

#[test]
fn a_frame_is_too_long_from_the_same_byte_on_however_it_comes() {
    for (len, error) in [(FRAME_MAX + 1, FrameError::Check), (FRAME_MAX + 2, FrameError::TooLong)] {
        let stream = [&vec![1; len][..], &[0]].concat();
        for cut in [0, 1, FRAME_MAX, len] {
            let (head, tail) = stream.split_at(cut);
            assert_eq!(decoded(&[head, tail]), [Err(error)], "{len} bytes, cut at {cut}");
        }
    }
}

#[test]
fn a_zero_within_a_piece_is_bad_stuffing_up_to_the_longest_piece() {
    // Its code leads to the end, past the zero: only a look at every byte finds it.
    for len in [20, FRAME_MAX, FRAME_MAX + 1] {
        let mut piece = vec![1; len];
        piece[0] = len as u8;
        piece[len / 2] = 0;
        assert_eq!(Frame::decode(&piece), Err(FrameError::Stuffing), "{len} bytes");
    }
}

/// A stream of good frames with some bytes changed, left out or put in.
fn spoilt_stream(picks: &[u8], changes: &[(u16, u8, u8)]) -> Vec<u8> {
    let all = bodies();
    let mut stream: Vec<u8> = picks.iter().flat_map(|pick| wire(frame(all[usize::from(*pick) % all.len()]))).collect();
    for (at, how, value) in changes {
        let at = usize::from(*at) % (stream.len() + 1);
        match how % 3 {
            0 if at < stream.len() => stream[at] = *value,
            1 if at < stream.len() => drop(stream.remove(at)),
            _ => stream.insert(at, *value),
        }
    }
    stream
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_split_gives_the_same(
        picks in prop::collection::vec(any::<u8>(), 1..6),
        changes in prop::collection::vec(any::<(u16, u8, u8)>(), 0..6),
        cuts in prop::collection::vec(any::<u16>(), 0..8),
    ) {
        let stream = spoilt_stream(&picks, &changes);
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| usize::from(*cut) % (stream.len() + 1)).collect();
        cuts.extend([0, stream.len()]);
        cuts.sort_unstable();
        let chunks: Vec<&[u8]> = cuts.windows(2).map(|pair| &stream[pair[0]..pair[1]]).collect();
        let whole = decoded(&[&stream]);
        assert_eq!(decoded(&chunks), whole);
        let bytes: Vec<&[u8]> = stream.chunks(1).collect();
        assert_eq!(decoded(&bytes), whole);
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let mut decoder = Decoder::new();
        decoder.push(&bytes, |_| {});
        assert!(decoder.pending() <= FRAME_MAX + 1);
        let _ = sealed(&bytes);
        let _ = Frame::decode(&bytes);
    }

    #[test]
    fn sound_checks_over_any_content_do_not_make_it_panic(
        kind in prop::sample::select(&kind::ALL[..]), payload in prop::collection::vec(any::<u8>(), 0..40),
    ) {
        let content = [&[VERSION, kind, 1, 0, 0, 0, 1, 0, 0, 0][..], &payload].concat();
        if let Ok(frame) = sealed(&content) {
            assert_eq!(raw(frame)[..content.len()], content, "what is taken is what would be sent");
        }
    }
}
