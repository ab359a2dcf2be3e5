//! `runner diff`: what has changed since an earlier run.

use std::fs;
use std::path::PathBuf;

use globus_sandbox::Fault;
use serde_json::{Value, json};

use crate::support::world::{id, path, world};
use crate::support::{MY_GROUPS, Outcome, User};

fn group(id: &str, name: &str, roles: &[&str]) -> Value {
    let mine: Vec<Value> = roles.iter().map(|role| json!({ "role": role, "status": "active" })).collect();
    json!({ "id": id, "name": name, "my_memberships": mine })
}

/// A user of whom no run is recorded: to log in was one.
fn logged_in() -> User {
    let user = User::logged_in();
    fs::remove_dir_all(user.home().join(".local/state/globus-runner")).unwrap();
    user
}

fn run(user: &User, groups: Vec<Value>) {
    user.sandbox.set_groups(groups);
    user.run(["--profile", "./p.toml"]).code(0);
    user.sandbox.clear_requests();
}

fn diff<const N: usize>(user: &User, arguments: [&str; N]) -> Outcome {
    let mut command = user.command(["diff", "./p.toml"]);
    command.args(arguments).env("TZ", "UTC");
    Outcome::of(&mut command)
}

/// The lines of stdout, but the first one, which has times.
fn changes(outcome: &Outcome) -> Vec<&str> {
    outcome.stdout.lines().skip(1).collect()
}

fn csv(user: &User) {
    user.profile("p", "[output]\npath = \"groups.csv\"");
}

fn records(user: &User) -> Vec<PathBuf> {
    let folder = user.home().join(".local/state/globus-runner/history");
    let folders = fs::read_dir(folder).into_iter().flatten();
    let mut files: Vec<PathBuf> = folders
        .flat_map(|folder| fs::read_dir(folder.unwrap().path()).unwrap().map(|file| file.unwrap().path()))
        .collect();
    files.sort();
    files
}

#[test]
fn groups_that_came_went_or_changed_are_shown() {
    let user = logged_in();
    csv(&user);
    let first = vec![
        group("1", "Climate", &["member"]),
        group("2", "Ocean", &["member"]),
        group("3", "Old", &["admin"]),
        group("4", "Same", &["member"]),
    ];
    run(&user, first);
    let second = vec![
        group("5", "New A", &["member"]),
        group("4", "Same", &["member"]),
        group("2", "Ocean Data", &["admin", "member"]),
        group("6", "New B", &["member"]),
        group("1", "Climate", &["manager"]),
        group("7", "New A", &["member"]),
    ];
    run(&user, second);
    let outcome = diff(&user, []).code(0).stderr("");
    assert_eq!(
        changes(&outcome),
        [
            "~ group Climate (1)",
            "    roles: member -> manager",
            "~ group Ocean Data (2)",
            "    name: Ocean -> Ocean Data",
            "    roles: member -> admin, member",
            "- group Old (3)",
            // Equal names are told apart.
            "+ group New A (5)",
            "+ group New B (6)",
            "+ group New A (7)",
            "groups: 4 before, 6 now; 3 added, 1 removed, 2 changed",
        ]
    );
    let first = outcome.stdout.lines().next().unwrap();
    assert!(first.starts_with("from 20") && first.contains(" (run ") && first.contains(") to 20"), "{first}");
    assert_eq!(user.requests(), Vec::<String>::new());
    // The next run changes nothing.
    user.run(["--profile", "./p.toml"]).code(0);
    let outcome = diff(&user, []).code(0);
    assert_eq!(changes(&outcome), ["groups: 6 before, 6 now; nothing changed"]);
}

#[test]
fn an_own_membership_that_is_accepted_is_shown() {
    let user = logged_in();
    let one = |status: &str| json!([{ "role": "member", "status": status }]);
    let with = |mine: [Value; 2]| {
        let [one, two] = mine;
        vec![
            json!({ "id": "1", "name": "A", "my_memberships": one }),
            json!({ "id": "2", "name": "B", "my_memberships": two }),
        ]
    };
    csv(&user);
    run(&user, with([one("invited"), one("active")]));
    let statuses = "[groups]\nstatuses = [\"active\", \"invited\", \"pending\"]";
    user.profile("p", &format!("[output]\npath = \"groups.csv\"\n{statuses}"));
    run(&user, with([one("invited"), one("active")]));
    // What the run before did not fetch is no change. With one status, groups come and go with theirs.
    assert_eq!(changes(&diff(&user, []).code(0)), ["groups: 2 before, 2 now; nothing changed"]);
    let two = json!([{ "role": "admin", "status": "pending" }, { "role": "member", "status": "active" }]);
    run(&user, with([one("active"), two]));
    let shown = [
        "~ group A (1)",
        "    my_memberships.status: invited -> active",
        "~ group B (2)",
        "    roles: member -> admin, member",
        "    my_memberships.status: active -> pending, active",
        "groups: 2 before, 2 now; 0 added, 0 removed, 2 changed",
    ];
    let outcome = diff(&user, []).code(0);
    let mut lines = changes(&outcome);
    // The order of fields is that of the response.
    lines[3..5].sort_by_key(|line| line.contains("status"));
    assert_eq!(lines, shown);
    let json: Value = serde_json::from_str(&diff(&user, ["--format", "json"]).stdout).unwrap();
    assert_eq!(
        json["changed"][0]["fields"],
        json!([{ "name": "my_memberships.status", "before": ["invited"], "after": ["active"] }])
    );
}

