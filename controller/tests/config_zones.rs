//! `[[zone]]`: what it says reaches the core, and where a plan's chutes can be reached is seen zone by zone.

use sortie_controller::check;
use sortie_controller::config::{line_from_str, line_keys, plan_from_str};
use sortie_controller::feed::Flights;
use sortie_core::line::{PecKind, Zone};

const LINE: &str = include_str!("cases/check-two-zones/line.toml");

#[test]
fn zones_reach_the_core_in_their_units() {
    let config = line_from_str("line.toml", LINE).unwrap_or_else(|problems| panic!("{problems}"));
    let ring = config.line.ring.as_ref().expect("a ring");
    assert_eq!(ring.zones, [Zone { entry_um: 14_400_000, inductions: vec![3, 4] }]);
    assert_eq!(config.line.inductions, [1, 2]);
    let entries: Vec<i64> =
        config.line.pecs.iter().filter(|pec| pec.kind == PecKind::Entry).map(|pec| pec.position_um).collect();
    assert_eq!(entries, [0, 14_400_000]);
    assert_eq!([0, 14_399, 14_400, 28_000].map(|mm| config.zone_at(mm)), [0, 0, 1, 1]);
    assert!(check::refusals(&config).is_empty(), "{:#?}", check::refusals(&config));
}

#[test]
fn zones_stand_in_order_of_place_whatever_their_order_in_the_file() {
    let third = "[[zone]]\nname = \"west\"\npec = \"entry-3\"\ninductions = [7]\n\n[[zone]]\nname = \"east\"";
    let pec = "[[pec]]\nname = \"entry-3\"\nsensor = 6\nposition_mm = 27000\nkind = \"entry\"\n\n[[scanner]]";
    let text = LINE.replacen("[[zone]]\nname = \"east\"", third, 1).replacen("[[scanner]]", pec, 1);
    let config = line_from_str("line.toml", &text).unwrap_or_else(|problems| panic!("{problems}"));
    let names: Vec<&str> = config.zones.iter().map(|zone| zone.name.as_str()).collect();
    assert_eq!(names, ["east", "west"]);
    let entries: Vec<i64> = config.line.ring.iter().flat_map(|ring| &ring.zones).map(|zone| zone.entry_um).collect();
    assert_eq!(entries, [14_400_000, 27_000_000]);
}

#[test]
fn permits_of_all_zones_together_find_room_at_the_board() {
    // 40 cells ahead for either zone are more than the board keeps.
    let text = LINE.replacen("carriers = 48\n", "carriers = 96\npermit_ahead_mm = 12000\n", 1).replacen(
        "carrier_pitch_mm = 600",
        "carrier_pitch_mm = 300",
        1,
    );
    let config = line_from_str("line.toml", &text).unwrap_or_else(|problems| panic!("{problems}"));
    let permits = check::prove(&config).into_iter().find(|proof| proof.subject == "permits").expect("a proof");
    assert!(!permits.holds && permits.text.contains("84 of 64"), "{}", permits.text);
}

#[test]
fn a_plans_chute_is_reached_behind_the_tunnel_of_its_own_zone() {
    let plan = |number: u16, text: &str| {
        let config = line_from_str("line.toml", text).unwrap_or_else(|problems| panic!("{problems}"));
        let plan = format!("version = 1\n\n[[exception]]\ncode = \"FUL\"\noutlets = [{number}]\n");
        plan_from_str("plan.toml", &plan, &config, &Flights::default()).map(|_| ()).map_err(|why| why.to_string())
    };
    assert_eq!((plan(1, LINE), plan(4, LINE)), (Ok(()), Ok(())));
    let early = LINE.replacen("position_mm = 21200", "position_mm = 16200", 1);
    let told = plan(4, &early).expect_err("it stands too near to the second tunnel");
    assert!(told.contains("chute 4 cannot be reached") && told.contains("scanner east"), "{told}");
    assert_eq!(plan(1, &early), Ok(()));
}

#[test]
fn every_key_of_a_zone_is_asked_for() {
    let keys: Vec<_> = line_keys().into_iter().filter(|key| key.table == "[[zone]]").map(|key| key.key).collect();
    assert_eq!(keys, ["name", "pec", "inductions"]);
}
