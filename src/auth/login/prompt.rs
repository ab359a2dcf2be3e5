//! Words to a person at the terminal, and lines back.

use std::io::{self, BufRead, IsTerminal, Write};
use std::thread;

use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::{Error, Result};

/// Whether somebody is there to read a prompt and to answer it.
pub(in crate::auth) fn somebody_is_there() -> bool {
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

/// The lines that are typed at the terminal from now on.
pub(super) struct Lines(UnboundedReceiver<io::Result<String>>);

impl Lines {
    /// Reads on a thread of its own: a read can't be cancelled, and Ctrl-C, a deadline and the browser must
    /// not wait for it. It ends with the process.
    pub(super) fn open() -> Self {
        let (sender, receiver) = unbounded_channel();
        thread::spawn(move || {
            loop {
                let mut line = String::new();
                let read = io::stdin().lock().read_line(&mut line);
                let is_last = !matches!(read, Ok(length) if length > 0);
                let message = read.map(|_| line);
                if sender.send(message).is_err() || is_last {
                    return;
                }
            }
        });
        Self(receiver)
    }

    /// The next line; `None` at the end of the input.
    pub(super) async fn next(&mut self) -> Result<Option<String>> {
        match self.0.recv().await {
            Some(Ok(line)) => Ok(Some(line).filter(|line| !line.is_empty())),
            Some(Err(error)) => Err(Error::failed("can't read from the terminal").because(error)),
            None => Ok(None),
        }
    }
}
