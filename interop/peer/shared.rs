//! Token files of the SDK's apps, used by the runner, and the other way round.

use std::path::Path;

use super::{CLIENT, Peer, groups_in};
use globus_sandbox::RefreshTokenPolicy;

use crate::support::{MY_GROUPS, Outcome, TOKEN, User};

const APP: &str = ".globus/app/61338d24-54d5-408f-a10d-66c06b59f6d2/peer-test";
const MINE: &str = "urn:globus:auth:scope:groups.api.globus.org:view_my_groups_and_memberships";

/// A profile with the scopes that a `UserApp` has, and this storage.
fn profile(user: &User, storage: &str) {
    let path = user.profile_with_scopes("app", &["openid", MINE], "");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(path, text.replace("~/.list-my-globus-groups-tokens.json", storage)).unwrap();
}

fn run(user: &User) -> Outcome {
    user.run(["--profile", "./app.toml"])
}

#[test]
fn the_runner_uses_and_refreshes_the_tokens_of_a_user_app() {
    for (storage, file) in [("json", "tokens.json"), ("sqlite", "tokens.db")] {
        let user = User::new();
        let peer = Peer::inside(&user);
        profile(&user, "app:peer test");
        let script = ["user_app.py", "--storage", storage];
        let first = peer.log_in(&script, |url| user.sandbox.approve(url).unwrap()).code(0);
        let groups = groups_in(&first.stdout);
        user.requests();

        let printed = run(&user).code(0).stderr("").stdout;
        assert_eq!(printed.lines().count(), 1 + groups.as_array().unwrap().len());
        assert_eq!(user.requests(), [MY_GROUPS]);
        user.sandbox.expire_access_tokens();
        assert_eq!(run(&user).code(0).stderr("").stdout, printed);
        assert_eq!(user.requests(), [MY_GROUPS, TOKEN, MY_GROUPS]);
        assert_eq!(peer.groups(&script), groups);
        assert_eq!(user.requests(), [MY_GROUPS], "the app uses the token that the runner refreshed");
        let names: Vec<String> = std::fs::read_dir(user.home().join(APP))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| Path::new(name).extension().is_some_and(|extension| extension != "lock"))
            .collect();
        assert_eq!(names, [file]);

        // A logout of the runner logs the app out too.
        user.run(["logout", "./app.toml"]).code(0);
        let again = peer.log_in(&script, |url| user.sandbox.approve(url).unwrap()).code(0);
        assert_eq!(groups_in(&again.stdout), groups);
    }
}

#[test]
fn a_user_app_uses_the_tokens_of_the_runner() {
    for (kind, storage) in [("json", "app:peer test"), ("sqlite", &format!("~/{APP}/tokens.db"))] {
        let user = User::new();
        let peer = Peer::inside(&user);
        profile(&user, storage);
        let mut terminal = user.terminal(["login", "./app.toml"]);
        terminal.paste_code(&user.sandbox);
        terminal.wait_for_end().code(0);
        user.requests();
        let script = ["user_app.py", "--storage", kind];
        let groups = peer.groups(&script);
        assert_eq!(user.requests(), [MY_GROUPS], "no login, no refresh");
        user.sandbox.expire_access_tokens();
        assert_eq!(peer.groups(&script), groups);
        assert_eq!(user.requests(), [MY_GROUPS, TOKEN, MY_GROUPS]);
        // The runner uses the token that the app refreshed, and the identity is still stored.
        run(&user).code(0).stderr("");
        assert_eq!(user.requests(), [MY_GROUPS]);
        user.run(["status", "./app.toml"]).code(0);
    }
}

#[test]
fn a_client_app_and_the_runner_share_their_token() {
    for storage in ["json", "sqlite"] {
        let user = User::new();
        let peer = Peer::inside(&user);
        profile(&user, "app:peer test");
        let text = user.read("app.toml").replace("61338d24-54d5-408f-a10d-66c06b59f6d2", CLIENT.0);
        user.write("app.toml", &format!("{text}[auth]\nclient_secret = {{ env = \"BOT_SECRET\" }}\n"));
        let script = ["client_app.py", CLIENT.0, CLIENT.1, "--storage", storage];
        let groups = peer.groups(&script);
        user.requests();
        let printed = run(&user).code(0).stderr("").stdout;
        assert_eq!(printed.lines().count(), 1 + groups.as_array().unwrap().len());
        assert_eq!(user.requests(), [MY_GROUPS], "the secret was not needed");

        user.sandbox.expire_access_tokens();
        let mut command = user.command(["--profile", "./app.toml"]);
        Outcome::of(command.env("BOT_SECRET", CLIENT.1)).code(0).stdout(&printed);
        assert_eq!(user.requests(), [MY_GROUPS, TOKEN, MY_GROUPS]);
        assert_eq!(peer.groups(&script), groups);
        assert_eq!(user.requests(), [MY_GROUPS]);
    }
}

#[test]
fn both_can_write_to_a_database_at_the_same_time() {
    let user = User::new();
    let peer = Peer::inside(&user);
    user.sandbox.set_refresh_tokens(RefreshTokenPolicy::Rotate);
    profile(&user, "shared.db");
    let mut terminal = user.terminal(["login", "./app.toml"]);
    terminal.paste_code(&user.sandbox);
    terminal.wait_for_end().code(0);

    let file = user.home().join("shared.db");
    let mut writer = peer.command(&["write.py", file.to_str().unwrap(), "--times", "150"]);
    let mut writer = writer.spawn().unwrap();
    let mut refreshes = 0;
    while writer.try_wait().unwrap().is_none() || refreshes < 5 {
        user.sandbox.expire_access_tokens();
        run(&user).code(0).stderr("");
        refreshes += 1;
    }
    assert!(writer.wait().unwrap().success());
    // No write of either is lost.
    run(&user).code(0).stderr("");
    peer.script(&["write.py", file.to_str().unwrap(), "--check", "--times", "150"]);
}
