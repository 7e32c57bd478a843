//! `codes.md` says what the table of the rules says, in the same order.

use sortie_core::RULES;
use sortie_core::output::Reason;
use std::fmt::Write;
use std::path::Path;
use std::{env, fs};

/// The page, made from the table.
fn page() -> String {
    let mut text = String::from(
        "# Codes\n\nEvery item gets one code: that of the first rule that applies. The rules are tried in this order. \
         Where a plan lists outlets for a code, the first that can take the item is taken, else the end of line. The \
         page is made from the table that the allocation walks; `SORTIE_WRITE_CODES=1 cargo test --package sortie-core \
         --test codes` writes it anew.\n",
    );
    for rule in &RULES {
        write!(text, "\n## Rule {}\n\nIt looks at {}.\n\n", rule.number, rule.looks_at).expect("memory");
        text += "| code | the operator reads | what to do |\n|---|---|---|\n";
        for code in rule.codes {
            writeln!(text, "| `{}` | {} | {} |", code.text, code.sentence, code.remedy).expect("memory");
        }
    }
    text
}

#[test]
fn the_page_of_codes_is_that_of_the_table() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../codes.md");
    if env::var_os("SORTIE_WRITE_CODES").is_some() {
        fs::write(&path, page()).expect("written");
    }
    assert_eq!(fs::read_to_string(path).expect("a page"), page());
}

#[test]
fn a_code_is_found_by_its_text_and_stands_in_one_rule() {
    for (place, reason) in Reason::ALL.into_iter().enumerate() {
        assert_eq!(reason as usize, place);
        assert_eq!(Reason::from_code(reason.code()), Some(reason));
        let rules = RULES.iter().filter(|rule| rule.codes.iter().any(|code| code.reason == reason));
        assert_eq!(rules.map(|rule| rule.number).collect::<Vec<_>>(), [reason.rule()]);
    }
    assert_eq!(Reason::from_code("XYZ"), None);
}

#[test]
fn every_code_has_a_sentence_and_a_remedy_of_its_own_words() {
    for reason in Reason::ALL {
        for text in [reason.sentence(), reason.remedy()] {
            assert!(text.len() > 10 && !text.ends_with('.') && !text.contains("  "), "{}: {text}", reason.code());
        }
        assert_ne!(reason.sentence(), reason.remedy());
    }
}
