//! `plan.toml` becomes the core's plan, and is checked as a whole.

mod plan_text;

use plan_text::{FLIGHTS, PLAN, changed, flights, line, read};
use sortie_controller::config::{self, CheckedPlan};
use sortie_core::output::Reason;
use sortie_core::plan::{ChuteRule, ContainerKind, Plan};
use sortie_core::records::{Customs, FlightKey, Security, Traffic};

fn key(text: &str) -> FlightKey {
    text.parse().expect("a flight key")
}

fn plan(text: &str) -> Plan {
    read(text).unwrap_or_else(|problems| panic!("{problems}")).plan
}

fn told(text: &str) -> String {
    read(text).expect_err("a bad plan").to_string()
}

#[test]
fn everything_reaches_the_core() {
    let plan = plan(PLAN);
    assert_eq!((plan.version, plan.full_delay_ms, plan.after_full_pieces, plan.reserve_ahead_mm), (7, 400, 2, 2500));
    assert_eq!((plan.jam_blocked_ms, plan.jam_unconfirmed, plan.last_call_s), (8000, 4, 1200));
    assert_eq!(plan.plate_life_days, 365);
    let active = "2026-11-23T17:30:00Z".parse::<jiff::Timestamp>().expect("an instant").as_millisecond();
    assert_eq!(plan.active_from_utc_ms, Some(active));
    let limits = plan.limits;
    assert_eq!((limits.weight_max_g, limits.size_max_mm), (30_000, [1100, 700, 600]));
    assert_eq!((limits.weight_tolerance_g, limits.weight_tolerance_permille), (50, 30));
    let products: Vec<_> = plan.products.iter().map(|rule| (rule.product, rule.cutoff_earlier_s)).collect();
    assert_eq!(products, [(*b"ECOM", 1800), (*b"EXP ", -300)]);
    assert!(plan.products[0].weight_required && !plan.products[1].weight_required);
    assert_eq!((plan.permits.riding_max, plan.permits.blocked_max_permille), (40, 700));
    assert_eq!(plan.flights[0].flight, key("3V4711/2026-11-23/LGG"));
    assert_eq!((&plan.flights[0].chutes[..], &plan.flights[0].overflow[..]), (&[1, 2][..], &[4][..]));
    assert_eq!((plan.exceptions[0].code, &plan.exceptions[0].outlets[..]), (Reason::Nrd, &[5, 6][..]));
    assert_eq!(plan.exceptions.len(), config::exception_codes().count());
    assert_eq!(
        plan.chutes[0],
        ChuteRule {
            chute: 1,
            container: Some(ContainerKind::Uld),
            pieces_max: 400,
            weight_max_g: 1_500_000,
            length_max_mm: 200_000,
            rate_per_min: 30
        }
    );
    assert_eq!(plan.chutes[1], ChuteRule { container: Some(ContainerKind::Bag), ..ChuteRule::free(3) });
    assert_eq!(plan.disabled, [8]);
}

#[test]
fn boarding_says_which_states_may_fly_where() {
    let boarding = plan(PLAN).boarding;
    let [export, import, transit] = boarding;
    let customs = |rule: sortie_core::plan::Boarding| {
        Customs::ALL.into_iter().filter(|state| rule.lets_customs(*state)).collect::<Vec<_>>()
    };
    let security = |rule: sortie_core::plan::Boarding| {
        Security::ALL.into_iter().filter(|state| rule.lets_security(*state)).collect::<Vec<_>>()
    };
    assert_eq!(Traffic::ALL[0], Traffic::Export);
    assert_eq!(customs(export), [Customs::Assessing, Customs::Released]);
    assert_eq!(customs(import), [Customs::Released]);
    assert_eq!(customs(transit), [Customs::Released]);
    assert_eq!(security(import), [Security::Screened]);
    assert_eq!(security(transit), [Security::NotScreened, Security::Screened]);
}

#[test]
fn a_plate_lives_for_ever_or_for_the_days_that_a_plan_says() {
    assert_eq!(plan("version = 1\n").plate_life_days, 0);
    let with = |days| changed("plate_life_days = 365", &format!("plate_life_days = {days}"));
    assert_eq!(plan(&with("180")).plate_life_days, 180);
    assert!(told(&with("3651")).contains("plate_life_days"));
}

