//! A profile and a template to start with.

use std::fs;
use std::path::Path;
use std::process::Stdio;

use serde_json::Value;

use crate::support::{User, mode};

const PROFILES: &str = ".config/globus-runner/profiles";
const TEMPLATES: &str = ".config/globus-runner/templates";
const FORMATS: [&str; 12] =
    ["csv", "dot", "html", "json", "md", "sh", "sql", "tex", "tsv", "txt", "xml", "yaml"];

/// The profile `mine`, parsed.
fn profile(user: &User) -> toml::Table {
    user.read(&format!("{PROFILES}/mine.toml")).parse().unwrap()
}

#[test]
fn what_is_written_is_fine_and_runs_in_every_format() {
    let user = User::new();
    user.write("empty.json", r#"{"groups": []}"#);
    for format in FORMATS {
        let name = format!("my-{format}");
        let made = user.run(["init", &name, "--format", format]).code(0);
        let template = user.home().join(TEMPLATES).join(format!("{name}.{format}.hbs"));
        let paths = format!(
            "{}\n{}\n",
            user.home().join(PROFILES).join(format!("{name}.toml")).display(),
            template.display()
        );
        made.stdout(&paths).says([&format!("`runner --profile {name} --sandbox` tries it")]);
        let checked = user.run(["check", &name]).code(0).stderr("");
        assert!(checked.stdout.contains(": no mistakes\n"), "{checked:?}");
        let tried = user.run(["-q", "--profile", &name, "--sandbox"]).code(0).stderr("").stdout;
        assert!(tried.contains("Climate Modeling") && !tried.contains("{{"), "{tried}");
        assert!(!tried.starts_with('\n') && !tried.contains("This comment"), "{tried}");
        let empty = user.run(["-q", "render", &name, "--data", "empty.json"]).code(0).stdout;
        match format {
            "json" => {
                assert!(serde_json::from_str::<Value>(&tried).unwrap().as_array().unwrap().len() > 3);
                assert_eq!(empty, "[\n]\n");
            }
            "yaml" => assert_eq!(empty, "groups:\n  []\n"),
            "sh" => assert!(tried.starts_with("#!/bin/sh\n")),
            _ => {}
        }
    }
    // A newcomer meets them in the list, with what they are.
    let listing = user.run(["templates"]).code(0).stdout;
    assert!(listing.contains("my-tex.tex.hbs\n    writes tex: The groups as LaTeX\n"), "{listing}");
}

#[test]
fn the_defaults_are_those_of_a_person() {
    let user = User::new();
    user.run(["init", "mine"]).code(0);
    let expected: toml::Table = r#"
        description = "The Globus groups I belong to"
        client_id = "61338d24-54d5-408f-a10d-66c06b59f6d2"
        scopes = ["urn:globus:auth:scope:groups.api.globus.org:view_my_groups_and_memberships"]
        storage = "~/.local/state/globus-runner/mine.json"
        template = "mine.csv.hbs"
    "#
    .parse()
    .unwrap();
    assert_eq!(profile(&user), expected);
    assert_eq!(mode(&user.home().join(".config/globus-runner")), 0o700);
    let text = user.read(&format!("{PROFILES}/mine.toml"));
    assert!(!text.contains("{{#") && text.contains("{{vars.title}}"), "{text}");
    assert!(text.lines().all(|line| line.len() <= 120), "{text}");
    // With the commented settings it is valid, too.
    let uncommented: Vec<&str> = text.lines().map(without_comment_mark).collect();
    for line in ["[auth]", "mode = \"0600\"", "[hooks]", "[notify]"] {
        assert!(uncommented.contains(&line), "{line} is not in {text}");
    }
    user.write("uncommented.toml", &uncommented.join("\n"));
    user.run(["check", "./uncommented.toml"]).code(0);
}

/// A setting in a comment has no blank behind the `#`.
fn without_comment_mark(line: &str) -> &str {
    let setting = line.strip_prefix('#');
    setting.filter(|rest| !rest.is_empty() && !rest.starts_with([' ', ':'])).unwrap_or(line)
}

#[test]
fn options_say_what_the_profile_says() {
    let user = User::new();
    let mut command = user.command(["init", "mine", "--folder", "lab"]);
    command.args([
        "--description",
        "Say \"hi\"\\\n[auth]",
        "--client-id",
        "4F1b2c3d-8e7a-4d5c-b6f0-9a8e7d6c5b4a",
    ]);
    command.args(["--storage", "memory", "--format", "md", "-o", "out/groups.md"]);
    command.args(["--service-account", "env:GLOBUS_CLIENT_SECRET"]);
    let made = crate::support::Outcome::of(&mut command).code(0);
    made.stdout("lab/mine.toml\nlab/mine.md.hbs\n").says(["`runner --profile lab/mine.toml`"]);
    let text = user.read("lab/mine.toml");
    let profile: toml::Table = text.parse().unwrap();
    assert_eq!(profile["description"].as_str(), Some("Say \"hi\"\\\n[auth]"));
    assert_eq!(profile["storage"].as_str(), Some("memory"));
    assert_eq!(profile["output"]["path"].as_str(), Some("out/groups.md"));
    assert_eq!(profile["auth"]["client_secret"]["env"].as_str(), Some("GLOBUS_CLIENT_SECRET"));
    assert!(text.contains("runner check lab/mine.toml ") && !text.contains("tutorials"), "{text}");
    user.run(["check", "lab/mine.toml"]).code(2).says(["create it with `mkdir -p lab/out`"]);
    std::fs::create_dir(user.home().join("lab/out")).unwrap();
    user.run(["check", "lab/mine.toml"]).code(0).stderr("");
    let printed = user.run(["--profile", "lab/mine.toml", "--sandbox"]).code(0).stdout;
    assert!(printed.contains("| Name"), "{printed}");
}

#[test]
fn wrong_options_say_why() {
    let user = User::new();
    let long = "11111111-2222-4333-8444-555555555555";
    for (arguments, words) in [
        (["--client-id", "me"], "--client-id can't be `me`: `client_id` must be a UUID"),
        (["--storage", "x.yaml"], "--storage can't be `x.yaml`"),
        (["--output", ""], "--output can't be ``: a path cannot be empty"),
        (["--service-account", "hunter2"], "the secret itself is never written into a profile"),
        (["--service-account", "env:SECRET"], "a service account needs --client-id"),
        (["--format", "pdf"], "possible values: conf, csv, dot"),
    ] {
        user.run(["init", "mine", arguments[0], arguments[1]]).code(2).stdout("").says([words]);
    }
    user.run(["init", "../mine", "--client-id", long]).code(2).says(["is not the name of a profile"]);
    user.run(["init", "a b"]).code(2).says(["is not the name of a profile"]);
    assert!(fs::read_dir(user.home()).unwrap().next().is_none(), "something was written");
}

#[test]
fn nothing_is_overwritten_without_force() {
    let user = User::new();
    user.run(["init", "mine"]).code(0);
    let template = user.write(&format!("{TEMPLATES}/mine.csv.hbs"), "edited");
    user.run(["init", "mine"]).code(2).stdout("").says(["mine.toml already exists", "--force"]);
    fs::remove_file(user.home().join(PROFILES).join("mine.toml")).unwrap();
    user.run(["init", "mine"]).code(2).stdout("").says(["mine.csv.hbs already exists"]);
    assert!(!user.home().join(PROFILES).join("mine.toml").exists());
    assert_eq!(fs::read_to_string(&template).unwrap(), "edited");
    user.run(["init", "mine", "--force"]).code(0);
    assert!(fs::read_to_string(&template).unwrap().starts_with("{{!--"));
    user.write("file", "");
    user.run(["init", "mine", "--folder", "file"]).code(1).says(["can't write"]);
}

#[test]
fn both_files_are_written_or_neither() {
    let user = User::new();
    let profile = user.home().join(PROFILES).join("mine.toml");
    let template = user.home().join(TEMPLATES).join("mine.csv.hbs");
    // A folder that no file can replace.
    fs::create_dir_all(&profile).unwrap();
    user.run(["init", "mine", "--force"]).code(1).says(["can't write", "mine.toml"]);
    assert!(!template.exists());
    fs::write(&template, "edited").unwrap();
    user.run(["init", "mine", "--force"]).code(1);
    assert_eq!(fs::read_to_string(&template).unwrap(), "edited");
}

#[test]
fn a_profile_that_hides_another_says_so() {
    let user = User::new();
    let notes = ["`groups` is now this profile, no longer the built-in one"];
    user.run(["init", "groups"]).code(0).says(notes);
    user.run(["check", "groups"]).code(0);
}

#[test]
fn at_a_terminal_it_asks_and_asks_again() {
    let user = User::new();
    let mut terminal = user.terminal(["init", "mine", "--storage", "memory"]);
    terminal
        .shows("What is it for, in one line? [The Globus groups I belong to]: ")
        .type_line("Ada's \"own\"");
    terminal.shows("a service account? [person]: ").type_line("robot");
    terminal.shows("Not valid: answer `person` or `service account`").shows("[person]: ").type_line("");
    terminal.shows("[61338d24-54d5-408f-a10d-66c06b59f6d2]: ").type_line("me");
    terminal.shows("must be a UUID").shows("[61338d24-54d5-408f-a10d-66c06b59f6d2]: ").type_line("");
    terminal.shows("yml? [csv]: ").type_line("html");
    terminal.shows("- is stdout [-]: ").type_line("~/groups.html");
    let outcome = terminal.wait_for_end().code(0).never_says("Where are tokens kept");
    assert_eq!(outcome.stdout.lines().count(), 2, "{outcome:?}");
    let written = profile(&user);
    assert_eq!(written["description"].as_str(), Some("Ada's \"own\""));
    assert_eq!(written["storage"].as_str(), Some("memory"));
    assert_eq!(written["template"].as_str(), Some("mine.html.hbs"));
    assert_eq!(written["output"]["path"].as_str(), Some("~/groups.html"));
    assert!(!written.contains_key("auth"));
    user.run(["check", "mine"]).code(0).stderr("");
}

#[test]
fn a_service_account_is_asked_for_its_own_client_and_secret() {
    let user = User::new();
    let mut terminal = user.terminal(["init", "mine"]);
    terminal.shows("in one line? ").type_line("");
    terminal.shows("[person]: ").type_line("service account");
    terminal.shows("Globus application: ").type_line("");
    terminal
        .shows("must be a UUID")
        .shows("Globus application: ")
        .type_line("4f1b2c3d-8e7a-4d5c-b6f0-9a8e7d6c5b4a");
    terminal.shows("[file:~/.config/globus-runner/mine.secret]: ").type_line("hunter2");
    terminal.shows("never written into a profile").shows("mine.secret]: ").type_line("");
    terminal.shows("globus-runner/mine.json]: ").type_line("~/tokens.db");
    terminal.shows("yml? [csv]: ").type_line("");
    terminal.shows("- is stdout [-]: ").type_line("");
    terminal.wait_for_end().code(0);
    let written = profile(&user);
    let secret = written["auth"]["client_secret"]["file"].as_str();
    assert_eq!(secret, Some("~/.config/globus-runner/mine.secret"));
    user.run(["--profile", "mine", "--sandbox"]).code(0);
}

#[test]
fn cancelled_questions_leave_nothing() {
    for (key, words) in [('c', "interrupted"), ('d', "nothing has been written")] {
        let user = User::new();
        let mut terminal = user.terminal(["init", "mine"]);
        terminal.shows("in one line? ").type_line("");
        terminal.shows("[person]: ").press_control(key);
        terminal.wait_for_end().code(130).stdout("").says([words]);
        assert!(!user.home().join(Path::new(".config")).exists());
    }
}

#[test]
fn many_at_once_share_one_schema() {
    let user = User::new();
    let children: Vec<_> = (0..8)
        .map(|n| {
            user.command([]).args(["init", &format!("p{n}"), "-q"]).stdout(Stdio::null()).spawn().unwrap()
        })
        .collect();
    for mut child in children {
        assert_eq!(child.wait().unwrap().code(), Some(0));
    }
    let schema = user.read(".config/globus-runner/profiles/globus-runner.schema.json");
    assert_eq!(schema, user.run(["schema"]).stdout);
}

#[test]
fn a_stored_login_is_offered_at_a_terminal() {
    let user = User::logged_in();
    let mut terminal = user.terminal(["init", "mine", "--format", "csv"]);
    terminal.shows("in one line? ").type_line("");
    terminal.shows("[person]: ").type_line("");
    terminal.shows("[61338d24-54d5-408f-a10d-66c06b59f6d2]: ").type_line("");
    terminal
        .shows("The login of `groups` is there, and this profile can use it.")
        .shows("[~/.list-my-globus-groups-tokens.json]: ")
        .type_line("");
    terminal.shows("- is stdout [-]: ").type_line("");
    terminal.wait_for_end().code(0);
    user.run(["--profile", "mine"]).code(0).stderr("");

    // A service account can't use it, nor can another client.
    for (account, client) in [
        ("service account", "4f1b2c3d-8e7a-4d5c-b6f0-9a8e7d6c5b4a"),
        ("person", "00000000-2222-4333-8444-555555555555"),
    ] {
        let mut terminal = user.terminal(["init", "other", "--format", "csv"]);
        terminal.shows("in one line? ").type_line("");
        terminal.shows("[person]: ").type_line(account);
        terminal.shows("Client ID of the Globus application").type_line(client);
        terminal.shows("Where ");
        if account != "person" {
            terminal.type_line("").shows("Where are ");
        }
        terminal.shows("globus-runner/other.json]: ").press_control('c');
        terminal.wait_for_end().code(130).never_says("can use it");
    }
    // Without a terminal nothing is assumed.
    user.run(["init", "third"]).code(0);
    let third = user.read(&format!("{PROFILES}/third.toml"));
    assert!(third.contains("storage = \"~/.local/state/globus-runner/third.json\""), "{third}");
}

#[test]
fn the_login_of_an_own_profile_is_offered_before_a_built_in_one() {
    let user = User::logged_in();
    let own = "00000000-2222-4333-8444-555555555555";
    let text = include_str!("../profiles/groups.toml")
        .replace("61338d24-54d5-408f-a10d-66c06b59f6d2", own)
        .replace("~/.list-my-globus-groups-tokens.json", "../own.json");
    user.write(&format!("{PROFILES}/work.toml"), &text);
    let mut tokens = user.tokens();
    tokens["data"]["DEFAULT"]["groups.api.globus.org"]["client_id"] = own.into();
    user.write(".config/globus-runner/own.json", &tokens.to_string());
    let mut terminal = user.terminal(["init", "mine", "--format", "csv"]);
    terminal.shows("in one line? ").type_line("");
    terminal.shows("[person]: ").type_line("");
    terminal.shows(&format!("[{own}]: ")).type_line("");
    terminal.shows("The login of `work` is there").shows("[~/.config/globus-runner/profiles/../own.json]: ");
    terminal.press_control('c').wait_for_end().code(130);
    // A login that lacks what the new profile needs is not offered.
    tokens["data"]["DEFAULT"]["groups.api.globus.org"]["scope"] = "openid".into();
    user.write(".config/globus-runner/own.json", &tokens.to_string());
    let mut terminal = user.terminal(["init", "mine", "--format", "csv"]);
    terminal.shows("in one line? ").type_line("");
    terminal.shows("[person]: ").type_line("");
    terminal.shows("[61338d24-54d5-408f-a10d-66c06b59f6d2]: ").press_control('c');
    terminal.wait_for_end().code(130);
}
