//! HTTP: headers, retries, deadlines, limits, proxies.

use std::time::{Duration, Instant};

use globus_sandbox::Fault;
use serde_json::{Value, json};

use crate::support::world::{group, path, requested, run, world};
use crate::support::{MY_GROUPS, Outcome, Server, TOKEN, User};

const GROUPS_PATH: &str = "/v2/groups/my_groups";

#[test]
fn requests_name_the_program() {
    let user = User::logged_in();
    user.run(["--profile", "groups"]).code(0);
    let request = user.sandbox.requests().remove(0);
    let version = env!("CARGO_PKG_VERSION");
    let info = format!("product=globus-runner,version={version}");
    assert_eq!(request.header("x-globus-client-info"), Some(info.as_str()));
    assert_eq!(request.header("user-agent"), Some(format!("globus-runner/{version}").as_str()));
    assert_eq!(request.header("accept"), Some("application/json"));
}

#[test]
fn a_passing_failure_is_tried_again() {
    for status in [429, 503] {
        let user = User::logged_in();
        user.sandbox.add_fault(Fault::status(GROUPS_PATH, status).times(5).retry_after("0"));
        user.run(["--profile", "groups"]).code(0).stderr("");
        assert_eq!(user.requests(), [MY_GROUPS; 6]);
    }
}

#[test]
fn a_failure_that_stays_is_exit_4() {
    let user = User::logged_in();
    user.sandbox.add_fault(Fault::status(GROUPS_PATH, 503).times(100).retry_after("0"));
    user.run(["--profile", "groups"]).code(4).stdout("").says(["Globus Groups", "503"]);
    assert_eq!(user.requests(), [MY_GROUPS; 6]);
}

#[test]
fn retry_after_can_be_a_date() {
    let user = User::logged_in();
    let fault = Fault::status(GROUPS_PATH, 503).times(1).retry_after("Sun, 06 Nov 1994 08:49:37 GMT");
    user.sandbox.add_fault(fault);
    user.run(["--profile", "groups"]).code(0);
    assert_eq!(user.requests(), [MY_GROUPS; 2]);
}

#[test]
fn retry_after_is_waited_for() {
    let user = User::logged_in();
    user.sandbox.add_fault(Fault::status(GROUPS_PATH, 429).times(1).retry_after("1"));
    let start = Instant::now();
    user.run(["--profile", "groups"]).code(0);
    assert!(start.elapsed() >= Duration::from_secs(1));
}

#[test]
fn other_transient_statuses_and_lost_connections_are_tried_again() {
    for fault in [
        Fault::status(GROUPS_PATH, 500),
        Fault::status(GROUPS_PATH, 502),
        Fault::status(GROUPS_PATH, 504),
        Fault::cut(GROUPS_PATH),
        Fault::truncated(GROUPS_PATH),
    ] {
        let user = User::logged_in();
        user.sandbox.add_fault(fault.times(1));
        user.run(["--profile", "groups"]).code(0);
        assert_eq!(user.requests(), [MY_GROUPS; 2]);
    }
}

#[test]
fn a_profile_sets_the_retries() {
    let user = User::logged_in();
    user.profile("once", "[http]\nretries = 0");
    user.sandbox.add_fault(Fault::status(GROUPS_PATH, 500).times(1));
    user.run(["--profile", "./once.toml"]).code(4).says(["500"]);
    user.sandbox.add_fault(Fault::cut(GROUPS_PATH).times(1));
    user.run(["--profile", "./once.toml"]).code(4).says(["no response from Globus Groups at 127.0.0.1"]);
    assert_eq!(user.requests(), [MY_GROUPS; 2]);
}

#[test]
fn a_refused_request_is_not_sent_again() {
    let user = User::logged_in();
    user.sandbox.add_fault(Fault::status(GROUPS_PATH, 403).times(1));
    user.run(["--profile", "groups"]).code(1).says(["403"]);
    assert_eq!(user.requests(), [MY_GROUPS]);
    user.sandbox.add_fault(Fault::status(GROUPS_PATH, 401).times(2));
    user.run(["--profile", "groups"])
        .code(3)
        .says(["Globus Groups rejected the tokens of this login", "`runner login groups`"]);
    assert_eq!(user.requests(), [MY_GROUPS, TOKEN, MY_GROUPS]);

    // At a terminal a login is worth a try.
    user.sandbox.add_fault(Fault::status(GROUPS_PATH, 401).times(3));
    let mut terminal = user.terminal(["--profile", "groups"]);
    terminal.paste_code(&user.sandbox);
    terminal.wait_for_end().code(1).says(["with status 401"]);
}

