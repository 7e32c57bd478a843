//! What is fuzzed: each body panics if a decoder does, or if it breaks a promise.
//!
//! The first byte of the data says how the rest is cut into pieces. Whole and cut, messages and errors must be the
//! same; no decoder may hold more than its cap; an encoded message must come back as it was.
#![allow(dead_code, reason = "each fuzz target uses one body of this shared file")]

use sortie_protocol::board::decoder::Decoder;
use sortie_protocol::cobs_dialect::{COBS_MAX, CobsDecoder, CobsFrame};
use sortie_protocol::identifier::{AimId, Check, Grammars, gs1, identify, normalise};
use sortie_protocol::scanner::{FRAME_MAX, ScannerDecoder, ScannerMessage, ScannerSettings};
use sortie_protocol::tty::{TtyMarks, TtyUnmark};
use sortie_protocol::weigher::{LINE_MAX, MtSicsDecoder, ToledoDecoder, ToledoSettings};
use std::fmt::Debug;

/// A decoder of bytes.
trait Decodes: Clone {
    type Found: PartialEq + Debug;

    fn take(&mut self, bytes: &[u8], found: &mut Vec<Self::Found>);

    /// Bytes held.
    fn held(&self) -> usize;

    /// Most bytes that it may hold.
    fn cap(&self) -> usize;
}

/// Decodes the data whole and in pieces; gives what was found.
fn whole_and_cut<D: Decodes>(decoder: &D, data: &[u8]) -> Vec<D::Found> {
    let Some((seed, bytes)) = data.split_first() else { return Vec::new() };
    let mut whole = Vec::new();
    let mut taker = decoder.clone();
    taker.take(bytes, &mut whole);
    let mut cut = Vec::new();
    let mut cutter = decoder.clone();
    let mut rest = bytes;
    let mut state = u32::from(*seed) | 0x100;
    while !rest.is_empty() {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let length = 1 + (state >> 24) as usize % (1 + usize::from(*seed & 15));
        let (piece, behind) = rest.split_at(length.min(rest.len()));
        cutter.take(piece, &mut cut);
        assert!(cutter.held() <= cutter.cap(), "holds {} bytes", cutter.held());
        rest = behind;
    }
    assert_eq!(whole, cut);
    assert_eq!(taker.held(), cutter.held());
    whole
}

macro_rules! decodes {
    ($decoder:ty, $found:ty, $cap:expr) => {
        impl Decodes for $decoder {
            type Found = $found;

            fn take(&mut self, bytes: &[u8], found: &mut Vec<Self::Found>) {
                self.push(bytes, &mut |one| found.push(one));
            }

            fn held(&self) -> usize {
                self.pending()
            }

            fn cap(&self) -> usize {
                $cap
            }
        }
    };
}

decodes!(ScannerDecoder, Result<ScannerMessage, sortie_protocol::scanner::ScannerError>, FRAME_MAX);
decodes!(
    MtSicsDecoder,
    Result<sortie_protocol::weigher::MtSicsMessage, sortie_protocol::weigher::LineError>,
    LINE_MAX
);
decodes!(ToledoDecoder, Result<sortie_protocol::weigher::ToledoFrame, sortie_protocol::weigher::ToledoError>, 18);
decodes!(CobsDecoder, Result<CobsFrame, sortie_protocol::cobs_dialect::CobsError>, COBS_MAX);
decodes!(TtyUnmark, sortie_protocol::tty::TtyEvent, 2);
decodes!(
    Decoder,
    Result<sortie_protocol::board::frame::Frame, sortie_protocol::board::frame::FrameError>,
    sortie_protocol::board::frame::WIRE_MAX
);

fn scanner(settings: ScannerSettings, data: &[u8]) {
    let decoder = ScannerDecoder::new(settings);
    for message in whole_and_cut(&decoder, data).into_iter().flatten() {
        // Codes without room are gone: what is left may be no frame at all.
        if matches!(message, ScannerMessage::Read { dropped: 1.., .. }) {
            continue;
        }
        let Some(frame) = message.encode(decoder.settings()) else { continue };
        let mut again = Vec::new();
        decoder.clone().take(&frame, &mut again);
        let [Ok(again)] = again.as_slice() else { panic!("{message:?} came back as {again:?}") };
        assert!(same(&message, again), "{message:?} came back as {again:?}");
    }
}

