//! The proofs: what the rules of tracking and of the commit point demand of a line, with the numbers of this one.
//!
//! Distances are micrometres inside and millimetres in texts. A proof that fails makes the line unfit to run.

use super::devices::{debounce, edge_late, read_jitter, stations, unused};
use super::places::{apart, before_chutes, platform};
use super::ring::ring;
use super::wires::wires;
use super::zones::zones;
use crate::config::{ChuteConfig, LineConfig, Place, Problem, commit_um, identified_um, lead_um, telegram_ms};
use serde::Serialize;
use sortie_core::limits::{CONFIRMS_DUE, ITEMS};
use sortie_core::line::Line;

/// Fires that the board can keep.
const BOARD_QUEUE: i64 = 256;

/// Longest `margin_ms` that a line may have.
const MARGIN_MS_MAX: u32 = 500;

/// One thing that must hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Proof {
    /// The rule, by its name in the design (`T4`) or a word.
    pub rule: &'static str,
    /// What of the line it is about.
    pub subject: String,
    /// Whether it holds.
    pub holds: bool,
    /// The figures.
    pub text: String,
    /// What to change when it does not hold; empty when it does.
    pub remedy: String,
    /// Where the subject stands in the file.
    pub place: Place,
}

impl Proof {
    /// A failed proof as a problem of the file.
    #[must_use]
    pub fn into_problem(self, file: &str) -> Problem {
        Problem {
            file: file.to_owned(),
            line: self.place.line,
            column: self.place.column,
            message: format!("{}: {}: {}", self.rule, self.subject, self.text),
            remedy: self.remedy,
        }
    }
}

/// The figures of one chute.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChuteFigures {
    /// The chute.
    pub number: u16,
    /// Its divert position.
    pub position_um: i64,
    /// Position of the last belt PEC before the commit point.
    pub seen_um: i64,
    /// Name of that PEC.
    pub pec: String,
    /// Position uncertainty at the divert: base and normal creep since that PEC.
    pub uncertainty_um: i64,
    /// Most that T4 allows.
    pub allowed_um: i64,
    /// Place of the item's middle at the commit count.
    pub commit_um: i64,
    /// Commit lead, milliseconds.
    pub lead_ms: u32,
    /// Commit lead, belt travel at the highest speed.
    pub lead_um: i64,
    /// Commit lead, encoder counts.
    pub lead_counts: i64,
}

/// The figures of every chute, by position.
#[must_use]
pub fn chute_figures(config: &LineConfig) -> Vec<ChuteFigures> {
    let line = &config.line;
    let lead = lead_um(line);
    let figures = |chute: &ChuteConfig| {
        let position = i64::from(chute.position_mm) * 1000;
        let commit = commit_um(config, chute.position_mm);
        let pec = config.pecs.iter().rev().find(|pec| i64::from(pec.position_mm) * 1000 <= commit);
        let seen = pec.map_or(0, |pec| i64::from(pec.position_mm) * 1000);
        ChuteFigures {
            number: chute.number,
            position_um: position,
            seen_um: seen,
            pec: pec.map_or_else(|| "none".to_owned(), |pec| pec.name.clone()),
            uncertainty_um: line.window_base_um + (position - seen) * i64::from(line.inner_permille) / 1000,
            allowed_um: allowed_um(line),
            commit_um: commit,
            lead_ms: line.lead_ms,
            lead_um: lead,
            lead_counts: counts_up(line, lead),
        }
    };
    config.chutes.iter().map(figures).collect()
}

/// Every proof of a line.
#[must_use]
pub fn prove(config: &LineConfig) -> Vec<Proof> {
    let mut proofs = vec![lead(config), send_ahead(config), view(config), room(config)];
    for (chute, figures) in config.chutes.iter().zip(chute_figures(config)) {
        proofs.push(uncertainty(config, chute, &figures));
        proofs.push(commit(config, chute, &figures));
        proofs.push(neighbour(config, chute, &figures));
        proofs.push(before_end(config, chute));
        proofs.push(confirms(config, chute));
    }
    proofs.extend(spacings(config));
    proofs.extend(config.pecs.iter().map(|pec| debounce(config, pec)));
    proofs.extend(config.pecs.iter().map(|pec| edge_late(config, pec)));
    proofs.extend(config.scanners.iter().map(|scanner| read_jitter(config, scanner)));
    proofs.extend(stations(config));
    proofs.extend(apart(config));
    proofs.extend(wires(config));
    for weigher in &config.weighers {
        proofs.extend([platform(config, weigher), before_chutes(config, weigher)]);
    }
    proofs.extend(ring(config));
    proofs.extend(zones(config));
    proofs.extend(config.unused_ports().map(|index| unused(config, index)));
    without_consequences(&mut proofs);
    proofs.iter_mut().filter(|proof| proof.holds).for_each(|proof| proof.remedy.clear());
    proofs
}

