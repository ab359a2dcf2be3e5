//! `[hooks]`: programs that run before and after a run.

use std::fs::{self, Permissions};
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use globus_sandbox::Fault;
use rustix::process::Signal;
use serde_json::{Value, json};

use crate::support::process::{more_groups_than_a_pipe_takes, send, with_folders_made_before_renames};
use crate::support::{Outcome, User, mode};

const GROUPS_PATH: &str = "/v2/groups/my_groups";

/// A user whose profile `./p.toml` writes `p.csv` and has these lines under `[hooks]`.
fn user_with(hooks: &str) -> User {
    let user = User::logged_in();
    profile(&user, hooks);
    user
}

fn profile(user: &User, hooks: &str) {
    user.profile("p", &format!("[output]\npath = \"p.csv\"\n[hooks]\n{hooks}"));
}

/// A hook of this name that appends a line with the values of these variables to `told`.
fn teller(name: &str, variables: &str) -> String {
    format!("{name} = [\"sh\", \"-c\", 'echo \"{name} {variables}\" >> told']\n")
}

fn run(user: &User) -> Outcome {
    user.run(["--profile", "./p.toml"])
}

/// The lines since the last call.
fn told(user: &User) -> Vec<String> {
    let path = user.home().join("told");
    let text = fs::read_to_string(&path).unwrap_or_default();
    let _ = fs::remove_file(path);
    text.lines().map(str::to_owned).collect()
}

fn fail_once(user: &User) {
    user.sandbox.add_fault(Fault::status(GROUPS_PATH, 400).times(1));
}

/// What copies a file, or reloads who reads it, has to know.
#[test]
fn another_mode_is_a_change() {
    let user = User::logged_in();
    let file = user.home().join("p.csv");
    let profile = |mode: &str| {
        let output = format!("[output]\npath = \"p.csv\"\n{mode}[hooks]\n");
        user.profile("p", &(output + &teller("on_change", "$RUNNER_OUTCOME $RUNNER_OUTPUT")));
    };
    let changed = [format!("on_change written {}", file.display())];
    profile("");
    run(&user).code(0);
    assert_eq!(told(&user), changed);
    fs::set_permissions(&file, Permissions::from_mode(0o604)).unwrap();
    run(&user).code(0);
    assert_eq!(told(&user), [""; 0], "the profile says no mode");
    profile("mode = \"0640\"\n");
    for expected in [&changed[..], &[]] {
        run(&user).code(0);
        assert_eq!(told(&user), expected);
    }
    fs::set_permissions(&file, Permissions::from_mode(0o666)).unwrap();
    run(&user).code(0);
    assert_eq!((told(&user).as_slice(), mode(&file)), (&changed[..], 0o640));
}

#[test]
fn each_runs_when_it_should_and_is_told_what_happened() {
    let variables = "$RUNNER_OUTCOME $RUNNER_EXIT $RUNNER_OUTPUT";
    let hooks: String = ["before", "on_change", "on_failure", "on_recovery", "after"]
        .iter()
        .map(|name| teller(name, variables))
        .collect();
    let user = user_with(&hooks);
    let file = user.home().join("p.csv").display().to_string();
    run(&user).code(0).stderr("");
    assert_eq!(
        told(&user),
        [
            format!("before   {file}"),
            format!("on_change written 0 {file}"),
            format!("after written 0 {file}")
        ]
    );
    // Unchanged, then failed twice, then well again.
    run(&user).code(0);
    assert_eq!(told(&user), [format!("before   {file}"), format!("after unchanged 0 {file}")]);
    for _ in 0..2 {
        fail_once(&user);
        run(&user).code(1);
        assert_eq!(
            told(&user),
            [
                format!("before   {file}"),
                format!("on_failure failed 1 {file}"),
                format!("after failed 1 {file}")
            ]
        );
    }
    run(&user).code(0);
    assert_eq!(
        told(&user),
        [
            format!("before   {file}"),
            format!("on_recovery unchanged 0 {file}"),
            format!("after unchanged 0 {file}")
        ]
    );
    user.write("p.csv", "changed by a person\n");
    run(&user).code(0);
    assert!(told(&user).iter().any(|line| line.starts_with("on_change written")));
}

