//! `runner login --all`, or with several names: one login for all profiles that share it.

use std::collections::HashSet;
use std::fs;

use crate::support::{MY_GROUPS, Outcome, TOKEN, User};

const VIEW: &str = "urn:globus:auth:scope:groups.api.globus.org:view_my_groups_and_memberships";
const ALL: &str = "urn:globus:auth:scope:groups.api.globus.org:all";
const TRANSFER: &str = "urn:globus:auth:scope:transfer.api.globus.org:all";
const CLIENT: (&str, &str) = ("4f1b2c3d-8e7a-4d5c-b6f0-9a8e7d6c5b4a", "sandbox-secret-not-for-real-use");

/// A profile in `profiles/`, with these scopes, this storage and more lines.
fn profile(user: &User, name: &str, scopes: &[&str], storage: &str, more: &str) {
    let text = format!(
        "client_id = \"61338d24-54d5-408f-a10d-66c06b59f6d2\"\nscopes = {scopes:?}\nstorage = {storage:?}\n\
         template = \"groups.csv.hbs\"\n{more}\n"
    );
    user.write(&format!("profiles/{name}.toml"), &text);
}

#[test]
fn the_built_in_profiles_need_one_login() {
    let user = User::new();
    let mut terminal = user.terminal(["login", "--all", "--paste"]);
    terminal.paste_code(&user.sandbox);
    let outcome = terminal.wait_for_end().code(0).stdout("");
    for (name, _) in globus_runner::EMBEDDED_PROFILES {
        assert!(outcome.stderr.contains(&format!("note: {name}: logged in\r\n")), "{name}: {outcome:#?}");
    }
    assert_eq!(user.requests(), [TOKEN]);
    // Those that are logged in need no login, nor a terminal.
    let again = user.run(["login", "--all"]).code(0);
    assert_eq!(again.stderr.matches(": already logged in\n").count(), globus_runner::EMBEDDED_PROFILES.len());
    assert_eq!(user.requests(), [""; 0]);
}

/// The command that a run of several profiles names does what it says.
#[test]
fn several_named_profiles_need_one_login() {
    let user = User::new();
    profile(&user, "a", &[VIEW], "t.json", "");
    profile(&user, "b", &[ALL], "t.json", "[output]\npath = \"b.csv\"");
    let names = ["profiles/a.toml", "profiles/b.toml"];
    let [a, b] = names.map(|name| user.home().join(name).display().to_string());
    user.run(["run", names[0], names[1]]).code(3).says([&format!("`runner login {a} {b}`")]);
    let mut terminal = user.terminal(["login", &a, &b, "--paste"]);
    terminal.paste_code(&user.sandbox);
    terminal.wait_for_end().code(0).stdout("");
    assert_eq!(user.requests(), [TOKEN]);
    user.run(["login", names[0], names[1]]).code(0).says(["a.toml: already", "b.toml: already"]);
    user.run(["login", "--all", "profiles", "profiles"]).code(2).says(["--all takes one folder"]);
}

#[test]
fn a_login_has_the_scopes_of_all_its_profiles() {
    let user = User::new();
    profile(&user, "a", &[&format!("{VIEW}[{TRANSFER}]")], "t.json", "[auth]\nrefresh_tokens = false");
    profile(&user, "b", &["openid", "profile", ALL], "../profiles/t.json", "");
    profile(&user, "c", &[VIEW, TRANSFER], "c.json", "");
    let mut terminal = user.terminal(["login", "--all", "profiles", "--paste"]);
    let mut requested = Vec::new();
    for members in ["profiles/a.toml, profiles/b.toml", "profiles/c.toml"] {
        terminal.shows(&format!("note: this login is for {members}"));
        let url = terminal.login_url();
        let value = |name: &str| url.query_pairs().find(|(key, _)| key == name).unwrap().1.into_owned();
        assert_eq!(value("access_type"), "offline");
        requested.push(value("scope"));
        terminal.type_line(&user.sandbox.approve(&url).unwrap());
    }
    assert_eq!(requested, [format!("{VIEW}[{TRANSFER}] openid profile {ALL}"), format!("{VIEW} {TRANSFER}")]);
    terminal.wait_for_end().code(0).says([
        "note: profiles/a.toml: logged in as ada@example.edu (",
        "note: profiles/b.toml: logged in as ada@example.edu (",
        "note: profiles/c.toml: logged in\r\n",
    ]);
    for name in ["a", "b", "c"] {
        user.run(["--profile", &format!("./profiles/{name}.toml")]).code(0).stderr("");
    }
}

