//! Every frame that comes in is in exactly one count, and the ends say truly where they stand.

use sortie_protocol::board::check::crc32c;
use sortie_protocol::board::cobs;
use sortie_protocol::board::frame::{
    BoardHello, Body, ContentError, FRAME_MAX, Frame, FrameError, HostHello, WIRE_MAX,
};
use sortie_protocol::board::telegram::{BoardTelegram, HostTelegram};
use sortie_protocol::board::{BoardEnd, BoardEvent, HostEnd, HostEvent, Identity, LinkCounters, LinkSettings};

const BOARD_HELLO: BoardHello =
    BoardHello { session: 5, boot: 9, firmware: 1, sensors: 2, outputs: 3, first: 1, time_ms: 0, count: 0 };
const HOST_HELLO: HostHello = HostHello { session: 5, resume_boot: 0, next: 1, lease_ms: 100 };
const EVENT: Body = Body::Board(BoardTelegram::QueueEnd { query: 1, entries: 0 });
const ORDER: Body = Body::Host(HostTelegram::Beat { echo_ms: 1 });

fn wire(seq: u32, ack: u32, body: Body) -> Vec<u8> {
    let mut out = [0; WIRE_MAX];
    let len = Frame { seq, ack, body }.encode(&mut out);
    out[..len].to_vec()
}

fn host() -> HostEnd {
    HostEnd::new(5, None, LinkSettings::default())
}

fn board() -> BoardEnd {
    BoardEnd::new(9, Identity { firmware: 1, sensors: 2, outputs: 3 }, LinkSettings::default())
}

fn tell_host(end: &mut HostEnd, seq: u32, ack: u32, body: Body) -> Vec<HostEvent> {
    let mut events = Vec::new();
    end.receive(0, &wire(seq, ack, body), &mut |event| events.push(event));
    events
}

fn tell_board(end: &mut BoardEnd, seq: u32, ack: u32, body: Body) -> Vec<BoardEvent> {
    let mut events = Vec::new();
    end.receive(0, &wire(seq, ack, body), &mut |event| events.push(event));
    events
}

/// Two of each, so that no sum is right by chance.
fn twice(mut act: impl FnMut()) {
    act();
    act();
}

#[test]
fn the_host_counts_what_comes_too_early_and_what_is_not_for_it() {
    let mut end = host();
    twice(|| drop(tell_host(&mut end, 1, 1, EVENT)));
    twice(|| drop(tell_host(&mut end, 0, 1, Body::BoardAck)));
    twice(|| drop(tell_host(&mut end, 0, 1, Body::Lost { from: 1, resume: 2 })));
    assert_eq!(end.counters(), LinkCounters { unexpected: 6, ..LinkCounters::default() });
    twice(|| drop(tell_host(&mut end, 1, 1, ORDER)));
    twice(|| drop(tell_host(&mut end, 0, 1, Body::HostAck)));
    twice(|| drop(tell_host(&mut end, 0, 1, Body::HostHello(HOST_HELLO))));
    assert_eq!(end.counters(), LinkCounters { unexpected: 6, unknown_type: 6, ..LinkCounters::default() });
}

#[test]
fn the_host_counts_what_it_takes_and_what_it_does_not() {
    let mut end = host();
    assert_eq!((end.boot(), end.unacknowledged()), (None, 0));
    assert_eq!(tell_host(&mut end, 0, 1, Body::BoardHello(BOARD_HELLO)).len(), 1);
    assert_eq!((end.boot(), end.is_up()), (Some(9), true));
    for seq in 1..=3 {
        assert_eq!(tell_host(&mut end, seq, 1, EVENT).len(), 1);
    }
    twice(|| assert!(tell_host(&mut end, 2, 1, EVENT).is_empty()));
    twice(|| assert!(tell_host(&mut end, 9, 1, EVENT).is_empty()));
    twice(|| drop(tell_host(&mut end, 0, 1, Body::BoardAck)));
    assert_eq!(tell_host(&mut end, 0, 1, Body::Lost { from: 4, resume: 6 }), [HostEvent::Lost { from: 4, resume: 6 }]);
    twice(|| assert!(tell_host(&mut end, 0, 1, Body::Lost { from: 4, resume: 6 }).is_empty()));
    // Nothing was ever sent: whatever is acknowledged beyond the first number is a lie.
    twice(|| drop(tell_host(&mut end, 0, 2, Body::BoardAck)));
    let expected =
        LinkCounters { frames: 9, duplicates: 4, out_of_sequence: 2, bad_acks: 2, ..LinkCounters::default() };
    assert_eq!(end.counters(), expected);
}