/// Equal but for a terminator that may be left out.
fn same(a: &ScannerMessage, b: &ScannerMessage) -> bool {
    match (a, b) {
        (ScannerMessage::Read { trigger, codes, .. }, ScannerMessage::Read { trigger: t, codes: c, .. }) => {
            trigger == t && codes == c
        }
        _ => a == b,
    }
}

pub(crate) fn sick_clv(data: &[u8]) {
    scanner(ScannerSettings::sick_clv().with_heartbeat(b"HB"), data);
}

pub(crate) fn datalogic(data: &[u8]) {
    scanner(ScannerSettings::datalogic(), data);
}

/// Trigger number, AIM identifiers, a check and a small cap: everything that the presets leave off.
pub(crate) fn numbered_scanner(data: &[u8]) {
    let settings = ScannerSettings::sick_clv();
    scanner(ScannerSettings { aim: true, trigger_number: true, lrc: true, cap: 96, ..settings }, data);
}

/// No start and no stop byte.
pub(crate) fn unframed_scanner(data: &[u8]) {
    scanner(ScannerSettings { start: None, cap: 48, ..ScannerSettings::datalogic() }, data);
}

pub(crate) fn mt_sics(data: &[u8]) {
    for message in whole_and_cut(&MtSicsDecoder::new(), data).into_iter().flatten() {
        let reading = message.reading();
        assert!(reading.is_none_or(|reading| reading.value.is_some() || reading.grams().is_none()));
    }
}

fn toledo(settings: ToledoSettings, data: &[u8]) {
    let decoder = ToledoDecoder::new(settings);
    for frame in whole_and_cut(&decoder, data).into_iter().flatten() {
        let mut again = Vec::new();
        let mut decoder = decoder.clone();
        decoder.take(&frame.encode(), &mut again);
        decoder.finish(&mut |found| again.push(found));
        assert_eq!(again, [Ok(frame)]);
    }
}

pub(crate) fn toledo_continuous(data: &[u8]) {
    toledo(ToledoSettings::default(), data);
}

pub(crate) fn toledo_either(data: &[u8]) {
    toledo(ToledoSettings::either(), data);
}

pub(crate) fn aim_id(data: &[u8]) {
    if let Ok((aim, rest)) = AimId::split(data) {
        assert!(data.ends_with(rest) && data.len() == rest.len() + 3);
        assert_eq!(AimId::split(&aim.bytes()), Ok((aim, &b""[..])));
    }
}

/// A plate must be its own normal form, and a code with a wrong check digit none.
pub(crate) fn identifier(data: &[u8]) {
    let (aim, code) = AimId::split(data).map_or((None, data), |(aim, code)| (Some(aim), code));
    let _ = gs1::elements(code).count();
    let found = identify(code, aim);
    let normal = normalise(code, aim, &Grammars::default());
    assert_eq!(normal.is_err(), found.check == Check::Wrong);
    if let Ok(Some((role, plate))) = normal {
        assert_eq!(normalise(plate.as_bytes(), None, &Grammars::default()), Ok(Some((role, plate))));
    }
}

pub(crate) fn cobs(data: &[u8]) {
    for frame in whole_and_cut(&CobsDecoder::new(), data).into_iter().flatten() {
        let mut wire = CobsFrame::of(&frame.payload).map_or(Vec::new(), |frame| frame.encoded.to_vec());
        if wire.is_empty() {
            continue;
        }
        wire.push(0);
        let mut again = Vec::new();
        CobsDecoder::new().take(&wire, &mut again);
        assert!(matches!(again.as_slice(), [Ok(one)] if one.payload == frame.payload));
    }
}

pub(crate) fn tty_parmrk(data: &[u8]) {
    for marks in [TtyMarks::Parmrk, TtyMarks::Zeros] {
        whole_and_cut(&TtyUnmark::new(marks), data);
    }
}

pub(crate) fn board_link(data: &[u8]) {
    whole_and_cut(&Decoder::new(), data);
}
