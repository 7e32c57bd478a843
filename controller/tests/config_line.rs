//! `line.toml` becomes the core's line with the right units and order.

use sortie_controller::check;
use sortie_controller::config::{self, FrameEnd, HandheldDialect, LineConfig, Parity, ScannerDialect, WeigherDialect};
use sortie_core::line::{Button, ButtonDuty, PecKind, WeigherKind};
use std::path::Path;

const LINE: &str = include_str!("cases/check-good-line/line.toml");

fn good() -> LineConfig {
    config::line_from_str("folder/line.toml", LINE).expect("a good line")
}

fn with(old: &str, new: &str) -> LineConfig {
    assert!(LINE.contains(old), "{old}");
    config::line_from_str("line.toml", &LINE.replacen(old, new, 1)).expect("a good line")
}

#[test]
fn every_figure_reaches_the_core_in_its_unit() {
    let line = good().line;
    assert_eq!(
        (line.um_per_count, line.speed_mm_s, line.speed_max_mm_s, line.speed_min_mm_s),
        (1237, 2500, 2600, 2300)
    );
    assert_eq!((line.item_min_um, line.item_max_um), (80_000, 1_200_000));
    assert_eq!((line.gap_min_um, line.clearance_um, line.window_base_um), (90_000, 15_000, 8000));
    assert_eq!((line.inner_permille, line.outer_permille), (6, 12));
    assert_eq!((line.length_tolerance_um, line.stop_slip_um), (40_000, 10_000));
    assert_eq!((line.view_um, line.send_ahead_um), (400_000, 1_500_000));
    assert_eq!((line.suspect_k, line.suspect_n, line.parcels_max), (8, 12, 120_000));
    assert_eq!(line.pecs.iter().map(|pec| pec.position_um).collect::<Vec<_>>(), [0, 4_500_000, 9_000_000]);
    assert_eq!(line.pecs.first().unwrap().kind, PecKind::Entry);
    assert_eq!(line.pecs.last().unwrap().kind, PecKind::EndOfLine);
    assert_eq!(
        (line.scanners[0].trigger_um, line.scanners[0].numbered, line.scanners[0].read_jitter_ms),
        (1_200_000, true, 25)
    );
    assert_eq!((line.weighers[0].start_um, line.weighers[0].end_um), (2_600_000, 4_000_000));
    assert_eq!(line.weighers[0].kind, WeigherKind::Stream);
    let chute = line.chutes[0];
    assert_eq!((chute.number, chute.position_um, chute.output, chute.stroke_ms), (1, 6_800_000, 0, 60));
    assert_eq!((chute.divert_width_um, chute.confirm_min_um, chute.confirm_max_um), (120_000, 50_000, 1_500_000));
}

#[test]
fn ports_devices_and_files_keep_what_only_they_need() {
    let config = good();
    assert_eq!(config.files.plan, Path::new("folder/plan.toml"));
    assert_eq!(config.files.journal, Path::new("folder/journal"));
    assert_eq!(config.ports[config.board.port].role, "board");
    let scale = &config.ports[config.weighers[0].port];
    assert_eq!(scale.path, Path::new("folder/tty/scale"), "seen from the folder of line.toml, as the files are");
    assert_eq!(
        (scale.baud, scale.parity, scale.data_bits, scale.stop_bits, scale.usb_latency_ms),
        (9600, Parity::Even, 7, 1, 1)
    );
    assert_eq!(config.scanners[0].dialect, ScannerDialect::SickClv);
    assert_eq!(config.weighers[0].dialect, WeigherDialect::ToledoContinuous);
    assert_eq!((config.scanners[0].no_read.as_str(), config.scanners[0].heartbeat.as_deref()), ("NoRead", Some("HB")));
    assert_eq!(config.unused_ports().count(), 0);
}

#[test]
fn the_lead_is_the_sum_of_its_parts() {
    let config = good();
    // 36 bytes at 115,200 baud take 3.125 ms, rounded up to 4, and 1 ms in the adapter: two telegrams make 10.
    assert_eq!(config.line.lead_ms, 100 + 20 + 1 + 10 + 2 * (4 + 1));
    assert_eq!(config::lead_um(&config.line), 2600 * 141);
    let slow = with("baud = 115200", "baud = 9600");
    assert_eq!(slow.line.lead_ms, 100 + 20 + 1 + 10 + 2 * (38 + 1));
}

#[test]
fn a_stroke_that_outlasts_lease_and_margin_makes_the_lead_longer() {
    let lead = |stroke: &str| with("stroke_ms = 60", &format!("stroke_ms = {stroke}")).line.lead_ms;
    assert_eq!(lead("110"), 141);
    assert_eq!(lead("111"), 111 + 20 + 1 + 2 * (4 + 1));
    assert_eq!(lead("800"), 800 + 20 + 1 + 2 * (4 + 1), "one slow divert is enough");
}

#[test]
fn devices_are_ordered_by_position_whatever_the_file_says() {
    let config = with("position_mm = 6800\nside = \"left\"", "position_mm = 8000\nside = \"left\"");
    assert_eq!(config.line.chutes.iter().map(|chute| chute.number).collect::<Vec<_>>(), [2, 3, 1]);
    assert_eq!(config.chutes.iter().map(|chute| chute.number).collect::<Vec<_>>(), [2, 3, 1]);
}

