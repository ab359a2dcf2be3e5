//! The guard: an output that is too small, too large or too different is not delivered.

use std::fs::{self, File, Permissions};
use std::io::{self, Read, Write};
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::thread;

use serde_json::{Value, json};

use crate::support::process::bound_by_modes;
use crate::support::{Outcome, User, mkfifo, mode};

/// Groups with these IDs; their names are the IDs in a sentence.
fn groups(ids: impl IntoIterator<Item = usize>) -> Vec<Value> {
    ids.into_iter()
        .map(|id| json!({ "id": format!("{id:04}"), "name": format!("Group {id}"), "my_memberships": [] }))
        .collect()
}

/// A user with a profile that writes `out/groups.csv`, guarded by these lines.
fn guarded(limits: &str) -> User {
    let user = User::logged_in();
    forget(&user);
    guard(&user, limits);
    fs::create_dir(user.home().join("out")).unwrap();
    user
}

fn guard(user: &User, limits: &str) {
    user.profile("p", &format!("[output]\npath = \"out/groups.csv\"\n[output.guard]\n{limits}"));
}

/// Runs the profile with these groups.
fn run(user: &User, ids: impl IntoIterator<Item = usize>) -> Outcome {
    user.sandbox.set_groups(groups(ids));
    user.run(["--profile", "p.toml"])
}

fn accept(user: &User, ids: impl IntoIterator<Item = usize>) -> Outcome {
    user.sandbox.set_groups(groups(ids));
    user.run(["--profile", "p.toml", "--accept"])
}

/// The groups in the output file.
fn delivered(user: &User) -> usize {
    user.read("out/groups.csv").lines().count() - 1
}