#[test]
fn what_a_plan_leaves_out_is_as_usual() {
    let CheckedPlan { plan, notes } = read("version = 5\n").expect("a plan");
    assert_eq!(plan, Plan::empty(5));
    let notes: Vec<&str> = notes.iter().map(|note| note.message.as_str()).collect();
    assert_eq!(
        notes.iter().filter(|note| note.contains("has no chute in the plan")).count(),
        3,
        "not the cancelled one"
    );
    assert!(notes.iter().any(|note| note.starts_with("no outlet for NRD, MRD, ")), "{notes:?}");
    assert_eq!(read("version = 5\ncomplete = true\n").expect_err("notes are errors").0.len(), notes.len());
}

#[test]
fn one_tolerance_alone_is_not_outweighed_by_the_usual_other() {
    let limits = plan("version = 1\n[limits]\nweight_tolerance_permille = 50\n").limits;
    assert_eq!((limits.weight_tolerance_g, limits.weight_tolerance_permille), (0, 50));
    let limits = plan("version = 1\n[limits]\nweight_tolerance_g = 50\n").limits;
    assert_eq!((limits.weight_tolerance_g, limits.weight_tolerance_permille), (50, 0));
}

#[test]
fn a_plan_may_be_active_from_an_instant_in_any_form() {
    for form in ["2026-11-23T17:30:00Z", "2026-11-23T18:30:00+01:00"] {
        for quote in ["\"", ""] {
            let text = format!("version = 1\nactive_from = {quote}{form}{quote}\n");
            assert_eq!(plan(&text).active_from_utc_ms, plan(PLAN).active_from_utc_ms, "{text}");
        }
    }
    assert!(told("version = 1\nactive_from = 2026-11-23T18:30:00\n").contains("without a zone"));
    assert!(told("version = 1\nactive_from = \"2026-10-25T02:30\"\nzone = \"Europe/Brussels\"\n").contains("twice"));
    assert!(told("version = 1\nactive_from = true\n").contains("active_from must be"));
    assert!(told("version = 1\nzone = \"Liège\"\n").contains("names no known zone"));
}

#[test]
fn a_plan_comes_into_use_before_its_last_flight_has_left() {
    // 3V4713 leaves at 03:30 local time.
    assert!(read(&changed("2026-11-23T18:30", "2026-11-24T03:29:59")).is_ok());
    let told = told(&changed("2026-11-23T18:30", "2026-11-24T03:30"));
    assert!(told.contains("when its last flight has left at 2026-11-24T02:30:00Z"), "{told}");
    assert!(
        read("version = 1\nactive_from = 2036-11-23T18:30:00Z\n").is_ok(),
        "a plan without flights has no last one"
    );
}

#[test]
fn a_chute_serves_one_flight_at_one_time() {
    // 3V4711 closes at 22:30; EXP may come five minutes later, and its chutes need ten more.
    let opens = |time: &str| flights(&FLIGHTS.replace("opens\":\"2026-11-23T23:00\"", &format!("opens\":\"{time}\"")));
    let read = |time| config::plan_from_str("plan.toml", PLAN, &line(), &opens(time));
    assert!(read("2026-11-23T22:45").is_ok(), "just when its chute is ready");
    let told = read("2026-11-23T22:44").expect_err("a minute too early").to_string();
    assert!(told.contains("chute 2 serves flight 3V4711/2026-11-23/LGG already"), "{told}");
    assert!(told.contains("to 2026-11-23T21:45:00Z") && told.contains("from 2026-11-23T21:44:00Z"), "{told}");
    let overflow = changed("chutes = [3]", "chutes = [3]\noverflow = [4]");
    assert!(
        plan_text::read(&overflow).expect_err("overflow counts").to_string().contains("chute 4 serves flight 3V4711")
    );
}

#[test]
fn a_flight_that_is_cancelled_takes_no_chute() {
    let with = |order: &str| {
        let flights = flights(&FLIGHTS.replace("cancelled", order));
        let text = PLAN.to_owned() + "\n[[flight]]\nflight = \"QR8141/2026-11-24/LGG\"\nchutes = [1]\n";
        config::plan_from_str("plan.toml", &text, &line(), &flights)
    };
    assert!(with("cancelled").is_ok());
    assert!(with("planned").is_err());
}

#[test]
fn the_core_has_room_for_as_much_as_a_plan_may_list() {
    assert!(told(&changed("chutes = [1, 2]", "chutes = [1, 2, 3, 4, 5, 6, 7, 8, 1, 2]")).contains("listed twice"));
    let products: String = (0..17).map(|number| format!("\n[[product]]\nproduct = \"P{number}\"\n")).collect();
    assert!(told(&format!("version = 1\n{products}")).contains("too many products"));
}
