//! A schedule that is installed.

use std::path::Path;

use serde::Serialize;

use super::expression::Expression;
use super::next::ClockChanges;
use crate::catalog::{Origin, find_profile};
use crate::run::RunLog;

/// What starts the job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Backend {
    /// Timers of systemd.
    Systemd,
    /// cron, with the crontab of the user.
    Crontab,
    /// A CronJob, which is printed.
    Kubernetes,
}

impl Backend {
    /// What it does when the clock changes.
    pub fn clock_changes(self) -> ClockChanges {
        match self {
            Self::Systemd => ClockChanges::Systemd,
            Self::Crontab => ClockChanges::Cron,
            Self::Kubernetes => ClockChanges::Kubernetes,
        }
    }
}

/// A schedule that was found where [`Backend`] keeps them.
#[derive(Debug, Clone)]
pub struct Installed {
    pub backend: Backend,
    /// Where it was found, such as the path of a unit.
    pub place: String,
    /// The absolute path of the profile, or the name of one that is built in.
    pub profile: String,
    /// When it runs; none if its time was changed to what is not understood.
    pub expression: Option<Expression>,
    /// How the last run that a schedule started went.
    pub last: Option<LastRun>,
    /// Whether the profile or the program is gone.
    pub is_orphan: bool,
    /// Why it does not run as it should, each with what to do; the first one matters most.
    pub problems: Vec<String>,
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastRun {
    /// In seconds since 1970.
    pub at_seconds: i64,
    pub exit_code: u8,
    /// What was delivered, or why nothing was, if that is known.
    pub message: Option<String>,
}

impl Installed {
    pub(super) fn new(
        backend: Backend,
        place: String,
        profile: &str,
        expression: Option<Expression>,
        program: Option<&str>,
    ) -> Self {
        let mut problems = Vec::new();
        if let Some(missing) = missing_profile(profile) {
            problems.push(missing);
        }
        let has_program = program.is_some_and(|program| Path::new(program).is_file());
        let is_orphan = !problems.is_empty() || !has_program;
        match program {
            Some(program) if !has_program => {
                problems.push(format!("the program {program} is gone: install the schedule again"));
            }
            Some(_) => {}
            None => problems.push("its command is not one of `runner schedule`: install it again".to_owned()),
        }
        if expression.is_none() {
            problems.push("its time can't be read: install it again".to_owned());
        }
        Self {
            backend,
            place,
            profile: profile.to_owned(),
            expression,
            last: last_run(profile),
            is_orphan,
            problems,
        }
    }

    /// Whether a person means this one by a name or a path, also if the profile is gone.
    pub fn is_of(&self, argument: &str) -> bool {
        let path = std::path::absolute(argument).ok();
        let path = path.map(|path| path.components().collect::<std::path::PathBuf>());
        self.profile == argument
            || path.as_deref() == Some(Path::new(&self.profile))
            || !argument.contains('/') && self.name() == argument
    }

    /// The name of the profile.
    pub fn name(&self) -> &str {
        let stem = Path::new(&self.profile).file_stem().and_then(|stem| stem.to_str());
        stem.unwrap_or(&self.profile)
    }
}

/// The last run in the log that a schedule started. A log that can't be read is as good as none.
fn last_run(profile: &str) -> Option<LastRun> {
    let origin = if profile.starts_with('/') { Origin::File(profile.into()) } else { Origin::Embedded };
    let runs = RunLog::of(&origin.key(profile))?.runs().ok()?;
    let run = runs.into_iter().find(|run| run.scheduled)?;
    Some(LastRun {
        at_seconds: run.ended.as_second(),
        exit_code: run.exit_code,
        message: Some(run.message).filter(|message| !message.is_empty()),
    })
}

fn missing_profile(profile: &str) -> Option<String> {
    let is_gone =
        if profile.starts_with('/') { !Path::new(profile).exists() } else { find_profile(profile).is_err() };
    is_gone.then(|| "the profile is gone: renamed or removed".to_owned())
}
