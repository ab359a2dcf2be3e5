//! An output that is a file of the run itself: refused before any request, by any of its names.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

use crate::support::{Outcome, User};

#[track_caller]
fn assert_refused<const N: usize>(user: &User, arguments: [&str; N], what: &str) {
    user.run(arguments).code(2).stdout("").says(["the output `", &format!("is also {what}"), "another name"]);
    assert!(user.requests().is_empty(), "{arguments:?}");
}

#[test]
fn the_token_file_is_never_the_output() {
    let user = User::logged_in();
    let tokens = user.token_file();
    let before = fs::read(&tokens).unwrap();
    let name = tokens.file_name().unwrap().to_str().unwrap();
    symlink(name, user.home().join("link")).unwrap();
    symlink("link", user.home().join("link-to-link")).unwrap();
    fs::hard_link(&tokens, user.home().join("hard-link")).unwrap();
    symlink(".", user.home().join("folder")).unwrap();
    for path in
        [name, tokens.to_str().unwrap(), "link", "link-to-link", "hard-link", &format!("folder/./{name}")]
    {
        assert_refused(&user, ["--profile", "groups", "-o", path], "the token file");
        assert_refused(&user, ["--profile", "groups", "--sandbox", "-o", path], "the token file");
        assert_refused(&user, ["data", "groups", "--save", path], "the token file");
        assert_refused(&user, ["render", "groups", "-o", path], "the token file");
    }
    user.profile("itself", &format!("[output]\npath = \"{name}\""));
    assert_refused(&user, ["--profile", "./itself.toml"], "the token file");
    assert_refused(
        &user,
        ["--profile", "groups", "-o", &format!("{name}.lock")],
        "the lock of the token file",
    );
    assert_eq!(fs::read(&tokens).unwrap(), before);
}

#[test]
fn a_token_file_to_come_is_not_the_output_either() {
    let user = User::new();
    let name = user.token_file().file_name().unwrap().to_str().unwrap().to_owned();
    symlink(&name, user.home().join("link")).unwrap();
    for path in [name.as_str(), "link"] {
        assert_refused(&user, ["--profile", "groups", "-o", path], "the token file");
    }
    let app =
        include_str!("../profiles/groups.toml").replace("~/.list-my-globus-groups-tokens.json", "app:x");
    user.write("app.toml", &app);
    let path = ".globus/app/61338d24-54d5-408f-a10d-66c06b59f6d2/x/tokens.json";
    assert_refused(&user, ["--profile", "./app.toml", "-o", path], "the token file");
}

#[test]
fn profile_template_secret_and_certificates_are_not_the_output() {
    let user = User::logged_in();
    let profile = include_str!("../profiles/groups.toml").replace("groups.csv.hbs", "mine.txt.hbs");
    let more = "[auth]\nclient_secret = { file = \"secret\" }\n[http]\nca_file = \"ca.pem\"\n";
    user.write("mine.toml", &format!("{profile}{more}"));
    user.write("mine.txt.hbs", "{{> part}}");
    user.write("part.txt.hbs", "part");
    user.write("secret", "secret");
    user.write("ca.pem", "no certificate");
    for (file, what) in [
        ("mine.toml", "the profile"),
        ("mine.txt.hbs", "the template"),
        ("part.txt.hbs", "the template"),
        ("secret", "the client's secret"),
        ("ca.pem", "the `ca_file`"),
    ] {
        let before = user.read(file);
        assert_refused(&user, ["--profile", "./mine.toml", "-o", file], what);
        assert_refused(&user, ["render", "./mine.toml", "-o", file], what);
        if file != "part.txt.hbs" {
            assert_refused(&user, ["data", "./mine.toml", "--save", file], what);
        }
        assert_eq!(user.read(file), before, "{file}");
    }
    user.run(["render", "./mine.toml", "-o", "elsewhere"]).code(0);
}

