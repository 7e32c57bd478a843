//! `topology = "loop"`: what `[loop]` says reaches the core, what is wrong with it is told, and the proofs close the ring.

use sortie_controller::check;
use sortie_controller::config::{Problems, line_from_str, plan_from_str};
use sortie_controller::feed::Flights;
use sortie_core::output::Reason;
use sortie_core::plan::ANOTHER_PASS;

const LINE: &str = include_str!("cases/check-good-line/line.toml");
const LOOP: &str = "[loop]\ncarriers = 24\ncarrier_pitch_mm = 600\nindex_sensor = 9\nreject_chute = 2\n\n[board]\n";

/// The good line, bent to a ring of 14.4 m.
fn loop_toml() -> String {
    let head = "[line]\ntopology = \"loop\"\ninductions = [1, 2]\n";
    LINE.replacen("[line]\n", head, 1)
        .replacen("[board]\n", LOOP, 1)
        .replace("kind = \"end-of-line\"", "kind = \"belt\"")
}

fn problems(text: &str) -> Vec<String> {
    let Problems(problems) = line_from_str("line.toml", text).expect_err("a problem");
    problems.iter().map(|problem| format!("{}: {} ({})", problem.line, problem.message, problem.remedy)).collect()
}

fn with(old: &str, new: &str) -> String {
    let text = loop_toml();
    assert!(text.contains(old), "{old}");
    text.replacen(old, new, 1)
}

#[test]
fn a_ring_reaches_the_core_in_its_units() {
    let config = line_from_str("line.toml", &loop_toml()).unwrap_or_else(|problems| panic!("{problems}"));
    let ring = config.line.ring.as_ref().expect("a ring");
    assert_eq!((ring.carriers, ring.pitch_um, ring.length_um()), (24, 600_000, 14_400_000));
    assert_eq!((ring.index_sensor, ring.reject_chute, ring.passes_max), (9, 2, 3));
    assert_eq!((ring.occupancy_max_permille, ring.permit_ahead_um), (900, 4_000_000));
    assert_eq!((ring.out_of_service.as_slice(), config.line.inductions.as_slice()), (&[][..], &[1, 2][..]));
    let refusals = check::refusals(&config);
    assert!(refusals.is_empty(), "{refusals:#?}");
    let rules: Vec<_> = check::prove(&config).into_iter().filter(|proof| proof.rule == "T13").collect();
    assert_eq!(rules.len(), 6);
}

#[test]
fn what_is_wrong_with_a_loop_is_told() {
    let told = |old: &str, new: &str, words: &str| {
        let problems = problems(&with(old, new));
        assert!(problems.iter().any(|problem| problem.contains(words)), "{words}: {problems:#?}");
    };
    told("topology = \"loop\"", "topology = \"linear\"", "a table [loop], but the line is no loop");
    told("topology = \"loop\"", "topology = \"circle\"", "loop");
    told("[loop]\ncarriers = 24\n", "[loop]\n", "carriers");
    told("index_sensor = 9", "index_sensor = 1", "index_sensor = 1 is a belt PEC");
    told("reject_chute = 2", "reject_chute = 77", "the line has no chute 77");
    told("carriers = 24", "carriers = 24\ncarriers_out = [3, 3]", "3");
    told("carriers = 24", "carriers = 24\ncarriers_out = [25]", "there is no carrier 25");
    let all: Vec<String> = (1..=24).map(|number: u16| number.to_string()).collect();
    let all = format!("carriers = 24\ncarriers_out = [{}]", all.join(", "));
    told("carriers = 24", &all, "all 24 carriers are out of service");
    told("carriers = 24", "carriers = 24\noccupancy_max_permille = 41", "41 of 24 cells is less than one cell");
    told("carriers = 24", "carriers = 24\nlaps = 3", "laps");
    told("kind = \"belt\"", "kind = \"end-of-line\"", "an end-of-line PEC on a loop");
    let without = loop_toml().replacen(LOOP, "[board]\n", 1);
    assert!(problems(&without)[0].contains("[loop]"), "{:?}", problems(&without));
}

