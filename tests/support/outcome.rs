//! The exit code and output of a finished command, with assertions that chain.

use std::process::{Command, Output};

#[derive(Debug)]
pub struct Outcome {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl From<Output> for Outcome {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Outcome {
    pub fn of(command: &mut Command) -> Self {
        command.output().unwrap().into()
    }

    #[track_caller]
    pub fn code(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self:#?}");
        assert!(!self.has_panicked(), "{self:#?}");
        self
    }

    /// The exit code of a panic is that of any failure.
    pub fn has_panicked(&self) -> bool {
        self.stderr.contains("a defect has ended runner")
    }

    #[track_caller]
    pub fn stdout(self, expected: &str) -> Self {
        assert_eq!(self.stdout, expected, "{self:#?}");
        self
    }

    #[track_caller]
    pub fn stderr(self, expected: &str) -> Self {
        assert_eq!(self.stderr, expected, "{self:#?}");
        self
    }

    #[track_caller]
    pub fn says<const N: usize>(self, words: [&str; N]) -> Self {
        for words in words {
            assert!(self.stderr.contains(words), "{words:?} is not on stderr: {self:#?}");
        }
        self
    }

    #[track_caller]
    pub fn never_says(self, words: &str) -> Self {
        assert!(
            !self.stderr.contains(words) && !self.stdout.contains(words),
            "{words:?} is in the output: {self:#?}"
        );
        self
    }
}
