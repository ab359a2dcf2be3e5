//! Whether a profile can run without a person.

use std::path::Path;

use super::installed::Backend;
use crate::fs::descriptor;
use crate::globus::auth::SecretSource;
use crate::output::Destination;
use crate::profile::{Grant, OutputTarget, PersonGrant, Profile, Storage};
use crate::run::status::ProfileStatus;
use crate::run::{RunLog, own_templates, protected_files};
use crate::template::Template;
use crate::{Error, Kind, Result};

/// Fails if runs could not go on without a person. Otherwise what a person should know, each with what to do.
pub fn check_unattended(
    profile: &Profile,
    argument: &str,
    backend: Backend,
    output: Option<&Path>,
) -> Result<Vec<String>> {
    let refused = || Error::usage(format!("`{argument}` can't run by itself"));
    let account = "or use a service account";
    if let Grant::Person(person) = &profile.auth.grant {
        if backend == Backend::Kubernetes {
            return Err(refused()
                .because("a person logs in, and the tokens of that login are on this machine")
                .help(
                    "use a service account: `client_secret = { env = \"GLOBUS_CLIENT_SECRET\" }` in `[auth]`",
                ));
        }
        if profile.storage == Storage::Memory {
            return Err(refused()
                .because(
                    "`storage = \"memory\"`: no tokens are stored, so every run needs a person who logs in",
                )
                .help(format!("name a file as `storage`, {account}")));
        }
        if !person.refresh_tokens {
            return Err(refused()
                .because("`refresh_tokens = false`: a login is valid for two days at most, then a person has to log in")
                .help(format!("remove that line and log in again, {account}")));
        }
    }
    check_output(profile, output)?;
    let mut warnings = Vec::new();
    let status = ProfileStatus::of(profile, argument);
    if let Some(problem) = status.problems.first() {
        let help = problem.help.as_deref().map(|help| format!("; {help}")).unwrap_or_default();
        match status.exit_code {
            code if code == Kind::LoginNeeded.exit_code() && backend != Backend::Kubernetes => {
                warnings.push(format!("runs will fail: {}{help}", problem.message));
            }
            // What the environment lacks here, the job may have there.
            _ if backend == Backend::Kubernetes || secret_variable(profile).is_some() => {}
            _ => {
                return Err(refused().because(&problem.message).help(
                    problem
                        .help
                        .clone()
                        .unwrap_or_else(|| format!("`runner check {argument}` shows what is wrong")),
                ));
            }
        }
    }
    // What a service requires of a login, such as a second factor, only a run finds out.
    let last = RunLog::of(&profile.key()).and_then(|log| log.last().ok()?);
    if let Some(run) = last.filter(|run| status.ready && run.exit_code == Kind::LoginNeeded.exit_code()) {
        warnings.push(format!("the last run needed a person: {}", run.message));
    }
    warnings.extend(secret_from_environment(profile, backend));
    if output.is_none() && prints(profile) {
        let goes_to = match backend {
            Backend::Crontab => "cron mails it to you at each run",
            Backend::Systemd => "it goes to the journal",
            Backend::Kubernetes => "it goes to the log of the pod",
        };
        warnings.push(format!(
            "the output is stdout, so {goes_to}; name a file with `-o FILE` or `[output] path`"
        ));
    }
    Ok(warnings)
}

/// Fails as a run would that writes to this file.
fn check_output(profile: &Profile, output: Option<&Path>) -> Result<()> {
    let Some(path) = output else { return Ok(()) };
    if profile.outputs.len() > 1 {
        return Err(Error::usage("-o is for a profile with a single output")
            .because(format!("`{}` has {}", profile.name, profile.outputs.len()))
            .help("write the paths into the profile"));
    }
    let destination = Destination::File { path: path.to_owned(), mode: None };
    let templates = own_templates(profile)?;
    destination.check_against(|| protected_files(profile, templates.iter().flat_map(Template::sources)))?;
    destination.check_folder()
}

/// Whether a run without `-o` writes to stdout.
fn prints(profile: &Profile) -> bool {
    profile.outputs.iter().any(|output| match &output.target {
        OutputTarget::Stdout => true,
        OutputTarget::File(path) => descriptor(path).is_some(),
        OutputTarget::Each(_) => false,
    })
}

/// The environment variable with the client's secret.
pub(super) fn secret_variable(profile: &Profile) -> Option<&str> {
    let (Grant::ServiceAccount(source) | Grant::Person(PersonGrant { secret: Some(source), .. })) =
        &profile.auth.grant
    else {
        return None;
    };
    match source {
        SecretSource::Env(name) => Some(name),
        SecretSource::File(_) | SecretSource::Command { .. } => None,
    }
}

/// Jobs do not have the environment of this terminal.
fn secret_from_environment(profile: &Profile, backend: Backend) -> Option<String> {
    let name = secret_variable(profile)?;
    let why =
        format!("the client's secret is in the environment variable {name}, which the job will not have");
    match backend {
        Backend::Kubernetes => None,
        Backend::Crontab => Some(format!("{why}; write `client_secret = {{ file = \"PATH\" }}`")),
        Backend::Systemd => Some(format!(
            "{why}; write `client_secret = {{ file = \"PATH\" }}`, or add `EnvironmentFile=` with `systemctl edit`"
        )),
    }
}
