//! What messages say: what failed, where, why, and what to do.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};

use crate::support::process::bound_by_modes;
use crate::support::{Outcome, User};

/// A user whose profile `./t.toml` has these sections, and the template `t.csv.hbs` beside it.
fn author(more: &str, template: &str) -> User {
    let user = User::new();
    let profile = include_str!("../profiles/groups.toml").replace("groups.csv.hbs", "t.csv.hbs");
    user.write("t.toml", &format!("{profile}\n{more}\n"));
    user.write("t.csv.hbs", template);
    user
}

/// The message of `runner check ./t.toml` of that user.
fn check(more: &str, template: &str) -> String {
    author(more, template).run(["check", "./t.toml"]).code(2).stdout("").stderr
}

#[test]
fn what_is_not_found_names_each_place_that_was_searched() {
    let user = User::new();
    let home = user.home().display().to_string();
    let profile = include_str!("../profiles/groups.toml").replace("groups.csv.hbs", "lost.csv.hbs");
    user.write("t.toml", &profile);
    // The folder of the profile has an empty name here.
    user.run(["check", "t.toml"]).code(2).says([
        &format!("looked in {home}, {home}/.config/globus-runner/templates, "),
        "/etc/globus-runner/templates and the built-in ones\n",
        "help: `runner templates` lists all",
    ]);
    user.write("lost.csv.hbs/file", "");
    user.run(["check", "t.toml"]).code(2).says([&format!("; {home}/lost.csv.hbs is a folder, not a file\n")]);
    user.run(["templates", "show", "nope"]).code(2).says(["help: `runner templates` lists all"]);
}

#[test]
fn what_is_not_searched_is_named_too() {
    let user = User::new();
    let with = |name: &str, value: &str| {
        Outcome::of(user.command(["--profile", "nope"]).env(name, value)).code(2).stderr
    };
    let relative = with("RUNNER_PROFILE_PATH", "here:/there");
    assert!(relative.contains("looked in /there, "), "{relative}");
    assert!(
        relative.contains("; not in `here` of RUNNER_PROFILE_PATH, which is not absolute\n"),
        "{relative}"
    );
    let homeless = with("HOME", "here");
    assert!(homeless.contains("looked in /etc/globus-runner/profiles and the built-in ones; "), "{homeless}");
    assert!(
        homeless.contains("not in a folder of your own, because HOME is not an absolute path"),
        "{homeless}"
    );
}

#[test]
fn a_file_that_cannot_be_read_says_why_and_where_it_was_looked_for() {
    let user = User::new();
    let home = user.home().display().to_string();
    user.run(["check", "no.toml"]).code(2).stderr(&format!(
        "error: cannot read the profile no.toml: it does not exist\n  \
         help: a relative path starts at the current folder, {home}\n"
    ));
    user.run(["check", "/no.toml"])
        .code(2)
        .stderr("error: cannot read the profile /no.toml: it does not exist\n");
    user.run(["check", "/etc"]).code(2).says(["the profile /etc: it is a folder, not a file"]);
    user.run(["templates", "show", "./no.csv.hbs"])
        .code(2)
        .says(["template ./no.csv.hbs: it does not exist"]);
    user.write(".config/globus-runner/profiles/x", "");
    symlink("/nowhere", user.home().join(".config/globus-runner/profiles/linked.toml")).unwrap();
    user.run(["check", "linked"]).code(2).says(["it is a link to a file that does not exist"]);
    user.profile("mine", "");
    user.run(["check", "mine"]).code(2).says(["help: to use the file in this folder, write `./mine.toml`"]);
    user.run(["init", "x.toml"]).code(2).says(["`x.toml` is not the name of a profile", "and `.toml`"]);
    user.profile("bot", "[auth]\nclient_secret = { file = \"gone\" }");
    user.run(["run", "bot.toml"])
        .code(2)
        .says(["in `gone`: it does not exist", "starts at the profile's folder"]);
    user.profile("bot", "[auth]\nclient_secret = { command = [\"gone\"] }");
    user.run(["run", "bot.toml"]).code(2).says(["there is no such program in the folders of PATH"]);
    user.run(["run", ""]).code(2).says(["the name of the profile is empty", "is a variable empty"]);
    user.run(["templates", "show", ""]).code(2).says(["the name of the template is empty"]);
    user.run(["render", "groups", "--data", "no"])
        .code(2)
        .says(["can't read no", "--save FILE` writes such"]);
    user.write("latin.toml", "");
    std::fs::write(user.home().join("latin.toml"), b"\xe4").unwrap();
    user.run(["check", "latin.toml"]).code(2).says(["not UTF-8 text: byte 0", "help: save it as UTF-8"]);
}

