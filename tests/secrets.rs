//! What the programs that a run starts get to see of its secrets: nothing in their environment.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use crate::support::{Browser, Outcome, User, browser};

/// The service account of the sandbox's own data.
const ID: &str = "4f1b2c3d-8e7a-4d5c-b6f0-9a8e7d6c5b4a";
const SECRET: &str = "sandbox-secret-not-for-real-use";

/// Variables that hold secrets, and one that does not.
const VARIABLES: [(&str, &str); 6] = [
    ("BOT_SECRET", SECRET),
    ("PING_A", "http://127.0.0.1:1/hidden-ping"),
    ("BROKEN_SECRET", "hidden-broken"),
    ("GLOBUS_CLI_CLIENT_SECRET", "hidden-cli"),
    ("GLOBUS_ACCESS_TOKEN", "hidden-token"),
    ("PLAIN", "is-seen"),
];

/// Those variables but these, which no profile of the command names.
fn variables_without(names: &[&str]) -> Vec<(String, String)> {
    let variables = VARIABLES.iter().filter(|(name, _)| !names.contains(name));
    variables.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// A program that notes its environment, and what the system shows of it, in a file of this name.
fn noting(name: &str) -> String {
    format!("[\"sh\", \"-c\", \"{{ env; tr '\\\\0' '\\\\n' </proc/$$/environ; }} >>{name}.env\"]")
}

/// Hooks that note their environment.
fn hooks(profile: &str) -> String {
    let names = ["before", "on_change", "on_failure", "on_recovery", "after"];
    let lines = names.map(|name| format!("{name} = {}\n", noting(&format!("{profile}-{name}"))));
    format!("[hooks]\n{}", lines.concat())
}

/// The profile of a service account with this secret, which keeps its tokens in a file of its own.
fn account(user: &User, name: &str, secret: &str, more: &str) {
    let profile = include_str!("../profiles/groups.toml")
        .replace("61338d24-54d5-408f-a10d-66c06b59f6d2", ID)
        .replace("~/.list-my-globus-groups-tokens.json", &format!("{name}.json"));
    let text = format!(
        "tags = [\"nightly\"]\n{profile}[auth]\nclient_secret = {secret}\n[output]\npath = \"{name}.csv\"\n{more}"
    );
    user.write(&format!("jobs/{name}.toml"), &text);
}

/// The names of the notes, none of which has a secret. All have the variable that is none.
#[track_caller]
fn notes(user: &User) -> Vec<String> {
    let files =
        [user.home().to_owned(), user.home().join("jobs")].map(|folder| fs::read_dir(folder).unwrap());
    let notes = files.into_iter().flatten().map(|entry| entry.unwrap().path());
    let notes = notes.filter(|path| path.extension().is_some_and(|end| end == "env"));
    let mut names = Vec::new();
    for path in notes {
        let note = fs::read_to_string(&path).unwrap();
        assert!(!note.contains("hidden") && !note.contains(SECRET), "{}: {note}", path.display());
        assert!(note.matches("PLAIN=is-seen\n").count() >= 2, "{}: {note}", path.display());
        names.push(path.file_stem().unwrap().to_string_lossy().into_owned());
        fs::remove_file(path).unwrap();
    }
    names.sort();
    names
}

#[test]
fn no_program_sees_a_secret_variable_of_any_profile_of_the_command() {
    let user = User::logged_in();
    let a =
        format!("[output]\npath = \"a.csv\"\n[notify]\nping_url = {{ env = \"PING_A\" }}\n{}", hooks("a"));
    let profile = format!("tags = [\"nightly\"]\n{}{a}", include_str!("../profiles/groups.toml"));
    user.write("jobs/a.toml", &profile);
    account(&user, "b", "{ env = \"BOT_SECRET\" }", &hooks("b"));
    // A program that prints a secret is another program.
    user.write("jobs/secret", &format!("#!/bin/sh\n{{ env; env; }} >>c-secret.env\necho {SECRET}\n"));
    fs::set_permissions(user.home().join("jobs/secret"), Permissions::from_mode(0o755)).unwrap();
    account(&user, "c", "{ command = [\"./secret\"] }", &hooks("c"));
    // No run begins of a profile with a mistake, but its secret is one.
    account(&user, "d", "{ env = \"BROKEN_SECRET\" }", "mistake = 1\n");
    for arguments in [
        &["run", "jobs/a.toml", "jobs/b.toml", "jobs/c.toml", "jobs/d.toml"][..],
        &["run", "--tag", "nightly", "jobs"],
        &["run", "--all", "jobs", "--scheduled"],
    ] {
        for name in ["a", "b", "c"] {
            user.write(&format!("jobs/{name}.csv"), "old\n");
            let _ = fs::remove_file(user.home().join(format!("jobs/{name}.json")));
        }
        let mut command = user.command([]);
        let outcome = Outcome::of(command.args(arguments).envs(VARIABLES)).code(2);
        let expected = [
            "a-after",
            "a-before",
            "a-on_change",
            "b-after",
            "b-before",
            "b-on_change",
            "c-after",
            "c-before",
            "c-on_change",
            "c-secret",
        ];
        assert_eq!(notes(&user), expected, "{outcome:#?}");
        assert!(!outcome.stderr.contains("hidden") && !outcome.stderr.contains(SECRET), "{outcome:#?}");
    }
    // The hooks of a failure and a recovery.
    for (client, expected) in
        [("00000000-0000-4000-8000-000000000000", "b-on_failure"), (ID, "b-on_recovery")]
    {
        let text = user
            .read("jobs/b.toml")
            .replace(ID, client)
            .replace("00000000-0000-4000-8000-000000000000", client);
        user.write("jobs/b.toml", &text);
        let _ = fs::remove_file(user.home().join("jobs/b.json"));
        let mut command = user.command(["run", "jobs/a.toml", "jobs/b.toml", "jobs/d.toml"]);
        let outcome = Outcome::of(command.envs(VARIABLES));
        assert!(notes(&user).iter().any(|name| name == expected), "{outcome:#?}");
    }
}

#[test]
fn the_browser_of_one_profile_sees_no_secret_of_another() {
    let user = User::new();
    account(&user, "bot", "{ env = \"BOT_SECRET\" }", "");
    user.profile("p", "[auth]\nlogin = \"browser\"\n[output]\npath = \"p.csv\"");
    let opened = Browser::of(&user);
    let script = user.read("browser").replace("#!/bin/sh\n", "#!/bin/sh\n{ env; env; } >browser.env\n");
    user.write("browser", &script);
    let mut variables = variables_without(&["PING_A", "BROKEN_SECRET"]);
    variables.push(("BROWSER".to_owned(), opened.program().to_owned()));
    let mut terminal = user.terminal_in(["run", "jobs/bot.toml", "./p.toml"], &variables);
    browser::get(&user.sandbox.approve_redirect(&opened.address()).unwrap());
    terminal.wait_for_end().code(0);
    assert_eq!(notes(&user), ["browser"]);
}

#[test]
fn programs_of_the_system_see_none_either() {
    let user = User::logged_in();
    user.write(
        "jobs/p.toml",
        &format!(
            "{}[output]\npath = \"p.csv\"\n[notify]\nping_url = {{ env = \"PING_A\" }}\n",
            include_str!("../profiles/groups.toml")
        ),
    );
    let path = user.write("programs/crontab", "#!/bin/sh\n{ env; env; } >>crontab.env\ncat >/dev/null\n");
    fs::set_permissions(path, Permissions::from_mode(0o755)).unwrap();
    let mut command = user.command(["schedule", "jobs/p.toml", "--daily", "03:00", "--install"]);
    command.env("PATH", format!("{}:/usr/bin:/bin", user.home().join("programs").display()));
    // What it installs can't be read again.
    Outcome::of(command.envs(variables_without(&["BOT_SECRET", "BROKEN_SECRET"]))).code(1);
    assert_eq!(notes(&user), ["crontab"]);
}

/// The variable is in the environment, whichever profile holds.
#[test]
fn no_program_sees_a_secret_variable_that_a_base_names() {
    let user = User::logged_in();
    account(&user, "base", "{ env = \"BROKEN_SECRET\" }", "[notify]\nping_url = { env = \"PING_A\" }\n");
    let own = "extends = \"./base.toml\"\n[auth]\nclient_secret = { env = \"BOT_SECRET\" }\n";
    let ping = "[notify]\nping_url = \"http://127.0.0.1:1/own\"\n";
    user.write("jobs/own.toml", &format!("{own}{ping}{}", hooks("own")));
    Outcome::of(user.command(["run", "jobs/own.toml"]).envs(VARIABLES)).code(0);
    assert_eq!(notes(&user), ["own-after", "own-before", "own-on_change"]);
}
