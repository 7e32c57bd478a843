//! Proofs of a line whose file has problems: those that rest on tables without any.

use super::geometry::{Proof, prove};
use crate::config::Reading;

/// The proofs that rest on nothing but sound tables.
pub(super) fn prove_sound(reading: &Reading) -> Vec<Proof> {
    let mut proofs = prove(&reading.config);
    proofs.retain(|proof| {
        let own = reading.tables.sound_at(proof.place.line);
        own && foundations(proof.rule).iter().all(|table| reading.tables.sound(table))
    });
    proofs
}

/// The tables whose figures a rule's proofs use, beside the one that a proof is about.
fn foundations(rule: &str) -> &'static [&'static str] {
    match rule {
        "order" => &["pec"],
        "side" => &["chute"],
        "wire" => &["port"],
        "weigher" => &["line", "zone", "board", "port", "pec", "chute"],
        "T5" | "T8" | "jitter" | "view" => &["line"],
        "T3" | "room" => &["line", "pec"],
        "B4" | "T2" => &["line", "board", "port"],
        "T7" => &["line", "zone", "board", "port", "scanner"],
        "T13" => &["line", "loop", "zone", "board", "port", "pec", "scanner", "chute"],
        "T4" | "divert" => &["line", "board", "port", "pec"],
        _ => &["line", "board", "port", "pec", "scanner", "weigher", "handheld", "chute"],
    }
}

#[cfg(test)]
mod tests {
    use super::foundations;
    use crate::check::prove;
    use crate::config::line_from_str;

    #[test]
    fn every_rule_names_its_foundations() {
        let line = include_str!("../../tests/cases/check-good-line/line.toml");
        let all = foundations("ports").len();
        for proof in prove(&line_from_str("line.toml", line).unwrap()) {
            assert!(foundations(proof.rule).len() < all, "{}", proof.rule);
        }
    }
}
