//! The output of a running program, as it arrives.

use std::io::Read;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

/// Long enough for a machine under load; only a failing test waits for it.
const PATIENCE: Duration = Duration::from_secs(60);

pub struct Stream {
    chunks: Receiver<Vec<u8>>,
    /// What has arrived and is not yet returned.
    pending: Vec<u8>,
}

impl Stream {
    /// Reads in a thread, so that a program that prints nothing cannot block the test forever.
    pub fn of(mut source: impl Read + Send + 'static) -> Self {
        let (sender, chunks) = mpsc::channel();
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            // A terminal ends with an error, when the program has closed it. Linux looks for output first, and then whether the
            // terminal is closed. If the program writes and ends in between, its last output comes after that error.
            let mut has_failed = false;
            loop {
                match source.read(&mut buffer) {
                    Ok(length @ 1..) => {
                        // The test may be over.
                        let _ = sender.send(buffer[..length].to_vec());
                        has_failed = false;
                    }
                    Err(_) if !has_failed => has_failed = true,
                    Ok(0) | Err(_) => break,
                }
            }
        });
        Self { chunks, pending: Vec::new() }
    }

    /// Waits for these words, and returns what came before them. An error is what came without them.
    pub fn before(&mut self, words: &str) -> Result<String, String> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let found = self.pending.windows(words.len()).position(|window| window == words.as_bytes());
            if let Some(start) = found {
                let rest = self.pending.split_off(start + words.len());
                let before = std::mem::replace(&mut self.pending, rest);
                return Ok(text(&before[..start]));
            }
            let Ok(chunk) = self.chunks.recv_timeout(left(deadline)) else { return Err(text(&self.pending)) };
            self.pending.extend(chunk);
        }
    }

    /// Waits for the end, and returns what came until then.
    #[track_caller]
    pub fn rest(&mut self) -> String {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.chunks.recv_timeout(left(deadline)) {
                Ok(chunk) => self.pending.extend(chunk),
                Err(RecvTimeoutError::Disconnected) => return text(&std::mem::take(&mut self.pending)),
                Err(RecvTimeoutError::Timeout) => panic!("no end after {:?}", text(&self.pending)),
            }
        }
    }
}

fn left(deadline: Instant) -> Duration {
    deadline.saturating_duration_since(Instant::now())
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