fn beside(user: &User) -> Vec<String> {
    let entries = fs::read_dir(user.home().join("out")).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// The folder of each output with the records of its runs.
fn histories(user: &User) -> Vec<PathBuf> {
    files_in(&user.home().join(".local/state/globus-runner/history"))
}

/// The records of the runs of all outputs, the last one of each at its end.
fn records(user: &User) -> Vec<PathBuf> {
    histories(user).iter().flat_map(|folder| files_in(folder)).collect()
}

fn files_in(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

/// Forgets the run in which the user has logged in.
fn forget(user: &User) {
    fs::remove_dir_all(user.home().join(".local/state/globus-runner")).unwrap();
}

#[test]
fn an_empty_response_never_empties_a_file() {
    let user = User::logged_in();
    user.profile("own", "[output]\npath = \"own.csv\"");
    user.sandbox.set_groups(vec![]);
    for (arguments, file) in
        [(vec!["--profile", "groups", "-o", "list.csv"], "list.csv"), (vec!["run", "own.toml"], "own.csv")]
    {
        user.write(file, "old\n");
        let kept = user.home().join(file).display().to_string();
        Outcome::of(user.command([]).args(&arguments)).code(5).stdout("").says([
            &format!("the guard refused to write `{file}`: it would have no groups, and `min_groups` is 1"),
            &format!("the refused output is in `{kept}.rejected`"),
            "if it is right, deliver it once with `runner --profile ",
            "or always with `min_groups = 0` in `[output.guard]`",
        ]);
        assert_eq!(user.read(file), "old\n");
        assert_eq!(user.read(&format!("{file}.rejected")), "ID,Name,Roles\n");
        Outcome::of(user.command([]).args(&arguments).arg("--accept"))
            .code(0)
            .says(["note: accepted: it would have no groups, and `min_groups` is 1"]);
        assert_eq!(user.read(file), "ID,Name,Roles\n");
    }
    // Only files are replaced.
    user.run(["--profile", "groups"]).code(0).stdout("ID,Name,Roles\n").stderr("");
    user.run(["--profile", "./own.toml", "-o", "-"]).code(0).stdout("ID,Name,Roles\n");
}

#[test]
fn who_has_no_groups_says_so_once() {
    let user = guarded("min_groups = 0");
    run(&user, []).code(0).stderr("");
    assert_eq!(delivered(&user), 0);
    guard(&user, "");
    run(&user, []).code(5);
}

#[test]
fn min_and_max_hold_for_stdout_if_they_are_written() {
    let user = User::logged_in();
    user.profile("few", "[output.guard]\nmin_groups = 3\nmax_groups = 4");
    for (count, code, words) in [
        (2, 5, "it would have 2 groups, and `min_groups` is 3"),
        (3, 0, ""),
        (4, 0, ""),
        (5, 5, "it would have 5 groups, and `max_groups` is 4"),
    ] {
        user.sandbox.set_groups(groups(0..count));
        let outcome = user.run(["--profile", "./few.toml"]).code(code).says([words]);
        assert_eq!(outcome.stdout.is_empty(), code == 5, "{count}");
    }
    let outcome = user.run(["--profile", "./few.toml", "--accept"]).code(0).says(["accepted"]);
    assert_eq!(outcome.stdout.lines().count(), 6);
}

#[test]
fn what_is_missing_is_counted_as_a_number_a_percentage_or_both() {
    // The last delivered run has 20 groups each time.
    for (limit, allowed, refused) in [
        ("0", 0, 1),
        ("3", 3, 4),
        ("\"10%\"", 2, 3),
        ("{ count = 3, percent = 10 }", 3, 4),
        ("{ count = 1, percent = 10 }", 2, 3),
        ("{ percent = 50 }", 10, 11),
    ] {
        let user = guarded(&format!("max_removed = {limit}"));
        run(&user, 0..20).code(0).stderr("");
        let outcome = run(&user, refused..20).code(5);
        outcome
            .says([&format!("it had 20 groups and would have {}: {refused} would be removed", 20 - refused)]);
        assert_eq!(delivered(&user), 20, "{limit}");
        run(&user, allowed..20).code(0).stderr("");
        assert_eq!(delivered(&user), 20 - allowed, "{limit}");
    }
}

#[test]
fn what_is_new_is_counted_too() {
    for (limit, allowed, refused) in [("0", 0, 1), ("\"250%\"", 5, 6), ("{ count = 6, percent = 10 }", 6, 7)]
    {
        let user = guarded(&format!("max_added = {limit}"));
        run(&user, 0..2).code(0);
        run(&user, 0..2 + refused).code(5).says([
            &format!("it had 2 groups and would have {}: {refused} would be added", 2 + refused),
            "+ Group 2",
        ]);
        run(&user, 0..2 + allowed).code(0);
        assert_eq!(delivered(&user), 2 + allowed, "{limit}");
    }
}

#[test]
fn the_message_has_both_numbers_the_first_names_and_the_command() {
    let user = guarded("max_removed = \"10%\"\nmax_added = 0");
    let mut first = groups(0..20);
    first[0]["name"] = "\u{1b}[31mred\u{202e}\nnext".into();
    user.sandbox.set_groups(first);
    user.run(["--profile", "p.toml"]).code(0);
    let refused = run(&user, 12..21).code(5);
    let expected = "error: the guard refused to write `out/groups.csv`: it had 20 groups and would have 9: \
         12 would be removed, and `max_removed` is 10%; 1 would be added, and `max_added` is 0\n";
    assert!(refused.stderr.starts_with(expected), "{expected}{}", refused.stderr);
    let lines: Vec<&str> = refused.stderr.lines().skip(1).collect();
    let names: Vec<String> = (1..10).map(|id| format!("  - Group {id}")).collect();
    assert_eq!(lines[0], "  - \u{241b}[31mred\u{fffd}\u{240a}next");
    assert_eq!(lines[1..10], names);
    assert_eq!(lines[10..12], ["  - … and 2 more", "  + Group 20"]);
    let path = user.home().join("out/groups.csv").display().to_string();
    let profile = user.home().join("p.toml").display().to_string();
    assert_eq!(
        lines[12..],
        [format!(
            "  help: the refused output is in `{path}.rejected`; if it is right, deliver it once with \
             `runner --profile {profile} --accept`"
        )]
    );
    // With an output of its own the command names it, from any folder.
    let other = user.home().join("other file.csv").display().to_string();
    user.run(["--profile", "p.toml", "-o", "other file.csv"]).code(0);
    user.sandbox.set_groups(groups(0..1));
    user.run(["--profile", "p.toml", "-o", "other file.csv"])
        .code(5)
        .says([&format!("`runner --profile {profile} -o '{other}' --accept`")]);
    let template = user.write("t/mine.txt.hbs", "{{#each groups}}{{id}}{{/each}}").display().to_string();
    for (option, value, said) in [
        ("--template", "t/mine.txt.hbs", template.as_str()),
        ("--template", "groups.md.hbs", "groups.md.hbs"),
        ("--format", "json", "json"),
        ("--mode", "640", "0640"),
    ] {
        user.run(["--profile", "p.toml", "-o", "other file.csv", option, value])
            .code(5)
            .says([&format!("`runner --profile {profile} -o '{other}' {option} {said} --accept`")]);
    }
}

#[test]
fn groups_of_the_same_name_are_told_apart_by_their_ids() {
    let user = guarded("max_removed = 0\nmax_added = 0");
    let named = |rows: &[(&str, &str)]| {
        let rows = rows.iter().map(|(id, name)| json!({ "id": id, "name": name, "my_memberships": [] }));
        user.sandbox.set_groups(rows.collect());
        user.run(["--profile", "p.toml"])
    };
    named(&[("1", "L"), ("2", "L"), ("3", "M"), ("4", "")]).code(0);
    named(&[("5", "N"), ("6", "M")])
        .code(5)
        .says(["\n  - L (1)\n  - L (2)\n  - M (3)\n  - 4\n  + N\n  + M (6)\n"]);
}

#[test]
fn the_command_of_the_message_lets_it_through_once() {
    let user = guarded("max_removed = 0");
    run(&user, 0..5).code(0);
    let refused = run(&user, 0..4).code(5);
    let (_, command) = refused.stderr.rsplit_once("`runner ").unwrap();
    let arguments: Vec<&str> = command.trim_end().trim_end_matches('`').split(' ').collect();
    let said = Outcome::of(user.command([]).args(arguments).current_dir("/")).code(0);
    said.says([
        "note: accepted: it had 5 groups and would have 4: 1 would be removed, and `max_removed` is 0",
    ]);
    assert_eq!(delivered(&user), 4);
    run(&user, 0..4).code(0).stderr("");
    run(&user, 0..3).code(5).says(["it had 4 groups and would have 3"]);
}

#[test]
fn only_delivered_runs_are_compared_with() {
    let user = guarded("max_removed = 1");
    let real = user.home().join("real");
    fs::create_dir(&real).unwrap();
    symlink(real.join("groups.csv"), user.home().join("out/groups.csv")).unwrap();
    run(&user, 0..5).code(0);
    run(&user, 0..2).code(5);
    // A refused run is not the last delivered one, however often it is tried.
    run(&user, 0..2).code(5).says(["it had 5 groups and would have 2"]);
    // Neither is one whose file could not be written.
    fs::set_permissions(&real, Permissions::from_mode(0o555)).unwrap();
    user.sandbox.set_groups(groups(0..4));
    let command = user.command(["--profile", "p.toml"]);
    Outcome::of(&mut bound_by_modes(&command)).code(1).says(["can't write the output file"]);
    fs::set_permissions(&real, Permissions::from_mode(0o755)).unwrap();
    run(&user, 0..3).code(5).says(["it had 5 groups and would have 3"]);
    run(&user, 0..4).code(0);
    // An unchanged output counts.
    run(&user, 0..4).code(0);
    run(&user, 0..3).code(0);
}

#[test]
fn a_record_that_is_gone_is_not_gone_silently() {
    let user = guarded("max_removed = 0");
    for (arguments, says) in [(vec!["-p", "p.toml"], true), (vec!["-p", "p.toml", "-o", "new.csv"], false)] {
        user.write("out/groups.csv", "old\n");
        user.sandbox.set_groups(groups(0..2));
        let outcome = Outcome::of(user.command([]).args(&arguments)).code(0);
        let warning =
            "warning: the guard has nothing to compare `out/groups.csv` with: no run is recorded in `";
        assert_eq!(outcome.stderr.starts_with(warning), says, "{}", outcome.stderr);
        assert_eq!(outcome.stderr.is_empty(), !says);
        Outcome::of(user.command([]).args(&arguments)).code(0).stderr("");
    }
}

#[test]
fn rows_are_compared_by_what_identifies_them() {
    let user = guarded("max_removed = 1");
    run(&user, 0..6).code(0);
    // The same groups twice, in another order, are the same groups.
    run(&user, (0..6).chain((0..6).rev())).code(0).stderr("");
    // Half of them twice are half.
    run(&user, (0..3).chain(0..3)).code(5).says(["it had 6 groups and would have 3: 3 would be removed"]);
    // Other groups with the same names are others.
    let mut renumbered = groups(0..6);
    for group in &mut renumbered {
        group["id"] = format!("new-{}", group["id"]).into();
    }
    user.sandbox.set_groups(renumbered);
    user.run(["--profile", "p.toml"]).code(5).says(["6 would be removed"]);
    // The same groups with other names are the same.
    let mut renamed = groups(0..6);
    for group in &mut renamed {
        group["name"] = "renamed".into();
    }
    user.sandbox.set_groups(renamed);
    user.run(["--profile", "p.toml"]).code(0);
}

#[test]
fn rows_of_a_truncated_response_do_not_count() {
    let user = guarded("max_groups = 3\nmax_added = 0");
    run(&user, 0..3).code(0);
    let body = serde_json::to_string(&groups(0..3)).unwrap();
    let other = serde_json::to_string(&groups(7..10)).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        // The first response breaks off after two other groups.
        for body in [&other[..other.len() - 20], &body] {
            let (mut stream, _) = listener.accept().unwrap();
            let mut head = Vec::new();
            let mut byte = [0];
            while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap_or(0) > 0 {
                head.push(byte[0]);
            }
            let length = other.len();
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
            stream.write_all(head.as_bytes()).unwrap();
            stream.write_all(body.as_bytes()).unwrap();
        }
    });
    let mut command = user.command(["-p", "p.toml"]);
    Outcome::of(command.env("GLOBUS_SDK_SERVICE_URL_GROUPS", url)).code(0).stderr("");
}

