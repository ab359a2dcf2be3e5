//! Runs that would write to the same place.

use super::prepared::Prepared;
use crate::fs::{Descriptor, descriptor, is_same_file};
use crate::output::Destination;
use crate::{Error, Result};

/// Fails if two of these runs write to stdout or to one file, under whatever name, one where a refused output of another
/// is kept, or one to a stdout that is taken. Exit code 2.
pub(super) fn check_one_output_each(runs: &[&Prepared<'_>], stdout_is_taken: bool) -> Result<()> {
    if let Some(run) = runs.iter().find(|run| stdout_is_taken && file(&run.destination).is_none()) {
        return Err(Error::usage(format!("`{}` writes to stdout", run.run.profile))
            .because("--json prints the results there")
            .help("name a file in `[output] path`"));
    }
    for (index, later) in runs.iter().enumerate() {
        if let Some(earlier) = runs[..index].iter().find(|earlier| is_same(earlier, later)) {
            return Err(conflict(earlier, later));
        }
        if let Some(other) = runs.iter().find(|other| keeps_refused_at(other, later)) {
            let (keeper, writer) = (&other.run.profile, &later.run.profile);
            return Err(Error::usage(format!(
                "a refused output of `{keeper}` would replace that of `{writer}`"
            ))
            .because("it is kept as `NAME.rejected`")
            .help("name another file in `[output] path`"));
        }
    }
    Ok(())
}

fn is_same(one: &Prepared<'_>, other: &Prepared<'_>) -> bool {
    match (file(&one.destination), file(&other.destination)) {
        (None, None) => true,
        // Devices, such as `/dev/null`, and pipes take what several write.
        (Some(one_path), Some(other_path)) => {
            one.destination.is_regular()
                && other.destination.is_regular()
                && is_same_file(one_path, other_path)
        }
        _ => false,
    }
}

/// Whether the output of one is where a refused one of the other is kept.
fn keeps_refused_at(other: &Prepared<'_>, one: &Prepared<'_>) -> bool {
    let [_, (_, refused)] = &other.guard.places()[..] else { return false };
    file(&one.destination).is_some_and(|output| is_same_file(output, refused))
}

/// The file of a destination; `None` for stdout, by whatever name.
fn file(destination: &Destination) -> Option<&std::path::Path> {
    match destination {
        Destination::Stdout => None,
        Destination::File { path, .. } => (descriptor(path) != Some(Descriptor::Stdout)).then_some(path),
    }
}

fn conflict(earlier: &Prepared<'_>, later: &Prepared<'_>) -> Error {
    let names = format!("`{}` and `{}`", earlier.run.profile, later.run.profile);
    match file(&later.destination) {
        None => Error::usage(format!("{names} both write to stdout"))
            .because("only one of several profiles can")
            .help("name a file in `[output] path` of the others, or run them one by one"),
        Some(path) => Error::usage(format!("{names} both write to `{}`", path.display()))
            .because("one output would replace the other")
            .help("name another file in `[output] path`"),
    }
}
