//! A ring of carriers for the stories of passes and of permits.

use super::{Bench, Thing, UM, line, thing};
use sortie_core::line::{Line, PecKind, Ring};
use sortie_core::output::{Reason, Record};
use sortie_core::plan::{ANOTHER_PASS, ExceptionOutlets, Plan};
use sortie_protocol::board::telegram::HostTelegram;

pub(crate) const PITCH: u64 = 600;
pub(crate) const CARRIERS: u64 = 24;
pub(crate) const TURN: u64 = PITCH * CARRIERS;
/// Count of the bench at which the index sensor tells of carrier 1 for the first time.
pub(crate) const INDEX: u64 = 100;
pub(crate) const INDEX_SENSOR: u16 = 9;
pub(crate) const REJECT: u16 = 4;

/// 24 carriers of 600 mm: PECs at 0, 4 and 9 m, chutes 1 to 4 at 6.5, 7.5, 10 and 11 m; the last one rejects.
pub(crate) fn ring_line() -> Line {
    let mut line = line();
    line.pecs.truncate(3);
    line.chutes[2].position_um = 10_000 * UM;
    line.chutes[3].position_um = 11_000 * UM;
    line.view_um = 400 * UM;
    assert!(line.pecs.iter().all(|pec| pec.kind != PecKind::EndOfLine));
    line.ring = Some(Ring {
        carriers: CARRIERS as u16,
        pitch_um: PITCH as i64 * UM,
        cells_per_carrier: 1,
        index_sensor: INDEX_SENSOR,
        reject_chute: REJECT,
        passes_max: 3,
        occupancy_max_permille: 900,
        permit_ahead_um: 4000 * UM,
        out_of_service: vec![3],
        zones: Vec::new(),
    });
    line
}

/// Something that lies in the middle of the carrier that comes by the seam as the `nth`, or of it and the next ones.
pub(crate) fn on_carrier(nth: u64, length_mm: i64, plate: &'static str) -> Thing {
    let carriers = (length_mm + 90).div_euclid(PITCH as i64) + 1;
    let margin = (carriers * PITCH as i64 - length_mm) / 2;
    thing((INDEX + nth * PITCH) as i64 + margin, length_mm, plate)
}

pub(crate) struct Story {
    pub(crate) bench: Bench,
    /// Turns in which the index sensor stays silent.
    pub(crate) silent: Vec<u64>,
}

impl Story {
    pub(crate) fn on(line: Line, things: Vec<Thing>) -> Self {
        let mut all = vec![on_carrier(20, 300, "LEADER1"), on_carrier(21, 300, "LEADER2")];
        all.extend(things);
        let mut bench = Bench::on(line, all);
        for plate in ["AAAAAA", "BBBBBB", "CCCCCC", "DDDDDD"] {
            bench.parcel(plate, if plate < "CCCCCC" { "JFK" } else { "ORD" });
        }
        Self { bench, silent: Vec::new() }
    }

    pub(crate) fn new(things: Vec<Thing>) -> Self {
        Self::on(ring_line(), things)
    }

    /// Lets the ring run to a count of the bench; the index sensor tells of every turn.
    pub(crate) fn run_to(&mut self, count: u64) {
        while self.bench.count < count {
            self.bench.travel(1);
            let since = self.bench.count.checked_sub(INDEX);
            let turn = since.filter(|since| since.is_multiple_of(TURN)).map(|since| since / TURN);
            if turn.is_some_and(|turn| !self.silent.contains(&turn)) {
                self.bench.edge(INDEX_SENSOR, true);
                self.bench.edge(INDEX_SENSOR, false);
            }
        }
    }

    /// Runs until a thing has made so many turns and is at a place.
    pub(crate) fn run_until(&mut self, thing: usize, turns: u64, mm: i64) {
        let start = u64::try_from(-self.bench.things[thing].start_mm).expect("it comes later");
        self.run_to((start + turns * TURN).saturating_add_signed(mm));
    }

    /// Counts of the bench at which the permitted carriers are at the seam.
    pub(crate) fn permits(&self) -> Vec<u64> {
        let count = |command: &HostTelegram| {
            let HostTelegram::Load { count, .. } = command else { return None };
            Some(u64::from(count.wrapping_sub(self.bench.base)))
        };
        self.bench.commands.iter().filter_map(|(_, command)| count(command)).collect()
    }

    pub(crate) fn passes(&self, item: u32) -> u8 {
        let begun = |record: &Record| {
            let Record::PassBegun { item: other, pass, .. } = record else { return None };
            (*other == item).then_some(*pass)
        };
        self.bench.log.iter().rev().find_map(begun).unwrap_or(1)
    }
}

/// A plan in which what finds no room goes round twice more.
pub(crate) fn recirculating(plan: &mut Plan) {
    let outlets = |list: &[u16]| heapless::Vec::from_slice(list).expect("few");
    plan.exceptions.push(ExceptionOutlets { code: Reason::Lck, outlets: outlets(&[ANOTHER_PASS, ANOTHER_PASS]) });
    plan.exceptions.push(ExceptionOutlets { code: Reason::Rcx, outlets: outlets(&[3]) });
}

pub(crate) fn lock(story: &mut Story, chute: u16, locked: bool) {
    use sortie_core::records::Order;
    let what = if locked { Order::Lock { chute } } else { Order::Unlock { chute } };
    story.bench.input(super::order(what));
}

/// The first item of a story; two leaders come before it.
pub(crate) const FIRST: u32 = 3;
