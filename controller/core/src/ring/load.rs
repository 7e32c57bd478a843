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
        for zone in 0..self.geometry.zones() {
            self.tell_zone_loads(zone, out);
        }
    }

    fn tell_zone_loads(&mut self, zone: usize, out: &mut Outputs) {
        let count = self.belt.count;
        self.drop_old_permits(zone, count);
        let Some(ring) = self.geometry.line.ring.as_ref() else { return };
        let (entry_um, inductions) = (self.geometry.entry_um(zone), self.geometry.inductions(zone));
        let ahead = self.geometry.counts_up(ring.permit_ahead_um);
        // The index may re-base the carriers by some counts, and rarely by more: no two permits are nearer than a carrier.
        let beyond = self.geometry.counts_up(ring.cell_um() - ring.cell_um() / 16);
        // A carrier that is too near for an induction to obey is let pass.
        let mut from = self.carriers.zones[zone].next.max(count + ahead / 2);
        while let Some((at, carrier)) = self.cell_from(ring, entry_um, from).filter(|(at, _)| *at <= count + ahead) {
            from = at + beyond;
            if !self.may_load(ring, entry_um, at, carrier) {
                continue;
            }
            let loads = &mut self.carriers.zones[zone];
            let Some(induction) = inductions.get(loads.given % inductions.len().max(1)) else { break };
            out.command(HostTelegram::Load { induction: *induction, count: at as u32 });
            loads.given = loads.given.wrapping_add(1);
            loads.permits.push_back(at);
        }
        self.carriers.zones[zone].next = from;
    }

    fn may_load(&self, ring: &Ring, entry_um: i64, at: u64, carrier: u16) -> bool {
        self.permits.held.is_none()
            && at > self.carriers.unseen_until
            && self.carriers.permitted() < crate::limits::PERMITS
            && !ring.out_of_service.contains(&carrier)
            && self.is_free(ring, entry_um, at)
            && self.occupied(ring) * 1000 < usize::from(ring.occupancy_max_permille) * ring.cells()
    }

    /// Whether nothing that is known of lies on the carrier that is at an entry at a count: in the places of the pass that
    /// ends at the seam, and, where that lies further back, in those of the next one, too.
    fn is_free(&self, ring: &Ring, entry_um: i64, at: u64) -> bool {
        let front = entry_um - (at - self.belt.count) as i64 * self.geometry.um_per_count;
        let turn = self.geometry.ring_um;
        self.is_bare(ring, front + turn, entry_um + turn) && (entry_um == 0 || self.is_bare(ring, front, entry_um))
    }

    /// Whether nothing that is known of lies on the carrier whose front is at a place now, and will be at an entry.
    fn is_bare(&self, ring: &Ring, front: i64, entry_um: i64) -> bool {
        let (count, upc) = (self.belt.count, self.geometry.um_per_count);
        let rear = front - ring.cell_um();
        let near = self.items.iter().take_while(|(_, item)| item.lead_um(count, upc) > rear - DISORDER_UM);
        let lies_there = |item: &Item| {
            let length = if item.length == 0 { self.geometry.line.item_max_um } else { item.length_um(upc) };
            let (lead, error) = (item.lead_um(count, upc), self.outer_um(item, entry_um));
            lead + error > rear && lead - length - error < front
        };
        !near.into_iter().any(|(_, item)| lies_there(item))
    }

    /// Cells that items lie on. One that is longer than a cell lies on several.
    fn occupied(&self, ring: &Ring) -> usize {
        let upc = self.geometry.um_per_count;
        let carriers = |item: &Item| ((item.length_um(upc) + ring.cell_um() - 1) / ring.cell_um()).max(1) as usize;
        let under_way = self.carriers.permitted();
        self.items.iter().filter(|(_, item)| !item.fired()).map(|(_, item)| carriers(item)).sum::<usize>() + under_way
    }

    /// Uses up the permit of the carrier that is at a PEC; false if it has none, or if no zone begins there.
    pub(crate) fn take_permit(&mut self, pec: usize, count: u64) -> bool {
        let (Some(zone), Some(ring)) = (self.geometry.zone_of_entry(pec), self.geometry.line.ring.as_ref()) else {
            return false;
        };
        let (pitch, slack) =
            (self.geometry.counts_up(ring.cell_um()), self.geometry.counts_up(self.geometry.line.window_base_um));
        let fits = |permit: &u64| count + slack >= *permit && count < permit + pitch;
        let permits = &mut self.carriers.zones[zone].permits;
        let Some(place) = permits.iter().position(fits) else { return false };
        permits.remove(place);
        true
    }

    fn drop_old_permits(&mut self, zone: usize, count: u64) {
        let Some(ring) = self.geometry.line.ring.as_ref() else { return };
        let late = self.geometry.counts_up(ring.cell_um()) + self.geometry.edge_late;
        let permits = &mut self.carriers.zones[zone].permits;
        while permits.front().is_some_and(|permit| permit + late < count) {
            permits.pop_front();
        }
    }
}