#[test]
fn a_failing_before_ends_the_run_with_nothing_requested_and_nothing_written() {
    let user = user_with(&format!(
        "before = [\"sh\", \"-c\", \"echo not today >&2; exit 7\"]\n{}{}{}",
        teller("on_failure", "$RUNNER_EXIT $RUNNER_ERROR"),
        teller("after", "$RUNNER_EXIT"),
        teller("on_change", "")
    ));
    user.write("p.csv", "old\n");
    run(&user).code(1).says([
        "error: the hook `before` failed: it ended with exit status: 7; its last line: not today\n",
        "  help: nothing was fetched, and nothing was written\n",
        "note: before: not today\n",
    ]);
    assert_eq!(user.read("p.csv"), "old\n");
    assert_eq!(user.requests(), [""; 0]);
    let error = "the hook `before` failed: it ended with exit status: 7; its last line: not today";
    assert_eq!(told(&user), [format!("on_failure 1 {error}"), "after 1".to_owned()]);
}

#[test]
fn on_change_runs_again_until_it_succeeds() {
    let user = user_with("on_change = [\"sh\", \"-c\", 'echo $RUNNER_OUTCOME >> told; test -e ready']");
    let failed = "warning: the hook `on_change` failed: it ended with exit status: 1\n";
    run(&user).code(0).stderr(failed);
    run(&user).code(0).stderr(failed);
    // A run that fails does not tell it.
    fail_once(&user);
    run(&user).code(1);
    user.write("ready", "");
    run(&user).code(0).stderr("");
    run(&user).code(0).stderr("");
    assert_eq!(told(&user), ["written", "unchanged", "unchanged"]);
}

#[test]
fn a_run_that_fails_after_it_has_replaced_a_file_loses_no_change() {
    let user = User::logged_in();
    let one = "[[output]]\npath = \"1.csv\"\non_change = [\"sh\", \"-c\", 'echo one >> told']\n";
    user.profile("p", &format!("{one}[[output]]\npath = \"2.csv\"\n[[output]]\n"));
    user.sandbox.set_groups(more_groups_than_a_pipe_takes());
    let (run_it, in_the_way) =
        (user.command(["--profile", "./p.toml"]), user.home().join("2.csv/in-the-way"));
    with_folders_made_before_renames(run_it, &in_the_way).code(1).says(["new: `./1.csv`"]);
    assert_eq!(told(&user), [""; 0]);
    fs::remove_dir_all(user.home().join("2.csv")).unwrap();
    run(&user).code(0);
    assert_eq!(told(&user), ["one"]);
}

#[test]
fn a_run_that_is_killed_after_it_has_replaced_the_file_loses_no_change() {
    let user = user_with("on_change = [\"sh\", \"-c\", 'echo told >> told; test -e ready || kill -9 $PPID']");
    assert_eq!(run(&user).code, None);
    assert_eq!(told(&user), ["told"]);
    user.write("ready", "");
    run(&user).code(0);
    run(&user).code(0);
    assert_eq!(told(&user), ["told"]);
}

#[test]
fn an_interrupted_run_ends_its_hook_and_owes_it_to_the_next_one() {
    let user = user_with(
        "on_change = [\"sh\", \"-c\", 'test -e ready || { echo $$ > pid; echo here; sleep 600; }; echo told >> told']\n\
         after = [\"sh\", \"-c\", 'echo after $RUNNER_EXIT >> told']",
    );
    for signal in [Signal::TERM, Signal::INT] {
        let mut child = user.command(["run", "./p.toml"]).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
        assert!(lines.any(|line| line == "note: on_change: here"));
        send(signal, &child);
        let why = "the output is delivered, and the next run that succeeds runs the hook";
        let error = format!("error: interrupted while the hook `on_change` ran: {why}");
        assert_eq!(lines.last(), Some(error));
        assert_eq!(child.wait().unwrap().code(), Some(130));
        assert_gone(user.read("pid").trim());
    }
    // What was delivered stays so, and the log knows it.
    assert!(user.read("p.csv").lines().count() > 8);
    user.write("ready", "");
    run(&user).code(0);
    assert_eq!(told(&user), ["after 130", "after 130", "told", "after 0"]);
}

