//! `sortie trace PLATE`: why a parcel went where it went, told from the journal.

mod hold_sentence;
mod interest;
mod place_sentence;
mod readable;
mod sentence;

pub use sentence::refusal_text;

use crate::config::{Names, load_line};
use crate::journal::file::FileJournal;
use crate::journal::reader::Item;
use crate::journal::{Entry, JournalError, Numbered};
use crate::refusal::refusal;
use crate::terminal::plain;
use interest::Interest;
use serde_json::{Value, json};
use sortie_core::input::Input;
use sortie_core::output::Output;
use sortie_core::records::ParcelKey;
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
    /// Where the journal is damaged, if it is: what came later is not told.
    pub damage: Option<String>,
}

/// Tells the story of `plate` (a plate, or the host's key of a parcel) from the journal of `folder`, with what people call
/// the devices.
///
/// # Errors
/// When there is no journal, or it cannot be read; a damaged one is told up to its damage.
pub fn story(folder: &Path, plate: &str, names: &Names) -> Result<Story, JournalError> {
    let mut interest = Interest::new(plate.as_bytes());
    let damage = visit(folder, |numbered| interest.find(&numbered.entry))?;
    if interest.has_other_plates() {
        visit(folder, |numbered| interest.find(&numbered.entry))?;
    }
    let (mut utc, mut happenings) = (None, Vec::new());
    visit(folder, |numbered| {
        if let Entry::Input(Input::Utc { utc_ms }) = &numbered.entry {
            utc = Some((numbered.at, *utc_ms));
        }
        happenings.extend(told((&interest, names), numbered, utc));
    })?;
    Ok(Story { parcels: interest.parcels, items: interest.items, happenings, damage })
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
    let told =
        |(folder, names): (PathBuf, Names)| story(&folder, &args.plate, &names).map_err(|error| error.to_string());
    let story = match args.folder().and_then(told) {
        Ok(story) => story,
        Err(error) => return Err(refusal(1, error)),
    };
    if args.json {
        writeln!(out, "{}", story.json(&args.plate))?;
    } else {
        story.print(out, &args.plate)?;
    }
    if let Some(damage) = &story.damage {
        let _ = writeln!(io::stderr(), "sortie: what came later is not told: {damage}");
    }
    let whole = story.damage.is_none() && !story.happenings.is_empty();
    Ok(if whole { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

impl TraceArgs {
    /// The journal's folder, and what the devices are called, as far as that is known.
    fn folder(&self) -> Result<(PathBuf, Names), String> {
        match (&self.journal, &self.config) {
            (Some(folder), _) => Ok((folder.clone(), Names::default())),
            (None, Some(config)) => match load_line(config) {
                Ok(line) => Ok((line.files.journal.clone(), Names::of(&line))),
                Err(problems) => Err(problems.to_string()),
            },
            (None, None) => Err("name the journal or the configuration".to_owned()),
        }
    }
}

/// Reads the journal up to its end, or to the damage that is given back.
fn visit(folder: &Path, mut each: impl FnMut(&Numbered)) -> Result<Option<String>, JournalError> {
    let end = FileJournal::visit(folder, |item| {
        if let Item::Entry(numbered) = item {
            each(&numbered);
        }
    });
    match end {
        Ok(Some(_)) => Ok(None),
        Ok(None) => Err(JournalError::Empty { path: folder.to_owned() }),
        Err(damage @ JournalError::Damaged { .. }) => Ok(Some(damage.to_string())),
        Err(error) => Err(error),
    }
}

/// An entry as part of the story, if it is one.
fn told((interest, names): (&Interest, &Names), numbered: &Numbered, utc: Option<(u64, i64)>) -> Option<Happening> {
    let labels = &interest.labels;
    let text = match &numbered.entry {
        Entry::Input(input) if interest.has_input(input) => sentence::of_input(input, names),
        Entry::Output(Output::Record(record)) if interest.has_record(record) => {
            sentence::of_record(record, labels, names)
        }
        Entry::Output(Output::Board(telegram)) if interest.has_command(telegram) => sentence::of_command(telegram),
        Entry::Input(_) | Entry::Output(_) | Entry::Gap { .. } => None,
    }?;
    let utc_ms = utc.map(|(at, utc_ms)| utc_ms + i64::try_from((numbered.at - at) / 1_000_000).unwrap_or(0));
    let (number, at) = (numbered.number, numbered.at);
    Some(Happening { number, at, utc_ms, text, entry: readable::readable(json!(&numbered.entry)) })
}

impl Story {
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
        json!({
            "plate": plate, "parcels": parcels, "items": self.items, "happenings": happenings, "damage": self.damage,
        })
    }

    fn print(&self, out: &mut dyn Write, plate: &str) -> io::Result<()> {
        if self.happenings.is_empty() {
            let plate = plain(plate);
            return writeln!(out, "the journal knows nothing of {plate}; plates are compared in their normal form");
        }
        for key in &self.parcels {
            writeln!(out, "parcel {}", plain(&sentence::text(key)))?;
        }
        for event in &self.happenings {
            writeln!(out, "{}  {}", sentence::time(event.utc_ms, event.at), plain(&event.text))?;
        }
        Ok(())
    }
}
