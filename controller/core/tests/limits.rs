//! Stories of rule 6: weight and size, each limit at one below, at, and one above.

mod common;

use common::{Bench, line, parcel, thing};
use sortie_core::input::{Input, Weight};
use sortie_core::line::{Weigher, WeigherKind};
use sortie_core::output::{Reason, Record};
use sortie_core::plan::{Limits, Plan, ProductRule};
use sortie_core::records::{ParcelRecord, Product};

const UM: i64 = 1000;

/// A parcel to ORD of which the host knows this, on the belt with a length.
struct Story {
    declared_g: u32,
    declared_mm: [u16; 3],
    product: Product,
    measured_g: Option<i32>,
    length_mm: i64,
}

const PLAIN: Story = Story { declared_g: 0, declared_mm: [0; 3], product: *b"ECOM", measured_g: None, length_mm: 400 };

fn plan() -> Plan {
    Plan {
        limits: Limits {
            weight_max_g: 20_000,
            size_max_mm: [600, 400, 300],
            weight_tolerance_g: 50,
            weight_tolerance_permille: 100,
        },
        products: vec![ProductRule { product: *b"MAIL", cutoff_earlier_s: 0, weight_required: true }],
        ..common::plan()
    }
}

impl Story {
    fn bench(&self) -> Bench {
        let mut line = line();
        let kind = WeigherKind::Stream;
        line.weighers = vec![Weigher { start_um: 2000 * UM, end_um: 3500 * UM, kind, read_jitter_ms: 20 }];
        let mut bench = Bench::story_on(line, vec![thing(2010, self.length_mm, "CCCCCC")]);
        bench.input(Input::Plan(Box::new(plan())));
        let record = ParcelRecord {
            declared_g: self.declared_g,
            declared_mm: self.declared_mm,
            product: self.product,
            ..parcel("CCCCCC", "ORD")
        };
        bench.input(Input::Parcel(record));
        bench.travel_to(2, 3300);
        bench.input(Input::Weight(Weight { weigher: 0, grams: self.measured_g }));
        bench
    }

    fn code(&self) -> Reason {
        self.bench().last_decision(3).code
    }
}

#[test]
fn a_parcel_at_the_weight_limit_is_within_it() {
    for (grams, code) in [(19_999, Reason::Ok), (20_000, Reason::Ok), (20_001, Reason::Ovw)] {
        assert_eq!(Story { measured_g: Some(grams as i32), ..PLAIN }.code(), code, "{grams} g measured");
        assert_eq!(Story { declared_g: grams, ..PLAIN }.code(), code, "{grams} g declared");
    }
}

#[test]
fn the_measured_weight_counts_before_the_declared_one() {
    let story = Story { declared_g: 20_500, measured_g: Some(19_500), ..PLAIN };
    assert_eq!(story.code(), Reason::Ok);
    let story = Story { declared_g: 19_500, measured_g: Some(20_500), ..PLAIN };
    assert_eq!(story.code(), Reason::Ovw);
}

#[test]
fn each_declared_side_has_its_limit_in_any_order() {
    let cases = [
        ([599, 399, 299], Reason::Ok),
        ([600, 400, 300], Reason::Ok),
        ([300, 600, 400], Reason::Ok),
        ([601, 1, 1], Reason::Ovs),
        ([600, 401, 1], Reason::Ovs),
        ([301, 600, 400], Reason::Ovs),
        ([301, 301, 301], Reason::Ovs),
        ([0, 0, 601], Reason::Ovs),
        ([0, 0, 0], Reason::Ok),
    ];
    for (declared_mm, code) in cases {
        assert_eq!(Story { declared_mm, ..PLAIN }.code(), code, "{declared_mm:?}");
    }
}

#[test]
fn the_measured_length_counts_against_the_longest_side() {
    for (length_mm, code) in [(599, Reason::Ok), (600, Reason::Ok), (601, Reason::Ovs)] {
        assert_eq!(Story { length_mm, ..PLAIN }.code(), code, "{length_mm}");
    }
}

