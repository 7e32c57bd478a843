//! `sortie trace PLATE`: why a parcel went where it went, told from the journal.

mod hold_sentence;
mod sentence;

pub use sentence::refusal_text;

use crate::config::load_line;
use crate::journal::file::FileJournal;
use crate::journal::reader::Item;
use crate::journal::{Entry, JournalError, Numbered};
use serde_json::{Value, json};
use sortie_core::input::Input;
use sortie_core::output::{Output, Record};
use sortie_core::records::ParcelKey;
use sortie_protocol::board::telegram::HostTelegram;
use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// One happening in a parcel's story.
#[derive(Clone, Debug, PartialEq)]
pub struct Happening {
    /// Number of the journal's entry.
    pub number: u64,
    /// When, in nanoseconds of the journal's clock.
    pub at: u64,
    /// When, in UTC milliseconds; `None` before the controller knew the time.
    pub utc_ms: Option<i64>,
    /// What happened, as a sentence.
    pub text: String,
    /// The entry itself.
    pub entry: Value,
}

/// The story of a plate.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Story {
    /// Parcels that have had the plate, by key.
    pub parcels: BTreeSet<ParcelKey>,
    /// Items that were read with it.
    pub items: BTreeSet<u32>,
    /// What happened, in order.
    pub happenings: Vec<Happening>,
}

/// Tells the story of `plate` (a plate, or the host's key of a parcel) from the journal of `folder`.
///
/// # Errors
/// When there is no journal, or it is damaged.
pub fn story(folder: &Path, plate: &str) -> Result<Story, JournalError> {
    let mut story = Story::default();
    let plate = plate.as_bytes();
    let missing = || JournalError::Empty { path: folder.to_owned() };
    visit(folder, |numbered| story.find(plate, &numbered.entry))?.ok_or_else(missing)?;
    let mut utc = None;
    visit(folder, |numbered| {
        if let Entry::Input(Input::Utc { utc_ms }) = &numbered.entry {
            utc = Some((numbered.at, *utc_ms));
        }
        story.tell(plate, numbered, utc);
    })?;
    Ok(story)
}

