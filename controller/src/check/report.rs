//! What `sortie check` prints.

use super::files::{FilesReport, check_files};
use super::geometry::{ChuteFigures, Proof, chute_figures, prove};
use super::sound::prove_sound;
use crate::config::{LineConfig, Problem, Reading};
use serde::Serialize;
use std::io::{self, Write};

/// Rules whose kept proofs are told as a number; their figures stand in the JSON.
const SUMMED: [(&str, &str); 7] = [
    ("divert", "diverts clear the neighbours of their item"),
    ("order", "devices stand before the end of the line"),
    ("side", "diverts have their place for themselves"),
    ("wire", "scanners and weighers have wires that are fast enough"),
    ("T2", "PECs tell their edges in time"),
    ("T5", "PECs have a debounce shorter than gaps and items"),
    ("T8", "chutes have few enough confirms due at once"),
];

/// Everything that was found.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    ok: bool,
    #[serde(skip)]
    head: String,
    problems: Vec<Problem>,
    proofs: Vec<Proof>,
    chutes: Vec<ChuteFigures>,
    files: Option<FilesReport>,
}

impl Report {
    pub(super) fn of_problems(problems: Vec<Problem>) -> Self {
        let ok = problems.is_empty();
        Self { ok, head: String::new(), problems, proofs: Vec::new(), chutes: Vec::new(), files: None }
    }

    /// A file with problems: those, and what can be seen of the rest.
    pub(super) fn of_reading(reading: &Reading) -> Self {
        let config = &reading.config;
        let failed = prove_sound(reading).into_iter().filter(|proof| !proof.holds);
        let mut problems: Vec<Problem> = failed.map(|proof| proof.into_problem(&config.file)).collect();
        problems.extend(reading.problems.0.iter().cloned());
        problems.sort_by_key(|problem| (problem.line, problem.column));
        Self::of_problems(problems)
    }

    pub(super) fn of_line(config: &LineConfig) -> Self {
        let proofs = prove(config);
        let files = check_files(config);
        let failed = proofs.iter().filter(|proof| !proof.holds).cloned();
        let mut problems: Vec<Problem> = failed.map(|proof| proof.into_problem(&config.file)).collect();
        problems.sort();
        problems.extend(files.problems.iter().cloned());
        let head = format!(
            "{}: line {}: {} chutes, {} PECs, {} scanners, {} weighers, {} ports",
            config.file,
            config.name,
            config.chutes.len(),
            config.pecs.len(),
            config.scanners.len(),
            config.weighers.len(),
            config.ports.len(),
        );
        let ok = problems.is_empty();
        Self { ok, head, problems, proofs, chutes: chute_figures(config), files: Some(files) }
    }

    pub(super) fn is_good(&self) -> bool {
        self.ok
    }

    pub(super) fn print(&self, out: &mut dyn Write) -> io::Result<()> {
        if !self.head.is_empty() {
            writeln!(out, "{}", self.head)?;
        }
        for rule in SUMMED {
            let held = self.proofs.iter().filter(|proof| proof.holds && proof.rule == rule.0).count();
            if held > 0 {
                writeln!(out, "ok   {:<7} {held} {}", rule.0, rule.1)?;
            }
        }
        for proof in self.proofs.iter().filter(|proof| !proof.holds || !SUMMED.iter().any(|rule| rule.0 == proof.rule))
        {
            let verdict = if proof.holds { "ok  " } else { "FAIL" };
            writeln!(out, "{verdict} {:<7} {:<18} {}", proof.rule, proof.subject, proof.text)?;
        }
        if let Some(files) = &self.files {
            print_files(files, out)?;
        }
        for problem in &self.problems {
            writeln!(out, "{problem}")?;
        }
        match self.problems.len() {
            0 => writeln!(out, "no problems"),
            1 => writeln!(out, "1 problem"),
            many => writeln!(out, "{many} problems"),
        }
    }

    pub(super) fn print_json(&self, out: &mut dyn Write) -> io::Result<()> {
        serde_json::to_writer(&mut *out, self)?;
        writeln!(out)
    }
}

fn print_files(files: &FilesReport, out: &mut dyn Write) -> io::Result<()> {
    let plan = files.plan_version.map_or("not usable".to_owned(), |version| format!("version {version}"));
    writeln!(
        out,
        "files: plan {plan}; {} flights, {} parcels, {} holds, {} orders; {} lines skipped",
        files.flights, files.parcels, files.holds, files.orders, files.skipped
    )?;
    if files.booked_on_unknown > 0 {
        writeln!(out, "note: {} parcels are booked on flights not on file (NFL)", files.booked_on_unknown)?;
    }
    for note in &files.notes {
        writeln!(out, "note: {}", note.message)?;
    }
    Ok(())
}
