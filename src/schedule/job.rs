//! What a schedule starts.

use std::env;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::systemd::SystemService;
use crate::catalog::Origin;
use crate::fs::is_same_file;
use crate::profile::{Profile, process_env};
use crate::{Error, Result};

/// The command of a schedule, and the environment that it needs: timers have almost none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// The absolute path of the profile, or the name of one that is built in.
    pub profile: String,
    /// The name of the profile.
    pub name: String,
    /// One line for people.
    pub description: String,
    /// The absolute path of this program.
    pub program: String,
    pub arguments: Vec<String>,
    pub environment: Vec<(String, String)>,
    /// How much later than its time it may start, by chance.
    pub jitter: Option<Duration>,
}

/// What runs depend on, beside HOME and PATH, and what holds no secret.
const VARIABLES: [&str; 10] = [
    "XDG_CONFIG_HOME",
    "XDG_STATE_HOME",
    "XDG_DATA_HOME",
    "RUNNER_PROFILE_PATH",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "HTTPS_PROXY",
    "https_proxy",
    "ALL_PROXY",
    "NO_PROXY",
];

impl Job {
    /// What names the profile with this name and origin in a schedule.
    pub fn key_of(origin: &Origin, name: &str) -> Result<String> {
        origin.file().map_or_else(|| Ok(name.to_owned()), absolute)
    }

    /// The job that runs this profile, with its output in this file if one is given. A service of the system can have another home.
    pub fn of(
        profile: &Profile,
        output: Option<&Path>,
        jitter: Option<Duration>,
        service: Option<&SystemService>,
    ) -> Result<Self> {
        let key = Self::key_of(&profile.origin, &profile.name)?;
        let mut arguments: Vec<String> = ["run", "--scheduled", "-q"].map(str::to_owned).into();
        if let Some(output) = output {
            arguments.extend(["-o".to_owned(), absolute(output)?]);
        }
        arguments.push(key.clone());
        Ok(Self {
            profile: key,
            name: profile.name.clone(),
            description: match profile.description.as_str() {
                "" => profile.name.clone(),
                description => one_line(description),
            },
            program: program()?,
            arguments,
            environment: environment(service)?,
            jitter,
        })
    }

    /// The arguments for what starts jobs on time: the job itself waits.
    pub(super) fn arguments_with_jitter(&self) -> Vec<String> {
        let mut arguments = self.arguments.clone();
        if let Some(jitter) = self.jitter {
            arguments.splice(1..1, ["--jitter".to_owned(), format!("{}s", jitter.as_secs())]);
        }
        arguments
    }
}

/// Text that a unit or a crontab can hold in one line.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn absolute(path: &Path) -> Result<String> {
    let path: PathBuf = std::path::absolute(path)
        .map_err(|error| Error::failed(format!("can't find `{}`", path.display())).because(error))?
        .components()
        .collect();
    text(path.to_string_lossy().as_ref(), path.to_str().is_some())
}

fn text(text: &str, is_utf8: bool) -> Result<String> {
    if !is_utf8 {
        return Err(Error::usage(format!("`{text}` can't be scheduled")).because("its path is not UTF-8"));
    }
    if text.contains(char::is_control) {
        return Err(Error::usage(format!("`{text}` can't be scheduled"))
            .because("its path has a control character, such as the end of a line"));
    }
    Ok(text.to_owned())
}

/// The path of this program. The way that leads to it through PATH stays the same when a new version is installed.
pub(super) fn program() -> Result<String> {
    let own = env::current_exe()
        .map_err(|error| Error::failed("can't find the path of this program").because(error))?;
    let named = env::args_os().next().map(PathBuf::from).unwrap_or_default();
    let found = if named.components().count() > 1 {
        Some(named)
    } else {
        let folders = env::var_os("PATH").unwrap_or_default();
        env::split_paths(&folders).map(|folder| folder.join(&named)).find(|path| path.is_file())
    };
    match found.and_then(|found| std::path::absolute(found).ok()) {
        Some(found) if is_same_file(&found, &own) => absolute(&found),
        _ => absolute(&own),
    }
}

fn environment(service: Option<&SystemService>) -> Result<Vec<(String, String)>> {
    let home = service.map(SystemService::home).or_else(|| process_env("HOME").map(PathBuf::from));
    let home = home.filter(|home| home.is_absolute());
    let Some(home) = home.as_deref().and_then(Path::to_str) else {
        return Err(Error::usage("there is no home directory for the job")
            .because("the environment variable HOME is no absolute path")
            .help("set HOME"));
    };
    let mut environment = vec![("HOME".to_owned(), home.to_owned()), ("PATH".to_owned(), search_path())];
    let sdk = env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    let mut names: Vec<String> = sdk.filter(|name| name.starts_with("GLOBUS_SDK_")).collect();
    names.sort();
    names.extend(VARIABLES.map(str::to_owned));
    if let Some(service) = service {
        // Those of the user who installs it are in another home.
        names.retain(|name| !name.starts_with("XDG_"));
        let state = service.state_folder().to_string_lossy().into_owned();
        environment.push(("XDG_STATE_HOME".to_owned(), state));
    }
    for name in names {
        let Some(value) = env::var_os(&name).filter(|value| !value.is_empty()) else { continue };
        match value.into_string() {
            Ok(value) if has_secret(&value) => log::warn!(
                "the job will not have {name}, because its value holds a password; write `[http] proxy` or \
                 set it where the job is defined"
            ),
            Ok(value) if !value.contains(char::is_control) => environment.push((name, value)),
            _ => log::warn!("the job will not have {name}, because its value is not one line of text"),
        }
    }
    Ok(environment)
}

/// Whether this is a URL with a password.
fn has_secret(value: &str) -> bool {
    url::Url::parse(value).is_ok_and(|url| url.password().is_some())
}

/// The absolute folders of PATH, each once; those that cron has, if there are none.
fn search_path() -> String {
    let mut folders: Vec<String> = Vec::new();
    for folder in env::split_paths(&env::var_os("PATH").unwrap_or_default()) {
        if let Some(text) = folder.to_str()
            && folder.is_absolute()
            && !text.contains(char::is_control)
            && !folders.iter().any(|one| one == text)
        {
            folders.push(text.to_owned());
        }
    }
    if folders.is_empty() { "/usr/bin:/bin".to_owned() } else { folders.join(":") }
}
