//! The plans that were in force, and when.

use super::belt::Commit;
use crate::feed::{FlightNo, Product};
use crate::files::{Customs, PlanFile, Security, Traffic};

/// A plan with a time of its own takes effect with the first UTC that the controller hears after it: within this, ns.
const HEARING_NS: u64 = 1_200_000_000;

/// A clock that was set by much need not be believed for so long, ns.
const DISBELIEF_NS: u64 = 62_000_000_000;

/// When a controller may have heard a UTC, and when it must have.
pub(super) type When<'a> = dyn Fn(i64) -> (u64, u64) + 'a;

/// What a chute is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Serves these flights.
    Flights(Vec<FlightNo>),
    /// Takes exceptions; the first code that names it.
    Exception(String),
    /// Named nowhere.
    Unused,
}

/// One plan, as far as the oracle judges by it.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    /// When it was delivered, and its own time in UTC, if it has one.
    delivered: u64,
    from_ms: Option<i64>,
    /// It may be in force from here on.
    since: u64,
    /// It is in force from here on.
    surely: u64,
    roles: Vec<Role>,
    pub(super) disabled: Vec<u16>,
    pub(super) full_delay_ns: u64,
    pub(super) after_full: u32,
    pub(super) jam_blocked_ns: u64,
    cutoff_earlier_ms: Vec<(Product, i64)>,
    /// Allowed customs and security states of each traffic, one bit each.
    boarding: [(u8, u8); Traffic::ALL.len()],
    /// Chutes that need a container.
    containers: Vec<u16>,
    /// Chutes with a limit of pieces or rate, of which nobody can say from outside when it applies.
    pub(super) limited: Vec<u16>,
    weighed: Vec<Product>,
    pub(super) weight_max_g: u32,
    pub(super) size_max_mm: [u16; 3],
    pub(super) weight_tolerance: (u32, u32),
}

impl Plan {
    pub(super) fn new(at: u64, when: &When<'_>, plan: &PlanFile, flight: &dyn Fn(&str) -> Option<FlightNo>) -> Self {
        let named = plan.flights.iter().flat_map(|flight| flight.chutes.iter().chain(&flight.overflow));
        let named = named.chain(plan.exceptions.iter().flat_map(|exception| &exception.outlets));
        let last = named.copied().max().unwrap_or(0);
        let role = |chute: u16| {
            let flights: Vec<FlightNo> = plan.flights_at(chute).filter_map(flight).collect();
            if plan.flights_at(chute).next().is_some() {
                return Role::Flights(flights);
            }
            plan.exception_at(chute).map_or(Role::Unused, |code| Role::Exception(code.to_owned()))
        };
        let from_ms = plan.active_from_ms();
        let (since, surely) = in_force(at, from_ms, when);
        Self {
            delivered: at,
            from_ms,
            since,
            surely,
            roles: (0..=last).map(role).collect(),
            disabled: plan.disabled.clone(),
            full_delay_ns: u64::from(plan.full_delay_ms) * 1_000_000,
            after_full: plan.after_full_pieces,
            jam_blocked_ns: u64::from(plan.jam_blocked_ms) * 1_000_000,
            cutoff_earlier_ms: plan.cutoffs().collect(),
            boarding: Traffic::ALL.map(|traffic| plan.boarding(traffic)),
            containers: plan.containers().collect(),
            limited: plan.limited().collect(),
            weighed: plan.weighed().collect(),
            weight_max_g: plan.limits.weight_max_g,
            size_max_mm: plan.limits.size_max_mm,
            weight_tolerance: plan.limits.tolerance(),
        }
    }

    /// When it comes into force at the earliest, and at the latest, and when it was delivered besides.
    fn first(&self) -> (u64, u64) {
        (self.since, self.delivered)
    }

    fn last(&self) -> (u64, u64) {
        (self.surely, self.delivered)
    }

    /// True if it is not known whether it is in force.
    fn is_open(&self, at: u64) -> bool {
        self.since <= at && at < self.surely
    }

