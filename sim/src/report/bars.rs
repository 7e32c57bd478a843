//! Exceptions by reason, and how early the board had its fires.

use super::html::{Number, Text, Total};
use super::margins::Margins;
use sortie_core::output::Reason;
use std::collections::BTreeMap;
use std::fmt::Write;

const FIELD: (f64, f64, f64, f64) = (64.0, 12.0, 916.0, 160.0);

/// A table with a bar for each code.
pub(super) fn exceptions(counts: &BTreeMap<String, u64>) -> String {
    let most = counts.values().copied().max().unwrap_or(0).max(1);
    let mut sorted: Vec<(&String, &u64)> = counts.iter().collect();
    sorted.sort_by_key(|(code, count)| (std::cmp::Reverse(**count), (*code).clone()));
    let mut rows = String::new();
    for (code, count) in sorted {
        let pointer = format!("/exceptions/{code}");
        let sentence = Reason::ALL.iter().find(|reason| reason.code() == code).map_or_else(
            || if code == "END" { "it rode off at the end of line and is in no books" } else { "" }.to_owned(),
            |reason| reason.sentence().to_owned(),
        );
        let share = *count as f64 / most as f64 * 100.0;
        let _ = write!(
            rows,
            "<tr><td><b>{}</b></td><td>{}</td><td class=\"text\"><span class=\"share\" style=\"width:{share:.1}px\">\
             </span> {}</td></tr>",
            Text(code),
            Total(&pointer, *count),
            Text(&sentence)
        );
    }
    if rows.is_empty() {
        return "<p class=\"quiet\">None: every parcel went where it should.</p>".to_owned();
    }
    let sum: u64 = counts.values().sum();
    format!(
        "<table><thead><tr><th>code</th><th>parcels</th><th class=\"text\">which means</th></tr></thead>\
         <tbody>{rows}</tbody><tfoot><tr><td>all</td><td><data value=\"{sum}\" data-json-sum=\"/exceptions\">{}</data>\
         </td><td></td></tr></tfoot></table>",
        Number(sum)
    )
}

/// A histogram, with the commit count as its zero.
pub(super) fn margins(margins: &Margins) -> String {
    let Some((first, last)) = margins.span() else {
        return "<p class=\"quiet\">No fire reached the board.</p>".to_owned();
    };
    let (first, last) = (first.min(0), last.max(0));
    let column = FIELD.2 / (last - first + 1) as f64;
    let most = margins.classes().values().copied().max().unwrap_or(1).max(1);
    let foot = FIELD.1 + FIELD.3;
    let mut svg = format!(
        "<svg class=\"wide\" viewBox=\"0 0 1000 {}\" role=\"img\" aria-label=\"Margins of the fires\">\
         <rect class=\"field\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>",
        foot + 40.0,
        FIELD.0,
        FIELD.1,
        FIELD.2,
        FIELD.3
    );
    for (class, fires) in margins.classes() {
        let x = FIELD.0 + column * (class - first) as f64;
        // By logarithm: one fire that was late is as much to be seen as the thousands that were not.
        let height = ((1.0 + *fires as f64).ln() / (1.0 + most as f64).ln() * FIELD.3).max(1.0);
        let (from, late) = (class * margins.width(), if *class < 0 { " late" } else { "" });
        let _ = write!(
            svg,
            "<rect class=\"col{late}\" x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{height:.1}\"><title>{from} to {} \
             counts: {fires} fires</title></rect>",
            x + 0.5,
            foot - height,
            (column - 1.0).max(0.5),
            from + margins.width() - 1
        );
    }
    let every = ((last - first + 1) / 10).max(1);
    for class in (first..=last).filter(|class| class % every == 0) {
        let x = FIELD.0 + column * (class - first) as f64;
        let _ = write!(
            svg,
            "<text class=\"mid small\" x=\"{x:.1}\" y=\"{}\">{}</text>",
            foot + 14.0,
            class * margins.width()
        );
    }
    let zero = FIELD.0 + column * (-first) as f64;
    let _ = write!(
        svg,
        "<path class=\"now\" d=\"M{zero:.1} {}V{foot}\"/><text class=\"mid small\" x=\"{}\" y=\"{}\">counts before the \
         commit count</text><text class=\"end small\" x=\"{}\" y=\"20\">{}</text></svg>",
        FIELD.1,
        FIELD.0 + FIELD.2 / 2.0,
        foot + 30.0,
        FIELD.0 - 6.0,
        Number(most)
    );
    svg
}
