//! `runner status`.

use serde_json::{Value, json};

use crate::support::{Outcome, User, mkfifo};
use globus_runner::EMBEDDED_PROFILES;

const MINE: &str = "urn:globus:auth:scope:groups.api.globus.org:view_my_groups_and_memberships";

fn status(user: &User, code: i32) -> Value {
    serde_json::from_str::<Value>(&user.run(["status", "groups", "--json"]).code(code).stderr("").stdout)
        .unwrap()[0]
        .clone()
}

#[test]
fn it_says_what_is_stored_and_whether_a_run_would_work() {
    let user = User::logged_in();
    user.expire_token_in(100_000);
    let outcome = user.run(["status", "groups"]).code(0).stderr("");
    for words in [
        "groups\n    profile   built in\n    tokens    ",
        ".list-my-globus-groups-tokens.json\n",
        &format!("token     for groups.api.globus.org\n                {MINE}\n"),
        "access token valid for 1 day 3 hours (until 20",
        "with a refresh token",
        "a run is  ready, as far as the tokens show\n",
    ] {
        assert!(outcome.stdout.contains(words), "{words:?}: {}", outcome.stdout);
    }
    user.expire_token_in(-7300);
    let outcome = user.run(["status", "groups"]).code(0);
    assert!(outcome.stdout.contains("access token expired 2 hours 1 minute ago"), "{}", outcome.stdout);
    assert!(
        outcome.stdout.contains("ready, as far as the tokens show; it refreshes the access token first"),
        "{}",
        outcome.stdout
    );
    assert_eq!(user.requests(), [""; 0]);
}

#[test]
fn it_says_why_a_run_would_not_work_and_what_to_do() {
    let user = User::new();
    let outcome = user.run(["status", "groups"]).code(3).stderr("");
    assert!(outcome.stdout.contains("a run is  not ready: a login is needed: no tokens are stored\n"));
    assert!(
        outcome.stdout.contains("              log in with `runner login groups`\n"),
        "{}",
        outcome.stdout
    );

    user.log_in();
    user.edit_token(|token| token["refresh_token"] = Value::Null);
    assert!(status(&user, 3)["problems"][0]["message"].as_str().unwrap().contains("no refresh token"));
    std::fs::write(user.token_file(), "{").unwrap();
    let broken = &status(&user, 1)["problems"][0];
    assert!(broken["message"].as_str().unwrap().contains("the JSON ends too early"), "{broken}");
    assert!(broken["help"].as_str().unwrap().contains("move it away"), "{broken}");
}

#[test]
fn as_json_it_is_for_programs_and_holds_no_secret() {
    let user = User::logged_in();
    let outcome = user.run(["status", "groups", "--json"]).code(0);
    let token = user.token();
    for secret in ["access_token", "refresh_token"] {
        assert!(!outcome.stdout.contains(token[secret].as_str().unwrap()));
    }
    let status = status(&user, 0);
    let expires_at = status["tokens"][0]["expires_at"].as_str().unwrap().to_owned();
    let seconds = expires_at.parse::<jiff::Timestamp>().unwrap().as_second();
    assert_eq!(json!(seconds), token["expires_at_seconds"]);
    assert_eq!(
        status,
        json!({
            "profile": "groups",
            "origin": "built in",
            "grant": "authorization_code",
            "client_id": "61338d24-54d5-408f-a10d-66c06b59f6d2",
            "storage": { "kind": "json", "path": user.token_file(), "namespace": "DEFAULT" },
            "identity": null,
            "tokens": [{
                "resource_server": "groups.api.globus.org",
                "scopes": [MINE],
                "expires_at": expires_at,
                "expired": false,
                "refresh_token": true,
            }],
            "ready": true,
            "first_step": null,
            "problems": [],
            "warnings": [],
            "last_run": status["last_run"],
            "exit_code": 0,
        })
    );
}

#[test]
fn it_says_who_has_logged_in() {
    let user = User::new();
    user.profile_with_scopes("mine", &["openid", "profile", MINE], "");
    let mut terminal = user.terminal(["login", "./mine.toml"]);
    terminal.paste_code(&user.sandbox);
    terminal.wait_for_end().code(0);
    let outcome = user.run(["status", "./mine.toml"]).code(0);
    let identity = "identity  ada@example.edu (a6e8f3b2-1c4d-4e8a-9b7f-0d5c2e1a3f48)\n";
    assert!(outcome.stdout.contains(identity), "{}", outcome.stdout);
}

