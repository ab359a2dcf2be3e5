//! After a run: the log, metrics, hooks and the last ping. All of them say the same of its end.

use std::time::Duration;

use jiff::Timestamp;

use super::attended_run::Attendance;
use super::on_change::OnChange;
use crate::data::Summary;
use crate::diagnostic::moment;
use crate::profile::{HookCommand, Profile};
use crate::run::ended::{Ended, Outcome};
use crate::run::ending::Ending;
use crate::run::hooks::{self, Event, HookFailure};
use crate::run::login_end::LoginEnd;
use crate::run::notify::{Metrics, write_textfile};
use crate::run::run_id::run_id;
use crate::run::run_log::{LoggedRun, ON_RECOVERY};
use crate::run::stop::Stop;
use crate::state::warn_of_state;
use crate::{Error, Result};

/// How long the last ping takes at most, with what is left of the first one.
const PINGS: Duration = Duration::from_secs(10);
/// The same after a signal.
const PINGS_AFTER_SIGNAL: Duration = Duration::from_secs(2);
/// How long a hook that is told of the end has after a signal.
const HOOK_AFTER_SIGNAL: Duration = Duration::from_secs(3);

/// A run in the log, and what was there before it.
struct Logged {
    run: LoggedRun,
    had_failed: bool,
    success_before: Option<Timestamp>,
}

impl Attendance {
    /// Ends it, once: logs the run, runs its hooks, and tells those who wait for its end. A signal or the deadline that comes before
    /// the hooks of a success have run is what the run ends with. Nothing that comes later changes what became of it.
    pub async fn conclude(&self, ending: &Ending<'_>, unfinished: &Error) {
        if self.is_concluded.replace(true) {
            return;
        }
        let mut ended = ending.ended(unfinished);
        if ended.outcome == Outcome::Skipped {
            return self.conclude_skipped(&ended).await;
        }
        self.note_changes(&ended);
        let mut logged = self.log_run(&ended);
        let Some(profile) = self.profile.as_deref() else { return };
        let is_amended = !logged.run.pending_hooks.is_empty();
        write_metrics(profile, &logged.run, &ended);
        // The next run may have what it needs.
        let mut failed_hooks = Vec::new();
        let hooks = self.run_hooks_of_success(profile, &ended, logged.had_failed, &mut failed_hooks);
        if let Err(stopped) = Box::pin(hooks).await {
            ending.stop(stopped);
            ended = ending.ended(unfinished);
            logged.run = LoggedRun {
                last_success: logged.success_before,
                pending_hooks: self.hooks_to_run(&ended, logged.had_failed),
                ..self.logged(&ended)
            };
            self.amend(&logged.run);
            write_metrics(profile, &logged.run, &ended);
        }
        Box::pin(self.run_hooks_of_end(profile, &ended, &mut failed_hooks)).await;
        if is_amended || !failed_hooks.is_empty() {
            self.amend(&LoggedRun { failed_hooks, pending_hooks: Vec::new(), ..logged.run });
        }
        drop(self.locks.take());
        self.ping_end(profile, &ended).await;
    }

    /// A signal has ended it before it began. Neither hooks nor pings hear of that.
    pub fn conclude_unbegun(&self, interruption: &Error) {
        let ended = Ended::of(Err(interruption));
        let logged = self.log_run(&ended);
        if let Some(profile) = self.profile.as_deref() {
            write_metrics(profile, &logged.run, &ended);
        }
    }

    /// An output that is young enough is as good as a new one. A run beside another one is none: if that hangs, it shall show.
    async fn conclude_skipped(&self, ended: &Ended) {
        if let Some(profile) = self.profile.as_deref().filter(|_| ended.is_young) {
            self.ping_end(profile, ended).await;
        }
    }

    async fn ping_end(&self, profile: &Profile, ended: &Ended) {
        let Some(pings) = self.pings(profile) else { return };
        let limit = if self.signals.is_there() { PINGS_AFTER_SIGNAL } else { PINGS };
        tokio::select! {
            biased;
            () = pings.end(ended, limit) => {}
            () = self.signals.over(PINGS_AFTER_SIGNAL) => {
                log::warn!("can't ping how the run ended: a signal left no time for it");
            }
        }
    }

    fn log_run(&self, ended: &Ended) -> Logged {
        let run = self.logged(ended);
        let mut logged = Logged { run, had_failed: false, success_before: None };
        let Some(log) = self.log() else { return logged };
        let added = log.add(|before| {
            logged.had_failed = before.is_some_and(LoggedRun::awaits_recovery);
            logged.success_before = before.and_then(|before| before.last_success);
            let is_success = !logged.run.has_failed();
            logged.run.last_success = if is_success { Some(logged.run.ended) } else { logged.success_before };
            logged.run.pending_hooks = self.hooks_to_run(ended, logged.had_failed);
            logged.run.clone()
        });
        if let Err(error) = added {
            warn_of_state("log this run", log.path(), &error);
        }
        logged
    }

    /// What is logged of a run that has ended so, but for what other runs and hooks add.
    fn logged(&self, ended: &Ended) -> LoggedRun {
        let activities = self.activities.borrow();
        LoggedRun {
            run: run_id(),
            profile: self.key.clone().unwrap_or_default(),
            began: self.began,
            ended: moment::now(),
            outcome: ended.outcome,
            exit_code: ended.exit_code(),
            kind: ended.failure.map(|failure| failure.kind.name().to_owned()),
            message: ended.message.clone(),
            scheduled: self.scheduled,
            outputs: LoggedRun::names_of(&self.files.borrow().files),
            rows: ended.outputs.first().map(|output| output.rows),
            requests: activities.iter().map(|activity| activity.sent()).sum(),
            retries: activities.iter().map(|activity| activity.repeated()).sum(),
            failed_hooks: Vec::new(),
            pending_hooks: Vec::new(),
            recipe: self.files.borrow().max_age.as_ref().map(|max_age| max_age.recipe.clone()),
            last_success: None,
        }
    }

