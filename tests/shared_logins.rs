//! Several profiles on one token file: no login for one takes anything from another.

use serde_json::Value;
use url::Url;

use crate::support::{MY_GROUPS, Outcome, TOKEN, User};

const VIEW: &str = "urn:globus:auth:scope:groups.api.globus.org:view_my_groups_and_memberships";
const ALL: &str = "urn:globus:auth:scope:groups.api.globus.org:all";
const TRANSFER: &str = "urn:globus:auth:scope:transfer.api.globus.org:all";
const SEARCH: &str = "urn:globus:auth:scope:search.api.globus.org:search";

/// Logs in for a profile, and returns the scopes that the login requested.
fn log_in<const N: usize>(user: &User, arguments: [&str; N]) -> Vec<String> {
    let mut terminal = user.terminal(arguments);
    let url = terminal.login_url();
    terminal.type_line(&user.sandbox.approve(&url).unwrap()).wait_for_end().code(0);
    user.requests();
    scopes_in(&url)
}

fn scopes_in(url: &Url) -> Vec<String> {
    let scope = url.query_pairs().find(|(name, _)| name == "scope").unwrap().1.into_owned();
    scope.split(' ').map(str::to_owned).collect()
}

fn stored_scopes(user: &User, server: &str) -> Vec<String> {
    let scope = user.tokens()["data"]["DEFAULT"][server]["scope"].as_str().unwrap_or_default().to_owned();
    scope.split_whitespace().map(str::to_owned).collect()
}

#[test]
fn a_login_requests_what_is_stored_together_with_what_is_missing() {
    let user = User::new();
    user.profile_with_scopes("wide", &[ALL, TRANSFER], "");
    user.profile_with_scopes("other", &["openid", VIEW], "");
    assert_eq!(log_in(&user, ["login", "./wide.toml", "--paste"]), [ALL, TRANSFER]);
    assert_eq!(log_in(&user, ["login", "./other.toml", "--paste"]), ["openid", VIEW, ALL, TRANSFER]);
    // No profile has lost its scopes to the other.
    user.run(["--profile", "./wide.toml"]).code(0).stderr("");
    user.run(["--profile", "./other.toml"]).code(0).stderr("");
    assert_eq!(stored_scopes(&user, "groups.api.globus.org"), [VIEW, ALL]);
}

#[test]
fn a_login_in_a_run_keeps_the_scopes_of_the_other_profiles_too() {
    let user = User::new();
    user.profile_with_scopes("wide", &[VIEW, TRANSFER, SEARCH], "");
    log_in(&user, ["login", "./wide.toml", "--paste"]);
    user.sandbox.revoke_all();
    user.expire_token_in(0);
    let mut terminal = user.terminal(["--profile", "groups"]);
    let url = terminal.login_url();
    assert_eq!(scopes_in(&url), [VIEW, SEARCH, TRANSFER]);
    terminal.type_line(&user.sandbox.approve(&url).unwrap());
    terminal
        .wait_for_end()
        .code(0)
        .says([&format!("also requests what is stored for other profiles: {SEARCH} {TRANSFER}")]);
    user.run(["--profile", "./wide.toml"]).code(0).stderr("");
}

#[test]
fn consents_below_a_stored_scope_outlive_the_login_of_another_profile() {
    let user = User::new();
    user.profile_with_scopes("deep", &["openid", &format!("{VIEW}[email *profile]")], "");
    log_in(&user, ["login", "./deep.toml", "--paste"]);
    assert_eq!(log_in(&user, ["login", "groups", "--paste"]), [VIEW, "openid"]);
    user.run(["--profile", "./deep.toml"]).code(0).stderr("");
}

#[test]
fn scopes_of_other_clients_issuers_and_namespaces_are_not_requested() {
    let user = User::new();
    user.profile_with_scopes("wide", &[VIEW, TRANSFER, SEARCH], "");
    log_in(&user, ["login", "./wide.toml", "--paste"]);
    let mut tokens = user.tokens();
    let stored = &mut tokens["data"]["DEFAULT"];
    stored["transfer.api.globus.org"]["client_id"] = "00000000-2222-4333-8444-555555555555".into();
    stored["search.api.globus.org"]["auth_url"] = "http://127.0.0.1:1/".into();
    tokens["data"]["other"]["auth.globus.org"] = tokens["data"]["DEFAULT"]["transfer.api.globus.org"].clone();
    user.write(".list-my-globus-groups-tokens.json", &tokens.to_string());
    assert_eq!(log_in(&user, ["login", "groups", "--paste"]), [VIEW]);
    // Tokens of other resource servers stay as they are.
    for server in ["transfer.api.globus.org", "search.api.globus.org"] {
        assert_eq!(user.tokens()["data"]["DEFAULT"][server], tokens["data"]["DEFAULT"][server]);
    }
    assert_eq!(user.tokens()["data"]["other"], tokens["data"]["other"]);
}

