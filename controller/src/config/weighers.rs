//! `[[weigher]]`: a weigher and how it was set up to speak.

use super::allowed::WeigherDialect;
use super::devices::{LINE_MM_MAX, Ports, call, narrow, place};
use super::line::Place;
use super::section::Section;
use super::source::Source;
use super::unique::Unique;
use serde::Serialize;
use sortie_core::line::WeigherKind;
use sortie_protocol::weigher::{Checksum, DummyZeros, Form, ToledoSettings, Unit, WeigherCommand};

/// `[[weigher]]`: a weigher.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WeigherConfig {
    /// Name, for alarms.
    pub name: String,
    /// Index of its port in `LineConfig::ports`; the file names the port's role.
    pub port: usize,
    /// How it speaks.
    pub dialect: WeigherDialect,
    /// `stream` of readings, or `checkweigher` with one verdict for each item.
    #[serde(skip)]
    pub kind: WeigherKind,
    /// Upstream end of its platform, mm from the entry PEC.
    pub start_mm: u32,
    /// Downstream end of its platform, mm from the entry PEC.
    pub end_mm: u32,
    /// Oldest that a reading can be when it arrives, 1..=2000 ms.
    pub read_jitter_ms: u32,
    /// The one unit in which it weighs, if that is to be watched: a reading in another one is not used.
    #[serde(skip)]
    pub unit: Option<Unit>,
    /// Smallest weight that is believed, 1..=100000 g; less is no weight (default 1). A weigher that is stuck at zero, or
    /// tells what an empty platform weighs, has weighed nothing.
    pub min_g: u32,
    /// Frames of `toledo-continuous`.
    pub toledo: ToledoForm,
    /// Command that makes an `mt-sics` weigher speak; it is sent when the port opens, when the weigher has started
    /// anew, and when it has been silent for two seconds.
    #[serde(skip)]
    pub command: Option<WeigherCommand>,
    /// Where it stands in the file.
    pub place: Place,
}

/// Frames of `toledo-continuous`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ToledoForm {
    /// Whether they hold a tare (default true).
    pub tare: bool,
    /// Whether a check sum follows (default true). Without one nothing but the columns tells a damaged digit.
    pub checksum: bool,
    /// Whether zeros left of the point are `sent`, or have to be `added` (default `sent`).
    #[serde(skip)]
    pub dummy_zeros: DummyZeros,
}

impl ToledoForm {
    /// How its frames are to be read.
    #[must_use]
    pub fn settings(&self) -> ToledoSettings {
        ToledoSettings {
            form: if self.tare { Form::Long } else { Form::Short },
            checksum: if self.checksum { Checksum::Sent } else { Checksum::Absent },
            dummy_zeros: self.dummy_zeros,
        }
    }
}

impl Default for ToledoForm {
    fn default() -> Self {
        Self { tare: true, checksum: true, dummy_zeros: DummyZeros::Sent }
    }
}

/// The weighers in the order of the file.
pub(super) fn weighers(source: &mut Source<'_>, root: &mut Section<'_>, ports: &mut Ports) -> Vec<WeigherConfig> {
    let mut names = Unique::new("name", "give each weigher a name of its own");
    let mut list = Vec::new();
    for mut section in root.tables(source, "weigher") {
        let name = section.text(source, "name", None);
        let who = call(&mut section, "weigher", &name);
        names.take(source, &name);
        list.push(weigher(source, section, ports, name.value, &who));
    }
    list
}

fn weigher(
    source: &mut Source<'_>,
    mut section: Section<'_>,
    ports: &mut Ports,
    name: String,
    who: &str,
) -> WeigherConfig {
    let place = place(source, &section);
    let port = ports.named(source, &mut section, who);
    let dialect = section.word(source, "dialect", None);
    let kind = section.word(source, "kind", None).value;
    let (start_mm, end_mm) = platform(source, &mut section, who);
    let read_jitter_ms = narrow(section.integer(source, "read_jitter_ms", 1..=2000, None).value);
    let unit = section.optional_word(source, "unit");
    let min_g = narrow(section.integer(source, "min_g", 1..=100_000, Some(1)).value);
    let toledo = toledo(source, &mut section);
    let command = section.optional_word(source, "command");
    if dialect.sound {
        foreign(source, &section, dialect.value);
    }
    section.finish(source);
    let dialect = dialect.value;
    WeigherConfig { name, port, dialect, kind, start_mm, end_mm, read_jitter_ms, unit, min_g, toledo, command, place }
}

fn platform(source: &mut Source<'_>, section: &mut Section<'_>, who: &str) -> (u32, u32) {
    let start = section.integer(source, "start_mm", 0..=LINE_MM_MAX, None);
    let end = section.integer(source, "end_mm", 0..=LINE_MM_MAX, None);
    if start.sound && end.sound && end.value <= start.value {
        let message = format!("{who}: end_mm = {} is not behind start_mm = {}", end.value, start.value);
        source.problem(end.at, message, "end_mm is the downstream end of the platform; exchange or correct them");
    }
    (narrow(start.value), narrow(end.value))
}

fn toledo(source: &mut Source<'_>, section: &mut Section<'_>) -> ToledoForm {
    let default = ToledoForm::default();
    ToledoForm {
        tare: section.flag(source, "tare", default.tare),
        checksum: section.flag(source, "checksum", default.checksum),
        dummy_zeros: section.word(source, "dummy_zeros", Some(default.dummy_zeros)).value,
    }
}

/// Settings of the other dialect would do nothing.
fn foreign(source: &mut Source<'_>, section: &Section<'_>, dialect: WeigherDialect) {
    let (keys, other): (&[&'static str], _) = match dialect {
        WeigherDialect::MtSics => (&["tare", "checksum", "dummy_zeros"], "toledo-continuous"),
        WeigherDialect::ToledoContinuous => (&["command"], "mt-sics"),
    };
    for key in keys {
        if let Some(at) = section.place_of(key) {
            let message = format!("{}: {key} means nothing in this dialect", section.name);
            source.problem(at, message, format!("it is a setting of {other}: take it out, or correct the dialect"));
        }
    }
}