#[test]
fn a_refused_output_is_kept_beside_the_file_until_one_is_delivered() {
    let user = guarded("max_removed = 0");
    run(&user, 0..5).code(0);
    let before = fs::metadata(user.home().join("out/groups.csv")).unwrap().modified().unwrap();
    for (count, lines) in [(3, 4), (2, 3)] {
        run(&user, 0..count).code(5);
        assert_eq!(beside(&user), ["groups.csv", "groups.csv.rejected"]);
        assert_eq!(user.read("out/groups.csv.rejected").lines().count(), lines);
        assert_eq!(mode(&user.home().join("out/groups.csv.rejected")), 0o600);
    }
    assert_eq!(delivered(&user), 5);
    assert_eq!(fs::metadata(user.home().join("out/groups.csv")).unwrap().modified().unwrap(), before);
    run(&user, 0..5).code(0);
    assert_eq!(beside(&user), ["groups.csv"]);
    run(&user, 0..4).code(5);
    accept(&user, 0..4).code(0);
    assert_eq!(beside(&user), ["groups.csv"]);
}

#[test]
fn a_large_output_is_refused_before_anything_is_replaced() {
    let user = guarded("max_groups = 4499");
    let name = "x".repeat(1100);
    let many = (0..4500).map(|id| json!({ "id": id.to_string(), "name": name, "my_memberships": [] }));
    user.write("out/groups.csv", "old\n");
    user.sandbox.set_groups(many.collect());
    user.run(["--profile", "p.toml"]).code(5).says(["it would have 4500 groups, and `max_groups` is 4499"]);
    assert_eq!(user.read("out/groups.csv"), "old\n");
    assert_eq!(beside(&user), ["groups.csv", "groups.csv.rejected"]);
    let kept = user.read("out/groups.csv.rejected");
    assert!(kept.len() > 4_500_000 && kept.ends_with('\n') && kept.lines().count() == 4501, "{}", kept.len());
    assert_eq!(mode(&user.home().join("out/groups.csv.rejected")), 0o600);
    user.run(["--profile", "p.toml", "--accept"]).code(0);
    assert_eq!(user.read("out/groups.csv"), kept);
    assert_eq!(beside(&user), ["groups.csv"]);
}

