//! `--dry-run`: what a run would change, and nothing is written.

use std::ffi::OsStr;
use std::fs::{self, Permissions};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::support::process::in_shell;
use crate::support::{MY_GROUPS, Outcome, TOKEN, User, mode};

/// A user whose profile writes `out/groups.csv`, with these further lines in `[output]`.
fn user(more: &str) -> User {
    let user = User::logged_in();
    user.profile("p", &format!("[output]\npath = \"out/groups.csv\"\n{more}"));
    fs::create_dir(user.home().join("out")).unwrap();
    user
}

fn groups(user: &User, names: &[&str]) {
    let group = |name: &&str| json!({ "id": name.to_lowercase(), "name": name, "my_memberships": [] });
    user.sandbox.set_groups(names.iter().map(group).collect());
}

fn dry(user: &User) -> Outcome {
    user.run(["--profile", "./p.toml", "--dry-run"])
}

fn diff(user: &User) -> Outcome {
    user.run(["--profile", "./p.toml", "--dry-run", "--diff"])
}

/// Every file below the home folder, with its content and the time of its last change.
fn everything(user: &User) -> Vec<(String, Vec<u8>, std::time::SystemTime)> {
    let mut found = Vec::new();
    let mut folders = vec![user.home().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let metadata = entry.metadata().unwrap();
            let name = entry.path().display().to_string();
            if metadata.is_dir() {
                found.push((name, Vec::new(), metadata.modified().unwrap()));
                folders.push(entry.path());
            } else {
                found.push((name, fs::read(entry.path()).unwrap(), metadata.modified().unwrap()));
            }
        }
    }
    found.sort();
    found
}

#[test]
fn nothing_is_written_and_the_exit_code_tells() {
    let user = user("[output.guard]\nmax_removed = 1\nmax_added = 5\n");
    groups(&user, &["A", "B"]);
    let before = everything(&user);
    dry(&user)
        .code(10)
        .stdout("")
        .stderr("note: would be written: 2 groups, 28 bytes to `./out/groups.csv`\n");
    diff(&user).code(10);
    assert_eq!(everything(&user), before, "no file, no record of the guard, no draft");
    assert_eq!(user.requests(), [MY_GROUPS, MY_GROUPS]);

    user.run(["--profile", "./p.toml"]).code(0);
    let before = everything(&user);
    dry(&user).code(0).stdout("").stderr("note: unchanged: 2 groups, 28 bytes in `./out/groups.csv`\n");
    diff(&user).code(0).stdout("");
    groups(&user, &["A", "C"]);
    for _ in 0..2 {
        dry(&user).code(10);
    }
    assert_eq!(everything(&user), before);
    // What is compared is the file as it is now.
    user.write("out/groups.csv", "edited\n");
    groups(&user, &["A", "B"]);
    dry(&user).code(10);
}

#[test]
fn the_diff_is_one_that_patch_takes() {
    let user = user("");
    groups(&user, &["A", "B", "C", "D", "E", "F", "G", "H"]);
    let new = diff(&user).code(10).stdout;
    assert!(
        new.starts_with("--- /dev/null\n+++ out/groups.csv\n@@ -0,0 +1,9 @@\n+ID,Name,Roles\n+a,"),
        "{new}"
    );
    user.run(["--profile", "./p.toml"]).code(0);
    groups(&user, &["A", "B", "C", "X", "E", "F", "G", "H", "I"]);
    diff(&user).code(10).stdout(
        "--- out/groups.csv\n+++ out/groups.csv\n@@ -2,8 +2,9 @@\n a,\"A\",\n b,\"B\",\n c,\"C\",\n-d,\"D\",\n+x,\"X\",\n \
         e,\"E\",\n f,\"F\",\n g,\"G\",\n h,\"H\",\n+i,\"I\",\n",
    );
    // A line ends where `patch` thinks that it does, and the last one need not.
    user.write("t.txt.hbs", "{{#each groups}}{{{name}}}{{/each}}");
    let other = ["-p", "./p.toml", "-t", "./t.txt.hbs", "-o", "x.txt", "--dry-run", "--diff"];
    groups(&user, &["a\r", "b\r\n", "c\n", "\u{2028}d\u{b}"]);
    user.write("x.txt", "a\rB\r\nc");
    user.run(other).code(10).stdout(
        "--- x.txt\n+++ x.txt\n@@ -1,2 +1,3 @@\n-a\rB\r\n-c\n\\ No newline at end of file\n+a\rb\r\n+c\n+\u{2028}d\u{b}\n\
         \\ No newline at end of file\n",
    );
    // Nothing is not the same as no file.
    user.write("t.txt.hbs", "{{#each groups}}{{/each}}");
    user.run(other)
        .code(10)
        .stdout("--- x.txt\n+++ x.txt\n@@ -1,2 +0,0 @@\n-a\rB\r\n-c\n\\ No newline at end of file\n");
    fs::remove_file(user.home().join("x.txt")).unwrap();
    user.run(other).code(10).stdout("empty file x.txt: new\n");
}

