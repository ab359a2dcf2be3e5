//! Running the command that prints the secret of a client.

use std::fs::File;
use std::io;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::time::timeout;

use crate::process::{command, read_until_end, start};
use crate::terminal::prompt::is_interactive;

/// Long enough for a person who has to unlock a password store.
const COMMAND_TIMEOUT: Duration = Duration::from_secs(60);

/// Runs the program without a shell, with its stderr shown, and gives what it prints, at most `limit` bytes.
pub(super) async fn run(program: &Path, arguments: &[String], limit: u64) -> Result<Vec<u8>, String> {
    let mut command = command(program);
    command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::inherit());
    // With a terminal it may prompt for a passphrase there, even if stdin or stderr are redirected. Without one it gets
    // its own process group, so that its children can be ended with it.
    let has_terminal = File::open("/dev/tty").is_ok();
    command.stdin(if is_interactive() { Stdio::inherit() } else { Stdio::null() });
    let (mut child, mut group) = start(command, !has_terminal)?;
    let Some(mut stdout) = child.stdout.take() else { return Err("it has no output".to_owned()) };
    let mut printed = Vec::new();
    let reading = read_until_end(&mut child, &mut stdout, |chunk| {
        printed.extend_from_slice(chunk);
        if printed.len() as u64 > limit {
            return Err(io::Error::other("its output is too large for a secret"));
        }
        Ok(())
    });
    match timeout(COMMAND_TIMEOUT, reading).await {
        Ok(Ok(status)) => {
            group.release();
            if status.success() { Ok(printed) } else { Err(format!("it ended with {status}")) }
        }
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err(format!("it took longer than {} seconds", COMMAND_TIMEOUT.as_secs())),
    }
}
