//! Clients that authenticate with a secret: service accounts, and confidential clients with a user.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use globus_sandbox::{Client, Data, Fault, Options};
use serde_json::json;

use crate::support::{MY_GROUPS, Outcome, TOKEN, User, mkfifo, mode};

/// The service account of the sandbox's own data, and the groups it is in.
const ID: &str = "4f1b2c3d-8e7a-4d5c-b6f0-9a8e7d6c5b4a";
const SECRET: &str = "sandbox-secret-not-for-real-use";
const GROUPS: [&str; 3] = ["Climate Modeling Readers", "Beamline 7 Users", "Research Computing Help Desk"];

/// A profile for a client with a secret, in the home folder as `bot.toml`.
fn bot(user: &User, auth: &str) {
    bot_of(user, ID, auth);
}

fn bot_of(user: &User, id: &str, auth: &str) {
    let profile = include_str!("../profiles/groups.toml")
        .replace("61338d24-54d5-408f-a10d-66c06b59f6d2", id)
        .replace("~/.list-my-globus-groups-tokens.json", "bot.json");
    user.write("bot.toml", &format!("{profile}[auth]\n{auth}\n"));
}

fn command(user: &User) -> Command {
    let mut command = user.command(["--profile", "./bot.toml"]);
    command.env("BOT_SECRET", SECRET);
    command
}

fn run(user: &User) -> Outcome {
    Outcome::of(&mut command(user))
}

fn private(user: &User, name: &str, content: &str) {
    let path = user.write(name, content);
    fs::set_permissions(path, Permissions::from_mode(0o600)).unwrap();
}

fn token(user: &User) -> serde_json::Value {
    let tokens: serde_json::Value = serde_json::from_str(&user.read("bot.json")).unwrap();
    tokens["data"]["DEFAULT"]["groups.api.globus.org"].clone()
}

#[test]
fn it_needs_no_person_and_no_terminal() {
    let user = User::new();
    bot(&user, "client_secret = { env = \"BOT_SECRET\" }");
    let outcome = run(&user).code(0).stderr("");
    let names: Vec<&str> =
        outcome.stdout.lines().skip(1).map(|line| line.split('"').nth(1).unwrap()).collect();
    assert_eq!(names, GROUPS);

    let requests = user.sandbox.requests();
    let grant = requests.iter().find(|request| request.path == "/v2/oauth2/token").unwrap();
    assert_eq!(grant.header("authorization"), Some("Basic"));
    assert_eq!(grant.field("grant_type"), Some("client_credentials"));
    assert_eq!((grant.field("client_id"), grant.field("client_secret")), (None, None));
    let token = token(&user);
    assert_eq!((&token["identity_id"], &token["refresh_token"]), (&json!(ID), &json!(null)));
    assert_eq!(mode(&user.home().join("bot.json")), 0o600);
}

#[test]
fn its_token_is_kept_and_replaced_when_it_has_expired() {
    let user = User::new();
    bot(&user, "client_secret = { env = \"BOT_SECRET\" }");
    run(&user).code(0);
    assert_eq!(user.requests(), [TOKEN, MY_GROUPS]);
    // A valid token needs no secret.
    user.run(["--profile", "./bot.toml"]).code(0);
    assert_eq!(user.requests(), [MY_GROUPS]);

    let expired = user.read("bot.json").replace(&token(&user)["expires_at_seconds"].to_string(), "1");
    user.write("bot.json", &expired);
    run(&user).code(0).stderr("");
    assert_eq!(user.requests(), [TOKEN, MY_GROUPS]);
    // A rejected token is replaced once.
    user.sandbox.revoke_all();
    run(&user).code(0).stderr("");
    assert_eq!(user.requests(), [MY_GROUPS, TOKEN, MY_GROUPS]);
}

#[test]
fn twenty_runs_get_one_token() {
    let user = User::new();
    bot(&user, "client_secret = { env = \"BOT_SECRET\" }");
    let runs: Vec<_> = (0..20).map(|_| command(&user).stdout(Stdio::null()).spawn().unwrap()).collect();
    for mut run in runs {
        assert_eq!(run.wait().unwrap().code(), Some(0));
    }
    assert_eq!(user.requests().iter().filter(|request| *request == TOKEN).count(), 1);
}

