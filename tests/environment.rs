//! The `GLOBUS_SDK_*` variables, as the SDK understands them.

use std::fs;

use crate::support::{Outcome, User, mode};

fn run_with(user: &User, variables: &[(&str, &str)]) -> Outcome {
    Outcome::of(user.command(["--profile", "groups"]).envs(variables.iter().copied()))
}

#[test]
fn a_service_url_must_keep_tokens_safe() {
    let user = User::logged_in();
    let insecure = [("GLOBUS_SDK_SERVICE_URL_GROUPS", "http://groups.example.org/")];
    run_with(&user, &insecure).code(2).says(["GLOBUS_SDK_SERVICE_URL_GROUPS", "unencrypted"]);
    let nonsense = [("GLOBUS_SDK_SERVICE_URL_AUTH", "groups")];
    run_with(&user, &nonsense).code(2).says(["GLOBUS_SDK_SERVICE_URL_AUTH"]);
}

#[test]
fn a_service_url_can_have_a_path_and_needs_no_slash() {
    let user = User::logged_in();
    let bare = user.sandbox.url().as_str().trim_end_matches('/').to_owned();
    run_with(&user, &[("GLOBUS_SDK_SERVICE_URL_GROUPS", &bare)]).code(0);
    let deep = format!("{bare}/base");
    run_with(&user, &[("GLOBUS_SDK_SERVICE_URL_GROUPS", &deep)]).code(1).says(["404"]);
    assert!(user.requests().contains(&"GET /base/v2/groups/my_groups".to_owned()));
}

#[test]
fn an_unknown_environment_is_an_error() {
    let user = User::logged_in();
    run_with(&user, &[("GLOBUS_SDK_ENVIRONMENT", "prod")]).code(2).says([
        "\"prod\"",
        "production",
        "preview",
    ]);
}

/// No environment is named, as when only the variables of `runner sandbox` are set.
const UNNAMED: (&str, &str) = ("GLOBUS_SDK_ENVIRONMENT", "");

#[test]
fn the_sandbox_has_a_token_file_of_its_own() {
    let user = User::logged_in();
    user.edit_token(|token| token["auth_url"] = "https://auth.globus.org/".into());
    let production = fs::read(user.token_file()).unwrap();
    let own = user.home().join(".sandbox-list-my-globus-groups-tokens.json");
    run_with(&user, &[UNNAMED]).code(3).says([&format!("no tokens are stored in `{}`", own.display())]);
    let mut terminal =
        user.terminal_in(["--profile", "groups"], &[(UNNAMED.0.to_owned(), UNNAMED.1.to_owned())]);
    terminal.paste_code(&user.sandbox);
    terminal.wait_for_end().code(0).says([&format!("the tokens are in `{}`", own.display())]);
    run_with(&user, &[UNNAMED]).code(0).stderr("");
    assert_eq!(mode(&own), 0o600);
    assert_eq!(fs::read(user.token_file()).unwrap(), production);

    // Neither can be an output.
    for file in [&own, &user.token_file()] {
        let mut command = user.command(["--profile", "groups", "-o", file.to_str().unwrap()]);
        Outcome::of(command.env(UNNAMED.0, UNNAMED.1)).code(2).says(["is also the token file"]);
    }
    Outcome::of(user.command(["logout", "groups"]).env(UNNAMED.0, UNNAMED.1)).code(0);
    assert!(!own.exists());
    assert_eq!(fs::read(user.token_file()).unwrap(), production);
}

#[test]
fn each_environment_has_a_token_file_of_its_own() {
    let user = User::logged_in();
    let text = include_str!("../profiles/groups.toml");
    user.write("db.toml", &text.replace(".list-my-globus-groups-tokens.json", "tokens.db"));
    user.write("app.toml", &text.replace("~/.list-my-globus-groups-tokens.json", "app:A"));
    for (variables, profile, file) in [
        ([("GLOBUS_SDK_ENVIRONMENT", "preview")], "groups", ".preview-list-my-globus-groups-tokens.json"),
        ([("GLOBUS_SDK_ENVIRONMENT", "test")], "./db.toml", "test-tokens.db"),
        ([("GLOBUS_SDK_ENVIRONMENT", "preview")], "./app.toml", "a/preview-tokens.json"),
        // The SDK knows an environment by its name only.
        ([UNNAMED], "./app.toml", "a/tokens.json"),
        ([("GLOBUS_SDK_ENVIRONMENT", "production")], "./db.toml", "/tokens.db"),
    ] {
        let mut command = user.command(["--profile", profile]);
        Outcome::of(command.envs(variables)).code(3).says([&format!("{file}`")]);
    }
    // A profile can name it, too.
    user.profile("preview", "[environment]\nname = \"preview\"");
    let mut command = user.command(["--profile", "./preview.toml"]);
    Outcome::of(command.env_remove("GLOBUS_SDK_ENVIRONMENT"))
        .code(3)
        .says([".preview-list-my-globus-groups-tokens.json`"]);
}

#[test]
fn the_profile_comes_after_the_environment() {
    let user = User::logged_in();
    user.profile(
        "elsewhere",
        "[environment]\nauth_url = \"https://a.invalid\"\ngroups_url = \"https://b.invalid\"",
    );
    user.run(["--profile", "./elsewhere.toml"]).code(0);
}

#[test]
fn wrong_timeouts_and_certificates_are_errors() {
    let user = User::logged_in();
    run_with(&user, &[("GLOBUS_SDK_HTTP_TIMEOUT", "soon")]).code(2).says(["GLOBUS_SDK_HTTP_TIMEOUT", "soon"]);
    run_with(&user, &[("GLOBUS_SDK_HTTP_TIMEOUT", "-1")]).code(0);
    run_with(&user, &[("GLOBUS_SDK_VERIFY_SSL", "/no/such/file")]).code(2).says(["GLOBUS_SDK_VERIFY_SSL"]);
}

#[test]
fn a_password_in_a_service_url_is_refused_and_never_shown() {
    let user = User::logged_in();
    for url in
        ["https://me:hunter2@groups.example/", "http://me:hunter2@groups.example/", "https://me:hunter2@:x"]
    {
        for variable in ["GLOBUS_SDK_SERVICE_URL_GROUPS", "GLOBUS_SDK_SERVICE_URL_AUTH"] {
            let mut command = user.command(["-vv", "--profile", "groups"]);
            Outcome::of(command.env(variable, url)).code(2).says([variable]).never_says("hunter2");
        }
    }
    assert!(user.requests().is_empty());
}

#[test]
fn absurd_timeouts_and_names_are_no_panic() {
    let user = User::logged_in();
    let with = |name: &str, value: &std::ffi::OsStr| {
        Outcome::of(user.command(["--profile", "groups"]).env(name, value)).code
    };
    assert_eq!(with("GLOBUS_SDK_HTTP_TIMEOUT", "5e18".as_ref()), Some(0));
    // A service that can't be named is not production's.
    let no_text = std::os::unix::ffi::OsStrExt::from_bytes(b"https://\xff.example/");
    assert_eq!(with("GLOBUS_SDK_SERVICE_URL_GROUPS", no_text), Some(2));
}