#[test]
fn programs_get_json() {
    let user = logged_in();
    csv(&user);
    run(&user, vec![group("1", "A", &["member"]), group("2", "B", &["member"])]);
    run(&user, vec![group("2", "B\u{1b}[31m", &["member"]), group("3", "C", &["admin"])]);
    let outcome = diff(&user, ["--format", "json"]).code(0).stderr("");
    let json: Value = serde_json::from_str(&outcome.stdout).unwrap();
    let keys: Vec<&String> = json.as_object().unwrap().keys().collect();
    assert_eq!(
        keys,
        [
            "profile",
            "outputs",
            "since",
            "since_run",
            "until",
            "until_run",
            "rows_before",
            "rows_after",
            "added",
            "removed",
            "changed",
            "lists"
        ]
    );
    assert_eq!(json["added"], json!([{ "id": "3", "name": "C", "roles": ["admin"] }]));
    assert_eq!(json["removed"], json!([{ "id": "1", "name": "A", "roles": ["member"] }]));
    assert_eq!(
        json["changed"],
        json!([{ "key": "2", "label": "B\u{1b}[31m", "lists": {},
            "fields": [{ "name": "name", "before": "B", "after": "B\u{1b}[31m" }] }])
    );
    assert_eq!((&json["rows_before"], &json["rows_after"]), (&json!(2), &json!(2)));
    assert!(json["since"].as_str() <= json["until"].as_str());
    assert_ne!(json["since_run"], json["until_run"]);
    assert_eq!(json["outputs"], json!([fs::canonicalize(user.home()).unwrap().join("groups.csv")]));
    // At a terminal it is harmless.
    assert!(diff(&user, []).stdout.contains("name: B -> B\u{241b}[31m"));
}

#[test]
fn runs_are_named_by_time_or_id() {
    let user = logged_in();
    csv(&user);
    for count in 1..=4 {
        run(&user, (0..count).map(|number| group(&number.to_string(), "G", &[])).collect());
    }
    let added = |outcome: &Outcome| outcome.stdout.lines().filter(|line| line.starts_with('+')).count();
    assert_eq!(added(&diff(&user, []).code(0)), 1);
    // No run is as old as that: the oldest is taken.
    for time in ["yesterday", "2026-01-01", "7d", "2020-02-29T03:00:00Z"] {
        let outcome = diff(&user, ["--since", time]).code(0).says(["no run is recorded that is as old"]);
        assert_eq!(added(&outcome), 3, "{time}");
    }
    assert_eq!(added(&diff(&user, ["--since", "0m"]).code(0).stderr("")), 1);
    let json: Value =
        serde_json::from_str(&diff(&user, ["--format", "json", "--since", "7d"]).stdout).unwrap();
    let (first, last) = (json["since_run"].as_str().unwrap(), json["until_run"].as_str().unwrap());
    assert_eq!(added(&diff(&user, ["--since", &first[..8]]).code(0).stderr("")), 3);
    assert_eq!(added(&diff(&user, ["--since", first]).code(0)), 3);
    diff(&user, ["--since", &last[..8]]).code(2).says([
        "is the last one: no later one is recorded",
        "compare it with a new response: `runner diff ./p.toml --fresh`",
    ]);
    let unknown = diff(&user, ["--since", "000000"]).code(2).says(["no run 000000 is recorded", &first[..8]]);
    assert_eq!(unknown.stderr.matches("(run ").count(), 4);
    for large in ["9223372036854775807m", "200000000000000000h", "1000000000000000d", "15250284452472w"] {
        diff(&user, ["--since", large]).code(2).says(["the number is too large"]);
    }
    diff(&user, ["--since", "tomorrow"]).code(2).says(["neither a time, such as `2026-11-20`"]);
}

