//! Where the rendering goes: all of it or nothing.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Read;
use std::os::unix::fs::symlink;
use std::process::Stdio;
use std::time::{Duration, SystemTime};

use globus_sandbox::Fault;

use crate::support::process::in_shell;
use crate::support::{Outcome, User, mode};

#[test]
fn a_file_gets_what_stdout_would() {
    let user = User::logged_in();
    let printed = user.run(["--profile", "groups"]).code(0).stdout;
    user.run(["--profile", "groups", "-o", "groups.csv"]).code(0).stdout("").stderr("");
    assert_eq!(user.read("groups.csv"), printed);
    assert_eq!(mode(&user.home().join("groups.csv")), 0o600);
}

#[test]
fn the_profile_names_file_and_mode() {
    let user = User::logged_in();
    user.profile("lab/here", "[output]\npath = \"out.csv\"\nmode = \"0644\"");
    user.run(["--profile", "lab/here.toml"]).code(0).stdout("");
    let path = user.home().join("lab/out.csv");
    assert!(path.exists(), "relative to the profile, not to the working directory");
    assert_eq!(mode(&path), 0o644);

    assert!(user.run(["-p", "lab/here.toml", "-o", "-"]).code(0).stdout.starts_with("ID,"));
    user.run(["-p", "lab/here.toml", "-o", "elsewhere.csv"]).code(0);
    assert_eq!(mode(&user.home().join("elsewhere.csv")), 0o644);
}

#[test]
fn an_output_of_text_can_begin_with_a_byte_order_mark() {
    let user = User::logged_in();
    user.profile("mine", "[output]\nbyte_order_mark = true");
    let printed = user.run(["--profile", "./mine.toml"]).code(0).stdout;
    assert!(printed.starts_with("\u{feff}ID,") && printed.matches('\u{feff}').count() == 1, "{printed}");
    user.run(["--profile", "./mine.toml", "-o", "groups.csv"]).code(0);
    assert_eq!(user.read("groups.csv"), printed);
    // It would not be JSON.
    assert!(user.run(["--profile", "./mine.toml", "--format", "json"]).code(0).stdout.starts_with('['));
    for (template, output) in [("{{#each groups}}{{#if x}}x{{/if}}{{/each}}", ""), ("a", "\u{feff}a")] {
        user.write("t.txt.hbs", &template.replace("#if x", "#if (eq id \"-\")"));
        user.run(["--profile", "./mine.toml", "--template", "./t.txt.hbs"]).code(0).stdout(output);
    }
}

#[test]
fn unchanged_groups_leave_the_file_alone() {
    let user = User::logged_in();
    let path = user.home().join("groups.csv");
    user.run(["--profile", "groups", "-o", "groups.csv"]).code(0);
    let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    File::options().write(true).open(&path).unwrap().set_modified(long_ago).unwrap();

    user.run(["--profile", "groups", "-o", "groups.csv"]).code(0);
    assert_eq!(fs::metadata(&path).unwrap().modified().unwrap(), long_ago);

    user.sandbox.set_groups(vec![serde_json::json!({ "id": "1", "name": "n", "my_memberships": [] })]);
    user.run(["--profile", "groups", "-o", "groups.csv"]).code(0);
    assert_ne!(fs::metadata(&path).unwrap().modified().unwrap(), long_ago);
    assert_eq!(user.read("groups.csv"), "ID,Name,Roles\n1,\"n\",\n");
}

#[test]
fn a_failure_leaves_the_old_file() {
    let user = User::logged_in();
    let path = user.write("groups.csv", "old\n");
    let old = fs::metadata(&path).unwrap().modified().unwrap();
    user.sandbox.add_fault(Fault::garbage("/v2/groups/my_groups"));
    user.run(["--profile", "groups", "-o", "groups.csv"]).code(1).stdout("");
    assert_eq!(user.read("groups.csv"), "old\n");

    user.write("broken.toml", &include_str!("../profiles/groups.toml").replace("groups.csv", "broken.csv"));
    user.write("broken.csv.hbs", "{{#each groups}}{{id}},{{nonsense}}\n{{/each}}");
    user.run(["--profile", "./broken.toml", "-o", "groups.csv"]).code(2).stdout("");
    user.run(["--profile", "./broken.toml"]).code(2).stdout("");
    assert_eq!(user.read("groups.csv"), "old\n");
    assert_eq!(fs::metadata(&path).unwrap().modified().unwrap(), old);
}