/// The program of a hook would be another one when the hook runs.
#[test]
fn a_program_that_a_profile_starts_is_not_the_output() {
    let user = User::logged_in();
    for name in ["hook.sh", "secret.sh", "bin/of-path"] {
        let path = user.write(name, "#!/bin/sh\n");
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    user.write("job.py", "");
    symlink("hook.sh", user.home().join("link")).unwrap();
    let more = "[auth]\nclient_secret = { command = [\"~/secret.sh\"] }\n\
                [hooks]\non_change = [\"./link\"]\nafter = [\"python3\", \"job.py\", \"data.csv\"]\n\
                before = [\"of-path\"]\n";
    user.profile("p", more);
    let path = format!("{}:{}", user.home().join("bin").display(), std::env::var("PATH").unwrap());
    for (file, what) in [
        ("hook.sh", "the program of a hook"),
        ("secret.sh", "the program of `client_secret`"),
        ("bin/of-path", "the program of a hook"),
        ("job.py", "the script of a hook"),
    ] {
        let said = format!("is also {what}: it would be replaced");
        let refuses = |arguments: [&str; 4]| {
            Outcome::of(user.command(arguments).env("PATH", &path)).code(2).says([&said]);
        };
        refuses(["run", "./p.toml", "-o", file]);
        refuses(["render", "./p.toml", "-o", file]);
        user.profile("own", &format!("{more}[output]\npath = \"{file}\"\n"));
        refuses(["check", "-q", "./own.toml", "--color=never"]);
    }
    assert_eq!(user.read("hook.sh"), "#!/bin/sh\n");
    let program = env!("CARGO_BIN_EXE_runner");
    user.profile("own", &format!("[output]\npath = \"{program}\"\n"));
    user.run(["check", "./own.toml"]).code(2).says(["is also this program itself"]);
    // What a hook is to copy may well be the output.
    user.profile("own", "[output]\npath = \"o.csv\"\n[hooks]\nafter = [\"test\", \"-e\", \"o.csv\"]");
    user.run(["run", "./own.toml"]).code(0);
    user.run(["run", "./own.toml"]).code(0);
}

#[test]
fn what_this_program_keeps_is_not_the_output() {
    let user = User::logged_in();
    user.profile("p", "[output]\npath = \"p.csv\"");
    user.run(["run", "./p.toml"]).code(0);
    let state = ".local/state/globus-runner";
    let runs = user.home().join(state).join("runs");
    let logs = || fs::read_dir(&runs).unwrap().map(|log| log.unwrap().path()).collect::<Vec<_>>();
    let log = logs().remove(0);
    let (before, count) = (fs::read(&log).unwrap(), logs().len());
    symlink(&log, user.home().join("link")).unwrap();
    for path in
        [log.to_str().unwrap(), "link", &format!("{state}/history/x"), &format!("{state}/crontab.lock")]
    {
        fs::create_dir_all(user.home().join(state).join("history")).unwrap();
        for command in ["run", "render"] {
            user.run([command, "./p.toml", "-o", path])
                .code(2)
                .says([&format!("the output `{path}` is among the files that this program keeps")]);
        }
    }
    assert_eq!(logs().len(), count);
    assert!(fs::read(&log).unwrap().starts_with(&before));
}

#[test]
fn a_check_finds_two_outputs_that_go_to_stdout() {
    let user = User::logged_in();
    user.profile("p", "[[output]]\npath = \"/dev/stdout\"\n[[output]]\n");
    for command in ["run", "check"] {
        user.run([command, "./p.toml"]).code(2).says(["two outputs of `", "go to stdout"]);
    }
}

/// A mistake that every run would end with shows before cron makes one.
#[test]
fn a_check_and_the_status_find_an_output_that_no_run_can_write() {
    let user = User::logged_in();
    let token_file = user.token_file().display().to_string();
    for (path, why) in [
        (token_file.as_str(), "is also the token file"),
        ("bad.toml", "is also the profile"),
        ("no/such/groups.csv", "the folder `"),
    ] {
        user.profile("bad", &format!("[output]\npath = \"{path}\""));
        for arguments in [["run", "bad.toml"], ["check", "bad.toml"]] {
            user.run(arguments).code(2).stdout("").says([why]);
        }
        let checked = user.run(["check", "bad.toml", "--json"]).code(2).stderr("").stdout;
        assert!(checked.contains(why), "{checked}");
        let status = user.run(["status", "bad.toml"]).code(2).stderr("").stdout;
        assert!(status.contains("a run is  not ready: ") && status.contains(why), "{status}");
    }
    user.profile("bad", "[output]\npath = \"groups.csv\"");
    for command in ["check", "status"] {
        user.run([command, "bad.toml"]).code(0);
    }
}

#[test]
fn a_guard_that_lets_nothing_through_is_a_mistake() {
    let user = User::logged_in();
    for command in ["run", "check", "status"] {
        user.profile("none", "[output]\npath = \"groups.csv\"\n[output.guard]\nmax_groups = 0");
        user.run([command, "none.toml"]).code(2).says(["`output.guard.max_groups` is 0", "`min_groups = 0`"]);
        user.profile(
            "none",
            "[output]\npath = \"groups.csv\"\n[output.guard]\nmax_groups = 0\nmin_groups = 0",
        );
        user.sandbox.set_groups(vec![]);
        user.run([command, "none.toml"]).code(0);
    }
}
