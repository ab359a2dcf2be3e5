//! Many runs at once, and runs that are killed or interrupted.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use globus_sandbox::{Fault, RefreshTokenPolicy};
use rustix::process::Signal;

use crate::support::process::{send, wait_until};
use crate::support::{MY_GROUPS, Outcome, TOKEN, User};

/// Runs this many at the same time, and asserts that each prints the same as a single run.
#[track_caller]
fn all_at_once(user: &User, number: usize, expected: &str) {
    let spawn = |_| {
        let mut command = user.command(["--profile", "groups"]);
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let children: Vec<Child> = (0..number).map(spawn).collect();
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
        assert_eq!(String::from_utf8(output.stdout).unwrap(), expected);
        assert_eq!(output.status.code(), Some(0));
    }
}

/// A user whose refresh tokens are valid once: a second use would end the login.
fn rotating() -> (User, String) {
    let user = User::logged_in();
    user.sandbox.set_refresh_tokens(RefreshTokenPolicy::Rotate);
    let expected = user.run(["--profile", "groups"]).code(0).stdout;
    user.requests();
    (user, expected)
}

fn refreshes(requests: &[String]) -> usize {
    requests.iter().filter(|request| *request == TOKEN).count()
}

#[test]
fn twenty_runs_on_one_expired_token_refresh_it_once() {
    let (user, expected) = rotating();
    user.expire_token_in(0);
    all_at_once(&user, 20, &expected);
    let requests = user.requests();
    assert_eq!(refreshes(&requests), 1);
    assert_eq!(requests.iter().filter(|request| *request == MY_GROUPS).count(), 20);
}

#[test]
fn fifty_runs_lose_no_login_however_often_it_expires() {
    expire_again_and_again(4);
}

/// The long form of the one above: `cargo test --locked -- --ignored chaos`.
#[test]
#[ignore = "takes a minute or two"]
fn chaos_of_fifty_runs_over_two_hundred_expiries() {
    expire_again_and_again(200);
}

fn expire_again_and_again(times: usize) {
    let (user, expected) = rotating();
    for _ in 0..times {
        user.sandbox.expire_access_tokens();
        all_at_once(&user, 50, &expected);
        assert_eq!(refreshes(&user.requests()), 1);
    }
    user.run(["--profile", "groups"]).code(0).stderr("");
}

#[test]
fn a_killed_run_blocks_no_other() {
    kill_again_and_again(6);
}

/// The long form of the one above.
#[test]
#[ignore = "takes a minute or two"]
fn chaos_of_two_hundred_killed_runs() {
    kill_again_and_again(200);
}

/// Kills runs at all moments of a refresh, and asserts that the next one works at once. The refresh token that
/// one of them may have used stays valid here: the response to the killed run is lost.
fn kill_again_and_again(times: u64) {
    let user = User::logged_in();
    let expected = user.run(["--profile", "groups"]).code(0).stdout;
    for turn in 0..times {
        user.sandbox.expire_access_tokens();
        user.sandbox.add_fault(Fault::delay("/v2/oauth2/token", Duration::from_millis(20)));
        let mut child = user.command(["-q", "--profile", "groups"]).stdout(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_micros(turn * 40_000 / times));
        child.kill().unwrap();
        child.wait().unwrap();
        user.sandbox.clear_faults();
        user.run(["--profile", "groups"]).code(0).stdout(&expected).stderr("");
    }
    // The next one that stores something clears away what they left: it has tokens in it.
    user.sandbox.expire_access_tokens();
    user.run(["--profile", "groups"]).code(0);
    let left: Vec<_> = std::fs::read_dir(user.home())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.contains(".tmp"))
        .collect();
    assert_eq!(left, [""; 0]);
}

#[test]
fn a_signal_waits_for_a_refresh_token_that_is_on_its_way() {
    let (user, expected) = rotating();
    user.sandbox.expire_access_tokens();
    user.sandbox.add_fault(Fault::delay("/v2/oauth2/token", Duration::from_millis(300)));
    let child = interrupted_at(&user, TOKEN);
    Outcome::from(child.wait_with_output().unwrap()).code(130).stdout("").stderr("error: interrupted\n");
    // The server has given the login a new refresh token, and the run has kept it.
    user.run(["--profile", "groups"]).code(0).stdout(&expected).stderr("");
}