#[test]
fn the_host_keeps_what_is_not_acknowledged() {
    let mut end = host();
    tell_host(&mut end, 0, 1, Body::BoardHello(BOARD_HELLO));
    for number in 0..3 {
        assert!(end.send(HostTelegram::QueueQuery { query: number }).is_ok());
    }
    assert_eq!(end.unacknowledged(), 3);
    let mut frames = 0;
    end.transmit(0, &mut |_| frames += 1);
    assert_eq!((frames, end.counters().sent), (3, 3));
    // An acknowledgement says what has arrived; the number 0 is none, and an old one says nothing new.
    for (ack, left, bad) in [(1, 3, 0), (0, 3, 1), (3, 1, 1), (2, 1, 1), (1, 1, 1), (5, 1, 2), (4, 0, 2)] {
        tell_host(&mut end, 0, ack, Body::BoardAck);
        assert_eq!((end.unacknowledged(), end.counters().bad_acks), (left, bad), "ack {ack}");
    }
}

#[test]
fn the_board_counts_what_comes_too_early_and_what_is_not_for_it() {
    let mut end = board();
    assert_eq!(end.session(), 0);
    twice(|| drop(tell_board(&mut end, 1, 1, ORDER)));
    twice(|| drop(tell_board(&mut end, 0, 1, Body::HostAck)));
    assert_eq!(end.counters(), LinkCounters { unexpected: 4, ..LinkCounters::default() });
    twice(|| drop(tell_board(&mut end, 1, 1, EVENT)));
    twice(|| drop(tell_board(&mut end, 0, 1, Body::BoardAck)));
    twice(|| drop(tell_board(&mut end, 0, 1, Body::BoardHello(BOARD_HELLO))));
    twice(|| drop(tell_board(&mut end, 0, 1, Body::Lost { from: 1, resume: 2 })));
    assert_eq!(end.counters(), LinkCounters { unexpected: 4, unknown_type: 8, ..LinkCounters::default() });
}

#[test]
fn the_board_counts_what_it_takes_and_what_it_does_not() {
    let mut end = board();
    twice(|| assert_eq!(tell_board(&mut end, 0, 1, Body::HostHello(HOST_HELLO)).len(), 1));
    assert_eq!(end.session(), 5);
    for seq in 1..=3 {
        assert_eq!(tell_board(&mut end, seq, 1, ORDER).len(), 1);
    }
    twice(|| assert!(tell_board(&mut end, 2, 1, ORDER).is_empty()));
    twice(|| assert!(tell_board(&mut end, 9, 1, ORDER).is_empty()));
    twice(|| drop(tell_board(&mut end, 0, 1, Body::HostAck)));
    twice(|| drop(tell_board(&mut end, 0, 2, Body::HostAck)));
    let expected =
        LinkCounters { frames: 9, duplicates: 2, out_of_sequence: 2, bad_acks: 2, ..LinkCounters::default() };
    assert_eq!(end.counters(), expected);
}

#[test]
fn a_repeat_is_counted_as_sent_and_as_repeated() {
    let mut end = board();
    tell_board(&mut end, 0, 1, Body::HostHello(HOST_HELLO));
    end.transmit(0, &mut |_| {});
    let greeting = end.counters().sent;
    twice(|| end.send(BoardTelegram::QueueEnd { query: 1, entries: 0 }));
    end.transmit(0, &mut |_| {});
    end.transmit(1_000_000_000, &mut |_| {});
    assert_eq!((end.counters().sent - greeting, end.counters().repeats, end.unacknowledged()), (4, 2, 2));
}

#[test]
fn damaged_and_foreign_frames_are_added_up() {
    let counters = LinkCounters {
        frames: 1_000,
        cobs_errors: 1,
        crc_errors: 2,
        too_long: 4,
        version: 8,
        unknown_type: 16,
        malformed: 32,
        duplicates: 1_000,
        ..LinkCounters::default()
    };
    assert_eq!(counters.errors(), 63);
    assert_eq!(LinkCounters { version: 3, unknown_type: 5, malformed: 7, ..LinkCounters::default() }.errors(), 15);
}

#[test]
fn a_frame_is_too_long_from_the_first_byte_that_cannot_be_stuffing() {
    assert_eq!(Frame::decode(&[1; FRAME_MAX + 1]), Err(FrameError::Check));
    assert_eq!(Frame::decode(&[1; FRAME_MAX + 2]), Err(FrameError::TooLong));
}

