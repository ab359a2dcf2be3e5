//! Logging in: at a terminal, and never without one.

use std::collections::HashMap;

use crate::support::{MY_GROUPS, TOKEN, User, mode};

#[test]
fn the_first_run_at_a_terminal_asks_for_a_code_and_stores_the_tokens() {
    let user = User::new();
    let mut terminal = user.terminal(["--profile", "groups"]);
    let url = terminal.login_url();
    let code = user.sandbox.approve(&url).unwrap();
    let outcome = terminal.type_line(&code).wait_for_end().code(0);

    assert!(outcome.stdout.starts_with("ID,Name,Roles\n"), "{outcome:#?}");
    assert!(outcome.stderr.contains("Log in to Globus"), "{outcome:#?}");
    assert_eq!(user.requests(), [TOKEN, MY_GROUPS]);
    assert_eq!(mode(&user.token_file()), 0o600);
    assert!(user.token()["refresh_token"].is_string());
}

#[test]
fn the_address_asks_for_what_globus_requires() {
    let user = User::new();
    let mut terminal = user.terminal(["--profile", "groups"]);
    let url = terminal.login_url();
    terminal.press_control('c').wait_for_end().code(130);

    let query: HashMap<String, String> = url.query_pairs().into_owned().collect();
    assert!(url.path().ends_with("/v2/oauth2/authorize"));
    assert_eq!(query["client_id"], "61338d24-54d5-408f-a10d-66c06b59f6d2");
    assert!(query["redirect_uri"].ends_with("/v2/web/auth-code"));
    assert_eq!(query["scope"], "urn:globus:auth:scope:groups.api.globus.org:view_my_groups_and_memberships");
    assert_eq!(query["response_type"], "code");
    assert_eq!(query["code_challenge_method"], "S256");
    assert_eq!(query["code_challenge"].len(), 43);
    assert_eq!(query["access_type"], "offline");
    assert!(query["state"].len() >= 16);
    let label = &query["prefill_named_grant"];
    assert!(label.starts_with("runner groups on ") && label.len() > "runner groups on ".len(), "{label}");
}

#[test]
fn state_and_challenge_are_new_each_time() {
    let user = User::new();
    let secrets = || {
        let mut terminal = user.terminal(["--profile", "groups"]);
        let url = terminal.login_url();
        terminal.press_control('c').wait_for_end();
        let query: HashMap<String, String> = url.query_pairs().into_owned().collect();
        [query["state"].clone(), query["code_challenge"].clone()]
    };
    let (first, second) = (secrets(), secrets());
    assert!(first[0] != second[0] && first[1] != second[1]);
}

#[test]
fn no_refresh_tokens_means_online_access() {
    let user = User::new();
    user.profile("online", "[auth]\nrefresh_tokens = false");
    let mut terminal = user.terminal(["--profile", "./online.toml"]);
    let url = terminal.login_url();
    assert!(url.query_pairs().any(|(name, value)| name == "access_type" && value == "online"));
    let code = user.sandbox.approve(&url).unwrap();
    terminal.type_line(&code).wait_for_end().code(0);
    assert!(user.token()["refresh_token"].is_null());

    user.run(["--profile", "./online.toml"]).code(0);
    user.expire_token_in(30);
    user.run(["--profile", "./online.toml"]).code(3).says(["has expired and there is no refresh token"]);
}

#[test]
fn a_wrong_code_can_be_typed_again() {
    let user = User::new();
    let mut terminal = user.terminal(["--profile", "groups"]);
    let url = terminal.login_url();
    terminal.type_line("").shows("No code was given.").shows("Code: ");
    terminal.type_line("not-the-code").shows("was rejected").shows("Code: ");
    let code = user.sandbox.approve(&url).unwrap();
    terminal.type_line(&format!("  {code}  ")).wait_for_end().code(0);
}

#[test]
fn three_wrong_codes_end_the_login() {
    let user = User::new();
    let mut terminal = user.terminal(["--profile", "groups"]);
    for _ in 0..3 {
        terminal.shows("Code: ").type_line("wrong");
    }
    terminal.wait_for_end().code(3).stdout("").says(["the login failed"]);
    assert!(!user.token_file().exists());
}

#[test]
fn the_address_of_the_code_page_can_be_pasted_whole() {
    let user = User::new();
    let mut terminal = user.terminal(["--profile", "groups"]);
    let url = terminal.login_url();
    let query: HashMap<String, String> = url.query_pairs().into_owned().collect();
    let code = user.sandbox.approve(&url).unwrap();
    let page = |state: &str| format!("{}?code={code}&state={state}", query["redirect_uri"]);
    terminal.type_line(&page("of-another-login")).shows("belongs to another login").shows("Code: ");
    terminal.type_line(&page(&query["state"])).wait_for_end().code(0);
}

#[test]
fn the_end_of_the_input_cancels_the_login() {
    let user = User::new();
    let mut terminal = user.terminal(["--profile", "groups"]);
    terminal.shows("Code: ").press_control('d');
    terminal.wait_for_end().code(3).stdout("").says(["cancelled"]);
}

#[test]
fn without_a_terminal_and_tokens_it_says_what_to_run() {
    let user = User::new();
    user.run(["--profile", "groups"]).code(3).stdout("").stderr(&format!(
        "error: a login is needed: no tokens are stored in `{}`, and there is no terminal\n  \
         help: log in once at a terminal with `runner login groups`\n",
        user.token_file().display()
    ));
    assert_eq!(user.requests(), [""; 0]);
    assert!(!user.token_file().exists());
}

#[test]
fn a_profile_can_forbid_the_prompt() {
    let user = User::new();
    let path = user.profile("my groups", "[auth]\nlogin = \"never\"");
    let mut terminal = user.terminal(["--profile", path.to_str().unwrap()]);
    terminal.shows("error: ");
    let command = format!("runner login '{}'", path.display());
    terminal.wait_for_end().code(3).says(["the profile says `login = \"never\"`", &command]);
}

#[test]
fn a_rejected_refresh_token_asks_for_a_new_login() {
    let user = User::logged_in();
    user.sandbox.revoke_all();
    user.expire_token_in(0);
    user.run(["--profile", "groups"]).code(3).stdout("").says(["the stored refresh token was rejected"]);

    let mut terminal = user.terminal(["--profile", "groups"]);
    terminal.paste_code(&user.sandbox);
    terminal.wait_for_end().code(0).says(["A new login is needed: the stored refresh token was rejected"]);
}

#[test]
fn a_new_scope_asks_for_a_new_login() {
    let user = User::logged_in();
    let profile =
        include_str!("../profiles/groups.toml").replace("scopes      = [", "scopes = [\"openid\", ");
    user.write("more.toml", &profile);
    user.run(["--profile", "./more.toml"]).code(3).says(["the stored tokens lack the scope openid"]);

    let mut terminal = user.terminal(["--profile", "./more.toml"]);
    terminal.paste_code(&user.sandbox);
    terminal.wait_for_end().code(0);
    user.run(["--profile", "./more.toml"]).code(0);
}
