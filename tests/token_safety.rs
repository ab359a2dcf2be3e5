//! Refresh tokens are valid once. Whatever happens around a refresh, the valid one is the one that is stored.

use globus_sandbox::Fault;
use serde_json::{Value, json};

use crate::support::{Outcome, TOKEN, User};

const TOKEN_PATH: &str = "/v2/oauth2/token";
const SCOPE: &str = "urn:globus:auth:scope:groups.api.globus.org:view_my_groups_and_memberships";

/// A response to a refresh with a new refresh token, and these fields changed.
fn response(changes: &Value) -> Value {
    let mut response = json!({
        "access_token": "fresh", "token_type": "Bearer", "expires_in": 3600, "refresh_token": "rotated-secret",
        "resource_server": "groups.api.globus.org", "scope": SCOPE,
        "other_tokens": [],
    });
    for (name, value) in changes.as_object().unwrap() {
        if value == "(none)" {
            response.as_object_mut().unwrap().remove(name);
        } else {
            response[name] = value.clone();
        }
    }
    response
}

/// The outcome of a run whose refresh gets this response, in full or as JSON.
fn refreshed_by(user: &User, fault: Fault) -> Outcome {
    user.expire_token_in(0);
    user.sandbox.clear_requests();
    user.sandbox.add_fault(fault);
    let outcome = user.run(["-v", "--profile", "groups"]).never_says("rotated-secret");
    assert!(user.requests().contains(&TOKEN.to_owned()));
    user.sandbox.clear_faults();
    outcome
}

#[test]
fn a_new_refresh_token_is_stored_whatever_is_beside_it() {
    let user = User::logged_in();
    // The sandbox does not know the access token of these responses, so a run that uses it needs a login.
    let (accepted, refused) = (3, 1);
    for (changes, code, odd) in [
        (json!({ "other_tokens": null }), accepted, None),
        (json!({ "other_tokens": "(none)" }), accepted, None),
        (json!({ "other_tokens": "none" }), accepted, Some("`other_tokens`")),
        (json!({ "other_tokens": [null, 5] }), accepted, Some("`other_tokens[0]`, `other_tokens[1]`")),
        (
            json!({ "other_tokens": [{ "access_token": null }] }),
            accepted,
            Some("`other_tokens[0].token_type`, `other_tokens[0].access_token`"),
        ),
        (json!({ "expires_in": "3600" }), accepted, None),
        (json!({ "expires_in": 3600.5 }), accepted, None),
        (json!({ "expires_in": -1 }), accepted, Some("`expires_in`")),
        (json!({ "expires_in": "soon" }), accepted, Some("`expires_in`")),
        (json!({ "expires_in": "(none)" }), accepted, Some("`expires_in`")),
        (json!({ "token_type": null }), accepted, Some("`token_type`")),
        (json!({ "token_type": "(none)" }), accepted, Some("`token_type`")),
        (json!({ "token_type": "mac" }), refused, None),
        (json!({ "scope": "(none)" }), accepted, None),
        (json!({ "scope": null }), accepted, None),
        (json!({ "scope": [SCOPE, "email"] }), accepted, None),
        (json!({ "scope": { "all": true } }), accepted, Some("`scope`")),
        (json!({ "resource_server": "(none)" }), accepted, Some("`resource_server`")),
        (json!({ "resource_server": 5 }), accepted, Some("`resource_server`")),
        (json!({ "resource_server": "transfer.api.globus.org" }), refused, None),
        (json!({ "id_token": { "not": "valid" } }), accepted, Some("`id_token`")),
        (json!({ "id_token": "x.y.z" }), accepted, None),
        (json!({ "access_token": "(none)" }), refused, Some("`access_token`")),
        (json!({ "access_token": ["fresh"] }), refused, Some("`access_token`")),
        (json!({ "access_token": "two words" }), refused, None),
        (json!({ "access_token": "fresh\nX-Injected: yes" }), refused, None),
        (json!({ "error": "none", "unknown": { "field": 1 } }), accepted, None),
    ] {
        let outcome = refreshed_by(&user, Fault::json(TOKEN_PATH, 200, response(&changes)));
        assert_eq!(user.token()["refresh_token"], "rotated-secret", "{changes}");
        assert_eq!(outcome.stderr.matches("missing or odd fields").count(), usize::from(odd.is_some()));
        let outcome = outcome.code(code).says([odd.unwrap_or_default()]);
        if code == refused {
            outcome.says(["Globus Auth sent an unusable response: "]).never_says("X-Injected");
            assert_ne!(user.token()["access_token"], changes["access_token"]);
        } else {
            assert_eq!(user.token()["access_token"], "fresh", "{changes}");
        }
        user.edit_token(|token| token["refresh_token"] = "another".into());
    }
}

#[test]
fn a_new_refresh_token_is_stored_from_any_success_and_any_text_that_holds_it() {
    let user = User::logged_in();
    let fine = response(&json!({})).to_string();
    for (status, text) in [
        (201, fine.clone()),
        (203, fine.clone()),
        (200, format!("\u{feff}{fine}")),
        (200, format!("{fine}\n<!-- a proxy was here -->")),
        (200, fine.replace("3600", "1e999")),
        (200, fine.replace("\"other_tokens\":[]", "\"other_tokens\":[],\"name\":\"\\ud800\"")),
        (200, fine.replacen('{', "{\"expires_in\":1,\"refresh_token\":\"first\",", 1)),
    ] {
        refreshed_by(&user, Fault::text(TOKEN_PATH, status, &text)).code(3);
        let token = user.token();
        assert_eq!(
            (&token["refresh_token"], &token["access_token"]),
            (&"rotated-secret".into(), &"fresh".into())
        );
        user.edit_token(|token| token["refresh_token"] = "another".into());
    }
}

