//! `runner login` for several profiles: the named ones, or `--all`.

use super::selection;
use crate::catalog::Origin;
use crate::globus::auth::AuthorizationParameters;
use crate::globus::login::LoginMethod;
use crate::profile::{Listed, Profile};
use crate::run::has_login;
use crate::run::login_group::LoginGroup;
use crate::run::session::login_command;
use crate::run::shared_login::{LoginOptions, LoginResult};
use crate::terminal::shell::shell_word;
use crate::{Error, Kind, Result};

/// How several profiles log in: once for all that share a login. A failure stops no other; the exit code is the worst one.
pub(super) struct Several {
    pub(super) method: Option<LoginMethod>,
    pub(super) force: bool,
    pub(super) requirements: AuthorizationParameters,
}

impl Several {
    /// Logs in for every profile that can be found, or every one of a folder.
    pub(super) async fn log_in_for_all(self, folder: Option<&str>) -> Result<()> {
        let command = match folder {
            Some(folder) => {
                let absolute = std::path::absolute(folder).unwrap_or_else(|_| folder.into());
                format!("runner login --all {}", shell_word(&absolute.to_string_lossy()))
            }
            None => "runner login --all".to_owned(),
        };
        self.log_in(profiles(folder)?, &command).await
    }

    /// Logs in for the profiles with these names or paths.
    pub(super) async fn log_in_for(self, names: &[String]) -> Result<()> {
        let words: Vec<&str> = names.iter().map(String::as_str).collect();
        let profiles = names.iter().map(|name| (name.clone(), Profile::load(name)));
        self.log_in(profiles.collect(), &login_command(&words)).await
    }

    async fn log_in(self, profiles: Vec<(String, Result<Profile>)>, command: &str) -> Result<()> {
        let Self { method, force, requirements } = self;
        let options = LoginOptions { method, force, requirements, command };
        let mut failures = Failures::default();
        let mut logins = Vec::new();
        let all = profiles.len();
        for (name, profile) in profiles {
            match profile.and_then(|profile| LoginGroup::of(name.clone(), &profile)) {
                Ok(login) if login.keeps_tokens() => login.add_to(&mut logins),
                Ok(_) => log::info!("{name}: nothing to log in for: it keeps its tokens in memory"),
                Err(error) => failures.add(&[name], &error),
            }
        }
        for login in &logins {
            match login.log_in(&options).await {
                Ok(result) => report(&login.members, &result),
                Err(error) => failures.add(&login.members, &error),
            }
        }
        failures.finish(all)
    }
}

/// Each profile with its name or path, or the reason why it can't be used.
fn profiles(folder: Option<&str>) -> Result<Vec<(String, Result<Profile>)>> {
    let read = |Listed { name, profile, .. }: Listed| {
        let cure = format!("see `runner check {}`", shell_word(&name));
        (name, profile.map_err(|error| error.help(cure)))
    };
    let mut listed = selection::every(folder)?;
    // The built-in profiles are there whether they are used or not: those in use have a login.
    let is_used =
        |listed: &Listed| listed.origin != Origin::Embedded || listed.profile.as_ref().is_ok_and(has_login);
    if listed.iter().any(is_used) {
        listed.retain(is_used);
    }
    Ok(listed.into_iter().map(read).collect())
}

fn report(members: &[String], result: &LoginResult) {
    let already = if result.is_new { "" } else { "already " };
    let identity = result.identity.as_ref().map(|identity| format!(" as {identity}")).unwrap_or_default();
    for name in members {
        log::info!("{name}: {already}logged in{identity}");
    }
}

#[derive(Default)]
struct Failures {
    number: usize,
    worst: Option<Kind>,
    cures: Vec<String>,
}

impl Failures {
    fn add(&mut self, members: &[String], error: &Error) {
        for name in members {
            log::error!("{name}: {}", error.summary());
        }
        self.number += members.len();
        self.worst = Kind::worst(self.worst.into_iter().chain([error.kind]));
        self.cures.extend(error.help.clone().filter(|cure| !self.cures.contains(cure)));
    }

    fn finish(self, all: usize) -> Result<()> {
        let Some(kind) = self.worst else { return Ok(()) };
        let error = Error::new(kind, format!("not logged in for {} of {all} profiles", self.number));
        Err(if self.cures.is_empty() { error } else { error.help(self.cures.join("; ")) })
    }
}