/// What stands in the wrong place fails other proofs too; those would only hide what is wrong.
fn without_consequences(proofs: &mut Vec<Proof>) {
    let misplaced: Vec<Place> =
        proofs.iter().filter(|proof| proof.rule == "order" && !proof.holds).map(|proof| proof.place).collect();
    proofs.retain(|proof| proof.holds || proof.rule == "order" || !misplaced.contains(&proof.place));
}

fn allowed_um(line: &Line) -> i64 {
    (line.gap_min_um - line.clearance_um) / 2
}

pub(super) fn pitch_um(line: &Line) -> i64 {
    line.item_min_um + line.gap_min_um
}

/// Encoder counts of a distance, rounded up.
fn counts_up(line: &Line, um: i64) -> i64 {
    let per_count = i64::from(line.um_per_count.max(1));
    (um + per_count - 1) / per_count
}

/// Belt travel in a time at the highest speed: mm/s × ms = µm.
pub(super) fn travel_um(line: &Line, ms: u32) -> i64 {
    i64::from(line.speed_max_mm_s) * i64::from(ms)
}

fn lead(config: &LineConfig) -> Proof {
    let (line, board) = (&config.line, &config.board);
    let telegram = config.ports.get(board.port).map_or(0, telegram_ms);
    let travel = lead_um(line);
    let slowest = slowest(config);
    let text = format!(
        "{} + retry {} + 2 telegrams of {telegram} + scan {} = {} ms; {} mm at {} mm/s, {} counts",
        match slowest {
            Some(chute) => format!("stroke {} of chute {}", chute.stroke_ms, chute.number),
            None => format!("lease {} + margin {}", board.lease_ms, board.margin_ms),
        },
        board.retry_ms,
        board.scan_ms,
        line.lead_ms,
        mm(travel),
        line.speed_max_mm_s,
        counts_up(line, travel),
    );
    Proof {
        rule: "T7",
        subject: "commit lead".to_owned(),
        holds: board.retry_ms < board.lease_ms,
        text,
        remedy: "a lost beat must be repeated within the lease: write retry_ms below lease_ms".to_owned(),
        place: config.place,
    }
}

/// The chute whose stroke makes the lead as long as it is; none where lease and margin do.
fn slowest(config: &LineConfig) -> Option<&ChuteConfig> {
    let held_ms = config.board.lease_ms + config.board.margin_ms;
    config.chutes.iter().filter(|chute| chute.stroke_ms > held_ms).max_by_key(|chute| chute.stroke_ms)
}

/// What makes the lead shorter.
fn shorter_lead(config: &LineConfig) -> String {
    match slowest(config) {
        Some(chute) => format!("use a quicker divert at chute {}", chute.number),
        None => "shorten lease_ms".to_owned(),
    }
}

fn send_ahead(config: &LineConfig) -> Proof {
    let line = &config.line;
    let telegram = config.ports.get(config.board.port).map_or(0, telegram_ms);
    let needed = travel_um(line, u32::from(config.board.retry_ms) + telegram);
    let queued = (line.send_ahead_um + lead_um(line)) / pitch_um(line).max(1) + 1;
    let text = format!(
        "send_ahead_mm = {}; one repeat takes {} mm, and at most {queued} of {BOARD_QUEUE} places at the board are taken",
        mm(line.send_ahead_um),
        mm(needed),
    );
    Proof {
        rule: "B4",
        subject: "fires sent ahead".to_owned(),
        holds: line.send_ahead_um >= needed && queued <= BOARD_QUEUE,
        text,
        remedy: format!("write send_ahead_mm from {} to {}", up_mm(needed), BOARD_QUEUE * pitch_um(line) / 2000),
        place: config.place,
    }
}

fn view(config: &LineConfig) -> Proof {
    let line = &config.line;
    Proof {
        rule: "view",
        subject: "scan tunnel".to_owned(),
        holds: line.view_um >= line.gap_min_um,
        text: format!("view_mm = {}, smallest legal gap {} mm", mm(line.view_um), mm(line.gap_min_um)),
        remedy: "no fire may leave before a follower within view is read: write view_mm not below gap_min_mm"
            .to_owned(),
        place: config.place,
    }
}