/// Arguments of `sortie trace`.
#[derive(Debug, clap::Args)]
pub struct TraceArgs {
    /// A plate in its normal form, or the host's key of a parcel
    plate: String,
    /// Folder of the journal
    #[arg(long, required_unless_present = "config", conflicts_with = "config")]
    journal: Option<PathBuf>,
    /// The line's configuration, which names the journal
    #[arg(long)]
    config: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// Runs `sortie trace`.
///
/// # Errors
/// When the result cannot be written.
pub fn run(args: &TraceArgs, out: &mut dyn Write) -> io::Result<ExitCode> {
    let story = args.folder().and_then(|folder| story(&folder, &args.plate).map_err(|error| error.to_string()));
    let story = match story {
        Ok(story) => story,
        Err(error) => {
            let _ = writeln!(io::stderr(), "sortie: {error}");
            return Ok(ExitCode::from(1));
        }
    };
    if args.json {
        writeln!(out, "{}", story.json(&args.plate))?;
    } else {
        story.print(out, &args.plate)?;
    }
    Ok(if story.happenings.is_empty() { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

impl TraceArgs {
    fn folder(&self) -> Result<PathBuf, String> {
        match (&self.journal, &self.config) {
            (Some(folder), _) => Ok(folder.clone()),
            (None, Some(config)) => match load_line(config) {
                Ok(line) => Ok(line.files.journal),
                Err(problems) => Err(problems.to_string()),
            },
            (None, None) => Err("name the journal or the configuration".to_owned()),
        }
    }
}

fn visit(folder: &Path, mut each: impl FnMut(&Numbered)) -> Result<Option<()>, JournalError> {
    let end = FileJournal::visit(folder, |item| {
        if let Item::Entry(numbered) = item {
            each(&numbered);
        }
    })?;
    Ok(end.map(|_| ()))
}

impl Story {
    /// First reading: which parcels and items it is about.
    fn find(&mut self, plate: &[u8], entry: &Entry) {
        match entry {
            Entry::Input(Input::Parcel(record)) => {
                if record.key.as_slice() == plate || record.plates.iter().any(|text| text.as_slice() == plate) {
                    self.parcels.insert(record.key.clone());
                }
            }
            Entry::Output(Output::Record(Record::Decided(decision))) => {
                let read = decision.codes.iter().any(|text| text.as_slice() == plate);
                if read || decision.parcel.as_ref().is_some_and(|key| self.parcels.contains(key)) {
                    self.items.insert(decision.item);
                    self.parcels.extend(decision.parcel.clone());
                }
            }
            Entry::Input(_) | Entry::Output(_) | Entry::Gap { .. } => {}
        }
    }

    /// Second reading: what happened to them.
    fn tell(&mut self, plate: &[u8], numbered: &Numbered, utc: Option<(u64, i64)>) {
        let text = match &numbered.entry {
            Entry::Input(input) if self.concerns_input(plate, input) => sentence::of_input(input),
            Entry::Output(Output::Record(record)) if self.concerns_record(record) => sentence::of_record(record),
            Entry::Output(Output::Board(telegram)) if self.concerns_command(telegram) => sentence::of_command(telegram),
            Entry::Input(_) | Entry::Output(_) | Entry::Gap { .. } => None,
        };
        let Some(text) = text else { return };
        let utc_ms = utc.map(|(at, utc_ms)| utc_ms + i64::try_from((numbered.at - at) / 1_000_000).unwrap_or(0));
        let (number, at) = (numbered.number, numbered.at);
        self.happenings.push(Happening { number, at, utc_ms, text, entry: json!(&numbered.entry) });
    }

    fn concerns_input(&self, plate: &[u8], input: &Input) -> bool {
        if let Input::Read(read) = input {
            return read.codes.iter().any(|code| code.text.as_slice() == plate);
        }
        let key = if let Input::Parcel(record) = input {
            &record.key
        } else if let Input::Hold(record) = input {
            &record.key
        } else if let Input::Departed(key) = input {
            key
        } else {
            return false;
        };
        self.parcels.contains(key)
    }

    fn concerns_record(&self, record: &Record) -> bool {
        match record {
            Record::Born { item, .. }
            | Record::Sighted { item, .. }
            | Record::Doubt { item, .. }
            | Record::Scanned { item, .. }
            | Record::FireEnded { item, .. }
            | Record::Confirmed { item, .. }
            | Record::Unconfirmed { item, .. }
            | Record::Revoked { item, .. }
            | Record::EndOfLine { item, .. }
            | Record::Gone { item } => self.items.contains(item),
            Record::Decided(decision) => self.items.contains(&decision.item),
            Record::Refused(refusal) => sentence::parcel_of(refusal).is_some_and(|key| self.parcels.contains(key)),
            Record::HoldAnswered { key, .. } | Record::PullOpened { key, .. } | Record::Relabelled { key, .. } => {
                self.parcels.contains(key)
            }
            Record::Keyed { item } => self.items.contains(item),
            Record::ReadIgnored { .. }
            | Record::Flushed { .. }
            | Record::Alarm { .. }
            | Record::PlanInUse { .. }
            | Record::PlanPending { .. }
            | Record::FlightChanged { .. }
            | Record::ChuteChanged { .. }
            | Record::ContainerOpened { .. }
            | Record::ContainerClosing { .. }
            | Record::ContainerClosed { .. }
            | Record::FlightClosed { .. }
            | Record::PullClosed { .. }
            | Record::Announced { .. }
            | Record::LineChanged { .. } => false,
        }
    }

    fn concerns_command(&self, telegram: &HostTelegram) -> bool {
        match telegram {
            HostTelegram::Fire(fire) => self.items.contains(&fire.tag.item),
            HostTelegram::Cancel { tag, .. } => self.items.contains(&tag.item),
            HostTelegram::Beat { .. }
            | HostTelegram::Lamp { .. }
            | HostTelegram::StopRequest { .. }
            | HostTelegram::Permit { .. }
            | HostTelegram::QueueQuery { .. } => false,
        }
    }

    fn json(&self, plate: &str) -> Value {
        let parcels: Vec<_> = self.parcels.iter().map(|key| sentence::text(key)).collect();
        let happenings: Vec<_> = self
            .happenings
            .iter()
            .map(|event| {
                json!({
                    "number": event.number, "at_ns": event.at, "utc_ms": event.utc_ms, "text": event.text,
                    "entry": event.entry,
                })
            })
            .collect();
        json!({ "plate": plate, "parcels": parcels, "items": self.items, "happenings": happenings })
    }

    fn print(&self, out: &mut dyn Write, plate: &str) -> io::Result<()> {
        if self.happenings.is_empty() {
            return writeln!(out, "the journal knows nothing of {plate}; plates are compared in their normal form");
        }
        for key in &self.parcels {
            writeln!(out, "parcel {}", sentence::text(key))?;
        }
        for event in &self.happenings {
            writeln!(out, "{}  {}", sentence::time(event.utc_ms, event.at), event.text)?;
        }
        Ok(())
    }
}
