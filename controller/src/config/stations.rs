//! What people use at the line, as `line.toml` tells it: buttons and handheld scanners; and the inductions.

use super::allowed::{FrameEnd, HandheldDialect};
use super::devices::{Ports, call, narrow, place};
use super::line::{ChuteConfig, HandheldConfig};
use super::section::{Field, Section};
use super::source::Source;
use super::unique::Unique;
use crate::words::Words;
use sortie_core::limits::HANDHELDS;
use sortie_core::line::{Button, ButtonDuty};

/// Highest number of a lamp, a button or an induction on the board.
pub(super) const BOARD_NUMBER_MAX: i64 = 65_535;

/// What a `[[button]]` is for.
#[derive(Clone, Copy)]
enum Duty {
    Acknowledge,
    Container,
}

impl Words for Duty {
    const WORDS: &'static [(&'static str, Self)] =
        &[("acknowledge", Self::Acknowledge), ("container", Self::Container)];
}

/// The buttons: those of the chutes, then those that stand in tables of their own.
pub(super) fn buttons(
    source: &mut Source<'_>,
    root: &mut Section<'_>,
    chutes: &[ChuteConfig],
    of_chutes: &[Field<(u16, u16)>],
) -> Vec<Button> {
    let mut numbers = Unique::new("button", "each button has a number of its own; see the wiring list");
    let mut list = Vec::new();
    for button in of_chutes {
        let (number, chute) = button.value;
        numbers.take(source, &Field { value: i64::from(number), at: button.at, sound: button.sound });
        list.push(Button { number, duty: ButtonDuty::Container(chute) });
    }
    for mut section in root.tables(source, "button") {
        let number = section.integer(source, "number", 0..=BOARD_NUMBER_MAX, None);
        if number.sound {
            section.name = format!("button {}", number.value);
        }
        numbers.take(source, &number);
        let duty = duty(source, &mut section, chutes);
        list.push(Button { number: narrow(number.value), duty });
        section.finish(source);
    }
    list
}

fn duty(source: &mut Source<'_>, section: &mut Section<'_>, chutes: &[ChuteConfig]) -> ButtonDuty {
    let duty = section.word::<Duty>(source, "duty", None);
    let chute = section.optional_integer(source, "chute", 1..=9999);
    match (duty.value, chute) {
        (Duty::Acknowledge, None) => ButtonDuty::Acknowledge,
        (Duty::Acknowledge, Some(chute)) => {
            if duty.sound {
                let message = format!("{}: an acknowledging button has no chute", section.name);
                source.problem(chute.at, message, "take chute out, or write duty = \"container\"");
            }
            ButtonDuty::Acknowledge
        }
        (Duty::Container, None) => {
            let message = format!("{}: chute is missing", section.name);
            source.missing(section.at(), message, "name the chute whose container it changes, like chute = 12");
            ButtonDuty::Acknowledge
        }
        (Duty::Container, Some(chute)) => {
            if chute.sound && !chutes.iter().any(|known| i64::from(known.number) == chute.value) {
                let message = format!("{}: the line has no chute {}", section.name, chute.value);
                source.problem(chute.at, message, "write the number of a [[chute]]");
            }
            ButtonDuty::Container(narrow(chute.value))
        }
    }
}

/// The inductions that a permit holds, each once.
pub(super) fn inductions(source: &mut Source<'_>, section: &mut Section<'_>) -> Vec<u16> {
    let mut numbers = Unique::new("induction", "list each induction once");
    let list = section.integers(source, "inductions", &(0..=BOARD_NUMBER_MAX));
    list.value.iter().for_each(|number| numbers.take(source, number));
    list.value.iter().map(|number| narrow(number.value)).collect()
}

/// The handheld scanners in the order of the file.
pub(super) fn handhelds(source: &mut Source<'_>, root: &mut Section<'_>, ports: &mut Ports) -> Vec<HandheldConfig> {
    let mut names = Unique::new("name", "give each handheld a name of its own");
    let mut list = Vec::new();
    for mut section in root.tables(source, "handheld") {
        let name = section.text(source, "name", None);
        let who = call(&mut section, "handheld", &name);
        names.take(source, &name);
        if list.len() == HANDHELDS {
            let message = format!("{who}: too many handhelds");
            source.problem(section.at(), message, format!("a line has at most {HANDHELDS}"));
        }
        let place = place(source, &section);
        list.push(HandheldConfig {
            name: name.value,
            port: ports.named(source, &mut section, &who),
            dialect: section.word(source, "dialect", Some(HandheldDialect::Lines)).value,
            end: section.word(source, "end", Some(FrameEnd::CrLf)).value,
            aim: section.flag(source, "aim", false),
            place,
        });
        section.finish(source);
    }
    list
}