/// The core has room for every item that can ride.
fn room(config: &LineConfig) -> Proof {
    let line = &config.line;
    let end = i64::from(end_mm(config).0) * 1000;
    let pitch = line.ring.as_ref().map_or(pitch_um(line), |ring| ring.cell_um());
    let riding = end / pitch.max(1) + 1;
    Proof {
        rule: "room",
        subject: "riding items".to_owned(),
        holds: riding <= ITEMS as i64,
        text: format!("{} mm at the smallest pitch of {} mm: {riding} of {ITEMS}", mm(end), mm(pitch)),
        remedy: "make two lines of it, or raise gap_min_mm or the shortest item_length_mm".to_owned(),
        place: config.place,
    }
}

/// T8 counts confirms in a joint window: the core has room for every item that can be due in it, and the window is still
/// open when the stroke is complete. The board tells when a stroke began, and from there the window is counted.
fn confirms(config: &LineConfig, chute: &ChuteConfig) -> Proof {
    let window = i64::from(chute.confirm_max_mm) * 1000;
    let due = window / pitch_um(&config.line).max(1) + 1;
    let stroke = travel_um(&config.line, chute.stroke_ms.into());
    Proof {
        rule: "T8",
        subject: format!("chute {}", chute.number),
        holds: due <= CONFIRMS_DUE as i64 && stroke < window,
        text: format!(
            "confirm within {} mm: at most {due} of {CONFIRMS_DUE} due at once; the stroke takes {} mm of them",
            mm(window),
            mm(stroke)
        ),
        remedy: if stroke < window {
            "bring the confirm PEC nearer to the divert, and lower confirm_mm".to_owned()
        } else {
            format!(
                "no item would have left by then: write a max of confirm_mm above {}, by what the belt runs until the \
                 confirm PEC has seen it, or use a quicker divert",
                up_mm(stroke)
            )
        },
        place: chute.place,
    }
}

fn uncertainty(config: &LineConfig, chute: &ChuteConfig, figures: &ChuteFigures) -> Proof {
    let line = &config.line;
    let text = format!(
        "at {} mm the item was last seen {} mm before, at PEC {} ({} mm): uncertainty {} mm, allowed {} mm",
        mm(figures.position_um),
        mm(figures.position_um - figures.seen_um),
        figures.pec,
        mm(figures.seen_um),
        mm(figures.uncertainty_um),
        mm(figures.allowed_um),
    );
    let reach = (figures.allowed_um - line.window_base_um) * 1000 / i64::from(line.inner_permille.max(1));
    let first = (figures.position_um - reach).max(0);
    let remedy = if reach < 0 {
        "no PEC can help: lower clearance_mm or window_base_mm, or widen gap_min_mm; half of the gap without the \
         clearance has to be more than window_base_mm"
            .to_owned()
    } else if reach < figures.lead_um {
        format!(
            "no PEC can help: {}, or widen gap_min_mm, or lower clearance_mm, window_base_mm or inner_permille",
            shorter_lead(config)
        )
    } else {
        let last = figures.commit_um.div_euclid(1000);
        format!("a belt PEC is missing: put one between {} and {last} mm", up_mm(first))
    };
    Proof {
        rule: "T4",
        subject: format!("chute {}", chute.number),
        holds: figures.uncertainty_um <= figures.allowed_um,
        text,
        remedy,
        place: chute.place,
    }
}

/// By the commit point the item and a follower within view must have been read.
fn commit(config: &LineConfig, chute: &ChuteConfig, figures: &ChuteFigures) -> Proof {
    let (known, station) = identified_um(config, config.zone_at(chute.position_mm));
    Proof {
        rule: "T7",
        subject: format!("chute {}", chute.number),
        holds: figures.commit_um >= known,
        text: format!(
            "lead {} ms = {} mm = {} counts: commit at {} mm; the longest item is identified at {} mm ({station}){}",
            figures.lead_ms,
            mm(figures.lead_um),
            figures.lead_counts,
            mm(figures.commit_um),
            mm(known),
            long_stroke(config, chute),
        ),
        remedy: format!(
            "put the chute at {} mm or later, or the scanners further upstream, or shorten view_mm, or {}",
            up_mm(known + figures.lead_um),
            shorter_lead(config)
        ),
        place: chute.place,
    }
}

/// The lead allows for a stroke and a cancel that arrives. If the link fails at the commit count itself, only the lease can
/// hold a stroke back, and only one that begins when the lease has run out. What to do if that is not good enough; nothing
/// if it cannot happen.
fn long_stroke(config: &LineConfig, chute: &ChuteConfig) -> String {
    let board = &config.board;
    let telegram = config.ports.get(board.port).map_or(0, telegram_ms);
    let held_ms = u32::from(board.lease_ms) + u32::from(board.scan_ms) + telegram;
    let covered_ms = config.line.lead_ms.saturating_sub(held_ms);
    let stroke_ms = u32::from(chute.stroke_ms);
    if stroke_ms <= covered_ms {
        return String::new();
    }
    let margin_ms = stroke_ms.saturating_sub(u32::from(board.retry_ms) + telegram);
    let way_out = if margin_ms > MARGIN_MS_MAX {
        "only a quicker divert rules it out".to_owned()
    } else {
        format!("margin_ms from {margin_ms} rules it out")
    };
    format!("; a stroke of more than {covered_ms} ms may begin if the link fails just then: {way_out}")
}

