//! Programs of the system that schedules are handed to.

use std::ffi::OsStr;
use std::io;
use std::process::Stdio;
use std::time::Duration;

use crate::process::command;
use crate::{Error, Result};

/// Long for a program that only reads and writes small files.
const LIMIT: Duration = Duration::from_secs(60);

/// What a program has printed, and how it ended.
#[derive(Debug)]
pub(super) struct Ended {
    pub succeeded: bool,
    pub stdout: Vec<u8>,
    pub stderr: String,
}

impl Ended {
    /// Why it failed, in its own words.
    pub(super) fn why(&self) -> String {
        let said = self.stderr.trim();
        if said.is_empty() { "it says nothing about why".to_owned() } else { said.replace('\n', "; ") }
    }
}

/// Runs the program to its end, in English and with the times of UTC. Fails if it can't be started, or does not end.
pub(super) async fn run<S: AsRef<OsStr>>(program: &str, arguments: &[S]) -> Result<Ended> {
    let mut command = command(program);
    command.args(arguments).env("LC_ALL", "C").env("TZ", "UTC").stdin(Stdio::null()).kill_on_drop(true);
    if let Some((name, folder)) = super::systemd::runtime_folder() {
        command.env(name, folder);
    }
    let failed = || Error::failed(format!("can't run `{program}`"));
    match tokio::time::timeout(LIMIT, command.output()).await {
        Ok(Ok(output)) => Ok(Ended {
            succeeded: output.status.success(),
            stdout: output.stdout,
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }),
        Ok(Err(error)) if error.kind() == io::ErrorKind::NotFound => {
            Err(failed().because("there is no such program in the folders of PATH"))
        }
        Ok(Err(error)) => Err(failed().because(error)),
        Err(_) => Err(failed().because(format!("it took longer than {} seconds", LIMIT.as_secs()))),
    }
}
