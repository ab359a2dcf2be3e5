//! What Globus Groups can require of a login, in every shape, and how it is met.

use std::collections::HashMap;

use globus_sandbox::Fault;
use serde_json::{Value, json};
use url::Url;

use crate::support::{MY_GROUPS, TOKEN, User};

const PATH: &str = "/v2/groups/my_groups";
const ALL: &str = "urn:globus:auth:scope:groups.api.globus.org:all";
const MINE: &str = "urn:globus:auth:scope:groups.api.globus.org:view_my_groups_and_memberships";

fn parameters(url: &Url) -> HashMap<String, String> {
    url.query_pairs().into_owned().collect()
}

/// A user whose next request for groups is refused like this.
fn refused(status: u16, body: Value) -> User {
    let user = User::logged_in();
    user.sandbox.add_fault(Fault::json(PATH, status, body));
    user
}

#[test]
fn at_a_terminal_it_is_explained_met_and_the_request_repeated() {
    let user = User::logged_in();
    user.sandbox
        .set_requirements(json!({
            "session_message": "Members of this group use two factors",
            "session_required_mfa": true,
            "session_required_identities": ["ada@example.edu", "areyes@lab.example.org"],
            "session_required_policies": ["p1", "p2"],
            "session_required_single_domain": ["example.edu"],
            "prompt": "login",
        }))
        .unwrap();
    let mut terminal = user.terminal(["--profile", "groups"]);
    terminal.shows(
        "A new login is needed: Globus Groups requires another login: Members of this group use two factors \
         (it requires multi-factor authentication, and a login as ada@example.edu or areyes@lab.example.org, \
         and a login with an account of example.edu, and a login that satisfies the policy p1 or p2)",
    );
    let url = terminal.login_url();
    let query = parameters(&url);
    for (name, value) in [
        ("session_message", "Members of this group use two factors"),
        ("session_required_mfa", "True"),
        ("session_required_identities", "ada@example.edu,areyes@lab.example.org"),
        ("session_required_policies", "p1,p2"),
        ("session_required_single_domain", "example.edu"),
        ("prompt", "login"),
        ("scope", MINE),
    ] {
        assert_eq!(query[name], value, "{name}");
    }
    let code = user.sandbox.approve(&url).unwrap();
    let outcome = terminal.type_line(&code).wait_for_end().code(0);
    assert!(outcome.stdout.starts_with("ID,Name,Roles\n"));
    assert_eq!(user.requests(), [MY_GROUPS, TOKEN, MY_GROUPS]);
    // The new login is stored, and valid for later runs.
    user.run(["--profile", "groups"]).code(0).stderr("");
}

#[test]
fn two_logins_in_one_run_each_get_their_code() {
    let user = User::new();
    user.sandbox.set_requirements(json!({ "session_required_mfa": true })).unwrap();
    let mut terminal = user.terminal(["--profile", "groups"]);
    terminal.paste_code(&user.sandbox);
    terminal.shows("requires another login");
    terminal.paste_code(&user.sandbox);
    terminal.wait_for_end().code(0);
}

#[test]
fn a_message_of_a_service_stays_on_its_line() {
    let user = User::logged_in();
    let forged = "example.edu)\n\nThen paste the code.\nCode: \u{202e}\u{1b}[31m";
    user.sandbox
        .set_requirements(json!({ "session_message": forged, "session_required_single_domain": [forged] }))
        .unwrap();
    let mut terminal = user.terminal(["--profile", "groups"]);
    terminal.shows("Then paste the code that the page shows.").shows("Code: ");
    let seen = terminal.press_control('c').wait_for_end().code(130).stderr;
    assert_eq!(seen.matches("\nCode: ").count() + seen.matches("\nThen paste").count(), 2, "{seen}");
    assert!(!seen.contains('\u{202e}') && !seen.contains('\u{1b}'), "{seen}");
    user.run(["--profile", "groups"]).code(3).never_says("\u{202e}").never_says("\nCode:");
}

#[test]
fn without_a_terminal_the_command_that_helps_is_named() {
    let user = User::logged_in();
    user.sandbox
        .set_requirements(
            json!({ "session_message": "It's \"MFA\" time \u{1b}[31m", "session_required_mfa": true }),
        )
        .unwrap();
    let outcome = user.run(["--profile", "groups"]).code(3).stdout("").says([
        "error: a login is needed: Globus Groups requires another login: It's \"MFA\" time",
        "(it requires multi-factor authentication), and there is no terminal",
        "help: log in once at a terminal with `runner login groups --requirements '{",
    ]);
    assert_eq!(user.requests(), [MY_GROUPS]);

    // The command, as a shell takes it from the message.
    let command = outcome.stderr.split('`').nth(1).unwrap();
    let words = std::process::Command::new("sh").args(["-c", &format!("printf '%s\\n' {command}")]).output();
    let words = String::from_utf8(words.unwrap().stdout).unwrap();
    let words: Vec<&str> = words.lines().collect();
    assert_eq!(words[..4], ["runner", "login", "groups", "--requirements"]);
    assert_eq!(words.len(), 5);

    let mut terminal = user.terminal(["login", "groups", "--requirements", words[4]]);
    let url = terminal.login_url();
    assert_eq!(parameters(&url)["session_required_mfa"], "True");
    assert_eq!(parameters(&url)["session_message"], "It's \"MFA\" time \u{1b}[31m");
    let code = user.sandbox.approve(&url).unwrap();
    terminal.type_line(&code).wait_for_end().code(0);
    user.run(["--profile", "groups"]).code(0).stderr("");
}

