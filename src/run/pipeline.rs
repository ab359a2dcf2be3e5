//! The main job: profile, session, data, template, output, in this order and never back.

use super::at_once::at_once;
use super::files_of_others::check_files_of_others;
use super::finished::RunResult;
use super::ids::IdMaps;
use super::login_group::LoginGroup;
use super::one_output_each::check_one_output_each;
use super::one_run::Run;
use super::prepared::Prepared;
use crate::Result;
use crate::terminal::progress::Progress;

/// Executes runs, most often one. Each succeeds or fails on its own; the results are in the order of the runs. Mistakes in
/// the profiles and the templates are found before any request, and before a login those that only a rendering shows.
/// Fails as a whole, before any request, if two runs would write to the same place, one to a stdout that is taken, or one
/// over a file that another needs.
pub async fn execute(runs: &[Run], stdout_is_taken: bool) -> Result<Vec<RunResult>> {
    let opened = IdMaps::default();
    let prepared: Vec<Result<Prepared>> = runs.iter().map(|run| Prepared::of(run, &opened)).collect();
    let ready: Vec<&Prepared> = prepared.iter().flatten().collect();
    check_one_output_each(&ready, stdout_is_taken)?;
    check_files_of_others(runs, &prepared)?;
    let (able, _): (Vec<_>, Vec<_>) =
        ready.iter().partition(|run| run.check_ids(&ready).map_err(|error| run.fail(error)).is_ok());
    let progress = Progress::default();
    progress.during(at_once(LoginGroup::all_of(able), async |group| group.execute(&progress).await)).await;
    let results = runs.iter().zip(prepared).map(|(run, prepared)| RunResult {
        profile: run.profile.clone(),
        result: prepared.and_then(Prepared::into_result),
    });
    Ok(results.collect())
}