#[test]
fn namespaces_clients_and_grants_need_a_login_each() {
    let user = User::new();
    let account = "[auth]\nclient_secret = { env = \"SECRET\" }\nnamespace = \"bot\"";
    profile(&user, "a", &[VIEW], "t.json", "");
    profile(&user, "b", &[VIEW], "t.json", "[auth]\nnamespace = \"other\"");
    profile(&user, "bot", &[VIEW], "t.json", account);
    let bot = user.read("profiles/bot.toml").replace("61338d24-54d5-408f-a10d-66c06b59f6d2", CLIENT.0);
    user.write("profiles/bot.toml", &bot);
    profile(&user, "none", &[VIEW], "memory", "");
    let mut terminal = user.terminal_in(
        ["login", "--all", "profiles", "--paste"],
        &[("SECRET".to_owned(), CLIENT.1.to_owned())],
    );
    terminal.paste_code(&user.sandbox).shows("this login is for profiles/b.toml").paste_code(&user.sandbox);
    terminal.wait_for_end().code(0).says([
        &format!("note: profiles/bot.toml: logged in as {0}@clients.auth.globus.org ({0})", CLIENT.0),
        "note: profiles/none.toml: nothing to log in for: it keeps its tokens in memory",
    ]);
    let tokens: serde_json::Value = serde_json::from_str(&user.read("profiles/t.json")).unwrap();
    let namespaces: HashSet<&String> = tokens["data"].as_object().unwrap().keys().collect();
    assert_eq!(namespaces.len(), 3, "{tokens}");
}

#[test]
fn a_broken_profile_stops_no_other() {
    let user = User::new();
    profile(&user, "a", &[VIEW], "a.json", "");
    profile(&user, "z", &[VIEW], "z.json", "");
    user.write("profiles/broken.toml", "client_id = 1\n");
    let mut terminal = user.terminal(["login", "--all", "profiles", "--paste"]);
    terminal.paste_code(&user.sandbox);
    // The person gives up on the second login, and the third profile was broken before.
    terminal.shows("this login is for profiles/z.toml").shows("Code: ").press_control('d');
    terminal.wait_for_end().code(3).says([
        "error: profiles/broken.toml: ",
        "note: profiles/a.toml: logged in",
        "error: profiles/z.toml: the login was cancelled",
        "error: not logged in for 2 of 3 profiles",
        "help: see `runner check profiles/broken.toml`",
    ]);
    user.run(["--profile", "./profiles/a.toml"]).code(0);
    let mut terminal = user.terminal(["login", "--all", "profiles", "--paste"]);
    terminal.paste_code(&user.sandbox);
    terminal
        .wait_for_end()
        .code(2)
        .says(["note: profiles/a.toml: already logged in", "error: not logged in for 1 of 3 profiles"]);
}

#[test]
fn without_a_terminal_it_names_the_command() {
    let user = User::new();
    profile(&user, "a", &[VIEW], "a.json", "");
    let folder = user.home().join("profiles");
    user.run(["login", "--all", "./profiles"]).code(3).stdout("").says([
        "error: ./profiles/a.toml: a login is needed: no tokens are stored in `",
        "error: not logged in for 1 of 1 profiles\n",
        &format!("help: log in once at a terminal with `runner login --all {}`", folder.display()),
    ]);
    assert_eq!(user.requests(), [""; 0]);
}

#[test]
fn a_profile_that_another_hides_is_left_out() {
    let user = User::new();
    let folder = user.home().join("own");
    fs::create_dir(&folder).unwrap();
    let text =
        include_str!("../profiles/groups.toml").replace("~/.list-my-globus-groups-tokens.json", "own.json");
    user.write("own/groups.toml", &text);
    let outcome = Outcome::of(user.command(["login", "--all"]).env("RUNNER_PROFILE_PATH", &folder)).code(3);
    assert_eq!(outcome.stderr.matches("error: groups: ").count(), 1, "{outcome:#?}");
    assert!(outcome.stderr.contains("own/own.json"), "{outcome:#?}");
}

#[test]
fn a_stored_login_that_was_revoked_is_replaced() {
    let user = User::new();
    let mut terminal = user.terminal(["login", "--all", "--paste"]);
    terminal.paste_code(&user.sandbox);
    terminal.wait_for_end().code(0);
    user.sandbox.revoke_all();
    user.expire_token_in(0);
    let mut terminal = user.terminal(["login", "--all", "--paste"]);
    terminal.paste_code(&user.sandbox);
    terminal.wait_for_end().code(0).says(["A new login is needed", "note: groups: logged in"]);
    // An expired token is refreshed, which shows that the login is still good.
    user.expire_token_in(0);
    user.requests();
    user.run(["login", "--all"]).code(0).says(["note: groups: already logged in"]);
    assert_eq!(user.requests(), [TOKEN]);
    user.run(["--profile", "groups"]).code(0);
    assert_eq!(user.requests(), [MY_GROUPS]);
}

#[test]
fn force_logs_in_for_all_again() {
    let user = User::logged_in();
    let before = user.token();
    let mut terminal = user.terminal(["login", "--all", "--paste", "--force"]);
    terminal.paste_code(&user.sandbox);
    terminal.wait_for_end().code(0).says(["note: groups: logged in"]);
    assert_ne!(user.token()["refresh_token"], before["refresh_token"]);
}

#[test]
fn a_wrong_folder_or_option_is_an_error() {
    let user = User::new();
    user.run(["login", "--all", "nowhere"]).code(2).says(["cannot read the folder nowhere"]);
    fs::create_dir(user.home().join("empty")).unwrap();
    user.run(["login", "--all", "empty"]).code(2).says(["there are no profiles in `empty`"]);
    user.run(["login", "--all", "--requirements", "{\"session_required_mfa\":true}"])
        .code(2)
        .says(["cannot be used with"]);
    user.run(["login"]).code(2).says(["NAME"]);
}