#[test]
fn missing_consents_are_asked_for_beside_the_scopes_of_the_profile() {
    let user = User::logged_in();
    let dependent = format!("{ALL}[openid *email]");
    user.sandbox.set_requirements(json!({ "required_scopes": [dependent] })).unwrap();
    let mut terminal = user.terminal(["--profile", "groups"]);
    terminal.shows(&format!("it requires consent to {dependent}"));
    let url = terminal.login_url();
    assert_eq!(parameters(&url)["scope"], format!("{MINE} {dependent}"));
    let code = user.sandbox.approve(&url).unwrap();
    terminal.type_line(&code).wait_for_end().code(0);
    // The profile's own scopes are still covered.
    user.run(["--profile", "groups"]).code(0).stderr("");
}

#[test]
fn every_shape_is_understood() {
    let shapes = [
        (
            403,
            json!({ "code": "ConsentRequired", "required_scopes": ["openid"], "message": "Consent, please" }),
        ),
        (
            403,
            json!({ "code": "ConsentRequired", "required_scope": "openid", "description": "Consent, please" }),
        ),
        (
            403,
            json!({ "error": "dependent_consent_required", "errors": [{ "unapproved_scopes": ["openid"] }] }),
        ),
        (401, json!({ "code": "X", "authorization_parameters": { "required_scopes": ["openid"] } })),
        (
            403,
            json!({ "errors": [{ "code": "X", "authorization_parameters": { "required_scopes": "openid" } }] }),
        ),
    ];
    for (status, body) in shapes {
        let words = body.to_string().contains("Consent, please");
        let user = refused(status, body);
        let mut terminal = user.terminal(["--profile", "groups"]);
        terminal.shows(if words {
            "Consent, please (it requires consent to openid)"
        } else {
            "consent to openid"
        });
        let url = terminal.login_url();
        assert_eq!(parameters(&url)["scope"], format!("{MINE} openid"));
        let code = user.sandbox.approve(&url).unwrap();
        terminal.type_line(&code).wait_for_end().code(0);
    }
    let joined = json!({ "authorization_parameters": { "session_required_single_domain": "a.edu,b.edu" } });
    let user = refused(403, joined);
    user.run(["--profile", "groups"]).code(3).says([
        "a login with an account of a.edu or b.edu",
        "--requirements '{\"session_required_single_domain\":[\"a.edu\",\"b.edu\"]}'",
    ]);
}

#[test]
fn a_login_is_repeated_once_and_no_more() {
    let user = User::logged_in();
    let body = json!({ "code": "X", "authorization_parameters": { "session_message": "Never enough" } });
    user.sandbox.add_fault(Fault::json(PATH, 403, body).times(2));
    let mut terminal = user.terminal(["--profile", "groups"]);
    terminal.paste_code(&user.sandbox);
    terminal.wait_for_end().code(1).stdout("").says([
        "error: Globus Groups still does not accept the login: Never enough",
        "help: show this message to an administrator",
    ]);
    assert_eq!(user.requests(), [MY_GROUPS, TOKEN, MY_GROUPS]);
}

#[test]
fn other_errors_start_no_login() {
    for body in [
        json!({ "code": "FORBIDDEN", "detail": "Not for you" }),
        json!({ "code": "ConsentRequired", "required_scopes": ["not[a"], "detail": "Not for you" }),
    ] {
        let user = refused(403, body);
        let mut terminal = user.terminal(["--profile", "groups"]);
        terminal.wait_for_end().code(1).says(["with status 403", "Not for you"]);
    }
}

#[test]
fn wrong_requirements_are_exit_2() {
    let user = User::new();
    for (wrong, words) in [
        ("{", "EOF"),
        ("[]", "invalid type"),
        ("{\"session_required_mfa\": 3}", "is not true or false"),
        ("{\"scopes\": []}", "is not one of session_message"),
        ("{\"required_scopes\": [\"a[\"]}", "is not a list of scopes"),
    ] {
        user.run(["login", "groups", "--requirements", wrong]).code(2).says(["--requirements", words]);
    }
}

#[test]
fn a_service_account_consents_without_a_login_but_has_no_session() {
    let user = User::new();
    let profile = include_str!("../profiles/groups.toml")
        .replace("61338d24-54d5-408f-a10d-66c06b59f6d2", "4f1b2c3d-8e7a-4d5c-b6f0-9a8e7d6c5b4a")
        .replace("~/.list-my-globus-groups-tokens.json", "bot.json");
    user.write("bot.toml", &format!("{profile}[auth]\nclient_secret = {{ env = \"BOT_SECRET\" }}\n"));
    let run = || {
        let mut command = user.command(["--profile", "./bot.toml"]);
        crate::support::Outcome::of(command.env("BOT_SECRET", "sandbox-secret-not-for-real-use"))
    };
    user.sandbox.set_requirements(json!({ "required_scopes": [format!("{ALL}[openid]")] })).unwrap();
    run().code(0).stderr("");
    assert_eq!(user.requests(), [TOKEN, MY_GROUPS, TOKEN, MY_GROUPS]);

    user.sandbox.set_requirements(json!({ "session_required_mfa": true })).unwrap();
    run().code(1).stdout("").says([
        "error: Globus Groups requires a user session; a service account cannot have one",
        "multi-factor authentication",
        "let a person run this profile",
    ]);
}
