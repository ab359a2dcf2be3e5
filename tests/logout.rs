//! `runner logout`: the tokens are revoked, and nothing is left.

use std::fs;
use std::process::{Child, Command, Stdio};

use globus_sandbox::{Fault, RefreshTokenPolicy};
use rusqlite::Connection;
use serde_json::json;

use crate::support::{Outcome, User};

const REVOKE: &str = "POST /v2/oauth2/token/revoke";
const TOKEN_FILE: &str = ".list-my-globus-groups-tokens.json";
const CLIENT: (&str, &str) = ("4f1b2c3d-8e7a-4d5c-b6f0-9a8e7d6c5b4a", "sandbox-secret-not-for-real-use");

/// The hidden files of the home folder, sorted, without the state of runs.
fn left(user: &User) -> Vec<String> {
    let entries = fs::read_dir(user.home()).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.retain(|name| name.starts_with('.') && name != ".local");
    names.sort();
    names
}

#[test]
fn logging_out_revokes_and_removes() {
    let user = User::logged_in();
    let tokens = user.tokens();
    user.run(["logout", "groups"]).code(0).stdout("").says(["note: logged out: the tokens were revoked"]);
    assert_eq!(user.requests(), [REVOKE, REVOKE]);
    assert_eq!(left(&user), [""; 0]);
    // Revoked tokens are not valid any more, wherever a copy is.
    user.write(".list-my-globus-groups-tokens.json", &tokens.to_string());
    user.run(["--profile", "groups"]).code(3).says(["was rejected"]);
}

#[test]
fn a_logout_creates_no_folder() {
    let user = User::new();
    let profile = include_str!("../profiles/groups.toml").replace(TOKEN_FILE, ".made/t.json");
    user.write("mine.toml", &profile);
    user.run(["logout", "./mine.toml"]).code(0).says(["nothing to log out of"]);
    assert_eq!(left(&user), [""; 0]);
}

#[test]
fn a_second_logout_has_nothing_to_do() {
    let user = User::new();
    user.run(["logout", "groups"]).code(0).says(["nothing to log out of"]);
    assert_eq!(left(&user), [""; 0]);
    assert_eq!(user.requests(), [""; 0]);
}

#[test]
fn nothing_stays_stored_when_revoking_fails() {
    let user = User::logged_in();
    user.profile("hasty", "[http]\nretries = 0");
    user.sandbox.add_fault(Fault::cut("/v2/oauth2/token/revoke").times(9));
    user.run(["logout", "./hasty.toml"]).code(4).says([
        "error: the tokens could not be revoked: no response from Globus Auth",
        "the tokens were removed from",
        "refresh tokens for six months; revoke the consent at http://127.0.0.1:",
    ]);
    assert_eq!(left(&user), [""; 0]);
    assert_eq!(user.requests(), [REVOKE], "a second try would wait as long");
}

#[test]
fn a_logout_names_the_tokens_that_it_could_not_revoke() {
    let user = User::logged_in();
    user.edit_token(|token| token["client_id"] = "00000000-2222-4333-8444-555555555555".into());
    user.run(["logout", "groups"]).code(1).says([
        "error: not every token could be revoked: those for groups.api.globus.org were issued to another client",
    ]);
    assert_eq!(left(&user), [""; 0]);
    assert_eq!(user.requests(), [""; 0]);

    user.log_in();
    user.edit_token(|token| token["scope"] = json!(1));
    user.run(["logout", "groups"]).code(1).says(["the tokens could not be revoked", "`scope`"]);
    assert_eq!(left(&user), [""; 0]);
}

#[test]
fn a_logout_is_for_the_namespace_of_the_profile() {
    let user = User::logged_in();
    user.profile("work", "[auth]\nnamespace = \"work\"");
    let mut terminal = user.terminal(["login", "./work.toml"]);
    terminal.paste_code(&user.sandbox);
    terminal.wait_for_end().code(0);
    user.run(["logout", "./work.toml"]).code(0);
    assert_eq!(user.tokens()["data"]["work"], json!({}));
    user.run(["--profile", "groups"]).code(0);
}

#[test]
fn a_logout_keeps_what_others_have_in_the_file_but_not_the_lock() {
    let user = User::logged_in();
    user.profile("work", "[auth]\nnamespace = \"work\"");
    let mut terminal = user.terminal(["login", "./work.toml"]);
    terminal.paste_code(&user.sandbox);
    terminal.wait_for_end().code(0);
    user.run(["logout", "groups"]).code(0);
    assert_eq!(left(&user), [TOKEN_FILE]);
    user.run(["--profile", "./work.toml"]).code(0);
    user.run(["logout", "./work.toml"]).code(0);
    assert_eq!(left(&user), [""; 0]);

    // A key of another program is worth keeping.
    user.log_in();
    let mut tokens = user.tokens();
    tokens["theirs"] = json!(1);
    user.write(TOKEN_FILE, &tokens.to_string());
    user.run(["logout", "groups"]).code(0);
    assert_eq!((left(&user), &user.tokens()["theirs"]), (vec![TOKEN_FILE.to_owned()], &json!(1)));
}

