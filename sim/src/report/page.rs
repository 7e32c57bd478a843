//! The page, from its head to its foot.

use super::collect::{Collector, Flow};
use super::html::{Clock, Number, Text, Total};
use super::{Collected, Origin, bars, line_drawing, over_time, space_time};
use sortie_world::summary::Summary;
use std::fmt::Write;

/// A key that is in the summary as it stands there, with its value and what people call it.
type Tile = (&'static str, &'static str, u64, bool);

/// The whole page.
#[must_use]
pub fn page(origin: &Origin, summary: &Summary, collected: &Collected) -> String {
    let Collected { line, collector } = collected;
    let end = (summary.sim_seconds * 1e9) as u64;
    let (width, bins) = (collector.timeline.width_ns(), collector.timeline.bins(collector.sums()));
    let mut page = head(origin, summary);
    section(&mut page, "The line, and what went off where", &flow_keys(), &line_drawing::draw(line, collector));
    page.push_str(&flow_table(collector));
    let keys = keys(&[("muted", "inducted"), ("good", "sorted"), ("warn", "exceptions"), ("bad", "wrong chute")]);
    section(&mut page, "Throughput", &keys, &over_time::throughput(&bins, width, end));
    let again = again(summary, line.ring.is_some());
    let comes_again = line.ring.is_some() || summary.recirculated > 0;
    let curve = if comes_again { over_time::recirculation(&bins, width, end) } else { String::new() };
    section(&mut page, "Recirculation", &again, &curve);
    page.push_str(&over_time::table(&bins, width));
    section(&mut page, "Exceptions by reason", "", &bars::exceptions(&summary.exceptions));
    if let Some(moment) = collector.moments.best() {
        let told = format!("<p>At {}: {}</p>{}", Clock(moment.at), Text(&moment.text), way_keys());
        section(&mut page, "Closely: every item around one moment", &told, &space_time::draw(line, moment));
    }
    section(&mut page, "How full the chutes were", &fill_keys(), &over_time::fills(&collector.timeline, end));
    section(
        &mut page,
        "How early the board had each fire",
        &margin_text(collector),
        &bars::margins(&collector.margins),
    );
    page.push_str(&faults(summary));
    foot(&mut page, origin, summary);
    page
}

fn head(origin: &Origin, summary: &Summary) -> String {
    let name = Text(&origin.scenario);
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
         <title>Sortie: {name}, seed {seed}</title><style>{style}</style></head>\n<body>\
         <h1>{name}, seed {seed}</h1><p class=\"quiet\">{controller}; {clock} of virtual time.</p>",
        seed = summary.seed,
        style = include_str!("style.css"),
        controller = Text(origin.controller),
        clock = Clock((summary.sim_seconds * 1e9) as u64),
    );
    if origin.wrong.is_empty() {
        page.push_str("<div class=\"verdict\"><b>Good.</b> Nothing was missorted, and every invariant held.</div>");
    } else {
        page.push_str("<div class=\"verdict wrong\"><b>Wrong.</b><ul>");
        for wrong in &origin.wrong {
            let _ = write!(page, "<li>{}</li>", Text(wrong));
        }
        page.push_str("</ul></div>");
    }
    page.push_str("<div class=\"tiles\">");
    for (pointer, name, value, bad) in tiles(summary) {
        let class = if bad && value > 0 { " class=\"bad\"" } else { "" };
        let _ = write!(page, "<div{class}><b>{}</b><span>{name}</span></div>", Total(pointer, value));
    }
    let undetectable: u64 = summary.undetectable.values().sum();
    let _ = write!(
        page,
        "<div><b><data value=\"{undetectable}\" data-json-sum=\"/undetectable\">{}</data></b><span>wrong chute, nobody \
         could know</span></div></div>",
        Number(undetectable)
    );
    page
}

fn tiles(summary: &Summary) -> [Tile; 9] {
    [
        ("/parcels", "parcels", summary.parcels, false),
        ("/sorted", "sorted", summary.sorted, false),
        ("/parcels_per_hour", "parcels an hour", summary.parcels_per_hour, false),
        ("/missorts", "missorts", summary.missorts, true),
        ("/invariant_violations", "violations", summary.invariant_violations, true),
        ("/unexplained", "not sorted, unexplained", summary.unexplained, true),
        ("/recirculated", "went round again", summary.recirculated, false),
        ("/unconfirmed", "unconfirmed", summary.unconfirmed, false),
        ("/lost", "taken off, or riding", summary.lost, false),
    ]
}

fn section(page: &mut String, title: &str, told: &str, drawing: &str) {
    let _ = write!(page, "\n<h2>{title}</h2>{told}<div class=\"scroll\">{drawing}</div>");
}