#[test]
fn a_terminal_that_goes_away_waits_too() {
    let (user, expected) = rotating();
    user.sandbox.expire_access_tokens();
    user.sandbox.add_fault(Fault::delay("/v2/oauth2/token", Duration::from_millis(300)));
    let child = signalled_at(&user, TOKEN, Signal::HUP);
    Outcome::from(child.wait_with_output().unwrap()).code(130);
    user.run(["--profile", "groups"]).code(0).stdout(&expected).stderr("");
}

#[test]
fn no_signal_that_can_be_held_loses_a_refresh_token() {
    let (user, expected) = rotating();
    let named = [
        "HUP", "INT", "QUIT", "ABRT", "USR1", "USR2", "ALRM", "TERM", "STKFLT", "XCPU", "VTALRM", "PROF",
        "IO", "PWR", "TRAP", "SYS", "RTMIN", "RTMIN+6",
    ];
    for (signal, code) in named.map(|name| (name, 130)).into_iter().chain([("PIPE", 0), ("XFSZ", 0)]) {
        user.sandbox.expire_access_tokens();
        user.sandbox.add_fault(Fault::delay("/v2/oauth2/token", Duration::from_millis(150)));
        let child = started_until(&user, TOKEN);
        let pid = child.id().to_string();
        assert!(Command::new("kill").args(["-s", signal, &pid]).status().unwrap().success(), "{signal}");
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(code), "{signal}: {output:?}");
        user.requests();
        user.run(["--profile", "groups"]).code(0).stdout(&expected).stderr("");
        // The request of the run before may arrive after that run has ended.
        assert!(!user.requests().contains(&TOKEN.to_owned()), "{signal}: the refreshed token is stored");
    }
}

/// Nothing is on its way then, and the stored refresh token is as good as before.
#[test]
fn a_signal_does_not_wait_for_the_next_try_of_a_refresh() {
    let (user, expected) = rotating();
    user.expire_token_in(0);
    user.sandbox.add_fault(Fault::status("/v2/oauth2/token", 503).retry_after("600"));
    let mut terminal = user.terminal(["--profile", "groups"]);
    terminal.shows("trying again in 10 s").press_control('c');
    let outcome = terminal.wait_for_end().code(130);
    assert!(outcome.stderr.ends_with("error: interrupted\r\n"), "{outcome:#?}");
    assert_eq!(user.requests(), [TOKEN]);
    user.run(["--profile", "groups"]).code(0).stdout(&expected).stderr("");
}

#[test]
fn a_second_signal_does_not_wait() {
    let (user, _) = rotating();
    user.sandbox.expire_access_tokens();
    user.sandbox.add_fault(Fault::delay("/v2/oauth2/token", Duration::from_secs(60)));
    let child = interrupted_at(&user, TOKEN);
    std::thread::sleep(Duration::from_millis(50));
    send(Signal::TERM, &child);
    Outcome::from(child.wait_with_output().unwrap())
        .code(130)
        .says(["error: interrupted: Globus Auth had not answered", "the stored refresh token was used up"]);
}

#[test]
fn a_signal_ends_a_run_that_only_waits() {
    let user = User::logged_in();
    user.sandbox.add_fault(Fault::delay("/v2/groups/my_groups", Duration::from_secs(60)));
    let child = interrupted_at(&user, MY_GROUPS);
    Outcome::from(child.wait_with_output().unwrap()).code(130).stdout("").stderr("error: interrupted\n");
}

/// A run that gets SIGINT when the sandbox has got this request.
fn interrupted_at(user: &User, request: &str) -> Child {
    signalled_at(user, request, Signal::INT)
}

fn signalled_at(user: &User, request: &str, signal: Signal) -> Child {
    let child = started_until(user, request);
    send(signal, &child);
    child
}

/// A run, when the sandbox has got this request.
fn started_until(user: &User, request: &str) -> Child {
    let mut command: Command = user.command(["--profile", "groups"]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let got = || user.sandbox.requests().iter().any(|got| format!("{} {}", got.method, got.path) == request);
    wait_until(request, got);
    child
}
