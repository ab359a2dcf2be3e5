//! Globus's Python SDK and CLI, against the sandbox and with the token files of the runner.
//!
//! They are in a virtual environment: `interop/venv.sh peer` makes it, `RUNNER_PEER_PYTHON` is the Python of another.

mod apps;
mod cli;
mod dialogue;
mod lists;
mod recorded;
mod shared;

use std::path::PathBuf;
use std::process::Command;

use serde_json::{Value, json};
use url::Url;

use crate::support::{Outcome, Served, User};
use crate::venv;
use dialogue::Dialogue;

/// A confidential client of the sandbox, and its secret.
const CLIENT: (&str, &str) = ("4f1b2c3d-8e7a-4d5c-b6f0-9a8e7d6c5b4a", "sandbox-secret-not-for-real-use");

fn python() -> PathBuf {
    if let Some(python) = std::env::var_os("RUNNER_PEER_PYTHON") {
        return python.into();
    }
    venv::python("peer")
}

/// A user's Python.
struct Peer<'a> {
    user: &'a User,
    python: PathBuf,
    variables: Vec<(String, String)>,
}

impl<'a> Peer<'a> {
    /// With the sandbox in the test program.
    fn inside(user: &'a User) -> Self {
        Self::at(user, user.sandbox.env().into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }

    /// With a sandbox that the binary serves.
    fn beside(user: &'a User, served: &Served) -> Self {
        Self::at(user, served.variables.clone())
    }

    fn at(user: &'a User, variables: Vec<(String, String)>) -> Self {
        Self { user, python: python(), variables }
    }

    /// Adds an environment variable.
    fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Python with these arguments, in `interop/peer`.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.python);
        command.args(arguments).current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/interop/peer"));
        // Without the logins and proxies of the person who runs the tests.
        command.env_clear().env("HOME", self.user.home()).env("PATH", "/usr/bin:/bin");
        command.env("PYTHONDONTWRITEBYTECODE", "1").env("PYTHONUNBUFFERED", "1").env("PYTHONUTF8", "1");
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }

    fn run(&self, arguments: &[&str]) -> Outcome {
        Outcome::of(&mut self.command(arguments))
    }

    fn script(&self, arguments: &[&str]) -> String {
        self.run(arguments).code(0).stdout
    }

    /// The groups that a script prints.
    fn groups(&self, arguments: &[&str]) -> Value {
        groups_in(&self.script(arguments))
    }

    /// Runs a command that prompts for a login, and answers that with a code.
    fn log_in(&self, arguments: &[&str], answer: impl FnOnce(&Url) -> String) -> Outcome {
        Dialogue::start(&mut self.command(arguments)).answer(answer)
    }

    fn runner(&self) -> Outcome {
        let mut command = self.user.command(["--profile", "groups"]);
        Outcome::of(command.envs(self.variables.iter().map(|(name, value)| (name, value))))
    }
}

/// The groups in the report of a script.
fn groups_in(report: &str) -> Value {
    serde_json::from_str::<Value>(report).unwrap()["groups"].clone()
}

/// The groups in a response of the service, as a script reports them.
fn groups_of(response: &Value) -> Value {
    let one = |group: &Value| {
        let roles: Value =
            group["my_memberships"].as_array().unwrap().iter().map(|one| one["role"].clone()).collect();
        json!({ "id": group["id"], "name": group["name"], "roles": roles })
    };
    response.as_array().unwrap().iter().map(one).collect()
}

#[test]
fn the_sdk_and_the_runner_share_a_login() {
    let user = User::new();
    let served = user.serve(["sandbox"]);
    let peer = Peer::beside(&user, &served);
    let path = user.token_file();
    let file = path.to_str().unwrap();

    // The SDK logs in; the runner uses its tokens, and refreshes them.
    let groups = peer.groups(&["login.py", file]);
    assert!(groups.as_array().unwrap().len() > 3, "{groups}");
    let before = user.token();
    let printed = peer.runner().code(0).stderr("").stdout;
    assert_eq!(user.token(), before);
    user.expire_token_in(0);
    assert_eq!(peer.runner().code(0).stderr("").stdout, printed);
    let refreshed = user.token();
    assert_ne!(refreshed["access_token"], before["access_token"]);
    assert_eq!(refreshed["identity_id"], before["identity_id"]);
    assert!(refreshed["identity_id"].is_string());

    // The SDK reads the runner's tokens and refreshes them; the runner reads those.
    assert_eq!(peer.groups(&["list.py", file]), groups);
    assert_eq!(user.token(), refreshed, "the SDK did not refresh");
    assert_eq!(peer.groups(&["list.py", file, "--force-refresh"]), groups);
    let again = user.token();
    assert_ne!(again["access_token"], refreshed["access_token"]);
    assert_eq!(peer.runner().code(0).stderr("").stdout, printed);
    assert_eq!(user.token(), again, "the runner did not refresh");
}

#[test]
fn the_sdk_reads_a_token_file_that_the_runner_wrote() {
    let user = User::new();
    let served = user.serve(["sandbox"]);
    let peer = Peer::beside(&user, &served);
    let mut terminal = user.terminal_in(["--profile", "groups"], &peer.variables);
    let url = terminal.login_url();
    let code = peer.script(&["approve.py", url.as_str()]);
    terminal.type_line(code.trim()).wait_for_end().code(0);
    let path = user.token_file();
    let file = path.to_str().unwrap();
    let groups = peer.groups(&["list.py", file]);
    assert!(groups.as_array().unwrap().len() > 3, "{groups}");
    assert_eq!(peer.groups(&["list.py", file, "--force-refresh"]), groups);
    peer.runner().code(0);
}

#[test]
fn the_sdk_and_the_runner_share_a_database() {
    let user = User::new();
    let served = user.serve(["sandbox"]);
    let peer = Peer::beside(&user, &served);
    let path = user.home().join("tokens.db");
    let file = path.to_str().unwrap();
    let profile =
        include_str!("../profiles/groups.toml").replace("~/.list-my-globus-groups-tokens.json", file);
    user.write("db.toml", &profile);
    let runner = || {
        let mut command = user.command(["--profile", "./db.toml"]);
        Outcome::of(command.envs(served.variables.clone())).code(0).stderr("").stdout
    };
    let groups = peer.groups(&["login.py", file]);
    let printed = runner();
    assert_eq!(peer.groups(&["list.py", file, "--force-refresh"]), groups);
    assert_eq!(runner(), printed);
}

#[test]
fn the_output_equals_that_of_the_minimal_script() {
    let user = User::logged_in();
    let plain = |id: &str, name: &str, role: &str| serde_json::json!({ "id": id, "name": name, "my_memberships": [{ "role": role, "status": "active" }] });
    user.sandbox.set_groups(vec![
        plain("6b1e1c5e", "Physics 101", "member"),
        plain("7c2f2d6f", "Ocean-Modeling (Nord) é", "admin"),
    ]);
    let file = user.token_file();
    let expected = Peer::inside(&user).script(&["minimal.py", file.to_str().unwrap()]);
    user.run(["--profile", "groups"]).code(0).stdout(&expected);
}