#[test]
fn nothing_is_left_beside_the_file() {
    let user = User::logged_in();
    fs::create_dir(user.home().join("out")).unwrap();
    user.run(["--profile", "groups", "-o", "out/groups.csv"]).code(0);
    user.sandbox.set_groups(vec![serde_json::json!({ "id": "1", "name": "n", "my_memberships": [] })]);
    user.run(["--profile", "groups", "-o", "out/groups.csv"]).code(0);
    let names: Vec<_> =
        fs::read_dir(user.home().join("out")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["groups.csv"]);
}

#[test]
fn a_link_stays_a_link() {
    let user = User::logged_in();
    user.write("real/groups.csv", "old");
    symlink("real/groups.csv", user.home().join("link.csv")).unwrap();
    user.run(["--profile", "groups", "-o", "link.csv"]).code(0);
    assert!(fs::symlink_metadata(user.home().join("link.csv")).unwrap().is_symlink());
    assert!(user.read("real/groups.csv").starts_with("ID,"));
}

#[test]
fn a_device_is_written_to_and_stays() {
    let user = User::logged_in();
    let outcome = user.run(["--profile", "groups", "-o", "/dev/stdout"]).code(0);
    assert!(outcome.stdout.starts_with("ID,"));
    user.run(["--profile", "groups", "-o", "/dev/full"]).code(1).says(["/dev/full", "No space left"]);
}

#[test]
fn a_full_disk_is_an_error() {
    let user = User::logged_in();
    let full = File::options().write(true).open("/dev/full").unwrap();
    let output = user.command(["--profile", "groups"]).stdout(full).stderr(Stdio::piped()).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.contains("standard output") && stderr.contains("No space left"), "{stderr}");
}

/// Without a check, the standard library puts `/dev/null` in its place, and the output is lost with exit code 0.
#[test]
fn a_closed_stdout_is_an_error() {
    let user = User::logged_in();
    let run = |arguments: &[&str], redirection: &str| {
        let mut command = user.command(["--profile", "groups"]);
        command.args(arguments);
        Outcome::of(&mut in_shell(&command, &format!("exec \"$@\" {redirection}")))
    };
    for closed in [">&-", ">&- <&-", ">&- 2>&-"] {
        run(&[], closed).code(1).stdout("");
    }
    run(&[], ">&-").says(["can't write to the standard output: it is closed", "name a file with -o"]);
    for arguments in [["--version"], ["--help"], ["help"]] {
        let mut command = in_shell(&user.command(arguments), "exec \"$@\" >&-");
        Outcome::of(&mut command).code(1).says(["can't write to the standard output: it is closed"]);
    }
    // `/dev/null` on purpose, as shells and as Python pass it.
    for open in [">/dev/null", "1<>/dev/null"] {
        run(&[], open).code(0).stderr("");
    }
    run(&["-o", "groups.csv"], ">&-").code(0).stderr("");
    let printed = user.read("groups.csv");
    for others in ["<&-", "2>&-", "<&- 2>&-"] {
        run(&[], others).code(0).stdout(&printed);
    }
}

