//! Globus's own Python SDK, against `runner sandbox` and on the same token files.
//!
//! The SDK comes from a virtual environment: `tests/peer/venv.sh` makes it, `RUNNER_PEER_PYTHON` names
//! another one.

use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use crate::support::{Outcome, Served, User};

fn python() -> PathBuf {
    if let Some(python) = std::env::var_os("RUNNER_PEER_PYTHON") {
        return python.into();
    }
    let made = Command::new("tests/peer/venv.sh").current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    String::from_utf8(made.stdout).unwrap().trim().into()
}

struct Peer<'a> {
    user: &'a User,
    served: Served,
    python: PathBuf,
}

impl Peer<'_> {
    fn script(&self, arguments: &[&str]) -> String {
        let mut command = Command::new(&self.python);
        command.current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peer")).args(arguments);
        command.env("PYTHONDONTWRITEBYTECODE", "1").env("HOME", self.user.home());
        Outcome::of(command.envs(self.served.variables.clone())).code(0).stdout
    }

    /// The groups that a script prints.
    fn groups(&self, arguments: &[&str]) -> Value {
        serde_json::from_str::<Value>(&self.script(arguments)).unwrap()["groups"].clone()
    }

    fn runner(&self) -> Outcome {
        Outcome::of(self.user.command(["--profile", "groups"]).envs(self.served.variables.clone()))
    }
}

#[test]
fn the_sdk_and_the_runner_share_a_login() {
    let user = User::new();
    let peer = Peer { user: &user, served: user.serve(["sandbox"]), python: python() };
    let path = user.token_file();
    let file = path.to_str().unwrap();

    // The SDK logs in; the runner uses its tokens, and renews them.
    let groups = peer.groups(&["login.py", file]);
    assert!(groups.as_array().unwrap().len() > 3, "{groups}");
    let before = user.token();
    let printed = peer.runner().code(0).stderr("").stdout;
    assert_eq!(user.token(), before);
    user.expire_token_in(0);
    assert_eq!(peer.runner().code(0).stderr("").stdout, printed);
    let renewed = user.token();
    assert_ne!(renewed["access_token"], before["access_token"]);
    assert_eq!(renewed["identity_id"], before["identity_id"]);
    assert!(renewed["identity_id"].is_string());

    // The SDK reads what the runner wrote, and renews it; the runner reads that.
    assert_eq!(peer.groups(&["list.py", file]), groups);
    assert_eq!(user.token(), renewed, "the SDK saw no need to renew");
    assert_eq!(peer.groups(&["list.py", file, "--force-refresh"]), groups);
    let again = user.token();
    assert_ne!(again["access_token"], renewed["access_token"]);
    assert_eq!(peer.runner().code(0).stderr("").stdout, printed);
    assert_eq!(user.token(), again, "the runner saw no need to renew");
}

#[test]
fn the_sdk_reads_a_file_that_the_runner_made() {
    let user = User::new();
    let peer = Peer { user: &user, served: user.serve(["sandbox"]), python: python() };
    let mut terminal = user.terminal_in(["--profile", "groups"], &peer.served.variables);
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
    let peer = Peer { user: &user, served: user.serve(["sandbox"]), python: python() };
    let path = user.home().join("tokens.db");
    let file = path.to_str().unwrap();
    let profile =
        include_str!("../profiles/groups.toml").replace("~/.list-my-globus-groups-tokens.json", file);
    user.write("db.toml", &profile);
    let runner = || {
        let mut command = user.command(["--profile", "./db.toml"]);
        Outcome::of(command.envs(peer.served.variables.clone())).code(0).stderr("").stdout
    };
    let groups = peer.groups(&["login.py", file]);
    let printed = runner();
    assert_eq!(peer.groups(&["list.py", file, "--force-refresh"]), groups);
    assert_eq!(runner(), printed);
}

#[test]
fn the_output_is_that_of_the_minimal_script() {
    let user = User::logged_in();
    let plain = |id: &str, name: &str, role: &str| serde_json::json!({ "id": id, "name": name, "my_memberships": [{ "role": role, "status": "active" }] });
    user.sandbox.set_groups(vec![
        plain("6b1e1c5e", "Physics 101", "member"),
        plain("7c2f2d6f", "Ocean-Modeling (Nord) é", "admin"),
    ]);
    let mut script = Command::new(python());
    script
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peer"))
        .arg("minimal.py")
        .arg(user.token_file());
    script.env("PYTHONDONTWRITEBYTECODE", "1").env("PYTHONIOENCODING", "utf-8").envs(user.sandbox.env());
    let expected = Outcome::of(&mut script).code(0).stdout;
    user.run(["--profile", "groups"]).code(0).stdout(&expected);
}
