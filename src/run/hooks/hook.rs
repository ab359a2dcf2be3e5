//! Running a hook.

use std::io;
use std::os::fd::OwnedFd;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::net::unix::pipe;
use tokio::process::ChildStdin;
use tokio::time::timeout;

use super::event::Event;
use super::lines::Lines;
use crate::diagnostic::duration::limit_in_words;
use crate::process::{command, read_until_end, start};
use crate::profile::HookCommand;

/// How long a hook has to end once it was asked to.
const GRACE: Duration = Duration::from_secs(5);

/// A hook and how it runs.
#[derive(Debug, Clone, Copy)]
pub struct Hook<'h> {
    pub command: &'h HookCommand,
    pub timeout: Duration,
}

/// Runs the hook without a shell, in a process group of its own, and puts what it prints into the log. The error is why it
/// failed.
pub async fn run(hook: Hook<'_>, event: &Event<'_>) -> Result<(), String> {
    let (output, writer) = io::pipe().map_err(|error| error.to_string())?;
    let errors = writer.try_clone().map_err(|error| error.to_string())?;
    let mut command = command(&hook.command.program);
    command.args(&hook.command.arguments).envs(event.variables());
    command.stdin(Stdio::piped()).stdout(writer).stderr(errors);
    // Its ends of the pipe are closed here once it has started.
    let (mut child, mut group) = start(command, true)?;
    let mut output =
        pipe::Receiver::from_owned_fd(OwnedFd::from(output)).map_err(|error| error.to_string())?;
    let told = tell(child.stdin.take(), event);
    let mut lines = Lines::of(event.hook);
    let ended = {
        let work = async {
            let reading = read_until_end(&mut child, &mut output, |chunk| {
                lines.take(chunk);
                Ok(())
            });
            tokio::pin!(reading, told);
            tokio::select! {
                biased;
                status = &mut reading => status,
                () = &mut told => reading.await,
            }
        };
        tokio::pin!(work);
        let ended = timeout(hook.timeout, &mut work).await;
        if ended.is_ok() {
            group.release();
        } else {
            group.terminate();
            // What has not ended by then is killed with the group.
            let _ = timeout(GRACE, &mut work).await;
        }
        ended
    };
    let last = lines.finish().map(|line| format!("; its last line: {line}")).unwrap_or_default();
    match ended {
        Ok(Ok(status)) if status.success() => Ok(()),
        Ok(Ok(status)) => Err(format!("it ended with {status}{last}")),
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err(format!("it took longer than {}{last}", limit_in_words(hook.timeout))),
    }
}

/// Writes the event to the stdin of a hook, which need not read it.
async fn tell(stdin: Option<ChildStdin>, event: &Event<'_>) {
    let Some(mut stdin) = stdin else { return };
    if let Ok(mut text) = serde_json::to_vec(event) {
        text.push(b'\n');
        // One that does not read it has closed the pipe.
        let _ = stdin.write_all(&text).await;
    }
}
