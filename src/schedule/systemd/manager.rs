//! Installing, listing and removing units.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::folder::{Scope, user_manager_is_there};
use super::names::{self, PREFIX};
use super::state;
use super::unit::{Units, own_value};
use crate::fs::{create_private_folder, replace_file};
use crate::schedule::expression::Expression;
use crate::schedule::installed::{Backend, Installed, LastRun};
use crate::schedule::job::Job;
use crate::schedule::program::run;
use crate::{Error, Result};

/// The units of a user, or of the system.
#[derive(Debug)]
pub struct Systemd {
    scope: Scope,
    folder: PathBuf,
}

/// How many seconds before its process has ended a run is logged at most: hooks and pings come in between.
const LOGGED_BEFORE: i64 = 120;

/// Where the units of a job are, or would be.
#[derive(Debug)]
struct Files {
    /// Without `.timer`.
    name: String,
    service: PathBuf,
    timer: PathBuf,
}

impl Systemd {
    pub fn new(scope: Scope) -> Result<Self> {
        Ok(Self { scope, folder: scope.folder()? })
    }

    /// The name of the units for the profile with this name, which is this one.
    pub fn unit_name(&self, name: &str, profile: &str) -> String {
        self.files_of(name, profile).name
    }

    /// The files that would be written, with their texts.
    pub fn preview(&self, job: &Job, units: &Units) -> Vec<(PathBuf, String)> {
        let files = self.files_for(job);
        vec![(files.service, units.service.clone()), (files.timer, units.timer.clone())]
    }

    /// Writes the units and starts the timer. If that fails, what was there before is there again.
    pub async fn install(&self, job: &Job, units: &Units) -> Result<()> {
        self.check_manager()?;
        let files = self.files_for(job);
        let before = [&files.service, &files.timer].map(|path| fs::read(path).ok());
        let mut installed = match self.write(&files, units) {
            Ok(()) => self.start(&files.name).await,
            Err(error) => Err(error),
        };
        if let Err(error) = &mut installed {
            for (path, before) in [&files.service, &files.timer].into_iter().zip(before) {
                // The error itself matters more.
                let _ = match before {
                    Some(content) => replace_file(path, &content, None),
                    None => fs::remove_file(path),
                };
            }
            let _ = self.systemctl(&["daemon-reload"]).await;
            error.help.get_or_insert_with(|| "the files of its units are as they were before".to_owned());
        }
        installed
    }

    /// Stops the timer and removes the units.
    pub async fn remove(&self, installed: &Installed) -> Result<()> {
        let timer = Path::new(&installed.place);
        let name = timer.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let files = self.files(name);
        let unit = format!("{}.timer", files.name);
        let has_manager = self.check_manager().is_ok();
        if has_manager {
            let disabled = self.systemctl(&["disable", "--now", &unit]).await;
            disabled.map_err(|error| error.help("its units are still there"))?;
        } else {
            // What `disable` removes.
            let _ = fs::remove_file(self.folder.join("timers.target.wants").join(&unit));
            log::warn!("no manager of systemd runs, so a timer that is active stays until it ends");
        }
        for path in [&files.timer, &files.service] {
            match fs::remove_file(path) {
                Err(error) if error.kind() != ErrorKind::NotFound => {
                    return Err(Error::failed(format!("can't remove `{}`", path.display())).because(error));
                }
                _ => {}
            }
        }
        if !has_manager {
            return Ok(());
        }
        let reloaded = self.systemctl(&["daemon-reload"]).await;
        reloaded.map_err(|error| error.help("its units are removed, and systemd does not know it yet"))
    }

    /// The schedules among the units, also if no manager runs.
    pub async fn installed(&self) -> Vec<Installed> {
        let Ok(entries) = fs::read_dir(&self.folder) else { return Vec::new() };
        let mut names: Vec<String> = entries
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .filter_map(|name| Some(name.strip_suffix(".service")?.to_owned()))
            .filter(|name| name.starts_with(PREFIX))
            .collect();
        names.sort();
        let mut found = Vec::new();
        let mut unanswered = None;
        for name in names {
            if let Some(one) = self.one_installed(name, &mut unanswered).await {
                found.push(one);
            }
        }
        found
    }

