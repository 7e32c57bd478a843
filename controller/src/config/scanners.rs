//! `[[scanner]]`: a scanner, how it was set up to speak, and which of its codes count.

use super::allowed::ScannerDialect;
use super::devices::{LINE_MM_MAX, Ports, call, narrow, place};
use super::line::Place;
use super::section::{Field, Section};
use super::source::Source;
use super::unique::Unique;
use serde::Serialize;
use sortie_protocol::scanner::{CODE_MAX, FRAME_MAX, ScannerSettings};

/// Longest no-read, heartbeat or error text, characters.
const TEXT_MAX: usize = 32;
/// Longest terminator and separator, characters.
const END_MAX: usize = 10;
/// Most error texts; with the no-read text they fill the decoder's room.
const ERROR_TEXTS_MAX: usize = 3;
/// Characters of a short plate.
const SHORT_PLATE: u32 = 10;
/// Characters of an AIM identifier.
pub(crate) const AIM_BYTES: usize = 3;
/// Most entries of a filter.
const FILTER_MAX: usize = 16;

/// `[[scanner]]`: a scanner of the tunnel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ScannerConfig {
    /// Name, for alarms.
    pub name: String,
    /// Index of its port in `LineConfig::ports`; the file names the port's role.
    pub port: usize,
    /// How it speaks.
    pub dialect: ScannerDialect,
    /// Position of its own photo-eye, mm from the entry PEC.
    pub trigger_mm: u32,
    /// Whether the first field of each result is the trigger number (default false).
    pub trigger_number: bool,
    /// Longest time from the gate's close to the result's arrival, 1..=2000 ms.
    pub read_jitter_ms: u32,
    /// Text of a result without a code, 1 to 32 characters (default as the device is delivered).
    pub no_read: String,
    /// Other texts that stand for a result without a code, at most 3 (default none).
    pub error_texts: Vec<String>,
    /// Text of its sign of life, if it sends one.
    pub heartbeat: Option<String>,
    /// Longest time without any result or sign of life, 1..=3600 s; beyond it an alarm is told. 0, the default: it may be
    /// silent for ever, for nothing may pass it.
    pub silence_max_s: u32,
    /// Whether codes carry AIM identifiers (default false).
    pub aim: bool,
    /// What stands around and between the codes.
    pub framing: Framing,
    /// Which codes count.
    pub filter: CodeFilter,
    /// Where it stands in the file.
    pub place: Place,
}

impl ScannerConfig {
    /// How its results are to be read.
    #[must_use]
    pub fn settings(&self) -> ScannerSettings {
        let framing = &self.framing;
        let preset = self.dialect.preset().with_no_read(self.no_read.as_bytes());
        let preset = preset.with_heartbeat(self.heartbeat.as_deref().unwrap_or_default().as_bytes());
        let preset = self.error_texts.iter().fold(preset, |settings, text| settings.with_error_text(text.as_bytes()));
        ScannerSettings {
            start: framing.start,
            stop: framing.stop,
            // Ten characters at most, as was checked.
            terminator: framing.terminator.iter().copied().collect(),
            separator: framing.separator.iter().copied().collect(),
            lrc: framing.lrc,
            cap: framing.frame_max_bytes,
            aim: self.aim,
            trigger_number: self.trigger_number,
            ..preset
        }
    }
}

/// What stands around and between the codes of a result. The defaults are those of the dialect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Framing {
    /// First character of a frame (`start`).
    pub start: Option<u8>,
    /// Last character of a frame (`stop`).
    pub stop: Option<u8>,
    /// Behind the last code, before the stop, up to 10 characters (`terminator`).
    pub terminator: Vec<u8>,
    /// Between two fields, up to 10 characters (`separator`).
    pub separator: Vec<u8>,
    /// Whether the exclusive or of all behind the start follows the frame (`lrc`, default false).
    pub lrc: bool,
    /// Longest frame, 16..=1024 bytes (`frame_max_bytes`, default 512); a longer one is dropped.
    pub frame_max_bytes: usize,
}

impl Framing {
    /// Characters around a single code, or around the text that stands for none, with the shortest trigger number.
    #[must_use]
    pub fn around(&self, trigger_number: bool) -> usize {
        let number = if trigger_number { 1 + self.separator.len() } else { 0 };
        let ends = usize::from(self.start.is_some()) + usize::from(self.stop.is_some());
        number + ends + self.terminator.len() + usize::from(self.lrc)
    }
}

