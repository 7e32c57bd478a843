//! The ledger as CSV (RFC 4180): what a spreadsheet opens.

use super::container::{Manifest, Piece, Taken};
use super::names::text;
use super::parcel::Place;
use super::reconciliation::{Outcome, ParcelLine, Reconciliation};
use sortie_core::output::Reason;
use std::borrow::Cow;
use std::fmt;

/// One field of a CSV line. A text that a spreadsheet would take for a formula gets an apostrophe in front, and one
/// that would break the line is quoted: labels and files of others end up here.
#[must_use]
pub fn field(text: &str) -> Cow<'_, str> {
    let formula = text.trim_start().starts_with(['=', '+', '-', '@']) || text.starts_with(['\t', '\r', '\n']);
    let number = text.strip_prefix('-').unwrap_or(text).bytes().all(|byte| byte.is_ascii_digit());
    let breaks = text.contains(['"', ',', ';', '\n', '\r', '\t']) || text.trim() != text;
    match (formula && !number, breaks) {
        (false, false) => Cow::Borrowed(text),
        (formula, _) => {
            let mark = if formula { "'" } else { "" };
            Cow::Owned(format!("\"{mark}{}\"", text.replace('"', "\"\"")))
        }
    }
}

fn row(fields: &[&str]) -> String {
    let fields: Vec<_> = fields.iter().map(|text| field(text)).collect();
    fields.join(",") + "\r\n"
}

impl Reconciliation {
    /// One line for each parcel, under a line of names.
    #[must_use]
    pub fn csv(&self) -> String {
        let mut csv = row(&[
            "flight",
            "parcel",
            "plates",
            "booked",
            "outcome",
            "code",
            "place",
            "container",
            "container_id",
            "confirmed",
            "pull",
            "note",
        ]);
        for line in &self.parcels {
            csv += &self.csv_line(line);
        }
        csv
    }

    fn csv_line(&self, line: &ParcelLine) -> String {
        let number = |number: Option<u32>| number.map(|number| number.to_string()).unwrap_or_default();
        row(&[
            &self.flight.to_string(),
            &text(&line.parcel),
            &line.plates.join(" "),
            yes(line.booked),
            outcome(line.outcome),
            line.code.map_or("", Reason::code),
            &line.place.map(place).unwrap_or_default(),
            &number((line.container > 0).then_some(line.container)),
            &line.id,
            line.confirmed.map_or("", yes),
            &number(line.pull),
            &line.note,
        ])
    }
}

impl Manifest {
    /// One line for each piece, also for those that were taken out, under a line of names.
    #[must_use]
    pub fn csv(&self) -> String {
        let mut csv = row(&[
            "container",
            "container_id",
            "chute",
            "parcel",
            "plates",
            "flight",
            "code",
            "weight_g",
            "confirmed",
            "pull",
            "there",
            "why_not",
        ]);
        for piece in &self.pieces {
            csv += &self.csv_piece(piece);
        }
        csv
    }

    fn csv_piece(&self, piece: &Piece) -> String {
        let codes: Vec<_> = piece.codes.iter().map(|code| text(code)).collect();
        row(&[
            &self.container.to_string(),
            &self.id,
            &self.chute.to_string(),
            &piece.parcel.as_ref().map(|key| text(key)).unwrap_or_default(),
            &codes.join(" "),
            &piece.flight.map(|flight| flight.to_string()).unwrap_or_default(),
            piece.code.code(),
            &piece.weight_g.to_string(),
            yes(piece.confirmed),
            &piece.pull.map(|pull| pull.to_string()).unwrap_or_default(),
            yes(piece.is_there()),
            &piece.taken.as_ref().map(ToString::to_string).unwrap_or_default(),
        ])
    }
}

fn yes(yes: bool) -> &'static str {
    if yes { "yes" } else { "no" }
}

fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Sorted => "sorted",
        Outcome::Held => "held",
        Outcome::Missing => "missing",
        Outcome::Other => "other",
    }
}

fn place(place: Place) -> String {
    match place {
        Place::Riding => "on the belt".to_owned(),
        Place::Chute(chute) => format!("chute {chute}"),
        Place::EndOfLine => "end of line".to_owned(),
        Place::Lost => "lost".to_owned(),
        Place::Unknown => "unknown".to_owned(),
    }
}

impl fmt::Display for Taken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Revoked => f.write_str("seen downstream"),
            Self::Found { by } => write!(f, "pulled out by {by}"),
            Self::Returned { by } => write!(f, "returned by {by}"),
            Self::CameAgain { item } => write!(f, "came again as item {item}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{field, row};

    #[test]
    fn what_a_spreadsheet_would_run_is_text() {
        for (text, safe) in [
            ("P0000001", "P0000001"),
            ("=1+1", "\"'=1+1\""),
            ("+HYPERLINK(\"x\")", "\"'+HYPERLINK(\"\"x\"\")\""),
            ("-2+3", "\"'-2+3\""),
            ("-17", "-17"),
            ("@SUM(A1)", "\"'@SUM(A1)\""),
            ("  =1", "\"'  =1\""),
            ("\t=1", "\"'\t=1\""),
            ("a,b", "\"a,b\""),
            ("say \"no\"", "\"say \"\"no\"\"\""),
            ("two\nlines", "\"two\nlines\""),
            ("", ""),
        ] {
            assert_eq!(field(text), safe);
        }
        assert_eq!(row(&["a", "b;c"]), "a,\"b;c\"\r\n");
    }
}
