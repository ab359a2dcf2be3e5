//! The binary at a pseudo-terminal.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use globus_sandbox::Sandbox;
use rexpect::process::WaitStatus;
use rexpect::session::{PtySession, spawn_command};
use url::Url;

use super::Outcome;
use super::process::in_shell;

/// Long enough for a machine under load; only a failing test waits for it.
const PATIENCE_MS: u64 = 60_000;

pub struct Terminal {
    session: PtySession,
    seen: String,
    stdout: Option<PathBuf>,
}

impl Terminal {
    /// At a terminal, with stdout redirected to a file in this folder.
    pub fn open(command: &Command, folder: &Path) -> Self {
        let stdout = folder.join("stdout-of-terminal");
        let mut shell = in_shell(command, "exec \"$@\" >stdout-of-terminal");
        shell.current_dir(folder);
        Self { stdout: Some(stdout), ..Self::open_whole(shell) }
    }

    /// At a terminal, with stdout at that terminal too.
    pub fn open_whole(command: Command) -> Self {
        let session = spawn_command(command, Some(PATIENCE_MS)).unwrap();
        Self { session, seen: String::new(), stdout: None }
    }

    /// Waits until the terminal shows this.
    #[track_caller]
    pub fn shows(&mut self, words: &str) -> &mut Self {
        let before = self.session.exp_string(words).unwrap();
        self.seen.push_str(&before);
        self.seen.push_str(words);
        self
    }

    /// Waits for the login prompt and returns the address it shows.
    #[track_caller]
    pub fn login_url(&mut self) -> Url {
        self.shows("Code: ");
        let start = self.seen.rfind("http://127.0.0.1").unwrap();
        let address = self.seen[start..].split_whitespace().next().unwrap();
        Url::parse(address).unwrap()
    }

    pub fn type_line(&mut self, line: &str) -> &mut Self {
        self.session.send_line(line).unwrap();
        self
    }

    pub fn press_control(&mut self, key: char) -> &mut Self {
        self.session.send_control(key).unwrap();
        self
    }

    /// Approves the login and pastes its code at the prompt.
    pub fn paste_code(&mut self, sandbox: &Sandbox) -> &mut Self {
        let code = sandbox.approve(&self.login_url()).unwrap();
        self.type_line(&code)
    }

    /// Waits for the end. Everything the terminal showed counts as stderr.
    pub fn wait_for_end(&mut self) -> Outcome {
        let rest = self.session.exp_eof().unwrap();
        self.seen.push_str(&rest);
        let code = match self.session.process().wait().unwrap() {
            WaitStatus::Exited(_, code) => Some(code),
            _ => None,
        };
        let stdout = self.stdout.as_ref().map(|path| fs::read_to_string(path).unwrap()).unwrap_or_default();
        Outcome { code, stdout, stderr: std::mem::take(&mut self.seen) }
    }
}
