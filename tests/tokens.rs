//! The token file: the Globus SDK's, and never half written.

use std::fs::{self, File, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};

use serde_json::{Value, json};

use crate::support::{MY_GROUPS, TOKEN, User, mkfifo, mode};

#[test]
fn has_the_format_of_the_sdk() {
    let user = User::logged_in();
    let tokens = user.tokens();
    assert_eq!(tokens["format_version"], "2.0");
    assert!(tokens["globus-sdk.version"].is_string());
    let token = &tokens["data"]["DEFAULT"]["groups.api.globus.org"];
    let mut keys: Vec<&str> = token.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    assert_eq!(
        keys,
        [
            "access_token",
            "auth_url",
            "client_id",
            "expires_at_seconds",
            "identity_id",
            "refresh_token",
            "resource_server",
            "scope",
            "token_type"
        ]
    );
    assert_eq!(token["resource_server"], "groups.api.globus.org");
    assert_eq!(token["token_type"], "Bearer");
    assert!(token["identity_id"].is_null());
    assert!(token["expires_at_seconds"].is_i64());
}

#[test]
fn is_private_in_a_private_folder() {
    let user = User::new();
    let profile = include_str!("../profiles/groups.toml")
        .replace("~/.list-my-globus-groups-tokens.json", "${HOME}/a/b/tokens.json");
    user.write("nested.toml", &profile);
    let mut terminal = user.terminal(["--profile", "./nested.toml"]);
    terminal.paste_code(&user.sandbox);
    terminal.wait_for_end().code(0);
    assert_eq!(mode(&user.home().join("a")), 0o700);
    assert_eq!(mode(&user.home().join("a/b")), 0o700);
    assert_eq!(mode(&user.home().join("a/b/tokens.json")), 0o600);
}

#[test]
fn becomes_private_again_when_it_was_not() {
    let user = User::logged_in();
    fs::set_permissions(user.token_file(), Permissions::from_mode(0o644)).unwrap();
    user.expire_token_in(0);
    user.run(["--profile", "groups"]).code(0);
    assert_eq!(mode(&user.token_file()), 0o600);
}

#[test]
fn keeps_what_others_put_there() {
    let user = User::logged_in();
    let mut tokens = user.tokens();
    let other = tokens["data"]["DEFAULT"]["groups.api.globus.org"].clone();
    tokens["data"]["DEFAULT"]["transfer.api.globus.org"] = other.clone();
    tokens["data"]["DEFAULT"]["groups.api.globus.org"]["note"] = json!({ "by": "hand" });
    tokens["data"]["work"] = json!({ "groups.api.globus.org": { "anything": 1 } });
    tokens["remark"] = "kept".into();
    tokens["globus-sdk.version"] = "9.9.9".into();
    fs::write(user.token_file(), tokens.to_string()).unwrap();

    user.expire_token_in(0);
    user.run(["--profile", "groups"]).code(0);
    let after = user.tokens();
    assert_eq!(after["data"]["DEFAULT"]["transfer.api.globus.org"], other);
    assert_eq!(after["data"]["DEFAULT"]["groups.api.globus.org"]["note"], json!({ "by": "hand" }));
    assert_eq!(after["data"]["work"], tokens["data"]["work"]);
    assert_eq!(after["remark"], "kept");
    assert_eq!(after["globus-sdk.version"], "9.9.9");
}

#[test]
fn a_namespace_is_a_login_of_its_own() {
    let user = User::logged_in();
    user.profile("work", "[auth]\nnamespace = \"work\"");
    user.run(["--profile", "./work.toml"]).code(3).says(["no tokens are stored"]);
    let mut terminal = user.terminal(["--profile", "./work.toml"]);
    terminal.paste_code(&user.sandbox);
    terminal.wait_for_end().code(0);
    let tokens = user.tokens();
    let token = |namespace: &str| tokens["data"][namespace]["groups.api.globus.org"]["access_token"].clone();
    assert!(token("work").is_string() && token("DEFAULT").is_string());
    assert_ne!(token("work"), token("DEFAULT"));
}

