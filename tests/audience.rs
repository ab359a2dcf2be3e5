//! A token goes to the services of the Globus that issued it, and nowhere else.

use std::process::Command;

use serde_json::Value;

use crate::support::tls::{Authority, Certificate};
use crate::support::{MY_GROUPS, Outcome, Server, User};

const AUTH: &str = "GLOBUS_SDK_SERVICE_URL_AUTH";
const GROUPS: &str = "GLOBUS_SDK_SERVICE_URL_GROUPS";

/// A user with a token of production; the sandbox accepts it.
fn with_token_of_production() -> User {
    let user = User::logged_in();
    user.edit_token(|token| token["auth_url"] = "https://auth.globus.org/".into());
    user
}

/// A user with a token that another program stored, without its issuer.
fn with_token_of_another_program() -> User {
    let user = User::logged_in();
    user.edit_token(|token| {
        for key in ["auth_url", "client_id"] {
            token.as_object_mut().unwrap().remove(key);
        }
    });
    user
}

/// The command with these variables, where production is the Globus, behind a proxy that can only be asked.
fn command<const N: usize>(
    user: &User,
    proxy: &Server,
    arguments: [&str; N],
    variables: &[(&str, &str)],
) -> Command {
    let mut command = user.command(arguments);
    command.env_remove(AUTH).env_remove(GROUPS).env("HTTPS_PROXY", &proxy.url);
    command.envs(variables.iter().copied());
    command
}

fn nothing_but_errors() -> Server {
    Server::saying("HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n")
}

#[test]
fn a_variable_alone_sends_no_token_of_production_elsewhere() {
    let user = with_token_of_production();
    let server = nothing_but_errors();
    let before = user.tokens();
    for url in [server.url.as_str(), "https://groups.example.org/", "https://groups.api.preview.globus.org/"]
    {
        let run = |arguments: [&str; 2]| {
            Outcome::of(&mut command(&user, &server, arguments, &[(GROUPS, url)])).code(2).stdout("").says([
                "error: a token issued by https://auth.globus.org/ is not sent to ",
                url,
                &format!("only {GROUPS} names that address"),
                "help: unset it, or name an https URL in the profile's `[environment]`",
            ]);
        };
        run(["--profile", "groups"]);
        run(["data", "groups"]);
        let status = Outcome::of(&mut command(&user, &server, ["status", "groups"], &[(GROUPS, url)]));
        assert!(
            status.stdout.contains("not ready: a token issued by https://auth.globus.org/ is not sent to")
        );
        // Nor is one refreshed for that.
        user.expire_token_in(0);
        run(["--profile", "groups"]);
        // Nor is a login asked for.
        std::fs::remove_file(user.token_file()).unwrap();
        run(["--profile", "groups"]);
        user.write(".list-my-globus-groups-tokens.json", &before.to_string());
    }
    assert_eq!(server.heads(), [""; 0]);
    assert_eq!(user.requests(), [""; 0]);
}

#[test]
fn a_token_stays_in_its_environment() {
    let user = with_token_of_production();
    let server = nothing_but_errors();
    let variables = [("GLOBUS_SDK_ENVIRONMENT", "preview"), (AUTH, "https://auth.globus.org/")];
    Outcome::of(&mut command(&user, &server, ["--profile", "groups"], &variables)).code(2).says([
        "error: a token issued by https://auth.globus.org/ is not sent to https://groups.api.preview.globus.org/",
        "they belong to different Globus environments",
    ]);
    // Preview has a token file of its own, and does not take a token of production from that either.
    let variables = [("GLOBUS_SDK_ENVIRONMENT", "preview")];
    for (code, reason) in [(3, "no tokens are stored"), (2, "they are from https://auth.globus.org/")] {
        Outcome::of(&mut command(&user, &server, ["--profile", "groups"], &variables))
            .code(code)
            .says([reason]);
        let preview = user.home().join(".preview-list-my-globus-groups-tokens.json");
        std::fs::copy(user.token_file(), preview).unwrap();
    }
    assert_eq!(server.heads(), [""; 0]);
}