    /// `unanswered` is why the manager does not answer: it is not asked again.
    async fn one_installed(&self, name: String, unanswered: &mut Option<String>) -> Option<Installed> {
        let files = self.files(name);
        let service = fs::read_to_string(&files.service).ok()?;
        let profile = own_value(&service, "Profile")?;
        let expression = own_value(&service, "Schedule").and_then(Expression::known);
        let program = own_value(&service, "Program");
        let place = files.timer.to_string_lossy().into_owned();
        let mut one = Installed::new(Backend::Systemd, place, profile, expression, program);
        let option = if self.scope == Scope::User { "--user " } else { "" };
        if !files.timer.is_file() {
            one.problems.push("its timer is gone: install it again".to_owned());
        } else if let Err(error) = self.check_manager() {
            one.problems.push(error.summary());
        } else if let Some(why) = unanswered {
            one.problems.push(why.clone());
        } else {
            match state::of(self.scope, &files.name).await {
                Ok(state) => {
                    if !state.active {
                        let unit = &files.name;
                        one.problems.push(format!(
                            "its timer is stopped: start it with `systemctl {option}enable --now {unit}.timer`"
                        ));
                    }
                    // A run that was killed is not in the log.
                    let logged_until =
                        one.last.as_ref().map_or(i64::MIN, |last| last.at_seconds + LOGGED_BEFORE);
                    if let (Some(at_seconds), Some(exit_code)) = (state.ended_at, state.exit_code)
                        && at_seconds > logged_until
                    {
                        one.last = Some(LastRun { at_seconds, exit_code, message: None });
                    }
                }
                Err(error) => one.problems.push(unanswered.insert(error.summary()).clone()),
            }
        }
        Some(one)
    }

    fn check_manager(&self) -> Result<()> {
        if self.scope == Scope::User && !user_manager_is_there() {
            return Err(Error::failed("no user manager of systemd runs here")
                .because("this user is not logged in through systemd, and does not linger")
                .help(
                    "turn lingering on with `loginctl enable-linger`, or take `--backend crontab`, or \
                     `--system` as root",
                ));
        }
        Ok(())
    }

    fn write(&self, files: &Files, units: &Units) -> Result<()> {
        let failed = |path: &Path| Error::failed(format!("can't write `{}`", path.display()));
        if self.scope == Scope::User {
            create_private_folder(&self.folder).map_err(|error| failed(&self.folder).because(error))?;
        }
        for (path, text) in [(&files.service, &units.service), (&files.timer, &units.timer)] {
            replace_file(path, text.as_bytes(), Some(0o644)).map_err(|error| {
                let failed = failed(path).because(&error);
                match (self.scope, error.kind()) {
                    (Scope::System, ErrorKind::PermissionDenied) => failed.help("run it as root"),
                    _ => failed,
                }
            })?;
        }
        Ok(())
    }

    async fn start(&self, name: &str) -> Result<()> {
        let timer = format!("{name}.timer");
        self.systemctl(&["daemon-reload"]).await?;
        self.systemctl(&["enable", &timer]).await?;
        // One that waits already takes the new time only then.
        self.systemctl(&["restart", &timer]).await
    }

    async fn systemctl(&self, arguments: &[&str]) -> Result<()> {
        let all: Vec<&str> = std::iter::once(self.scope.option()).chain(arguments.iter().copied()).collect();
        let ended = run("systemctl", &all).await?;
        if ended.succeeded {
            return Ok(());
        }
        Err(Error::failed(format!("`systemctl {}` has failed", all.join(" "))).because(ended.why()))
    }

    fn files_for(&self, job: &Job) -> Files {
        self.files_of(&job.name, &job.profile)
    }

    fn files_of(&self, name: &str, profile: &str) -> Files {
        let [plain, distinct] = [names::plain(name), names::distinct(name, profile)];
        // One that is there keeps its name.
        let owner = |name: &str| {
            let service = fs::read_to_string(self.files(name.to_owned()).service).ok()?;
            Some(own_value(&service, "Profile").unwrap_or_default().to_owned())
        };
        let is_taken = owner(&plain).is_some_and(|owner| owner != profile);
        let has_distinct = owner(&distinct).is_some_and(|owner| owner == profile);
        self.files(if is_taken || has_distinct { distinct } else { plain })
    }

    fn files(&self, name: String) -> Files {
        let path = |extension: &str| self.folder.join(format!("{name}.{extension}"));
        Files { service: path("service"), timer: path("timer"), name }
    }
}

/// Whether the units of this user run also while the user is not logged in. `None` if that can't be found out.
pub async fn lingers() -> Option<bool> {
    let user = rustix::process::getuid().as_raw().to_string();
    let ended = run("loginctl", &["show-user", &user, "--property=Linger", "--value"]).await.ok()?;
    ended.succeeded.then(|| ended.stdout.starts_with(b"yes"))
}
