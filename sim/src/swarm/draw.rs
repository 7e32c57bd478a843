//! A scenario from a seed: geometry that `sortie check` accepts, speeds, plan, traffic, people, hosts and faults.

use super::faults;
use rand_chacha::ChaCha8Rng;
use sortie_controller::check::refusals;
use sortie_controller::config::line_from_str;
use sortie_world::feed::line_toml;
use sortie_world::random::{between, chance, stream};
use sortie_world::scenario::{Changes, Goods, Host, Line, ProductShare, Run, Scenario};
use sortie_world::setup::{Operators, Traffic};

/// Good parcels that have to be sorted once the faults are off.
pub const CALM_PARCELS: u32 = 200;
/// So many geometries are drawn for one that is accepted, before the plain one is taken.
const TRIES: u32 = 200;
/// Flights are on the board for about so long, min of UTC; short runs get a clock that runs faster.
const NIGHT_MIN: u64 = 180;
/// No clock runs faster than this: an item must be able to ride within a product's cut-off.
const FASTEST: u64 = 20;

/// What a line looks like from above.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Topology {
    /// A belt with an end.
    Linear,
    /// A ring of carriers.
    Loop,
}

impl Topology {
    /// Every topology that is drawn.
    pub const ALL: [Self; 2] = [Self::Linear, Self::Loop];

    /// Its name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Linear => "linear",
            Self::Loop => "loop",
        }
    }
}

/// A run of the swarm.
#[derive(Clone, Debug)]
pub struct Drawn {
    /// What is run.
    pub scenario: Scenario,
    /// Which kind of line it is.
    pub topology: Topology,
    /// Geometries that `sortie check` refused before this one.
    pub refused: u32,
    /// True if some fault strikes extremely often.
    pub extreme: bool,
}

/// Draws the run of a seed. `base` is a scenario whose line, traffic and hosts are taken as they are.
#[must_use]
pub fn draw(seed: u64, hours: f64, base: Option<&Scenario>) -> Drawn {
    let mut random = stream(seed, "swarm");
    let (mut scenario, topology, refused) = match base {
        Some(base) => (base.clone(), if base.line.is_loop() { Topology::Loop } else { Topology::Linear }, 0),
        None => new_scenario(seed, hours, &mut random),
    };
    scenario.name = format!("swarm-{seed}");
    scenario.run.parcels = parcels(hours, scenario.traffic.parcels_per_hour);
    scenario.run.calm_parcels = CALM_PARCELS;
    let extreme = faults::draw(seed, &mut scenario);
    Drawn { scenario, topology, refused, extreme }
}

fn parcels(hours: f64, per_hour: u32) -> u64 {
    ((hours * f64::from(per_hour)).round() as u64).max(1)
}

fn new_scenario(seed: u64, hours: f64, random: &mut ChaCha8Rng) -> (Scenario, Topology, u32) {
    let place = between(random, 0, Topology::ALL.len() as i64 - 1).unsigned_abs() as usize;
    let topology = Topology::ALL[place];
    for refused in 0..TRIES {
        let scenario = whole(seed, hours, topology, random);
        if is_accepted(&scenario) {
            return (scenario, topology, refused);
        }
    }
    (Scenario::default(), topology, TRIES)
}

/// True if the controller would run the line.
fn is_accepted(scenario: &Scenario) -> bool {
    let text = line_toml(scenario, &|role| format!("/dev/serial/by-id/{role}"));
    line_from_str("line.toml", &text).is_ok_and(|config| refusals(&config).is_empty())
}

fn whole(seed: u64, hours: f64, topology: Topology, random: &mut ChaCha8Rng) -> Scenario {
    let line = match topology {
        Topology::Linear => with_return(seed, linear(random)),
        Topology::Loop => with_zones(seed, ring(random)),
    };
    let traffic = if line.is_loop() { ring_traffic(&line, random) } else { traffic(&line, random) };
    let (traffic, operators) = opening_day(seed, &line, traffic, operators(random));
    // Nothing piles up where a conveyor takes it away.
    let end_capacity = if line.return_s > 0 { 0 } else { operators.end_capacity };
    let operators = Operators { end_capacity, ..operators };
    let night = chance(random, 6_000);
    let minutes = (hours * 60.0).max(0.1);
    let hurry = (NIGHT_MIN as f64 / minutes).round() as u64;
    let run = Run {
        utc_speed: hurry.clamp(1, FASTEST) as u32,
        count_start: if chance(random, 5_000) {
            u32::MAX - number(random, 0, 200_000)
        } else {
            number(random, 0, 1 << 30)
        },
        ledger: chance(random, 2_500),
        ..Run::default()
    };
    let host = host(&line, night, random);
    // Where all comes round until it leaves, every outlet has to work.
    let dead_outputs =
        if line.comes_again() { 0 } else { few(random, 500, 1, 2).min(line.chutes - host.flight_chutes) };
    let numbered_scanners = chance(&mut stream(seed, "swarm scanners"), 7_500);
    let line = Line { dead_outputs, numbered_scanners, ..line };
    Scenario { name: format!("swarm-{seed}"), run, line, traffic, operators, host, ..Scenario::default() }
}

