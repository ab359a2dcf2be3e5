//! Stored tokens are checked before they are used, and logins before they are stored.

use globus_sandbox::IdTokenFault;
use serde_json::Value;

use crate::support::{MY_GROUPS, TOKEN, User};

const MINE: &str = "urn:globus:auth:scope:groups.api.globus.org:view_my_groups_and_memberships";
const CONSENTS: &str = "GET /v2/api/identities/a6e8f3b2-1c4d-4e8a-9b7f-0d5c2e1a3f48/consents";
const REVOKE: &str = "POST /v2/oauth2/token/revoke";
const CONFIGURATION: &str = "GET /.well-known/openid-configuration";
const KEYS: &str = "GET /jwk.json";

/// A user who has logged in with a profile with these scopes, `mine.toml`.
fn logged_in_with(scopes: &[&str], more: &str) -> User {
    let user = User::new();
    user.profile_with_scopes("mine", scopes, more);
    let mut terminal = user.terminal(["login", "./mine.toml", "--paste"]);
    terminal.paste_code(&user.sandbox);
    terminal.wait_for_end().code(0);
    user.requests();
    user
}

#[test]
fn tokens_of_another_client_are_not_used() {
    let user = User::logged_in();
    user.edit_token(|token| token["client_id"] = "00000000-2222-4333-8444-555555555555".into());
    user.run(["--profile", "groups"])
        .code(3)
        .says(["the stored tokens were issued to another client, 00000000-2222-4333-8444-555555555555"]);
    assert_eq!(user.requests(), [""; 0]);
    let mut terminal = user.terminal(["--profile", "groups"]);
    terminal.shows("A new login is needed: the stored tokens were issued to another client");
    terminal.paste_code(&user.sandbox);
    terminal.wait_for_end().code(0);
    user.run(["--profile", "groups"]).code(0);
    // A file of the SDK does not name the client.
    user.edit_token(|token| drop(token.as_object_mut().unwrap().remove("client_id")));
    user.run(["--profile", "groups"]).code(0);
}

#[test]
fn a_refresh_token_has_to_be_there_when_it_is_wanted() {
    let user = User::logged_in();
    user.edit_token(|token| token["refresh_token"] = Value::Null);
    user.run(["--profile", "groups"]).code(3).says(["have no refresh token, and the profile wants"]);
    user.profile("online", "[auth]\nrefresh_tokens = false");
    user.run(["--profile", "./online.toml"]).code(0);
    let mut terminal = user.terminal(["--profile", "groups"]);
    terminal.paste_code(&user.sandbox);
    terminal.wait_for_end().code(0);
    assert!(user.token()["refresh_token"].is_string());
}

#[test]
fn consents_below_a_scope_are_looked_up() {
    let scopes = ["openid", &format!("{MINE}[email *profile]")];
    let user = logged_in_with(&scopes, "");
    user.run(["--profile", "./mine.toml"]).code(0).stderr("");
    assert_eq!(user.requests(), [CONSENTS, MY_GROUPS]);

    user.sandbox.revoke_consents();
    user.run(["--profile", "./mine.toml"])
        .code(3)
        .says([&format!("consents are missing for {MINE}[email *profile]")]);
    assert_eq!(user.requests(), [CONSENTS]);
    let mut terminal = user.terminal(["--profile", "./mine.toml"]);
    terminal.paste_code(&user.sandbox);
    terminal.wait_for_end().code(0);
    user.run(["--profile", "./mine.toml"]).code(0);
}

#[test]
fn a_consent_token_is_refreshed_like_any_other() {
    let user = logged_in_with(&["openid", &format!("{MINE}[email]")], "");
    let mut tokens = user.tokens();
    let auth = &mut tokens["data"]["DEFAULT"]["auth.globus.org"];
    auth["expires_at_seconds"] = 1.into();
    user.write(".list-my-globus-groups-tokens.json", &tokens.to_string());
    user.run(["--profile", "./mine.toml"]).code(0).stderr("");
    assert_eq!(user.requests(), [TOKEN, CONSENTS, MY_GROUPS]);
    user.run(["--profile", "./mine.toml"]).code(0);
    assert_eq!(user.requests(), [CONSENTS, MY_GROUPS]);
}

#[test]
fn without_openid_consents_are_left_to_the_service() {
    let user = logged_in_with(&[&format!("{MINE}[email]")], "");
    user.sandbox.revoke_consents();
    user.run(["--profile", "./mine.toml"]).code(0).stderr("");
    assert_eq!(user.requests(), [MY_GROUPS]);
}

