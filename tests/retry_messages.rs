//! What a person at the terminal reads while a run waits.

use std::net::TcpListener;
use std::time::Duration;

use globus_sandbox::Fault;

use crate::support::{MY_GROUPS, Outcome, TOKEN, User};

const GROUPS_PATH: &str = "/v2/groups/my_groups";

fn failing_twice(user: &User) {
    user.sandbox.add_fault(Fault::status(GROUPS_PATH, 503).times(2).retry_after("0"));
}

/// The address of the sandbox as messages show it.
fn host(user: &User) -> String {
    user.sandbox.url().authority().to_owned()
}

#[test]
fn a_terminal_shows_each_retry_at_once() {
    let user = User::logged_in();
    user.sandbox.add_fault(Fault::status(GROUPS_PATH, 503).retry_after("600"));
    let mut terminal = user.terminal(["--profile", "groups"]);
    // It waits now, and the message is there.
    terminal.shows(&format!("note: {} answers 503; trying again in 10 s, 1 of 5\r\n", host(&user)));
    terminal.press_control('c').wait_for_end().code(130);

    failing_twice(&user);
    let outcome = user.terminal(["--profile", "groups"]).wait_for_end().code(0);
    let [first, second] =
        [1, 2].map(|one| format!("note: {} answers 503; trying again now, {one} of 5\r\n", host(&user)));
    outcome.stderr(&(first + &second));
}

#[test]
fn cron_sees_a_retry_with_v_only() {
    let user = User::logged_in();
    failing_twice(&user);
    user.run(["--profile", "groups"]).code(0).stderr("");
    failing_twice(&user);
    let outcome = user.run(["--profile", "groups", "-v"]).code(0);
    outcome.says([&format!("debug: {} answers 503; trying again now, 2 of 5\n", host(&user))]);
}

#[test]
fn quiet_is_quiet_at_a_terminal_too() {
    let user = User::logged_in();
    failing_twice(&user);
    user.terminal(["--profile", "groups", "-q"]).wait_for_end().code(0).stderr("");
    assert_eq!(user.requests(), [MY_GROUPS; 3]);
}

#[test]
fn a_retried_refresh_is_shown_too() {
    let user = User::logged_in();
    user.expire_token_in(0);
    user.sandbox.add_fault(Fault::status("/v2/oauth2/token", 429).retry_after("0"));
    let outcome = user.terminal(["--profile", "groups"]).wait_for_end().code(0);
    outcome.stderr(&format!("note: {} answers 429; trying again now, 1 of 5\r\n", host(&user)));
    assert_eq!(user.requests(), [TOKEN, TOKEN, MY_GROUPS]);
}

#[test]
fn a_lost_connection_and_silence_are_shown() {
    let user = User::logged_in();
    user.profile("hasty", "[http]\ntimeout = 0.2\nretries = 1");
    for (fault, why) in [
        (Fault::cut(GROUPS_PATH), "connection closed before message completed"),
        (Fault::delay(GROUPS_PATH, Duration::from_secs(600)), "no response in time"),
    ] {
        user.sandbox.add_fault(fault);
        let outcome = user.terminal(["--profile", "./hasty.toml"]).wait_for_end().code(0);
        outcome
            .says([&format!("note: {} sends no complete response ({why}); trying again in 0.", host(&user))]);
    }
}

#[test]
fn a_closed_port_is_shown() {
    let user = User::logged_in();
    user.profile("once", "[http]\nretries = 1");
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let variable = ("GLOBUS_SDK_SERVICE_URL_GROUPS".to_owned(), format!("http://{closed}"));
    let outcome: Outcome = user.terminal_in(["--profile", "./once.toml"], &[variable]).wait_for_end();
    let shown = format!("note: can't reach {closed} (connection refused); trying again in 0.");
    outcome.code(4).says([&shown, " s, 1 of 1\r\n", "error: no response from Globus Groups at "]);
}