#[test]
fn nothing_has_to_be_stored() {
    let user = User::new();
    bot(&user, "client_secret = { env = \"BOT_SECRET\" }");
    user.write("bot.toml", &user.read("bot.toml").replace("bot.json", "memory"));
    for _ in 0..2 {
        run(&user).code(0).stderr("");
        assert_eq!(user.requests(), [TOKEN, MY_GROUPS]);
    }
    // The profile, and the log of its runs.
    let mut names: Vec<_> =
        fs::read_dir(user.home()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, [".local", "bot.toml"]);
}

#[test]
fn the_secret_comes_from_a_private_file() {
    let user = User::new();
    bot(&user, "client_secret = { file = \"secret\" }");
    private(&user, "secret", &format!("{SECRET}\r\nmade for the nightly export\n"));
    run(&user).code(0).stderr("");

    fs::remove_file(user.home().join("bot.json")).unwrap();
    for open in [0o640, 0o604, 0o620, 0o666] {
        fs::set_permissions(user.home().join("secret"), Permissions::from_mode(open)).unwrap();
        let mode = format!("its mode is {open:04o}, so other users can access it");
        run(&user).code(2).stdout("").says([&mode, "chmod 600", "/secret`"]).never_says(SECRET);
    }
    private(&user, "secret", "\n");
    run(&user).code(2).says(["it is empty"]);
    fs::remove_file(user.home().join("secret")).unwrap();
    run(&user).code(2).says(["/secret`: it does not exist"]);
    mkfifo(&user.home().join("secret"));
    run(&user).code(2).says(["it is not a regular file"]);
}

#[test]
fn the_secret_can_be_a_credential_of_systemd() {
    let user = User::new();
    bot(&user, "client_secret = { file = \"${CREDENTIALS_DIRECTORY}/globus\" }");
    private(&user, "credentials/globus", SECRET);
    // An access control list for the user of the service shows as the access of a group.
    fs::set_permissions(user.home().join("credentials/globus"), Permissions::from_mode(0o440)).unwrap();
    let run = |folder: &str| {
        let mut command = user.command(["--profile", "./bot.toml"]);
        command.env("CREDENTIALS_DIRECTORY", user.home().join(folder));
        Outcome::of(&mut command)
    };
    run("credentials").code(0);
    let mut without = user.command(["--profile", "./bot.toml"]);
    Outcome::of(&mut without).code(2).says(["the environment variable CREDENTIALS_DIRECTORY is not set"]);
    // Elsewhere such a mode is refused.
    bot(&user, "client_secret = { file = \"credentials/globus\" }");
    fs::remove_file(user.home().join("bot.json")).unwrap();
    run("other").code(2).says(["its mode is 0440, so other users can access it"]);
}

#[test]
fn the_secret_comes_from_a_command() {
    let user = User::new();
    let quoted = "it's $HOME; *";
    bot(&user, &format!("client_secret = {{ command = [\"./pass\", \"show\", {quoted:?}] }}"));
    let script = format!(
        "#!/bin/sh\n[ \"$1 $2\" = \"show it's \\$HOME; *\" ] || exit 9\necho {SECRET}\necho login: me\n"
    );
    let pass = user.write("pass", &script);
    fs::set_permissions(&pass, Permissions::from_mode(0o700)).unwrap();
    run(&user).code(0).stderr("");
    // The command does not run again while the token is valid.
    fs::remove_file(pass).unwrap();
    run(&user).code(0);

    fs::remove_file(user.home().join("bot.json")).unwrap();
    let failing = |words: &str, expected: &str| {
        bot(&user, &format!("client_secret = {{ command = [\"sh\", \"-c\", {words:?}] }}"));
        run(&user)
            .code(2)
            .stdout("")
            .says(["`sh` did not print the client's secret", expected])
            .never_says(SECRET);
    };
    failing(&format!("echo {SECRET}; exit 3"), "it ended with exit status: 3");
    failing("echo no store >&2; exit 1", "no store");
    failing("true", "it is empty");
    // One that never ends, and one that leaves something behind that keeps its output open.
    failing("yes", "its output is too large for a secret");
    let words = format!("sleep 60 2>/dev/null & echo {SECRET}");
    bot(&user, &format!("client_secret = {{ command = [\"sh\", \"-c\", {words:?}] }}"));
    let start = Instant::now();
    run(&user).code(0);
    assert!(start.elapsed() < Duration::from_secs(60), "it waited for the process left behind");
    fs::remove_file(user.home().join("bot.json")).unwrap();
    bot(&user, "client_secret = { command = [\"no-such-program\"] }");
    run(&user).code(2).says(["`no-such-program` did not print", "there is no such program"]);
}

