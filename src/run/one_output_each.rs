//! Outputs that would be written to the same place.

use std::path::Path;

use super::prepared::Prepared;
use crate::fs::{Descriptor, descriptor, is_same_file};
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
    for (index, later) in outputs.iter().enumerate() {
        if let Some(earlier) = outputs[..index].iter().find(|earlier| earlier.is_where(later)) {
            return Err(conflict(earlier, later));
        }
        if let Some(other) = outputs.iter().find(|other| other.keeps_refused_at(later)) {
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

impl<'w> Written<'w> {
    fn is_where(&self, other: &Self) -> bool {
        match (self.file(), other.file()) {
            (None, None) => true,
            // Each would remove what the other one writes.
            (Some(one), Some(two)) if self.is_folder() && other.is_folder() => is_same_file(one, two),
            // Devices, such as `/dev/null`, and pipes take what several write.
            (Some(one), Some(two)) => {
                self.destination.is_regular() && other.destination.is_regular() && is_same_file(one, two)
            }
            _ => false,
        }
    }

    fn is_folder(&self) -> bool {
        matches!(self.destination, Destination::Files { .. })
    }

    /// Whether the other one is where a refused one of this is kept.
    fn keeps_refused_at(&self, other: &Self) -> bool {
        let [_, (_, refused)] = &self.guard.places()[..] else { return false };
        other.file().is_some_and(|output| is_same_file(output, refused))
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