    /// Takes in which files `on_change` has to be told of.
    fn note_changes(&self, ended: &Ended) {
        for OnChange { files, owed, .. } in self.on_change.borrow_mut().iter_mut() {
            owed.add(ended.changed().filter(|changed| files.iter().any(|file| file == changed)));
            if ended.failure.is_some() {
                owed.add_replaced();
            }
        }
    }

    /// The names of the hooks that a run has to run which has ended so.
    fn hooks_to_run(&self, ended: &Ended, had_failed: bool) -> Vec<String> {
        let Some(profile) = self.profile.as_deref() else { return Vec::new() };
        let is_success = ended.failure.is_none();
        let has_changed = self.on_change.borrow().iter().any(|hook| !hook.owed.files().is_empty());
        let hooks = &profile.hooks;
        let hooks = [
            ("on_change", is_success && has_changed),
            (ON_RECOVERY, is_success && had_failed && hooks.on_recovery.is_some()),
            ("on_failure", !is_success && hooks.on_failure.is_some()),
            ("after", hooks.after.is_some()),
        ];
        hooks.into_iter().filter(|(_, runs)| *runs).map(|(name, _)| name.to_owned()).collect()
    }

    /// Logs what became of the run once it is known better.
    fn amend(&self, run: &LoggedRun) {
        // Its first line stands if that fails.
        let _ = self.log().map(|log| log.add(|_| run.clone()));
    }

    /// Runs `on_change` and `on_recovery`, which are a part of the run: the error is what has ended them. What they were not told,
    /// the next run tells.
    async fn run_hooks_of_success(
        &self,
        profile: &Profile,
        ended: &Ended,
        had_failed: bool,
        failed_hooks: &mut Vec<String>,
    ) -> Result<()> {
        let is_success = ended.failure.is_none();
        let mut done = Ok(());
        for OnChange { command, owed, .. } in self.on_change.take() {
            let files = owed.files();
            let mut is_told = false;
            if is_success && !files.is_empty() && done.is_ok() {
                let event = Event { files, ..self.event("on_change", Some(ended)) };
                let told = self.run_hook(profile, &command, &event, failed_hooks).await;
                is_told = *told.as_ref().unwrap_or(&false);
                done = told.map(drop);
            }
            owed.settle(is_told);
        }
        done?;
        if let Some(command) = profile.hooks.on_recovery.as_ref().filter(|_| is_success && had_failed) {
            let event = self.event(ON_RECOVERY, Some(ended));
            self.run_hook(profile, command, &event, failed_hooks).await?;
        }
        Ok(())
    }

    /// Runs a hook that is a part of the run. Gives whether it has succeeded; the error is what has ended it.
    async fn run_hook(
        &self,
        profile: &Profile,
        command: &HookCommand,
        event: &Event<'_>,
        failed_hooks: &mut Vec<String>,
    ) -> Result<bool> {
        match hooks::run(self.hook(profile, command), event, self.stopped()).await {
            Ok(()) => Ok(true),
            Err(HookFailure::Failed(why)) => {
                note_failed(event.hook, &why, failed_hooks);
                Ok(false)
            }
            Err(HookFailure::Stopped { stop, had_begun }) => {
                let when = if had_begun { "while" } else { "before" };
                let later = "the output is delivered, and the next run that succeeds runs the hook";
                Err(stop.error(&format!("{when} the hook `{}` ran", event.hook)).because(later))
            }
        }
    }

    /// Runs `on_failure` and `after`, which are told how the run has ended. A signal leaves them little time.
    async fn run_hooks_of_end(&self, profile: &Profile, ended: &Ended, failed_hooks: &mut Vec<String>) {
        let failed = profile.hooks.on_failure.as_ref().filter(|_| ended.failure.is_some());
        for (name, command) in [("on_failure", failed), ("after", profile.hooks.after.as_ref())] {
            let Some(command) = command else { continue };
            let no_time = async {
                self.signals.over(HOOK_AFTER_SIGNAL).await;
                Stop::Signal
            };
            let event = self.event(name, Some(ended));
            match hooks::run(self.hook(profile, command), &event, no_time).await {
                Ok(()) => {}
                Err(HookFailure::Failed(why)) => note_failed(name, &why, failed_hooks),
                Err(HookFailure::Stopped { .. }) => {
                    note_failed(name, "a signal left no time for it", failed_hooks);
                }
            }
        }
    }
}

fn note_failed(hook: &str, why: &str, failed_hooks: &mut Vec<String>) {
    log::warn!("the hook `{hook}` failed: {why}");
    failed_hooks.push(hook.to_owned());
}

fn write_metrics(profile: &Profile, run: &LoggedRun, ended: &Ended) {
    let Some(path) = &profile.notify.textfile else { return };
    let changes = ended.changes.as_ref().map(|changes| changes.summary);
    let metrics = Metrics {
        profile: &run.profile,
        ended: run.ended,
        last_success: run.last_success,
        duration: run.duration(),
        exit_code: run.exit_code,
        rows: run.rows,
        changes: changes.map(|Summary { added, removed, changed }| [added, removed, changed]),
        requests: run.requests,
        retries: run.retries,
        login_needed_in: LoginEnd::of(profile).map(|end| end.seconds_left()),
    };
    write_textfile(path, &run.profile, &metrics.text());
}