#[test]
fn hooks_hear_of_a_run_that_a_signal_ends() {
    let user =
        user_with(&(teller("on_failure", "$RUNNER_EXIT $RUNNER_ERROR") + &teller("after", "$RUNNER_EXIT")));
    user.sandbox.add_fault(Fault::delay(GROUPS_PATH, Duration::from_secs(600)).times(1));
    let child = user.command(["--profile", "./p.toml"]).stderr(Stdio::piped()).spawn().unwrap();
    while !user.sandbox.requests().iter().any(|request| request.path == GROUPS_PATH) {
        thread::yield_now();
    }
    send(Signal::TERM, &child);
    Outcome::from(child.wait_with_output().unwrap()).code(130).stderr("error: interrupted\n");
    assert_eq!(told(&user), ["on_failure 130 interrupted", "after 130"]);
}

/// Waits until there is no such process.
fn assert_gone(pid: &str) {
    let path = format!("/proc/{pid}/stat");
    // A process that was killed is a zombie until its parent has seen it.
    while fs::read_to_string(&path).is_ok_and(|stat| !stat.contains(") Z ")) {
        thread::yield_now();
    }
}

#[test]
fn what_happened_is_json_on_stdin() {
    let user = user_with(
        "on_change = [\"sh\", \"-c\", \"cat > event.json\"]\non_failure = [\"sh\", \"-c\", \"cat > event.json\"]",
    );
    run(&user).code(0);
    let event: Value = serde_json::from_str(&user.read("event.json")).unwrap();
    let home = user.home().canonicalize().unwrap();
    assert_eq!(event["profile"], home.join("p.toml").to_str().unwrap());
    assert_eq!(
        event,
        json!({
            "hook": "on_change",
            "profile": event["profile"],
            "run": event["run"],
            "scheduled": false,
            "outcome": "written",
            "exit_code": 0,
            "error": null,
            "outputs": [{ "path": home.join("p.csv"), "rows": 8, "changed": true }],
            "changes": null,
            "files": [home.join("p.csv")],
        })
    );
    fail_once(&user);
    user.run(["run", "./p.toml", "--scheduled"]).code(1);
    let event: Value = serde_json::from_str(&user.read("event.json")).unwrap();
    assert_eq!((&event["scheduled"], &event["outcome"]), (&json!(true), &json!("failed")));
    assert_eq!(event["error"]["kind"], "failed");
    assert!(event["error"]["message"].as_str().unwrap().contains("Globus Groups"), "{event}");
}

#[test]
fn no_shell_reads_the_words_and_no_secret_reaches_them() {
    let user = User::logged_in();
    user.write("show", "#!/bin/sh\nprintf '<%s>' \"$@\"\nenv | grep -c SECRET || true\n");
    fs::set_permissions(user.home().join("show"), Permissions::from_mode(0o755)).unwrap();
    let profile = include_str!("../profiles/groups.toml");
    let more = "[hooks]\nafter = [\"../show\", \"$HOME; id\", \"*\", \"\"]\n[notify]\nping_url = { env = \"MY_SECRET_URL\" }\n";
    user.write("profiles/p.toml", &format!("{profile}{more}"));
    // A relative program starts at the folder of the profile.
    let mut command = user.command(["--profile", "profiles/p.toml", "-o", "/dev/null"]);
    command.env("MY_SECRET_URL", "http://127.0.0.1:1/x");
    Outcome::of(&mut command).code(0).stderr("note: after: <$HOME; id><*><>0\n");
}

