//! Prompts at the terminal, and the lines typed there.

use std::io::{self, BufRead, IsTerminal};
use std::sync::LazyLock;
use std::thread;

use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::sync::{Mutex, MutexGuard};

use super::stderr;
use crate::{Error, Result};

/// Whether prompts can be shown and answered: stdin and stderr are a terminal, and this process runs in its
/// foreground. A background process would be stopped when it reads from the terminal.
#[must_use]
pub fn is_interactive() -> bool {
    let in_front = || match rustix::termios::tcgetpgrp(io::stdin()) {
        Ok(group) => group == rustix::process::getpgrp(),
        Err(_) => true,
    };
    io::stdin().is_terminal() && io::stderr().is_terminal() && in_front()
}

/// Writes the text to stderr unchanged. Text from outside has to be [`clean`](crate::diagnostic::clean).
pub fn show(text: &str) -> Result<()> {
    stderr::write(text).map_err(|error| Error::failed("can't write the prompt").because(error))
}

/// A prompt that waits for its answer. Dropped without one, it ends its line, so that the next message starts a new
/// one.
#[derive(Debug)]
pub struct Question {
    is_open: bool,
}

impl Question {
    /// Shows the question, without a line end.
    pub fn ask(question: &str) -> Result<Self> {
        show(question)?;
        Ok(Self { is_open: true })
    }

    /// Call it with the answer, whose Enter key has ended the line.
    pub fn close(mut self) {
        self.is_open = false;
    }
}

impl Drop for Question {
    fn drop(&mut self) {
        if self.is_open {
            // If that fails, there is no way left to report it.
            let _ = show("\n");
        }
    }
}

/// The lines typed at the terminal.
#[derive(Debug)]
pub struct Lines(MutexGuard<'static, UnboundedReceiver<io::Result<String>>>);

/// A thread reads stdin, because a read can't be cancelled and would block Ctrl-C, deadlines and the browser. There is
/// one thread for the process, so that no line goes to a prompt that has ended.
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
    /// The lines typed from now on.
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
