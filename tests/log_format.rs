//! `--log-format json`: what is written on stderr, for programs that collect logs; and the options of a scheduled run.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use globus_sandbox::Fault;
use rustix::process::Signal;
use serde_json::Value;

use crate::support::process::send;
use crate::support::{Outcome, User};

/// The lines of stderr, each of which is JSON.
fn lines(outcome: &Outcome) -> Vec<Value> {
    let parse = |line: &str| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    outcome.stderr.lines().map(parse).collect()
}

/// What every line has; gives the run id.
fn run_id(lines: &[Value]) -> String {
    let run = lines[0]["run"].as_str().unwrap().to_owned();
    for line in lines {
        let time = line["time"].as_str().unwrap();
        assert!(time.len() == "2026-11-26T03:00:00.000Z".len() && time.ends_with('Z'), "{line}");
        assert!(["error", "warn", "info", "debug", "trace"].contains(&line["level"].as_str().unwrap()));
        assert_eq!(line["run"], run.as_str(), "one run id for each process");
        assert!(line["message"].is_string(), "{line}");
    }
    assert_eq!(run.len(), 36);
    run
}

#[test]
fn each_message_is_a_line_with_a_run_id_and_the_profile() {
    let user = User::logged_in();
    let one = user.run(["--profile", "groups", "--log-format", "json", "-vv"]).code(0);
    let other = user.run(["--profile", "groups", "--log-format=json", "-vv"]).code(0);
    let (one, other) = (lines(&one), lines(&other));
    assert_ne!(run_id(&one), run_id(&other));
    assert!(one.iter().all(|line| line["profile"] == "groups"), "{one:#?}");
    assert!(one.iter().any(|line| line["level"] == "debug"), "{one:#?}");
}

#[test]
fn errors_and_warnings_are_lines_too() {
    let user = User::new();
    let failed = user.run(["--profile", "groups", "--log-format", "json"]).code(3);
    let failed = lines(&failed);
    run_id(&failed);
    let [error] = &failed[..] else { panic!("{failed:#?}") };
    assert_eq!(
        (&error["level"], &error["kind"], &error["profile"]),
        (&"error".into(), &"login_needed".into(), &"groups".into())
    );
    assert!(error["help"].as_str().unwrap().contains("runner login groups"), "{error}");

    let profile = user.profile("broken", "[output]\nmdoe = \"0600\"\nmode = 600\n");
    let mistakes = user.run(["--profile", "./broken.toml", "--log-format", "json"]).code(2);
    let mistakes = lines(&mistakes);
    assert_eq!(mistakes.len(), 2);
    for mistake in &mistakes {
        assert_eq!((&mistake["kind"], &mistake["profile"]), (&"usage".into(), &"./broken.toml".into()));
        assert!(profile.ends_with(mistake["file"].as_str().unwrap().trim_start_matches("./")));
        assert!(mistake["line"].is_u64() && mistake["column"].is_u64(), "{mistake}");
    }
    let usage = user.run(["--log-format=json", "--nope"]).code(2);
    assert_eq!(lines(&usage)[0]["level"], "error");
    let usage = user.run(["nope", "--log-format", "json"]).code(2);
    assert_eq!(lines(&usage)[0]["kind"], "usage");
}

#[test]
fn of_several_profiles_each_line_says_which_one() {
    let user = User::logged_in();
    user.profile("a", "[output]\npath = \"a.csv\"");
    user.profile("b", "[output]\npath = \"b.csv\"\n[output.guard]\nmin_groups = 100");
    let outcome = user.run(["run", "./a.toml", "./b.toml", "--log-format", "json"]).code(5);
    let lines = lines(&outcome);
    run_id(&lines);
    let of = |profile: &str| lines.iter().find(|line| line["profile"] == profile);
    assert_eq!(of("./b.toml").unwrap()["kind"], "refused", "{lines:#?}");
    assert!(outcome.stderr.contains("a.toml: written"), "{outcome:#?}");
}

#[test]
fn no_secret_and_no_escape_sequence_is_in_a_line() {
    let user = User::logged_in();
    let secret = user.token()["access_token"].as_str().unwrap().to_owned();
    let body = format!("{{\"code\": \"X\", \"message\": \"\\u001b[31m {secret} \\u202e\"}}");
    user.sandbox.add_fault(Fault::text("/v2/groups/my_groups", 400, &body).times(1));
    let outcome =
        user.run(["--profile", "groups", "--log-format", "json", "-vv"]).code(1).never_says(&secret);
    assert!(
        !outcome.stderr.contains("\\u001b") && !outcome.stderr.contains(['\u{1b}', '\u{202e}']),
        "{outcome:#?}"
    );
    lines(&outcome);
}

#[test]
fn a_schedule_can_say_so_and_spread_its_runs() {
    let user = User::logged_in();
    let plain = user.run(["run", "groups", "-q"]).code(0).stdout;
    user.run(["run", "--scheduled", "-q", "groups", "--jitter", "1ms"]).code(0).stdout(&plain).stderr("");
    user.run(["--profile", "groups", "--scheduled", "-v"]).code(0).says(["debug: scheduled run "]);
    for wrong in ["25h", "soon", "-5m", ""] {
        let argument = format!("--jitter={wrong}");
        user.run(["run", "groups", &argument])
            .code(2)
            .says(["write a time of at most a day, such as 90s, 5m or 1h"]);
    }
    // A run that waits ends on a signal.
    let mut waiting = user.command(["run", "groups", "--jitter", "24h", "-v"]);
    let mut waiting = waiting.stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(waiting.stderr.take().unwrap()).lines().map(Result::unwrap);
    assert!(lines.any(|line| line.starts_with("debug: waiting ")));
    send(Signal::TERM, &waiting);
    assert_eq!(lines.last().as_deref(), Some("error: interrupted: the run had not begun"));
    assert_eq!(waiting.wait().unwrap().code(), Some(130));
}