#[test]
fn a_number_that_may_not_be_zero_is_named_by_its_place() {
    let cases = [
        (Body::HostHello(HostHello { session: 0, ..HOST_HELLO }), 10),
        (Body::Lost { from: 0, resume: 1 }, 10),
        (Body::Lost { from: 1, resume: 0 }, 14),
        (Body::Lost { from: 0, resume: 0 }, 10),
    ];
    for (body, offset) in cases {
        let mut raw = [0; FRAME_MAX];
        let len = Frame { seq: 0, ack: 1, body }.encode_raw(&mut raw);
        let expected = FrameError::Content(ContentError::Value { offset, found: 0 });
        assert_eq!(Frame::decode_raw(&raw[..len]), Err(expected), "{body:?}");
    }
}

#[test]
fn a_host_says_of_a_board_that_it_cannot_take_what_is_wrong_with_it() {
    let mut end = host();
    twice(|| drop(tell_host(&mut end, 0, 1, Body::BoardHello(BoardHello { boot: 0, ..BOARD_HELLO }))));
    assert_eq!(end.counters(), LinkCounters { malformed: 2, boot_zero: 2, ..LinkCounters::default() });
    let mut raw = [0; FRAME_MAX];
    let len = Frame { seq: 0, ack: 1, body: Body::BoardHello(BOARD_HELLO) }.encode_raw(&mut raw);
    raw[0] = 2;
    let check = crc32c(&raw[..len - 4]);
    raw[len - 4..len].copy_from_slice(&check.to_le_bytes());
    let (mut wire, mut events) = ([0; WIRE_MAX], 0);
    let len = cobs::stuff(&raw[..len], &mut wire).expect("room");
    end.receive(0, &wire[..=len], &mut |_| events += 1);
    assert_eq!((end.counters().version, end.counters().other_version, events), (1, Some(2), 0));
}

fn losses(end: &mut BoardEnd, now: u64) -> Vec<Body> {
    let (mut decoder, mut bodies) = (sortie_protocol::board::decoder::Decoder::new(), Vec::new());
    end.transmit(now, &mut |bytes| decoder.push(bytes, |frame| bodies.extend(frame.map(|frame| frame.body))));
    bodies.retain(|body| matches!(body, Body::Lost { .. }));
    bodies
}

#[test]
fn a_loss_is_said_until_the_host_stands_behind_it() {
    let mut end = board();
    tell_board(&mut end, 0, 1, Body::HostHello(HOST_HELLO));
    (0..4_097).for_each(|query| end.send(BoardTelegram::QueueEnd { query, entries: 0 }));
    let lost = Body::Lost { from: 1, resume: 4_097 };
    assert_eq!(losses(&mut end, 0), [lost]);
    // An old acknowledgement says nothing new, so the loss is repeated with the rest only.
    tell_board(&mut end, 0, 1, Body::HostAck);
    assert_eq!(losses(&mut end, 0), []);
    assert_eq!(losses(&mut end, 1_000_000_000), [lost]);
    tell_board(&mut end, 0, 4_097, Body::HostAck);
    assert_eq!(losses(&mut end, 9_000_000_000), []);
    assert_eq!((end.unacknowledged(), end.counters().dropped), (1, 4_096));
}

#[test]
fn what_a_new_host_cannot_resume_is_dropped_and_counted() {
    let mut end = board();
    tell_board(&mut end, 0, 1, Body::HostHello(HOST_HELLO));
    twice(|| end.send(BoardTelegram::QueueEnd { query: 1, entries: 0 }));
    tell_board(&mut end, 0, 1, Body::HostHello(HostHello { session: 6, ..HOST_HELLO }));
    assert_eq!((end.session(), end.unacknowledged(), end.counters().dropped), (6, 0, 2));
}

#[test]
fn the_retry_timer_leaves_each_telegram_under_way_its_time_on_the_wire() {
    const MS: u64 = 1_000_000;
    let mut end = host();
    tell_host(&mut end, 0, 1, Body::BoardHello(BOARD_HELLO));
    for query in 0..11 {
        assert!(end.send(HostTelegram::QueueQuery { query }).is_ok());
    }
    end.transmit(0, &mut |_| {});
    // 20 ms, and 3 ms for each that is under way.
    assert_eq!(end.next_timeout(), Some(53 * MS));
    end.receive(7 * MS, &wire(0, 2, Body::BoardAck), &mut |_| {});
    assert_eq!(end.next_timeout(), Some((7 + 20 + 30) * MS));
    end.receive(8 * MS, &wire(0, 12, Body::BoardAck), &mut |_| {});
    assert_eq!((end.next_timeout(), end.unacknowledged()), (None, 0));
}