#[test]
fn a_profile_can_name_another_url_over_https() {
    let user = with_token_of_production();
    let server = nothing_but_errors();
    let authority = Authority::new();
    user.write("ca.pem", &authority.pem());
    let url = authority.serve(&user.sandbox, &Certificate::default()).url;
    let http = "[http]\nca_file = \"ca.pem\"\n";
    user.profile("mine", &format!("{http}[environment]\ngroups_url = \"{url}\""));
    let run = |variables: &[(&str, &str)]| {
        Outcome::of(&mut command(&user, &server, ["--profile", "./mine.toml"], variables))
    };
    run(&[]).code(0).stderr("");
    // A variable that says the same changes nothing.
    run(&[(GROUPS, url.trim_end_matches('/'))]).code(0).stderr("");
    assert_eq!(user.requests(), [MY_GROUPS; 2]);

    let plain = user.sandbox.url().clone();
    user.profile("plain", &format!("[environment]\ngroups_url = \"{plain}\""));
    Outcome::of(&mut command(&user, &server, ["--profile", "./plain.toml"], &[]))
        .code(2)
        .says(["`groups_url` in the profile is not https"]);
    assert_eq!(user.requests(), [""; 0]);
}

#[test]
fn a_token_of_another_program_goes_to_this_machine_and_to_the_environment() {
    let user = with_token_of_another_program();
    let server = nothing_but_errors();
    let sandbox = user.sandbox.url().to_string();
    let run = |variables: &[(&str, &str)]| {
        Outcome::of(&mut command(&user, &server, ["--profile", "groups"], variables))
    };
    run(&[(GROUPS, &sandbox)]).code(0).stderr("");
    assert_eq!(user.requests(), [MY_GROUPS]);
    run(&[(GROUPS, "https://groups.example.org/")])
        .code(2)
        .says(["error: a token whose issuer is not known is not sent to https://groups.example.org/"]);
    // What a refresh brings would be issued by production.
    user.expire_token_in(0);
    run(&[(GROUPS, &sandbox)]).code(2).says(["a token issued by https://auth.globus.org/ is not sent"]);
    assert_eq!((user.requests(), server.heads()), (vec![], vec![]));

    let user = with_token_of_another_program();
    user.profile("once", "[http]\nretries = 0");
    Outcome::of(&mut command(&user, &server, ["--profile", "./once.toml"], &[])).code(4);
    assert!(server.heads()[0].starts_with("CONNECT groups.api.globus.org:443 "));
}

#[test]
fn a_variable_alone_sends_no_refresh_token_and_no_secret_to_another_auth() {
    let user = with_token_of_another_program();
    let server = nothing_but_errors();
    let elsewhere = [(AUTH, "https://auth.example.org/")];
    user.expire_token_in(0);
    let before = user.tokens();
    for arguments in [["--profile", "groups"], ["logout", "groups"]] {
        Outcome::of(&mut command(&user, &server, arguments, &elsewhere)).code(2).says([
            "error: a token whose issuer is not known is not sent to https://auth.example.org/",
            &format!("only {AUTH} names that address"),
        ]);
        assert_eq!(user.tokens(), before);
    }
    user.profile("bot", "[auth]\nclient_secret = { env = \"BOT_SECRET\" }\nnamespace = \"bot\"");
    let mut bot = command(&user, &server, ["--profile", "./bot.toml"], &elsewhere);
    Outcome::of(bot.env("BOT_SECRET", "hunter2"))
        .code(2)
        .says(["error: the client's secret is not sent to https://auth.example.org/"])
        .never_says("hunter2");
    // A token that looks up consents is one, too.
    let scopes =
        ["openid", "urn:globus:auth:scope:groups.api.globus.org:view_my_groups_and_memberships[email]"];
    user.profile_with_scopes("consents", &scopes, "");
    user.edit_token(|token| token["expires_at_seconds"] = i64::MAX.into());
    let mut tokens = user.tokens();
    let mut auth: Value = user.token();
    auth["resource_server"] = "auth.globus.org".into();
    (auth["scope"], auth["identity_id"]) = ("openid".into(), "ada".into());
    tokens["data"]["DEFAULT"]["auth.globus.org"] = auth;
    user.write(".list-my-globus-groups-tokens.json", &tokens.to_string());
    Outcome::of(&mut command(&user, &server, ["--profile", "./consents.toml"], &elsewhere))
        .code(2)
        .says(["a token whose issuer is not known is not sent to https://auth.example.org/"]);
    assert_eq!(server.heads(), [""; 0]);
    assert_eq!(user.requests(), [""; 0]);
}
