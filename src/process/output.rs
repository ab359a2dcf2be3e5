//! What a program prints.

use std::io;
use std::process::ExitStatus;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::Child;

/// How long the output of a program that has ended is read.
const DRAIN: Duration = Duration::from_millis(50);
/// More is not in a pipe when the program ends: its own children still write.
const DRAIN_MAX: usize = 1024 * 1024;
const CHUNK: usize = 16 * 1024;

/// Hands over what a program prints until it ends. Its own children may go on and keep its output open.
pub async fn read_until_end(
    child: &mut Child,
    output: &mut (impl AsyncRead + Unpin),
    mut take: impl FnMut(&[u8]) -> io::Result<()>,
) -> io::Result<ExitStatus> {
    let mut chunk = vec![0; CHUNK];
    let status = loop {
        let read = tokio::select! {
            biased;
            read = output.read(&mut chunk) => read?,
            status = child.wait() => break status?,
        };
        if read == 0 {
            return child.wait().await;
        }
        take(&chunk[..read])?;
    };
    // The rest of its output is in the pipe by now.
    let mut drained = 0;
    while drained < DRAIN_MAX {
        match tokio::time::timeout(DRAIN, output.read(&mut chunk)).await {
            Ok(Ok(read)) if read > 0 => {
                take(&chunk[..read])?;
                drained += read;
            }
            _ => break,
        }
    }
    Ok(status)
}
