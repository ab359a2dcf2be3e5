//! How a client proves itself to Globus Auth.

use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::HeaderValue;
use rustix::process::{Pid, Signal};
use secrecy::{ExposeSecret, SecretString};
use tokio::io::AsyncReadExt;
use tokio::process::{Child, Command};
use tokio::sync::OnceCell;

use crate::diagnostic::clean;
use crate::fs::open_regular;
use crate::terminal::prompt::somebody_is_there;
use crate::{Error, Result};

/// A secret is a line. What is longer than this is another file.
const LARGEST: u64 = 64 * 1024;

/// Long enough for a person who has to unlock a password store.
const COMMAND_TIMEOUT: Duration = Duration::from_secs(60);

/// How long the output of a program that has ended is read.
const DRAIN: Duration = Duration::from_millis(50);

/// Where the secret of a client is. The secret itself never stands in a profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretSource {
    /// In this environment variable.
    Env(String),
    /// On the first line of this file, which only its owner may read.
    File(PathBuf),
    /// On the first line that this program prints.
    Command {
        /// Its name, or its path.
        program: PathBuf,
        /// What it is given.
        arguments: Vec<String>,
    },
}

/// Whether a client has a secret, and where it is. It is not read before it is needed: most runs have a token
/// that is still good, and a command can ask its user something.
#[derive(Debug, Clone)]
pub(crate) struct Credentials {
    source: Option<SecretSource>,
    secret: OnceCell<SecretString>,
}

impl Credentials {
    /// A native client has no secret; it proves itself with PKCE.
    pub(crate) fn native() -> Self {
        Self { source: None, secret: OnceCell::new() }
    }

    /// A confidential client, whose secret is there.
    pub(crate) fn from(source: SecretSource) -> Self {
        Self { source: Some(source), secret: OnceCell::new() }
    }

    /// A confidential client with just this secret.
    #[cfg(feature = "sandbox")]
    pub(crate) fn known(secret: SecretString) -> Self {
        Self { source: None, secret: OnceCell::from(secret) }
    }

    /// The secret, read once; `None` for a native client. Exit code 2 when it is not where the profile says.
    pub(super) async fn secret(&self) -> Result<Option<&SecretString>> {
        if let Some(secret) = self.secret.get() {
            return Ok(Some(secret));
        }
        let Some(source) = &self.source else { return Ok(None) };
        self.secret.get_or_try_init(|| read(source)).await.map(Some)
    }

    /// What is wrong with where the secret is, as far as it shows without running anything.
    pub(crate) fn obstacle(&self) -> Option<Error> {
        match &self.source {
            Some(SecretSource::Env(name)) => from_variable(name).err(),
            Some(SecretSource::File(path)) => from_file(path).err(),
            Some(SecretSource::Command { .. }) | None => None,
        }
    }
}

/// The header of HTTP Basic ([RFC 7617](https://www.rfc-editor.org/rfc/rfc7617)). Globus Auth takes the two parts
/// as they are, not form-encoded as RFC 6749 would have them; the Globus SDK sends the same.
pub(super) fn basic(client_id: &str, secret: &SecretString) -> Option<HeaderValue> {
    let pair = format!("{client_id}:{}", secret.expose_secret());
    let mut header = HeaderValue::from_str(&format!("Basic {}", STANDARD.encode(pair))).ok()?;
    header.set_sensitive(true);
    Some(header)
}

async fn read(source: &SecretSource) -> Result<SecretString> {
    match source {
        SecretSource::Env(name) => from_variable(name),
        SecretSource::File(path) => from_file(path),
        SecretSource::Command { program, arguments } => from_command(program, arguments).await,
    }
}

fn from_variable(name: &str) -> Result<SecretString> {
    let failed = |why: &str| {
        Error::usage(format!("the environment variable {name} does not hold the client's secret"))
            .because(why)
            .help(
                "cron and service managers start with an empty environment: set it where the job is defined",
            )
    };
    match std::env::var(name) {
        Ok(text) => first_line(text.as_bytes()).map_err(failed),
        Err(std::env::VarError::NotPresent) => Err(failed("it is not set")),
        Err(std::env::VarError::NotUnicode(_)) => Err(failed("it is not text")),
    }
}

fn from_file(path: &Path) -> Result<SecretString> {
    let failed = |why: &str| {
        Error::usage(format!("can't use the client's secret in `{}`", path.display())).because(why)
    };
    let io_failed = |error: io::Error| failed(&error.to_string());
    let mut file = open_regular(path).map_err(io_failed)?;
    let about = file.metadata().map_err(io_failed)?;
    let (mode, owner, user) = (about.mode() & 0o777, about.uid(), rustix::process::geteuid());
    if mode & 0o077 != 0 {
        return Err(failed(&format!("its mode is {mode:04o}, so others than its owner can get at it"))
            .help(format!("chmod 600 '{}'; if others may have read it, make a new secret", path.display())));
    }
    if owner != user.as_raw() && owner != 0 {
        return Err(failed(&format!("it belongs to somebody else, the user with the number {owner}"))
            .help("make it a file of the user who runs this"));
    }
    let mut content = Vec::new();
    file.by_ref().take(LARGEST).read_to_end(&mut content).map_err(io_failed)?;
    first_line(&content).map_err(failed)
}