#[test]
fn an_output_in_a_missing_folder_is_told_before_any_request() {
    let user = User::logged_in();
    let missing = user.home().join("no folder/x.csv");
    let folder = missing.parent().unwrap().display().to_string();
    let file = missing.to_str().unwrap();
    let expected = format!(
        "error: can't write the output file `{file}`: the folder `{folder}` does not exist\n  \
         help: create it with `mkdir -p '{folder}'`, or correct the path\n"
    );
    user.run(["--profile", "groups", "-o", file]).code(2).stdout("").stderr(&expected);
    user.run(["data", "groups", "--save", file]).code(2).stdout("").stderr(&expected);
    user.run(["-q", "render", "groups", "-o", file]).code(2).stdout("").stderr(&expected);
    user.write("file", "");
    user.run(["--profile", "groups", "-o", "file/x"]).code(2).says(["`file` is a file, not a folder"]);
    user.run(["--profile", "groups", "-o", "."])
        .code(2)
        .says(["the output `.` is a folder", "name a file in it"]);
    assert_eq!(user.requests(), [""; 0]);
    user.profile("filed", "[output]\npath = \"gone/x.csv\"");
    user.run(["--profile", "./filed.toml"]).code(2).says(["/gone` does not exist", "mkdir -p"]);
    assert_eq!(user.requests(), [""; 0]);
}

#[test]
fn an_output_that_can_be_no_file_says_which_folder_is_meant() {
    let user = User::logged_in();
    user.run(["--profile", "groups", "-o", "new/"]).code(2).stderr(
        "error: the output `new/` is the name of a folder: it ends in `/`\n  help: name a file in it\n",
    );
    symlink("gone/x.csv", user.home().join("link")).unwrap();
    user.run(["--profile", "groups", "-o", "link"]).code(2).stderr(
        "error: can't write the output file `link`, which is a link to `./gone/x.csv`: the folder `./gone` does not \
         exist\n  help: create it with `mkdir -p ./gone`, or correct the path\n",
    );
    assert_eq!(user.requests(), [""; 0]);

    // The file could be written, but it is replaced by another one.
    let old = user.write("shut/x.csv", "old\n");
    let folder = old.parent().unwrap();
    fs::set_permissions(folder, Permissions::from_mode(0o555)).unwrap();
    let command = user.command(["--profile", "groups", "-o", "shut/x.csv"]);
    let folder = folder.canonicalize().unwrap().display().to_string();
    Outcome::of(&mut bound_by_modes(&command)).code(1).stdout("").stderr(&format!(
        "error: can't write the output file `shut/x.csv`: no file can be made in its folder, `{folder}`: \
         Permission denied (os error 13)\n  \
         help: let the user who runs this write in that folder; the file is unchanged\n"
    ));
    assert_eq!(user.read("shut/x.csv"), "old\n");
}

#[test]
fn a_variable_that_the_profile_does_not_set_says_where_to_add_it() {
    for (vars, template, help) in [
        ("", "{{vars.title}}", "add `title = \"...\"` under `[vars]` in ./t.toml"),
        ("[vars]\nowner = 1", "{{vars.title}}", "add `title = \"...\"` under `[vars]` in ./t.toml"),
        ("", "{{@root.vars.title}}", "add `title = \"...\"` under `[vars]` in ./t.toml"),
        (
            "",
            "{{#each groups}}{{vars.title}}{{/each}}",
            "write it as `../vars.title`; add `title = \"...\"` under `[vars]` in ./t.toml",
        ),
        ("[vars]\ntitle = 1", "{{vars.titel}}", "did you mean `vars.title`?"),
        ("[vars]\ntitle = 1", "{{#each groups}}{{vars.titel}}{{/each}}", "did you mean `../vars.title`?"),
    ] {
        let message = check(vars, template);
        assert!(message.contains(help), "{template}: {message}");
    }
    let user = User::new();
    user.write(".config/globus-runner/templates/groups.csv.hbs", "{{vars.title}}");
    user.run(["check", "groups"]).code(2).says(["under `[vars]` in a profile of your own"]);
}