fn number(random: &mut ChaCha8Rng, low: u32, high: u32) -> u32 {
    u32::try_from(between(random, low.into(), high.into())).unwrap_or(low)
}

fn short(random: &mut ChaCha8Rng, low: u16, high: u16) -> u16 {
    u16::try_from(number(random, low.into(), high.into())).unwrap_or(low)
}

/// A value from a range in some of ten thousand cases, else 0.
fn sometimes(random: &mut ChaCha8Rng, share: i64, low: u32, high: u32) -> u32 {
    let value = number(random, low, high);
    if chance(random, share) { value } else { 0 }
}

/// The same for a small number.
fn few(random: &mut ChaCha8Rng, share: i64, low: u16, high: u16) -> u16 {
    u16::try_from(sometimes(random, share, low.into(), high.into())).unwrap_or(0)
}

fn one_of<T: Copy>(random: &mut ChaCha8Rng, list: &[T]) -> T {
    list[usize::try_from(between(random, 0, list.len() as i64 - 1)).unwrap_or(0)]
}

/// A belt with pairs of chutes, up to about 60 m.
fn linear(random: &mut ChaCha8Rng) -> Line {
    let chute_pitch_mm = number(random, 9, 24) * 100;
    let pairs = number(random, 8, 40).min(50_000 / chute_pitch_mm);
    Line {
        chutes: u16::try_from(pairs * 2).unwrap_or(16) - u16::from(chance(random, 2_000)),
        chute_pitch_mm,
        first_chute_mm: number(random, 60, 95) * 100,
        pairs_per_pec: short(random, 1, 4),
        scanners: u8::try_from(number(random, 2, 6)).unwrap_or(6),
        speed_mm_s: number(random, 16, 30) * 100,
        um_per_count: number(random, 400, 4_000),
        stroke_ms: number(random, 30, 110),
        divert_width_mm: number(random, 8, 20) * 10,
        // Where it is more than twice the 20 mm of debounce, a sliver behind a hole that came in the rear on the way is a
        // stranger that cuts the item's body: the only common way to that outcome of T3.
        length_tolerance_mm: number(random, 25, 70),
        dead_outputs: 0,
        baud: one_of(random, &[115_200, 230_400, 460_800]),
        ..Line::default()
    }
}

/// One line with two ends in six has a return conveyor.
fn with_return(seed: u64, line: Line) -> Line {
    let random = &mut stream(seed, "swarm return");
    let (return_s, passes_max) = (number(random, 12, 45), short(random, 2, 5) as u8);
    if chance(random, 1_700) { Line { return_s, passes_max, ..line } } else { line }
}

/// A ring of 50 to 200 m, with pairs of chutes most of the way round.
fn ring(random: &mut ChaCha8Rng) -> Line {
    let straight = linear(random);
    let chute_pitch_mm = number(random, 12, 40) * 100;
    let pairs = number(random, 10, 45).min(150_000 / chute_pitch_mm);
    let carrier_pitch_mm = number(random, 45, 80) * 10;
    let last_mm = straight.first_chute_mm + pairs * chute_pitch_mm - chute_pitch_mm / 2;
    let carriers = (last_mm + number(random, 25, 45) * 100).div_ceil(carrier_pitch_mm);
    Line {
        chutes: u16::try_from(pairs * 2).unwrap_or(20),
        chute_pitch_mm,
        pairs_per_pec: short(random, 1, 3),
        carriers: u16::try_from(carriers).unwrap_or(200),
        carrier_pitch_mm,
        passes_max: short(random, 2, 5) as u8,
        occupancy_max_permille: short(random, 700, 950),
        ..straight
    }
}

/// One ring in four has a second induction zone half a turn further, and so much longer a way round.
fn with_zones(seed: u64, line: Line) -> Line {
    let random = &mut stream(seed, "swarm zones");
    if !chance(random, 2_500) {
        return line;
    }
    let line = Line { zones: 2, ..line };
    let last_mm = line.first_chute_mm + line.pairs_of(0) * line.chute_pitch_mm - line.chute_pitch_mm / 2;
    let carriers = 2 * (last_mm + number(random, 25, 45) * 100).div_ceil(line.carrier_pitch_mm);
    Line { carriers: u16::try_from(carriers).unwrap_or(200), ..line }
}

