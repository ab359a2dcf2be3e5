//! Before a run: its locks, the first ping and the hook `before`.

use std::path::PathBuf;

use tokio::time::timeout;

use super::attended_run::{Attendance, OutputFiles};
use super::on_change::OnChange;
use crate::profile::{Deadline, OnOverlap, Profile};
use crate::run::finished::Skipped;
use crate::run::hooks::{self, HookFailure};
use crate::run::output_locks::{OtherRun, OutputLocks};
use crate::run::run_mark::{mark_of, marks};
use crate::terminal::prompt::is_interactive;
use crate::terminal::tell;
use crate::{Error, Kind, Result};

/// What becomes of a run before it begins.
#[derive(Debug)]
pub enum Entry {
    Begins,
    /// Another run writes to one of its outputs.
    Waits,
    Skips(Skipped),
}

impl Attendance {
    /// Takes the locks of its output files, unless the run is to be skipped. Exit code 6 if another run is at work, and the profile
    /// says to fail then.
    pub fn enter(&self, files: OutputFiles) -> Result<Entry> {
        let Some(profile) = &self.profile else { return Ok(Entry::Begins) };
        self.files.replace(files);
        if let Some(young) = self.skips_young() {
            return Ok(Entry::Skips(young));
        }
        let files = self.files.borrow();
        let mut locks = OutputLocks::of(files.files.iter().map(PathBuf::as_path), mark_of(&self.argument));
        match (locks.take().err(), profile.run.on_overlap) {
            (Some(other), OnOverlap::Skip) => Ok(Entry::Skips(Skipped::Overlap(other.in_words()))),
            (Some(other), OnOverlap::Fail) => Err(busy(&other)),
            (Some(other), OnOverlap::Wait) if marks().split_whitespace().any(|mark| mark == other.mark) => {
                // Hooks of it would start it again, and the log and the metrics are those of the other one.
                self.is_concluded.set(true);
                Err(waits_for_this(&other))
            }
            (other, _) => {
                self.locks.replace(locks);
                Ok(if other.is_some() { Entry::Waits } else { Entry::Begins })
            }
        }
    }

    /// Waits for the locks, as long as the run may take; exit code 6. The other run may have made what this one would.
    pub async fn wait(&self) -> Result<Option<Skipped>> {
        let mut locks = self.locks.take();
        let deadline = self.profile.as_ref().map(|profile| profile.run.deadline);
        if let Err(other) = locks.take() {
            tell(format_args!("waiting: {}", other.in_words()));
        }
        let waiting = locks.wait();
        let is_late = match deadline {
            Some(Deadline::After(limit)) => timeout(limit, waiting).await.is_err(),
            Some(Deadline::Never) | None => {
                waiting.await;
                false
            }
        };
        if is_late && let Err(other) = locks.take() {
            return Err(busy(&other));
        }
        self.locks.replace(locks);
        Ok(self.skips_young())
    }

    /// Why the run need not be executed, if what the last one delivered is young enough.
    fn skips_young(&self) -> Option<Skipped> {
        self.files.borrow().max_age.as_ref()?.is_young(&self.log()?).map(Skipped::Young)
    }

    /// Pings, and runs the hook `before`. Exit code 1 if that fails, and that of what stops it.
    pub async fn begin(&self) -> Result<()> {
        let (Some(profile), Some(key)) = (&self.profile, &self.key) else { return Ok(()) };
        if let Some(pings) = self.pings(profile) {
            pings.start();
            // A program that prints the URL may ask a person, whom a login may ask, too.
            if is_interactive() {
                tokio::select! {
                    biased;
                    () = pings.know_url() => {}
                    stop = self.stopped() => return Err(stop.error("while the URL to ping was read")),
                }
            }
        }
        self.on_change.replace(self.hooks_on_change(profile, key));
        let Some(command) = &profile.hooks.before else { return Ok(()) };
        let event = self.event("before", None);
        let done = hooks::run(self.hook(profile, command), &event, self.stopped()).await;
        done.map_err(|failure| {
            let nothing = "nothing was fetched, and nothing was written";
            match failure {
                HookFailure::Failed(why) => {
                    Error::failed("the hook `before` failed").because(why).help(nothing)
                }
                HookFailure::Stopped { stop, had_begun: true } => {
                    stop.error("while the hook `before` ran").because(nothing)
                }
                HookFailure::Stopped { stop, .. } => {
                    stop.error("before the hook `before` ran").because(nothing)
                }
            }
        })
    }

    fn hooks_on_change(&self, profile: &Profile, key: &str) -> Vec<OnChange> {
        let OutputFiles { files, hooks, .. } = &*self.files.borrow();
        let of_outputs = hooks
            .iter()
            .map(|(command, file)| OnChange::of(&format!("output of {key}"), command, vec![file.clone()]));
        let own = profile.hooks.on_change.iter().filter(|_| !files.is_empty());
        of_outputs.chain(own.map(|command| OnChange::of(key, command, files.clone()))).collect()
    }
}

fn waits_for_this(other: &OtherRun) -> Error {
    Error::new(
        Kind::Locked,
        format!("the run that writes to `{}` has started this one", other.output.display()),
    )
    .because("it waits for its hook to end, so each would wait for the other")
    .help("start this run after that one has ended, not from a hook of it")
}

fn busy(other: &OtherRun) -> Error {
    Error::new(Kind::Locked, other.in_words())
        .help("wait for it to end; `on_overlap` under `[run]` says what a run does meanwhile")
}
