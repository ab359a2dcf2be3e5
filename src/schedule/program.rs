//! Programs of the system that schedules are handed to.

use std::ffi::OsStr;
use std::io;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt};

use crate::diagnostic::duration::limit_in_words;
use crate::process::{command, start};
use crate::terminal::shell::shell_word;
use crate::{Error, Result};

/// Long for a program that only reads and writes small files.
const LIMIT: Duration = Duration::from_secs(10);

/// How many bytes of it are read: more than any crontab has.
const PRINTED_MAX: u64 = 4 * 1024 * 1024;

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

/// Runs the program to its end, in English and with the times of UTC. Fails if it can't be started, does not end in time, or
/// prints without end; then it is killed, with its children, as when a signal ends this process.
pub(super) async fn run<S: AsRef<OsStr>>(program: &str, arguments: &[S]) -> Result<Ended> {
    run_within(LIMIT, program, arguments).await
}

async fn run_within<S: AsRef<OsStr>>(limit: Duration, program: &str, arguments: &[S]) -> Result<Ended> {
    let mut command = command(program);
    command.args(arguments).env("LC_ALL", "C").env("TZ", "UTC");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    if let Some((name, folder)) = super::systemd::runtime_folder() {
        command.env(name, folder);
    }
    let failed = || {
        let words = arguments.iter().map(|word| shell_word(&word.as_ref().to_string_lossy()));
        let called: Vec<_> = [program.into()].into_iter().chain(words).collect();
        Error::failed(format!("can't run `{}`", called.join(" ")))
    };
    let (mut child, mut group) =
        start(command, true).map_err(|why| Error::failed(format!("can't run `{program}`")).because(why))?;
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let ended = async { tokio::try_join!(read(stdout), read(stderr), child.wait()) };
    match tokio::time::timeout(limit, ended).await {
        Ok(Ok((stdout, stderr, status))) => {
            group.release();
            let stderr = String::from_utf8_lossy(&stderr).into_owned();
            Ok(Ended { succeeded: status.success(), stdout, stderr })
        }
        Ok(Err(error)) => Err(failed().because(error)),
        Err(_) => {
            Err(failed().because(format!("it did not end within {}, and was killed", limit_in_words(limit))))
        }
    }
}

/// All that it prints.
async fn read(pipe: Option<impl AsyncRead + Unpin>) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if let Some(pipe) = pipe {
        pipe.take(PRINTED_MAX + 1).read_to_end(&mut bytes).await?;
    }
    if bytes.len() as u64 > PRINTED_MAX {
        return Err(io::Error::other(format!("it prints more than {} MiB", PRINTED_MAX >> 20)));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::{Duration, run_within};

    #[tokio::test]
    async fn what_does_not_end_is_killed_with_its_children() {
        for script in ["exec sleep 600", "sleep 600; true", "exec 1>&- 2>&-; sleep 600"] {
            let error = run_within(Duration::from_millis(100), "sh", &["-c", script]).await.unwrap_err();
            let said =
                format!("can't run `sh -c '{script}'`: it did not end within 0.1 seconds, and was killed");
            assert_eq!(error.summary(), said);
        }
    }
}
