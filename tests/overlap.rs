//! Runs beside other runs: `on_overlap` and `max_age` under `[run]`.

use std::fs::{self, File, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, SystemTime};

use globus_sandbox::Fault;
use serde_json::Value;

use crate::support::{MY_GROUPS, Outcome, Receiver, User, mode};

const GROUPS_PATH: &str = "/v2/groups/my_groups";

/// A user whose profile `./p.toml` writes `p.csv` and has these lines.
fn user_with(lines: &str) -> User {
    let user = User::logged_in();
    user.profile("p", &format!("[output]\npath = \"p.csv\"\n{lines}"));
    user
}

fn run(user: &User) -> Outcome {
    user.run(["run", "./p.toml"])
}

/// A run that has locked its output and waits for the groups this long.
fn busy(user: &User, seconds: u64) -> Child {
    user.sandbox.add_fault(Fault::delay(GROUPS_PATH, Duration::from_secs(seconds)).times(1));
    let child = user.command(["run", "./p.toml"]).stderr(Stdio::piped()).spawn().unwrap();
    while !user.sandbox.requests().iter().any(|request| request.path == GROUPS_PATH) {
        thread::yield_now();
    }
    user.sandbox.clear_requests();
    child
}

fn end(mut child: Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn a_run_waits_for_another_one_that_writes_the_same_file() {
    let user = user_with("");
    let first = busy(&user, 1);
    run(&user).code(0);
    // The first has ended before the second one has asked.
    let first = Outcome::from(first.wait_with_output().unwrap());
    first.code(0);
    assert_eq!(user.requests(), [MY_GROUPS]);
    // The kernel ends the lock of a run that is killed.
    end(busy(&user, 600));
    run(&user).code(0).stderr("");
}

#[test]
fn it_waits_no_longer_than_its_deadline() {
    let user = user_with("[run]\ndeadline = 0.5");
    user.profile("q", "[output]\npath = \"p.csv\"");
    user.sandbox.add_fault(Fault::delay(GROUPS_PATH, Duration::from_secs(600)).times(1));
    let child = user.command(["run", "./q.toml"]).stderr(Stdio::null()).spawn().unwrap();
    while !user.sandbox.requests().iter().any(|request| request.path == GROUPS_PATH) {
        thread::yield_now();
    }
    let pid = child.id();
    run(&user).code(6).says([
        &format!(
            "error: another run writes to `{}/p.csv`: process {pid}, since 20",
            user.home().canonicalize().unwrap().display()
        ),
        "help: wait for it to end; `on_overlap` under `[run]` says what a run does meanwhile",
    ]);
    end(child);
}

#[test]
fn it_can_be_skipped_or_fail() {
    let receiver = Receiver::new();
    let user = user_with(&format!("[run]\non_overlap = \"skip\"\n[notify]\nping_url = \"{}\"", receiver.url));
    let child = busy(&user, 600);
    user.run(["run", "--scheduled", "./p.toml"]).code(0).stdout("").stderr("");
    user.run(["run", "./p.toml", "-v"]).code(0).says(["debug: skipped: another run writes to `"]);
    let json = user.run(["run", "./p.toml", "--json"]).code(0).stdout;
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&json[0]["outcome"], &json[0]["exit_code"]), (&"skipped".into(), &0.into()));
    assert_eq!(user.requests(), [""; 0]);
    assert_eq!(receiver.paths(), [""; 0], "a hanging run must show");
    // Another output is no overlap.
    user.run(["run", "./p.toml", "-o", "other.csv"]).code(0);
    user.profile("p", "[output]\npath = \"p.csv\"\n[run]\non_overlap = \"fail\"");
    run(&user).code(6).says(["error: another run writes to `"]);
    // One of several that is busy stops no other.
    user.profile("q", "[output]\npath = \"q.csv\"");
    user.run(["run", "./p.toml", "./q.toml"]).code(6).says(["./q.toml: written"]);
    end(child);
}