#[test]
fn a_ring_that_cannot_keep_its_rules_is_refused() {
    let refused = |old: &str, new: &str, subject: &str| {
        let config = line_from_str("line.toml", &with(old, new)).unwrap_or_else(|problems| panic!("{problems}"));
        let refusals = check::refusals(&config);
        assert!(refusals.iter().any(|problem| problem.message.contains(subject)), "{subject}: {refusals:#?}");
    };
    // Shorter turns bring the last PEC, and then the last divert, too near to the seam.
    refused("carriers = 24", "carriers = 16", "T13: seam");
    refused("carriers = 24", "carriers = 14", "T13: last divert");
    refused("carriers = 24", "carriers = 12", "order: chute");
    refused("carriers = 24", "carriers = 60", "T3: PEC entry");
    refused("carrier_pitch_mm = 600", "carrier_pitch_mm = 160", "T13: carriers");
    refused("carrier_pitch_mm = 600", "carrier_pitch_mm = 600\ncells_per_carrier = 4", "T13: carriers");
    refused("inductions = [1, 2]", "inductions = []", "T13: carriers");
    refused("carriers = 24", "carriers = 24\npermit_ahead_mm = 2000", "T13: permits");
    refused("baud = 115200", "baud = 19200", "T13: board link");
    refused("trigger_mm = 1200", "trigger_mm = 150", "T13: scan tunnel");
}

#[test]
fn what_to_do_about_a_ring_can_be_done() {
    let remedies = |old: &str, new: &str, subject: &str| -> String {
        let config = line_from_str("line.toml", &with(old, new)).unwrap_or_else(|problems| panic!("{problems}"));
        let of_it = check::refusals(&config).into_iter().filter(|problem| problem.message.starts_with(subject));
        of_it.map(|problem| problem.remedy).collect::<Vec<_>>().join("\n")
    };
    assert_eq!(
        remedies("carriers = 24", "carriers = 24\npermit_ahead_mm = 2000", "T13: permits"),
        "write permit_ahead_mm from 2546 to 7200"
    );
    let far = remedies("carriers = 24", "carriers = 5000", "T13: permits");
    assert!(far.contains("no permit_ahead_mm is right") && far.contains("put a belt PEC nearer"), "{far}");
    for subject in ["order: chute 1", "order: weigher"] {
        let short =
            with("carriers = 24", "carriers = 10").replacen("carrier_pitch_mm = 600", "carrier_pitch_mm = 380", 1);
        let short = line_from_str("line.toml", &short).unwrap_or_else(|problems| panic!("{problems}"));
        let found = check::refusals(&short).into_iter().find(|problem| problem.message.starts_with(subject));
        let remedy = found.unwrap_or_else(|| panic!("{subject}")).remedy;
        assert!(remedy.contains("carriers and carrier_pitch_mm") && !remedy.contains("end-of-line"), "{remedy}");
    }
}

#[test]
fn a_loop_has_no_end_to_return_from() {
    let text = with("parcels_max = 120000", "parcels_max = 120000\nreturn_passes_max = 3");
    assert!(
        problems(&text).iter().any(|problem| problem.contains("return_passes_max = 3 on a loop")),
        "{:?}",
        problems(&text)
    );
}

#[test]
fn a_carrier_has_cells_of_whole_millimetres() {
    let two =
        line_from_str("line.toml", &with("carrier_pitch_mm = 600", "carrier_pitch_mm = 600\ncells_per_carrier = 2"));
    let ring = two.expect("a good line").line.ring.expect("a ring");
    assert_eq!((ring.cells_per_carrier, ring.cell_um(), ring.cells(), ring.length_um()), (2, 300_000, 48, 14_400_000));
    let odd = with("carrier_pitch_mm = 600", "carrier_pitch_mm = 601\ncells_per_carrier = 2");
    assert!(
        problems(&odd).iter().any(|problem| problem.contains("no 2 cells of whole millimetres")),
        "{:?}",
        problems(&odd)
    );
}

#[test]
fn a_plan_may_let_a_code_go_round_but_only_on_a_loop() {
    let line = line_from_str("line.toml", &loop_toml()).expect("a good line");
    let plan = |recirculate: u8, outlets: &str| {
        format!("version = 1\n\n[[exception]]\ncode = \"FUL\"\noutlets = {outlets}\nrecirculate = {recirculate}\n")
    };
    let checked = plan_from_str("plan.toml", &plan(2, "[2]"), &line, &Flights::default()).expect("a good plan");
    let full = &checked.plan.exceptions[0];
    assert_eq!(
        (full.code, full.passes(), full.outlets.as_slice()),
        (Reason::Ful, 2, &[ANOTHER_PASS, ANOTHER_PASS, 2][..])
    );
    let told = |line, recirculate, outlets| {
        let problems = plan_from_str("plan.toml", &plan(recirculate, outlets), line, &Flights::default());
        problems.expect_err("a problem").to_string()
    };
    assert!(told(&line, 8, "[2]").contains("together at most 8"));
    assert!(told(&line, 9, "[2]").contains("recirculate"));
    let linear = line_from_str("line.toml", LINE).expect("a good line");
    assert!(told(&linear, 1, "[2]").contains("on a line with two ends"));
}
