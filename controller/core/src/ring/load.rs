//! Permits by carrier, or by cell where a carrier has several: an induction puts an item only onto one that is known to
//! be free when it comes.

use crate::items::Item;
use crate::limits::DISORDER_UM;
use crate::line::Ring;
use crate::outputs::Outputs;
use crate::state::Core;
use sortie_protocol::board::telegram::HostTelegram;

impl Core {
    /// Gives the permits of the carriers that have come near enough to the inductions.
    pub(crate) fn tell_loads(&mut self, out: &mut Outputs) {
        if !self.geometry.is_ring() || !self.belt.link_up {
            return;
        }
        self.watch_index(out);
        let count = self.belt.count;
        self.drop_old_permits(count);
        let Some(ring) = self.geometry.line.ring.as_ref() else { return };
        let ahead = self.geometry.counts_up(ring.permit_ahead_um);
        let half = self.geometry.counts_up(ring.cell_um() / 2);
        // A carrier that is too near for an induction to obey is let pass.
        let mut from = self.carriers.next.max(count + ahead / 2);
        while let Some((at, carrier)) = self.cell_from(ring, from).filter(|(at, _)| *at <= count + ahead) {
            // The index may re-base the carriers by a count or more: this one is done with all the same.
            from = at + half;
            if !self.may_load(ring, at, carrier) {
                continue;
            }
            let inductions = &self.geometry.line.inductions;
            let Some(induction) = inductions.get(self.carriers.given % inductions.len().max(1)) else { break };
            out.command(HostTelegram::Load { induction: *induction, count: at as u32 });
            self.carriers.given = self.carriers.given.wrapping_add(1);
            self.carriers.permits.push_back(at);
        }
        self.carriers.next = from;
    }

    fn may_load(&self, ring: &Ring, at: u64, carrier: u16) -> bool {
        self.permits.held.is_none()
            && at > self.carriers.unseen_until
            && self.carriers.permits.len() < crate::limits::PERMITS
            && !ring.out_of_service.contains(&carrier)
            && self.is_free(ring, at)
            && self.occupied(ring) * 1000 < usize::from(ring.occupancy_max_permille) * ring.cells()
    }

    /// Whether nothing that is known of lies on the carrier that is at the seam at a count.
    fn is_free(&self, ring: &Ring, at: u64) -> bool {
        let (count, upc) = (self.belt.count, self.geometry.um_per_count);
        let front = self.geometry.ring_um - (at - count) as i64 * upc;
        let rear = front - ring.cell_um();
        let near = self.items.iter().take_while(|(_, item)| item.lead_um(count, upc) > rear - DISORDER_UM);
        let lies_there = |item: &Item| {
            let length = if item.length == 0 { self.geometry.line.item_max_um } else { item.length_um(upc) };
            let (lead, error) = (item.lead_um(count, upc), self.outer_um(item, self.geometry.ring_um));
            lead + error > rear && lead - length - error < front
        };
        !near.into_iter().any(|(_, item)| lies_there(item))
    }

    /// Cells that items lie on. One that is longer than a cell lies on several.
    fn occupied(&self, ring: &Ring) -> usize {
        let upc = self.geometry.um_per_count;
        let carriers = |item: &Item| ((item.length_um(upc) + ring.cell_um() - 1) / ring.cell_um()).max(1) as usize;
        let under_way = self.carriers.permits.len();
        self.items.iter().filter(|(_, item)| !item.fired()).map(|(_, item)| carriers(item)).sum::<usize>() + under_way
    }

    /// Uses up the permit of the carrier that is at the seam; false if it has none.
    pub(crate) fn take_permit(&mut self, count: u64) -> bool {
        let Some(ring) = self.geometry.line.ring.as_ref() else { return false };
        let (pitch, slack) =
            (self.geometry.counts_up(ring.cell_um()), self.geometry.counts_up(self.geometry.line.window_base_um));
        let fits = |permit: &u64| count + slack >= *permit && count < permit + pitch;
        let Some(place) = self.carriers.permits.iter().position(fits) else { return false };
        self.carriers.permits.remove(place);
        true
    }

    fn drop_old_permits(&mut self, count: u64) {
        let Some(ring) = self.geometry.line.ring.as_ref() else { return };
        let late = self.geometry.counts_up(ring.cell_um()) + self.geometry.edge_late;
        while self.carriers.permits.front().is_some_and(|permit| permit + late < count) {
            self.carriers.permits.pop_front();
        }
    }
}