fn keys(of: &[(&str, &str)]) -> String {
    let mut keys = "<p class=\"keys\">".to_owned();
    for (class, name) in of {
        let _ = write!(keys, "<span class=\"k-{class}\"><i></i><em>{name}</em></span>");
    }
    keys.push_str("</p>");
    keys
}

fn flow_keys() -> String {
    keys(&[
        ("good", "sorted"),
        ("warn", "exceptions"),
        ("other", "items that no host knows"),
        ("bad", "wrong chute"),
        ("blue", "PECs and scanners"),
    ])
}

fn way_keys() -> String {
    keys(&[
        ("good", "goes into a chute"),
        ("warn", "goes to the end"),
        ("muted", "rides on"),
        ("bad", "what it is about; taken off by hand; triangles are strikes of faults, shaded is a belt that stands"),
    ])
}

fn fill_keys() -> String {
    "<p class=\"quiet\">One row a chute; the darker, the more pieces lie in it. Red: its full sensor is covered.</p>"
        .to_owned()
}

fn again(summary: &Summary, is_loop: bool) -> String {
    if !is_loop && summary.recirculated == 0 {
        return "<p class=\"quiet\">On a line with two ends nothing comes again.</p>".to_owned();
    }
    format!(
        "<p>{} items began a second pass, {} came to the last that they may make.</p>",
        Total("/recirculated", summary.recirculated),
        Total("/last_pass", summary.last_pass)
    )
}

fn margin_text(collector: &Collector) -> String {
    let (fires, late) = collector.margins.fires();
    let least =
        collector.margins.least().map_or_else(String::new, |least| format!("; the least margin was {least} counts"));
    format!(
        "<p class=\"quiet\">Counts that were left until its commit count when the board had a fire, new or aimed anew; heights \
         by logarithm. \
         {} fires, {} of them behind it{least}.</p>",
        Number(fires),
        Number(late)
    )
}

/// What went off where, in numbers.
fn flow_table(collector: &Collector) -> String {
    let mut rows = String::new();
    let mut all = Flow::default();
    let named = collector.flows.iter().map(|(chute, flow)| (format!("chute {chute}"), *flow));
    for (name, flow) in named.chain([("end of line".to_owned(), collector.end)]) {
        let _ = write!(rows, "<tr><td>{name}</td>{}</tr>", cells(&flow));
        all.sorted += flow.sorted;
        all.exceptions += flow.exceptions;
        all.missorts += flow.missorts;
        all.undetectable += flow.undetectable;
        all.unknown += flow.unknown;
    }
    format!(
        "<details><summary>The numbers</summary><table data-sums=\"outlets\"><thead><tr><th>outlet</th><th>sorted</th>\
         <th>exceptions</th><th>missorts</th><th>undetectable</th><th>unknown to all hosts</th></tr></thead>\
         <tbody>{rows}</tbody><tfoot><tr><td>all</td>{}</tr></tfoot></table></details>",
        cells(&all)
    )
}

fn cells(flow: &Flow) -> String {
    [flow.sorted, flow.exceptions, flow.missorts, flow.undetectable, flow.unknown]
        .map(|count| format!("<td>{count}</td>"))
        .concat()
}

fn faults(summary: &Summary) -> String {
    if summary.faults.is_empty() {
        return "\n<h2>Faults</h2><p class=\"quiet\">None was on.</p>".to_owned();
    }
    let mut rows = String::new();
    for (name, counts) in &summary.faults {
        let pointer = |key: &str| format!("/faults/{name}/{key}");
        let _ = write!(
            rows,
            "<tr><td>{name}</td><td>{}</td><td>{}</td></tr>",
            Total(&pointer("strikes"), counts.strikes),
            Total(&pointer("effective"), counts.effective)
        );
    }
    format!(
        "\n<h2>Faults</h2><table><thead><tr><th>fault</th><th>strikes</th><th>with effect</th></tr></thead>\
         <tbody>{rows}</tbody></table>"
    )
}

fn foot(page: &mut String, origin: &Origin, summary: &Summary) {
    if !summary.findings.is_empty() {
        page.push_str("\n<h2>What should not be</h2><table><tbody>");
        for finding in &summary.findings {
            let item = finding.item.map_or_else(String::new, |item| format!("item {item}"));
            let _ = write!(
                page,
                "<tr><td>{}</td><td>{} s</td><td>{item}</td><td class=\"text\">{}</td></tr>",
                Text(finding.check),
                Text(&finding.at_s),
                Text(&finding.text)
            );
        }
        page.push_str("</tbody></table>");
    }
    let json = serde_json::to_string_pretty(summary).unwrap_or_default();
    let _ = write!(
        page,
        "\n<h2>Again</h2><p><code>{}</code></p><details><summary>The summary as JSON</summary><pre>{}</pre></details>\
         </body></html>\n",
        Text(&origin.command),
        Text(&json)
    );
}
