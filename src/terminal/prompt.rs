//! Words to a person at the terminal, and lines back.

use std::io::{self, BufRead, IsTerminal, Write};
use std::sync::LazyLock;
use std::thread;

use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::sync::{Mutex, MutexGuard};

use crate::{Error, Result};

/// Whether somebody is there to read a prompt and to answer it. A job in the background is stopped when it reads
/// from its terminal.
#[must_use]
pub fn somebody_is_there() -> bool {
    let in_front = || match rustix::termios::tcgetpgrp(io::stdin()) {
        Ok(group) => group == rustix::process::getpgrp(),
        Err(_) => true,
    };
    io::stdin().is_terminal() && io::stderr().is_terminal() && in_front()
}

/// Shows the text on stderr, just as it is. Words of others have to be [`clean`](crate::diagnostic::clean).
pub fn show(text: &str) -> Result<()> {
    let mut stderr = io::stderr().lock();
    stderr
        .write_all(text.as_bytes())
        .and_then(|()| stderr.flush())
        .map_err(|error| Error::failed("can't write the prompt").because(error))
}

/// A question that waits for its answer. Whatever ends it, what is said next gets a line of its own.
#[derive(Debug)]
pub struct Question {
    is_open: bool,
}

impl Question {
    /// Shows the question, and stays on its line.
    pub fn ask(words: &str) -> Result<Self> {
        show(words)?;
        Ok(Self { is_open: true })
    }

    /// The line has ended with the answer.
    pub fn answered(mut self) {
        self.is_open = false;
    }
}

impl Drop for Question {
    fn drop(&mut self) {
        if self.is_open {
            // There is nobody to tell if that fails.
            let _ = show("\n");
        }
    }
}

/// The lines that are typed at the terminal.
#[derive(Debug)]
pub struct Lines(MutexGuard<'static, UnboundedReceiver<io::Result<String>>>);

/// A read can't be cancelled, and Ctrl-C, a deadline and the browser must not wait for it: it has a thread of
/// its own. There is one for the process, so that no line goes to a prompt that is over.
static TYPED: LazyLock<Mutex<UnboundedReceiver<io::Result<String>>>> = LazyLock::new(|| {
    let (sender, receiver) = unbounded_channel();
    thread::spawn(move || {
        loop {
            let mut line = Vec::new();
            let read = io::stdin().lock().read_until(b'\n', &mut line);
            let is_last = !matches!(read, Ok(length) if length > 0);
            let message = read.map(|_| String::from_utf8_lossy(&line).into_owned());
            if sender.send(message).is_err() || is_last {
                return;
            }
        }
    });
    Mutex::new(receiver)
});

impl Lines {
    /// Those that come from now on.
    pub async fn open() -> Self {
        let mut typed = TYPED.lock().await;
        while typed.try_recv().is_ok() {}
        Self(typed)
    }

    /// The next line; `None` at the end of the input.
    pub async fn next(&mut self) -> Result<Option<String>> {
        match self.0.recv().await {
            Some(Ok(line)) => Ok(Some(line).filter(|line| !line.is_empty())),
            Some(Err(error)) => Err(Error::failed("can't read from the terminal").because(error)),
            None => Ok(None),
        }
    }
}