#[test]
fn silence_ends() {
    let user = User::logged_in();
    user.profile("hasty", "[http]\ntimeout = 0.2\nretries = 0");
    user.sandbox.add_fault(Fault::delay(GROUPS_PATH, Duration::from_secs(600)).times(1));
    user.run(["--profile", "./hasty.toml"]).code(4).says(["no response in time"]);

    user.sandbox.add_fault(Fault::delay(GROUPS_PATH, Duration::from_secs(600)).times(1));
    let mut command = user.command(["--profile", "groups"]);
    Outcome::of(command.env("GLOBUS_SDK_HTTP_TIMEOUT", "0.2")).code(0);
}

#[test]
fn a_closed_port_is_exit_4() {
    let user = User::logged_in();
    user.profile("once", "[http]\nretries = 0");
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut command = user.command(["--profile", "./once.toml"]);
    Outcome::of(command.env("GLOBUS_SDK_SERVICE_URL_GROUPS", format!("http://{closed}")))
        .code(4)
        .stdout("")
        .says(["Globus Groups", &closed.to_string(), "refused", "help: "]);
}

#[test]
fn a_code_is_exchanged_once_even_when_the_response_is_lost() {
    let user = User::new();
    let mut terminal = user.terminal(["--profile", "groups"]);
    let code = user.sandbox.approve(&terminal.login_url()).unwrap();
    user.sandbox.add_fault(Fault::cut("/v2/oauth2/token").times(1));
    terminal.type_line(&code).wait_for_end().code(4).stdout("");
    assert_eq!(user.requests(), [TOKEN]);
}

#[test]
fn a_refresh_is_tried_again() {
    let user = User::logged_in();
    user.expire_token_in(0);
    user.sandbox.add_fault(Fault::status("/v2/oauth2/token", 503).times(2).retry_after("0"));
    user.run(["--profile", "groups"]).code(0);
    assert_eq!(user.requests(), [TOKEN, TOKEN, TOKEN, MY_GROUPS]);
}

#[test]
fn a_malformed_token_response_changes_nothing() {
    let user = User::logged_in();
    user.expire_token_in(0);
    let before = user.tokens();
    user.sandbox.add_fault(Fault::garbage("/v2/oauth2/token").times(1));
    user.run(["--profile", "groups"]).code(1).says(["Globus Auth", "unusable"]);
    assert_eq!(user.tokens(), before);
}

/// The documents of all groups of a world.
const DOCUMENTS: &str = "/v2/groups/0*";

/// A user whose runs send a request for each of so many groups, with these lines of `[http]`.
fn user_of(groups: usize, http: &str) -> User {
    let groups: Vec<Value> = (1..=groups).map(|number| group(number, [])).collect();
    let lines = format!("[groups]\ninclude = [\"memberships\"]\n[http]\n{http}");
    world(1, &groups, "{{#each groups}}{{name}}:{{len memberships}} {{/each}}", &lines)
}

#[test]
fn as_many_requests_are_under_way_as_the_profile_says() {
    for (http, at_once) in [("", 8), ("concurrency = 9", 9), ("concurrency = 3", 3), ("concurrency = 1", 1)] {
        let user = user_of(9, http);
        // Fewer at once would wait for the rest without an end.
        user.sandbox.add_fault(Fault::delay(DOCUMENTS, Duration::ZERO).together(at_once));
        run(&user).code(0).stdout("G1:1 G2:1 G3:1 G4:1 G5:1 G6:1 G7:1 G8:1 G9:1 ").stderr("");
        assert_eq!(user.sandbox.most_requests_at_once(), at_once as usize);
    }
}

#[test]
fn a_token_that_is_rejected_is_refreshed_once_for_all_requests() {
    let user = user_of(3, "");
    user.sandbox.add_fault(Fault::status(DOCUMENTS, 401).together(3));
    run(&user).code(0).stdout("G1:1 G2:1 G3:1 ").stderr("");
    let requests = user.requests();
    let count = |start: &str| requests.iter().filter(|request| request.starts_with(start)).count();
    assert_eq!((count(TOKEN), count("GET /v2/groups/0"), count(MY_GROUPS)), (1, 6, 1), "{requests:?}");
}

