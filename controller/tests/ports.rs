//! The drivers of the ports: bytes to inputs, orders to bytes.

use sortie_controller::config::{self, LineConfig};
use sortie_controller::port::{BoardPort, Busy, Driver, Order, OrderKind};
use sortie_core::input::{Input, Weight};
use sortie_protocol::board::telegram::{BoardTelegram, HostTelegram};
use sortie_protocol::board::{BoardEnd, BoardEvent, Identity, LinkSettings};

const MS: u64 = 1_000_000;

fn line() -> LineConfig {
    config::line_from_str("line.toml", include_str!("cases/check-good-line/line.toml")).expect("a good line")
}

fn driver(role: &str) -> Driver {
    let line = line();
    let (driver, _) = Driver::all(&line, 1, None)
        .into_iter()
        .find(|(_, port)| line.ports[*port].role == role)
        .expect("a device on that port");
    driver
}

fn inputs(driver: &mut Driver, bytes: &[u8]) -> Vec<Input> {
    let mut inputs = Vec::new();
    driver.receive(0, bytes, |input| inputs.push(input));
    inputs
}

fn codes(input: &Input) -> (Option<u32>, Vec<(bool, String)>, u8) {
    let Input::Read(read) = input else { panic!("not a read: {input:?}") };
    let text = |code: &[u8]| String::from_utf8(code.to_vec()).expect("plain text");
    (read.trigger, read.codes.iter().map(|code| (code.plate, text(&code.text))).collect(), read.dropped)
}

#[test]
fn every_device_of_the_line_has_a_driver_and_the_board_is_first() {
    let line = line();
    let drivers = Driver::all(&line, 1, None);
    assert!(drivers[0].0.is_board());
    assert_eq!(drivers.len(), 1 + line.scanners.len() + line.weighers.len());
}

#[test]
fn a_read_brings_normalised_plates_and_shared_codes() {
    let mut scanner = driver("scanner-top");
    let read = inputs(&mut scanner, b"\x02000123;]C0LP000123456789012;]C0LP000123456789012;]C012345675\r\n\x03");
    let (trigger, codes, dropped) = codes(&read[0]);
    assert_eq!((trigger, dropped), (Some(123), 0));
    assert_eq!(codes[0], (true, "LP000123456789012".to_owned()), "equal codes merge");
    assert_eq!(codes.len(), 2);
}

#[test]
fn a_wrong_check_digit_is_no_code_and_a_no_read_is_a_read_without_codes() {
    let mut scanner = driver("scanner-top");
    let read = inputs(&mut scanner, b"\x02000124;]C0RX123456784DE\r\n\x03\x02000125;NoRead\r\n\x03");
    assert_eq!(codes(&read[0]), (Some(124), Vec::new(), 1));
    assert_eq!(codes(&read[1]), (Some(125), Vec::new(), 0));
    assert_eq!(scanner.counters().frames, 2);
}

#[test]
fn a_result_with_more_codes_than_there_is_room_for_says_so() {
    let plates = |many: usize| (0..many).map(|plate| format!(";]C0LP{plate:014}")).collect::<String>();
    let cases = [
        (plates(6), (0, false)),
        (plates(7), (1, true)),
        (format!("{}{}", ";]C0#".repeat(8), plates(1)), (1, true)),
        (format!("{};]d1{}", plates(1), "X".repeat(65)), (1, false)),
    ];
    for (codes, expected) in cases {
        let read = inputs(&mut driver("scanner-top"), format!("\x02000125{codes}\r\n\x03").as_bytes());
        let [Input::Read(read)] = &read[..] else { panic!("{read:?}") };
        assert_eq!((read.dropped, read.incomplete), expected, "{codes}");
    }
}

#[test]
fn damage_is_counted_and_the_next_frame_is_good() {
    let mut scanner = driver("scanner-top");
    let read = inputs(&mut scanner, b"\x0200x12\x00\r\n\x03\x02000126;NoRead\r\n\x03");
    assert_eq!(read.len(), 1);
    assert!(scanner.counters().errors > 0);
}

#[test]
fn a_scanners_port_that_opens_and_vanishes_is_told() {
    let mut scanner = driver("scanner-top");
    let mut told = Vec::new();
    scanner.opened(|input| told.push(input));
    scanner.closed(|input| told.push(input));
    assert_eq!(told, [true, false].map(|open| Input::ScannerPort { scanner: 0, open }));
}

