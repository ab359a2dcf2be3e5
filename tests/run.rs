//! The main job: the requests, and the output.

use globus_sandbox::RefreshTokenPolicy;
use serde_json::{Value, json};

use crate::support::{MY_GROUPS, TOKEN, User};

fn group(id: &str, name: &str, roles: &[&str]) -> Value {
    let memberships: Vec<Value> =
        roles.iter().map(|role| json!({ "role": role, "status": "active", "group_id": id })).collect();
    json!({ "id": id, "name": name, "my_memberships": memberships })
}

#[test]
fn prints_the_csv_of_the_script_it_replaces() {
    let user = User::logged_in();
    user.sandbox.set_groups(vec![
        group("0001", "Physics", &["member"]),
        group("0002", "Ocean Modeling 2", &["admin", "member"]),
    ]);
    let expected = "ID,Name,Roles\n0001,\"Physics\",member\n0002,\"Ocean Modeling 2\",admin|member\n";
    user.run(["--profile", "groups"]).code(0).stdout(expected).stderr("");
    user.run(["-p", "groups"]).code(0).stdout(expected);
    user.run(["run", "groups"]).code(0).stdout(expected);
}

#[test]
fn roles_are_sorted_and_unique_and_quotes_doubled() {
    let user = User::logged_in();
    user.sandbox.set_groups(vec![group("1", "The \"A\", team", &["member", "admin", "member", "manager"])]);
    let expected = "ID,Name,Roles\n1,\"The \"\"A\"\", team\",admin|manager|member\n";
    user.run(["--profile", "groups"]).code(0).stdout(expected);
}

#[test]
fn an_empty_list_of_groups_is_valid() {
    let user = User::logged_in();
    user.sandbox.set_groups(vec![]);
    user.run(["--profile", "groups"]).code(0).stdout("ID,Name,Roles\n").stderr("");
}

#[test]
fn a_second_run_sends_one_request() {
    let user = User::logged_in();
    user.run(["--profile", "groups"]).code(0).stderr("");
    assert_eq!(user.requests(), [MY_GROUPS]);
}

#[test]
fn an_access_token_is_refreshed_within_a_minute_of_its_end() {
    let user = User::logged_in();
    user.expire_token_in(90);
    user.run(["--profile", "groups"]).code(0);
    assert_eq!(user.requests(), [MY_GROUPS]);

    user.expire_token_in(55);
    let before = user.token();
    user.run(["--profile", "groups"]).code(0).stderr("");
    assert_eq!(user.requests(), [TOKEN, MY_GROUPS]);

    let after = user.token();
    assert_ne!(after["access_token"], before["access_token"]);
    assert_eq!(after["refresh_token"], before["refresh_token"]);
    assert_eq!(after["identity_id"], before["identity_id"]);
    assert!(after["expires_at_seconds"].as_i64() > before["expires_at_seconds"].as_i64());

    user.run(["--profile", "groups"]).code(0);
    assert_eq!(user.requests(), [MY_GROUPS]);
}

#[test]
fn a_refreshed_token_keeps_its_identity() {
    let user = User::new();
    let profile =
        include_str!("../profiles/groups.toml").replace("scopes      = [", "scopes = [\"openid\", ");
    user.write("openid.toml", &profile);
    let mut terminal = user.terminal(["--profile", "./openid.toml"]);
    terminal.paste_code(&user.sandbox);
    terminal.wait_for_end().code(0);
    let identity = user.token()["identity_id"].clone();
    assert!(identity.is_string(), "{identity}");

    user.expire_token_in(0);
    user.run(["--profile", "./openid.toml"]).code(0);
    assert_eq!(user.token()["identity_id"], identity);
}

#[test]
fn a_refresh_token_that_is_left_out_stays() {
    let user = User::logged_in();
    user.sandbox.set_refresh_tokens(RefreshTokenPolicy::Omit);
    let before = user.token()["refresh_token"].clone();
    for _ in 0..2 {
        user.expire_token_in(0);
        user.run(["--profile", "groups"]).code(0).stderr("");
        assert_eq!(user.token()["refresh_token"], before);
    }
}

#[test]
fn a_rotated_refresh_token_is_kept() {
    let user = User::logged_in();
    user.sandbox.set_refresh_tokens(RefreshTokenPolicy::Rotate);
    let before = user.token()["refresh_token"].clone();
    for _ in 0..3 {
        user.expire_token_in(0);
        user.run(["--profile", "groups"]).code(0);
    }
    assert_ne!(user.token()["refresh_token"], before);
}

#[test]
fn a_rejected_token_is_refreshed_once() {
    let user = User::logged_in();
    user.sandbox.expire_access_tokens();
    user.run(["--profile", "groups"]).code(0).stderr("");
    assert_eq!(user.requests(), [MY_GROUPS, TOKEN, MY_GROUPS]);
}

#[test]
fn what_the_service_adds_reaches_the_template() {
    let user = User::logged_in();
    user.profile("new", "").pop();
    let profile = include_str!("../profiles/groups.toml").replace("groups.csv.hbs", "new.txt.hbs");
    user.write("new.toml", &profile);
    user.write("new.txt.hbs", "{{#each groups}}{{color}}{{/each}}");
    let mut group = group("1", "A", &["member"]);
    group["color"] = "green".into();
    user.sandbox.set_groups(vec![group]);
    user.run(["--profile", "./new.toml"]).code(0).stdout("green");
}

#[test]
fn a_response_that_is_not_a_list_of_groups_is_an_error() {
    let user = User::logged_in();
    user.sandbox.set_groups(vec![json!({ "id": "1" })]);
    user.run(["--profile", "groups"]).code(1).stdout("").says(["number 1 has no `name` that is text"]);
    user.sandbox.set_groups(vec![json!(7)]);
    user.run(["--profile", "groups"]).code(1).stdout("").says(["not a list"]);
}