/// Which codes count; a code that does not pass is as if it had not been read, and is counted as filtered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CodeFilter {
    /// Symbologies (`symbologies`); empty for any.
    pub symbologies: Vec<Symbology>,
    /// Masks (`masks`), of which one has to fit: `?` is any character, `*` any number of them; empty for any code.
    pub masks: Vec<String>,
    /// Fewest and most characters (`code_length`, default 1 to 64).
    pub length: (u32, u32),
}

/// A symbology by its AIM identifier: the code letter, and the modifier if it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Symbology {
    /// Code letter.
    pub letter: u8,
    /// Modifier, if only that one counts.
    pub modifier: Option<u8>,
}

/// The scanners in the order of the file.
pub(super) fn scanners(source: &mut Source<'_>, root: &mut Section<'_>, ports: &mut Ports) -> Vec<ScannerConfig> {
    let mut names = Unique::new("name", "give each scanner a name of its own");
    let mut list = Vec::new();
    for mut section in root.tables(source, "scanner") {
        let name = section.text(source, "name", None);
        let who = call(&mut section, "scanner", &name);
        names.take(source, &name);
        let port = ports.named(source, &mut section, &who);
        list.push(scanner(source, section, name.value, port));
    }
    list
}

fn scanner(source: &mut Source<'_>, mut section: Section<'_>, name: String, port: usize) -> ScannerConfig {
    let place = place(source, &section);
    let dialect: Field<ScannerDialect> = section.word(source, "dialect", None);
    let preset = dialect.value.preset();
    let trigger_mm = narrow(section.integer(source, "trigger_mm", 0..=LINE_MM_MAX, None).value);
    let trigger_number = section.flag(source, "trigger_number", false);
    let read_jitter_ms = narrow(section.integer(source, "read_jitter_ms", 1..=2000, None).value);
    let texts = texts(source, &mut section, &preset);
    let silence_max_s = narrow(section.integer(source, "silence_max_s", 0..=3600, Some(0)).value);
    let aim = section.flag(source, "aim", false);
    let framing = framing(source, &mut section, &preset);
    if trigger_number && framing.separator.is_empty() {
        let message = format!("{}: trigger_number without a separator", section.name);
        source.problem(section.at(), message, "the separator parts the number from the codes: write one");
    }
    let filter = filter(source, &mut section, aim);
    let Texts { no_read, error_texts, heartbeat } = texts;
    if let Some(at) = section.place_of("frame_max_bytes") {
        let texts = error_texts.iter().chain([&no_read]).chain(&heartbeat).map(String::len).max().unwrap_or(0);
        let least = framing.around(trigger_number) + texts.max(useful_code(filter.length, aim));
        if framing.frame_max_bytes < least {
            let message = format!(
                "{}: frame_max_bytes = {} is shorter than a result has to be: {least}",
                section.name, framing.frame_max_bytes
            );
            source.problem(at, message, format!("longer results are dropped: write {least} or more, or leave it out"));
        }
    }
    section.finish(source);
    ScannerConfig {
        name,
        port,
        dialect: dialect.value,
        trigger_mm,
        trigger_number,
        read_jitter_ms,
        no_read,
        error_texts,
        heartbeat,
        silence_max_s,
        aim,
        framing,
        filter,
        place,
    }
}

/// Characters of a code that a frame must have room for: the longest that counts, if that was said, or one as plates have it.
fn useful_code((min, max): (u32, u32), aim: bool) -> usize {
    let most = if max as usize == CODE_MAX { SHORT_PLATE } else { max };
    min.max(most) as usize + if aim { AIM_BYTES } else { 0 }
}

struct Texts {
    no_read: String,
    error_texts: Vec<String>,
    heartbeat: Option<String>,
}

/// The texts that never are codes. Each means one thing, and fits into the decoder's room.
fn texts(source: &mut Source<'_>, section: &mut Section<'_>, preset: &ScannerSettings) -> Texts {
    let usual = preset.no_read.first().map(|text| String::from_utf8_lossy(text).into_owned());
    let no_read = section.text(source, "no_read", usual.as_deref());
    let errors = section.texts(source, "error_texts", ERROR_TEXTS_MAX);
    let heartbeat = section.optional_text(source, "heartbeat");
    let mut seen: Vec<&str> = Vec::new();
    for text in std::iter::once(&no_read).chain(&errors).chain(&heartbeat).filter(|text| text.sound) {
        if text.value.len() > TEXT_MAX || !text.value.bytes().all(|byte| matches!(byte, 0x20..=0x7E)) {
            let message = format!("{}: \"{}\" is no text of a scanner", section.name, text.value.escape_default());
            source.problem(text.at, message, format!("write 1 to {TEXT_MAX} printable ASCII characters"));
        } else if seen.contains(&text.value.as_str()) {
            let message = format!("{}: \"{}\" has two meanings", section.name, text.value);
            source.problem(text.at, message, "no-read, error and heartbeat texts must differ, here and in the device");
        }
        seen.push(&text.value);
    }
    Texts {
        no_read: no_read.value,
        error_texts: errors.into_iter().map(|text| text.value).collect(),
        heartbeat: heartbeat.map(|text| text.value),
    }
}