#[test]
fn a_steady_weight_has_grams_and_a_moving_one_has_none() {
    let mut scale = driver("scale");
    let frame = |swb: u8| {
        let mut bytes = b"\x02".to_vec();
        bytes.extend([b'5', swb, b' ']);
        bytes.extend(b" 12345000000\r");
        let sum = bytes.iter().fold(0u8, |sum, byte| sum.wrapping_add(*byte));
        bytes.push(sum.wrapping_neg() & 0x7F);
        bytes
    };
    let steady = inputs(&mut scale, &frame(0b0011_0000));
    let moving = inputs(&mut scale, &frame(0b0011_1000));
    let grams = |input: &Input| {
        let Input::Weight(Weight { weigher: 0, grams }) = input else { panic!("{input:?}") };
        *grams
    };
    assert_eq!(grams(&steady[0]), Some(12_345));
    assert_eq!(grams(&moving[0]), None);
}

/// A board port and its board, with the wire between them.
struct Wire {
    port: BoardPort,
    board: Box<BoardEnd>,
    now: u64,
}

impl Wire {
    fn new(session: u32, resume: Option<(u32, u32)>, boot: u32) -> Self {
        let settings = LinkSettings::default();
        let identity = Identity { firmware: 1, sensors: 3, outputs: 1 };
        let board = Box::new(BoardEnd::new(boot, identity, settings));
        Self { port: BoardPort::new(session, resume, settings), board, now: 0 }
    }

    fn run(&mut self, ms: u64) -> (Vec<Input>, Vec<HostTelegram>) {
        let (mut inputs, mut telegrams) = (Vec::new(), Vec::new());
        for _ in 0..ms {
            self.now += MS;
            let (mut down, mut up) = (Vec::new(), Vec::new());
            self.port.transmit(self.now, |bytes| down.extend_from_slice(bytes));
            self.board.receive(self.now, &down, &mut |event| {
                if let BoardEvent::Telegram { telegram, .. } = event {
                    telegrams.push(telegram);
                }
            });
            self.board.transmit(self.now, &mut |bytes| up.extend_from_slice(bytes));
            self.port.receive(self.now, &up, |input| inputs.push(input));
        }
        (inputs, telegrams)
    }

    fn command(&mut self, epoch: u32, telegram: HostTelegram) -> Result<(), Busy> {
        self.port.order(&Order { epoch, what: OrderKind::Command(telegram) })
    }
}

/// What is told of a board that says its time is 0.
fn link_up(boot: u32, resumed: bool, new_session: bool) -> Input {
    Input::LinkUp { boot, resumed, new_session, time_ms: Some(0) }
}

const QUERY: HostTelegram = HostTelegram::QueueQuery { query: 3 };

#[test]
fn the_first_answer_starts_a_session_and_a_replugged_port_does_not() {
    let mut wire = Wire::new(1, None, 9);
    assert_eq!(wire.run(300).0, [link_up(9, false, true)]);
    wire.port.opened();
    assert_eq!(wire.run(300).0, [link_up(9, true, false)]);
}

#[test]
fn a_command_from_before_a_reboot_never_reaches_the_new_board() {
    let mut wire = Wire::new(1, None, 9);
    wire.run(300);
    wire.command(1, QUERY).expect("room");
    assert_eq!(wire.run(50).1, [QUERY]);
    let rebooted = Wire::new(1, None, 10).board;
    wire.board = rebooted;
    let inputs = wire.run(1000).0;
    assert_eq!(inputs, [link_up(10, false, true)]);
    wire.command(1, QUERY).expect("dropped, not refused");
    assert_eq!(wire.run(50).1, []);
    assert_eq!(wire.port.counters().stale, 1);
    wire.command(2, QUERY).expect("room");
    assert_eq!(wire.run(50).1, [QUERY]);
}