/// As much as the carriers can take, or less.
fn ring_traffic(line: &Line, random: &mut ChaCha8Rng) -> Traffic {
    let most = line.speed_mm_s * 3_600 / line.carrier_pitch_mm;
    Traffic {
        parcels_per_hour: (most * number(random, 55, 92) / 100).clamp(3_000, 16_000),
        gap_min_mm: number(random, 90, 140),
        creep_permille: 0,
        overlong_per_10000: 0,
        short_gap_per_10000: 0,
        two_carriers_permille: short(random, 0, 400),
        ..traffic(line, random)
    }
}

/// As much as the belt can carry with some gaps, or less.
fn traffic(line: &Line, random: &mut ChaCha8Rng) -> Traffic {
    let gap_min_mm = number(random, 70, 140);
    // A parcel is 391 mm long on average; with 120 mm to spare the gaps are still as irregular as they are.
    let most = (line.speed_mm_s * 3_600 / (391 + gap_min_mm + 120)).min(16_000);
    let share = number(random, 70, 100);
    let read = |random: &mut ChaCha8Rng| u16::try_from(number(random, 600, 990)).unwrap_or(900);
    Traffic {
        parcels_per_hour: (most * share / 100).max(3_000),
        gap_min_mm,
        unreadable_per_10000: number(random, 20, 400),
        read_permille: (0..6).map(|_| read(random)).collect(),
        // Windows are made for 6; a belt in bad state lets items creep beyond that.
        creep_permille: if chance(random, 2_200) { number(random, 7, 10) } else { number(random, 0, 5) },
        overlong_per_10000: sometimes(random, 4_000, 5, 60),
        short_gap_per_10000: sometimes(random, 4_000, 5, 60),
        ..Traffic::default()
    }
}

/// On some lines come parcels of every length, and on some the end of line fills.
fn opening_day(seed: u64, line: &Line, traffic: Traffic, operators: Operators) -> (Traffic, Operators) {
    let random = &mut stream(seed, "swarm opening day");
    let end_capacity = sometimes(random, 2_500, 8, 60);
    let end_clear_max_s = number(random, 10, 60);
    let mixed_lengths = chance(random, 1_500) && !line.is_loop();
    let most = if mixed_lengths { line.speed_mm_s * 3_600 / (640 + traffic.gap_min_mm + 60) } else { u32::MAX };
    let parcels_per_hour = traffic.parcels_per_hour.min(most);
    (Traffic { parcels_per_hour, mixed_lengths, ..traffic }, Operators { end_capacity, end_clear_max_s, ..operators })
}

fn operators(random: &mut ChaCha8Rng) -> Operators {
    Operators {
        capacity: number(random, 15, 80),
        empty_min_s: number(random, 2, 10),
        empty_max_s: number(random, 12, 50),
        container_every: few(random, 3_500, 2, 6),
        container_pieces: number(random, 25, 80),
        change_max_s: number(random, 4, 12),
        stuck_per_10000: sometimes(random, 4_000, 3, 40),
        clear_max_s: number(random, 20, 60),
        break_every_min: sometimes(random, 2_000, 10, 60),
        break_s: number(random, 20, 90),
        ..Operators::default()
    }
}

fn host(line: &Line, night: bool, random: &mut ChaCha8Rng) -> Host {
    let exceptions = short(random, 4, 14).min(line.chutes / 3);
    let flight_chutes = line.chutes - exceptions;
    let most = (flight_chutes * 3 / 4).clamp(6, 40);
    let flights = if night { short(random, 10, most.max(10)) } else { short(random, 4, most) };
    Host {
        flights,
        flight_chutes,
        closing_flights: if night { 0 } else { short(random, 0, 3).min(flights - 1) },
        parcels_on_file: number(random, 6_000, 12_000),
        two_plates_per_10000: number(random, 500, 4_000),
        unknown_per_10000: number(random, 5, 80),
        unbooked_per_10000: number(random, 0, 1_500),
        held_per_10000: number(random, 10, 100),
        unassessed_per_10000: number(random, 5, 60),
        late_holds_per_10000: number(random, 0, 100),
        aimed_holds_per_10000: sometimes(random, 6_000, 20, 200),
        late_per_10000: number(random, 10, 60),
        no_flight_per_10000: number(random, 5, 40),
        goods: goods(random),
        changes: if night { changes(flights, random) } else { Changes::default() },
        ..Host::default()
    }
}

