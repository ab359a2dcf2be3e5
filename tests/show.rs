//! `runner show`: a profile as meant, with where each value comes from.

use globus_runner::EMBEDDED_PROFILES;
use serde_json::{Value, json};

use crate::support::{Outcome, Terminal, User};

/// A profile with a base, and a template that prints what it sees of both.
fn user() -> User {
    let user = User::new();
    user.write(
        "shared/base.toml",
        "client_id = \"61338d24-54d5-408f-a10d-66c06b59f6d2\"\n\
         scopes = [\"urn:globus:auth:scope:groups.api.globus.org:all\"]\nstorage = \"tokens.json\"\n\
         template = \"own.json.hbs\"\n[vars]\nfirst = { z = 1, a = \"\\u001b[31m\\u202e\" }\nsecond = 2\n\
         [output.guard]\nmax_removed = \"10%\"\n",
    );
    user.write("shared/own.json.hbs", "{{json vars}}");
    user.write(
        "mine.toml",
        "extends = \"shared/base.toml\"\n[vars]\nday = 2024-02-29\n\"a b\".\"\" = [1.5, { x = true }]\n\
         [vars.second]\nn = 0x10\n[http]\nretries = 2\n[output]\npath = \"../out.json\"\n",
    );
    user
}

/// The settings of `--json`, by key.
fn settings(outcome: &Outcome) -> serde_json::Map<String, Value> {
    let shown: Value = serde_json::from_str(&outcome.stdout).unwrap();
    let rows = shown["settings"].as_array().unwrap().iter();
    rows.map(|row| (row["key"].as_str().unwrap().to_owned(), row.clone())).collect()
}

#[test]
fn what_is_shown_does_the_same_as_the_profile() {
    let user = User::new();
    for (name, _) in EMBEDDED_PROFILES {
        let shown = user.run(["show", name]).code(0).stderr("").stdout;
        user.write("elsewhere/shown.toml", &shown);
        for data in ["--sandbox", "--sandbox=hostile"] {
            let [own, copy] = [*name, "elsewhere/shown.toml"].map(|profile| {
                let rendered = user.run(["run", profile, data, "-o", "-"]).code(0);
                // The page for a browser names its profile.
                rendered.stdout.replace("shown", name)
            });
            assert_eq!(own, copy, "{name}: {shown}");
        }
        // All that was filled in is written now, and means the same.
        let values = |profile: &str| -> Vec<(String, Value)> {
            let settings = settings(&user.run(["show", profile, "--json"]).code(0));
            settings.into_iter().map(|(key, row)| (key, row["value"].clone())).collect()
        };
        assert_eq!(values(name), values("elsewhere/shown.toml"));
    }
}