#[test]
fn a_kept_output_replaces_no_other_file() {
    let user = guarded("min_groups = 1");
    user.write("out/groups.csv", "old\n");
    user.write("mine", "mine\n");
    let rejected = user.home().join("out/groups.csv.rejected");
    symlink("../mine", &rejected).unwrap();
    run(&user, []).code(5);
    assert_eq!(
        (user.read("mine").as_str(), user.read("out/groups.csv.rejected").as_str()),
        ("mine\n", "ID,Name,Roles\n")
    );
    assert!(!fs::symlink_metadata(&rejected).unwrap().is_symlink());

    // What it can't replace is an error more, and the refusal stands.
    fs::remove_file(&rejected).unwrap();
    fs::create_dir(&rejected).unwrap();
    run(&user, [])
        .code(5)
        .says([
            "error: the guard refused to write",
            "error: can't keep the refused output as `",
            ".rejected`",
        ])
        .never_says("the refused output is in");
    assert_eq!(user.read("out/groups.csv"), "old\n");
    assert_eq!(beside(&user), ["groups.csv", "groups.csv.rejected"]);
    // A later delivered run removes only what was kept.
    run(&user, 0..2).code(0).stderr("");
    assert!(rejected.is_dir());

    // Nor is a file of the user replaced or removed.
    fs::remove_dir(&rejected).unwrap();
    user.write("out/groups.csv.rejected", "my notes\n");
    run(&user, [])
        .code(5)
        .says(["can't keep the refused output as `", "a file of that name is there, which no run has kept"]);
    run(&user, 0..3).code(0).stderr("");
    assert_eq!(user.read("out/groups.csv.rejected"), "my notes\n");

    // The place of a refused output is not that of another file of the run.
    user.profile("odd", "");
    fs::rename(user.home().join("odd.toml"), user.home().join("odd.rejected")).unwrap();
    user.requests();
    user.run(["--profile", "./odd.rejected", "-o", "odd"])
        .code(2)
        .says(["the place of a refused output, `odd.rejected` is also the profile"]);
    assert!(user.requests().is_empty());
}

