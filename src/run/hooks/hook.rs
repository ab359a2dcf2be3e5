//! Running a hook.

use std::future::ready;
use std::io;
use std::os::fd::OwnedFd;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::net::unix::pipe;
use tokio::process::ChildStdin;
use tokio::time::{sleep, timeout};

use super::event::Event;
use super::lines::Lines;
use crate::diagnostic::duration::limit_in_words;
use crate::process::{command, read_until_end, start};
use crate::profile::HookCommand;
use crate::run::stop::Stop;
use crate::terminal::Interruptions;

/// How long a hook has to end once it was asked to.
const GRACE: Duration = Duration::from_secs(5);
/// The same after a signal.
const GRACE_AFTER_SIGNAL: Duration = Duration::from_secs(1);

/// A hook and how it runs.
#[derive(Debug, Clone, Copy)]
pub struct Hook<'h> {
    pub command: &'h HookCommand,
    pub timeout: Duration,
    pub signals: &'h Interruptions,
}

/// Why a hook has not succeeded.
#[derive(Debug)]
pub enum HookFailure {
    Failed(String),
    /// It was ended, or not even begun.
    Stopped {
        stop: Stop,
        had_begun: bool,
    },
}

impl From<String> for HookFailure {
    fn from(why: String) -> Self {
        Self::Failed(why)
    }
}

impl From<io::Error> for HookFailure {
    fn from(error: io::Error) -> Self {
        Self::Failed(error.to_string())
    }
}

/// How a program has ended.
enum End {
    Itself(io::Result<ExitStatus>),
    TookTooLong,
    Stopped(Stop),
}

/// Runs the hook without a shell, in a process group of its own, and puts what it prints into the log. `stop` ends it.
pub async fn run(
    hook: Hook<'_>,
    event: &Event<'_>,
    stop: impl Future<Output = Stop>,
) -> Result<(), HookFailure> {
    tokio::pin!(stop);
    tokio::select! {
        biased;
        stop = &mut stop => return Err(HookFailure::Stopped { stop, had_begun: false }),
        () = ready(()) => {}
    }
    let (output, writer) = io::pipe()?;
    let errors = writer.try_clone()?;
    let mut command = command(&hook.command.program);
    command.args(&hook.command.arguments);
    for (name, value) in event.variables() {
        if let Some(value) = value {
            command.env(name, value);
        } else {
            log::warn!(
                "the hook `{}` gets no {name}: its {} files are too long for a variable; its stdin has them in `files`",
                event.hook,
                event.files.len()
            );
            command.env_remove(name);
        }
    }
    command.stdin(Stdio::piped()).stdout(writer).stderr(errors);
    // Its ends of the pipe are closed here once it has started.
    let (mut child, mut group) = start(command, true)?;
    let mut output = pipe::Receiver::from_owned_fd(OwnedFd::from(output))?;
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
        let ended = tokio::select! {
            biased;
            stop = &mut stop => End::Stopped(stop),
            ended = timeout(hook.timeout, &mut work) => ended.map_or(End::TookTooLong, End::Itself),
        };
        if matches!(ended, End::Itself(_)) {
            group.release();
        } else {
            group.terminate();
            // What has not ended by then is killed with the group.
            tokio::select! {
                _ = &mut work => {}
                () = sleep(GRACE) => {}
                () = hook.signals.over(GRACE_AFTER_SIGNAL) => {}
            }
        }
        ended
    };
    let last = lines.finish().map(|line| format!("; its last line: {line}")).unwrap_or_default();
    match ended {
        End::Itself(Ok(status)) if status.success() => Ok(()),
        End::Itself(Ok(status)) => Err(format!("it ended with {status}{last}").into()),
        End::Itself(Err(error)) => Err(error.into()),
        End::TookTooLong => Err(format!("it took longer than {}{last}", limit_in_words(hook.timeout)).into()),
        End::Stopped(stop) => Err(HookFailure::Stopped { stop, had_begun: true }),
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