#[test]
fn another_identity_can_not_log_in_unless_forced() {
    let user = logged_in_with(&["openid", "profile", MINE], "");
    let before = user.tokens();
    let log_in = |arguments: &[&str]| {
        let mut words = vec!["login", "./mine.toml", "--paste"];
        words.extend(arguments);
        let mut command = user.command([]);
        command.args(words);
        let mut terminal = crate::support::Terminal::open(&command, user.home());
        let code = user.sandbox.approve_as(&terminal.login_url(), "ben@example.edu").unwrap();
        terminal.type_line(&code).wait_for_end()
    };
    log_in(&[]).code(3).says([
        "but the stored tokens belong to ada@example.edu (a6e8f3b2-",
        "error: logged in as ben@example.edu (b1f4c7d9-",
        "the new tokens were revoked",
        "/mine.toml --force`",
    ]);
    assert_eq!(user.tokens(), before);
    let revoked = [REVOKE; 4];
    assert_eq!(user.requests(), [[TOKEN, CONFIGURATION, KEYS].as_slice(), &revoked].concat());
    user.run(["--profile", "./mine.toml"]).code(0);
    user.requests();

    log_in(&["--force"]).code(0).says(["logged in as ben@example.edu"]);
    assert_eq!(user.requests(), [[TOKEN, CONFIGURATION, KEYS].as_slice(), &revoked].concat());
    for server in ["auth.globus.org", "groups.api.globus.org"] {
        let token = &user.tokens()["data"]["DEFAULT"][server];
        assert_eq!(token["username"], "ben@example.edu");
    }
    let outcome = user.run(["--profile", "./mine.toml"]).code(0);
    assert!(!outcome.stdout.contains("Genome Center"), "these are Ada's groups: {outcome:#?}");
}

#[test]
fn a_forced_login_leaves_nothing_of_the_other_one() {
    let transfer = "urn:globus:auth:scope:transfer.api.globus.org:all";
    let user = logged_in_with(&["openid", MINE, transfer], "");
    user.profile_with_scopes("less", &["openid", MINE], "");
    let mut terminal = user.terminal(["login", "./less.toml", "--paste", "--force"]);
    let code = user.sandbox.approve_as(&terminal.login_url(), "ben@example.edu").unwrap();
    terminal.type_line(&code).wait_for_end().code(0);
    assert_eq!(user.tokens()["data"]["DEFAULT"]["transfer.api.globus.org"], Value::Null);
    assert_eq!(user.token()["identity_id"], "b1f4c7d9-3e6a-4f02-8c5b-6d9e0a7f2b14");
}

#[test]
fn a_forced_login_revokes_the_old_one_of_any_identity() {
    let user = User::logged_in();
    let old = user.tokens();
    let mut terminal = user.terminal(["login", "groups", "--force"]);
    terminal.paste_code(&user.sandbox);
    terminal.wait_for_end().code(0);
    assert_eq!(user.requests(), [TOKEN, REVOKE, REVOKE]);
    user.run(["--profile", "groups"]).code(0);
    user.write(".list-my-globus-groups-tokens.json", &old.to_string());
    user.run(["--profile", "groups"]).code(3).says(["was rejected"]);
}

#[test]
fn two_people_who_log_in_at_once_do_not_replace_each_other() {
    let user = User::new();
    user.profile_with_scopes("mine", &["openid", "profile", MINE], "");
    let mut ada = user.terminal(["login", "./mine.toml"]);
    let mut ben = user.terminal(["login", "./mine.toml"]);
    let code = user.sandbox.approve_as(&ben.login_url(), "ben@example.edu").unwrap();
    ada.paste_code(&user.sandbox);
    ada.wait_for_end().code(0);
    ben.type_line(&code)
        .wait_for_end()
        .code(3)
        .says(["but the stored tokens belong to", "belong to ada@example.edu"]);
    user.run(["--profile", "./mine.toml"]).code(0);
    assert_eq!(user.token()["username"], "ada@example.edu");
}

#[test]
fn tokens_go_only_to_their_issuer() {
    let user = User::logged_in();
    assert_eq!(user.token()["auth_url"], user.sandbox.url().as_str());
    user.edit_token(|token| token["auth_url"] = "https://auth.globus.org/".into());
    let before = user.tokens();
    for command in ["run groups", "logout groups", "login groups", "login groups --force"] {
        let arguments: Vec<&str> = command.split(' ').collect();
        let mut terminal = match arguments[..] {
            [first, second] => user.terminal([first, second]),
            [first, second, third] => user.terminal([first, second, third]),
            _ => unreachable!(),
        };
        terminal.wait_for_end().code(2).says([
            "error: the stored tokens were issued by another Globus: they are from https://auth.globus.org/",
            "the variables GLOBUS_SDK_*",
        ]);
    }
    user.run(["--profile", "groups"]).code(2).says([
        "error: the stored tokens were issued by another Globus: they are from https://auth.globus.org/",
    ]);
    assert_eq!(user.tokens(), before);
    assert_eq!(user.requests(), [""; 0]);
    // Tokens of a sandbox that has ended are worthless, and can be replaced.
    user.edit_token(|token| token["auth_url"] = "http://127.0.0.1:1/".into());
    let mut terminal = user.terminal(["--profile", "groups"]);
    terminal.paste_code(&user.sandbox);
    terminal.wait_for_end().code(0);
}