/// Runs the program without a shell. What it says on stderr is shown; what it prints is the secret.
async fn from_command(program: &Path, arguments: &[String]) -> Result<SecretString> {
    let failed = |why: &str| {
        Error::usage(format!("`{}` did not give the client's secret", clean(&program.to_string_lossy())))
            .because(why)
            .help("it is the `client_secret` of the profile; try the command by hand, as the same user")
    };
    let io_failed = |error: io::Error| failed(&error.to_string());
    let mut command = Command::new(program);
    command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::inherit()).kill_on_drop(true);
    // What has a terminal may ask there for a passphrase, also if stdin or stderr are elsewhere. What has none gets
    // a group of its own, so that what it starts can be ended with it.
    let has_terminal = File::open("/dev/tty").is_ok();
    command.stdin(if somebody_is_there() { Stdio::inherit() } else { Stdio::null() });
    if !has_terminal {
        command.process_group(0);
    }
    let mut child = command.spawn().map_err(io_failed)?;
    let group = child.id().and_then(|id| Pid::from_raw(id.cast_signed())).filter(|_| !has_terminal);
    let mut group = Group(group);
    let printed = tokio::time::timeout(COMMAND_TIMEOUT, printed_by(&mut child)).await;
    match printed {
        Ok(Ok((printed, status))) => {
            // What it has started on purpose, such as an agent, may go on.
            group.0 = None;
            if status.success() {
                first_line(&printed).map_err(failed)
            } else {
                Err(failed(&format!("it ended with {status}")))
            }
        }
        Ok(Err(error)) => Err(io_failed(error)),
        Err(_) => Err(failed(&format!("it took longer than {} seconds", COMMAND_TIMEOUT.as_secs()))),
    }
}

/// Processes that end with this, also when the run is stopped.
struct Group(Option<Pid>);

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(group) = self.0 {
            // They may have ended by themselves.
            let _ = rustix::process::kill_process_group(group, Signal::KILL);
        }
    }
}

/// What a program prints until it ends. What it has started may go on and keep its output open.
async fn printed_by(child: &mut Child) -> io::Result<(Vec<u8>, ExitStatus)> {
    let Some(mut stdout) = child.stdout.take() else { return Err(io::ErrorKind::BrokenPipe.into()) };
    let mut printed = Vec::new();
    let mut chunk = [0; 4096];
    let mut ended = None;
    loop {
        let read = if let Some(status) = ended {
            // What it printed is in the pipe by now.
            match tokio::time::timeout(DRAIN, stdout.read(&mut chunk)).await {
                Ok(read) => read?,
                Err(_) => return Ok((printed, status)),
            }
        } else {
            tokio::select! {
                biased;
                read = stdout.read(&mut chunk) => read?,
                status = child.wait() => {
                    ended = Some(status?);
                    continue;
                }
            }
        };
        if read == 0 {
            let status = match ended {
                Some(status) => status,
                None => child.wait().await?,
            };
            return Ok((printed, status));
        }
        printed.extend_from_slice(&chunk[..read]);
        if printed.len() as u64 > LARGEST {
            return Err(io::Error::other("it prints more than any secret has"));
        }
    }
}

/// A secret ends with its line: editors add a line end, and `pass` keeps notes below.
fn first_line(content: &[u8]) -> Result<SecretString, &'static str> {
    if content.trim_ascii().is_empty() {
        return Err("it is empty");
    }
    let line = content.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let line = std::str::from_utf8(line).map_err(|_| "it is not text")?.trim();
    if line.is_empty() {
        return Err("its first line is empty");
    }
    if line.chars().any(char::is_control) {
        return Err("it holds a control character");
    }
    Ok(line.into())
}

#[cfg(test)]
mod tests {
    use secrecy::{ExposeSecret, SecretString};

    use super::{basic, first_line};

    #[test]
    fn a_secret_is_a_line() {
        let read = |text: &str| first_line(text.as_bytes()).map(|secret| secret.expose_secret().to_owned());
        assert_eq!(read("a+b/c=\r\nuser: me\n").as_deref(), Ok("a+b/c="));
        assert_eq!(read("\nx"), Err("its first line is empty"));
        assert_eq!(read(""), Err("it is empty"));
        assert_eq!(read(" \n"), Err("it is empty"));
        assert_eq!(read("a\0b"), Err("it holds a control character"));
        assert_eq!(first_line(b"\xff").map(|_| ()), Err("it is not text"));
    }

    /// What `requests` sends for `HTTPBasicAuth("id", "a+b/c=")`.
    #[test]
    fn basic_is_what_the_sdk_sends() {
        let header = basic("id", &SecretString::from("a+b/c=")).unwrap();
        assert_eq!(header.to_str().unwrap(), "Basic aWQ6YStiL2M9");
        assert!(!format!("{header:?}").contains("aWQ6"));
    }
}
