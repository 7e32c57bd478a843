//! What the line has done: counters for the stats line, kept from the core's records.
//!
//! The stats line is one JSON object a second on standard output. Its keys:
//!
//! | key | meaning |
//! |---|---|
//! | `utc_ms`, `up_s` | when; seconds since this process started |
//! | `clock_off_ms` | how far the computer's clock is off the UTC that cut-offs go by: it was set, and is followed after a minute; else 0 |
//! | `line`, `final` | name of the line; whether this is the last line of a clean stop |
//! | `inputs`, `records` | inputs taken and records said by this process |
//! | `link_up`, `link_ups` | the board was heard in the last second and goes on with its streams; how often its link came up |
//! | `belt_mm_s` | measured belt speed; 0 while it stands |
//! | `plan_version` | plan in use; 0 before the first |
//! | `born`, `riding` | items ever born; items on the belt now |
//! | `decided` | decisions, first and renewed |
//! | `fired`, `refused` | fires that fired; that ended otherwise |
//! | `sorted` | discharges confirmed at a chute of the parcel's flight |
//! | `confirmed`, `unconfirmed`, `revoked` | discharges by what the confirm sensors said |
//! | `exceptions` | by code: items that left at an exception outlet or at the end of line |
//! | `chutes` | by number: confirmed discharges |
//! | `flights` | by key: sorted pieces |
//! | `line_state` | `stopped`, `starting`, `running`, `draining` or `fault` |
//! | `flight_states` | by state: how many flights; `scheduled`, `open`, `last_call`, `closed`, `departed`, `cancelled` |
//! | `chute_states` | by state: numbers of the chutes that are not simply open; `half_full`, `full`, `no_container`, `locked`, `jammed`, `disabled` |
//! | `containers` | `open`, `closing`: how many now; `closed`: how many so far |
//! | `pulls` | open entries of the pull list |
//! | `holds` | answers: `obeyed`, `tried` (another answer followed or will), `too_late` |
//! | `plan_pending` | `version` and `from_utc_ms` of a plan that waits for its time, or null |
//! | `doubts`, `flushes`, `reads_ignored`, `refusals` | what else happened |
//! | `alarms` | alarms that stand, as text |
//! | `sync_us` | `p50`, `p99`, `max` of the group syncs since the last line; `count` |
//! | `command_margin_mm` | `min`, `p1`, `p50`, `count`, `late` of belt travel from a fire's release to its actuation, since the start; `min_since_last`: the smallest since the last line, or null |
//! | `queues` | `files`, `orders`, `published`: entries that wait; `orders_lost`, `lost`: orders, records dropped |
//! | `files` | lines of the feed files `taken` and `skipped` by this process |
//! | `ports` | by role: `present`, `opened`, `ring_waits`, every counter of the port, and `trouble`: what is wrong with an open port, as text, or null |
//!
//! Counters marked neither "this process" nor "since" go on over a restart: they are replayed from the journal.

mod spread;
mod states;
mod tally;

pub use spread::Spread;
pub use tally::{Tally, alarm_text};