#[test]
fn a_hook_that_cannot_run_is_a_warning_that_says_why() {
    let user = user_with("");
    user.write("plain", "#!/bin/sh\n");
    user.write("lost", "#!/no/such/interpreter\n");
    fs::set_permissions(user.home().join("lost"), Permissions::from_mode(0o755)).unwrap();
    for (words, why) in [
        ("[\"no-such-program\"]", "there is no such program in the folders of PATH"),
        ("[\"./none\"]", "it does not exist"),
        ("[\"./plain\"]", "Permission denied (os error 13); is it executable?"),
        ("[\"./lost\"]", "the interpreter that its first line names does not exist"),
        ("[\".\"]", "Permission denied"),
        ("[\"sh\", \"-c\", \"kill -9 $$\"]", "it ended with signal: 9 (SIGKILL)"),
    ] {
        profile(&user, &format!("after = {words}"));
        run(&user).code(0).says([&format!("warning: the hook `after` failed: {why}")]);
    }
    // For `before` it ends the run.
    profile(&user, "before = [\"no-such-program\"]");
    run(&user).code(1).says(["the hook `before` failed: there is no such program"]);
}

#[test]
fn a_hook_that_takes_too_long_is_ended_with_its_children() {
    let user = user_with("after = [\"sh\", \"-c\", 'sleep 600 & echo $! > pid; wait']\ntimeout = 0.3");
    run(&user).code(0).stderr("warning: the hook `after` failed: it took longer than 0.3 seconds\n");
    assert_gone(user.read("pid").trim());
    // One that does not want to end is killed.
    profile(
        &user,
        "after = [\"sh\", \"-c\", 'trap \"echo no\" TERM; echo $$ > pid; while :; do sleep 0.1; done']\ntimeout = 0.3",
    );
    run(&user).code(0).says(["note: after: no\n", "it took longer than 0.3 seconds; its last line: no\n"]);
    assert_gone(user.read("pid").trim());
    // `before` too, and then nothing is written.
    profile(&user, "before = [\"sleep\", \"600\"]\ntimeout = 0.3");
    run(&user).code(1).says(["the hook `before` failed: it took longer than 0.3 seconds"]);
}

#[test]
fn a_hook_may_print_anything_and_read_nothing() {
    // 100 MB, of which some lines are shown.
    let user = user_with(
        "after = [\"sh\", \"-c\", \"yes 0123456789012345678901234567890123456789012345678 | head -c 100000000\"]",
    );
    let outcome = run(&user).code(0).says(["note: after: 1999900 more lines are not shown\n"]);
    assert_eq!(outcome.stderr.lines().count(), 101);
    // Bytes that are no text.
    profile(&user, "after = [\"head\", \"-c\", \"1000000\", \"/dev/urandom\"]");
    let outcome = run(&user).code(0);
    assert!(outcome.stderr.len() < 500_000 && !outcome.stderr.contains('\u{1b}'));
    // Escape sequences, no line end, and a closed stdin.
    profile(&user, "after = [\"sh\", \"-c\", 'exec 0<&-; printf \"\\\\033[31mred\"']");
    run(&user).code(0).stderr("note: after: ␛[31mred\n");
    // `-q` shows nothing of it.
    user.run(["--profile", "./p.toml", "-q"]).code(0).stderr("");
}

#[test]
fn a_background_process_that_keeps_the_output_open_holds_up_no_run() {
    let user = user_with("after = [\"sh\", \"-c\", 'sleep 600 & echo $! > pid; echo done']");
    run(&user).code(0).stderr("note: after: done\n");
    let pid = user.read("pid");
    assert!(fs::exists(format!("/proc/{}", pid.trim())).unwrap(), "what it left on purpose goes on");
    assert!(Command::new("kill").arg(pid.trim()).status().unwrap().success());
    // One that goes on printing, too.
    profile(&user, "after = [\"sh\", \"-c\", 'yes & echo $! > pid']\ntimeout = 60");
    run(&user).code(0);
    let _ = Command::new("kill").arg(user.read("pid").trim()).stderr(Stdio::null()).status();
}

