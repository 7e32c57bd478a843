//! After the link comes up: is it the same board, and what does it still hold of ours (B6, section 8)?

use crate::items::Divert;
use crate::output::{DoubtCause, FlushCause};
use crate::outputs::Outputs;
use crate::state::Core;
use sortie_protocol::board::telegram::{FireOutcome, HostTelegram, Tag};

/// The question to the board that is open after a new session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reconciliation {
    query: u16,
    open: bool,
    /// Items that the board has named so far.
    named: heapless::Vec<u32, 512>,
}

impl Reconciliation {
    pub(crate) fn new() -> Self {
        Self { query: 0, open: false, named: heapless::Vec::new() }
    }

    /// True while the board must not fire: we do not know yet what it holds.
    pub(crate) fn open(&self) -> bool {
        self.open
    }
}

impl Core {
    /// A process that goes on with its journal counts the time from there by UTC, which may have been set meanwhile.
    /// Then nobody knows when a result came that still waits for the belt.
    pub(crate) fn compare_clocks(&mut self, boot: u32, goes_on: bool, time_ms: Option<u32>) {
        if let Some(time_ms) = time_ms.filter(|_| goes_on && self.belt.boot == Some(boot))
            && self.belt.compare_clocks(self.now, time_ms)
        {
            self.pending.clear();
        }
    }

    /// The link to the board is up.
    #[inline(never)]
    pub(crate) fn take_link_up(&mut self, boot: u32, resumed: bool, new_session: bool, out: &mut Outputs) {
        let same_boot = self.belt.boot == Some(boot);
        self.belt.link_up = true;
        self.hear_board(out);
        if !(same_boot && resumed) {
            let cause = match (self.belt.boot, same_boot) {
                (None, _) => FlushCause::Start,
                (Some(_), true) => FlushCause::EventsLost,
                (Some(_), false) => FlushCause::Reboot,
            };
            self.flush(cause, out);
            // It may have begun anew under its old number.
            self.belt.forget_clock();
        }
        self.belt.boot = Some(boot);
        if new_session || !resumed {
            let query = self.reconciliation.query.wrapping_add(1);
            self.reconciliation.query = query;
            self.reconciliation.open = true;
            self.reconciliation.named.clear();
            for index in 0..self.items.len() {
                let slot = self.items.order()[index];
                if let Some(item) = self.items.get_mut(slot) {
                    item.asked_about = matches!(item.divert, Divert::Queued { .. });
                }
            }
            self.forget_lamps();
            self.permits.forget();
            out.command(HostTelegram::QueueQuery { query });
        }
    }

    /// One tag that the board holds or remembers.
    #[inline(never)]
    pub(crate) fn take_queue_entry(
        &mut self,
        query: u16,
        tag: Tag,
        revision: u16,
        outcome: Option<FireOutcome>,
        out: &mut Outputs,
    ) {
        if !self.reconciliation.open || query != self.reconciliation.query {
            return;
        }
        // A core that had to start empty must not use a number again that the board remembers.
        self.next_item = self.next_item.max(tag.item.wrapping_add(1)).max(1);
        // A board holds 256 queued and 256 remembered tags at most.
        let slot = self.items.by_number(tag.item);
        if slot.and_then(|slot| self.items.get(slot)).is_some_and(|item| item.pass != tag.pass) {
            // What became of a fire of an earlier pass is known; one that still waits must not be made.
            if outcome.is_none() {
                out.command(HostTelegram::Cancel { tag, revision: u16::MAX });
            }
            return;
        }
        let _ = self.reconciliation.named.push(tag.item);
        let expected = slot.and_then(|slot| self.items.get(slot)).is_some_and(|item| {
            let queued = matches!(item.divert, Divert::Queued { .. });
            // A fire that left after the question takes the place of whatever the answer still names.
            queued && (!item.asked_about || (item.revision == revision && !item.cancelling))
        });
        match (outcome, slot) {
            (None, _) if expected => {}
            (None, slot) => {
                out.command(HostTelegram::Cancel { tag, revision: u16::MAX });
                if let Some(slot) = slot {
                    self.doubt(slot, DoubtCause::CommandLost, out);
                }
            }
            (Some(outcome), Some(_)) => {
                let count = self.belt.count;
                self.take_outcome(tag, revision, outcome, count, out);
            }
            (Some(_), None) => {}
        }
    }

    /// The board has told all: a fire that it does not know never reached it.
    #[inline(never)]
    pub(crate) fn take_queue_end(&mut self, query: u16, out: &mut Outputs) {
        if !self.reconciliation.open || query != self.reconciliation.query {
            return;
        }
        self.reconciliation.open = false;
        for index in 0..self.items.len() {
            let slot = self.items.order()[index];
            let Some(item) = self.items.get_mut(slot) else { continue };
            let asked = matches!(item.divert, Divert::Queued { .. }) && item.asked_about;
            if asked && !self.reconciliation.named.contains(&item.number) {
                item.divert = Divert::None;
                item.cancelling = false;
                self.doubt(slot, DoubtCause::CommandLost, out);
            }
        }
    }
}
