//! Words to a person at the terminal, and a line back.

use std::io::{self, BufRead, IsTerminal, Write};
use std::thread;

use tokio::sync::oneshot;

use crate::{Error, Result};

/// Whether somebody is there to read a prompt and to answer it.
pub(super) fn somebody_is_there() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Shows the text on stderr, just as it is.
pub(super) fn show(text: &str) -> Result<()> {
    let mut stderr = io::stderr().lock();
    stderr
        .write_all(text.as_bytes())
        .and_then(|()| stderr.flush())
        .map_err(|error| Error::failed("can't write the prompt").because(error))
}

/// One line from the terminal; `None` at its end. Read on a thread of its own: a read can't be cancelled,
/// and Ctrl-C and a deadline must not wait for it.
pub(super) async fn read_line() -> Result<Option<String>> {
    let (sender, receiver) = oneshot::channel();
    thread::spawn(move || {
        let mut line = String::new();
        let read = io::stdin().lock().read_line(&mut line).map(|length| (length > 0).then_some(line));
        // Nobody listens any more after the deadline.
        let _ = sender.send(read);
    });
    match receiver.await {
        Ok(Ok(line)) => Ok(line),
        Ok(Err(error)) => Err(Error::failed("can't read from the terminal").because(error)),
        Err(_) => Err(Error::failed("can't read from the terminal")),
    }
}
