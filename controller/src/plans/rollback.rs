//! Orders the roll-back of the plan, as an operator would.

use crate::config::LineConfig;
use crate::feed::{FeedKind, parse_line};
use serde_json::json;
use sortie_protocol::identifier::Grammars;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};

/// The order, if that is somebody.
pub(super) fn order(by: &str) -> Result<String, String> {
    let order = json!({ "by": by, "order": "rollback-plan" }).to_string();
    parse_line(FeedKind::Orders, order.as_bytes(), &Grammars::default())
        .map_err(|fault| format!("--{}; {}", fault.message, fault.remedy))?;
    Ok(order)
}

/// Appends the order to the line's orders file.
pub(super) fn give(order: &str, line: &LineConfig) -> Result<(), String> {
    let path = &line.files.orders;
    append(path, order).map_err(|error| format!("cannot write {}: {error}; see to room and rights", path.display()))
}

/// Appends a line in one piece; a last line without its end is ended first, or it would swallow the order.
fn append(path: &std::path::Path, order: &str) -> std::io::Result<()> {
    let mut file = File::options().read(true).create(true).append(true).open(path)?;
    let mut last = [b'\n'];
    if file.metadata()?.len() > 0 {
        file.seek(SeekFrom::End(-1))?;
        file.read_exact(&mut last)?;
    }
    let break_first = if last == *b"\n" { "" } else { "\n" };
    file.write_all(format!("{break_first}{order}\n").as_bytes())?;
    file.sync_all()
}