#[test]
fn a_weight_may_differ_by_the_larger_of_both_tolerances() {
    // 100 ‰ of 300 g is less than 50 g; of 1,000 g it is more; of 1,005 g it is 100.5 g.
    let cases = [
        (300, 349, Reason::Ok),
        (300, 350, Reason::Ok),
        (300, 351, Reason::Wmm),
        (300, 251, Reason::Ok),
        (300, 250, Reason::Ok),
        (300, 249, Reason::Wmm),
        (1000, 1099, Reason::Ok),
        (1000, 1100, Reason::Ok),
        (1000, 1101, Reason::Wmm),
        (1000, 900, Reason::Ok),
        (1000, 899, Reason::Wmm),
        (1005, 1105, Reason::Ok),
        (1005, 1106, Reason::Wmm),
        // Nothing to compare with.
        (0, 9000, Reason::Ok),
    ];
    for (declared_g, grams, code) in cases {
        let story = Story { declared_g, measured_g: Some(grams), ..PLAIN };
        assert_eq!(story.code(), code, "{declared_g} g declared, {grams} g measured");
    }
}

#[test]
fn a_product_may_need_a_weight() {
    assert_eq!(Story { product: *b"MAIL", declared_g: 500, ..PLAIN }.code(), Reason::Nwt);
    assert_eq!(Story { product: *b"MAIL", measured_g: Some(500), ..PLAIN }.code(), Reason::Ok);
    assert_eq!(Story { product: *b"ECOM", ..PLAIN }.code(), Reason::Ok);
}

#[test]
fn weight_speaks_before_size_and_size_before_a_difference() {
    let all = Story { declared_g: 1000, measured_g: Some(20_001), length_mm: 601, ..PLAIN };
    assert_eq!(all.code(), Reason::Ovw);
    assert_eq!(Story { measured_g: Some(2000), ..all }.code(), Reason::Ovs);
    assert_eq!(Story { measured_g: Some(2000), length_mm: 600, ..all }.code(), Reason::Wmm);
    let unweighed = Story { product: *b"MAIL", declared_mm: [601, 0, 0], ..PLAIN };
    assert_eq!(unweighed.code(), Reason::Ovs);
}

#[test]
fn a_weight_that_comes_late_changes_the_decision_on_that_item() {
    let mut bench = Story { product: *b"MAIL", ..PLAIN }.bench();
    assert_eq!(bench.last_decision(3).code, Reason::Nwt);
    bench.input(Input::Weight(Weight { weigher: 0, grams: Some(750) }));
    let decision = bench.last_decision(3);
    assert_eq!((decision.code, decision.weight_g), (Reason::Ok, Some(750)));
    bench.travel(20_000);
    assert_eq!(bench.chute_of(2), Some(2));
}

#[test]
fn a_weight_is_told_once_also_where_it_changes_no_decision() {
    let mut bench = Story { measured_g: Some(750), ..PLAIN }.bench();
    for grams in [Some(750), None, Some(745), Some(745)] {
        bench.input(Input::Weight(Weight { weigher: 0, grams }));
    }
    let weighed =
        |record: &Record| if let Record::Weighed { item, grams, .. } = record { Some((*item, *grams)) } else { None };
    let told: Vec<_> = bench.log.iter().filter_map(weighed).collect();
    assert_eq!(told, [(3, 750), (3, 745)]);
}

#[test]
fn limits_speak_after_customs_and_before_the_flight() {
    let mut bench = Story { measured_g: Some(20_001), ..PLAIN }.bench();
    bench.input(Input::Utc { utc_ms: 2_000_000 });
    assert_eq!(bench.last_decision(3).code, Reason::Ovw);
    bench.input(common::hold("CCCCCC", sortie_core::records::Customs::Hold));
    assert_eq!(bench.last_decision(3).code, Reason::Hld);
}