#[test]
fn format_1_is_read_and_written_back_as_2() {
    let user = User::logged_in();
    let token = user.token();
    let old = json!({ "by_rs": { "groups.api.globus.org": token }, "format_version": "1.0" });
    fs::write(user.token_file(), old.to_string()).unwrap();
    user.run(["--profile", "groups"]).code(0);
    assert_eq!(user.requests(), [MY_GROUPS]);
    assert_eq!(user.tokens(), old, "reading alone changes nothing");

    fs::write(user.token_file(), old.to_string().replace(&token["expires_at_seconds"].to_string(), "1"))
        .unwrap();
    user.run(["--profile", "groups"]).code(0);
    assert_eq!(user.requests(), [TOKEN, MY_GROUPS]);
    let new = user.tokens();
    assert_eq!(new["format_version"], "2.0");
    assert!(new.get("by_rs").is_none() && new["globus-sdk.version"].is_string());
    assert_eq!(new["data"]["DEFAULT"]["groups.api.globus.org"]["refresh_token"], token["refresh_token"]);
}

#[test]
fn a_file_that_is_no_token_file_is_left_alone() {
    let user = User::logged_in();
    let good = user.tokens();
    let with = |edit: fn(&mut Value)| {
        let mut tokens = good.clone();
        edit(&mut tokens);
        tokens.to_string()
    };
    let half = good.to_string()[..100].to_owned();
    for (content, why) in [
        (String::new(), "the file is empty"),
        (half, "the JSON ends too early"),
        ("not json".to_owned(), "it is not JSON at line 1, column 2"),
        ("[]".to_owned(), "its root is not an object"),
        ("{}".to_owned(), "`format_version` is missing"),
        (with(|tokens| tokens["format_version"] = "3.0".into()), "its format is \"3.0\""),
        (with(|tokens| tokens["format_version"] = 2.into()), "`format_version` is missing or not text"),
        (with(|tokens| tokens["globus-sdk.version"] = Value::Null), "`globus-sdk.version`"),
        (with(|tokens| tokens["data"] = json!([])), "`data` is missing or not an object"),
        (with(|tokens| tokens["data"]["DEFAULT"] = json!(1)), "`data.DEFAULT` is not an object"),
        (
            with(|tokens| tokens["data"]["DEFAULT"]["groups.api.globus.org"] = json!("token")),
            "in the token for `groups.api.globus.org`",
        ),
        (
            with(|tokens| {
                tokens["data"]["DEFAULT"]["groups.api.globus.org"]["expires_at_seconds"] = json!("soon");
            }),
            "`expires_at_seconds` is missing or not a whole number",
        ),
        (
            with(|tokens| tokens["data"]["DEFAULT"]["groups.api.globus.org"]["access_token"] = Value::Null),
            "`access_token` is missing or not text",
        ),
    ] {
        fs::write(user.token_file(), &content).unwrap();
        user.run(["--profile", "groups"]).code(1).stdout("").says([why, "left as it is", "error: "]);
        assert_eq!(fs::read_to_string(user.token_file()).unwrap(), content);
        // Nor is it replaced by a login.
        let mut terminal = user.terminal(["--profile", "groups"]);
        terminal.wait_for_end().code(1).says([why]);
    }
    assert_eq!(user.requests(), [""; 0]);
}

#[test]
fn a_corrupt_file_does_not_show_its_secrets() {
    let user = User::logged_in();
    let secret = user.token()["refresh_token"].as_str().unwrap().to_owned();
    let broken = user.tokens().to_string().replace("\"refresh_token\":", "\"refresh_token\" ");
    fs::write(user.token_file(), broken).unwrap();
    user.run(["-vv", "--profile", "groups"]).code(1).never_says(&secret);
}

