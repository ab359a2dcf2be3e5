//! `[run] deadline`: all requests of a run end in time, and nothing is lost by that.

use std::time::Duration;

use globus_sandbox::{Fault, Options, RefreshTokenPolicy};

use crate::support::{MY_GROUPS, TOKEN, User};

const GROUPS_PATH: &str = "/v2/groups/my_groups";
const TOKEN_PATH: &str = "/v2/oauth2/token";
const FOREVER: Duration = Duration::from_secs(600);

#[test]
fn a_run_ends_at_its_deadline_and_says_what_was_under_way() {
    let user = User::logged_in();
    user.profile("mine", "[output]\npath = \"mine.csv\"\n[run]\ndeadline = 1");
    user.write("mine.csv", "old\n");
    user.sandbox.add_fault(Fault::delay(GROUPS_PATH, FOREVER).times(1));
    user.run(["--profile", "./mine.toml"]).code(4).stderr(
        "error: the run took longer than the deadline of 1 second: 0 groups had arrived, \
         and `GET /v2/groups/my_groups` had no complete response\n  help: run it again with -v to see what takes so \
         long, or raise `deadline` under `[run]`\n",
    );
    assert_eq!(user.read("mine.csv"), "old\n");
}

#[test]
fn retries_and_waits_count() {
    let user = User::logged_in();
    user.profile("mine", "[run]\ndeadline = 1.5");
    user.sandbox.add_fault(Fault::status(GROUPS_PATH, 503).times(100).retry_after("10"));
    user.run(["--profile", "./mine.toml"]).code(4).stdout("").says(["than the deadline of 1.5 seconds"]);
    user.sandbox.clear_faults();
    user.sandbox.add_fault(Fault::delay(GROUPS_PATH, FOREVER).times(1));
    user.run(["data", "./mine.toml"]).code(4).stdout("").says(["than the deadline of 1.5 seconds"]);
}

#[test]
fn a_refresh_that_is_under_way_is_stored() {
    let user = User::with(Options { refresh_tokens: RefreshTokenPolicy::Rotate, ..Options::default() });
    user.log_in();
    user.profile("mine", "[run]\ndeadline = 0.1");
    user.expire_token_in(0);
    let before = user.token();
    user.sandbox.add_fault(Fault::delay(TOKEN_PATH, Duration::from_secs(1)).times(1));
    user.run(["--profile", "./mine.toml"]).code(4).stdout("").says(["than the deadline of 0.1 seconds"]);
    assert_eq!(user.requests(), [TOKEN]);
    assert_ne!(user.token()["refresh_token"], before["refresh_token"]);
    user.run(["--profile", "groups"]).code(0);
    assert_eq!(user.requests(), [MY_GROUPS]);
}

#[test]
fn the_clock_stands_while_a_person_logs_in() {
    let user = User::new();
    user.profile("mine", "[run]\ndeadline = 4");
    user.sandbox.add_fault(Fault::delay(TOKEN_PATH, Duration::from_secs(5)).times(1));
    let mut terminal = user.terminal(["--profile", "./mine.toml"]);
    terminal.paste_code(&user.sandbox);
    terminal.wait_for_end().code(0);
}

#[test]
fn it_is_for_each_of_several_profiles() {
    let user = User::logged_in();
    user.profile("short", "[output]\npath = \"short.csv\"\n[run]\ndeadline = 1");
    user.profile("long", "[output]\npath = \"long.csv\"\n[run]\ndeadline = -1");
    user.sandbox.add_fault(Fault::status(GROUPS_PATH, 503).times(2).retry_after("3"));
    user.run(["run", "./short.toml", "./long.toml"]).code(4).says([
        "error: ./short.toml: failed: the run took longer than the deadline of 1 second",
        "note: ./long.toml: written, 8 groups, ",
    ]);
    assert!(!user.home().join("short.csv").exists());
}

#[test]
fn a_deadline_that_is_none_is_a_mistake() {
    let user = User::new();
    for (written, why) in [
        ("0", "must be a number of seconds from 0.001 to 604800, or -1 for no limit"),
        ("-2", "or -1 for no limit"),
        ("604801", "or -1 for no limit"),
        ("\"soon\"", "is not a time"),
        ("\"3600\"", "must be a number of seconds, not a string"),
    ] {
        user.profile("mine", &format!("[run]\ndeadline = {written}"));
        user.run(["check", "./mine.toml"]).code(2).says(["run.deadline", why]);
    }
}