#[test]
fn a_line_that_fails_a_proof_is_refused_with_the_place_of_the_device() {
    assert!(check::refusals(&good()).is_empty());
    let refusals = check::refusals(&with("position_mm = 4500", "position_mm = 600"));
    let chutes: Vec<u32> = refusals.iter().filter(|p| p.message.starts_with("T4")).map(|p| p.line).collect();
    assert_eq!(chutes, [93, 102, 110]);
}

#[test]
fn figures_of_a_chute_follow_from_the_last_pec_before_its_commit_point() {
    let figures = check::chute_figures(&good());
    assert_eq!((figures[2].position_um, figures[2].seen_um, figures[2].uncertainty_um), (7_600_000, 4_500_000, 26_600));
    assert_eq!((figures[2].commit_um, figures[2].lead_counts), (7_600_000 - 366_600, 297));
    // A PEC between the commit point and the divert comes too late to help.
    let late = check::chute_figures(&with("position_mm = 4500", "position_mm = 6500"));
    assert_eq!((late[0].seen_um, late[2].seen_um), (0, 6_500_000));
}

#[test]
fn the_highest_legal_uncertainty_holds_and_a_millimetre_more_does_not() {
    let t4 = |gap: u32| {
        let config = with("gap_min_mm = 90", &format!("gap_min_mm = {gap}"));
        check::prove(&config).into_iter().filter(|p| p.rule == "T4").all(|p| p.holds)
    };
    // 26.6 mm of uncertainty at chute 3 need (gap - 15) / 2 of at least as much.
    assert!(t4(69) && !t4(68));
}

#[test]
fn any_text_yields_a_line_or_problems_with_places() {
    for end in (0..LINE.len()).step_by(7) {
        let Some(text) = LINE.get(..end) else { continue };
        let problems = config::line_from_str("line.toml", text).err().map_or(Vec::new(), |problems| problems.0);
        assert!(problems.iter().all(|problem| problem.line > 0 && problem.column > 0 && !problem.remedy.is_empty()));
        assert!(!problems.is_empty() || text.contains("[[chute]]"), "{end}");
    }
}

/// The good line with what people use at it.
fn manned() -> String {
    let text = LINE
        .replacen("parcels_max = 120000", "parcels_max = 120000\ninductions = [1, 2]\nannounce_ms = 5000", 1)
        .replacen("side = \"right\"", "side = \"right\"\nlamp = 40\nbutton = 7", 1);
    text + "\n[[port]]\nrole = \"hand\"\npath = \"tty/hand\"\n\n[[handheld]]\nname = \"bay\"\nport = \"hand\"\nend = \"cr\"\n\
            \n[[button]]\nnumber = 0\nduty = \"acknowledge\"\n\n[[button]]\nnumber = 8\nduty = \"container\"\nchute = 3\n"
}

#[test]
fn what_people_use_at_the_line_reaches_the_core() {
    let config = config::line_from_str("line.toml", &manned()).expect("a good line");
    let line = &config.line;
    assert_eq!((line.inductions.as_slice(), line.announce_ms), (&[1, 2][..], 5000));
    assert_eq!(line.chutes.iter().map(|chute| chute.lamp).collect::<Vec<_>>(), [None, Some(40), None]);
    let button = |number, duty| Button { number, duty };
    assert_eq!(
        line.buttons,
        [button(7, ButtonDuty::Container(2)), button(0, ButtonDuty::Acknowledge), button(8, ButtonDuty::Container(3))]
    );
    let handheld = &config.handhelds[0];
    assert_eq!((handheld.name.as_str(), config.ports[handheld.port].role.as_str()), ("bay", "hand"));
    assert_eq!((handheld.dialect, handheld.end), (HandheldDialect::Lines, FrameEnd::Cr));
    assert_eq!(config.user_of_port(handheld.port), "handheld bay");
    assert_eq!(config.unused_ports().count(), 0);
}

#[test]
fn a_line_that_says_nothing_of_people_has_none() {
    let line = good().line;
    assert!(line.buttons.is_empty() && line.inductions.is_empty());
    assert_eq!(line.announce_ms, 10_000);
}

#[test]
fn at_full_speed_every_chute_is_committed_within_400_mm() {
    let config = good();
    let board = &config.ports[config.board.port];
    assert_eq!((config.line.speed_mm_s, board.baud, board.usb_latency_ms), (2500, 115_200, 1));
    for figures in check::chute_figures(&config) {
        assert!(figures.lead_um <= 400_000, "chute {}: {} µm", figures.number, figures.lead_um);
        assert_eq!(figures.position_um - figures.commit_um, figures.lead_um);
    }
}

#[test]
fn a_return_conveyor_lets_a_plan_recirculate() {
    assert_eq!(good().line.return_passes_max, 0);
    let line = with("parcels_max = 120000", "parcels_max = 120000\nreturn_passes_max = 3");
    assert_eq!(line.line.return_passes_max, 3);
    let plan = "version = 1\n\n[[exception]]\ncode = \"FUL\"\noutlets = []\nrecirculate = 2\n";
    let read = |line: &LineConfig| {
        config::plan_from_str("plan.toml", plan, line, &sortie_controller::feed::Flights::default())
    };
    assert_eq!(read(&line).expect("a good plan").plan.exceptions[0].passes(), 2);
    let told = read(&good()).expect_err("nothing comes again").to_string();
    assert!(told.contains("return_passes_max"), "{told}");
}