#[test]
fn a_variable_that_is_not_there_is_named() {
    let user = User::new();
    bot(&user, "client_secret = { env = \"BOT_SECRET\" }");
    let without = |edit: fn(&mut Command) -> &mut Command| Outcome::of(edit(&mut command(&user))).code(2);
    without(|command| command.env_remove("BOT_SECRET"))
        .says(["environment variable BOT_SECRET does not hold the client's secret: it is not set", "cron"]);
    without(|command| command.env("BOT_SECRET", "")).says(["it is empty"]);
}

#[test]
fn a_wrong_secret_is_refused_and_not_shown() {
    let user = User::new();
    bot(&user, "client_secret = { env = \"BOT_SECRET\" }");
    let mut wrong = command(&user);
    let wrong = Outcome::of(wrong.env("BOT_SECRET", "hunter2-hunter2"));
    wrong
        .code(1)
        .stdout("")
        .says(["Globus Auth rejected the client", "`client_id` in the profile"])
        .never_says("hunter2");
    let mut verbose = user.command(["-vv", "--profile", "./bot.toml"]);
    let verbose = Outcome::of(verbose.env("BOT_SECRET", SECRET)).code(0).never_says(SECRET);
    let basic = "NGYxYjJjM2Qt";
    verbose.never_says(basic).never_says(token(&user)["access_token"].as_str().unwrap());
}

/// Real secrets are base64; HTTP Basic has them as they are, unlike RFC 6749.
#[test]
fn a_secret_is_sent_as_it_is() {
    let id = "7d0c3d5e-0b51-4a53-9a0e-3c0f8e1d2b4c";
    let secret = "a+b/c%20d:e==";
    let mut data = Data::default();
    data.clients.push(Client::confidential(id, "Base64", secret));
    let user = User::with(Options { data, ..Options::default() });
    bot_of(&user, id, "client_secret = { env = \"BOT_SECRET\" }");
    Outcome::of(command(&user).env("BOT_SECRET", secret)).code(0).stdout("ID,Name,Roles\n");
}

#[test]
fn it_leaves_the_login_of_a_person_alone() {
    let user = User::logged_in();
    bot(&user, "client_secret = { env = \"BOT_SECRET\" }");
    fs::copy(user.token_file(), user.home().join("bot.json")).unwrap();
    let before = user.read("bot.json");
    run(&user)
        .code(2)
        .stdout("")
        .says(["a person's login is stored where this service account keeps its tokens"]);
    assert_eq!(user.read("bot.json"), before);
    bot(&user, "client_secret = { env = \"BOT_SECRET\" }\nnamespace = \"bot\"");
    run(&user).code(0);
    assert!(user.read("bot.json").contains(user.token()["refresh_token"].as_str().unwrap()));
}

#[test]
fn a_person_and_the_client_do_not_act_for_each_other() {
    let user = User::new();
    let (bot_auth, person_auth) = (
        "client_secret = { env = \"BOT_SECRET\" }",
        "client_secret = { env = \"BOT_SECRET\" }\nlogin = \"paste\"\nrefresh_tokens = false",
    );
    bot(&user, bot_auth);
    run(&user).code(0);
    bot(&user, person_auth);
    run(&user).code(3).says(["the stored tokens are for the client itself, not for a person"]);

    // Nor does the client use the tokens of a person, whether the identity is known or not.
    bot(&user, "client_secret = { env = \"BOT_SECRET\" }\nlogin = \"paste\"");
    let mut terminal = crate::support::Terminal::open(&command(&user), user.home());
    terminal.paste_code(&user.sandbox);
    terminal.wait_for_end().code(0);
    bot(&user, bot_auth);
    run(&user).code(2).says(["a person's login is stored", "has a refresh token"]);
    bot(&user, person_auth);

    // The other way round needs a scope that names the identity.
    fs::remove_file(user.home().join("bot.json")).unwrap();
    let with_openid = user.read("bot.toml").replace("scopes      = [", "scopes      = [\"openid\", ");
    user.write("bot.toml", &with_openid);
    let mut terminal = crate::support::Terminal::open(&command(&user), user.home());
    terminal.paste_code(&user.sandbox);
    terminal.wait_for_end().code(0);
    user.write("bot.toml", &with_openid.replace(person_auth, bot_auth));
    run(&user).code(2).stdout("").says(["a person's login is stored", "is for the identity a6e8f3b2-"]);
}

