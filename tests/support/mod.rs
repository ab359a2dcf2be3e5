//! A user of the program: a home folder, a sandbox instead of Globus, and the binary.

pub mod browser;
mod changing;
pub mod handlebars;
pub mod names;
mod outcome;
pub mod process;
pub mod ready;
mod receiver;
mod served;
mod server;
mod stream;
mod terminal;
pub mod tls;
mod watching;
pub mod world;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

use globus_sandbox::{Data, Options, Sandbox};
use serde_json::Value;
use tempfile::TempDir;

pub use browser::Browser;
pub use changing::Changing;
pub use outcome::Outcome;
pub use receiver::{Received, Receiver};
pub use served::Served;
pub use server::Server;
pub use stream::Stream;
pub use terminal::Terminal;
pub use watching::Watching;

/// Where the built-in profile `groups` keeps its tokens.
const TOKEN_FILE: &str = ".list-my-globus-groups-tokens.json";

/// Programs in the place of those that would change the machine: `crontab`, `systemctl` and `loginctl`.
pub const PROGRAMS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/programs");

/// The request of every run that has a token.
pub const MY_GROUPS: &str = "GET /v2/groups/my_groups";
pub const TOKEN: &str = "POST /v2/oauth2/token";

/// One user with an empty home folder and a sandbox of their own.
pub struct User {
    home: TempDir,
    pub sandbox: Sandbox,
}

impl User {
    pub fn new() -> Self {
        Self::with(Options::default())
    }

    pub fn with(options: Options) -> Self {
        Self { home: TempDir::new().unwrap(), sandbox: Sandbox::start_on_thread(options).unwrap() }
    }

    /// One whose groups have names that break careless programs.
    pub fn among_hostile_groups() -> Self {
        Self::with(Options { data: Data::hostile(), ..Options::default() })
    }

    /// A user who has logged in with the built-in profile.
    pub fn logged_in() -> Self {
        let user = Self::new();
        user.log_in();
        user
    }

    /// Logs in at a terminal with the built-in profile, and clears the requests that took.
    pub fn log_in(&self) {
        let mut terminal = self.terminal(["--profile", "groups", "--output", "/dev/null"]);
        terminal.paste_code(&self.sandbox);
        terminal.wait_for_end().code(0);
        self.sandbox.clear_requests();
    }

    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// The binary in the environment of a cron job, with the sandbox for Globus.
    pub fn command<const N: usize>(&self, arguments: [&str; N]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_runner"));
        command.args(arguments).env_clear().current_dir(self.home()).stdin(Stdio::null());
        command.env("HOME", self.home()).env("PATH", format!("{PROGRAMS}:/usr/bin:/bin"));
        // A user manager of the machine is not asked.
        command.env("XDG_RUNTIME_DIR", self.home().join("run"));
        // The sandbox stands for production, whose token files are those that the profiles name.
        command.env("GLOBUS_SDK_ENVIRONMENT", "production");
        command.envs(self.sandbox.env());
        command
    }

    /// Runs it as a server: `runner sandbox`.
    pub fn serve<const N: usize>(&self, arguments: [&str; N]) -> Served {
        Served::start(&mut self.command(arguments))
    }

    /// Runs it as cron does: no terminal, nothing on stdin.
    pub fn run<const N: usize>(&self, arguments: [&str; N]) -> Outcome {
        Outcome::of(&mut self.command(arguments))
    }

    /// Runs it at a terminal, with stdout redirected to a file.
    pub fn terminal<const N: usize>(&self, arguments: [&str; N]) -> Terminal {
        Terminal::open(&self.command(arguments), self.home())
    }

    /// Runs it at a terminal with these variables too, which win over the sandbox's.
    pub fn terminal_in<const N: usize>(
        &self,
        arguments: [&str; N],
        variables: &[(String, String)],
    ) -> Terminal {
        let mut command = self.command(arguments);
        command.envs(variables.iter().map(|(name, value)| (name, value)));
        Terminal::open(&command, self.home())
    }

    /// Runs it at a terminal, with this `$BROWSER`.
    pub fn terminal_with<const N: usize>(&self, browser: &Browser, arguments: [&str; N]) -> Terminal {
        self.terminal_in(arguments, &[("BROWSER".to_owned(), browser.program().to_owned())])
    }

    /// Runs it at a terminal, with stdout at that terminal too.
    pub fn terminal_with_stdout<const N: usize>(&self, arguments: [&str; N]) -> Terminal {
        Terminal::open_whole(self.command(arguments))
    }

    /// Runs it at a terminal of this many columns, with stdout at that terminal too.
    pub fn narrow_terminal<const N: usize>(&self, columns: u16, arguments: [&str; N]) -> Terminal {
        Terminal::open_wide(self.command(arguments), columns)
    }

    /// Writes a file in the home folder.
    pub fn write(&self, name: &str, content: &str) -> PathBuf {
        let path = self.home().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.home().join(name)).unwrap()
    }

    /// Writes the built-in profile and these lines as `NAME.toml` in the home folder.
    pub fn profile(&self, name: &str, more: &str) -> PathBuf {
        let text = format!("{}{more}\n", include_str!("../../profiles/groups.toml"));
        self.write(&format!("{name}.toml"), &text)
    }

    pub fn token_file(&self) -> PathBuf {
        self.home().join(TOKEN_FILE)
    }

    pub fn tokens(&self) -> Value {
        serde_json::from_str(&fs::read_to_string(self.token_file()).unwrap()).unwrap()
    }

    /// The stored token for Groups.
    pub fn token(&self) -> Value {
        self.tokens()["data"]["DEFAULT"]["groups.api.globus.org"].clone()
    }

    /// Changes the stored token for Groups, as another program would.
    pub fn edit_token(&self, edit: impl FnOnce(&mut Value)) {
        let mut tokens = self.tokens();
        edit(&mut tokens["data"]["DEFAULT"]["groups.api.globus.org"]);
        fs::write(self.token_file(), tokens.to_string()).unwrap();
    }

    /// Has the stored access token expire in so many seconds.
    pub fn expire_token_in(&self, seconds: i64) {
        self.edit_token(|token| {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
            token["expires_at_seconds"] = (now.cast_signed() + seconds).into();
        });
    }

    /// Like [`User::profile`], with these scopes instead of those of the built-in profile.
    pub fn profile_with_scopes(&self, name: &str, scopes: &[&str], more: &str) -> PathBuf {
        let scopes = format!("scopes = {scopes:?}");
        let text: String = include_str!("../../profiles/groups.toml")
            .lines()
            .map(|line| if line.starts_with("scopes") { scopes.as_str() } else { line })
            .flat_map(|line| [line, "\n"])
            .collect();
        self.write(&format!("{name}.toml"), &format!("{text}{more}\n"))
    }

    /// The requests since the last call, as `METHOD /path`.
    pub fn requests(&self) -> Vec<String> {
        let requests = self.sandbox.requests();
        self.sandbox.clear_requests();
        requests.iter().map(|request| format!("{} {}", request.method, request.path)).collect()
    }
}

/// Makes a named pipe.
pub fn mkfifo(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

/// The permission bits of a file or folder.
pub fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}