#[test]
fn a_logout_removes_an_empty_token_file_and_the_lock_of_an_earlier_run() {
    let user = User::new();
    user.write(
        TOKEN_FILE,
        r#"{"data": {"DEFAULT": {}}, "format_version": "2.0", "globus-sdk.version": "4.9.0"}"#,
    );
    user.write(&format!("{TOKEN_FILE}.lock"), "");
    user.run(["logout", "groups"]).code(0).says(["nothing to log out of"]);
    assert_eq!(left(&user), [""; 0]);
}

#[test]
fn a_logout_removes_the_file_behind_a_link_and_leaves_the_link() {
    let user = User::logged_in();
    fs::create_dir(user.home().join("vault")).unwrap();
    fs::rename(user.token_file(), user.home().join("vault/t.json")).unwrap();
    std::os::unix::fs::symlink("vault/t.json", user.token_file()).unwrap();
    user.run(["logout", "groups"]).code(0);
    assert_eq!(fs::read_dir(user.home().join("vault")).unwrap().count(), 0);
    assert!(user.token_file().is_symlink());
    user.log_in();
    assert!(user.home().join("vault/t.json").exists());
}

#[test]
fn a_logout_leaves_a_database_without_tokens_and_no_lock() {
    let user = User::new();
    let profile = include_str!("../profiles/groups.toml").replace(TOKEN_FILE, ".tokens.db");
    user.write("db.toml", &profile);
    let mut terminal = user.terminal(["login", "./db.toml"]);
    terminal.paste_code(&user.sandbox);
    terminal.wait_for_end().code(0);
    user.run(["logout", "./db.toml"]).code(0);
    assert_eq!(left(&user), [".tokens.db"]);
    let database = Connection::open(user.home().join(".tokens.db")).unwrap();
    let rows: u32 = database.query_row("SELECT count(*) FROM token_storage", [], |row| row.get(0)).unwrap();
    assert_eq!(rows, 0);
}

#[test]
fn processes_that_log_in_and_out_and_refresh_at_once_lose_no_token() {
    log_in_and_out_again_and_again(3);
}

/// The long form of the one above: `cargo test --locked -- --ignored chaos`.
#[test]
#[ignore = "takes a minute or two"]
fn chaos_of_logins_logouts_and_refreshes() {
    log_in_and_out_again_and_again(60);
}

/// A person's refresh token is valid once, so two holders of the lock would end the login. Every logout of the service
/// account in the other namespace removes the file of the lock, on which the others wait.
fn log_in_and_out_again_and_again(times: usize) {
    let user = User::logged_in();
    user.sandbox.set_refresh_tokens(RefreshTokenPolicy::Rotate);
    let account = format!(
        "client_id = {:?}\nscopes = [\"urn:globus:auth:scope:groups.api.globus.org:all\"]\n\
         storage = \"~/{TOKEN_FILE}\"\ntemplate = \"groups.csv.hbs\"\n\
         [auth]\nclient_secret = {{ env = \"SECRET\" }}\nnamespace = \"bot\"\n",
        CLIENT.0
    );
    user.write("bot.toml", &account);
    let expected = user.run(["--profile", "groups"]).code(0).stdout;
    for _ in 0..times {
        user.sandbox.expire_access_tokens();
        user.requests();
        let mut children: Vec<(&str, Child)> = Vec::new();
        for _ in 0..6 {
            children.push(("groups", spawn(user.command(["--profile", "groups"]))));
            children.push(("bot", spawn(user.command(["login", "./bot.toml"]))));
            children.push(("bot", spawn(user.command(["logout", "./bot.toml"]))));
            children.push(("bot", spawn(user.command(["-q", "--profile", "./bot.toml"]))));
        }
        for (who, child) in children {
            let outcome = Outcome::from(child.wait_with_output().unwrap());
            match who {
                "groups" => drop(outcome.code(0).stdout(&expected).stderr("")),
                // Its token can be revoked between a run and its request, but it is never lost.
                _ => assert!(!outcome.stderr.contains("token file"), "{outcome:#?}"),
            }
        }
        let refreshed = user.token()["access_token"].clone();
        user.run(["--profile", "groups"]).code(0).stdout(&expected).stderr("");
        assert_eq!(user.token()["access_token"], refreshed, "the newest token was not stored");
    }
    let mut command = user.command(["logout", "./bot.toml"]);
    Outcome::of(command.env("SECRET", CLIENT.1)).code(0);
    user.run(["logout", "groups"]).code(0);
    assert_eq!(left(&user), [""; 0]);
}

fn spawn(mut command: Command) -> Child {
    command.env("SECRET", CLIENT.1).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}