#[test]
fn an_identity_token_in_a_refresh_changes_nothing() {
    let user = logged_in_with(&["openid", MINE], "");
    let before = user.token();
    user.expire_token_in(0);
    user.sandbox.add_fault(globus_sandbox::Fault::json(
        "/v2/oauth2/token",
        200,
        serde_json::json!({
            "access_token": "refreshed", "token_type": "Bearer", "resource_server": "groups.api.globus.org",
            "expires_in": 1000, "id_token": "x.y.z", "refresh_token": "rotated", "other_tokens": [],
        }),
    ));
    // The sandbox does not know that token; what counts is that it was kept, with all that the response left out.
    user.run(["--profile", "./mine.toml"]).code(3);
    let after = user.token();
    assert_eq!((&after["refresh_token"], &after["access_token"]), (&"rotated".into(), &"refreshed".into()));
    assert_eq!((&after["scope"], &after["identity_id"]), (&before["scope"], &before["identity_id"]));
}

#[test]
fn consents_that_can_not_be_looked_up_stop_nothing() {
    let user = logged_in_with(&["openid", &format!("{MINE}[email]")], "[http]\nretries = 0");
    let mut tokens = user.tokens();
    tokens["data"]["DEFAULT"]["auth.globus.org"]["expires_at_seconds"] = 1.into();
    user.write(".list-my-globus-groups-tokens.json", &tokens.to_string());
    user.sandbox.add_fault(globus_sandbox::Fault::status("/v2/oauth2/token", 503));
    user.run(["--profile", "./mine.toml"]).code(0).says(["warning: the consents could not be checked"]);
    user.sandbox.add_fault(globus_sandbox::Fault::status(&CONSENTS[4..], 503));
    user.run(["--profile", "./mine.toml"]).code(0);
}

#[test]
fn a_run_waits_for_what_another_program_refreshes_a_moment_later() {
    let user = User::logged_in();
    user.sandbox.set_refresh_tokens(globus_sandbox::RefreshTokenPolicy::Rotate);
    let old = user.tokens();
    user.expire_token_in(0);
    user.run(["--profile", "groups"]).code(0);
    let new = user.tokens();
    // The state between the response to the other program and its storing of it.
    user.write(".list-my-globus-groups-tokens.json", &old.to_string());
    user.expire_token_in(0);
    user.requests();
    let child = user.command(["--profile", "groups"]).stdout(std::process::Stdio::null()).spawn().unwrap();
    while !user.sandbox.requests().iter().any(|request| request.path == "/v2/oauth2/token") {
        std::thread::yield_now();
    }
    user.write(".list-my-globus-groups-tokens.json", &new.to_string());
    assert_eq!(child.wait_with_output().unwrap().status.code(), Some(0));
}

#[test]
fn another_identity_can_not_log_in_during_a_run_either() {
    let user = logged_in_with(&["openid", MINE], "");
    user.sandbox.revoke_all();
    user.expire_token_in(0);
    let mut terminal = user.terminal(["--profile", "./mine.toml"]);
    let code = user.sandbox.approve_as(&terminal.login_url(), "ben@example.edu").unwrap();
    terminal.type_line(&code).wait_for_end().code(3).stdout("").says(["but the stored tokens belong to"]);
}

#[test]
fn an_invalid_identity_token_is_rejected() {
    for (spoil, words) in [
        (IdTokenFault::Expired, "it has expired: is this machine's clock right?"),
        (IdTokenFault::WrongAudience, "it was issued to another client"),
        (IdTokenFault::WrongIssuer, "it was not issued by Globus Auth"),
        (IdTokenFault::BadSignature, "its signature is wrong"),
        (IdTokenFault::NotYetValid, "is this machine's clock right?"),
        (IdTokenFault::Missing, "there is no id_token"),
    ] {
        let user = User::new();
        user.profile_with_scopes("mine", &["openid", MINE], "");
        user.sandbox.set_id_token_fault(spoil);
        let mut terminal = user.terminal(["login", "./mine.toml", "--paste"]);
        terminal.paste_code(&user.sandbox);
        terminal.wait_for_end().code(1).says(["error: ", words]);
        assert!(!user.token_file().exists(), "{spoil:?}");
        assert_eq!(user.requests().iter().filter(|request| *request == REVOKE).count(), 4);
    }
}

#[test]
fn an_identity_token_is_rejected_without_keys() {
    let user = User::new();
    user.profile_with_scopes("mine", &["openid", MINE], "[http]\nretries = 0");
    for (fault, code) in [
        (globus_sandbox::Fault::status("/jwk.json", 404), 1),
        (globus_sandbox::Fault::status("/jwk.json", 503), 4),
        (globus_sandbox::Fault::garbage("/.well-known/openid-configuration"), 1),
    ] {
        user.sandbox.add_fault(fault);
        let mut terminal = user.terminal(["login", "./mine.toml", "--paste"]);
        terminal.paste_code(&user.sandbox);
        terminal.wait_for_end().code(code).says(["keys"]);
        assert!(!user.token_file().exists());
    }
}