#[test]
fn behind_a_link_the_file_is_guarded() {
    let user = guarded("max_removed = 0");
    symlink("out/groups.csv", user.home().join("link.csv")).unwrap();
    symlink("out", user.home().join("folder")).unwrap();
    run(&user, 0..5).code(0);
    // However it is named, and whichever profile writes it, it is the same file.
    user.profile("q", "[output.guard]\nmax_removed = 0");
    for path in ["link.csv", "out/groups.csv", "folder/../out/./groups.csv", "folder/groups.csv"] {
        user.sandbox.set_groups(groups(0..4));
        user.run(["--profile", "./q.toml", "-o", path]).code(5).says(["it had 5 groups and would have 4"]);
        assert_eq!(beside(&user), ["groups.csv", "groups.csv.rejected"], "{path}");
    }
    assert_eq!(histories(&user).len(), 1);
    // Another file has its own past.
    user.run(["--profile", "./q.toml", "-o", "out/other.csv"]).code(0);
    assert_eq!(histories(&user).len(), 2);
}

#[test]
fn what_was_delivered_is_recorded_for_this_user_alone() {
    let user = guarded("max_removed = 0");
    run(&user, 0..3).code(0);
    let records = records(&user);
    let [record] = &records[..] else { panic!("{records:?}") };
    assert_eq!((mode(record), mode(record.parent().unwrap())), (0o600, 0o700));
    let text = text_of(record);
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines[0]["version"], 1);
    assert_eq!(lines[0]["subject"], user.home().join("out/groups.csv").to_str().unwrap());
    let ids: Vec<&Value> = lines[1..].iter().map(|row| &row["id"]).collect();
    assert_eq!(ids, ["0000", "0001", "0002"]);

    // `$XDG_STATE_HOME` is where it is looked for.
    user.sandbox.set_groups(groups(0..2));
    let mut command = user.command(["--profile", "p.toml"]);
    Outcome::of(command.env("XDG_STATE_HOME", user.home().join("elsewhere"))).code(0);
    assert!(user.home().join("elsewhere/globus-runner/history").is_dir());
}

/// The JSON of a record.
fn text_of(record: &Path) -> String {
    String::from_utf8(zstd::decode_all(File::open(record).unwrap()).unwrap()).unwrap()
}

fn write_record(path: &Path, text: &str) {
    fs::write(path, zstd::encode_all(text.as_bytes(), 1).unwrap()).unwrap();
}

#[test]
fn without_a_limit_on_changes_nothing_is_compared() {
    let user = guarded("min_groups = 2\nmax_groups = 9");
    run(&user, 0..3).code(0);
    fs::write(records(&user).remove(0), "broken").unwrap();
    run(&user, 7..9).code(0).stderr("");
}

#[test]
fn an_unusable_record_is_refused_and_started_over_on_demand() {
    let user = guarded("max_removed = 0");
    run(&user, 0..3).code(0);
    let record = records(&user).remove(0);
    let whole = text_of(&record);
    let rows = || whole.lines().skip(1);
    for (broken, why) in [
        (String::new(), "it ends too early"),
        (whole[1..].to_owned(), "it has no header"),
        (whole[..whole.len() - 5].to_owned(), "a line of it has no end"),
        (whole.replace(rows().next().unwrap(), "{"), "a line of it is not a row"),
        (whole.replace(&format!("{}\n", rows().next().unwrap()), ""), "it ends too early"),
        (format!("{whole}{}\n", rows().next().unwrap()), "it has more rows than it says"),
        (whole.replace("out/groups.csv\",\"run", "out/other.csv\",\"run"), "it belongs to another output"),
        (whole.replace("\"version\":1", "\"version\":2"), "another version"),
    ] {
        write_record(&record, &broken);
        run(&user, 0..2).code(5).says([
            "the guard can't read what the last run delivered from `",
            why,
            "--accept` delivers without comparing, and starts over",
        ]);
        assert_eq!((delivered(&user), text_of(&record)), (3, broken), "{why}");
    }
    accept(&user, 0..2).code(0).says(["note: accepted: not compared, because `", "another version"]);
    assert_eq!(delivered(&user), 2);
    run(&user, 0..1).code(5).says(["it had 2 groups and would have 1"]);
    // A named pipe would block.
    let record = records(&user).pop().unwrap();
    fs::remove_file(&record).unwrap();
    mkfifo(&record);
    run(&user, 0..2).code(5).says(["it is not a regular file"]);
}

#[test]
fn nothing_is_delivered_that_can_not_be_recorded() {
    let user = guarded("max_added = 0");
    user.write("file", "");
    user.write("out/groups.csv", "old\n");
    user.sandbox.set_groups(groups(0..2));
    for arguments in [vec!["--profile", "p.toml"], vec!["--profile", "p.toml", "--accept"]] {
        let mut command = user.command([]);
        command.args(&arguments).env("XDG_STATE_HOME", user.home().join("file"));
        Outcome::of(&mut command).code(5).stdout("").says([
            "the guard can't record this run in `",
            "file/globus-runner/history/",
            "`max_removed` and `max_added` need it; `$XDG_STATE_HOME` can name another folder",
        ]);
        assert_eq!(user.read("out/groups.csv"), "old\n");
    }
    // Other runs need no such folder.
    guard(&user, "min_groups = 1");
    let mut command = user.command(["--profile", "p.toml"]);
    let outcome = Outcome::of(command.env("XDG_STATE_HOME", user.home().join("file"))).code(0);
    assert_eq!(outcome.stderr.lines().count(), 1, "{outcome:#?}");
    outcome.says(["warning: can't lock the output in `", "the run goes on"]);
}

