//! Whether a profile can run without a person.

use std::path::{Path, PathBuf};

use super::installed::Backend;
use super::job::{Job, program};
use super::systemd::SystemService;
use super::writes::folders_written;
use crate::catalog::Origin;
use crate::fs::descriptor;
use crate::globus::auth::SecretSource;
use crate::output::Destination;
use crate::profile::{Grant, OutputTarget, PersonGrant, PingUrl, Profile, Storage};
use crate::run::status::ProfileStatus;
use crate::run::{RunLog, check_own_outputs, own_templates, protected_files};
use crate::template::Template;
use crate::{Error, Kind, Result};

/// Fails if runs could not go on without a person. Otherwise what a person should know, each with what to do.
pub fn check_unattended(
    profile: &Profile,
    argument: &str,
    backend: Backend,
    output: Option<&Path>,
    service: Option<&SystemService>,
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
    if let Some(service) = service.filter(|service| !service.is_own()) {
        return check_for_other(profile, argument, output, service);
    }
    check_output(profile, output, true)?;
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
            _ if service
                .is_some_and(|service| files_read(profile).is_ok_and(|files| service.hands_over(&files))) => {
            }
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
    warnings.extend(secret_from_environment(profile, backend, service.is_some()));
    warnings.extend(output_that_is_lost(profile, output, backend));
    Ok(warnings)
}

/// The same for another user than that of this process: what that one has stored is not known here.
fn check_for_other(
    profile: &Profile,
    argument: &str,
    output: Option<&Path>,
    service: &SystemService,
) -> Result<Vec<String>> {
    check_output(profile, output, !service.is_dynamic())?;
    if output.is_none() && !service.is_dynamic() {
        check_own_outputs(profile, &own_templates(profile)?)?;
    }
    let folders = folders_written(profile, output, &service.home());
    service.check_writes(argument, &folders)?;
    let mut warnings = service.check_reads(argument, files_read(profile)?.iter().map(PathBuf::as_path))?;
    if matches!(profile.auth.grant, Grant::Person(_)) {
        let command = service.login_command(&program()?, &Job::key_of(&profile.origin, &profile.name)?);
        warnings.push(format!("a person has to log in as the user of the service first: `{command}`"));
    }
    warnings.extend(secret_from_environment(profile, Backend::Systemd, true));
    warnings.extend(output_that_is_lost(profile, output, Backend::Systemd));
    Ok(warnings)
}

/// The files that a run reads and does not write: those of the profile, its templates and its secrets, and the program itself.
pub fn files_read(profile: &Profile) -> Result<Vec<PathBuf>> {
    let templates = own_templates(profile)?;
    let sources = templates.iter().flat_map(Template::sources);
    let origins = sources.map(|source| &source.origin).chain([&profile.origin]).chain(&profile.bases);
    let mut files: Vec<PathBuf> = origins.filter_map(Origin::file).map(Path::to_owned).collect();
    let secret = match &profile.auth.grant {
        Grant::Person(PersonGrant { secret, .. }) => secret.as_ref(),
        Grant::ServiceAccount(secret) => Some(secret),
    };
    let ping_url = match &profile.notify.ping_url {
        Some(PingUrl::In(place)) => Some(place),
        Some(PingUrl::Written { .. }) | None => None,
    };
    for place in [secret, ping_url].into_iter().flatten() {
        if let SecretSource::File(path) = place {
            files.push(path.clone());
        }
    }
    files.extend(profile.http.ca_file.as_deref().map(Path::to_owned));
    files.push(program()?.into());
    Ok(files)
}

fn output_that_is_lost(profile: &Profile, output: Option<&Path>, backend: Backend) -> Option<String> {
    if output.is_some() || !prints(profile) {
        return None;
    }
    let goes_to = match backend {
        Backend::Crontab => "cron mails it to you at each run",
        Backend::Systemd => "it goes to the journal",
        Backend::Kubernetes => "it goes to the log of the pod",
    };
    Some(format!("the output is stdout, so {goes_to}; name a file with `-o FILE` or `[output] path`"))
}

/// Fails as a run would that writes to this file, in a folder that has to be there or is made.
fn check_output(profile: &Profile, output: Option<&Path>, folder_is_there: bool) -> Result<()> {
    let Some(path) = output else { return Ok(()) };
    if profile.outputs.len() > 1 {
        return Err(Error::usage("-o is for a profile with a single output")
            .because(format!("`{}` has {}", profile.name, profile.outputs.len()))
            .help("write the paths into the profile"));
    }
    let destination = Destination::File { path: path.to_owned(), mode: None };
    let templates = own_templates(profile)?;
    destination.check_against(|| protected_files(profile, templates.iter().flat_map(Template::sources)))?;
    if folder_is_there { destination.check_folder() } else { Ok(()) }
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
fn secret_from_environment(profile: &Profile, backend: Backend, in_system: bool) -> Option<String> {
    let name = secret_variable(profile)?;
    let why =
        format!("the client's secret is in the environment variable {name}, which the job will not have");
    match backend {
        Backend::Kubernetes => None,
        Backend::Crontab => Some(format!("{why}; write `client_secret = {{ file = \"PATH\" }}`")),
        Backend::Systemd if in_system => Some(format!(
            "{why}; put it into /etc/credstore/NAME, and write \
             `client_secret = {{ file = \"${{CREDENTIALS_DIRECTORY}}/NAME\" }}`"
        )),
        Backend::Systemd => Some(format!(
            "{why}; write `client_secret = {{ file = \"PATH\" }}`, or add `EnvironmentFile=` with `systemctl edit`"
        )),
    }
}
