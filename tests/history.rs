//! What is kept of delivered runs.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::support::process::bound_by_modes;
use crate::support::{Outcome, User, mode};

const STATE: &str = ".local/state/globus-runner";

fn groups(names: &str) -> Vec<Value> {
    let group = |name: char| {
        let mine = json!([{ "role": "member", "status": "active" }]);
        json!({ "id": format!("id-{name}"), "name": format!("Group {name}"), "my_memberships": mine })
    };
    names.chars().map(group).collect()
}

/// A user of whom no run is kept: to log in was one.
fn logged_in() -> User {
    let user = User::logged_in();
    fs::remove_dir_all(user.home().join(STATE)).unwrap();
    user
}

fn run(user: &User, names: &str) -> Outcome {
    user.sandbox.set_groups(groups(names));
    user.run(["--profile", "./p.toml"])
}

/// The folders with records, and the records in them, the oldest first.
fn records(user: &User) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for folder in files_in(&user.home().join(STATE).join("history")) {
        files.extend(files_in(&folder));
    }
    files
}

fn files_in(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

/// The lines of a record.
fn lines(record: &Path) -> Vec<Value> {
    let json = zstd::decode_all(fs::File::open(record).unwrap()).unwrap();
    let json = String::from_utf8(json).unwrap();
    json.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn each_delivered_run_is_kept_for_its_user_alone() {
    let user = logged_in();
    let profile = user.profile("p", "[output]\npath = \"groups.csv\"");
    run(&user, "ba").code(0).stderr("");
    let [record] = &records(&user)[..] else { panic!("{:?}", records(&user)) };
    assert_eq!(mode(record), 0o600);
    for folder in record.ancestors().skip(1).take_while(|folder| *folder != user.home().join(".local/state"))
    {
        assert_eq!(mode(folder), 0o700, "{}", folder.display());
    }
    let lines = lines(record);
    let home = fs::canonicalize(user.home()).unwrap();
    assert_eq!(lines[0]["version"], 1);
    assert_eq!(lines[0]["profile"], fs::canonicalize(profile).unwrap().to_str().unwrap());
    assert_eq!(lines[0]["outputs"], json!([home.join("groups.csv")]));
    assert_eq!(lines[0]["lists"][0]["list"], "groups");
    assert_eq!(lines[0]["lists"][0]["rows"], 2);
    // As they were fetched, and in that order.
    assert_eq!(lines[1], json!({ "id": "id-b", "name": "Group b", "roles": ["member"] }));
    assert_eq!(lines[2], json!({ "id": "id-a", "name": "Group a", "roles": ["member"] }));
    assert_eq!(lines.len(), 3);
    // An unchanged output is delivered, too.
    run(&user, "ba").code(0);
    assert_eq!(records(&user).len(), 2);
}

#[test]
fn the_last_ones_are_kept_and_none_with_0() {
    let user = logged_in();
    user.profile("p", "");
    for _ in 0..12 {
        run(&user, "a").code(0).stderr("");
    }
    assert_eq!(records(&user).len(), 10);
    user.profile("p", "[history]\nkeep = 3");
    run(&user, "ab").code(0);
    assert_eq!(records(&user).len(), 3);
    assert_eq!(lines(&records(&user)[2])[0]["lists"][0]["rows"], 2);
    user.profile("p", "[history]\nkeep = 0");
    run(&user, "abc").code(0).stderr("");
    // No earlier run is the last one any more.
    assert_eq!(records(&user).len(), 0);
    let other = logged_in();
    other.profile("p", "[history]\nkeep = 0");
    run(&other, "a").code(0);
    assert!(!other.home().join(STATE).join("history").exists());
    // A guard compares with the last one.
    other.profile("p", "[history]\nkeep = 0\n[output.guard]\nmax_removed = 0");
    run(&other, "ab").code(0);
    run(&other, "abc").code(0);
    assert_eq!(records(&other).len(), 1);
    run(&other, "a").code(5);
}

#[test]
fn what_is_not_delivered_is_not_kept() {
    let user = logged_in();
    user.profile("p", "[output]\npath = \"out/groups.csv\"\n[output.guard]\nmax_groups = 2");
    fs::create_dir(user.home().join("out")).unwrap();
    run(&user, "a").code(0);
    run(&user, "abc").code(5);
    fs::set_permissions(user.home().join("out"), Permissions::from_mode(0o555)).unwrap();
    user.sandbox.set_groups(groups("ab"));
    Outcome::of(&mut bound_by_modes(&user.command(["-p", "./p.toml"]))).code(1);
    fs::set_permissions(user.home().join("out"), Permissions::from_mode(0o755)).unwrap();
    user.run(["-p", "groups", "--sandbox"]).code(0);
    user.run(["data", "./p.toml"]).code(0);
    user.run(["render", "./p.toml"]).code(0);
    assert_eq!(records(&user).len(), 1);
    assert_eq!(files_in(records(&user)[0].parent().unwrap()).len(), 1, "a draft is left");
}

#[test]
fn a_state_folder_that_takes_nothing_makes_one_warning() {
    let user = logged_in();
    user.profile("p", "[output]\npath = \"groups.csv\"");
    user.write("file", "");
    let blocked = |profile: &str| {
        let mut command = user.command(["-p", profile]);
        command.env("XDG_STATE_HOME", user.home().join("file"));
        Outcome::of(&mut command)
    };
    user.sandbox.set_groups(groups("ab"));
    let outcome = blocked("./p.toml").code(0);
    assert_eq!(outcome.stderr.matches("warning").count(), 1, "{outcome:?}");
    outcome.says(["warning: can't lock the output in `", "is not a folder", "the run goes on"]);
    assert_eq!(user.read("groups.csv").lines().count(), 3);
    // A guard needs it.
    user.profile("p", "[output]\npath = \"groups.csv\"\n[output.guard]\nmax_removed = 0");
    blocked("./p.toml").code(5).says(["error: the guard can't record this run in `"]);
}

#[test]
fn profiles_that_share_a_fetch_have_their_own_records() {
    let user = logged_in();
    user.profile("p", "[output]\npath = \"p.csv\"");
    user.profile("q", "[output]\npath = \"q.csv\"\n[history]\nkeep = 0");
    let text = user.read("p.toml").replace("p.csv", "r.csv").replace("groups.csv.hbs", "r.txt.hbs");
    user.write("r.toml", &text);
    user.write("r.txt.hbs", "{{#each groups}}{{id}} {{/each}}");
    user.sandbox.set_groups(groups("ab"));
    user.run(["run", "p.toml", "q.toml", "r.toml"]).code(0);
    let records = records(&user);
    let outputs: Vec<String> =
        records.iter().map(|record| lines(record)[0]["outputs"][0].as_str().unwrap().to_owned()).collect();
    assert_eq!(records.len(), 2, "{outputs:?}");
    for name in ["p.csv", "r.csv"] {
        assert!(outputs.iter().any(|output| output.ends_with(name)), "{outputs:?}");
    }
    assert_eq!(lines(&records[0])[1..], lines(&records[1])[1..]);
}

/// More rows than wait for the thread that compresses them.
#[test]
fn many_rows_are_kept_as_few_are() {
    let user = logged_in();
    user.profile("p", "[output]\npath = \"groups.csv\"");
    let many: Vec<Value> = (0..20_000)
        .map(|number| json!({ "id": format!("{number:08}"), "name": format!("Group {number}"), "my_memberships": [] }))
        .collect();
    user.sandbox.set_groups(many);
    user.run(["-p", "./p.toml"]).code(0).stderr("");
    let lines = lines(&records(&user)[0]);
    assert_eq!(lines.len(), 20_001);
    assert!(lines[1..].iter().enumerate().all(|(number, row)| row["id"] == format!("{number:08}")));
}

#[test]
fn a_run_that_was_killed_after_its_delivery_is_the_last_one() {
    let user = logged_in();
    user.profile("p", "[output]\npath = \"out.csv\"");
    run(&user, "ab").code(0);
    let old = user.read("out.csv");
    run(&user, "abc").code(0);
    let new = user.read("out.csv");
    let last = records(&user).pop().unwrap();
    fs::rename(&last, format!("{}.pending", last.display())).unwrap();
    let outcome = user.run(["diff", "./p.toml"]).code(0);
    assert!(outcome.stdout.contains("2 before, 3 now; 1 added"), "{outcome:?}");
    // Not if it was killed before.
    user.write("out.csv", &old);
    user.run(["diff", "./p.toml"]).code(1).says(["only one delivered run"]);
    user.write("out.csv", &new);
    run(&user, "abcd").code(0).stderr("");
    let outcome = user.run(["diff", "./p.toml"]).code(0);
    assert!(outcome.stdout.contains("3 before, 4 now; 1 added"), "{outcome:?}");
    assert_eq!(records(&user).len(), 3);
}
