//! Responses that no healthy service sends: endless, enormous, or not quite text.

use globus_sandbox::Fault;
use serde_json::json;

use crate::support::{MY_GROUPS, Outcome, Server, User};

const GROUPS_PATH: &str = "/v2/groups/my_groups";
const TOKEN_PATH: &str = "/v2/oauth2/token";

#[test]
fn one_enormous_group_ends_the_run() {
    let user = User::logged_in();
    let name = "x".repeat(17 * 1024 * 1024);
    user.sandbox.set_groups(vec![json!({ "id": "1", "name": name })]);
    user.run(["--profile", "groups"]).code(1).stdout("").says(["Globus Groups", "larger than 16 MiB"]);
}

#[test]
fn the_status_of_an_error_counts_however_long_its_body() {
    let user = User::logged_in();
    let long = json!({ "detail": "x".repeat(2 * 1024 * 1024) });
    user.sandbox.add_fault(Fault::json(GROUPS_PATH, 403, long.clone()));
    user.run(["--profile", "groups"]).code(1).stdout("").says(["refused the request with status 403"]);
    user.sandbox.clear_requests();

    user.sandbox.add_fault(Fault::json(GROUPS_PATH, 503, long).times(1).retry_after("0"));
    user.run(["--profile", "groups"]).code(0).stderr("");
    assert_eq!(user.requests(), [MY_GROUPS; 2]);
}

#[test]
fn half_a_character_is_replaced_and_told() {
    let body = r#"[{"id": "1", "name": "a\ud800b \ud83d\ude00", "my_memberships": []}]"#;
    let response = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let server = Server::saying(response.leak());
    let user = User::logged_in();
    let mut command = user.command(["--profile", "groups"]);
    Outcome::of(command.env("GLOBUS_SDK_SERVICE_URL_GROUPS", &server.url))
        .code(0)
        .stdout("ID,Name,Roles\n1,\"a\u{fffd}b 😀\",\n")
        .says(["warning", "lone surrogate", "number 1 of the groups"]);
}

#[test]
fn a_token_that_a_service_quotes_is_not_shown() {
    let user = User::logged_in();
    let text = |name: &str| user.token()[name].as_str().unwrap().to_owned();
    let (access, refresh) = (text("access_token"), text("refresh_token"));
    let denied = json!({ "errors": [{ "detail": format!("Authorization: Bearer {access} denied") }] });
    for body in [denied.to_string(), format!("<p>Bearer {access} denied")] {
        user.sandbox.add_fault(Fault::text(GROUPS_PATH, 403, &body).times(1));
        user.run(["-vv", "--profile", "groups"]).code(1).says(["Bearer *** denied"]).never_says(&access);
    }

    user.expire_token_in(0);
    let quoted = format!("bad refresh_token={refresh} client");
    for (body, says) in [
        (json!({ "error": "invalid_request", "error_description": quoted }), "bad refresh_token=*** client"),
        (json!({ "error": refresh }), "refused the request: ***"),
        (json!({ "error": format!("{}\u{0}{}", &refresh[..5], &refresh[5..]) }), "refused the request: ***"),
        (json!({ "error": "invalid_grant", "error_description": quoted }), "bad refresh_token=*** client"),
    ] {
        let code = if body["error"] == "invalid_grant" { 3 } else { 1 };
        user.sandbox.add_fault(Fault::json(TOKEN_PATH, 400, body).times(1));
        user.run(["-vv", "--profile", "groups"]).code(code).says([says]).never_says(&refresh);
    }
}

#[test]
fn a_code_that_globus_auth_quotes_is_not_shown() {
    let user = User::new();
    let mut terminal = user.terminal(["login", "groups", "--paste"]);
    let code = user.sandbox.approve(&terminal.login_url()).unwrap();
    let body = json!({ "error": "invalid_request", "error_description": format!("no such code: {code}.") });
    user.sandbox.add_fault(Fault::json(TOKEN_PATH, 400, body).times(1));
    // The terminal shows what is typed, but the message does not.
    terminal.type_line(&code).wait_for_end().code(1).says(["no such code: ***."]);
}

#[test]
fn a_redirect_is_told_and_not_followed() {
    let user = User::logged_in();
    let server = Server::saying(
        "HTTP/1.1 302 Found\r\nlocation: https://elsewhere.example/login?x=1\r\ncontent-length: 0\r\n\r\n",
    );
    let mut command = user.command(["--profile", "groups"]);
    Outcome::of(command.env("GLOBUS_SDK_SERVICE_URL_GROUPS", &server.url)).code(1).says([
        "Globus Groups refused the request with status 302: it redirects to elsewhere.example, where no token",
    ]);
    assert_eq!(server.heads().len(), 1);
}

/// The template reads `id`, `name` and `roles`; what else is wrong in a group counts all the same.
#[test]
fn what_no_template_reads_must_be_right_too() {
    let user = User::logged_in();
    let deep = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    let respond = |value: &str| {
        let body = format!(r#"[{{"id": "1", "unread": {value}, "name": "A", "my_memberships": []}}]"#);
        user.sandbox.add_fault(Fault::text(GROUPS_PATH, 200, &body).times(1));
        user.run(["--profile", "groups"])
    };
    for wrong in ["1e999", "tru", "01", "[1,]", "{\"a\":}", "\"\u{1}\"", r#""\x""#, "'x'", &deep(130)] {
        respond(wrong).code(1).stdout("").says(["not a list of groups: number 1 is not JSON"]);
    }
    for right in ["18446744073709551616", "1e-999", "{\"a\":1,\"a\":2}", "\"\u{7f}\u{feff}\"", &deep(120)] {
        respond(right).code(0).stdout("ID,Name,Roles\n1,\"A\",\n").stderr("");
    }
    respond(r#""\udc00""#).code(0).says(["lone surrogate"]);
    respond(r#"1, "id": "2", "my_memberships": [{"role": "admin"}], "id": "3""#)
        .code(0)
        .stdout("ID,Name,Roles\n3,\"A\",\n");
}
