//! After a run: the log, metrics, hooks and the last ping.

use std::cell::RefCell;
use std::path::Path;

use jiff::Timestamp;

use super::attended_run::Attendance;
use super::on_change::OnChange;
use crate::data::Summary;
use crate::profile::{HookCommand, Profile};
use crate::run::ended::{Ended, Outcome};
use crate::run::hooks::{self, Event, Hook};
use crate::run::login_end::LoginEnd;
use crate::run::notify::{Metrics, write_textfile};
use crate::run::run_id::run_id;
use crate::run::run_log::LoggedRun;
use crate::state::warn_of_state;

/// A run in the log, and what was there before it.
struct Logged {
    run: LoggedRun,
    had_failed: bool,
}

impl Attendance {
    /// Ends it, once: logs the run, and tells those who wait for its end. None of it changes what became of the run.
    pub async fn conclude(&self, ended: Ended) {
        if self.is_concluded.replace(true) {
            return;
        }
        if ended.outcome == Outcome::Skipped {
            return self.conclude_skipped(&ended).await;
        }
        let logged = self.log_run(&ended);
        // The next run may have what it needs.
        if let Some(profile) = self.profile.as_deref() {
            if let Some(path) = &profile.notify.textfile {
                write_metrics(profile, path, &logged.run, &ended);
            }
            let failed_hooks = Box::pin(self.run_hooks(profile, &ended, logged.had_failed)).await;
            if !failed_hooks.is_empty() {
                self.amend(LoggedRun { failed_hooks, ..logged.run });
            }
            drop(self.locks.take());
            self.ping_end(profile, &ended).await;
        }
    }

    /// An output that is young enough is as good as a new one. A run beside another one is none: if that hangs, it shall show.
    async fn conclude_skipped(&self, ended: &Ended) {
        if let Some(profile) = self.profile.as_deref().filter(|_| ended.is_young) {
            self.ping_end(profile, ended).await;
        }
    }

    async fn ping_end(&self, profile: &Profile, ended: &Ended) {
        if let Some(pings) = self.pings(profile).await {
            pings.end(ended).await;
        }
    }

    fn log_run(&self, ended: &Ended) -> Logged {
        let now = Timestamp::now();
        let activities = self.activities.borrow();
        let mut logged = Logged {
            run: LoggedRun {
                run: run_id(),
                profile: self.key.clone().unwrap_or_default(),
                began: self.began,
                ended: now,
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
                recipe: self.files.borrow().max_age.as_ref().map(|max_age| max_age.recipe.clone()),
                last_success: None,
            },
            had_failed: false,
        };
        let Some(log) = self.log() else { return logged };
        let added = log.add(|before| {
            logged.had_failed = before.is_some_and(LoggedRun::has_failed);
            let success = before.and_then(|before| before.last_success);
            logged.run.last_success = if logged.run.has_failed() { success } else { Some(now) };
            logged.run.clone()
        });
        if let Err(error) = added {
            warn_of_state("log this run", log.path(), &error);
        }
        logged
    }

    /// Logs what became of the hooks, which are told that the run is logged.
    fn amend(&self, run: LoggedRun) {
        // Its first line stands if that fails.
        let _ = self.log().map(|log| log.add(|_| run));
    }

    /// Gives the names of those that failed.
    async fn run_hooks(&self, profile: &Profile, ended: &Ended, had_failed: bool) -> Vec<String> {
        let failed_hooks = RefCell::new(Vec::new());
        let hooks = &profile.hooks;
        let run = async |command: &HookCommand, event: &Event<'_>| {
            let hook = Hook { command, timeout: hooks.timeout };
            let done = hooks::run(hook, event).await;
            if let Err(why) = &done {
                tracing::warn!("the hook `{}` failed: {why}", event.hook);
                failed_hooks.borrow_mut().push(event.hook.to_owned());
            }
            done.is_ok()
        };
        for OnChange { command, files, mut owed } in self.on_change.take() {
            owed.add(ended.changed().filter(|changed| files.iter().any(|file| file == changed)));
            if ended.failure.is_some() {
                owed.add_replaced();
            }
            let changed = owed.files();
            // After a failure the next run tells it.
            let is_told = if ended.failure.is_none() && !changed.is_empty() {
                run(&command, &Event { files: changed, ..self.event("on_change", Some(ended)) }).await
            } else {
                false
            };
            owed.settle(is_told);
        }
        let failed = hooks.on_failure.as_ref().filter(|_| ended.failure.is_some());
        let recovered = hooks.on_recovery.as_ref().filter(|_| ended.failure.is_none() && had_failed);
        let others = [("on_failure", failed), ("on_recovery", recovered), ("after", hooks.after.as_ref())];
        for (name, command) in others {
            if let Some(command) = command {
                run(command, &self.event(name, Some(ended))).await;
            }
        }
        failed_hooks.take()
    }
}

fn write_metrics(profile: &Profile, path: &Path, run: &LoggedRun, ended: &Ended) {
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