/// As `diff` and git write them.
#[test]
fn each_name_in_a_diff_is_one_that_patch_takes() {
    let user = User::logged_in();
    user.profile("p", "");
    groups(&user, &["A"]);
    fs::create_dir(user.home().join("out")).unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let absolute = elsewhere.path().canonicalize().unwrap().join("x.csv").display().to_string();
    symlink("target", user.home().join("link")).unwrap();
    let raw = OsStr::from_bytes;
    for (output, name) in [
        (raw(b"x.csv"), "x.csv"),
        (raw(b"./out//../out/x.csv"), "out/x.csv"),
        (raw(b"a b.csv"), "a b.csv\t"),
        (raw(b" a"), "\" a\""),
        (raw(b"a\"b\\c"), r#""a\"b\\c""#),
        (raw(b"a\nb\tc\x1b[31m"), r#""a\nb\tc\033[31m""#),
        (raw(b"a\xff"), r#""a\377""#),
        (OsStr::new("Z\u{fc}rich"), "Z\u{fc}rich"),
        (OsStr::new("a\u{202e}b"), r#""a\342\200\256b""#),
        (OsStr::new("link"), "target"),
        (OsStr::new(&absolute), &absolute),
    ] {
        let mut command = user.command(["--profile", "./p.toml", "--dry-run", "--diff", "-o"]);
        let new = Outcome::of(command.arg(output)).code(10).stdout;
        assert_eq!(new, format!("--- /dev/null\n+++ {name}\n@@ -0,0 +1,2 @@\n+ID,Name,Roles\n+a,\"A\",\n"));
        Outcome::of(user.command(["--profile", "./p.toml", "-o"]).arg(output)).code(0);
        groups(&user, &["B"]);
        let changed = Outcome::of(&mut command).code(10).stdout;
        assert_eq!(
            changed,
            format!("--- {name}\n+++ {name}\n@@ -1,2 +1,2 @@\n ID,Name,Roles\n-a,\"A\",\n+b,\"B\",\n")
        );
        groups(&user, &["A"]);
    }
}

#[test]
fn a_mode_is_a_change() {
    let user = user("mode = \"0640\"\n");
    groups(&user, &["A"]);
    user.run(["--profile", "./p.toml"]).code(0);
    let path = user.home().join("out/groups.csv");
    fs::set_permissions(&path, Permissions::from_mode(0o604)).unwrap();
    diff(&user).code(10).stdout("mode of out/groups.csv: 0604 -> 0640\n").says(["note: would be written: "]);
    assert_eq!(mode(&path), 0o604);
    // A run says the same.
    let json = user.run(["run", "./p.toml", "--json"]).code(0).stdout;
    assert_eq!(serde_json::from_str::<Value>(&json).unwrap()[0]["outcome"], "written");
    diff(&user).code(0).stdout("");
    fs::set_permissions(&path, Permissions::from_mode(0o604)).unwrap();
    user.profile("p", "[output]\npath = \"out/groups.csv\"\n");
    diff(&user).code(0).stdout("");
}

#[test]
fn the_guard_refuses_as_in_a_run() {
    let user = user("[output.guard]\nmax_removed = 1\n");
    groups(&user, &["A", "B", "C"]);
    user.run(["--profile", "./p.toml"]).code(0);
    let before = everything(&user);
    groups(&user, &["A"]);
    diff(&user).code(5).stdout("").says([
        "error: the guard refused to write `./out/groups.csv`: it had 3 groups and would have 1",
        "- B",
        "deliver it once with `runner --profile ",
    ]);
    groups(&user, &[]);
    dry(&user).code(5).says(["it would have no groups"]);
    let accepted = user.run(["--profile", "./p.toml", "--dry-run", "--diff", "--accept"]).code(10).stdout;
    assert!(accepted.contains("-b,\"B\",\n"), "{accepted}");
    assert_eq!(everything(&user), before, "no refused output is kept");
}

#[test]
fn stdout_is_not_written() {
    let user = User::logged_in();
    user.run(["--profile", "groups", "--dry-run"])
        .code(0)
        .stdout("")
        .says(["note: would be printed: 8 groups to stdout"]);
    user.run(["--profile", "groups", "--dry-run", "--diff", "-o", "/dev/full"]).code(0).stdout("");
    user.run(["--profile", "groups", "--diff"]).code(2).says(["--dry-run"]);
}

/// It can't be had again.
#[test]
fn a_refreshed_token_is_stored() {
    let user = user("");
    user.expire_token_in(0);
    let old = user.token();
    user.requests();
    dry(&user).code(10);
    assert_eq!(user.requests(), [TOKEN, MY_GROUPS]);
    assert_ne!(user.token(), old);
}

#[test]
fn numbers_of_new_accounts_are_not_given() {
    let user = User::logged_in();
    let profile = include_str!("../profiles/groups.toml").replace("groups.csv.hbs", "t.lines.hbs");
    user.write("p.toml", &format!("{profile}\n[output]\npath = \"out\"\n[id_map]\npath = \"ids.json\"\n"));
    user.write("t.lines.hbs", "{{#each groups}}{{gid id}}\n{{/each}}");
    let before = everything(&user);
    assert!(diff(&user).code(10).stdout.contains("+70000\n"));
    assert_eq!(everything(&user), before);
}

#[test]
fn several_outputs_and_files_of_rows_are_all_compared() {
    let user = User::logged_in();
    fs::create_dir(user.home().join("lists")).unwrap();
    user.write("list.txt.hbs", "{{#each groups}}{{name}}\n{{/each}}");
    user.profile(
        "p",
        "[[output]]\npath = \"one.csv\"\n[[output]]\ntemplate = \"./list.txt.hbs\"\nfor_each = \"groups\"\n\
         path = \"lists/{{id}}\"\nprune = true\n[[output]]\n",
    );
    groups(&user, &["A", "B"]);
    let before = everything(&user);
    diff(&user).code(10).says([
        "note: would be written: 2 groups, 28 bytes to `./one.csv`\n",
        "note: would be written: 2 groups, 2 of 2 files new, 4 bytes in `./lists",
        "note: would be printed: 2 groups to stdout\n",
    ]);
    assert_eq!(everything(&user), before);
    user.run(["--profile", "./p.toml"]).code(0);
    let before = everything(&user);
    diff(&user).code(0).stdout("");
    groups(&user, &["A", "C"]);
    let outcome = diff(&user).code(10);
    let outcome = outcome.stdout(
        "--- one.csv\n+++ one.csv\n@@ -1,3 +1,3 @@\n ID,Name,Roles\n a,\"A\",\n-b,\"B\",\n+c,\"C\",\n\
         --- /dev/null\n+++ lists/c\n@@ -0,0 +1 @@\n+C\n--- lists/b\n+++ /dev/null\n@@ -1 +0,0 @@\n-B\n",
    );
    outcome.says(["2 groups, 1 of 2 files new, 1 removed, 4 bytes in `"]);
    assert_eq!(everything(&user), before);
    // Names are refused as in a run.
    user.profile(
        "p",
        "[output]\ntemplate = \"./list.txt.hbs\"\nfor_each = \"groups\"\npath = \"lists/{{name}}\"\n",
    );
    groups(&user, &["../x"]);
    dry(&user).code(1).says(["no file can be named after the group `../x`"]);
}

#[test]
fn several_profiles_and_json_tell_the_same() {
    let user = user("");
    groups(&user, &["A"]);
    user.profile("q", "[output]\npath = \"q.csv\"\n");
    user.run(["--profile", "./q.toml"]).code(0);
    let outcome = user.run(["run", "./p.toml", "./q.toml", "--dry-run", "--diff"]).code(10);
    assert!(outcome.stdout.starts_with("--- /dev/null\n+++ out/groups.csv\n"), "{outcome:#?}");
    outcome.says([
        "note: ./p.toml: would be written, 1 group, 21 bytes to `./out/groups.csv`\n",
        "note: ./q.toml: unchanged, 1 group, 21 bytes in `./q.csv`\n",
    ]);
    let json = |arguments: [&str; 6], code| -> Value {
        serde_json::from_str(&user.run(arguments).code(code).stderr("").stdout).unwrap()
    };
    let results = json(["run", "./p.toml", "./q.toml", "--dry-run", "--diff", "--json"], 10);
    assert_eq!((&results[0]["outcome"], &results[0]["exit_code"]), (&"would be written".into(), &10.into()));
    assert_eq!((&results[1]["outcome"], &results[1]["exit_code"]), (&"unchanged".into(), &0.into()));
    assert!(results[0]["outputs"][0]["diff"].as_str().unwrap().contains("+a,\"A\",\n"), "{results:#}");
    assert_eq!(results[1]["outputs"][0]["diff"], "");
    // A failure counts more than a change.
    user.run(["run", "./p.toml", "./nowhere.toml", "--dry-run"]).code(2);
    assert!(!user.home().join("out/groups.csv").exists());
}

#[test]
fn what_is_no_text_or_too_large_is_only_told() {
    let user = user("");
    groups(&user, &["A"]);
    fs::write(user.home().join("out/groups.csv"), b"\xff\x00").unwrap();
    diff(&user).code(10).stdout("content of out/groups.csv: 2 bytes -> 21 bytes; not text\n");
    let file = fs::File::create(user.home().join("out/groups.csv")).unwrap();
    file.set_len(17 * 1024 * 1024).unwrap();
    let outcome = diff(&user).code(10);
    assert!(outcome.stdout.contains("21 bytes; too large for a diff\n"), "{outcome:#?}");
    // A large rendering is not kept beside the file, and is compared whole.
    let many: Vec<Value> = (0..60_000)
        .map(|id| json!({ "id": id.to_string(), "name": "x".repeat(100), "my_memberships": [] }))
        .collect();
    user.sandbox.set_groups(many);
    let mut command = in_shell(&user.command(["--profile", "./p.toml", "--dry-run"]), "exec \"$@\"");
    let child = command.stderr(Stdio::piped()).spawn().unwrap();
    Outcome::from(child.wait_with_output().unwrap()).code(10).says(["60000 groups, 6.6 MB to `"]);
    assert_eq!(fs::read_dir(user.home().join("out")).unwrap().count(), 1);
}

#[test]
fn made_up_groups_show_what_several_files_would_be() {
    let user = User::new();
    fs::create_dir(user.home().join("lists")).unwrap();
    user.write("list.txt.hbs", "{{#each groups}}{{name}}\n{{/each}}");
    user.profile(
        "p",
        "[[output]]\npath = \"one.csv\"\n[[output]]\ntemplate = \"./list.txt.hbs\"\nfor_each = \"groups\"\n\
         path = \"lists/{{slug name}}-{{id}}\"\n",
    );
    let shown = user.run(["--profile", "./p.toml", "--sandbox", "--dry-run", "--diff"]).code(10).stdout;
    assert!(shown.contains("+++ one.csv\n") && shown.contains("+++ lists/climate-modeling-1d6c"), "{shown}");
    assert!(!user.home().join("one.csv").exists() && is_empty(&user.home().join("lists")));
}

fn is_empty(folder: &Path) -> bool {
    fs::read_dir(folder).unwrap().next().is_none()
}