#[test]
fn it_does_not_depend_on_the_folder_or_on_the_bases() {
    let user = user();
    let shown = user.run(["show", "mine.toml"]).code(0).stdout;
    user.write("elsewhere/shown.toml", &shown);
    let vars = user.run(["render", "mine.toml"]).code(0).stdout;
    assert_eq!(user.run(["render", "elsewhere/shown.toml"]).code(0).stdout, vars, "{shown}");
    assert!(vars.starts_with("{\"day\":\"2024-02-29\""), "{vars}");
    let home = user.home().canonicalize().unwrap();
    for path in ["shared/tokens.json", "shared/own.json.hbs", "../out.json"] {
        assert!(shown.contains(&format!("\"{}/{path}\"", home.display())), "{path}: {shown}");
    }
    assert!(!shown.contains("extends"), "{shown}");
    // What a terminal obeys is escaped, and still the same value.
    assert!(shown.contains(r#"first.a = "\u001b[31m\u202E""#), "{shown}");
}

#[test]
fn each_value_says_where_it_comes_from() {
    let user = user();
    let command = || {
        let mut command = user.command(["show", "mine.toml", "--json"]);
        command.env("GLOBUS_SDK_HTTP_TIMEOUT", "2.5").env("GLOBUS_SDK_ENVIRONMENT", "preview");
        command
    };
    let shown: Value = serde_json::from_str(&Outcome::of(&mut command()).code(0).stderr("").stdout).unwrap();
    assert_eq!((&shown["profile"], &shown["file"]), (&json!("mine.toml"), &json!("mine.toml")));
    assert_eq!(shown["extends"], json!(["shared/base.toml"]));
    let settings = settings(&Outcome::of(&mut command()));
    for (key, value, source, file, line, variable) in [
        (
            "client_id",
            json!("61338d24-54d5-408f-a10d-66c06b59f6d2"),
            "file",
            Some("shared/base.toml"),
            Some(1),
            None,
        ),
        ("vars.second.n", json!(16), "file", Some("mine.toml"), Some(6), None),
        ("vars.\"a b\".\"\"", json!([1.5, { "x": true }]), "file", Some("mine.toml"), Some(4), None),
        ("output.guard.max_removed", json!("10%"), "file", Some("shared/base.toml"), Some(9), None),
        ("http.retries", json!(2), "file", Some("mine.toml"), Some(8), None),
        ("auth.login", json!("auto"), "default", None, None, None),
        ("auth.grant", json!("authorization_code"), "default", None, None, None),
        ("http.timeout", json!(2.5), "environment", None, None, Some("GLOBUS_SDK_HTTP_TIMEOUT")),
        ("environment.name", json!("preview"), "environment", None, None, Some("GLOBUS_SDK_ENVIRONMENT")),
    ] {
        let expected = json!({
            "key": key, "value": value, "source": source, "file": file, "line": line, "variable": variable,
            "hidden": false,
        });
        assert_eq!(settings.get(key), Some(&expected), "{settings:#?}");
    }
    // A variable wins as it does in a run, and is checked as in a run.
    let auth = &settings["environment.auth_url"];
    assert_eq!(auth["variable"], json!("GLOBUS_SDK_SERVICE_URL_AUTH"));
    Outcome::of(command().env("GLOBUS_SDK_HTTP_TIMEOUT", "soon"))
        .code(2)
        .stderr("")
        .stdout
        .contains("GLOBUS_SDK_HTTP_TIMEOUT is not usable")
        .then_some(())
        .unwrap();
}

#[test]
fn comments_are_aligned_and_short() {
    let user = user();
    let mut command = user.command(["show", "mine.toml"]);
    for (name, _) in user.sandbox.env() {
        command.env_remove(name);
    }
    let shown = Outcome::of(command.env_remove("GLOBUS_SDK_ENVIRONMENT")).code(0).stdout;
    assert!(shown.starts_with("# base.toml is shared/base.toml\n"), "{shown}");
    let columns: Vec<usize> = shown.lines().filter_map(|line| line.find("  # ")).collect();
    assert!(columns.len() > 10 && columns.windows(2).all(|pair| pair[0] == pair[1]), "{shown}");
    let long: Vec<&str> = shown.lines().filter(|line| line.chars().count() > 80).collect();
    assert!(long.iter().all(|line| !line.contains('#')), "{long:?}");
    assert!(shown.contains("retries = 2  ") && shown.contains("# mine.toml:8\n"), "{shown}");
    // A long line has its comment above it.
    let shown = user.run(["show", "groups"]).code(0).stdout;
    assert!(shown.starts_with("# built-in groups:2\ndescription = \"The Globus groups"), "{shown}");
}

#[test]
fn defaults_that_may_not_be_written_are_left_out() {
    let user = User::new();
    user.profile("robot", "[auth]\nclient_secret = { command = [\"./bin/secret\", \"a b\"] }\n[groups]\n");
    let shown = user.run(["show", "robot.toml"]).code(0).stdout;
    assert!(shown.contains("grant = \"client_credentials\""), "{shown}");
    assert!(!shown.contains("login") && !shown.contains("refresh_tokens"), "{shown}");
    let home = user.home().canonicalize().unwrap();
    assert!(
        shown.contains(&format!("command = [\"{}/bin/secret\", \"a b\"]", home.display()))
            || shown.contains("bin/secret\",\n"),
        "{shown}"
    );
    // A section that is written without keys stays; one that is not written stays away.
    assert!(shown.contains("\n[groups]"), "{shown}");
    assert!(!user.run(["show", "groups"]).code(0).stdout.contains("[groups]"));
    user.write("elsewhere/shown.toml", &shown);
    user.run(["check", "elsewhere/shown.toml"]).code(0);
}

#[test]
fn a_secret_is_hidden() {
    let user = User::new();
    user.profile(
        "odd",
        "[vars]\napi_token = \"hunter2\"\ntitle = \"Ag0wx4Y1kK9bJmVvZ2D7nEr3oQpLxYzabcdefgh12XyZ\"\n",
    );
    for arguments in [&["show", "odd.toml"][..], &["show", "odd.toml", "--json"]] {
        let shown = Outcome::of(user.command([]).args(arguments)).code(0).stdout;
        assert!(!shown.contains("hunter2") && !shown.contains("Ag0wx4Y"), "{shown}");
        assert!(shown.contains("\"***\""), "{shown}");
    }
    let shown = user.run(["show", "odd.toml"]).stdout;
    assert!(shown.contains("# odd.toml:8, hidden\n"), "{shown}");
}

/// Values whose key does not tell.
#[test]
fn what_has_the_form_of_a_secret_is_hidden_whatever_its_key() {
    let user = User::new();
    let secrets = [
        "\"\"\"-----BEGIN PRIVATE KEY-----\nhunter2hunter2\n-----END PRIVATE KEY-----\"\"\"",
        "\"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJodW50ZXIyIn0.hunter2-mB92K27uhbUJU1p1r\"",
        "\"Bearer hunter2hunter2\"",
        "\"Authorization: Basic aHVudGVyhunter2\"",
        "\"https://example.edu/x?a=1&access_token=hunter2\"",
        "\"https://me:hunter2@example.edu/x\"",
        "\"me:hunter2@db.example.edu\"",
        "[\"vault\", \"--password=hunter2\"]",
        "[\"vault\", \"--password\", \"hunter2\"]",
        "[\"env\", \"CLIENT_SECRET=hunter2\", \"x\"]",
        "\"signing key 5f4dcc3b5aa765d61d8327deb882cf99hunter2AB\"",
    ];
    let lines: Vec<String> =
        secrets.iter().zip(0..).map(|(value, at)| format!("v{at} = {value}\n")).collect();
    let plain = "id = \"61338d24-54d5-408f-a10d-66c06b59f6d2\"\nkey_of = \"name\"\n\
        folder = \"/home/me/Projects/OfTheYear2026/tokens\"\n";
    user.profile(
        "odd",
        &format!(
            "[auth]\nclient_secret = {{ command = [\"./get\", \"--token\", \"hunter2\"] }}\n\
             [vars]\n{plain}{}",
            lines.concat()
        ),
    );
    for arguments in [&["show", "odd.toml"][..], &["show", "odd.toml", "--json"]] {
        let shown = Outcome::of(user.command([]).args(arguments)).code(0).stdout;
        assert!(!shown.contains("hunter2"), "{shown}");
        for value in ["61338d24-54d5-408f-a10d-66c06b59f6d2", "OfTheYear2026/tokens", "view_my_groups"] {
            assert!(shown.contains(value), "{value}: {shown}");
        }
    }
    let shown = user.run(["show", "odd.toml"]).stdout;
    for at in 0..secrets.len() {
        assert!(shown.contains(&format!("v{at} = \"***\"")), "{at}: {shown}");
    }
    // Messages that quote the line of a value, or what it comes to.
    for (at, line) in lines.iter().enumerate() {
        user.profile("wrong", &format!("[vars]\n{line}[http]\nproxy = 1\nx = {}", secrets[at]));
        user.run(["check", "wrong.toml", "-vv"]).code(2).never_says("hunter2");
        user.run(["check", "wrong.toml", "--json"]).code(2).never_says("hunter2");
        user.run(["show", "wrong.toml", "--json"]).code(2).never_says("hunter2");
    }
}

#[test]
fn a_parameter_of_a_request_is_hidden_in_the_log() {
    let user = User::logged_in();
    user.profile(
        "odd",
        "[groups]\n[data.x]\nservice = \"groups\"\npath = \"/v2/groups/statuses\"\npaginator = { type = \"single\" }\nparams = { api_key = \"hunter2\", page_token = \"first\" }\n",
    );
    user.write("t.txt.hbs", "{{#each data.x}}{{id}}{{/each}}");
    let said = user.run(["run", "odd.toml", "--template", "./t.txt.hbs", "-vv"]);
    said.never_says("hunter2").says(["api_key=*******", "page_token=first"]);
}

#[test]
fn mistakes_are_those_of_check() {
    let user = user();
    user.write("shared/base.toml", "banana = 1\n");
    let [shown, checked] =
        ["show", "check"].map(|command| user.run([command, "mine.toml"]).code(2).stdout(""));
    assert_eq!(shown.stderr, checked.stderr);
    let shown = user.run(["show", "mine.toml", "--json"]).code(2).stderr("").stdout;
    let shown: Value = serde_json::from_str(&shown).unwrap();
    let checked: Value = serde_json::from_str(&user.run(["check", "mine.toml", "--json"]).stdout).unwrap();
    assert_eq!(shown["mistakes"], checked["mistakes"]);
    assert_eq!((&shown["file"], &shown["settings"]), (&Value::Null, &json!([])));
    user.run(["show", "grousp"]).code(2).says(["did you mean `groups`?"]);
}

#[test]
fn it_has_colors_at_a_terminal_alone() {
    let user = User::new();
    assert!(!user.run(["show", "groups"]).stdout.contains('\u{1b}'));
    let mut command = user.command(["show", "groups"]);
    command.env("TERM", "xterm");
    let shown = Terminal::open_whole(command).wait_for_end().code(0);
    assert!(format!("{shown:?}").contains("\\u{1b}[2m# default"), "{shown:?}");
}
