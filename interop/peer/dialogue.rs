//! A program that shows an authorize URL and reads the code from stdin.

use std::io::{Read, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use url::Url;

use crate::support::Outcome;

/// The prompt of the SDK and of the CLI.
const PROMPT: &str = "Authorization Code here:";

/// Long enough for a machine under load; only a failing test waits for it.
const PATIENCE: Duration = Duration::from_secs(60);

pub struct Dialogue {
    child: Child,
    stdin: ChildStdin,
    chunks: Receiver<Vec<u8>>,
}

impl Dialogue {
    pub fn start(command: &mut Command) -> Self {
        let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (stdin, mut stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let (sender, chunks) = mpsc::channel();
        // In a thread, so that a program that prints nothing cannot block the test for ever.
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(length @ 1..) = stdout.read(&mut buffer) {
                // The test may be over.
                let _ = sender.send(buffer[..length].to_vec());
            }
        });
        Self { child, stdin, chunks }
    }

    /// Waits for the prompt, answers the login at the address above it, and waits for the end. The outcome's
    /// stdout starts after the prompt.
    #[track_caller]
    pub fn answer(mut self, answer: impl FnOnce(&Url) -> String) -> Outcome {
        let mut seen = Vec::new();
        while !String::from_utf8_lossy(&seen).contains(PROMPT) {
            let Ok(chunk) = self.chunks.recv_timeout(PATIENCE) else {
                let _ = self.child.kill();
                panic!(
                    "there is no login prompt: {} {:#?}",
                    String::from_utf8_lossy(&seen),
                    self.end(Vec::new())
                );
            };
            seen.extend(chunk);
        }
        let text = String::from_utf8(seen).unwrap();
        let (before, after) = text.split_once(PROMPT).unwrap();
        let url = before.split_whitespace().find(|word| word.starts_with("http://")).unwrap();
        let code = answer(&Url::parse(url).unwrap());
        writeln!(self.stdin, "{code}").unwrap();
        self.end(after.as_bytes().to_vec())
    }

    fn end(self, mut seen: Vec<u8>) -> Outcome {
        drop(self.stdin);
        seen.extend(self.chunks.iter().flatten());
        let output = self.child.wait_with_output().unwrap();
        Outcome {
            code: output.status.code(),
            stdout: String::from_utf8(seen).unwrap().trim_start().to_owned(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}
