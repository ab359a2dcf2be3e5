//! `runner sandbox` as a process.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use rustix::process::Signal;

use super::process::send;

pub struct Served {
    child: Child,
    /// The variables it printed.
    pub variables: Vec<(String, String)>,
}

impl Served {
    pub fn start(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let variables = lines
            .map(|line| {
                let line = line.unwrap();
                let (name, value) = line.strip_prefix("export ").unwrap().split_once('=').unwrap();
                (name.to_owned(), value.trim_matches('\'').to_owned())
            })
            // One for each service; the pipe stays open.
            .take(6)
            .collect();
        Self { child, variables }
    }

    /// Stops it as a service manager does, and returns its exit code.
    pub fn stop(mut self) -> Option<i32> {
        send(Signal::TERM, &self.child);
        self.child.wait().unwrap().code()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
