//! Sheets for people. What others wrote is escaped.

use crate::ledger::{Manifest, Outcome, ParcelLine, Piece, Place, PullEntry, Reconciliation};
use crate::terminal::{bytes, plain};
use sortie_core::output::Reason;
use std::io::{self, Write};

pub(super) fn reconciliation(sheet: &Reconciliation, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "flight {} to {}: {}", sheet.flight, plain(&sheet.destination), sheet.state)?;
    writeln!(
        out,
        "{} expected = {} sorted + {} held + {} missing + {} other; {} of those sorted are not confirmed, {} are on the \
         pull list",
        sheet.expected, sheet.sorted, sheet.held, sheet.missing, sheet.other, sheet.unconfirmed, sheet.pulls
    )?;
    for part in &sheet.containers {
        let state = if part.closed { "closed" } else { "not closed" };
        writeln!(
            out,
            "container {}{} at chute {}: {} pieces, {} not confirmed, {} g, {state}",
            part.container,
            label(&part.id),
            part.chute,
            part.sorted,
            part.unconfirmed,
            part.weight_g
        )?;
    }
    for line in sheet.parcels.iter().filter(|line| line.outcome != Outcome::Sorted || line.confirmed == Some(false)) {
        parcel(line, out)?;
    }
    Ok(())
}

fn parcel(line: &ParcelLine, out: &mut dyn Write) -> io::Result<()> {
    let outcome = match line.outcome {
        Outcome::Sorted => "not confirmed",
        Outcome::Held => "held",
        Outcome::Missing => "missing",
        Outcome::Other => "other",
    };
    let code = line.code.map(|code| format!(", {}: {}", code.code(), code.sentence()));
    let code = code.filter(|_| line.code != Some(Reason::Ok)).unwrap_or_default();
    let place = line.place.map(|place| format!(", {}", self::place(place))).unwrap_or_default();
    let note = if line.note.is_empty() { String::new() } else { format!("; {}", plain(&line.note)) };
    let plates: Vec<_> = line.plates.iter().map(|plate| plain(plate)).collect();
    writeln!(out, "  {outcome:<13} {} ({}){code}{place}{note}", bytes(&line.parcel), plates.join(" "))
}

fn place(place: Place) -> String {
    match place {
        Place::Riding => "on the belt".to_owned(),
        Place::Chute(chute) => format!("in chute {chute}"),
        Place::EndOfLine => "at the end of line".to_owned(),
        Place::Lost => "lost on the belt".to_owned(),
        Place::Unknown => "on the belt when it became unknown".to_owned(),
    }
}

pub(super) fn container(manifest: &Manifest, out: &mut dyn Write) -> io::Result<()> {
    let name =
        if manifest.container == 0 { "no container".to_owned() } else { format!("container {}", manifest.container) };
    writeln!(
        out,
        "{name}{} at chute {}: {}, {} pieces, {} not confirmed, {} g",
        label(&manifest.id),
        manifest.chute,
        manifest.state(),
        manifest.there().count(),
        manifest.unconfirmed(),
        manifest.weight_g()
    )
}

pub(super) fn manifest(manifest: &Manifest, out: &mut dyn Write) -> io::Result<()> {
    container(manifest, out)?;
    manifest.pieces.iter().try_for_each(|piece| self::piece(piece, out))
}

fn piece(piece: &Piece, out: &mut dyn Write) -> io::Result<()> {
    let parcel = piece.parcel.as_ref().map_or_else(|| "no parcel".to_owned(), |key| bytes(key));
    let codes: Vec<_> = piece.codes.iter().map(|code| bytes(code)).collect();
    let flight = piece.flight.map_or_else(|| piece.code.code().to_owned(), |flight| flight.to_string());
    let confirmed = if piece.confirmed { "" } else { ", not confirmed" };
    let pull = piece.pull.map(|pull| format!(", pull {pull}")).unwrap_or_default();
    let gone = piece.taken.as_ref().map(|taken| format!(", not there: {}", plain(&taken.to_string())));
    writeln!(
        out,
        "  {parcel} ({}) {flight}, {} g{confirmed}{pull}{}",
        codes.join(" "),
        piece.weight_g,
        gone.unwrap_or_default()
    )
}

pub(super) fn pull(entry: &PullEntry, out: &mut dyn Write) -> io::Result<()> {
    let plates: Vec<_> = entry.plates.iter().map(|plate| plain(plate)).collect();
    let container =
        if entry.container == 0 { "no container".to_owned() } else { format!("container {}", entry.container) };
    let ended =
        entry.ended.map(|how| if entry.by.is_empty() { how.to_owned() } else { format!("{how} by {}", entry.by) });
    writeln!(
        out,
        "{:>5}  parcel {} ({}) in chute {}, {container}{}{}",
        entry.pull,
        bytes(&entry.parcel),
        plates.join(" "),
        entry.chute,
        label(&entry.id),
        ended.map(|ended| format!(": {}", plain(&ended))).unwrap_or_default()
    )
}

fn label(id: &str) -> String {
    if id.is_empty() { String::new() } else { format!(" ({})", plain(id)) }
}
