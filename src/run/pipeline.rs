//! The main job: profile, session, data, template, output, in this order and never back.

use super::at_once::at_once;
use super::ending::Ending;
use super::files_of_others::{check_files_of_others, note_files_of_all};
use super::ids::IdMaps;
use super::login_group::LoginGroup;
use super::one_output_each::check_one_output_each;
use super::one_run::Run;
use super::prepared::Prepared;
use crate::Result;
use crate::terminal::about::{about_at_once, of_several};
use crate::terminal::progress::Progress;

/// Executes runs, most often one, each with its ending. Each succeeds or fails on its own. Mistakes in
/// the profiles and the templates are found before any request, and before a login those that only a rendering shows.
/// Fails as a whole, before any request, if two runs would write to the same place, one to a stdout that is taken, or one
/// over a file that another needs.
pub async fn execute(runs: &[Run], endings: &[Ending<'_>], stdout_is_taken: bool) -> Result<()> {
    let opened = IdMaps::default();
    let prepared = runs
        .iter()
        .zip(endings)
        .map(|(run, ending)| about_at_once(&run.profile, || Prepared::of(run, ending, &opened)));
    let prepared: Vec<Result<Prepared>> = prepared.collect();
    let ready: Vec<&Prepared> = prepared.iter().flatten().collect();
    check_one_output_each(&ready, stdout_is_taken)?;
    check_files_of_others(runs, &prepared)?;
    note_files_of_all(&ready);
    for (ending, prepared) in endings.iter().zip(&prepared) {
        prepared.as_ref().err().into_iter().for_each(|error| ending.fail(error.clone()));
    }
    let (able, _): (Vec<_>, Vec<_>) =
        ready.iter().partition(|run| run.check_ids(&ready).map_err(|error| run.fail(error)).is_ok());
    let progress = Progress::default();
    let work =
        progress.during(at_once(LoginGroup::all_of(able), async |group| group.execute(&progress).await));
    if runs.len() > 1 {
        of_several(work).await;
    } else {
        work.await;
    }
    Ok(())
}
