//! Reading a secret, such as that of a client.

use std::io::{self, ErrorKind, Read};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use secrecy::SecretString;

use super::secret_command;
use crate::diagnostic::clean;
use crate::fs::{Exposure, exposure, open_regular};
use crate::{Error, Result};

/// A secret is one line. A larger file is another file.
const MAX_SECRET: u64 = 64 * 1024;

/// What messages call a secret, and the key of the profile that says where it is.
#[derive(Debug, Clone, Copy)]
pub struct SecretName {
    pub what: &'static str,
    pub key: &'static str,
}

pub(super) const CLIENT_SECRET: SecretName = SecretName { what: "the client's secret", key: "client_secret" };

/// Where a secret is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretSource {
    /// In this environment variable.
    Env(String),
    /// On the first line of this file, which only its owner may read.
    File(PathBuf),
    /// On the first line that this program prints.
    Command { program: PathBuf, arguments: Vec<String> },
}

impl SecretSource {
    /// The secret. Exit code 2 if it is not there.
    pub async fn read(&self, secret: SecretName) -> Result<SecretString> {
        match self {
            Self::Env(name) => from_variable(name, secret),
            Self::File(path) => from_file(path, secret),
            Self::Command { program, arguments } => from_command(program, arguments, secret).await,
        }
    }

    /// Why the secret can't be read. A command is not run, so its failure is not known.
    pub fn problem(&self, secret: SecretName) -> Option<Error> {
        match self {
            Self::Env(name) => from_variable(name, secret).err(),
            Self::File(path) => from_file(path, secret).err(),
            Self::Command { .. } => None,
        }
    }
}

fn from_variable(name: &str, SecretName { what, .. }: SecretName) -> Result<SecretString> {
    let failed = |why: &str| {
        Error::usage(format!("the environment variable {name} does not hold {what}")).because(why).help(
            "set it where the job is defined: cron and service managers start with an empty environment",
        )
    };
    match std::env::var(name) {
        Ok(text) => first_line(text.as_bytes()).map_err(failed),
        Err(std::env::VarError::NotPresent) => Err(failed("it is not set")),
        Err(std::env::VarError::NotUnicode(_)) => Err(failed("it is not UTF-8")),
    }
}

fn from_file(path: &Path, SecretName { what, key }: SecretName) -> Result<SecretString> {
    let failed = |why: &str| Error::usage(format!("can't use {what} in `{}`", path.display())).because(why);
    let io_failed = |error: io::Error| {
        let why = if error.kind() == ErrorKind::NotFound {
            "it does not exist".to_owned()
        } else {
            error.to_string()
        };
        failed(&why)
            .help(format!("`{key}` in the profile names it; a relative path starts at the profile's folder"))
    };
    let mut file = open_regular(path).map_err(io_failed)?;
    let about = file.metadata().map_err(io_failed)?;
    let (mode, owner, user) = (about.mode() & 0o777, about.uid(), rustix::process::geteuid());
    if mode & 0o077 != 0 && !is_credential(path) {
        return Err(failed(&format!("its mode is {mode:04o}, so other users can access it")).help(format!(
            "chmod 600 '{}'; if another user may have read it, create a new secret",
            path.display()
        )));
    }
    if owner != user.as_raw() && owner != 0 {
        return Err(failed(&format!("its owner is another user, with the id {owner}"))
            .help("change its owner to the user who runs this"));
    }
    if let Some(Exposure { why, help }) = exposure(path) {
        return Err(failed(&why).help(help));
    }
    let mut content = Vec::new();
    file.by_ref().take(MAX_SECRET).read_to_end(&mut content).map_err(io_failed)?;
    first_line(&content).map_err(failed)
}

/// Whether systemd has put it where no other user comes in, whatever its mode.
fn is_credential(path: &Path) -> bool {
    let folder = std::env::var_os("CREDENTIALS_DIRECTORY");
    folder.is_some_and(|folder| path.parent() == Some(Path::new(&folder)))
}

async fn from_command(
    program: &Path,
    arguments: &[String],
    SecretName { what, key }: SecretName,
) -> Result<SecretString> {
    let failed = |why: &str| {
        Error::usage(format!("`{}` did not print {what}", clean(&program.to_string_lossy())))
            .because(why)
            .help(format!("it is the `{key}` of the profile; run the command by hand, as the same user"))
    };
    let printed = secret_command::run(program, arguments, MAX_SECRET).await.map_err(|why| failed(&why))?;
    first_line(&printed).map_err(failed)
}

/// A secret is one line: editors add a line end, and `pass` keeps notes below.
fn first_line(content: &[u8]) -> Result<SecretString, &'static str> {
    // Some editors begin a file with a byte order mark.
    let content = content.strip_prefix("\u{feff}".as_bytes()).unwrap_or(content);
    if content.trim_ascii().is_empty() {
        return Err("it is empty");
    }
    let line = content.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let line = std::str::from_utf8(line).map_err(|_| "it is not UTF-8")?.trim();
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
    use secrecy::ExposeSecret;

    use super::first_line;

    #[test]
    fn a_secret_is_a_line() {
        let read = |text: &str| first_line(text.as_bytes()).map(|secret| secret.expose_secret().to_owned());
        assert_eq!(read("a+b/c=\r\nuser: me\n").as_deref(), Ok("a+b/c="));
        assert_eq!(read("\u{feff}a+b/c=\r\n").as_deref(), Ok("a+b/c="));
        assert_eq!(read("\u{feff}\n"), Err("it is empty"));
        assert_eq!(read("\nx"), Err("its first line is empty"));
        assert_eq!(read(""), Err("it is empty"));
        assert_eq!(read(" \n"), Err("it is empty"));
        assert_eq!(read("a\0b"), Err("it holds a control character"));
        assert_eq!(first_line(b"\xff").map(|_| ()), Err("it is not UTF-8"));
    }
}