#[test]
fn a_fresh_response_is_compared_and_leaves_no_trace() {
    let user = logged_in();
    csv(&user);
    run(&user, vec![group("1", "A", &[])]);
    let before = (records(&user), user.read("groups.csv"));
    user.sandbox.set_groups(vec![group("1", "A", &[]), group("2", "B", &[])]);
    let outcome = diff(&user, ["--fresh"]).code(0).stderr("");
    assert!(outcome.stdout.lines().next().unwrap().ends_with(" to now, which is not delivered"));
    assert_eq!(
        changes(&outcome),
        ["+ group B (2)", "groups: 1 before, 2 now; 1 added, 0 removed, 0 changed"]
    );
    assert_eq!(user.requests(), [MY_GROUPS]);
    assert_eq!((records(&user), user.read("groups.csv")), before);
    let json: Value = serde_json::from_str(&diff(&user, ["--fresh", "--format", "json"]).stdout).unwrap();
    assert_eq!(json["until_run"], Value::Null);
}

#[test]
fn what_can_not_be_compared_says_why() {
    let user = logged_in();
    csv(&user);
    diff(&user, []).code(1).stdout("").says([
        "error: no delivered run of `p` is recorded: there is none in `",
        "help: run it once with `runner run ./p.toml`",
    ]);
    run(&user, vec![group("1", "A", &[])]);
    diff(&user, []).code(1).stdout("").says([
        "error: only one delivered run of `p` is recorded: 20",
        "help: run it again, or compare that one with a new response: `runner diff ./p.toml --fresh`",
    ]);
    user.profile("p", "[output]\npath = \"other.csv\"\n[history]\nkeep = 0");
    run(&user, vec![group("1", "A", &[])]);
    fs::remove_dir_all(user.home().join(".local/state/globus-runner/history")).unwrap();
    diff(&user, []).code(1).says(["help: its profile says `keep = 0` in `[history]`"]);
}

#[test]
fn a_record_that_is_not_whole_is_left_out() {
    let user = logged_in();
    csv(&user);
    for count in 1..=3 {
        run(&user, (0..count).map(|number| group(&number.to_string(), "G", &[])).collect());
    }
    let [first, second, third] = &records(&user)[..] else { panic!() };
    let whole = fs::read(second).unwrap();
    // A power failure can leave any part of it.
    for length in [0, 1, 4, 20, whole.len() / 2, whole.len() - 40, whole.len() - 1] {
        fs::write(second, &whole[..length]).unwrap();
        let outcome = diff(&user, []).code(0);
        let warning = format!("warning: the record `{}` is left out: it ", second.display());
        assert!(outcome.stderr.starts_with(&warning), "{length}: {outcome:?}");
        assert_eq!(outcome.stderr.lines().count(), 1);
        assert!(
            outcome.stdout.ends_with("groups: 1 before, 3 now; 2 added, 0 removed, 0 changed\n"),
            "{length}"
        );
    }
    let damaged: Vec<u8> = whole
        .iter()
        .enumerate()
        .map(|(at, byte)| if at == whole.len() - 9 { !byte } else { *byte })
        .collect();
    fs::write(second, damaged).unwrap();
    diff(&user, []).code(0).says(["is left out: it is damaged"]);
    let header = zstd::encode_all(&b"{\"version\":2}\n"[..], 1).unwrap();
    fs::write(second, header).unwrap();
    diff(&user, []).code(0).says(["it was written by another version of this program"]);
    fs::write(second, &whole).unwrap();
    fs::write(third, "").unwrap();
    let outcome = diff(&user, []).code(0).says([&format!("the record `{}` is left out", third.display())]);
    assert!(outcome.stdout.ends_with("groups: 1 before, 2 now; 1 added, 0 removed, 0 changed\n"));
    fs::write(first, "").unwrap();
    diff(&user, []).code(1).says(["only one delivered run"]);
    // The next run is recorded after them.
    user.run(["-p", "./p.toml"]).code(0).stderr("");
    assert!(
        diff(&user, []).code(0).stdout.ends_with("groups: 2 before, 3 now; 1 added, 0 removed, 0 changed\n")
    );
}

