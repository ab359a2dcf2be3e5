//! The binary at a pseudo-terminal.

use std::fs::{self, File};
use std::io::Write;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};

use globus_sandbox::Sandbox;
use pty_process::blocking as pty;
use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
use url::Url;

use super::process::in_shell;
use super::{Outcome, Stream};

pub struct Terminal {
    child: Child,
    keyboard: File,
    screen: Stream,
    /// What the test has waited for, and all before it.
    seen: String,
    stdout: Option<PathBuf>,
}

impl Terminal {
    /// At a terminal, with stdout redirected to a file in this folder.
    pub fn open(command: &Command, folder: &Path) -> Self {
        let stdout = folder.join("stdout-of-terminal");
        let mut shell = in_shell(command, "exec \"$@\" >stdout-of-terminal");
        shell.current_dir(folder);
        let mut terminal = Self::open_whole(shell);
        terminal.stdout = Some(stdout);
        terminal
    }

    /// At a terminal, with stdout at that terminal too. The terminal does not echo what is typed.
    pub fn open_whole(command: Command) -> Self {
        Self::open_wide(command, 80)
    }

    /// The same, this many columns wide.
    pub fn open_wide(command: Command, columns: u16) -> Self {
        let (terminal, inside) = pty::open().unwrap();
        terminal.resize(pty_process::Size::new(24, columns)).unwrap();
        let mut modes = tcgetattr(&inside).unwrap();
        modes.local_modes.remove(LocalModes::ECHO);
        tcsetattr(&inside, OptionalActions::Now, &modes).unwrap();
        let child = pty::Command::from(command).spawn(inside).unwrap();
        let keyboard = File::from(OwnedFd::from(terminal));
        let screen = Stream::of(keyboard.try_clone().unwrap());
        Self { child, keyboard, screen, seen: String::new(), stdout: None }
    }

    /// Waits until the terminal shows this.
    #[track_caller]
    pub fn shows(&mut self, words: &str) -> &mut Self {
        let before = self.screen.before(words);
        self.seen.push_str(&before.unwrap_or_else(|shown| panic!("{words:?} is not shown, but {shown}")));
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
        self.press(format!("{line}\n").as_bytes())
    }

    pub fn press_control(&mut self, key: char) -> &mut Self {
        self.press(&[key.to_ascii_uppercase() as u8 - b'@'])
    }

    fn press(&mut self, keys: &[u8]) -> &mut Self {
        self.keyboard.write_all(keys).unwrap();
        self
    }

    /// Approves the login and pastes its code at the prompt.
    pub fn paste_code(&mut self, sandbox: &Sandbox) -> &mut Self {
        let code = sandbox.approve(&self.login_url()).unwrap();
        self.type_line(&code)
    }

    /// Waits for the end. Everything the terminal showed counts as stderr.
    pub fn wait_for_end(&mut self) -> Outcome {
        self.seen.push_str(&self.screen.rest());
        let code = self.child.wait().unwrap().code();
        let stdout = self.stdout.as_ref().map(|path| fs::read_to_string(path).unwrap()).unwrap_or_default();
        Outcome { code, stdout, stderr: std::mem::take(&mut self.seen) }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