#[test]
fn a_stored_scope_that_globus_refuses_is_named_and_force_leaves_it_out() {
    let user = User::logged_in();
    let gone = "urn:globus:auth:scope:groups.api.globus.org:no_longer_there";
    user.edit_token(|token| token["scope"] = format!("{VIEW} {gone}").into());
    let mut terminal = user.terminal(["login", "groups", "--paste"]);
    let refused = user.sandbox.approve(&terminal.login_url()).unwrap_err();
    assert!(refused.to_string().contains(gone), "{refused}");
    terminal.press_control('d').wait_for_end().code(3).says([
        &format!("also requests what is stored for other profiles: {gone}"),
        "If Globus refuses that, use `runner login groups --force`",
    ]);
    assert_eq!(log_in(&user, ["login", "groups", "--paste", "--force"]), [VIEW]);
    assert_eq!(log_in(&user, ["login", "groups", "--paste"]), [VIEW]);
}

#[test]
fn a_refusal_in_the_callback_names_the_stored_scopes_too() {
    let user = User::new();
    user.profile_with_scopes("wide", &[VIEW, TRANSFER], "");
    log_in(&user, ["login", "./wide.toml", "--paste"]);
    let mut terminal = user.terminal(["login", "groups", "--paste"]);
    let url = terminal.login_url();
    let value = |name: &str| url.query_pairs().find(|(key, _)| key == name).unwrap().1.into_owned();
    let (redirect, state) = (value("redirect_uri"), value("state"));
    let page = format!("{redirect}?error=invalid_scope&error_description=unknown+scope&state={state}");
    terminal.type_line(&page).wait_for_end().code(3).says([
        "unknown scope",
        &format!("if a stored scope was refused ({TRANSFER}), `runner login groups --force` requests only the profile's"),
    ]);
}

#[test]
fn a_scope_that_covers_another_is_enough_for_it() {
    let user = User::new();
    user.profile_with_scopes("wide", &["openid", ALL], "");
    log_in(&user, ["login", "./wide.toml", "--paste"]);
    user.run(["--profile", "groups"]).code(0).stderr("");
    assert_eq!(user.requests(), [MY_GROUPS]);
    user.run(["status", "groups"]).code(0);
    // Consents, too.
    user.profile_with_scopes("deep", &["openid", &format!("{VIEW}[email]")], "");
    user.run(["--profile", "./deep.toml"]).code(3).says([&format!("consents are missing for {VIEW}[email]")]);
    user.profile_with_scopes("wide", &["openid", &format!("{ALL}[email]")], "");
    log_in(&user, ["login", "./wide.toml", "--paste"]);
    user.run(["--profile", "./deep.toml"]).code(0).stderr("");
}

#[test]
fn a_narrower_scope_is_not_enough() {
    let user = User::logged_in();
    user.profile_with_scopes("wide", &[ALL], "");
    user.run(["--profile", "./wide.toml"]).code(3).says([&format!("lack the scope {ALL}")]);
}

#[test]
fn a_service_that_requires_a_narrower_scope_takes_the_covering_one() {
    let user = User::new();
    user.profile_with_scopes("wide", &[ALL], "");
    log_in(&user, ["login", "./wide.toml", "--paste"]);
    user.sandbox.set_requirements(serde_json::json!({ "required_scopes": [VIEW] })).unwrap();
    user.run(["--profile", "./wide.toml"]).code(0).stderr("");
    assert_eq!(user.requests(), [MY_GROUPS]);
}

#[test]
fn a_login_that_began_before_another_says_what_it_replaces() {
    let user = User::new();
    user.profile_with_scopes("wide", &[ALL, TRANSFER], "");
    let mut narrow = user.terminal(["login", "groups", "--paste"]);
    let url = narrow.login_url();
    log_in(&user, ["login", "./wide.toml", "--paste"]);
    narrow.type_line(&user.sandbox.approve(&url).unwrap());
    narrow
        .wait_for_end()
        .code(0)
        .says([&format!("the new login replaces one with {ALL}; a profile that needs that")]);
    // The next login requests both.
    assert_eq!(log_in(&user, ["login", "./wide.toml", "--paste"]), [ALL, TRANSFER, VIEW]);
    user.run(["--profile", "groups"]).code(0).stderr("");
}

