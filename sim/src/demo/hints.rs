//! What a person is told: where the files lie, what to try, what to look at afterwards.

use super::show::Show;
use serde_json::Value;
use std::env;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

/// A parcel that comes soon enough to be met while it rides, and is not the first.
const SAMPLE: usize = 30;

/// The texts of one show.
pub(super) struct Hints {
    dir: String,
    sortie: String,
    parcel: String,
    plate: String,
}

impl Hints {
    /// Looks into the folder for a parcel to name.
    pub(super) fn new(show: &Show, program: &Path) -> Self {
        let here = env::current_dir().unwrap_or_default();
        let program = program.strip_prefix(&here).unwrap_or(program);
        let (parcel, plate) = sample(&show.dir.join("parcels.ndjson")).unwrap_or_default();
        Self { dir: show.dir.display().to_string(), sortie: program.display().to_string(), parcel, plate }
    }

    /// Before it begins.
    pub(super) fn greeting(&self) -> Vec<String> {
        let Self { dir, sortie, parcel, plate } = self;
        vec![
            format!("Two processes, sortie and sortie-sim devices, share nothing but ttys and the files in {dir}:"),
            "  line.toml plan.toml flights.ndjson parcels.ndjson holds.ndjson, and the ttys in tty/".to_owned(),
            format!("  journal/ is written by sortie; its messages go to {dir}/sortie.log"),
            "While it runs, from another terminal:".to_owned(),
            format!(
                "  hold a parcel         echo '{{\"parcel\":\"{parcel}\",\"customs\":\"hold\"}}' >> {dir}/holds.ndjson"
            ),
            format!("  why did it go there?  {sortie} trace {plate} --config {dir}/line.toml"),
            format!("  change the plan       edit {dir}/plan.toml: it is read again without a stop"),
            "Ctrl-C ends both processes cleanly.".to_owned(),
            String::new(),
        ]
    }

    /// Below the board.
    pub(super) fn footer(&self) -> Vec<String> {
        let Self { dir, sortie, plate, .. } = self;
        vec![
            format!("files {dir}   messages {dir}/sortie.log   Ctrl-C ends it"),
            format!("try   {sortie} trace {plate} --config {dir}/line.toml"),
        ]
    }

    /// When it is over.
    pub(super) fn afterwards(&self) -> Vec<String> {
        let Self { dir, sortie, plate, .. } = self;
        vec![
            "what to try next".to_owned(),
            format!("  {sortie} trace {plate} --config {dir}/line.toml    the story of a parcel"),
            format!("  {sortie} replay {dir}/journal    runs the journal again, and compares every output"),
            format!("  {sortie} check --config {dir}/line.toml    proves the line's geometry"),
            format!("  less {dir}/sortie.log    what the controller said"),
        ]
    }
}

/// Name and first plate of a parcel on file.
fn sample(path: &Path) -> Option<(String, String)> {
    let lines = BufReader::new(File::open(path).ok()?).lines().map_while(Result::ok);
    let record: Value = serde_json::from_str(&lines.take(SAMPLE).last()?).ok()?;
    Some((record["parcel"].as_str()?.to_owned(), record["plates"][0].as_str()?.to_owned()))
}
