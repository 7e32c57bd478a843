//! line-toml.md lists every key that the reader of `line.toml` asks for, with what may be written and what is taken if it
//! is left out.

use sortie_controller::config::line_keys;

const PAGE: &str = include_str!("../../line-toml.md");

/// Table and key, what may be written, what is taken, what it means.
fn rows() -> Vec<[String; 4]> {
    let mut table = String::new();
    let mut rows = Vec::new();
    for line in PAGE.lines() {
        if let Some(header) = line.strip_prefix("## ") {
            table = header.trim_matches('`').to_owned();
        } else if line.starts_with("| `") {
            let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
            let [key, allowed, default, meaning] = cells[..] else { panic!("{line}") };
            let place = format!("{table} {}", key.trim_matches('`'));
            rows.push([place, allowed.to_owned(), default.trim_matches('`').to_owned(), meaning.to_owned()]);
        }
    }
    rows
}

#[test]
fn the_page_and_the_reader_know_the_same_keys() {
    let mut on_page: Vec<[String; 3]> =
        rows().into_iter().map(|[place, allowed, left, _]| [place, allowed, left]).collect();
    let read = |key: sortie_controller::config::Key| [format!("{} {}", key.table, key.key), key.allowed, key.default];
    let mut asked: Vec<[String; 3]> = line_keys().into_iter().map(read).collect();
    assert!(asked.len() > 80);
    on_page.sort();
    asked.sort();
    assert_eq!(on_page, asked);
}

#[test]
fn every_key_has_a_meaning() {
    let silent: Vec<String> = rows().into_iter().filter(|row| row[3].len() < 5).map(|row| row[0].clone()).collect();
    assert!(silent.is_empty(), "{silent:?}");
}
