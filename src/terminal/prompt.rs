//! Prompts at the terminal, and the lines typed there.

use std::io::{self, BufRead, IsTerminal};
use std::sync::LazyLock;
use std::sync::mpsc::{Sender, channel};
use std::thread;

use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::sync::{Mutex, MutexGuard};

use super::stderr;
use crate::runtime::start_thread;
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

/// Waits until no other login talks to the person at the terminal. It is this one's turn until the guard is dropped.
pub async fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::const_new(());
    TURN.lock().await
}

/// The lines typed at the terminal.
#[derive(Debug)]
pub struct Lines(MutexGuard<'static, Typed>);

/// What a thread has read. An empty line is the end of the input, such as Ctrl-D.
#[derive(Debug)]
struct Typed {
    lines: UnboundedReceiver<io::Result<String>>,
    /// Lets the thread read on after an end.
    resume: Sender<()>,
    has_ended: bool,
    /// Why there is no thread.
    failure: Option<io::Error>,
}

/// A thread reads stdin, because a read can't be cancelled and would block Ctrl-C, deadlines and the browser. There is
/// one thread for the process, so that no line goes to a prompt that has ended.
static TYPED: LazyLock<Mutex<Typed>> = LazyLock::new(|| {
    let (sender, lines) = unbounded_channel();
    let (resume, resumed) = channel();
    let read = move || {
        loop {
            let mut line = Vec::new();
            let read = io::stdin().lock().read_until(b'\n', &mut line);
            let is_end = !matches!(read, Ok(length) if length > 0);
            let message = read.map(|_| String::from_utf8_lossy(&line).into_owned());
            // After Ctrl-D a terminal has more lines, and a file has the same end again.
            if sender.send(message).is_err() || is_end && resumed.recv().is_err() {
                return;
            }
        }
    };
    let failure = start_thread(thread::Builder::new(), read).err();
    Mutex::new(Typed { lines, resume, has_ended: false, failure })
});

impl Typed {
    fn note(&mut self, line: &io::Result<String>) {
        self.has_ended |= !matches!(line, Ok(line) if !line.is_empty());
    }
}

impl Lines {
    /// The lines typed from now on.
    pub async fn open() -> Self {
        let mut typed = TYPED.lock().await;
        while let Ok(line) = typed.lines.try_recv() {
            typed.note(&line);
        }
        if std::mem::take(&mut typed.has_ended) {
            // Fails only if the thread is gone, and then there are no more lines.
            let _ = typed.resume.send(());
        }
        Self(typed)
    }

    /// The next line; `None` at the end of the input, also if that is Ctrl-D.
    pub async fn next(&mut self) -> Result<Option<String>> {
        let failed = |error| Error::failed("can't read from the terminal").because(error);
        if let Some(error) = self.0.failure.take() {
            return Err(failed(error));
        }
        if self.0.has_ended {
            return Ok(None);
        }
        let Some(line) = self.0.lines.recv().await else { return Ok(None) };
        self.0.note(&line);
        Ok(Some(line.map_err(failed)?).filter(|line| !line.is_empty()))
    }
}