#[test]
fn made_up_groups_are_not_compared_with_real_ones() {
    let user = guarded("max_removed = 0\nmax_groups = 5");
    run(&user, 0..3).code(0);
    run(&user, 0..2).code(5);
    let record = fs::read(&records(&user)[0]).unwrap();
    let rejected = user.read("out/groups.csv.rejected");
    user.write("out/tried.csv", "old\n");
    // The sandbox has more than five.
    for path in ["out/groups.csv", "out/tried.csv"] {
        user.run(["--profile", "p.toml", "--sandbox", "-o", path])
            .code(5)
            .says(["`max_groups` is 5", "--sandbox --accept`"])
            .never_says("the refused output is in");
    }
    assert_eq!((delivered(&user), user.read("out/tried.csv").as_str()), (3, "old\n"));
    guard(&user, "max_removed = 0");
    user.run(["--profile", "p.toml", "--sandbox", "-o", "out/groups.csv"]).code(0).never_says("guard");
    assert_eq!(user.read("out/groups.csv.rejected"), rejected);
    assert_eq!((records(&user).len(), fs::read(&records(&user)[0]).unwrap()), (1, record));
    run(&user, 0..2).code(5).says(["it had 3 groups and would have 2"]);
}

#[test]
fn stdout_and_pipes_are_compared_and_keep_nothing() {
    let user = User::logged_in();
    user.profile("q", "[output.guard]\nmax_removed = 0");
    user.sandbox.set_groups(groups(0..2));
    assert_eq!(user.run(["--profile", "./q.toml"]).code(0).stdout.lines().count(), 3);
    user.sandbox.set_groups(groups(0..1));
    let refused = user.run(["--profile", "./q.toml"]).code(5).stdout("");
    refused.says(["the guard refused the output: it had 2 groups and would have 1"]).never_says("rejected");

    mkfifo(&user.home().join("fifo"));
    user.sandbox.set_groups(groups(0..2));
    let fifo = user.home().join("fifo");
    let reader = thread::spawn(move || {
        let mut read = String::new();
        File::open(fifo).unwrap().read_to_string(&mut read).map(|_| read).unwrap()
    });
    user.run(["--profile", "./q.toml", "-o", "fifo"]).code(0);
    assert_eq!(reader.join().unwrap().lines().count(), 3);
    user.sandbox.set_groups(groups(0..1));
    user.run(["--profile", "./q.toml", "-o", "fifo"])
        .code(5)
        .says(["refused to write `fifo`"])
        .never_says("rejected");
    assert!(!user.home().join("fifo.rejected").exists());
}

#[test]
fn a_terminal_is_told_what_became_of_the_file() {
    let user = User::logged_in();
    user.sandbox.set_groups(groups(0..120));
    let at_terminal = |arguments: [&str; 4]| user.terminal(arguments).wait_for_end().code(0).stderr;
    let run = ["-p", "groups", "-o", "list.csv"];
    assert_eq!(at_terminal(run), "note: written: 120 groups, 2.1 kB to `list.csv`\r\n");
    assert_eq!(at_terminal(run), "note: unchanged: 120 groups, 2.1 kB in `list.csv`\r\n");
    assert_eq!(at_terminal(["-qp", "groups", "-o", "list.csv"]), "");
    assert_eq!(at_terminal(["-p", "groups", "-o", "-"]), "");
    assert_eq!(at_terminal(["-p", "groups", "-o", "/dev/null"]), "");
    user.sandbox.set_groups(groups(0..1));
    assert_eq!(at_terminal(run), "note: written: 1 group, 30 bytes to `list.csv`\r\n");
    user.run(run).code(0).stderr("");
}

/// Neither of two objections is taken away by a setting against the other.
#[test]
fn a_setting_is_offered_only_if_it_helps() {
    let user = guarded("max_removed = 0");
    run(&user, 0..3).code(0);
    run(&user, []).code(5).says(["would be removed", "deliver it once with"]).never_says("or always with");
}

#[test]
fn a_group_without_a_name_is_listed_by_its_id() {
    let user = guarded("max_removed = 0");
    let nameless = json!({ "id": "0007", "name": "", "my_memberships": [] });
    user.sandbox.set_groups([groups(0..3), vec![nameless]].concat());
    user.run(["--profile", "p.toml"]).code(0);
    run(&user, 0..3).code(5).says(["\n  - 0007\n"]);
}

