//! Progress at a terminal: what a person sees who waits, and that nothing of it stays or goes elsewhere.

use std::time::Duration;

use globus_sandbox::Fault;
use serde_json::json;

use crate::support::process::in_shell;
use crate::support::{Outcome, Server, Terminal, User};

const GROUPS_PATH: &str = "/v2/groups/my_groups";
/// Clears the line of a bar. Nothing else does that.
const CLEAR: &str = "\r\u{1b}[2K";

fn terminal<const N: usize>(user: &User, arguments: [&str; N]) -> Terminal {
    user.terminal_in(arguments, &[("TERM".to_owned(), "xterm".to_owned())])
}

/// A fault that a run outlives, but that is long enough to be shown.
fn short_outage() -> Fault {
    Fault::status(GROUPS_PATH, 503).times(1).retry_after("2")
}

/// What stands on the line of the bar at the end.
fn after_last_bar(outcome: &Outcome) -> &str {
    let start = outcome.stderr.rfind(CLEAR).unwrap_or_else(|| panic!("no bar was cleared: {outcome:#?}"));
    &outcome.stderr[start + CLEAR.len()..]
}

#[test]
fn a_list_that_takes_long_shows_its_rows_rate_and_retries() {
    let user = User::logged_in();
    // Two groups arrive, and then the connection breaks, each time.
    let group = r#"{"id":"00000000-0000-4000-8000-000000000000","name":"A"}"#;
    let response = format!("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n[{group},{group},");
    let server = Server::saying(response.leak());
    let variables = [("TERM", "xterm"), ("GLOBUS_SDK_SERVICE_URL_GROUPS", &*server.url)];
    let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let mut terminal = user.terminal_in(["--profile", "groups"], &variables);
    terminal.shows("groups 2  ").shows("/s  retrying 1");
    let outcome = terminal.press_control('c').wait_for_end().code(130).stdout("");
    assert_eq!(after_last_bar(&outcome), "\u{1b}[1m\u{1b}[91merror\u{1b}[0m: interrupted\r\n");
}

#[test]
fn messages_go_above_it_and_nothing_of_it_stays() {
    let user = User::logged_in();
    user.sandbox.add_fault(short_outage());
    let mut terminal = terminal(&user, ["--profile", "groups", "--color", "never", "-o", "groups.csv"]);
    terminal.shows("trying again in 2 s").shows("groups 0  retrying 1");
    let outcome = terminal.wait_for_end().code(0);
    assert!(after_last_bar(&outcome).starts_with("note: written: 8 groups, "), "{outcome:#?}");
    // The message of the retry has a line of its own.
    assert!(outcome.stderr.contains("note: 127.0.0.1:"), "{outcome:#?}");
}

#[test]
fn an_output_at_the_terminal_takes_its_place() {
    let user = User::logged_in();
    // The program that reads a pipe has the same terminal.
    for script in ["exec \"$@\"", "\"$@\" | cat"] {
        user.sandbox.add_fault(short_outage());
        let mut command = in_shell(&user.command(["--profile", "groups"]), script);
        command.env("TERM", "xterm");
        let mut terminal = Terminal::open_whole(command);
        terminal.shows("groups 0  retrying 1");
        let outcome = terminal.wait_for_end().code(0);
        assert!(after_last_bar(&outcome).starts_with("ID,Name,"), "{outcome:#?}");
    }
}

#[test]
fn it_is_for_a_person_at_a_terminal_who_wants_it() {
    let user = User::logged_in();
    user.sandbox.add_fault(short_outage());
    user.run(["--profile", "groups"]).code(0).stderr("");
    for (arguments, term) in [
        (["--profile", "groups", "--no-progress"], "xterm"),
        (["--profile", "groups", "--quiet"], "xterm"),
        (["--profile", "groups", "--color=auto"], "dumb"),
    ] {
        user.sandbox.add_fault(short_outage());
        let mut terminal = user.terminal_in(arguments, &[("TERM".to_owned(), term.to_owned())]);
        terminal.wait_for_end().code(0).never_says(CLEAR).never_says("groups 0");
    }
}

#[test]
fn a_login_has_the_terminal_for_itself() {
    let user = User::logged_in();
    user.sandbox.add_fault(short_outage());
    user.sandbox.set_requirements(json!({"session_required_mfa": true})).unwrap();
    let mut terminal = terminal(&user, ["--profile", "groups"]);
    terminal.shows("groups 0  retrying 1").shows("A new login is needed");
    terminal.paste_code(&user.sandbox);
    let outcome = terminal.wait_for_end().code(0);
    let login = outcome.stderr.split("A new login is needed").nth(1).unwrap();
    let prompt = login.split("Code: ").next().unwrap();
    assert!(!prompt.contains(CLEAR) && !prompt.contains("groups 0"), "{outcome:#?}");
}

#[test]
fn several_profiles_have_a_line_each() {
    let user = User::logged_in();
    user.profile("a", "[output]\npath = \"a.csv\"");
    // Another deadline is another session.
    user.profile("b", "[output]\npath = \"b.csv\"\n[run]\ndeadline = 600");
    user.sandbox.add_fault(Fault::status(GROUPS_PATH, 503).times(2).retry_after("2"));
    let mut terminal = terminal(&user, ["run", "./a.toml", "./b.toml", "--color", "never"]);
    terminal.shows("a: groups 0  retrying 1").shows("b: groups 0  retrying 1");
    let outcome = terminal.wait_for_end().code(0);
    // Each ends with a line of its own, above the bars that are left.
    for profile in ["a", "b"] {
        assert!(outcome.stderr.contains(&format!("note: ./{profile}.toml: written, ")), "{outcome:#?}");
    }
    assert_eq!(after_last_bar(&outcome), "");
}

#[test]
fn a_stopped_terminal_does_not_hold_up_the_run() {
    let user = User::logged_in();
    user.sandbox.add_fault(short_outage());
    let mut terminal = terminal(&user, ["--profile", "groups", "-o", "groups.csv"]);
    terminal.shows("groups 0").press_control('s');
    terminal.wait_for_end().code(0);
    assert!(user.read("groups.csv").lines().count() > 8);
}

#[test]
fn data_shows_it_too() {
    let user = User::logged_in();
    user.sandbox.add_fault(Fault::delay(GROUPS_PATH, Duration::from_secs(600)).times(1));
    let mut terminal = terminal(&user, ["data", "groups"]);
    terminal.shows("groups 0").press_control('c');
    terminal.wait_for_end().code(130).stdout("");
}

#[test]
fn how_many_there_will_be_is_shown_once_it_is_known() {
    let user = User::logged_in();
    user.profile("mine", "[groups]\ninclude = [\"memberships\"]\n[http]\nconcurrency = 1");
    user.write(
        "m.txt.hbs",
        "{{#each groups}}{{name}}{{#unless hidden}} {{len memberships}}{{/unless}}\n{{/each}}",
    );
    user.write("mine.toml", &user.read("mine.toml").replace("groups.csv.hbs", "./m.txt.hbs"));
    // The seventh group is late.
    let path = "/v2/groups/73c2b0f0-8591-42d3-a4f6-0718293a4b5c";
    user.sandbox.add_fault(Fault::status(path, 503).times(1).retry_after("2"));
    let mut terminal = terminal(&user, ["--profile", "./mine.toml"]);
    terminal.shows("groups 6/8  ").shows("/s  retrying 1");
    terminal.wait_for_end().code(0);
}
