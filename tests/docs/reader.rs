//! A reader who follows a page from top to bottom, in an empty home folder.
//!
//! Before a block, an HTML comment can say what to do with it:
//!
//! | comment | meaning |
//! |---|---|
//! | `file PATH` | the block is saved as this file |
//! | `not run: WHY` | the commands can't run here; [`NOT_RUN`](super::NOT_RUN) counts them |
//! | `logged in` | before the commands run, the reader logs in with the profile `groups` |
//! | `a group requires JSON` | before the commands run, the sandbox requires this of a login |
//! | `output: below` | the commands run, and what they print is not shown here |
//! | `at a terminal` | the command asks for a code at a terminal, and gets it |
//! | `template NAME` | rendering the block with the built-in sample makes the next block |
//! | `template of hostile NAME` | the same with the built-in hostile sample |
//! | `sample FILE` | what a ready profile makes; `ready` checks it |
//! | `data` | what a template sees; a test of its own checks it |

use std::fs::{self, Permissions};
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

use toml::Table;

use super::page::{Block, Page};
use crate::support::{PROGRAMS, Terminal, User};

/// The home folder as the pages show it.
const HOME: &str = "/home/you";

pub struct Reader<'p> {
    page: &'p Page,
    user: User,
    /// The exit code of the last command.
    code: i32,
    pub not_run: Vec<&'p str>,
    /// Where what is printed is not what is shown.
    pub wrong: Vec<String>,
}

impl<'p> Reader<'p> {
    /// Does all that the page says.
    pub fn follow(page: &'p Page) -> Self {
        let mut reader = Self { page, user: User::new(), code: 0, not_run: Vec::new(), wrong: Vec::new() };
        let mut blocks = page.blocks.iter();
        while let Some(block) = blocks.next() {
            match block.directive.split_once(' ').unwrap_or((&block.directive, "")) {
                ("sample" | "data", _) => {}
                ("file", path) => reader.save(block, path),
                ("template", name) => reader.render(block, name, blocks.next().unwrap()),
                _ => reader.follow_block(block),
            }
        }
        reader
    }

    fn save(&mut self, block: &Block, path: &str) {
        let file = self.user.write(path.trim_start_matches("~/"), &block.text);
        fs::set_permissions(file, Permissions::from_mode(0o600)).unwrap();
        if block.language == "toml" {
            self.prints(block, &format!("runner check {path}"), "...: no mistakes...");
        }
    }

    fn render(&mut self, block: &Block, name: &str, output: &Block) {
        let (data, name) =
            name.strip_prefix("of hostile ").map_or(("sample", name), |name| ("hostile", name));
        self.user.write(name, &block.text);
        let command = format!("runner render groups -q --data {data} --template ./{name}");
        self.prints(block, &command, &output.text);
    }

    fn follow_block(&mut self, block: &'p Block) {
        let mut directive = &block.directive[..];
        if let Some(rest) = directive.strip_prefix("logged in") {
            self.user.log_in();
            directive = rest.trim_start_matches(", ");
        }
        let (directive, rest) = directive.split_once(": ").unwrap_or((directive, ""));
        match directive {
            "not run" => return self.not_run.extend(commands(block).into_iter().map(|(command, _)| command)),
            "at a terminal" => return self.at_a_terminal(block),
            "a group requires" => {
                self.user.sandbox.set_requirements(serde_json::from_str(rest).unwrap()).unwrap();
            }
            "" | "output" => {}
            other => panic!("{}: unknown directive `{other}`", self.place(block)),
        }
        match &block.language[..] {
            "console" => {
                for (command, output) in commands(block) {
                    let output = if directive == "output" { "..." } else { &output };
                    self.code = self.prints(block, command, output);
                }
            }
            "toml" => self.check_profile(block),
            "crontab" => self.run_jobs(block, |line| line.splitn(6, ' ').nth(5)),
            "ini" => self.run_jobs(block, |line| line.strip_prefix("ExecStart=")),
            "yaml" => self.run_container(block),
            "text" => {}
            other => panic!("{}: nothing checks `{other}`", self.place(block)),
        }
    }

    /// A profile, or the lines of one that differ from the profile `groups`.
    fn check_profile(&mut self, block: &Block) {
        let mut profile: Table = include_str!("../../profiles/groups.toml").parse().unwrap();
        let lines: Table = block.text.parse().unwrap();
        // They are then what the lines need.
        profile.remove("scopes");
        if lines.contains_key("data") {
            // The template of `groups` reads them.
            profile.insert("groups".to_owned(), Table::new().into());
        }
        profile.extend(lines);
        self.user.write("example.toml", &profile.to_string());
        self.prints(block, "runner check ./example.toml", "example: no mistakes\n...");
    }

    /// The jobs of cron or systemd. They say nothing when all is well.
    fn run_jobs(&mut self, block: &Block, command: impl Fn(&str) -> Option<&str>) {
        for command in block.text.lines().filter(|line| line.contains("runner ")).filter_map(command) {
            self.prints(block, command, "");
        }
    }