#[test]
fn no_key_that_may_be_meant_is_hidden() {
    let message = check("", "{{#each groups}}{{my_own_roles}}{{/each}}");
    for key in ["`id`", "`name`", "`my_memberships`", "`roles`", "`policies`"] {
        assert!(message.contains(key), "{key}: {message}");
    }
    assert!(!message.contains("more"), "{message}");
}

/// A secret that no message may show. Tokens and secrets of Globus look like this.
const SECRET: &str = "dGhpc0lzTm90QVJlYWxTZWNyZXRCdXQxdExvb2tzTGlrZTBuZQ=";

#[test]
fn a_secret_in_a_wrong_place_of_a_profile_is_masked() {
    for line in [
        "[auth]\nclient_secret = \"hunter2\"",
        "[auth]\nclient_secret = { command = \"hunter2\" }",
        "[auth]\nclient_secret = { env = [\"hunter2\"] }",
        "[auth]\nclient_secret = { env = \"hunter2 x\" }",
        "[auth]\nclient_secret = { file = { x = \"hunter2\" } }",
        "[auth]\nclient_secret = { comand = \"hunter2\" }",
        "[auth]\nclient_secret = [\"hunter2\"]",
        "[auth]\nclient_secret = hunter2",
        "[auth]\ntoken = \"hunter2\"",
        "[auth]\nrefresh_token = \"hunter2\"",
        "access_token = \"hunter2\"",
        "[http]\napi_key = \"hunter2\"",
        "[auth]\ngrant = \"SECRET\"",
        "[auth]\nnamespace = 5 # SECRET",
        "[environment]\nname = \"SECRET\"",
        "[http]\nproxy = \"SECRET\"",
        "[output]\nmode = \"SECRET\"",
        "[auth]\n\"SECRET\" = 1",
        "[auth]\nclient_secret = { env = \"XSECRET\" }",
        "[auth]\nclient_secret = { file = \"SECRET\" }",
        "[auth]\nclient_secret = { command = [\"SECRET\"] }",
        "SECRET",
        "\"SECRET\"",
        "[SECRET",
    ] {
        let user = User::new();
        user.profile("t", &line.replace("XSECRET", SECRET.trim_end_matches('=')).replace("SECRET", SECRET));
        for command in [["check", "t.toml", "-vv"], ["check", "t.toml", "--json"], ["run", "t.toml", "-vv"]] {
            user.run(command).code(2).never_says("hunter2").never_says(&SECRET[..40]);
        }
    }
    let user = User::new();
    let profile = include_str!("../profiles/groups.toml");
    for (wrong, right) in [
        ("61338d24-54d5-408f-a10d-66c06b59f6d2", SECRET),
        ("~/.list-my-globus-groups-tokens.json", SECRET),
        ("groups.csv.hbs", SECRET),
        ("urn:globus:auth:scope:groups.api.globus.org:view_my_groups_and_memberships", SECRET),
    ] {
        user.write("t.toml", &profile.replace(wrong, right));
        user.run(["check", "t.toml"]).code(2).never_says(SECRET);
    }
}

#[test]
fn a_mistake_of_the_syntax_is_shown_once() {
    let user = User::new();
    user.profile("t", "[auth]\nnamespace = { x y }");
    let shown = user.run(["check", "t.toml"]).code(2).stderr;
    let mut messages: Vec<&str> = shown.lines().filter(|line| line.starts_with("error: ")).collect();
    let all = messages.len();
    messages.dedup();
    assert_eq!(messages.len(), all, "{shown}");
}

#[test]
fn wrong_variables_say_what_is_expected() {
    let user = User::new();
    for (name, words) in [
        ("GLOBUS_SDK_SERVICE_URL_GROUPS", "\"nope\" does not begin with https://"),
        ("GLOBUS_SDK_HTTP_TIMEOUT", "\"nope\" is not a number of seconds"),
        ("SOURCE_DATE_EPOCH", "it is not a whole number"),
    ] {
        let mut command = user.command(["--profile", "groups"]);
        if name == "SOURCE_DATE_EPOCH" {
            command.arg("--sandbox");
        }
        Outcome::of(command.env(name, "nope")).code(2).says([name, words]);
    }
    user.run(["login", "groups", "--requirements", "x"])
        .code(2)
        .says(["is not a JSON object", "single quotes"]);
}
