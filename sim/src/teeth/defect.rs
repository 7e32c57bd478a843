//! The defects on file: one patch each, named by the invariant that it is meant for.

use super::NoTeeth;
use std::fs;
use std::path::{Path, PathBuf};

/// Where they lie in the tree.
pub const FOLDER: &str = "sim/teeth/invariants";
/// The invariants, as the oracle calls them.
pub const INVARIANTS: [&str; 9] = ["S1", "S2", "S3", "S4", "S5", "S6", "S7", "S8", "S9"];
/// So many defects each of them has at least.
pub const EACH: usize = 2;

/// A defect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Defect {
    /// Name of its patch, without the extension.
    pub name: String,
    /// The invariant that has to find it.
    pub intended: &'static str,
    /// The patch.
    pub patch: PathBuf,
}

/// Every defect of a tree, by name.
///
/// # Errors
/// If the folder cannot be read, or holds something else than patches named `s1-…` to `s9-…`.
pub fn all(root: &Path) -> Result<Vec<Defect>, NoTeeth> {
    let folder = root.join(FOLDER);
    let no = |error| NoTeeth::File { path: folder.clone(), error };
    let mut defects = Vec::new();
    for entry in fs::read_dir(&folder).map_err(no)? {
        defects.push(defect(entry.map_err(no)?.path())?);
    }
    defects.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(defects)
}

fn defect(patch: PathBuf) -> Result<Defect, NoTeeth> {
    let stem = patch.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default().to_owned();
    let intended = INVARIANTS.into_iter().find(|name| stem.starts_with(&format!("{}-", name.to_lowercase())));
    match intended {
        Some(intended) if patch.extension().is_some_and(|extension| extension == "patch") => {
            Ok(Defect { name: stem, intended, patch })
        }
        _ => Err(NoTeeth::Usage(format!(
            "{}: a defect is a patch named like s3-lost-cancel.patch, after the invariant that has to find it",
            patch.display()
        ))),
    }
}

/// Those that are named, each by its whole name or by its invariant; all if none is.
///
/// # Errors
/// If a name fits none.
pub fn chosen(defects: Vec<Defect>, names: &[String]) -> Result<Vec<Defect>, NoTeeth> {
    let fits = |defect: &Defect, name: &String| {
        defect.name == name.trim_end_matches(".patch") || defect.intended.eq_ignore_ascii_case(name)
    };
    if let Some(unknown) = names.iter().find(|name| !defects.iter().any(|defect| fits(defect, name))) {
        let known: Vec<&str> = defects.iter().map(|defect| defect.name.as_str()).collect();
        return Err(NoTeeth::Usage(format!("there is no defect {unknown:?} in {FOLDER}: {}", known.join(", "))));
    }
    let wanted = |defect: &Defect| names.is_empty() || names.iter().any(|name| fits(defect, name));
    Ok(defects.into_iter().filter(wanted).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some() -> Vec<Defect> {
        ["s1-one", "s3-one", "s3-two"].iter().map(|name| defect(format!("{name}.patch").into()).unwrap()).collect()
    }

    fn names(defects: &[Defect]) -> Vec<&str> {
        defects.iter().map(|defect| defect.name.as_str()).collect()
    }

    #[test]
    fn a_defect_is_chosen_by_name_or_by_invariant() {
        assert_eq!(names(&chosen(some(), &[]).unwrap()), ["s1-one", "s3-one", "s3-two"]);
        assert_eq!(names(&chosen(some(), &["S3".into()]).unwrap()), ["s3-one", "s3-two"]);
        assert_eq!(names(&chosen(some(), &["s3-two".into(), "s1-one.patch".into()]).unwrap()), ["s1-one", "s3-two"]);
    }

    #[test]
    fn a_name_that_fits_none_is_told_with_those_that_there_are() {
        let error = chosen(some(), &["s3".into(), "s4".into()]).unwrap_err().to_string();
        assert!(error.contains("\"s4\"") && error.contains("s3-two"), "{error}");
    }

    #[test]
    fn only_patches_with_an_invariant_are_defects() {
        for wrong in ["s0-none.patch", "s10-none.patch", "lost-cancel.patch", "s3-lost-cancel.txt", "s3.patch"] {
            assert!(defect(wrong.into()).is_err(), "{wrong}");
        }
    }
}
