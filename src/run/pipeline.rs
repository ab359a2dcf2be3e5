//! The main job: profile, session, data, template, output, in this order and never back.

use std::rc::Rc;

use super::at_once::at_once;
use super::attendance::{Attendance, Entry};
use super::ending::Ending;
use super::files_of_others::{check_files_of_others, note_files_of_all};
use super::ids::IdMaps;
use super::interruptible::interruptible;
use super::login_group::LoginGroup;
use super::one_output_each::check_one_output_each;
use super::one_run::Run;
use super::prepared::Prepared;
use crate::profile::Profile;
use crate::terminal::about::{about, about_at_once, of_several};
use crate::terminal::progress::Progress;
use crate::{Error, Result};

/// Executes runs, most often one, each with its ending. Each succeeds or fails on its own. Mistakes in
/// the profiles and the templates are found before any request, and before a login those that only a rendering shows.
/// Fails as a whole, before any request, if two runs would write to the same place, one to a stdout that is taken, or one
/// over a file that another needs; and with exit code 130 if a signal ends it. However a run ends, it is logged, and its hooks and
/// watchers hear of it.
pub async fn execute(runs: &[Run], endings: &[Ending<'_>], stdout_is_taken: bool) -> Result<()> {
    let mut profiles: Vec<Result<Rc<Profile>>> = Vec::new();
    let mut attendances = Vec::new();
    for run in runs {
        let profile = about_at_once(&run.profile, || Profile::load(&run.profile)).map(Rc::new);
        attendances.push(Attendance::of(run, profile.as_ref().ok()));
        profiles.push(profile);
    }
    let opened = IdMaps::default();
    let mut prepared = Vec::new();
    for (((run, profile), attendance), ending) in runs.iter().zip(profiles).zip(&attendances).zip(endings) {
        prepared
            .push(about_at_once(&run.profile, || Prepared::of(run, profile?, attendance, ending, &opened)));
    }
    let work = async {
        let worked = interruptible(execute_prepared(runs, endings, &prepared, stdout_is_taken)).await;
        // Those that never began, or that a signal has ended. A second signal ends this, too.
        let failed = worked.as_ref().err().cloned();
        let unfinished = failed.unwrap_or_else(|| Error::failed("the run has not ended"));
        let concluded = interruptible(async {
            let rest = attendances.iter().zip(endings);
            at_once(rest, async |(attendance, ending)| conclude(attendance, ending, &unfinished).await).await;
            Ok(())
        });
        let concluded = concluded.await;
        worked.and(concluded)
    };
    if runs.len() > 1 { of_several(work).await } else { work.await }
}

async fn execute_prepared(
    runs: &[Run],
    endings: &[Ending<'_>],
    prepared: &[Result<Prepared<'_>>],
    stdout_is_taken: bool,
) -> Result<()> {
    let ready: Vec<&Prepared> = prepared.iter().flatten().collect();
    check_one_output_each(&ready, stdout_is_taken)?;
    check_files_of_others(runs, prepared)?;
    note_files_of_all(&ready);
    for (ending, prepared) in endings.iter().zip(prepared) {
        prepared.as_ref().err().into_iter().for_each(|error| ending.fail(error.clone()));
    }
    let (mut free, mut waiting) = (Vec::new(), Vec::new());
    for run in &ready {
        let entered = run.check_ids(&ready).and_then(|()| run.enter());
        match entered {
            Ok(Entry::Begins) => free.push(*run),
            Ok(Entry::Waits) => waiting.push(*run),
            Ok(Entry::Skips(why)) => run.skip(why),
            Err(error) => run.fail(error),
        }
    }
    let progress = Progress::default();
    let work = async {
        // A run that waits for another one stops no other.
        tokio::join!(
            execute_free(free, &progress),
            at_once(waiting, async |run| {
                match about(vec![run.run.profile.clone()], run.attendance.wait()).await {
                    Ok(None) => execute_free(vec![run], &progress).await,
                    Ok(Some(why)) => run.skip(why),
                    Err(error) => run.fail(error),
                }
            })
        )
    };
    progress.during(work).await;
    Ok(())
}

/// Executes these runs, which no other one keeps from writing their outputs.
async fn execute_free(runs: Vec<&Prepared<'_>>, progress: &Progress) {
    at_once(runs.iter().copied(), async |run| {
        if let Err(error) = about(vec![run.run.profile.clone()], run.attendance.begin()).await {
            run.fail(error);
        }
    })
    .await;
    let (failed, able): (Vec<_>, Vec<_>) = runs.into_iter().partition(|run| run.ending.has_ended());
    let unfinished = Error::failed("the run has not ended");
    at_once(failed, async |run| conclude(run.attendance, run.ending, &unfinished).await).await;
    at_once(LoginGroup::all_of(able), async |group| {
        group.execute(progress).await;
        let runs = group.members.iter().copied();
        at_once(runs, async |run| conclude(run.attendance, run.ending, &unfinished).await).await;
    })
    .await;
}

async fn conclude(attendance: &Attendance, ending: &Ending<'_>, unfinished: &Error) {
    let ended = ending.ended(unfinished);
    Box::pin(about(vec![ending.profile().to_owned()], attendance.conclude(ended))).await;
}
