//! The log of runs, and what `runner status` shows of it.

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Stdio};

use globus_sandbox::Fault;
use serde_json::Value;

use crate::support::process::{bound_by_modes, send};
use crate::support::{Outcome, User, mode};

const GROUPS_PATH: &str = "/v2/groups/my_groups";
const STATE: &str = ".local/state/globus-runner";

fn user() -> User {
    let user = User::logged_in();
    let _ = fs::remove_dir_all(user.home().join(STATE));
    user.profile("p", "[output]\npath = \"p.csv\"");
    user
}

fn run(user: &User) -> Outcome {
    user.run(["--profile", "./p.toml"])
}

fn fail_once(user: &User) {
    user.sandbox.add_fault(Fault::status(GROUPS_PATH, 400).times(1));
}

/// The only log.
fn log(user: &User) -> PathBuf {
    let mut logs = fs::read_dir(user.home().join(STATE).join("runs")).unwrap();
    let log = logs.next().unwrap().unwrap().path();
    assert!(logs.next().is_none());
    log
}

fn status(user: &User, code: i32) -> Value {
    let outcome = user.run(["status", "./p.toml", "--json", "--history"]).code(code).stderr("");
    serde_json::from_str::<Value>(&outcome.stdout).unwrap()[0].take()
}

#[test]
fn status_shows_the_last_run_apart_from_the_last_success() {
    let user = user();
    let before = status(&user, 0);
    assert_eq!((&before["last_run"], &before["runs"]), (&Value::Null, &Value::Array(vec![])));
    run(&user).code(0);
    run(&user).code(0);
    fail_once(&user);
    run(&user).code(1);
    let after = status(&user, 1);
    let runs = after["runs"].as_array().unwrap();
    let outcomes: Vec<&str> = runs.iter().map(|run| run["outcome"].as_str().unwrap()).collect();
    assert_eq!(outcomes, ["failed", "unchanged", "written"]);
    assert_eq!(after["last_run"], runs[0]);
    assert_eq!((&runs[0]["exit_code"], &runs[0]["kind"]), (&1.into(), &"failed".into()));
    assert_eq!(runs[0]["last_success"], runs[1]["ended"], "last success apart from last attempt");
    assert_eq!((&runs[1]["rows"], &runs[1]["requests"]), (&8.into(), &1.into()));
    assert_eq!(after["ready"], true, "a run would work now, but not all is well");
    let text = user.run(["status", "./p.toml", "--history"]).code(1).stdout;
    for words in [
        "    last run  ",
        ": failed, exit code 1: Globus Groups",
        "    succeeded ",
        "  unchanged, 8 groups, 563 bytes in `",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    run(&user).code(0);
    assert!(user.run(["status", "./p.toml"]).code(0).stdout.contains(": unchanged, 8 groups"));
}

#[test]
fn every_failure_is_logged_under_whatever_name() {
    let user = user();
    run(&user).code(0);
    // A mistake in the profile, then one in the template, then a needed login.
    let good = user.read("p.toml");
    user.write("p.toml", &good.replace("path =", "pahth ="));
    user.run(["run", user.home().join("p.toml").to_str().unwrap()]).code(2);
    user.write("p.toml", &good);
    user.run(["run", "./p.toml", "--scheduled"]).code(0);
    user.write("t.csv.hbs", "{{#if}}");
    user.run(["run", "p.toml", "-t", "./t.csv.hbs"]).code(2);
    fs::remove_file(user.token_file()).unwrap();
    run(&user).code(3);
    let after = status(&user, 3);
    let codes: Vec<u64> =
        after["runs"].as_array().unwrap().iter().map(|run| run["exit_code"].as_u64().unwrap()).collect();
    assert_eq!(codes, [3, 2, 0, 2, 0]);
    assert_eq!(after["runs"][2]["scheduled"], true);
    let log = log(&user);
    assert_eq!((mode(&log), mode(log.parent().unwrap())), (0o600, 0o700));
}

#[test]
fn an_interrupted_run_is_logged() {
    let user = user();
    user.sandbox.add_fault(Fault::delay(GROUPS_PATH, std::time::Duration::from_secs(600)).times(1));
    let child = user.command(["--profile", "./p.toml"]).stderr(Stdio::null()).spawn().unwrap();
    while !user.sandbox.requests().iter().any(|request| request.path == GROUPS_PATH) {
        std::thread::yield_now();
    }
    send(rustix::process::Signal::TERM, &child);
    assert_eq!(child.wait_with_output().unwrap().status.code(), Some(130));
    assert_eq!(status(&user, 130)["last_run"]["kind"], "interrupted");
}

#[test]
fn runs_at_once_lose_no_entry() {
    let user = user();
    let spawn = |_| {
        let mut command = user.command(["-q", "run", "./p.toml", "-o", "/dev/null"]);
        command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    };
    let children: Vec<Child> = (0..30).map(spawn).collect();
    for child in children {
        assert!(child.wait_with_output().unwrap().status.success());
    }
    assert_eq!(status(&user, 0)["runs"].as_array().unwrap().len(), 30);
}

#[test]
fn a_damaged_log_is_a_warning_and_starts_anew() {
    let user = user();
    run(&user).code(0);
    for garbage in ["garbage", "\n\n", "{}\n"] {
        fs::write(log(&user), garbage).unwrap();
        let path = log(&user).display().to_string();
        run(&user).code(0).stderr(&format!("warning: the log of runs `{path}` is damaged: it starts anew\n"));
        run(&user).code(0).stderr("");
        assert_eq!(status(&user, 0)["runs"].as_array().unwrap().len(), 2);
    }
}

#[test]
fn a_state_folder_that_cannot_be_written_is_one_warning() {
    let user = user();
    let state = user.write("file", "");
    let mut command = user.command(["--profile", "./p.toml"]);
    let outcome = Outcome::of(command.env("XDG_STATE_HOME", &state)).code(0);
    assert_eq!(outcome.stderr.lines().count(), 1, "{outcome:#?}");
    outcome.says(["warning: can't ", "is not a folder; the run goes on\n"]);
    let read_only = user.home().join("read-only");
    fs::create_dir(&read_only).unwrap();
    fs::set_permissions(&read_only, std::os::unix::fs::PermissionsExt::from_mode(0o500)).unwrap();
    let mut command = user.command(["--profile", "./p.toml"]);
    let outcome = Outcome::of(&mut bound_by_modes(command.env("XDG_STATE_HOME", &read_only))).code(0);
    assert_eq!(outcome.stderr.lines().count(), 1, "{outcome:#?}");
    // Without a home there is none, which is said to those who look.
    let mut command = user.command(["--profile", "./p.toml", "-q"]);
    Outcome::of(command.env("XDG_STATE_HOME", "relative")).code(0);
    assert!(!user.home().join("relative").exists());
}

#[test]
fn nothing_is_logged_without_a_run() {
    let user = user();
    user.run(["--profile", "./p.toml", "--sandbox"]).code(0);
    user.run(["--profile", "./p.toml", "--dry-run"]).code(10);
    user.run(["render", "./p.toml"]).code(0);
    user.run(["check", "./p.toml"]).code(0);
    user.run(["data", "./p.toml"]).code(0);
    user.run(["status", "./p.toml"]).code(0);
    user.run(["status", "./none.toml"]).code(2);
    user.run(["run", "./none.toml"]).code(2);
    assert!(!user.home().join(STATE).exists());
}

#[test]
fn a_failed_hook_shows_until_it_succeeds() {
    let user = user();
    user.profile("p", "[output]\npath = \"p.csv\"\n[hooks]\nafter = [\"test\", \"-e\", \"ready\"]");
    run(&user).code(0).says(["the hook `after` failed"]);
    assert_eq!(status(&user, 1)["last_run"]["failed_hooks"][0], "after");
    assert_eq!(status(&user, 1)["runs"].as_array().unwrap().len(), 1, "one run, although it is logged twice");
    let text = user.run(["status", "./p.toml"]).code(1).stdout;
    assert!(text.contains("    hook      `after` failed\n"), "{text}");
    user.write("ready", "");
    run(&user).code(0).stderr("");
    status(&user, 0);
}

#[test]
fn a_login_that_ends_soon_is_a_warning() {
    let user = user();
    let warned = |user: &User| {
        let shown = status(user, 0);
        user.run(["status", "./p.toml"]).code(0);
        shown["warnings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|text| text.as_str().unwrap().to_owned())
            .collect::<String>()
    };
    assert_eq!(warned(&user), "");
    let day = 86_400;
    // The access token was issued two days before it expires.
    user.expire_token_in(-(148 - 1) * day);
    assert_eq!(warned(&user), "");
    user.expire_token_in(-(148 + 1) * day);
    assert!(
        warned(&user).contains("the refresh token for groups.api.globus.org was not used since "),
        "{}",
        warned(&user)
    );
    assert!(warned(&user).contains("expires after six months without use, in about "), "{}", warned(&user));
    user.profile("p", "[output]\npath = \"p.csv\"\n[auth]\nrefresh_tokens = false");
    user.edit_token(|token| token["refresh_token"] = Value::Null);
    user.expire_token_in(day);
    let text = warned(&user);
    assert!(
        text.contains("the login has no refresh token and ends in 23 hours 59 minutes")
            || text.contains("ends in 1 day"),
        "{text}"
    );
    assert!(text.contains("log in with `runner login /"), "{text}");
}