fn goods(random: &mut ChaCha8Rng) -> Goods {
    if chance(random, 4_000) {
        return Goods { may_move_per_10000: sometimes(random, 5_000, 500, 5_000), ..Goods::default() };
    }
    let product = |name: &str, per_10000, cutoff_earlier_s, weight_required| ProductShare {
        name: name.to_owned(),
        per_10000,
        cutoff_earlier_s,
        weight_required,
    };
    Goods {
        not_screened_per_10000: number(random, 10, 80),
        security_alarm_per_10000: number(random, 5, 20),
        may_move_per_10000: number(random, 1_000, 5_000),
        early_per_10000: number(random, 10, 60),
        products: vec![
            product("ECOM", 5_000, 0, false),
            product("EXP", 1_500, -240, false),
            product("HVY", number(random, 20, 300), 600, true),
        ],
        handling: ["ELI", "CAO", "PER", "VAL"].map(str::to_owned).to_vec(),
        handled_per_10000: number(random, 100, 500),
        refused_handling_per_10000: number(random, 10, 40),
        declared: true,
        overweight_per_10000: number(random, 8, 30),
        oversize_per_10000: number(random, 8, 30),
        wrong_weight_per_10000: number(random, 10, 60),
    }
}

/// Flights that open and close all the time, and supervisors who change everything.
fn changes(flights: u16, random: &mut ChaCha8Rng) -> Changes {
    let some = |random: &mut ChaCha8Rng, most: u16| short(random, 0, most.min(flights / 5));
    let cancelled = some(random, 2);
    Changes {
        open_min: number(random, 70, 150),
        departs_min: number(random, 8, 60),
        delayed: some(random, 3),
        advanced: some(random, 2),
        cancelled,
        reopened: short(random, 0, cancelled),
        closed_by_hand: some(random, 2),
        small_flights: some(random, 2),
        rebooked_per_10000: number(random, 2_000, 8_000),
        traffics: chance(random, 6_000),
        plan_every_min: number(random, 15, 45),
        disable_every_min: sometimes(random, 7_000, 10, 40),
        lock_every_min: sometimes(random, 7_000, 10, 40),
        rate_every: few(random, 2_500, 5, 12),
        rate_per_min: number(random, 3, 8),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_is_a_scenario_that_can_be_written_out() {
        for seed in 0..40 {
            let drawn = draw(seed, 0.1, None);
            assert!(drawn.refused < TRIES, "seed {seed}");
            let text = toml::to_string(&drawn.scenario).unwrap();
            let read = Scenario::parse(&text).unwrap_or_else(|error| panic!("seed {seed}: {error}"));
            assert_eq!(toml::to_string(&read).unwrap(), text);
        }
    }

    #[test]
    fn one_ring_in_four_has_a_second_zone() {
        let rings = (0..120).map(|seed| draw(seed, 0.1, None)).filter(|drawn| drawn.topology == Topology::Loop);
        let zones: Vec<u8> = rings.map(|drawn| drawn.scenario.line.zones).collect();
        let two = zones.iter().filter(|zones| **zones == 2).count();
        assert!(two * 6 >= zones.len() && two * 2 <= zones.len(), "{two} of {}", zones.len());
    }

    #[test]
    fn one_line_with_two_ends_in_six_has_a_return_conveyor_and_every_outlet_of_it_works() {
        let lines = (0..240).map(|seed| draw(seed, 0.1, None)).filter(|drawn| drawn.topology == Topology::Linear);
        let (again, once): (Vec<_>, Vec<_>) = lines.partition(|drawn| drawn.scenario.line.comes_again());
        assert!(again.len() * 12 >= once.len() && again.len() * 3 <= once.len(), "{} {}", again.len(), once.len());
        let ends = |drawn: &Drawn| drawn.scenario.line.dead_outputs == 0 && drawn.scenario.operators.end_capacity == 0;
        assert!(again.iter().all(ends));
        assert!(once.iter().all(|drawn| drawn.scenario.line.return_s == 0));
    }

    #[test]
    fn a_given_scenario_keeps_its_line() {
        let base = crate::scenario::load("linear").unwrap();
        let drawn = draw(3, 0.1, Some(&base));
        assert_eq!((drawn.scenario.line, drawn.scenario.run.parcels), (base.line, 1_100));
        assert_eq!(drawn.topology, Topology::Linear);
        let ring = crate::scenario::load("loop").unwrap();
        assert_eq!(draw(3, 0.1, Some(&ring)).topology, Topology::Loop);
    }
}