const CLIENT: (&str, &str) = ("4f1b2c3d-8e7a-4d5c-b6f0-9a8e7d6c5b4a", "sandbox-secret-not-for-real-use");

/// Writes a profile for a service account.
fn service_account(user: &User, name: &str, scopes: &[&str]) {
    let text = format!(
        "client_id = {:?}\nscopes = {scopes:?}\nstorage = \"~/.list-my-globus-groups-tokens.json\"\n\
         template = \"groups.csv.hbs\"\n[auth]\nclient_secret = {{ env = \"SECRET\" }}\n",
        CLIENT.0
    );
    user.write(&format!("{name}.toml"), &text);
}

fn with_secret<const N: usize>(user: &User, arguments: [&str; N]) -> Outcome {
    Outcome::of(user.command(arguments).env("SECRET", CLIENT.1))
}

#[test]
fn service_accounts_that_share_a_file_keep_their_scopes() {
    let user = User::new();
    service_account(&user, "wide", &[ALL, TRANSFER]);
    service_account(&user, "narrow", &[VIEW]);
    with_secret(&user, ["login", "./wide.toml"]).code(0);
    with_secret(&user, ["login", "./narrow.toml"]).code(0);
    assert_eq!(stored_scopes(&user, "groups.api.globus.org"), [VIEW, ALL]);
    user.expire_token_in(0);
    with_secret(&user, ["--profile", "./narrow.toml"]).code(0).stderr("");
    user.requests();
    with_secret(&user, ["--profile", "./wide.toml"]).code(0).stderr("");
    assert_eq!(user.requests(), [MY_GROUPS]);
}

#[test]
fn what_is_wrong_with_the_secret_of_one_profile_stops_no_other() {
    for (name, value) in [("MISSING", ""), ("WRONG", "not-the-secret")] {
        let user = User::new();
        for profile in ["bad", "good"] {
            service_account(&user, profile, &[VIEW]);
            let output = format!("[output]\npath = \"{profile}.csv\"\n");
            user.write(&format!("{profile}.toml"), &(user.read(&format!("{profile}.toml")) + &output));
        }
        user.write("bad.toml", &user.read("bad.toml").replace("\"SECRET\"", &format!("{name:?}")));
        let mut command = user.command(["run", "./bad.toml", "./good.toml"]);
        command.env("SECRET", CLIENT.1);
        if !value.is_empty() {
            command.env(name, value);
        }
        let outcome = Outcome::of(&mut command);
        assert_ne!(outcome.code, Some(0), "{outcome:#?}");
        outcome.says(["error: ./bad.toml: failed: ", "note: ./good.toml: written"]);
    }
}

#[test]
fn a_stored_scope_that_globus_refuses_ends_no_service_account() {
    let user = User::new();
    service_account(&user, "export", &[VIEW]);
    with_secret(&user, ["login", "./export.toml"]).code(0);
    let gone = "urn:globus:auth:scope:groups.api.globus.org:no_longer_there";
    user.edit_token(|token| token["scope"] = format!("{VIEW} {gone}").into());
    user.expire_token_in(0);
    user.requests();
    with_secret(&user, ["--profile", "./export.toml"])
        .code(0)
        .says([&format!("warning: Globus Auth refused a stored scope ({gone})")]);
    assert_eq!(user.requests(), [TOKEN, TOKEN, MY_GROUPS]);
    user.expire_token_in(0);
    with_secret(&user, ["--profile", "./export.toml"]).code(0).stderr("");
    assert_ne!(user.token()["scope"], Value::Null);
}

#[test]
fn a_service_account_leaves_the_token_of_a_person_alone() {
    let user = User::new();
    service_account(&user, "wide", &[VIEW, TRANSFER]);
    service_account(&user, "narrow", &[VIEW]);
    with_secret(&user, ["login", "./wide.toml"]).code(0);
    let mut tokens = user.tokens();
    let transfer = &mut tokens["data"]["DEFAULT"]["transfer.api.globus.org"];
    transfer["identity_id"] = "a6e8f3b2-1c4d-4e8a-9b7f-0d5c2e1a3f48".into();
    let transfer = transfer.clone();
    user.write(".list-my-globus-groups-tokens.json", &tokens.to_string());
    with_secret(&user, ["login", "./narrow.toml"]).code(0);
    assert_eq!(user.tokens()["data"]["DEFAULT"]["transfer.api.globus.org"], transfer);
}
