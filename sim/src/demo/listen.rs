//! From what the two children say to what the board shows.

use super::board::Board;
use crate::devices::say::{Progress, Said};
use serde_json::Value;

/// The controller's counters that the board shows, by their keys in its stats line.
const SHOWN: [(&str, &str); 6] = [
    ("born", "inducted"),
    ("riding", "riding"),
    ("sorted", "sorted"),
    ("unconfirmed", "unconfirmed"),
    ("doubts", "in doubt"),
    ("flushes", "flushes"),
];

/// Takes one stats line of `sortie run`. False if it is none, as its very last line may be.
pub fn stats(board: &mut Board, line: &str) -> bool {
    let Ok(Value::Object(stats)) = serde_json::from_str(line) else { return false };
    if !stats.contains_key("born") {
        return false;
    }
    let count = |key: &str| stats.get(key).and_then(Value::as_u64).unwrap_or(0);
    board.controller = SHOWN.iter().map(|(key, name)| (*name, count(key))).collect();
    board.exceptions = counts(stats.get("exceptions"));
    for (flight, sorted) in counts(stats.get("flights")) {
        if let Some(row) = board.flights.iter_mut().find(|row| row.flight == flight) {
            row.sorted = sorted;
        }
    }
    let alarms = texts(stats.get("alarms"));
    for alarm in &alarms {
        if !board.alarms.contains(alarm) {
            board.happened(format!("         alarm: {alarm}"));
        }
    }
    board.alarms = alarms;
    true
}

/// Takes one line of the devices. True if it tells of something that a plain log should show at once.
pub fn devices(board: &mut Board, said: &Said) -> bool {
    match said {
        Said::Progress(at) => {
            progress(board, at);
            false
        }
        Said::Ready { .. } | Said::Begun | Said::Over { .. } | Said::Note { .. } => true,
        Said::Strike { .. } | Said::Port { .. } | Said::FaultsOff { .. } | Said::FedUp { .. } => {
            board.happened(said.to_string());
            true
        }
    }
}

fn progress(board: &mut Board, at: &Progress) {
    board.running_s = at.at_s as u64;
    board.line = vec![
        ("inducted", at.inducted),
        ("riding", at.riding),
        ("sorted", at.sorted),
        ("exceptions", at.exceptions),
        ("missorts", at.missorts),
        ("violations", at.violations),
    ];
}

fn counts(map: Option<&Value>) -> Vec<(String, u64)> {
    let entries = map.and_then(Value::as_object).into_iter().flatten();
    entries.map(|(key, value)| (key.clone(), value.as_u64().unwrap_or(0))).collect()
}

fn texts(list: Option<&Value>) -> Vec<String> {
    let entries = list.and_then(Value::as_array).into_iter().flatten();
    entries.filter_map(|entry| entry.as_str().map(ToOwned::to_owned)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::board::FlightRow;

    fn board() -> Board {
        let row = FlightRow {
            flight: "3V4711/2026-11-23/LGG".to_owned(),
            destination: "JFK".to_owned(),
            cutoff_utc_ms: 60_000,
            chutes: vec![1],
            expected: 9,
            sorted: 0,
        };
        Board { flights: vec![row], ..Board::default() }
    }

    #[test]
    fn a_stats_line_moves_the_board() {
        let mut board = board();
        let line =
            r#"{"born":5,"sorted":3,"exceptions":{"NRD":1},"flights":{"3V4711/2026-11-23/LGG":3},"alarms":["x"]}"#;
        assert!(stats(&mut board, line));
        assert_eq!(board.flights[0].sorted, 3);
        assert_eq!(board.exceptions, [("NRD".to_owned(), 1)]);
        assert_eq!(board.controller[0], ("inducted", 5));
        assert!(board.draw(0, 40).iter().any(|line| line.contains("alarm: x")));
        for other in ["", "no JSON", "7", "{}", r#"{"event":"begun"}"#] {
            assert!(!stats(&mut board, other), "{other}");
        }
    }

    #[test]
    fn a_strike_is_news_and_progress_is_not() {
        let mut board = board();
        let strike = Said::Strike { at_s: 3.0, kind: "slip".to_owned(), text: "item 4".to_owned() };
        assert!(devices(&mut board, &strike));
        assert!(!devices(&mut board, &Said::Progress(Progress { at_s: 7.5, missorts: 0, ..Progress::default() })));
        assert_eq!(board.running_s, 7);
        assert!(board.draw(0, 40).iter().any(|line| line.contains("item 4")));
    }
}
