//! The flight board and the line's counters, as lines of text.

use std::collections::VecDeque;

/// Happenings that are remembered for the board.
const NEWS: usize = 32;
/// Happenings shown.
const NEWS_SHOWN: usize = 5;
/// Flights shown on however small a terminal.
const FLIGHTS_MIN: usize = 4;

/// One flight on the board.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlightRow {
    /// Key, as in `flights.ndjson`.
    pub flight: String,
    /// Where it goes.
    pub destination: String,
    /// Latest acceptance, UTC milliseconds.
    pub cutoff_utc_ms: i64,
    /// Its chutes in the plan.
    pub chutes: Vec<u16>,
    /// Pieces expected.
    pub expected: u64,
    /// Pieces sorted, as the controller counts them.
    pub sorted: u64,
}

/// Everything that the board shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Board {
    /// Flights in order of their cut-off.
    pub flights: Vec<FlightRow>,
    /// What the controller counts: name and value, in order.
    pub controller: Vec<(&'static str, u64)>,
    /// What the simulated line knows to be true: name and value, in order.
    pub line: Vec<(&'static str, u64)>,
    /// Exceptions by code.
    pub exceptions: Vec<(String, u64)>,
    /// Alarms that stand.
    pub alarms: Vec<String>,
    /// Seconds since the line runs.
    pub running_s: u64,
    /// Seconds that it will run.
    pub length_s: u64,
    /// Happenings, the oldest first; filled by [`Board::happened`].
    pub news: VecDeque<String>,
    /// Lines at the bottom.
    pub footer: Vec<String>,
}

impl Board {
    /// Remembers a happening.
    pub fn happened(&mut self, text: String) {
        if self.news.len() == NEWS {
            self.news.pop_front();
        }
        self.news.push_back(text);
    }

    /// The board on a screen of so many rows; the last one stays free for the cursor.
    #[must_use]
    pub fn draw(&self, utc_ms: i64, rows: usize) -> Vec<String> {
        let mut below = vec![String::new()];
        below.extend(self.counters());
        below.extend([String::new(), "what goes wrong, and what should come of it".to_owned()]);
        let first = self.news.len().saturating_sub(NEWS_SHOWN);
        below.extend((first..first + NEWS_SHOWN).map(|place| self.news.get(place).cloned().unwrap_or_default()));
        below.extend(self.footer.iter().cloned());
        // Title, its blank line, the head, and the line that says what is hidden.
        let room = rows.saturating_sub(below.len() + 5).max(FLIGHTS_MIN);
        let mut lines = self.table(utc_ms, room);
        lines.extend(below);
        lines
    }

    /// Title and flights, at most so many.
    #[must_use]
    pub fn table(&self, utc_ms: i64, most: usize) -> Vec<String> {
        let mut lines = vec![self.title(), String::new(), HEAD.to_owned()];
        let open = self.flights.iter().filter(|row| row.sorted > 0 || row.cutoff_utc_ms > utc_ms);
        lines.extend(open.clone().take(most).map(|row| flight_line(row, utc_ms)));
        let hidden = open.count().saturating_sub(most);
        if hidden > 0 {
            lines.push(format!("  … and {hidden} more"));
        }
        lines
    }

    /// The counters alone: what a plain log shows from time to time.
    #[must_use]
    pub fn counters(&self) -> Vec<String> {
        let exceptions: Vec<String> = self.exceptions.iter().map(|(code, count)| format!("{code} {count}")).collect();
        let alarms = if self.alarms.is_empty() { "none".to_owned() } else { self.alarms.join(", ") };
        vec![
            format!("controller   {}", pairs(&self.controller)),
            format!("the truth    {}", pairs(&self.line)),
            format!("exceptions   {}", if exceptions.is_empty() { "none".to_owned() } else { exceptions.join("  ") }),
            format!("alarms       {alarms}"),
        ]
    }

    /// How long it has run.
    #[must_use]
    pub fn title(&self) -> String {
        let emptying = if self.running_s > self.length_s { ", the belt runs empty" } else { "" };
        format!("SORTIE  {} of {}{emptying}", clock(self.running_s.min(self.length_s)), clock(self.length_s))
    }
}

const HEAD: &str = "flight                  to   cut-off in    sorted/expected  chutes";

fn flight_line(row: &FlightRow, utc_ms: i64) -> String {
    let chutes: Vec<String> = row.chutes.iter().map(u16::to_string).collect();
    let counts = format!("{}/{}", row.sorted, row.expected);
    let cutoff = countdown(row.cutoff_utc_ms - utc_ms);
    format!("{:<23} {:<4} {cutoff:>10}  {counts:>17}  {}", row.flight, row.destination, chutes.join(" "))
}

fn countdown(ms: i64) -> String {
    if ms <= 0 {
        return "closed".to_owned();
    }
    clock(u64::try_from(ms / 1000).unwrap_or(0))
}

fn clock(seconds: u64) -> String {
    match seconds / 3600 {
        0 => format!("{}:{:02}", seconds / 60, seconds % 60),
        hours => format!("{hours}:{:02}:{:02}", seconds / 60 % 60, seconds % 60),
    }
}

fn pairs(counters: &[(&'static str, u64)]) -> String {
    let texts: Vec<String> = counters.iter().map(|(name, value)| format!("{name} {value}")).collect();
    texts.join("  ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn board() -> Board {
        let row = |flight: &str, cutoff_utc_ms, sorted| FlightRow {
            flight: flight.to_owned(),
            destination: "JFK".to_owned(),
            cutoff_utc_ms,
            chutes: vec![1, 2],
            expected: 40,
            sorted,
        };
        Board {
            flights: vec![row("3V4711/2026-11-23/LGG", 61_000, 7), row("3V4712/2026-11-23/LGG", 3_700_000, 0)],
            controller: vec![("sorted", 7)],
            length_s: 180,
            ..Board::default()
        }
    }

    #[test]
    fn a_flight_counts_down_and_closes() {
        let early = board().draw(0, 40).join("\n");
        assert!(early.contains("3V4711/2026-11-23/LGG   JFK        1:01               7/40  1 2"), "{early}");
        assert!(early.contains("1:01:40"), "{early}");
        let late = board().draw(61_000, 40).join("\n");
        assert!(late.contains("closed"), "{late}");
    }

    #[test]
    fn a_small_screen_says_what_it_hides() {
        let mut board = board();
        board.flights = vec![board.flights[0].clone(); 24];
        board.footer = vec!["files".to_owned(), "try".to_owned()];
        let lines = board.draw(0, 24);
        assert!(lines.len() <= 23, "{}", lines.len());
        assert!(lines.iter().any(|line| line.contains("and 19 more")), "{lines:?}");
    }

    #[test]
    fn only_the_latest_news_are_kept() {
        let mut board = board();
        (0..100).for_each(|number| board.happened(format!("strike {number}")));
        let text = board.draw(0, 40).join("\n");
        assert!(text.contains("strike 99") && !text.contains("strike 94"), "{text}");
    }
}