#[test]
fn outputs_have_their_own_runs() {
    let user = logged_in();
    csv(&user);
    run(&user, vec![group("1", "A", &[])]);
    run(&user, vec![group("1", "A", &[]), group("2", "B", &[])]);
    user.run(["-p", "./p.toml", "-o", "other.csv"]).code(0);
    user.sandbox.set_groups(vec![group("3", "C", &[])]);
    user.run(["-p", "./p.toml", "-o", "other.csv"]).code(0);
    assert_eq!(changes(&diff(&user, []))[0], "+ group B (2)");
    assert_eq!(changes(&diff(&user, ["-o", "other.csv"])).len(), 4);
    diff(&user, ["-o", "third.csv"]).code(1).says(["no delivered run of `p` is recorded"]);
    // Another profile that writes the same file goes on with its runs.
    let text = user.read("p.toml");
    user.write("q.toml", &text);
    user.run(["-p", "./q.toml"]).code(0);
    let outcome = Outcome::of(&mut user.command(["diff", "./q.toml"])).code(0);
    outcome.says(["the earlier run is one of another profile with the same output, "]);
    // One that prints is told by its profile, and found where it wrote with -o.
    user.profile("r", "");
    user.run(["-p", "./r.toml", "-o", "r.csv"]).code(0);
    user.run(["-p", "./r.toml", "-o", "r.csv"]).code(0);
    let outcome = Outcome::of(&mut user.command(["diff", "./r.toml"])).code(0).stderr("");
    assert_eq!(changes(&outcome), ["groups: 1 before, 1 now; nothing changed"]);
}

fn membership(group: usize, person: &str, role: &str, status: &str) -> Value {
    json!({ "group_id": id(group), "identity_id": format!("id-of-{person}"), "username": format!("{person}@example.edu"),
        "role": role, "status": status })
}

/// What the service says of the group with the number 1.
fn members(user: &User, memberships: &[Value]) {
    user.sandbox.clear_faults();
    user.sandbox.add_fault(Fault::json("/v2/groups/statuses", 404, json!({})).times(9));
    let mut all =
        vec![json!({ "group_id": id(1), "identity_id": id(1_000_000), "username": "p0@example.edu",
        "role": "admin", "status": "active" })];
    all.extend_from_slice(memberships);
    let document = json!({ "id": id(1), "name": "G1", "memberships": all });
    user.sandbox.add_fault(Fault::json(&path(1), 200, document).times(9));
}

#[test]
fn members_that_came_left_or_changed_are_shown() {
    const TEMPLATE: &str =
        "{{#each groups}}{{#if hidden}}?{{else}}{{#each memberships}}{{username}}\n{{/each}}{{/if}}{{/each}}";
    let groups = [crate::support::world::group(1, []), crate::support::world::group(2, [])];
    let user =
        world(1, &groups, TEMPLATE, "[groups]\ninclude = [\"memberships\"]\n[output]\npath = \"out.txt\"");
    let run = || user.run(["--profile", "./p.toml"]).code(0);
    let [bob, carol, eve] = ["bob", "carol", "eve"].map(|name| membership(1, name, "member", "active"));
    members(&user, &[bob.clone(), carol, membership(1, "dave", "member", "active"), eve]);
    run();
    // In another order, and with another identity of the same name.
    let mut eve = membership(1, "eve", "member", "active");
    eve["identity_id"] = "id-of-another".into();
    let frank = membership(1, "frank\u{202e}", "manager", "active");
    members(&user, &[frank, membership(1, "dave", "manager", "active"), eve, bob]);
    run();
    let outcome = diff(&user, []).code(0).stderr("");
    assert_eq!(
        changes(&outcome),
        [
            &format!("~ group G1 ({})", id(1)),
            "    + membership eve@example.edu (id-of-another), member",
            "    + membership frank\u{fffd}@example.edu, manager",
            "    - membership carol@example.edu, member",
            "    - membership eve@example.edu (id-of-eve), member",
            "    ~ membership dave@example.edu",
            "        role: member -> manager",
            "groups: 2 before, 2 now; 0 added, 0 removed, 1 changed",
        ]
    );
    let json: Value = serde_json::from_str(&diff(&user, ["--format", "json"]).stdout).unwrap();
    let lists = &json["changed"][0]["lists"]["memberships"];
    assert_eq!(lists["added"].as_array().unwrap().len(), 2);
    assert_eq!(
        lists["changed"],
        json!([{ "key": "id-of-dave", "label": "dave@example.edu", "lists": {},
            "fields": [{ "name": "role", "before": "member", "after": "manager" }] }])
    );
    // Memberships that may not be seen any more have not all left.
    user.sandbox.clear_faults();
    user.sandbox.add_fault(Fault::json("/v2/groups/statuses", 404, json!({})).times(9));
    user.sandbox.add_fault(Fault::status(&format!("{}?include=memberships", path(1)), 403).times(1));
    user.sandbox.add_fault(Fault::status(&path(1), 403).times(1));
    run();
    let outcome = diff(&user, []).code(0);
    assert_eq!(changes(&outcome)[1], "    memberships: 5 -> hidden", "{outcome:?}");
}

#[test]
fn a_folder_for_state_that_is_none_is_named() {
    let user = logged_in();
    user.profile("p", "");
    user.write(".local/state/globus-runner", "");
    diff(&user, []).code(1).says([
        "can't read the records in `",
        "/.local/state/globus-runner` is not a folder",
        "XDG_STATE_HOME",
    ]);
}
