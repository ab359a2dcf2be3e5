//! Outputs that would be written to the same place.

use std::collections::HashMap;
use std::path::Path;

use super::prepared::Prepared;
use crate::fs::{Descriptor, FileIdentity, descriptor};
use crate::output::{Destination, Guard};
use crate::{Error, Result};

/// An output, and the profile that writes it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Written<'w> {
    /// Its name or path.
    pub(super) profile: &'w str,
    pub(super) destination: &'w Destination,
    pub(super) guard: &'w Guard,
}

/// Fails if two outputs of these runs go to stdout or to one file, under whatever name, one where a refused output of
/// another is kept, or one to a stdout that is taken. Exit code 2.
pub(super) fn check_one_output_each(runs: &[&Prepared<'_>], stdout_is_taken: bool) -> Result<()> {
    let outputs = runs.iter().flat_map(|run| {
        run.outputs.iter().map(|output| Written {
            profile: &run.run.profile,
            destination: &output.destination,
            guard: &output.guard,
        })
    });
    let outputs: Vec<Written<'_>> = outputs.collect();
    if let Some(output) = outputs.iter().find(|output| stdout_is_taken && output.file().is_none()) {
        return Err(Error::usage(format!("`{}` writes to stdout", output.profile))
            .because("--json prints the results there")
            .help("name a file in `[output] path`"));
    }
    check_places(&outputs)
}

/// The same, where stdout is not taken.
pub(super) fn check_places(outputs: &[Written<'_>]) -> Result<()> {
    let mut refused = HashMap::new();
    for output in outputs {
        if let Some(place) = output.refused() {
            refused.entry(place).or_insert(output);
        }
    }
    let mut places = HashMap::new();
    for later in outputs {
        if let Some(earlier) = later.place().and_then(|place| places.insert(place, later)) {
            return Err(conflict(earlier, later));
        }
        if let Some(other) = later.file().and_then(|file| refused.get(&FileIdentity::of(file))) {
            return Err(Error::usage(format!(
                "a refused output of `{}` would replace that of `{}`",
                other.profile, later.profile
            ))
            .because("it is kept as `NAME.rejected`")
            .help("name another file in `[output] path`"));
        }
    }
    Ok(())
}

/// What only one output may be.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Place {
    Stdout,
    File(FileIdentity),
    /// Each would remove what another one writes.
    Folder(FileIdentity),
}

impl<'w> Written<'w> {
    /// `None` for devices, such as `/dev/null`, and pipes: they take what several write.
    fn place(&self) -> Option<Place> {
        match (self.file(), self.destination) {
            (None, _) => Some(Place::Stdout),
            (Some(folder), Destination::Files { .. }) => Some(Place::Folder(FileIdentity::of(folder))),
            (Some(file), _) => self.destination.is_regular().then(|| Place::File(FileIdentity::of(file))),
        }
    }

    /// Where a refused one is kept.
    fn refused(&self) -> Option<FileIdentity> {
        let [_, (_, refused)] = &self.guard.places()[..] else { return None };
        Some(FileIdentity::of(refused))
    }

    /// Its file or folder; `None` for stdout, by whatever name.
    fn file(&self) -> Option<&'w Path> {
        match self.destination {
            Destination::Stdout => None,
            Destination::Files { folder } => Some(folder),
            Destination::File { path, .. } => (descriptor(path) != Some(Descriptor::Stdout)).then_some(path),
        }
    }
}

fn conflict(earlier: &Written<'_>, later: &Written<'_>) -> Error {
    let is_one_run = earlier.profile == later.profile;
    let names = if is_one_run {
        format!("two outputs of `{}`", later.profile)
    } else {
        format!("`{}` and `{}`", earlier.profile, later.profile)
    };
    match later.file() {
        None if is_one_run => Error::usage(format!("{names} go to stdout"))
            .because("only one output can")
            .help("give the others a file in `[[output]] path`"),
        None => Error::usage(format!("{names} both write to stdout"))
            .because("only one of several profiles can")
            .help("name a file in `[output] path` of the others, or run them one by one"),
        Some(path) => Error::usage(format!("{names} both write to `{}`", path.display()))
            .because("one output would replace the other")
            .help("name another file in `[output] path`"),
    }
}