#[test]
fn hooks_run_with_another_output_and_not_in_the_sandbox() {
    let user = user_with(
        &(teller("after", "$RUNNER_OUTPUT") + &teller("on_change", "$RUNNER_OUTPUT") + &teller("before", "")),
    );
    user.run(["--profile", "./p.toml", "--sandbox"]).code(0);
    user.run(["--profile", "./p.toml", "--dry-run"]).code(10);
    assert_eq!(told(&user), [""; 0]);
    user.run(["--profile", "./p.toml", "-o", "other.csv"]).code(0);
    let other = user.home().canonicalize().unwrap().join("other.csv").display().to_string();
    let other = [format!("on_change {other}"), format!("after {other}")];
    assert_eq!(told(&user)[1..], other);
    // Stdout does not change.
    user.run(["--profile", "./p.toml", "-o", "-"]).code(0);
    assert_eq!(told(&user), ["before ", "after "]);
}

#[test]
fn several_profiles_and_several_outputs_have_their_own() {
    let user = User::logged_in();
    user.profile("a", &format!("[output]\npath = \"a.csv\"\n[hooks]\n{}", teller("after", "a $RUNNER_EXIT")));
    user.profile(
        "b",
        &format!(
            "[output]\npath = \"b.csv\"\nguard.min_groups = 100\n[hooks]\n{}",
            teller("after", "b $RUNNER_EXIT")
        ),
    );
    user.run(["run", "./a.toml", "./b.toml"]).code(5);
    let mut lines = told(&user);
    lines.sort();
    assert_eq!(lines, ["after a 0", "after b 5"]);

    let one = "[[output]]\npath = \"1.csv\"\non_change = [\"sh\", \"-c\", 'echo one $(basename $RUNNER_OUTPUT) >> told']\n";
    let two = "[[output]]\npath = \"2.csv\"\n";
    user.profile(
        "two",
        &format!("{one}{two}[hooks]\n{}", teller("on_change", "$(basename -a $RUNNER_OUTPUT | xargs)")),
    );
    user.run(["run", "./two.toml"]).code(0);
    assert_eq!(told(&user), ["one 1.csv", "on_change 1.csv 2.csv"]);
    user.write("2.csv", "");
    user.run(["run", "./two.toml"]).code(0);
    assert_eq!(told(&user), ["on_change 2.csv"]);
    user.run(["run", "./two.toml"]).code(0);
    assert_eq!(told(&user), [""; 0]);
}

#[test]
fn a_mistake_in_the_template_or_a_needed_login_is_heard_of() {
    let user = User::new();
    profile(&user, &teller("on_failure", "$RUNNER_EXIT $RUNNER_ERROR"));
    run(&user).code(3);
    assert!(told(&user)[0].starts_with("on_failure 3 "));
    user.write("broken.csv.hbs", "{{#if}}");
    user.run(["--profile", "./p.toml", "--template", "./broken.csv.hbs"]).code(2);
    let line = told(&user).remove(0);
    assert!(line.starts_with("on_failure 2 ") && line.contains("broken.csv.hbs:1:"), "{line}");
    assert_eq!(user.requests(), [""; 0]);
}

#[test]
fn a_folder_of_files_has_changed_if_one_of_them_has() {
    let user = User::logged_in();
    fs::create_dir(user.home().join("lists")).unwrap();
    let output = "[output]\nfor_each = \"groups\"\npath = \"lists/{{id}}.csv\"\non_change = [\"sh\", \"-c\", 'echo $(basename $RUNNER_OUTPUT) >> told']\n";
    user.profile("p", output);
    run(&user).code(0);
    run(&user).code(0);
    assert_eq!(told(&user), ["lists"]);
    let one = fs::read_dir(user.home().join("lists")).unwrap().map(|entry| entry.unwrap().path());
    let one = one.filter(|path| path.extension().is_some_and(|ending| ending == "csv")).min().unwrap();
    fs::remove_file(one).unwrap();
    run(&user).code(0);
    assert_eq!(told(&user), ["lists"]);
}

