//! The main job: profile, session, data, template, output, in this order and never back.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use tokio::time::sleep;

use super::at_once::at_once;
use super::attendance::{Attendance, Entry};
use super::ending::Ending;
use super::files_of_others::{check_files_of_others, note_files_of_all};
use super::ids::IdMaps;
use super::interruptible::ended_by;
use super::login_group::LoginGroup;
use super::one_output_each::check_one_output_each;
use super::one_run::Run;
use super::prepared::Prepared;
use crate::diagnostic::duration::in_words;
use crate::profile::Profile;
use crate::terminal::about::{about, about_at_once, of_several};
use crate::terminal::progress::Progress;
use crate::terminal::{Interruptions, tell};
use crate::{Error, Kind, Result};

/// Executes runs, most often one, each with its ending, after a pause. Each succeeds or fails on its own. Mistakes in
/// the profiles and the templates are found before any request, and before a login those that only a rendering shows.
/// Fails as a whole, before any request, if two runs would write to the same place, one to a stdout that is taken, or one
/// over a file that another needs; and with exit code 130 if a signal ends one that had no ending. However a run ends, it is
/// logged, and its hooks and watchers hear of it.
pub async fn execute(
    runs: &[Run],
    endings: &[Ending<'_>],
    stdout_is_taken: bool,
    pause: Duration,
) -> Result<()> {
    let signals = Rc::new(Interruptions::default());
    let work = Box::pin(signals.during(async {
        if let Err(interruption) = ended_by(&signals, Box::pin(wait(pause))).await {
            let interruption = interruption.because("the run had not begun");
            for run in runs {
                conclude_unbegun(run, &signals, &interruption);
            }
            return Err(interruption);
        }
        execute_now(runs, endings, stdout_is_taken, &signals).await
    }));
    if runs.len() > 1 { of_several(work).await } else { work.await }
}

async fn wait(pause: Duration) -> Result<()> {
    if !pause.is_zero() {
        tell(format_args!("waiting {} before the run", in_words(pause.as_secs())));
        sleep(pause).await;
    }
    Ok(())
}

fn conclude_unbegun(run: &Run, signals: &Rc<Interruptions>, interruption: &Error) {
    about_at_once(&run.profile, || {
        let profile = Profile::load(&run.profile).map(Rc::new).ok();
        Attendance::of(run, profile.as_ref(), signals).conclude_unbegun(interruption);
    });
}

async fn execute_now(
    runs: &[Run],
    endings: &[Ending<'_>],
    stdout_is_taken: bool,
    signals: &Rc<Interruptions>,
) -> Result<()> {
    let mut profiles: Vec<Result<Rc<Profile>>> = Vec::new();
    let mut attendances = Vec::new();
    for run in runs {
        let profile = about_at_once(&run.profile, || Profile::load(&run.profile)).map(Rc::new);
        attendances.push(Attendance::of(run, profile.as_ref().ok(), signals));
        profiles.push(profile);
    }
    let opened = IdMaps::default();
    let mut prepared = Vec::new();
    for (((run, profile), attendance), ending) in runs.iter().zip(profiles).zip(&attendances).zip(endings) {
        prepared
            .push(about_at_once(&run.profile, || Prepared::of(run, profile?, attendance, ending, &opened)));
    }
    let execution = Execution { signals, progress: Progress::default(), interruption: RefCell::default() };
    let worked = execution.execute(runs, endings, &prepared, stdout_is_taken).await;
    // Those that never began.
    let interruption = execution.interruption.take();
    let unfinished = worked.as_ref().err().or(interruption.as_ref()).cloned().unwrap_or_else(not_ended);
    let rest = attendances.iter().zip(endings);
    at_once(rest, async |(attendance, ending)| conclude(attendance, ending, &unfinished).await).await;
    worked?;
    match interruption {
        Some(interruption) if !endings.iter().all(Ending::has_ended) => Err(interruption),
        _ => Ok(()),
    }
}

/// Runs that are executed together.
struct Execution<'e> {
    signals: &'e Interruptions,
    progress: Progress,
    /// What those end with that a signal has left without an ending.
    interruption: RefCell<Option<Error>>,
}

impl Execution<'_> {
    async fn execute(
        &self,
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
        // A run that waits for another one stops no other.
        let work = async {
            tokio::join!(
                self.execute_free(free),
                at_once(waiting, async |run| self.execute_waiting(run).await)
            )
        };
        self.progress.during(Box::pin(work)).await;
        Ok(())
    }

    async fn execute_waiting(&self, run: &Prepared<'_>) {
        let waiting = ended_by(self.signals, Box::pin(run.attendance.wait()));
        match about(vec![run.run.profile.clone()], Box::pin(waiting)).await {
            Ok(None) => self.execute_free(vec![run]).await,
            Ok(Some(why)) => run.skip(why),
            Err(error) if error.kind == Kind::Interrupted => self.note(error),
            Err(error) => run.fail(error),
        }
    }

    /// Executes these runs, which no other one keeps from writing their outputs.
    async fn execute_free(&self, runs: Vec<&Prepared<'_>>) {
        at_once(runs.iter().copied(), async |run| {
            let beginning = Box::pin(run.attendance.begin());
            if let Err(error) = about(vec![run.run.profile.clone()], beginning).await {
                run.fail(error);
            }
        })
        .await;
        let (failed, able): (Vec<_>, Vec<_>) = runs.into_iter().partition(|run| run.ending.has_ended());
        at_once(failed, async |run| conclude(run.attendance, run.ending, &not_ended()).await).await;
        at_once(LoginGroup::all_of(able), async |group| {
            let work = async {
                group.execute(&self.progress).await;
                Ok(())
            };
            let interruption =
                ended_by(self.signals, Box::pin(work)).await.err().map(|error| with_taker(error, &group));
            if let Some(error) = &interruption {
                self.note(error.clone());
            }
            let unfinished = interruption.unwrap_or_else(not_ended);
            let runs = group.members.iter().copied();
            at_once(runs, async |run| conclude(run.attendance, run.ending, &unfinished).await).await;
        })
        .await;
    }

    /// That tokens were under way is said, also if other runs had none.
    fn note(&self, interruption: Error) {
        let mut known = self.interruption.borrow_mut();
        if known.as_ref().is_none_or(|known| known.help.is_none()) {
            *known = Some(interruption);
        }
    }
}

/// The interruption, with what an output waited for.
fn with_taker(interruption: Error, group: &LoginGroup<&Prepared<'_>>) -> Error {
    let taker = group.members.iter().find_map(|run| run.attendance.awaited());
    match taker.filter(|_| interruption.why.is_none()) {
        Some(taker) => interruption.because(format!("the output waited for {taker}")),
        None => interruption,
    }
}

fn not_ended() -> Error {
    Error::failed("the run has not ended")
}

async fn conclude(attendance: &Attendance, ending: &Ending<'_>, unfinished: &Error) {
    let concluded = Box::pin(attendance.conclude(ending, unfinished));
    about(vec![ending.profile().to_owned()], concluded).await;
}
