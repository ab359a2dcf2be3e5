//! Profiles that are found together.

use super::model::Profile;
use super::parse::{ReadProfile, read_profile};
use super::paths::process_env;
use crate::Result;
use crate::catalog::{Found, Origin};
use crate::fs::is_same_file;

/// A profile among those that are found together.
#[derive(Debug)]
pub struct Listed {
    pub name: String,
    pub origin: Origin,
    /// The file of the same name that is found first, so that this one is not used.
    pub shadowed_by: Option<Origin>,
    pub profile: Result<Profile>,
    /// Whether it lacks keys that a run needs, and another one extends it. A profile that lacks keys and that no other one
    /// extends has a mistake.
    pub is_base: bool,
}

/// Reads them all.
pub fn read_all(found: Vec<Found>) -> Vec<Listed> {
    let mut bases = Vec::new();
    let mut listed: Vec<Listed> = Vec::new();
    for Found { source, problem, shadowed_by } in found {
        let (name, origin) = (source.name.clone(), source.origin.clone());
        let ReadProfile { profile, is_incomplete, bases: its_bases } = match problem {
            Some(error) => ReadProfile { profile: Err(error), is_incomplete: false, bases: Vec::new() },
            None => read_profile(source, &process_env),
        };
        bases.extend(its_bases);
        listed.push(Listed { name, origin, shadowed_by, profile, is_base: is_incomplete });
    }
    for one in listed.iter_mut().filter(|one| one.is_base) {
        one.is_base = bases.iter().any(|base| is_same(base, &one.origin));
    }
    listed
}

fn is_same(one: &Origin, other: &Origin) -> bool {
    matches!((one.file(), other.file()), (Some(one), Some(other)) if is_same_file(one, other))
}