#[test]
fn what_is_in_the_place_of_the_folder_of_the_records_is_named() {
    let user = guarded("max_removed = 0");
    fs::remove_dir_all(user.home().join(".local/state")).unwrap();
    let file = user.write(".local/state", "").display().to_string();
    run(&user, 0..3).code(5).says(["can't record this run in `", &format!("`{file}` is not a folder")]);
}

#[test]
fn what_a_reader_has_not_taken_is_not_recorded() {
    let user = User::logged_in();
    user.profile("q", "[output.guard]\nmax_removed = 0");
    user.sandbox.set_groups(groups(0..2));
    user.run(["--profile", "./q.toml"]).code(0);
    for arguments in [vec!["--profile", "./q.toml"], vec!["--profile", "./q.toml", "--accept"]] {
        user.sandbox.set_groups(groups(0..9));
        let (reader, pipe) = io::pipe().unwrap();
        drop(reader);
        let status = user.command([]).args(&arguments).stdout(pipe).status().unwrap();
        assert_eq!(status.code(), Some(0), "as for `head`");
        user.sandbox.set_groups(groups(0..2));
        user.run(["--profile", "./q.toml"]).code(0);
    }
}

#[test]
fn each_named_pipe_is_compared_with_itself() {
    let user = User::logged_in();
    let profile = user.profile("q", "[output.guard]\nmax_removed = 0");
    for (folder, count) in [("a", 3), ("b", 2)] {
        let folder = user.home().join(folder);
        fs::create_dir(&folder).unwrap();
        mkfifo(&folder.join("fifo"));
        // Open for both, so that no write waits.
        let _fifo = File::options().read(true).write(true).open(folder.join("fifo")).unwrap();
        user.sandbox.set_groups(groups(0..count));
        let mut command = user.command(["--profile", profile.to_str().unwrap(), "-o", "fifo"]);
        Outcome::of(command.current_dir(&folder)).code(0);
    }
    assert_eq!(histories(&user).len(), 3, "with that of the login");
}

#[test]
fn groups_with_an_empty_id_are_told_apart() {
    let user = guarded("max_removed = 0");
    let nameless = |names: &[&str]| {
        let rows = names.iter().map(|name| json!({ "id": "", "name": name, "my_memberships": [] }));
        user.sandbox.set_groups(rows.collect());
        user.run(["--profile", "p.toml"])
    };
    nameless(&["One", "Two", "Three"]).code(0);
    nameless(&["One"]).code(5).says(["it had 3 groups and would have 1", "- Two", "- Three"]);
}

#[test]
fn a_relative_home_is_no_folder_for_state() {
    let user = User::logged_in();
    let text = include_str!("../profiles/groups.toml").replace("~/", "");
    user.write("p.toml", &format!("{text}\n[output.guard]\nmax_removed = 0\n"));
    let mut command = user.command(["--profile", "./p.toml"]);
    Outcome::of(command.env("HOME", "rel")).code(5).stdout("").says([
        "the guard has no folder for what the last run delivered",
        "HOME is not set to an absolute path",
    ]);
    assert!(!user.home().join("rel").exists());
    let state = user.home().join("state");
    let mut command = user.command(["--profile", "./p.toml"]);
    Outcome::of(command.env("HOME", "rel").env("XDG_STATE_HOME", &state)).code(0);
    assert!(state.join("globus-runner/history").exists());
}

/// Makes the last record what a run leaves that is killed before it names the record as that of a delivered one.
fn unsettle(user: &User) {
    let last = records(user).pop().unwrap();
    fs::rename(&last, format!("{}.pending", last.display())).unwrap();
}

fn pending(user: &User) -> usize {
    records(user).iter().filter(|record| record.to_str().unwrap().ends_with(".pending")).count()
}

#[test]
fn a_run_that_was_killed_after_its_delivery_is_compared_with() {
    let user = guarded("max_removed = 0");
    for (before, after) in [(1, 4), (4, 9)] {
        run(&user, 0..before).code(0);
        run(&user, 0..after).code(0).stderr("");
        unsettle(&user);
        let expected = format!("it had {after} groups and would have {before}");
        // However often it is tried.
        run(&user, 0..before).code(5).says([&expected]).never_says("warning");
        run(&user, 0..before).code(5).says([&expected]);
        run(&user, 0..after).code(0).stderr("");
        assert_eq!(pending(&user), 0);
    }
    // The first run, too.
    forget(&user);
    run(&user, 0..3).code(0);
    unsettle(&user);
    run(&user, 0..2).code(5).says(["it had 3 groups and would have 2"]);
    accept(&user, 0..2).code(0);
    assert_eq!((pending(&user), records(&user).len()), (0, 2));
}