#[test]
fn a_reader_that_has_enough_is_no_error() {
    let user = User::logged_in();
    let mut child =
        user.command(["--profile", "groups"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let mut stderr = String::new();
    child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    assert_eq!((child.wait().unwrap().code(), stderr.as_str()), (Some(0), ""));
}

#[test]
fn an_unwritable_output_is_an_error() {
    let user = User::logged_in();
    user.run(["--profile", "groups", "-o", "no/such/folder.csv"])
        .code(2)
        .says(["no/such/folder.csv", "the folder `no/such` does not exist"]);
    user.run(["--profile", "groups", "-o", "/proc/x"]).code(1).says(["/proc/x", "the file is unchanged"]);
    user.run(["--profile", "groups", "-o", "."]).code(2).says(["is a folder"]);
}

#[test]
fn names_never_steer_a_terminal() {
    let user = User::logged_in();
    let hostile = "\u{1b}]0;owned\u{7}\u{202e}evil";
    let group = serde_json::json!({ "id": "1", "name": hostile, "my_memberships": [] });
    user.sandbox.set_groups(vec![group]);
    // In a pipe the bytes are data and stay.
    assert!(user.run(["--profile", "groups"]).code(0).stdout.contains(hostile));

    let mut terminal = user.terminal_with_stdout(["--profile", "groups"]);
    let shown = terminal.wait_for_end().code(0).stderr;
    assert!(shown.contains("owned") && shown.contains("evil"), "{shown:?}");
    assert!(!shown.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{shown:?}");
}

#[test]
fn the_drafts_of_killed_runs_go_and_no_other_file_does() {
    let user = User::logged_in();
    let folder = user.home().join("out");
    let writing = user.write("out/.groups.csv.Writin.tmp", "another run is writing it");
    let writing = File::open(writing).unwrap();
    writing.lock().unwrap();
    let others = [
        ".groups.csv.notes-of-mine.tmp",
        ".groups.csv.abc.tmp",
        ".other.csv.AbC123.tmp",
        "groups.csv.AbC123.tmp",
    ];
    for other in others {
        user.write(&format!("out/{other}"), "mine");
    }
    // The second run changes nothing.
    for _ in 0..2 {
        for killed in [".groups.csv.AbC123.tmp", ".groups.csv.zzzzzz.tmp"] {
            user.write(&format!("out/{killed}"), "half");
        }
        user.run(["--profile", "groups", "-o", "out/groups.csv"]).code(0).stderr("");
        let left =
            fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut expected = vec!["groups.csv".to_owned(), ".groups.csv.Writin.tmp".to_owned()];
        expected.extend(others.map(str::to_owned));
        assert_eq!(left.collect::<BTreeSet<_>>(), expected.into_iter().collect());
    }
}

#[test]
fn an_open_descriptor_is_written_to_and_never_replaced() {
    let user = User::logged_in();
    let printed = user.run(["--profile", "groups"]).code(0).stdout;
    symlink("/dev/stdout", user.home().join("link")).unwrap();
    for (output, redirection) in [
        ("/dev/stdout", ">> log"),
        ("/dev/fd/1", ">> log"),
        ("/proc/self/fd/1", ">> log"),
        ("link", ">> log"),
        ("/dev/fd/3", "3>> log"),
        ("/proc/self/fd/3", "3>> log"),
        ("/dev/stdout", "1<> log"),
    ] {
        let old = if redirection == "1<> log" { "" } else { "old\n" };
        let log = user.write("log", old);
        let old_mode = mode(&log);
        let command = user.command(["--profile", "groups", "-o", output]);
        Outcome::of(&mut in_shell(&command, &format!("\"$@\" {redirection}"))).code(0).stderr("").stdout("");
        assert_eq!(user.read("log"), format!("{old}{printed}"), "{output} {redirection}");
        assert_eq!(mode(&log), old_mode, "{output} {redirection}");
    }
    // What the shell writes next comes next.
    let command = user.command(["--profile", "groups", "-o", "/dev/stdout"]);
    Outcome::of(&mut in_shell(&command, "{ echo one; \"$@\"; echo two; } > log")).code(0);
    assert_eq!(user.read("log"), format!("one\n{printed}two\n"));

    // A refused output is not kept beside a file that is not the run's.
    user.profile("full", "[output.guard]\nmin_groups = 1000");
    let command = user.command(["--profile", "full.toml", "-o", "/dev/stdout"]);
    Outcome::of(&mut in_shell(&command, "\"$@\" > log")).code(5);
    assert!(!user.home().join("log.rejected").exists());
}

/// Its draft has a name that is longer, but for one that is as long as a name can be.
#[test]
fn a_file_may_have_the_longest_name_there_is() {
    let user = User::logged_in();
    for name in ["x".repeat(255), "é".repeat(127)] {
        let folder = user.home().join(&name);
        fs::create_dir(&folder).unwrap();
        let path = format!("{name}/{name}");
        user.run(["--profile", "groups", "-o", &path]).code(0).stderr("");
        fs::remove_file(user.home().join(&path)).unwrap();
        user.run(["--profile", "groups", "-o", &path]).code(0).stderr("");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
    }
}

#[test]
fn a_link_that_leads_nowhere_is_not_said_to_be_a_missing_folder() {
    let user = User::logged_in();
    symlink("gone", user.home().join("l")).unwrap();
    for path in ["l/groups.csv", "l/deeper/groups.csv"] {
        user.run(["--profile", "groups", "-o", path])
            .code(2)
            .says(["the link `l` leads nowhere: there is no `gone`", "correct the link"])
            .never_says("mkdir");
    }
}
