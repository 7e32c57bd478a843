//! `[identifiers]`: what the codes of each grammar are good for on this line.

use super::section::Section;
use super::source::Source;
use sortie_protocol::identifier::Grammars;

/// The role of each grammar; those that the file leaves out keep their usual one.
pub(super) fn grammars(source: &mut Source<'_>, root: &mut Section<'_>) -> Grammars {
    let mut grammars = Grammars::default();
    let example = "a table [identifiers] with lines like awb = \"shared\"";
    let Some(mut section) = root.optional_table(source, "identifiers", example) else { return grammars };
    let roles = [
        ("sscc", &mut grammars.sscc),
        ("s10", &mut grammars.s10),
        ("awb", &mut grammars.awb),
        ("awb_piece", &mut grammars.awb_piece),
        ("lp", &mut grammars.lp),
        ("yt", &mut grammars.yt),
        ("other", &mut grammars.other),
    ];
    for (key, role) in roles {
        *role = section.word(source, key, Some(*role)).value;
    }
    section.finish(source);
    grammars
}
