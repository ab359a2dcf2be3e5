//! The command line: usage, messages, colors.

use std::process::Command;

use crate::support::process::in_shell;
use crate::support::{Outcome, User};

#[test]
fn help_and_version_are_for_people() {
    let user = User::new();
    let help = user.run(["--help"]).code(0).stderr("").stdout;
    for words in ["--profile", "--sandbox", "check", "profiles", "Exit codes", "3 login needed"] {
        assert!(help.contains(words), "{words:?} is not in the help:\n{help}");
    }
    let version = user.run(["--version"]).code(0).stdout;
    assert_eq!(version, concat!("runner ", env!("CARGO_PKG_VERSION"), "\n"));
    for command in ["run", "profiles", "check", "sandbox", "data", "render", "templates", "init"] {
        let help = user.run([command, "--help"]).code(0).stdout;
        assert!(help.contains("Usage: runner "), "{help}");
    }
}

#[test]
fn wrong_usage_is_exit_2() {
    let user = User::new();
    user.run([]).code(2).says(["Usage: runner"]);
    user.run(["-v"]).code(2).says(["name a profile"]);
    user.run(["--porfile", "groups"]).code(2).says(["--profile"]);
    user.run(["--profile", "groups", "profiles"]).code(2).says(["can't be used before a command"]);
    user.run(["-o", "x", "run", "groups"]).code(2).says(["can't be used before a command"]);
    user.run(["run"]).code(2);
    user.run(["-q", "-v", "--profile", "groups"]).code(2);
}

#[test]
fn verbose_runs_show_the_steps_but_no_secret() {
    let user = User::logged_in();
    user.expire_token_in(0);
    let mut secrets = vec![user.token()];
    let outcome = user.run(["-vv", "--profile", "groups"]).code(0).says([
        "debug: ",
        "POST /v2/oauth2/token: status 200",
        "GET /v2/groups/my_groups: status 200",
    ]);
    secrets.push(user.token());
    for token in secrets {
        for key in ["access_token", "refresh_token"] {
            assert!(!outcome.stderr.contains(token[key].as_str().unwrap()));
        }
    }
}

#[test]
fn options_of_messages_stand_before_or_behind_a_command() {
    let user = User::new();
    let escape = "\u{1b}[";
    for words in [
        ["--color=always", "run", "groups", "-v"],
        ["-v", "run", "groups", "--color=always"],
        ["run", "--color=always", "-v", "groups"],
        ["-v", "--color=always", "-p", "groups"],
    ] {
        user.run(words).code(3).says([escape, "profile groups"]);
    }
    for words in [
        ["--color=always", "templates", "show", "nothing"],
        ["templates", "--color=always", "show", "nothing"],
        ["templates", "show", "nothing", "--color=always"],
    ] {
        user.run(words).code(2).says([escape]);
    }
    // The one behind the command counts.
    user.run(["--color=always", "run", "groups", "--color=never"]).code(3).never_says(escape);
    let outcome = user.run(["--color=always", "templates", "--color=always", "show", "x", "--color=never"]);
    outcome.code(2).never_says(escape);
    user.run(["run", "groups", "-q", "-v"]).code(2).says(["cannot be used with"]);
    user.run(["templates", "show", "nothing", "-q", "-q"]).code(2).says(["multiple times"]);
}

#[test]
fn quiet_runs_print_only_errors() {
    let user = User::new();
    user.run(["-q", "--profile", "groups", "--sandbox"]).code(0).stderr("");
    user.run(["-q", "--profile", "groups"]).code(3).says(["error: a login is needed"]);
}

#[test]
fn colors_are_for_terminals_or_on_demand() {
    let user = User::new();
    let escape = "\u{1b}[";
    user.run(["--profile", "groups"]).code(3).never_says(escape);
    user.run(["--color", "always", "--profile", "groups"]).code(3).says([escape]);
    let mut terminal = user.terminal_with_stdout(["--color", "never", "--profile", "nothing"]);
    terminal.wait_for_end().code(2).never_says(escape);
    let mut command: Command = user.command(["--profile", "groups"]);
    Outcome::of(command.env("NO_COLOR", "1")).code(3).never_says(escape);
}

#[test]
fn the_sandbox_flag_needs_nothing_and_keeps_nothing() {
    let user = User::new();
    let outcome = user.run(["--profile", "groups", "--sandbox"]).code(0);
    assert!(outcome.stdout.starts_with("ID,Name,Roles\n") && outcome.stdout.lines().count() > 3);
    outcome.says(["this is the sandbox", "approves itself"]);
    assert!(std::fs::read_dir(user.home()).unwrap().next().is_none(), "something was written");
    assert_eq!(user.requests(), [""; 0], "the run used another sandbox");
}

#[test]
fn the_sandbox_flag_leaves_real_tokens_and_output_alone() {
    let user = User::logged_in();
    let tokens = user.tokens();
    user.profile("filed", "[output]\npath = \"real.csv\"");
    user.write("real.csv", "real\n");
    let outcome = user.run(["--profile", "./filed.toml", "--sandbox"]).code(0).says(["go to stdout"]);
    assert!(outcome.stdout.starts_with("ID,"));
    assert_eq!(user.read("real.csv"), "real\n");
    assert_eq!(user.tokens(), tokens);
    user.run(["--profile", "./filed.toml", "--sandbox", "-o", "tried.csv"]).code(0).stdout("");
    assert!(user.read("tried.csv").starts_with("ID,"));
}

#[test]
fn the_sandbox_takes_any_client() {
    let user = User::new();
    let profile = include_str!("../profiles/groups.toml")
        .replace("61338d24-54d5-408f-a10d-66c06b59f6d2", "11111111-2222-4333-8444-555555555555");
    user.write("mine.toml", &profile);
    user.run(["--profile", "./mine.toml", "--sandbox"]).code(0);
}

#[test]
fn no_home_is_no_panic() {
    let user = User::new();
    let mut command = user.command(["--profile", "groups"]);
    let outcome = Outcome::of(command.env_remove("HOME"));
    assert!(matches!(outcome.code, Some(2 | 3)), "{outcome:#?}");
}

/// It is an error wherever descriptors run out, and no panic.
#[test]
fn too_few_open_files_are_an_error() {
    let user = User::logged_in();
    for limit in 4..24 {
        let command = user.command(["--profile", "groups"]);
        let limited = format!("ulimit -n {limit}; exec \"$@\"");
        let outcome = Outcome::of(&mut in_shell(&command, &limited));
        assert!(!outcome.has_panicked(), "{outcome:?}");
        if limit == 8 {
            outcome.code(1).says(["can't start the async runtime: ", "8 open files are allowed"]);
        }
    }
}