#[test]
fn a_new_client_gets_a_token_of_its_own() {
    let id = "7d0c3d5e-0b51-4a53-9a0e-3c0f8e1d2b4c";
    let mut data = Data::default();
    data.clients.push(Client::confidential(id, "Another", SECRET));
    let user = User::with(Options { data, ..Options::default() });
    bot(&user, "client_secret = { env = \"BOT_SECRET\" }");
    run(&user).code(0);
    bot_of(&user, id, "client_secret = { env = \"BOT_SECRET\" }");
    run(&user).code(0).stdout("ID,Name,Roles\n").stderr("");
    assert_eq!(token(&user)["client_id"], id);
}

#[test]
fn login_status_and_logout_know_it() {
    let user = User::new();
    bot(&user, "client_secret = { env = \"BOT_SECRET\" }");
    let with_secret = |arguments: [&str; 2]| Outcome::of(user.command(arguments).env("BOT_SECRET", SECRET));
    with_secret(["status", "./bot.toml"]).code(0);
    user.run(["status", "./bot.toml"]).code(2);
    with_secret(["login", "./bot.toml"])
        .code(0)
        .says(["note: got a token for 4f1b2c3d", "@clients.auth.globus.org"]);
    user.run(["status", "./bot.toml"]).code(0);
    user.run(["login", "./bot.toml", "--paste"]).code(2).says(["are for people"]);
    with_secret(["logout", "./bot.toml"]).code(0);
    let status = with_secret(["status", "./bot.toml"]).code(0);
    assert!(
        status
            .stdout
            .contains("ready, as far as the tokens show; it gets a token with the client's secret first"),
        "{status:#?}"
    );
}

#[test]
fn the_sandbox_flag_needs_no_secret() {
    let user = User::new();
    bot_of(&user, "7d0c3d5e-0b51-4a53-9a0e-3c0f8e1d2b4c", "client_secret = { env = \"NOT_SET\" }");
    let outcome = user.run(["--profile", "./bot.toml", "--sandbox"]).code(0);
    assert_eq!(outcome.stdout.lines().count(), 1 + GROUPS.len());
}

#[test]
fn a_confidential_client_can_have_a_user() {
    let user = User::new();
    bot(&user, "client_secret = { env = \"BOT_SECRET\" }\nlogin = \"auto\"");
    run(&user).code(3).says(["no tokens are stored"]);
    assert_eq!(user.requests(), [""; 0]);

    let mut terminal = crate::support::Terminal::open(&command(&user), user.home());
    let url = terminal.login_url();
    assert!(url.query_pairs().any(|(name, _)| name == "code_challenge"));
    let code = user.sandbox.approve(&url).unwrap();
    let outcome = terminal.type_line(&code).wait_for_end().code(0);
    assert!(outcome.stdout.contains("\"Climate Modeling\",admin|member"), "{outcome:#?}");
    let exchange =
        user.sandbox.requests().into_iter().find(|request| request.path == "/v2/oauth2/token").unwrap();
    assert_eq!(exchange.header("authorization"), Some("Basic"));
    assert_eq!(
        (exchange.field("client_id"), exchange.field("grant_type")),
        (None, Some("authorization_code"))
    );
    user.requests();

    user.sandbox.expire_access_tokens();
    run(&user).code(0).stderr("");
    assert_eq!(user.requests(), [MY_GROUPS, TOKEN, MY_GROUPS]);
    user.run(["login", "./bot.toml", "--browser"]).code(2).says(["use --paste"]);
    // The secret is read before the person logs in.
    let mut terminal = user.terminal(["login", "./bot.toml"]);
    terminal.wait_for_end().code(2).says(["BOT_SECRET", "it is not set"]).never_says("Code: ");
}

#[test]
fn its_secret_is_not_shown_if_globus_auth_quotes_it() {
    let user = User::new();
    bot(&user, "client_secret = { env = \"BOT_SECRET\" }");
    let basic = STANDARD.encode(format!("{ID}:{SECRET}"));
    let description = format!("no client {SECRET}, Basic {basic}");
    let body = json!({ "error": "invalid_client", "error_description": description });
    user.sandbox.add_fault(Fault::json("/v2/oauth2/token", 401, body));
    run(&user).code(1).says(["no client ***, Basic ***"]).never_says(SECRET).never_says(&basic);
    // Nothing is stored, so nothing is left to lock.
    assert!(!user.home().join("bot.json.lock").exists());
}

#[test]
fn a_byte_order_mark_is_no_part_of_its_secret() {
    let user = User::new();
    bot(&user, "client_secret = { file = \"secret\" }");
    private(&user, "secret", &format!("\u{feff}{SECRET}\r\n"));
    run(&user).code(0);
}