#[test]
fn one_that_waits_stops_no_other() {
    let user = user_with("");
    user.profile("q", "[output]\npath = \"q.csv\"\n[hooks]\nafter = [\"sh\", \"-c\", \"kill $(cat pid)\"]");
    let child = busy(&user, 600);
    user.write("pid", &child.id().to_string());
    // The hook of the second ends what the first waits for.
    user.run(["run", "./p.toml", "./q.toml"]).code(0);
    assert_eq!(child.wait_with_output().unwrap().status.code(), Some(130));
    assert!(user.home().join("p.csv").exists());
}

#[test]
fn runs_of_the_same_two_profiles_do_not_block_each_other() {
    let user = user_with("");
    user.profile("q", "[output]\npath = \"q.csv\"");
    let spawn = |order: [&str; 2]| {
        let mut command = user.command(["run", order[0], order[1], "-q"]);
        command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let children: Vec<Child> = (0..10)
        .map(|turn| spawn(if turn % 2 == 0 { ["./p.toml", "./q.toml"] } else { ["./q.toml", "./p.toml"] }))
        .collect();
    for child in children {
        Outcome::from(child.wait_with_output().unwrap()).code(0).stderr("");
    }
}

#[test]
fn a_run_is_skipped_while_the_output_is_young() {
    let receiver = Receiver::new();
    let user = user_with(&format!("[run]\nmax_age = \"10m\"\n[notify]\nping_url = \"{}\"", receiver.url));
    run(&user).code(0);
    assert_eq!(user.requests(), [MY_GROUPS]);
    let again = |reason: &str| {
        run(&user).code(0);
        assert_eq!(user.requests(), [MY_GROUPS], "{reason}");
        run(&user).code(0);
        assert_eq!(user.requests(), [""; 0], "{reason}");
    };
    user.run(["run", "./p.toml", "-v"])
        .code(0)
        .says(["debug: skipped: `", " old, and `max_age` is 10 minutes"]);
    user.run(["run", "--scheduled", "./p.toml"]).code(0).stderr("");
    assert_eq!(receiver.paths(), [""], "the output is as good as a new one");
    assert_eq!(user.requests(), [""; 0]);
    fs::remove_file(user.home().join("p.csv")).unwrap();
    again("the file is gone");
    let profile = user.read("p.toml");
    user.write("p.toml", &format!("{profile}# And a comment.\n"));
    run(&user).code(0);
    assert_eq!(user.requests(), [""; 0], "the profile says the same");
    user.write("p.toml", &format!("{profile}\n[vars]\ntitle = \"Other\"\n"));
    again("the profile was changed");
    // A failure in between, or another output.
    user.sandbox.add_fault(Fault::status(GROUPS_PATH, 400).times(1));
    user.run(["run", "./p.toml", "-o", "other.csv"]).code(1);
    user.requests();
    again("the last run failed");
    user.run(["run", "./p.toml", "-o", "other.csv"]).code(0);
    assert_eq!(user.requests(), [MY_GROUPS], "another output is not there");
    // Stdout cannot be skipped: its reader needs the rows.
    for _ in 0..2 {
        let rows = user.run(["run", "./p.toml", "-o", "-"]).code(0).stdout;
        assert!(rows.lines().count() > 8);
    }
}

/// Waits until the time of a changed file is later than now: the kernel does not look at the clock for each.
fn next_tick(user: &User) {
    let now = SystemTime::now();
    while fs::metadata(user.write("tick", "")).unwrap().modified().unwrap() <= now {}
}

#[test]
fn a_file_that_was_touched_is_made_again() {
    let user = user_with("mode = \"0640\"\n[run]\nmax_age = \"10m\"");
    let file = user.home().join("p.csv");
    run(&user).code(0);
    user.requests();
    let text = fs::read(&file).unwrap();
    let touches: [(&str, &dyn Fn()); 6] = [
        ("its mode was changed", &|| fs::set_permissions(&file, Permissions::from_mode(0o604)).unwrap()),
        ("it was changed, and has its old time", &|| {
            let time = fs::metadata(&file).unwrap().modified().unwrap();
            fs::write(&file, "x").unwrap();
            File::options().write(true).open(&file).unwrap().set_modified(time).unwrap();
        }),
        ("its time was changed", &|| {
            File::open(&file).unwrap().set_modified(SystemTime::now() + Duration::from_secs(60)).unwrap();
        }),
        ("another file has its name", &|| {
            let other = user.home().join("other");
            fs::write(&other, &text).unwrap();
            fs::set_permissions(&other, Permissions::from_mode(0o640)).unwrap();
            File::open(&other).unwrap().set_modified(SystemTime::UNIX_EPOCH).unwrap();
            fs::rename(other, &file).unwrap();
        }),
        ("it is a link", &|| {
            fs::rename(&file, user.home().join("target")).unwrap();
            symlink("target", &file).unwrap();
        }),
        ("it is gone", &|| fs::remove_file(&file).unwrap()),
    ];
    for (reason, touch) in touches {
        next_tick(&user);
        touch();
        run(&user).code(0);
        assert_eq!(user.requests(), [MY_GROUPS], "{reason}");
        assert!(fs::read(&file).unwrap() == text && mode(&file) == 0o640, "{reason}");
        if reason == "its time was changed" {
            // The content is right, so the file is left alone.
            File::open(&file).unwrap().set_modified(SystemTime::UNIX_EPOCH).unwrap();
            run(&user).code(0);
            user.requests();
        }
        next_tick(&user);
        run(&user).code(0);
        assert_eq!(user.requests(), [""; 0], "{reason}");
    }
}

fn fetches<const N: usize>(user: &User, arguments: [&str; N]) -> bool {
    user.run(arguments).code(0);
    user.requests() == [MY_GROUPS]
}

#[test]
fn what_was_made_otherwise_is_made_again() {
    let user = user_with("[run]\nmax_age = \"10m\"");
    user.write("t.csv.hbs", "{{#each groups}}{{id}}\n{{/each}}");
    let own = ["run", "./p.toml", "-o", "p.csv"];
    assert!(fetches(&user, own) && !fetches(&user, own));
    assert!(!fetches(&user, ["run", "./p.toml"]), "it is the same file");
    for [option, value] in [["-t", "./t.csv.hbs"], ["--mode", "0604"], ["--format", "json"]] {
        let options = ["run", "./p.toml", "-o", "p.csv", option, value];
        assert!(fetches(&user, options) && !fetches(&user, options), "{options:?}");
        assert!(fetches(&user, own) && !fetches(&user, own), "{options:?}");
    }
    // A template that was edited, also one that keeps its time.
    user.profile("p", "[output]\ntemplate = \"./t.csv.hbs\"\npath = \"p.csv\"\n[run]\nmax_age = \"10m\"");
    assert!(fetches(&user, own) && !fetches(&user, own));
    let template = user.home().join("t.csv.hbs");
    let time = fs::metadata(&template).unwrap().modified().unwrap();
    user.write("t.csv.hbs", "{{#each groups}}{{name}}\n{{/each}}");
    File::options().write(true).open(&template).unwrap().set_modified(time).unwrap();
    assert!(fetches(&user, own) && !fetches(&user, own));
    // Another Globus, or another way to it.
    for (name, value) in [
        ("GLOBUS_SDK_SERVICE_URL_TRANSFER", "https://transfer.example.org/"),
        ("GLOBUS_SDK_HTTP_TIMEOUT", "7"),
        ("GLOBUS_SDK_VERIFY_SSL", "no"),
    ] {
        for requests in [&[MY_GROUPS][..], &[]] {
            Outcome::of(user.command(own).env(name, value)).code(0);
            assert_eq!(user.requests(), requests, "{name}");
        }
    }
}

#[test]
fn a_run_that_was_killed_in_a_hook_is_not_young() {
    for hook in ["on_change", "on_recovery", "after"] {
        let script = format!("echo {hook} >> told; test -e ready || kill -9 $PPID");
        let user =
            user_with(&format!("[run]\nmax_age = \"10m\"\n[hooks]\n{hook} = [\"sh\", \"-c\", '{script}']"));
        if hook == "on_recovery" {
            user.sandbox.add_fault(Fault::status(GROUPS_PATH, 400).times(1));
            run(&user).code(1);
        }
        assert_eq!(run(&user).code, None, "{hook}");
        let status = user.run(["status", "./p.toml"]).stdout;
        assert!(status.contains(&format!("`{hook}` has not ended")), "{status}");
        user.write("ready", "");
        user.requests();
        assert!(fetches(&user, ["run", "./p.toml"]), "{hook}");
        assert_eq!(user.read("told"), format!("{hook}\n{hook}\n"));
        let status = user.run(["status", "./p.toml"]).stdout;
        assert!(!status.contains("has not ended"), "{status}");
        assert!(!fetches(&user, ["run", "./p.toml"]), "{hook}: it has ended well");
        assert_eq!(user.read("told"), format!("{hook}\n{hook}\n"));
    }
}

#[test]
fn a_run_that_a_hook_starts_does_not_wait_for_the_run_that_waits_for_the_hook() {
    let runs =
        |profile: &str| format!("[\"{}\", \"run\", \"./{profile}.toml\"]", env!("CARGO_BIN_EXE_runner"));
    for (hook, code) in [("before", 1), ("after", 0)] {
        let user = user_with(&format!("[hooks]\n{hook} = {}", runs("p")));
        run(&user).code(code).says([
            "p.csv` has started this one: it waits for its hook to end",
            "start this run after that one has ended",
            &format!("`{hook}` failed: it ended with exit status: 6"),
        ]);
    }
    // The hook starts another run, whose hook starts this one.
    let user = user_with(&format!("[hooks]\nafter = {}", runs("q")));
    user.profile("q", &format!("[output]\npath = \"q.csv\"\n[hooks]\nafter = {}", runs("p")));
    run(&user).code(0).says(["note: after: note: after: error: the run that writes to `"]);
    for profile in ["./p.toml", "./q.toml"] {
        let status = user.run(["status", profile]).stdout;
        assert!(status.contains(": written, "), "{status}");
    }
}

#[test]
fn an_old_output_is_made_again() {
    let user = user_with("[run]\nmax_age = 0.001");
    for _ in 0..2 {
        run(&user).code(0);
        assert_eq!(user.requests(), [MY_GROUPS]);
    }
}

#[test]
fn of_many_runs_at_once_one_makes_the_output() {
    let user = user_with("[run]\nmax_age = \"10m\"");
    user.sandbox.add_fault(Fault::delay(GROUPS_PATH, Duration::from_millis(300)).times(1));
    let spawn = |_| user.command(["run", "./p.toml", "-q"]).stderr(Stdio::piped()).spawn().unwrap();
    let children: Vec<Child> = (0..8).map(spawn).collect();
    for child in children {
        Outcome::from(child.wait_with_output().unwrap()).code(0).stderr("");
    }
    assert_eq!(user.requests(), [MY_GROUPS]);
}

#[test]
fn a_folder_is_young_only_if_every_file_in_it_is_as_it_was() {
    let user = User::logged_in();
    fs::create_dir(user.home().join("lists")).unwrap();
    let each = "[output]\nfor_each = \"groups\"\npath = \"lists/{{slug name}}-{{id}}.csv\"\n";
    user.profile("p", &format!("{each}[run]\nmax_age = \"10m\""));
    run(&user).code(0);
    run(&user).code(0);
    assert_eq!(user.requests(), [MY_GROUPS], "the second run is skipped");
    let files = fs::read_dir(user.home().join("lists")).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = files.filter(|path| path.extension().is_some_and(|end| end == "csv")).collect();
    files.sort();
    let [one, two, three, ..] = files.as_slice() else { panic!("{files:?}") };
    let contents = || files.iter().map(fs::read).map(Result::unwrap).collect::<Vec<_>>();
    let whole = contents();
    next_tick(&user);
    fs::write(one, "garbage").unwrap();
    run(&user).code(0);
    assert_eq!(contents(), whole);
    next_tick(&user);
    fs::remove_file(two).unwrap();
    run(&user).code(0);
    assert_eq!(contents(), whole);
    next_tick(&user);
    run(&user).code(0);
    assert_eq!(user.requests(), [MY_GROUPS; 2], "the third run is skipped");
    fs::set_permissions(three, Permissions::from_mode(0o604)).unwrap();
    run(&user).code(0);
    assert_eq!(user.requests(), [MY_GROUPS]);
}