#[test]
fn without_a_name_it_shows_every_profile() {
    let user = User::logged_in();
    let folder = ".config/globus-runner/profiles";
    let good = include_str!("../profiles/groups.toml");
    user.write(
        &format!("{folder}/other.toml"),
        &good.replace("~/.list-my-globus-groups-tokens.json", "x.db"),
    );
    user.write(&format!("{folder}/broken.toml"), "nonsense");
    user.write(
        &format!("{folder}/forgetful.toml"),
        &good.replace("~/.list-my-globus-groups-tokens.json", "memory"),
    );
    let outcome = user.run(["status"]).code(3).stderr("");
    let names: Vec<&str> = outcome.stdout.lines().filter(|line| !line.starts_with(' ')).collect();
    // The login is not enough for the others.
    let is_of_login = |text: &str| !text.contains("view_identities") && !text.contains("[data.");
    let built_in = EMBEDDED_PROFILES.iter().filter(|(_, text)| is_of_login(text)).map(|(name, _)| *name);
    let built_in: Vec<&str> = built_in.collect();
    assert_eq!(names, ["broken", "forgetful", &built_in.join(", "), "other"]);
    for words in ["see `runner check broken`", "in memory only", "every run needs one", "profiles/x.db"] {
        assert!(outcome.stdout.contains(words), "{words}: {}", outcome.stdout);
    }
    user.run(["status", "nothing"]).code(2).says(["there is no profile `nothing`"]);
    user.run(["status", "broken"]).code(2).says(["mistake"]);
}

#[test]
fn without_any_login_it_is_exit_3_with_and_without_a_name() {
    let user = User::new();
    let outcome = user.run(["status"]).code(3).stderr("");
    assert!(outcome.stdout.contains("log in with `runner login groups`\n"), "{}", outcome.stdout);
    user.run(["status", "groups"]).code(3);

    user.log_in();
    user.run(["status"]).code(0);
    user.run(["status", "groups"]).code(0);

    std::fs::write(user.token_file(), "{").unwrap();
    user.run(["status", "groups"]).code(1);
    assert!(!user.run(["status"]).code(1).stdout.contains("ready,"));
}

#[test]
fn the_exit_code_is_the_highest_one_of_the_profiles() {
    let user = User::logged_in();
    let folder = ".config/globus-runner/profiles";
    user.run(["status"]).code(0);
    user.write(&format!("{folder}/broken.toml"), "nonsense");
    user.run(["status"]).code(2);
    user.run(["status", "groups"]).code(0);
    user.run(["status", "broken"]).code(2);
    let lonely =
        include_str!("../profiles/groups.toml").replace("~/.list-my-globus-groups-tokens.json", "x.db");
    user.write(&format!("{folder}/lonely.toml"), &lonely);
    user.run(["status"]).code(3);
    user.run(["status", "lonely"]).code(3);
}

#[test]
fn times_have_the_offset_of_their_zone() {
    let user = User::logged_in();
    user.edit_token(|token| token["expires_at_seconds"] = 4_102_444_800_i64.into());
    let in_delhi =
        |arguments: [&str; 3]| Outcome::of(user.command(arguments).env("TZ", "Asia/Kolkata")).code(0).stdout;
    let text = in_delhi(["status", "groups", "-q"]);
    assert!(text.contains("(until 2100-01-01 05:30 +05:30)"), "{text}");
    let json = in_delhi(["status", "groups", "--json"]);
    assert!(json.contains("\"expires_at\": \"2100-01-01T05:30:00+05:30\""), "{json}");
}

#[test]
fn a_profile_that_is_no_readable_file_is_shown_too() {
    let user = User::logged_in();
    let folder = user.home().join(".config/globus-runner/profiles");
    std::fs::create_dir_all(folder.join("folder.toml")).unwrap();
    std::fs::create_dir_all(folder.join("groups.csv.hbs")).unwrap();
    std::os::unix::fs::symlink("nowhere", folder.join("dangling.toml")).unwrap();
    mkfifo(&folder.join("fifo.toml"));
    let listed = user.run(["profiles"]).code(0).stdout;
    let shown = user.run(["status"]).code(2).stderr("").stdout;
    for (name, why) in [
        ("dangling", "a link to a file that does not exist"),
        ("fifo", "it is not a regular file"),
        ("folder", "it is a folder, not a file"),
    ] {
        assert!(listed.contains(&format!("{name}\n    has mistakes")), "{listed}");
        assert!(shown.contains(&format!("{name}\n")) && shown.contains(why), "{shown}");
        user.run(["status", name]).code(2).says([why]);
        user.run(["run", name]).code(2).says([why]);
    }
    // A folder with the name of a template is passed over.
    user.run(["run", "groups"]).code(0);
}

#[test]
fn a_broken_template_is_not_ready() {
    let user = User::logged_in();
    let profile = include_str!("../profiles/groups.toml").replace("groups.csv.hbs", "t.csv.hbs");
    user.write("t.toml", &profile);
    let shown = user.run(["status", "./t.toml"]).code(2).stderr("").stdout;
    assert!(shown.contains("not ready: there is no template `t.csv.hbs`: "), "{shown}");
    assert!(shown.contains("token     for groups.api.globus.org\n"), "{shown}");
    user.write("t.csv.hbs", "{{#each groups}}");
    let shown = user.run(["status", "./t.toml"]).code(2).stderr("").stdout;
    assert!(shown.contains("not ready: the profile or its template has a mistake\n"), "{shown}");
    assert!(shown.contains("see `runner check ./t.toml`\n"), "{shown}");
}