/// A divert that hits its item in the middle must clear the shortest neighbours at the smallest gap.
fn neighbour(config: &LineConfig, chute: &ChuteConfig, figures: &ChuteFigures) -> Proof {
    let line = &config.line;
    let room = line.item_min_um / 2 + line.gap_min_um;
    let uncertainty = figures.uncertainty_um.min(figures.allowed_um);
    let need = i64::from(chute.divert_width_mm) * 500 + uncertainty;
    Proof {
        rule: "divert",
        subject: format!("chute {}", chute.number),
        holds: need <= room,
        text: format!(
            "half of {} mm and {} mm of uncertainty make {} mm; the next item may begin {} mm from the middle",
            chute.divert_width_mm,
            mm(uncertainty),
            mm(need),
            mm(room)
        ),
        remedy: "use a narrower divert, or raise gap_min_mm or the shortest item_length_mm".to_owned(),
        place: chute.place,
    }
}

/// Where the line ends, and how that is said.
pub(super) fn end_mm(config: &LineConfig) -> (u32, &'static str) {
    match &config.line.ring {
        Some(ring) => (u32::try_from(ring.length_um() / 1000).unwrap_or(u32::MAX), "the ring is closed at"),
        None => (config.pecs.last().map_or(0, |pec| pec.position_mm), "the end-of-line PEC stands at"),
    }
}

fn before_end(config: &LineConfig, chute: &ChuteConfig) -> Proof {
    let (end, what) = end_mm(config);
    let far = chute.position_mm + chute.divert_width_mm / 2;
    Proof {
        rule: "order",
        subject: format!("chute {}", chute.number),
        holds: far < end,
        text: format!("its divert ends at {far} mm, {what} {end} mm"),
        remedy: match config.line.ring {
            Some(_) => {
                "a divert stands before the seam: correct its position, or carriers and carrier_pitch_mm".to_owned()
            }
            None => "a missed item must be seen at the end of the line: put the end-of-line PEC behind the last divert"
                .to_owned(),
        },
        place: chute.place,
    }
}

/// From PEC to PEC, the outer windows of two neighbours at the smallest legal pitch must not touch.
fn spacings(config: &LineConfig) -> impl Iterator<Item = Proof> {
    let line = &config.line;
    let neighbours = config.pecs.windows(2).map(|pair| (&pair[0], &pair[1], pair[1].position_mm));
    // On a ring the entry PEC stands behind the last one, too.
    let around = line.ring.as_ref().and_then(|_| Some((config.pecs.last()?, config.pecs.first()?, end_mm(config).0)));
    neighbours.chain(around).map(move |(behind, pec, at_mm)| {
        let (from, to) = (i64::from(behind.position_mm) * 1000, i64::from(at_mm) * 1000);
        let window = line.window_base_um + (to - from) * i64::from(line.outer_permille) / 1000;
        let reach = (pitch_um(line) / 2 - line.window_base_um) * 1000 / i64::from(line.outer_permille.max(1));
        Proof {
            rule: "T3",
            subject: format!("PEC {}", pec.name),
            holds: 2 * window < pitch_um(line),
            text: format!(
                "{} mm behind PEC {}: outer window ± {} mm, smallest legal pitch {} mm",
                mm(to - from),
                behind.name,
                mm(window),
                mm(pitch_um(line))
            ),
            remedy: if reach < 1000 {
                "no PEC can help: lower window_base_mm to less than half the pitch, or raise gap_min_mm or the shortest \
                 item_length_mm"
                    .to_owned()
            } else {
                format!("a belt PEC is missing: put one at most {} mm behind PEC {}", reach / 1000, behind.name)
            },
            place: pec.place,
        }
    })
}

/// Micrometres as millimetres with one decimal, or none.
pub(super) fn mm(um: i64) -> String {
    let tenths = (um + 50 * um.signum()) / 100;
    if tenths % 10 == 0 {
        return (tenths / 10).to_string();
    }
    let sign = if tenths < 0 { "-" } else { "" };
    format!("{sign}{}.{}", tenths.abs() / 10, tenths.abs() % 10)
}

/// Micrometres as whole millimetres, rounded up.
pub(super) fn up_mm(um: i64) -> i64 {
    (um + 999).div_euclid(1000)
}