    /// The container of a Kubernetes job, with the secret in its environment.
    fn run_container(&mut self, block: &Block) {
        let list = |line: &str| {
            Some(serde_json::from_str::<Vec<String>>(line.trim().strip_prefix("args: ")?).unwrap())
        };
        let arguments = block.text.lines().find_map(list).unwrap().join(" ");
        let secret = "GLOBUS_CLIENT_SECRET=sandbox-secret-not-for-real-use";
        self.prints(block, &format!("env -u HOME {secret} runner {arguments}"), "");
    }

    /// The one command of the block, and what the terminal shows. The code is pasted at the prompt.
    fn at_a_terminal(&mut self, block: &Block) {
        let [(command, output)] = &commands(block)[..] else {
            panic!("{}: more commands", self.place(block))
        };
        let mut terminal = Terminal::open_whole(self.command(command));
        terminal.paste_code(&self.user.sandbox);
        let shown = terminal.wait_for_end().code(0).stderr.replace("\r\n", "\n");
        self.compare(block, command, output, &shown);
    }

    /// Runs a command in a shell, and compares what it prints. Gives its exit code.
    fn prints(&mut self, block: &Block, command: &str, expected: &str) -> i32 {
        let (mut reader, writer) = std::io::pipe().unwrap();
        // The shell holds the writing end until it is dropped; the reader would wait for it.
        let mut child = {
            let mut shell = self.command(command);
            shell.stdin(Stdio::null()).stdout(writer.try_clone().unwrap()).stderr(writer).spawn().unwrap()
        };
        let mut printed = String::new();
        reader.read_to_string(&mut printed).unwrap();
        let code = child.wait().unwrap().code().unwrap();
        self.compare(block, command, expected, &printed);
        code
    }

    fn compare(&mut self, block: &Block, command: &str, expected: &str, printed: &str) {
        let home = self.user.home().to_str().unwrap();
        let sandbox = self.user.sandbox.url().as_str();
        let printed = printed.replace(home, HOME).replace(sandbox, "https://auth.globus.org/");
        if !matches(expected.trim_end(), printed.trim_end()) {
            let place = self.place(block);
            self.wrong
                .push(format!("{place}: `{command}` is shown with\n{expected}\nbut it prints\n{printed}"));
        }
    }

    /// The command in a shell of the reader, with the binary for what cargo would build.
    fn command(&self, command: &str) -> Command {
        let home = self.user.home().to_str().unwrap();
        let command = command
            .replace("cargo run --release -- ", "runner ")
            .replace(" --watch", "")
            .replace("%h/.cargo/bin/", "")
            .replace("%h", home)
            .replace(HOME, home)
            .replace(" /srv/", &format!(" {home}/"))
            .replace(" /etc/", &format!(" {home}/etc/"))
            .replace(" /out/", &format!(" {home}/"));
        let runner = self.user.command([]);
        let folder = Path::new(runner.get_program()).parent().unwrap().display().to_string();
        let mut sh = Command::new("/bin/sh");
        sh.args(["-c", &format!("(exit {}); {command}", self.code)]).current_dir(home);
        sh.env_clear().envs(runner.get_envs().filter_map(|(name, value)| Some((name, value?))));
        sh.env("PATH", format!("{folder}:{PROGRAMS}:/usr/bin:/bin"));
        sh
    }

    fn place(&self, block: &Block) -> String {
        format!("{}:{}", self.page.path.display(), block.line)
    }
}

/// The commands of a block behind `$ `, each with the lines below it.
fn commands(block: &Block) -> Vec<(&str, String)> {
    let mut commands: Vec<(&str, String)> = Vec::new();
    for line in block.text.lines() {
        match (line.strip_prefix("$ "), commands.last_mut()) {
            (Some(command), _) => commands.push((command, String::new())),
            (None, Some((_, output))) => output.extend([line, "\n"]),
            (None, None) => panic!("a block for the console starts with `$ `:\n{}", block.text),
        }
    }
    commands
}

/// Whether this is what is shown, where `...` stands for anything.
fn matches(shown: &str, printed: &str) -> bool {
    let Some((start, rest)) = shown.split_once("...") else { return shown == printed };
    let Some(mut printed) = printed.strip_prefix(start) else { return false };
    let mut pieces: Vec<&str> = rest.split("...").collect();
    let end = pieces.pop().unwrap_or_default();
    for piece in pieces {
        let Some((_, after)) = printed.split_once(piece) else { return false };
        printed = after;
    }
    printed.ends_with(end)
}

#[test]
fn what_is_printed_has_to_be_what_is_shown() {
    for (shown, printed) in
        [("a", "a"), ("...", ""), ("a...", "ab"), ("a...c", "abc"), ("a...c...c", "abcbc")]
    {
        assert!(matches(shown, printed), "{shown} {printed}");
    }
    for (shown, printed) in [("a", "ab"), ("", "a"), ("a...", "ba"), ("...a", "ab"), ("a...c...c", "abc")] {
        assert!(!matches(shown, printed), "{shown} {printed}");
    }
}
