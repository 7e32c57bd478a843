//! The vector files, tested by meaning: every key of every `meaning` is compared with a field of a message.

#[path = "vectors/aim.rs"]
mod aim;
#[path = "vectors/harness.rs"]
mod harness;
#[path = "vectors/raw.rs"]
mod raw;
#[path = "vectors/scanner.rs"]
mod scanner;
#[path = "vectors/weigher.rs"]
mod weigher;

use harness::check_file;

#[test]
fn sick_clv() {
    println!("{}", check_file("sick-clv", scanner::FIELDS, scanner::REASONS, scanner::sick_clv));
}

#[test]
fn datalogic() {
    println!("{}", check_file("datalogic", scanner::FIELDS, scanner::REASONS, scanner::datalogic));
}

#[test]
fn mt_sics() {
    println!("{}", check_file("mt-sics", weigher::SICS_FIELDS, weigher::SICS_REASONS, weigher::mt_sics));
}

#[test]
fn toledo_continuous() {
    println!("{}", check_file("toledo-continuous", weigher::TOLEDO_FIELDS, weigher::TOLEDO_REASONS, weigher::toledo));
}

#[test]
fn toledo_continuous_without_knowing_the_settings() {
    println!(
        "{}",
        check_file("toledo-continuous", weigher::TOLEDO_FIELDS, weigher::TOLEDO_REASONS, weigher::toledo_either)
    );
}

#[test]
fn aim_id() {
    println!("{}", check_file("aim-id", aim::FIELDS, aim::REASONS, aim::split));
}

#[test]
fn cobs() {
    println!("{}", check_file("cobs", raw::COBS_FIELDS, raw::COBS_REASONS, raw::cobs));
}

#[test]
fn tty_parmrk() {
    println!("{}", check_file("tty-parmrk", raw::TTY_FIELDS, &[], raw::tty));
}