#[test]
fn a_link_to_the_token_file_stays_a_link() {
    let user = User::logged_in();
    let real = user.home().join("real.json");
    fs::rename(user.token_file(), &real).unwrap();
    symlink("real.json", user.token_file()).unwrap();
    user.expire_token_in(0);
    user.run(["--profile", "groups"]).code(0);
    assert!(fs::symlink_metadata(user.token_file()).unwrap().is_symlink());
    assert_eq!(mode(&real), 0o600);
}

#[test]
fn nothing_is_stored_in_memory() {
    let user = User::new();
    let profile =
        include_str!("../profiles/groups.toml").replace("~/.list-my-globus-groups-tokens.json", "memory");
    user.write("memory.toml", &profile);
    let mut terminal = user.terminal(["--profile", "./memory.toml"]);
    terminal.paste_code(&user.sandbox);
    terminal.wait_for_end().code(0);
    user.run(["--profile", "./memory.toml"]).code(3);
}

#[test]
fn a_named_pipe_does_not_block() {
    let user = User::logged_in();
    let fifo = |path: &std::path::Path| {
        let _ = fs::remove_file(path);
        mkfifo(path);
    };
    let mut lock = user.token_file().into_os_string();
    lock.push(".lock");
    fifo(lock.as_ref());
    user.expire_token_in(0);
    user.run(["--profile", "groups"]).code(1).says(["can't open the lock file"]);
    fs::remove_file(&lock).unwrap();
    // A planted link is not followed either.
    symlink(user.home().join("planted"), &lock).unwrap();
    user.run(["--profile", "groups"]).code(1).says(["can't open the lock file"]);
    assert!(!user.home().join("planted").exists());
    fs::remove_file(&lock).unwrap();
    fifo(&user.token_file());
    for arguments in [["run", "groups"], ["logout", "groups"]] {
        user.run(arguments).code(1).says(["it is not a regular file"]);
    }
    user.run(["status", "groups"]).code(1);
}

#[test]
fn a_run_waits_for_the_one_that_holds_the_lock() {
    let user = User::logged_in();
    user.expire_token_in(0);
    let mut lock = user.token_file().into_os_string();
    lock.push(".lock");
    let lock = File::options().create(true).append(true).open(lock).unwrap();
    lock.lock().unwrap();

    let mut terminal = user.terminal(["--profile", "groups"]);
    terminal.shows("waiting for another run");
    assert_eq!(user.requests(), [""; 0]);
    lock.unlock().unwrap();
    terminal.wait_for_end().code(0);
    assert_eq!(user.requests(), [TOKEN, MY_GROUPS]);
}

#[test]
fn a_database_works_like_a_file() {
    let user = User::new();
    let profile = include_str!("../profiles/groups.toml")
        .replace("~/.list-my-globus-groups-tokens.json", "private/tokens.db");
    user.write("db.toml", &profile);
    user.run(["--profile", "./db.toml"]).code(3).says(["no tokens are stored"]);
    let mut terminal = user.terminal(["--profile", "./db.toml"]);
    terminal.paste_code(&user.sandbox);
    terminal.wait_for_end().code(0);
    let file = user.home().join("private/tokens.db");
    assert_eq!(mode(&file), 0o600);
    assert_eq!(mode(&user.home().join("private")), 0o700);
    user.requests();
    user.run(["--profile", "./db.toml"]).code(0).stderr("");
    assert_eq!(user.requests(), [MY_GROUPS]);
    user.sandbox.expire_access_tokens();
    user.run(["--profile", "./db.toml"]).code(0).stderr("");
    assert_eq!(user.requests(), [MY_GROUPS, TOKEN, MY_GROUPS]);
    user.run(["--profile", "./db.toml"]).code(0);
    assert_eq!(user.requests(), [MY_GROUPS], "the refreshed token was stored");

    fs::write(&file, "no database").unwrap();
    user.run(["--profile", "./db.toml"]).code(1).stdout("").says(["tokens.db", "left as it is"]);
    assert_eq!(fs::read_to_string(&file).unwrap(), "no database");
}