#[test]
fn check_finds_hooks_that_can_not_run_and_where_they_are_named() {
    let user = User::logged_in();
    user.write("plain.sh", "#!/bin/sh\n");
    let check = |lines: &str| {
        user.profile("p", lines);
        user.run(["check", "./p.toml"])
    };
    let line = fs::read_to_string("profiles/groups.toml").unwrap().lines().count() + 2;
    let home = user.home().display().to_string();
    for (program, why, help) in [
        (
            "/no/such/program",
            "there is no program `/no/such/program`",
            "a relative path starts at the folder",
        ),
        ("./none.sh", "there is no program `./none.sh`", "a relative path starts at the folder"),
        ("~/none.sh", "there is no program `HOME/none.sh`", "a relative path starts at the folder"),
        ("./plain.sh", "`./plain.sh` is not executable", "chmod +x './plain.sh'"),
        ("/tmp", "`/tmp` is a folder, not a program", "a relative path"),
        ("./", "`.` is a folder, not a program", "a relative path"),
        (".", "`.` is a folder, not a program", "a relative path"),
    ] {
        let shown = |text: &str| text.replace("HOME", &home);
        check(&format!("[hooks]\nafter = [\"{program}\", \"x\"]")).code(2).stdout("").says([
            &format!("error: {}\n", shown(why)),
            &format!("/p.toml:{line}:10\n"),
            &shown(help),
            "error: a hook can't run\n",
        ]);
        // That of an output, too.
        check(&format!("[[output]]\npath = \"p.csv\"\non_change = [\"{program}\"]"))
            .code(2)
            .says([&shown(why)]);
    }
    // All of them at once.
    let outcome = check("[hooks]\nbefore = [\"/a/b\"]\nafter = [\"/c/d\"]").code(2);
    assert_eq!(outcome.stderr.matches("there is no program").count(), 2, "{outcome:#?}");
    // One that PATH does not find may be on another machine.
    let warned = check("[hooks]\nafter = [\"no-such-program\"]").code(0);
    let words =
        warned.says(["warning: there is no program `no-such-program` in the folders of PATH\n", "./p.toml:"]);
    assert!(words.stdout.starts_with("p: no mistakes, but a warning\n"), "{words:#?}");
    let json = user.run(["check", "./p.toml", "--json"]).code(0).stdout;
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&json["warnings"][0]["line"], &json["warnings"][0]["column"]), (&json!(line), &json!(10)));
    check("[hooks]\nbefore = [\"true\"]\nafter = [\"/bin/sh\", \"-c\", \"true\"]").code(0).stderr("");
}

#[test]
fn no_list_of_files_is_cut() {
    let hook = "[hooks]\non_change = [\"sh\", \"-c\", 'printf %s \"${RUNNER_OUTPUT-unset}\" > told; cat > event.json']\n";
    let folder = vec!["x".repeat(200); 16].join("/");
    for (count, is_short) in [(20, true), (50, false)] {
        let user = User::logged_in();
        fs::create_dir_all(user.home().join(&folder)).unwrap();
        let outputs: Vec<String> =
            (0..count).map(|number| format!("[[output]]\npath = \"{folder}/{number}.csv\"\n")).collect();
        user.profile("p", &format!("{}{hook}", outputs.concat()));
        let outcome = run(&user).code(0);
        let event: Value = serde_json::from_str(&user.read("event.json")).unwrap();
        let files: Vec<&str> =
            event["files"].as_array().unwrap().iter().map(|file| file.as_str().unwrap()).collect();
        assert_eq!(files.len(), count);
        if is_short {
            outcome.stderr("");
            assert_eq!(user.read("told").lines().collect::<Vec<_>>(), files);
        } else {
            outcome.says(["warning: the hook `on_change` gets no RUNNER_OUTPUT: its 50 files are too long"]);
            assert_eq!(user.read("told"), "unset");
        }
    }
}
