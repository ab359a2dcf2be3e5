//! Running the command that prints the secret of a client.

use std::fs::File;
use std::io;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal};
use tokio::io::AsyncReadExt;
use tokio::process::{Child, Command};

use crate::terminal::prompt::is_interactive;

/// Long enough for a person who has to unlock a password store.
const COMMAND_TIMEOUT: Duration = Duration::from_secs(60);

/// How long the output of a program that has ended is read.
const DRAIN: Duration = Duration::from_millis(50);

/// Runs the program without a shell, with its stderr shown, and gives what it prints, at most `limit` bytes.
pub(super) async fn run(program: &Path, arguments: &[String], limit: u64) -> Result<Vec<u8>, String> {
    let mut command = Command::new(program);
    command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::inherit()).kill_on_drop(true);
    // With a terminal it may prompt for a passphrase there, even if stdin or stderr are redirected. Without one it gets
    // its own process group, so that its children can be ended with it.
    let has_terminal = File::open("/dev/tty").is_ok();
    command.stdin(if is_interactive() { Stdio::inherit() } else { Stdio::null() });
    if !has_terminal {
        command.process_group(0);
    }
    let mut child = command.spawn().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound if program.components().count() == 1 => {
            "there is no such program in the folders of PATH, of which cron has few".to_owned()
        }
        io::ErrorKind::NotFound => "it does not exist".to_owned(),
        _ => error.to_string(),
    })?;
    let group = child.id().and_then(|id| Pid::from_raw(id.cast_signed())).filter(|_| !has_terminal);
    let mut group = ProcessGroup(group);
    match tokio::time::timeout(COMMAND_TIMEOUT, printed_by(&mut child, limit)).await {
        Ok(Ok((printed, status))) => {
            // A child that it left behind on purpose, such as an agent, may go on.
            group.0 = None;
            if status.success() { Ok(printed) } else { Err(format!("it ended with {status}")) }
        }
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err(format!("it took longer than {} seconds", COMMAND_TIMEOUT.as_secs())),
    }
}

/// A process group that is killed when this is dropped, also when the run is stopped.
struct ProcessGroup(Option<Pid>);

impl Drop for ProcessGroup {
    fn drop(&mut self) {
        if let Some(group) = self.0 {
            // It may have ended already.
            let _ = rustix::process::kill_process_group(group, Signal::KILL);
        }
    }
}

/// What a program prints until it ends. Its own children may go on and keep its output open.
async fn printed_by(child: &mut Child, limit: u64) -> io::Result<(Vec<u8>, ExitStatus)> {
    let Some(mut stdout) = child.stdout.take() else { return Err(io::ErrorKind::BrokenPipe.into()) };
    let mut printed = Vec::new();
    let mut chunk = [0; 4096];
    let mut ended = None;
    loop {
        let read = if let Some(status) = ended {
            // Its output is in the pipe by now.
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
        if printed.len() as u64 > limit {
            return Err(io::Error::other("its output is too large for a secret"));
        }
    }
}