#[test]
fn a_run_that_was_killed_before_its_delivery_is_not_compared_with() {
    let user = guarded("max_removed = 0");
    run(&user, 0..1).code(0);
    let old = user.read("out/groups.csv");
    run(&user, 0..4).code(0);
    unsettle(&user);
    user.write("out/groups.csv", &old);
    run(&user, 0..1).code(0).stderr("");
    assert_eq!((pending(&user), records(&user).len()), (0, 2));
    // Nor is a first run.
    forget(&user);
    run(&user, 0..4).code(0);
    unsettle(&user);
    fs::remove_file(user.home().join("out/groups.csv")).unwrap();
    run(&user, 0..1).code(0).stderr("");
    assert_eq!((pending(&user), records(&user).len()), (0, 1));
}

#[test]
fn if_it_is_unknown_whether_a_run_delivered_the_stricter_one_counts() {
    let doubt = ["warning: the run of ", " was interrupted, and may have written `out/groups.csv`"];
    let user = guarded("max_removed = 0\nmax_added = 1");
    run(&user, 0..3).code(0);
    accept(&user, 2..4).code(0);
    unsettle(&user);
    user.write("out/groups.csv", "edited\n");
    // Each is refused for the other one.
    run(&user, 0..3).code(5).says(doubt).says(["it had 2 groups and would have 3", "1 would be removed"]);
    run(&user, 2..4).code(5).says(doubt).says(["it had 3 groups and would have 2", "2 would be removed"]);
    run(&user, 0..4).code(5).says(["2 would be added"]);
    accept(&user, 0..4).code(0);
    run(&user, 0..4).code(0).stderr("");
    assert_eq!(pending(&user), 0);
}

#[test]
fn an_interrupted_run_that_writes_no_file_of_its_own_is_compared_with() {
    for output in ["path = \"each/{{id}}.txt\"\nfor_each = \"groups\"\nprune = true", ""] {
        let user = User::logged_in();
        forget(&user);
        user.write("each.txt.hbs", "{{#each groups}}{{name}}{{/each}}\n");
        user.profile("p", &format!("[output]\n{output}\n[output.guard]\nmax_removed = 0"));
        if !output.is_empty() {
            let text = user.read("p.toml").replace("groups.csv.hbs", "each.txt.hbs");
            user.write("p.toml", &text);
            fs::create_dir(user.home().join("each")).unwrap();
        }
        run(&user, 0..1).code(0);
        run(&user, 0..4).code(0);
        unsettle(&user);
        run(&user, 0..1).code(5).says(["was interrupted", "it had 4 groups and would have 1"]);
        run(&user, 0..4).code(0).says(["was interrupted"]);
        run(&user, 0..4).code(0).stderr("");
    }
}

#[test]
fn a_record_that_takes_no_place_stops_the_run_before_the_delivery() {
    let user = guarded("max_removed = 0");
    run(&user, 0..2).code(0);
    let old = user.read("out/groups.csv");
    let folder = histories(&user).remove(0);
    fs::set_permissions(&folder, Permissions::from_mode(0o555)).unwrap();
    user.sandbox.set_groups(groups(0..3));
    let command = user.command(["--profile", "p.toml"]);
    Outcome::of(&mut bound_by_modes(&command)).code(5).says(["the guard can't record this run in `"]);
    assert_eq!((user.read("out/groups.csv"), records(&user).len()), (old, 1));
    // Without a limit on changes there is only a warning, and the next guard tells what it compares with.
    guard(&user, "");
    let command = user.command(["--profile", "p.toml"]);
    Outcome::of(&mut bound_by_modes(&command)).code(0).says(["warning: can't record this run"]);
    fs::set_permissions(&folder, Permissions::from_mode(0o700)).unwrap();
    guard(&user, "max_removed = 0");
    let warning = "warning: `out/groups.csv` is not as the last recorded run left it";
    run(&user, 0..1).code(5).says([warning, "it had 2 groups and would have 1"]);
    run(&user, 0..2).code(0).says([warning, "the guard compares with the run of "]);
    run(&user, 0..2).code(0).stderr("");
}

#[test]
fn after_a_run_that_is_not_recorded_none_is_the_last_one() {
    let user = guarded("max_removed = 0");
    run(&user, 0..1).code(0);
    user.profile("p", "[output]\npath = \"out/groups.csv\"\n[history]\nkeep = 0");
    run(&user, 0..10).code(0).stderr("");
    assert_eq!(records(&user).len(), 0);
    guard(&user, "max_removed = 0");
    run(&user, 0..10).code(0).says(["the guard has nothing to compare `out/groups.csv` with"]);
    run(&user, 0..1).code(5).says(["it had 10 groups and would have 1"]);
}
