//! Outputs that would replace what another run needs.

use std::path::PathBuf;
use std::rc::Rc;

use super::one_run::Run;
use super::prepared::Prepared;
use super::protected_files::protected_files;
use super::started_programs::named_by_arguments;
use crate::catalog;
use crate::fs::is_same_file;
use crate::output::ProtectedFile;
use crate::profile::Profile;
use crate::{Error, Result};

/// Fails if an output, or a refused one, would replace a file that another of these runs needs. Exit code 2.
pub(super) fn check_files_of_others(runs: &[Run], prepared: &[Result<Prepared<'_>>]) -> Result<()> {
    if runs.len() < 2 {
        return Ok(());
    }
    let mut needed: Vec<(PathBuf, &str, &str)> = Vec::new();
    for (run, prepared) in runs.iter().zip(prepared) {
        let files = prepared.as_ref().map_or_else(|_| files_of_failed(run), Prepared::files);
        for (file, what) in files {
            // Most share their token file, and many their template.
            if !needed.iter().any(|(known, ..)| *known == file) {
                needed.push((file, what, &run.profile));
            }
        }
    }
    let writers = prepared.iter().flatten();
    for (writer, output) in writers.flat_map(|run| run.outputs.iter().map(move |output| (run, output))) {
        for (place, path) in output.guard.places() {
            if let Some((_, what, owner)) = needed.iter().find(|(file, ..)| is_same_file(file, &path)) {
                let writer = &writer.run.profile;
                return Err(Error::usage(format!(
                    "{place} `{}` of `{writer}`, is also {what} of `{owner}`",
                    path.display()
                ))
                .because("it would be replaced")
                .help("choose another name for the output"));
            }
        }
    }
    Ok(())
}

/// Tells runs that have a file for each row which files these may not be: what any run needs, and all other outputs.
pub(super) fn note_files_of_all(runs: &[&Prepared<'_>]) {
    let has_each = |run: &&&Prepared<'_>| run.outputs.iter().any(|output| output.each.is_some());
    if !runs.iter().any(|run| has_each(&run)) {
        return;
    }
    let needed = runs.iter().flat_map(|run| run.files());
    let written = runs.iter().flat_map(|run| &run.outputs).flat_map(|output| output.guard.places());
    let written = written.map(|(_, path)| (path, "another output"));
    let named = runs.iter().flat_map(|run| named_by_arguments(&run.profile));
    let files: Rc<[ProtectedFile]> = needed.chain(written).chain(named).collect();
    for run in runs {
        run.others.get_or_init(|| Rc::clone(&files));
    }
}

/// What is known of a run that can't begin: the user mends its profile, and runs it again.
fn files_of_failed(run: &Run) -> Vec<ProtectedFile> {
    if let Ok(profile) = Profile::load(&run.profile) {
        return protected_files(&profile, []);
    }
    let file = || Some(catalog::find_profile(&run.profile).ok()?.origin.file()?.to_owned());
    file().map(|file| (file, "the profile")).into_iter().collect()
}