#[test]
fn a_telegram_is_acknowledged_when_the_engine_says_so_and_not_before() {
    let mut wire = Wire::new(1, None, 9);
    wire.run(300);
    wire.board.send(BoardTelegram::Clock { count: 1, time_ms: 1, speed_cps: 1 });
    let inputs = wire.run(30).0;
    let [Input::Board { seq, .. }] = inputs[..] else { panic!("{inputs:?}") };
    assert_eq!(wire.board.unacknowledged(), 1);
    wire.port.order(&Order { epoch: 1, what: OrderKind::Acknowledge(seq) }).expect("never refused");
    wire.run(30);
    assert_eq!(wire.board.unacknowledged(), 0);
}

#[test]
fn beats_are_left_out_while_the_board_is_silent_and_a_full_window_says_so() {
    let mut wire = Wire::new(1, None, 9);
    wire.run(300);
    for _ in 0..48 {
        wire.command(1, QUERY).expect("room");
    }
    wire.command(1, QUERY).expect("room");
    wire.command(1, HostTelegram::Beat { echo_ms: 1 }).expect("left out, not refused");
    assert_eq!(wire.port.counters().beats_skipped, 1);
    let busy = (0..300).map(|_| wire.command(1, QUERY)).find(Result::is_err);
    assert_eq!(busy, Some(Err(Busy)));
}

#[test]
fn a_restarted_controller_resumes_only_where_the_journal_ends() {
    let mut wire = Wire::new(1, None, 9);
    wire.run(300);
    wire.board.send(BoardTelegram::Clock { count: 1, time_ms: 1, speed_cps: 1 });
    wire.run(30);
    wire.port = BoardPort::new(2, Some((9, 1)), LinkSettings::default());
    let inputs = wire.run(300).0;
    assert_eq!(inputs[0], link_up(9, true, true));
    assert!(matches!(inputs[1], Input::Board { seq: 1, .. }), "the telegram that was not durable comes again");
    wire.port = BoardPort::new(3, Some((8, 1)), LinkSettings::default());
    assert_eq!(wire.run(300).0[0], link_up(9, false, true));
}

/// The good line's handheld, which ends its lines so.
fn handheld(settings: &str) -> Driver {
    let text = include_str!("cases/check-good-line/line.toml").to_owned()
        + "\n[[port]]\nrole = \"hand\"\npath = \"tty/hand\"\n[[handheld]]\nname = \"bay\"\nport = \"hand\"\n"
        + settings;
    let line = config::line_from_str("line.toml", &text).expect("a good line");
    let (driver, port) = Driver::all(&line, 1, None).pop().expect("drivers");
    assert_eq!(line.ports[port].role, "hand");
    driver
}

fn scans(inputs: &[Input]) -> Vec<String> {
    let text = |input: &Input| {
        let Input::Handheld { station: 0, text } = input else { panic!("{input:?}") };
        String::from_utf8(text.to_vec()).expect("plain text")
    };
    inputs.iter().map(text).collect()
}

#[test]
fn a_handheld_brings_signs_and_labels_in_any_pieces() {
    let mut driver = handheld("");
    let stream = b"CHUTE-12\r\nAKE 12345 LG \r\n";
    let mut taken = Vec::new();
    for piece in stream.chunks(5) {
        taken.extend(inputs(&mut driver, piece));
    }
    assert_eq!(scans(&taken), ["CHUTE-12", "AKE 12345 LG"]);
    assert_eq!((driver.counters().frames, driver.counters().errors), (2, 0));
}

#[test]
fn a_handheld_counts_what_no_sign_bears() {
    let mut driver = handheld("end = \"cr\"\n");
    let long = [b'A'; 33];
    let stream = [&b"\r"[..], b"   \r", b"CHUTE-\xe9\r", b"CHUTE\x1b-1\r", &long, b"\rCHUTE-3\r"].concat();
    assert_eq!(scans(&inputs(&mut driver, &stream)), ["CHUTE-3"]);
    assert_eq!(driver.counters().errors, 5);
}

#[test]
fn a_handheld_may_frame_its_codes_as_a_fixed_scanner_does() {
    let mut driver = handheld("dialect = \"sick-clv\"\naim = true\n");
    assert_eq!(scans(&inputs(&mut driver, b"\x02]C0CHUTE-7\r\n\x03\x02NoRead\r\n\x03")), ["CHUTE-7"]);
    driver.opened(|input| panic!("{input:?}"));
    assert_eq!(driver.counters().errors, 0);
}
