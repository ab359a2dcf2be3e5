//! A command that runs until it is stopped, and its output so far.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::Signal;

use super::Outcome;
use super::process::send;

/// Long enough for a machine under load; only a failing test waits for it.
const PATIENCE: Duration = Duration::from_secs(60);

pub struct Watching {
    child: Child,
    stdout: PathBuf,
    stderr: PathBuf,
}

impl Watching {
    /// Its stdout and stderr go to files in this folder.
    pub fn start(command: &mut Command, folder: &Path) -> Self {
        fs::create_dir_all(folder).unwrap();
        let (stdout, stderr) = (folder.join("stdout"), folder.join("stderr"));
        command.stdout(File::create(&stdout).unwrap()).stderr(File::create(&stderr).unwrap());
        Self { child: command.spawn().unwrap(), stdout, stderr }
    }

    /// Waits until stderr holds these words so many times.
    #[track_caller]
    pub fn has_said(&self, words: &str, times: usize) {
        let stderr = || fs::read_to_string(&self.stderr).unwrap_or_default();
        wait_until(
            || stderr().matches(words).count() >= times,
            || format!("{words:?} is not on stderr:\n{}", stderr()),
        );
    }

    /// Waits until this file holds exactly this.
    #[track_caller]
    pub fn has_written(&self, file: &Path, content: &str) {
        let written = || fs::read_to_string(file).unwrap_or_default();
        let stderr = || fs::read_to_string(&self.stderr).unwrap_or_default();
        wait_until(|| written() == content, || format!("{content:?}, not {:?}:\n{}", written(), stderr()));
    }

    /// Presses Ctrl-C.
    pub fn stop(mut self) -> Outcome {
        send(Signal::INT, &self.child);
        let code = self.child.wait().unwrap().code();
        let [stdout, stderr] = [&self.stdout, &self.stderr].map(|file| fs::read_to_string(file).unwrap());
        Outcome { code, stdout, stderr }
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[track_caller]
fn wait_until(is_so: impl Fn() -> bool, else_say: impl Fn() -> String) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < PATIENCE, "{}", else_say());
        thread::sleep(Duration::from_millis(2));
    }
}