fn framing(source: &mut Source<'_>, section: &mut Section<'_>, preset: &ScannerSettings) -> Framing {
    let start = section.character(source, "start", preset.start);
    let stop = section.character(source, "stop", preset.stop);
    let terminator = section.characters(source, "terminator", END_MAX, &preset.terminator);
    let separator = section.characters(source, "separator", END_MAX, &preset.separator);
    let lrc = section.flag(source, "lrc", false);
    let longest = i64::try_from(FRAME_MAX).unwrap_or(i64::MAX);
    let usual = i64::try_from(preset.cap).unwrap_or(longest);
    let frame_max_bytes = narrow(section.integer(source, "frame_max_bytes", 16..=longest, Some(usual)).value);
    if stop.value.is_none() && terminator.value.is_empty() {
        let message = format!("{}: neither stop nor terminator", section.name);
        source.problem(section.at(), message, "nothing would end a frame: write the one that the device sends");
    }
    if start.value.is_some() && start.value == stop.value {
        let message = format!("{}: start and stop are the same character", section.name);
        source.problem(stop.at, message, "nobody could tell where a frame begins; set another one in the device");
    }
    let edges = [start.value, stop.value];
    if separator.value.iter().any(|byte| edges.contains(&Some(*byte))) {
        let message = format!("{}: the separator holds the start or the stop character", section.name);
        source.problem(separator.at, message, "set another separator in the device");
    }
    if !separator.value.is_empty() && separator.value.iter().all(u8::is_ascii_alphanumeric) {
        let message = format!("{}: the separator is made of letters and digits, as codes are", section.name);
        source.problem(separator.at, message, "it would cut codes in two: set another one in the device, like \";\"");
    }
    let (terminator, separator) = (terminator.value, separator.value);
    Framing { start: start.value, stop: stop.value, terminator, separator, lrc, frame_max_bytes }
}

fn filter(source: &mut Source<'_>, section: &mut Section<'_>, aim: bool) -> CodeFilter {
    let wanted = section.texts(source, "symbologies", FILTER_MAX);
    if let Some(first) = wanted.first().filter(|_| !aim) {
        let message = format!("{}: symbologies without aim = true", section.name);
        source.problem(first.at, message, "let the device send AIM identifiers, and write aim = true");
    }
    let mut symbologies = Vec::new();
    for text in &wanted {
        match symbology(&text.value) {
            Some(symbology) => symbologies.push(symbology),
            None => {
                let message = format!("{}: \"{}\" is no AIM identifier", section.name, text.value.escape_default());
                source.problem(
                    text.at,
                    message,
                    "write letter and modifier, like \"C1\" for GS1-128, or the letter alone",
                );
            }
        }
    }
    let masks = section.texts(source, "masks", FILTER_MAX).into_iter().map(|mask| mask.value).collect();
    CodeFilter { symbologies, masks, length: code_length(source, section) }
}

fn code_length(source: &mut Source<'_>, section: &mut Section<'_>) -> (u32, u32) {
    let longest = i64::try_from(CODE_MAX).unwrap_or(i64::MAX);
    let example = "code_length = { min = 10, max = 20 }";
    let Some(mut table) = section.optional_table(source, "code_length", example) else { return (1, narrow(longest)) };
    let min = table.integer(source, "min", 1..=longest, Some(1));
    let max = table.integer(source, "max", 1..=longest, Some(longest));
    if min.sound && max.sound && min.value > max.value {
        let message = format!("{}: min = {} is above max = {}", table.name, min.value, max.value);
        source.problem(min.at, message, "no code could pass; exchange or correct them");
    }
    table.finish(source);
    (narrow(min.value), narrow(max.value))
}

/// `C1` or `C`, with or without the flag `]` before it.
fn symbology(text: &str) -> Option<Symbology> {
    let mut bytes = text.strip_prefix(']').unwrap_or(text).bytes();
    let letter = bytes.next().filter(u8::is_ascii_alphabetic)?;
    let modifier = match bytes.next() {
        Some(digit) => Some(u8::try_from(char::from(digit).to_digit(16)?).ok()?),
        None => None,
    };
    bytes.next().is_none().then_some(Symbology { letter, modifier })
}
