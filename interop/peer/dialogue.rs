//! A program that shows an authorize URL and reads the code from stdin.

use std::io::Write;
use std::process::{Child, ChildStdin, Command, Stdio};

use url::Url;

use crate::support::{Outcome, Stream};

/// The prompt of the SDK and of the CLI.
const PROMPT: &str = "Authorization Code here:";

pub struct Dialogue {
    child: Child,
    stdin: ChildStdin,
    stdout: Stream,
}

impl Dialogue {
    pub fn start(command: &mut Command) -> Self {
        let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (stdin, stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        Self { child, stdin, stdout: Stream::of(stdout) }
    }

    /// Waits for the prompt, answers the login at the address above it, and waits for the end. The outcome's
    /// stdout starts after the prompt.
    #[track_caller]
    pub fn answer(mut self, answer: impl FnOnce(&Url) -> String) -> Outcome {
        let before = match self.stdout.before(PROMPT) {
            Ok(before) => before,
            Err(printed) => {
                let _ = self.child.kill();
                panic!("there is no login prompt: {printed} {:#?}", self.child.wait_with_output());
            }
        };
        let url = before.split_whitespace().find(|word| word.starts_with("http://")).unwrap();
        let code = answer(&Url::parse(url).unwrap());
        writeln!(self.stdin, "{code}").unwrap();
        drop(self.stdin);
        let stdout = self.stdout.rest().trim_start().to_owned();
        Outcome { stdout, ..Outcome::from(self.child.wait_with_output().unwrap()) }
    }
}
