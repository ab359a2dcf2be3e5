//! Which profiles a command is for, if the user names none.

use std::path::Path;

use crate::catalog::{self, Origin};
use crate::diagnostic::nearest;
use crate::profile::{Listed, read_all};
use crate::{Error, Result};

/// Each profile in this folder, or else each that can be run by name, with the path or name by which it is found. Those that
/// are only for others to extend are left out.
pub(super) fn every(folder: Option<&str>) -> Result<Vec<Listed>> {
    let found = match folder {
        None => catalog::list_profiles(),
        Some(folder) => catalog::list_profiles_in(Path::new(folder))?,
    };
    let mut listed = read_all(found);
    listed.retain(|listed| listed.shadowed_by.is_none() && !listed.is_base);
    if folder.is_some() {
        for listed in &mut listed {
            if let Some(path) = listed.origin.file() {
                listed.name = path.to_string_lossy().into_owned();
            }
        }
    }
    Ok(listed)
}

/// The same without those that are built in: they are there whether the user wants them or not.
pub(super) fn every_own(folder: Option<&str>) -> Result<Vec<String>> {
    let own = every(folder)?.into_iter().filter(|listed| listed.origin != Origin::Embedded);
    let names: Vec<String> = own.map(|listed| listed.name).collect();
    if names.is_empty() {
        return Err(Error::usage("you have no profile of your own")
            .because("--all leaves out those that are built in")
            .help("write one with `runner init`, or name the folder of your profiles"));
    }
    Ok(names)
}

/// The names or paths of those with this tag. One that has mistakes may have it, too, and a job must not lose it in silence.
pub(super) fn tagged(tag: &str, folder: Option<&str>) -> Result<Vec<String>> {
    let every = every(folder)?;
    let tags_of = |listed: &Listed| listed.profile.as_ref().map(|profile| profile.tags.clone()).ok();
    let is_tagged = |listed: &Listed| tags_of(listed).is_some_and(|tags| tags.iter().any(|one| one == tag));
    if !every.iter().any(is_tagged) {
        let tags: Vec<String> = every.iter().filter_map(tags_of).flatten().collect();
        let help = match nearest(tag, tags.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("write `tags = [{tag:?}]` into a profile; `runner profiles` lists the tags"),
        };
        return Err(Error::usage(format!("no profile has the tag `{tag}`")).help(help));
    }
    let may_be = |listed: &Listed| listed.profile.is_err() || is_tagged(listed);
    Ok(every.into_iter().filter(may_be).map(|listed| listed.name).collect())
}