#[test]
fn a_refresh_that_grants_less_is_told() {
    let user = User::logged_in();
    refreshed_by(&user, Fault::json(TOKEN_PATH, 200, response(&json!({ "scope": "email" })))).says([
        &format!("warning: the refreshed token no longer has {SCOPE}; a profile that needs that has to log in again"),
    ]);
    assert_eq!(user.token()["refresh_token"], "rotated-secret");
}

#[test]
fn tokens_of_other_services_that_come_along_do_no_harm() {
    let user = User::logged_in();
    let mut tokens = user.tokens();
    let transfer = json!({
        "resource_server": "transfer.api.globus.org", "scope": "all", "access_token": "theirs",
        "refresh_token": "their-refresh-token", "expires_at_seconds": 1
    });
    tokens["data"]["DEFAULT"]["transfer.api.globus.org"] = transfer.clone();
    user.write(".list-my-globus-groups-tokens.json", &tokens.to_string());
    let other = |more: Value| {
        let mut other =
            json!({ "access_token": "new", "token_type": "Bearer", "expires_in": 1, "scope": "all" });
        other["resource_server"] = "transfer.api.globus.org".into();
        other.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        Fault::json(TOKEN_PATH, 200, response(&json!({ "other_tokens": [other] })))
    };
    let stored = || user.tokens()["data"]["DEFAULT"]["transfer.api.globus.org"].clone();
    // An access token alone is worth less than the refresh token that is stored.
    refreshed_by(&user, other(json!({}))).code(3);
    assert_eq!(stored(), transfer);
    refreshed_by(&user, other(json!({ "refresh_token": "newer" }))).code(3);
    assert_eq!(stored()["refresh_token"], "newer");
}

#[test]
fn a_response_that_breaks_off_keeps_the_old_refresh_token() {
    let user = User::logged_in();
    let before = user.token()["refresh_token"].clone();
    refreshed_by(&user, Fault::truncated(TOKEN_PATH)).code(0);
    refreshed_by(&user, Fault::cut(TOKEN_PATH)).code(0);
    let whole = response(&json!({})).to_string();
    let unfinished = whole.find("rotated-secret").unwrap() + "rotated-secret".len();
    refreshed_by(&user, Fault::text(TOKEN_PATH, 200, &whole[..unfinished]))
        .code(1)
        .says(["Globus Auth sent an unusable response: it is not a JSON object"]);
    assert_eq!(user.token()["refresh_token"], before);
}

#[test]
fn a_new_refresh_token_is_stored_from_a_response_that_is_broken_elsewhere() {
    let user = User::logged_in();
    let whole = response(&json!({})).to_string();
    let finished = whole.find("rotated-secret").unwrap() + "rotated-secret\"".len();
    let others = whole.replace("\"other_tokens\":[]", "\"other_tokens\":[{]");
    for broken in [&whole[..finished], &whole[..whole.len() - 1], &whole.replace("3600", "36 00"), &others] {
        refreshed_by(&user, Fault::text(TOKEN_PATH, 200, broken))
            .code(1)
            .stdout("")
            .says(["Globus Auth sent an unusable response: it is not a JSON object"]);
        let token = user.token();
        assert_eq!(token["refresh_token"], "rotated-secret", "{broken}");
        assert_ne!(token["access_token"], "fresh");
        user.edit_token(|token| token["refresh_token"] = "another".into());
    }
}

#[test]
fn a_login_with_odd_fields_is_used_or_revoked() {
    let user = User::new();
    let log_in = |changes: &Value| {
        user.sandbox.clear_requests();
        let mut terminal = user.terminal(["login", "groups", "--paste"]);
        let code = user.sandbox.approve(&terminal.login_url()).unwrap();
        let mut response = response(changes);
        response["scope"] =
            "urn:globus:auth:scope:groups.api.globus.org:view_my_groups_and_memberships".into();
        user.sandbox.add_fault(Fault::json(TOKEN_PATH, 200, response));
        terminal.type_line(&code).wait_for_end().never_says("rotated-secret")
    };
    for changes in [json!({ "access_token": "two words" }), json!({ "resource_server": null })] {
        log_in(&changes).code(1).says(["Globus Auth sent an unusable response: "]);
        assert!(!user.token_file().exists());
        let revoked = user.requests().iter().filter(|request| request.ends_with("/revoke")).count();
        assert_eq!(revoked, if changes.get("access_token").is_some() { 1 } else { 2 });
    }
    log_in(&json!({ "other_tokens": null, "expires_in": "60" })).code(0);
    assert_eq!(user.token()["refresh_token"], "rotated-secret");
}

#[test]
fn a_stored_access_token_that_can_not_be_sent_is_refreshed() {
    let user = User::logged_in();
    for odd in ["", "two words", "a\r\nX-Injected: yes", "a\u{0}b"] {
        user.edit_token(|token| token["access_token"] = odd.into());
        user.sandbox.clear_requests();
        user.run(["--profile", "groups"]).code(0).stderr("");
        assert_eq!(user.requests().first().map(String::as_str), Some(TOKEN));
    }
    user.profile("online", "[auth]\nrefresh_tokens = false");
    user.edit_token(|token| {
        token["access_token"] = "two words".into();
        token["refresh_token"] = Value::Null;
    });
    user.run(["--profile", "./online.toml"])
        .code(3)
        .says(["the stored access token holds a character that no access token has"]);
    assert_eq!(user.requests(), [""; 0]);
}