/// The scopes of the profile do not say who has logged in, so it may be another person.
#[test]
fn a_login_in_the_middle_is_one_for_all_requests_and_begins_the_fetch_again() {
    let user = user_of(3, "");
    let required = json!({ "code": "X", "authorization_parameters": { "session_required_mfa": true } });
    user.sandbox.add_fault(Fault::json(DOCUMENTS, 403, required).together(3));
    let mut terminal = user.terminal(["--profile", "./p.toml"]);
    terminal.paste_code(&user.sandbox);
    terminal.wait_for_end().code(0).stdout("G1:1 G2:1 G3:1 ");
    let requests = user.requests();
    let count = |start: &str| requests.iter().filter(|request| request.starts_with(start)).count();
    assert_eq!((count(TOKEN), count("GET /v2/groups/0"), count(MY_GROUPS)), (1, 6, 2), "{requests:?}");
}

#[test]
fn a_pause_that_one_request_is_told_is_for_all_of_them() {
    for fault in [Fault::status(&path(1), 429), Fault::status(&path(1), 503)] {
        let user = user_of(4, "concurrency = 1");
        user.sandbox.add_fault(fault.retry_after("0"));
        run(&user).code(0);
        let requests = requested(&user);
        let first = requests.iter().position(|request| request.starts_with(&path(1))).unwrap();
        assert!(requests[first + 1].starts_with(&path(1)), "{requests:?}");
    }
}

fn run_against(user: &User, server: &Server) -> Outcome {
    let mut command = user.command(["--profile", "./once.toml"]);
    Outcome::of(command.env("GLOBUS_SDK_SERVICE_URL_GROUPS", &server.url))
}

#[test]
fn an_endless_response_is_refused() {
    let user = User::logged_in();
    user.profile("once", "[http]\nretries = 0");
    let server = Server::saying("HTTP/1.1 200 OK\r\ncontent-length: 9000000000\r\n\r\n[");
    run_against(&user, &server).code(1).says(["larger than 1024 MiB"]);
}

#[test]
fn a_redirect_does_not_carry_the_token_away() {
    let user = User::logged_in();
    user.profile("once", "[http]\nretries = 0");
    let server = Server::saying("HTTP/1.1 302 Found\r\nlocation: /elsewhere\r\ncontent-length: 0\r\n\r\n");
    run_against(&user, &server).code(1).says(["302"]);
    assert_eq!(server.heads().len(), 1);
}

#[test]
fn a_hostile_message_of_a_service_is_harmless() {
    let user = User::logged_in();
    user.profile("once", "[http]\nretries = 0");
    let server = Server::saying(
        "HTTP/1.1 403 Forbidden\r\ncontent-length: 56\r\n\r\n{\"code\":\"X\",\"detail\":\"\\u001b[2J not \\u202e allowed\\u0007!\"}",
    );
    let outcome = run_against(&user, &server).code(1).says(["not", "allowed"]);
    assert!(!outcome.stderr.contains(['\u{1b}', '\u{7}', '\u{202e}']));
}

#[test]
fn proxies_of_the_environment_and_of_the_profile_are_used() {
    let user = User::logged_in();
    let proxy = Server::saying("HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n");
    let run = |profile: &str, variables: &[(&str, &str)]| {
        let mut command = user.command(["--profile", profile]);
        command.env("GLOBUS_SDK_SERVICE_URL_GROUPS", "https://groups.invalid/");
        Outcome::of(command.envs(variables.iter().copied())).code(4)
    };
    let connects =
        || proxy.heads().iter().filter(|head| head.starts_with("CONNECT groups.invalid:443 ")).count();

    user.profile("once", "[http]\nretries = 0");
    run("./once.toml", &[("HTTPS_PROXY", &proxy.url)]);
    assert_eq!(connects(), 1);
    run("./once.toml", &[("https_proxy", &proxy.url), ("no_proxy", "groups.invalid")]);
    assert_eq!(connects(), 0);

    user.profile("proxied", &format!("[http]\nretries = 0\nproxy = \"{}\"", proxy.url));
    run("./proxied.toml", &[]);
    assert_eq!(connects(), 1);
}

#[test]
fn this_machine_is_never_reached_through_a_proxy() {
    let user = User::logged_in();
    let proxy = Server::saying("HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n");
    let mut command = user.command(["--profile", "groups"]);
    command.env("HTTP_PROXY", &proxy.url).env("http_proxy", &proxy.url).env("ALL_PROXY", &proxy.url);
    Outcome::of(&mut command).code(0);
    assert_eq!(proxy.heads(), [""; 0]);
}