    pub(super) fn role(&self, chute: u16) -> &Role {
        self.roles.get(usize::from(chute)).unwrap_or(&Role::Unused)
    }

    /// Chutes that serve a flight.
    pub(super) fn chutes_of(&self, flight: FlightNo) -> impl Iterator<Item = u16> {
        let serves = move |role: &Role| matches!(role, Role::Flights(flights) if flights.contains(&flight));
        (0..).zip(&self.roles).filter(move |(_, role)| serves(role)).map(|(chute, _)| chute)
    }

    pub(super) fn needs_container(&self, chute: u16) -> bool {
        self.containers.contains(&chute)
    }

    pub(super) fn is_weighed(&self, product: Product) -> bool {
        self.weighed.contains(&product)
    }

    /// How much earlier than its flight's the cut-off of a product is, ms.
    pub(super) fn earlier_ms(&self, product: Product) -> i64 {
        self.cutoff_earlier_ms.iter().find(|(name, _)| *name == product).map_or(0, |(_, earlier)| *earlier)
    }

    pub(super) fn boards(&self, traffic: Traffic, customs: Customs, security: Security) -> bool {
        let (customs_bits, security_bits) = self.boarding[traffic as usize];
        customs_bits >> customs as u8 & 1 == 1 && security_bits >> security as u8 & 1 == 1
    }
}

/// From when on a plan may be in force, and from when on it must be.
fn in_force(delivered: u64, from_ms: Option<i64>, when: &When<'_>) -> (u64, u64) {
    let Some(from_ms) = from_ms else { return (delivered, delivered) };
    let (earliest, latest) = when(from_ms);
    let surely = if latest > delivered { latest + HEARING_NS } else { delivered };
    (earliest.max(delivered), surely)
}

/// All plans of a run, in the order in which they come into force.
#[derive(Clone, Debug, Default)]
pub(super) struct Plans(Vec<Plan>);

impl Plans {
    /// A plan was delivered at `at`. One that waits for its time takes the place of another that does.
    pub(super) fn push(&mut self, at: u64, plan: Plan) {
        if plan.since > at {
            self.0.retain(|other| other.since <= at);
        }
        let place = self.0.partition_point(|other| other.since <= plan.since);
        self.0.insert(place, plan);
    }

    /// The clock was set: plans that wait for their time may come earlier or later than it seemed.
    pub(super) fn clock_set(&mut self, at: u64, when: &When<'_>) {
        for plan in self.0.iter_mut().filter(|plan| plan.surely > at) {
            let (since, surely) = in_force(plan.delivered, plan.from_ms, when);
            plan.since = plan.since.min(since);
            plan.surely = plan.surely.max(surely).max(at + DISBELIEF_NS);
        }
    }

    /// The plan that is surely in force at `at`.
    pub(super) fn at(&self, at: u64) -> Option<&Plan> {
        self.0.iter().rev().find(|plan| plan.surely <= at)
    }

    /// True if more than one may be in force at `at`.
    pub(super) fn is_open(&self, at: u64) -> bool {
        self.0.iter().any(|plan| plan.is_open(at))
    }

    /// Those that may have been in force at some time within a commit.
    pub(super) fn within(&self, commit: Commit) -> impl Iterator<Item = &Plan> {
        // A clock that was set can bring a plan that waited for its time behind one that did not wait: it has gone only
        // when one has surely come that cannot have come before it.
        let gone = move |place: usize, plan: &Plan| {
            // Of two that came at once the one that was told later stands.
            let behind = |(other, next): (usize, &Plan)| {
                next.surely <= commit.from
                    && (next.first() > plan.last() || (other > place && next.first() == plan.last()))
            };
            self.0.iter().enumerate().any(behind)
        };
        let may_be =
            self.0.iter().enumerate().filter(move |(place, plan)| plan.since <= commit.to && !gone(*place, plan));
        may_be.map(|(_, plan)| plan)
    }
}
