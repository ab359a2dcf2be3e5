//! `for_each`: a file for each row of a list, all or none, and the files of rows that are gone.

use std::fs::{self, File, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::Path;

use globus_sandbox::Fault;
use serde_json::{Value, json};

use crate::support::process::{bound_by_modes, in_shell};
use crate::support::{MY_GROUPS, Outcome, User, mkfifo, mode};

const TEMPLATE: &str = "{{#each groups}}{{name}}: {{id}}\n{{/each}}";

/// A user with a profile that writes `lists/NAME` for each group, and these further lines in `[output]`.
fn user(name: &str, more: &str) -> User {
    let user = User::logged_in();
    write(&user, name, more);
    fs::create_dir(user.home().join("lists")).unwrap();
    user
}

fn write(user: &User, name: &str, more: &str) {
    let template = "template = \"./list.txt.hbs\"\nfor_each = \"groups\"\n";
    user.profile("p", &format!("[output]\n{template}path = \"lists/{name}\"\n{more}"));
    if !user.home().join("list.txt.hbs").exists() {
        user.write("list.txt.hbs", TEMPLATE);
    }
}

fn pruning() -> User {
    user("{{slug name}}-{{id}}.txt", "prune = true\n")
}

fn group(id: &str, name: &str) -> Value {
    json!({ "id": id, "name": name, "my_memberships": [] })
}

/// Runs the profile with groups of these ids and names.
fn run(user: &User, groups: &[(&str, &str)]) -> Outcome {
    user.sandbox.set_groups(groups.iter().map(|(id, name)| group(id, name)).collect());
    user.run(["--profile", "./p.toml"])
}

/// Every file below `lists` with its content, but for the list of them.
fn files(user: &User) -> Vec<(String, String)> {
    let mut found = Vec::new();
    below(&user.home().join("lists"), "", &mut found);
    found.sort();
    found
}

fn below(folder: &Path, prefix: &str, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type().unwrap().is_dir() {
            below(&entry.path(), &format!("{name}/"), found);
        } else if name != ".globus-runner-p.json" {
            found.push((name, fs::read_to_string(entry.path()).unwrap_or_default()));
        }
    }
}

fn names(user: &User) -> Vec<String> {
    files(user).into_iter().map(|(name, _)| name).collect()
}

fn manifest(user: &User) -> Value {
    serde_json::from_str(&user.read("lists/.globus-runner-p.json")).unwrap()
}

fn identity(user: &User, name: &str) -> (u64, i64, i64) {
    let metadata = fs::metadata(user.home().join("lists").join(name)).unwrap();
    (metadata.ino(), metadata.mtime(), metadata.mtime_nsec())
}

#[test]
fn each_file_is_of_its_row_alone() {
    let user = user("{{slug name}}-{{id}}.txt", "");
    let groups = [("1", "Climate Modeling"), ("2", "Ice Cores, Zürich"), ("3", "Ice Cores, Zürich")];
    run(&user, &groups).code(0).stdout("").stderr("");
    assert_eq!(user.requests(), [MY_GROUPS]);
    let expected = [
        ("climate-modeling-1.txt", "Climate Modeling: 1\n"),
        ("ice-cores-zürich-2.txt", "Ice Cores, Zürich: 2\n"),
        ("ice-cores-zürich-3.txt", "Ice Cores, Zürich: 3\n"),
    ];
    assert_eq!(files(&user), expected.map(|(name, text)| (name.to_owned(), text.to_owned())));
    assert_eq!(mode(&user.home().join("lists/climate-modeling-1.txt")), 0o600);
    assert!(!user.home().join("lists/.globus-runner-p.json").exists(), "nothing is pruned");
    // What a template sees of the whole list is of the one row, also what is known only at the end.
    user.write(
        "list.txt.hbs",
        "{{totals.groups}} {{sources.groups.rows}} {{groups.length}}{{#each groups}} {{@first}} {{@last}} {{@index}}{{/each}}",
    );
    run(&user, &groups).code(0);
    for (name, text) in files(&user) {
        assert_eq!(text, "1 1 1 true true 0", "{name}");
    }
}

#[test]
fn a_file_that_did_not_change_is_left_alone() {
    let user = user("{{id}}.txt", "");
    run(&user, &[("1", "a"), ("2", "b")]).code(0);
    let before = [identity(&user, "1.txt"), identity(&user, "2.txt")];
    user.sandbox.set_groups(vec![group("1", "a"), group("2", "c"), group("3", "d")]);
    let outcome = user.run(["run", "./p.toml", "groups"]).code(0);
    outcome.says(["note: ./p.toml: written, 3 groups, 2 of 3 files new, 15 bytes in `./lists"]);
    assert_eq!(identity(&user, "1.txt"), before[0]);
    assert_ne!(identity(&user, "2.txt"), before[1]);
    user.run(["run", "./p.toml", "groups"])
        .code(0)
        .says(["note: ./p.toml: unchanged, 3 groups, 0 of 3 files new"]);
    // Another mode alone is a change, and no new file.
    let before = identity(&user, "1.txt");
    write(&user, "{{id}}.txt", "mode = \"0640\"\n");
    let words = "3 groups, 0 of 3 files new, 3 with another mode, 15 bytes in `./lists";
    user.run(["--profile", "./p.toml", "--dry-run"])
        .code(10)
        .says([&format!("note: would be written: {words}")]);
    user.run(["run", "./p.toml", "groups"]).code(0).says([&format!("note: ./p.toml: written, {words}")]);
    user.run(["--profile", "./p.toml", "--dry-run"]).code(0);
    assert_eq!((identity(&user, "1.txt"), mode(&user.home().join("lists/1.txt"))), (before, 0o640));
    fs::set_permissions(user.home().join("lists/2.txt"), Permissions::from_mode(0o604)).unwrap();
    write(&user, "{{id}}.txt", "");
    run(&user, &[("1", "a"), ("2", "new")]).code(0);
    assert_eq!(mode(&user.home().join("lists/2.txt")), 0o604, "it keeps its own");
    assert_eq!(names(&user), ["1.txt", "2.txt", "3.txt"], "without prune none is removed");
    let json: Value = serde_json::from_str(&user.run(["run", "./p.toml", "--json"]).code(0).stdout).unwrap();
    assert_eq!(
        json[0]["outputs"][0]["files"],
        json!({ "written": 0, "mode_changed": 0, "unchanged": 2, "removed": 0 })
    );
}

#[test]
fn the_guard_counts_rows() {
    let user = user("{{id}}.txt", "[output.guard]\nmax_removed = 1\nmin_groups = 2\n");
    run(&user, &[("1", "a"), ("2", "b"), ("3", "c"), ("4", "d")]).code(0);
    let before = files(&user);
    run(&user, &[("1", "x")]).code(5).says([
        "the guard refused to write files into `./lists`: ",
        "it would have 1 group, and `min_groups` is 2",
        "3 would be removed, and `max_removed` is 1",
    ]);
    run(&user, &[]).code(5);
    assert_eq!(files(&user), before, "no draft, and no refused output");
    user.sandbox.set_groups(vec![group("1", "x")]);
    user.run(["--profile", "./p.toml", "--accept"]).code(0);
    assert_eq!(user.read("lists/1.txt"), "x: 1\n");
}

#[test]
fn no_name_leads_out_of_the_folder() {
    let long = "x".repeat(300);
    for (path, name, words) in [
        ("{{name}}", "../x", "`../x` has a `/`, and would name another folder"),
        ("{{name}}", "/etc/x", "`/etc/x` has a `/`"),
        ("{{name}}", "a/b", "`a/b` has a `/`"),
        ("{{name}}", ".", "`.` begins with a `.`"),
        ("{{name}}", "..", "`..` begins with a `.`"),
        ("{{id}}/{{name}}/y", "..", "`..` begins with a `.`"),
        ("{{name}}", ".ssh", "`.ssh` begins with a `.`"),
        ("{{name}}", "", "a part of its path would be empty"),
        ("{{name}}/x", "", "a part of its path would be empty"),
        ("{{name}}.txt", "", "what comes before the `.` is empty"),
        ("{{name}}", &long, "its name would have 300 bytes, and 255 are possible"),
        ("{{name}}", "a\u{0}b", "it would have a control character, U+0000"),
        ("{{name}}", "a\nb", "it would have a control character, U+000A"),
        ("{{{name}}}", "../x", "`..` in its path would lead elsewhere"),
        ("{{{name}}}", "/etc/x", "a part of its path would be empty"),
        ("{{{name}}}", "a/../../x", "`..` in its path would lead elsewhere"),
        (".globus-{{name}}", "runner-p.json", "names that begin with `.globus-runner-` are reserved"),
        ("same{{#if name}}{{/if}}", "b", "another row has the file `same`, too"),
        ("{{slug name}}", "A", "another row has the file `a`, too"),
    ] {
        let user = user(&path.replace('"', "\\\""), "prune = true\n");
        run(&user, &[("1", "a"), ("2", name)]).code(1).stdout("").says([
            "error: no file can be named after the group `",
            words,
            "`slug` makes a name of any text",
        ]);
        assert_eq!(fs::read_dir(user.home().join("lists")).unwrap().count(), 0, "{path}, {name:?}");
        assert!(!user.home().join("x").exists());
    }
    for names in [["lab", "lab/a"], ["lab/a", "lab"]] {
        let user = user("{{{name}}}", "");
        run(&user, &[("1", names[0]), ("2", names[1])])
            .code(1)
            .says(["`lab` would be a file, and the folder of another one"]);
        assert_eq!(fs::read_dir(user.home().join("lists")).unwrap().count(), 0);
    }
    // A template that takes slashes on purpose makes folders.
    let user = user("{{{replace name \"::\" \"/\"}}}/{{id}}.txt".replace('"', "\\\"").as_str(), "");
    run(&user, &[("1", "lab::a"), ("2", "lab::b")]).code(0);
    assert_eq!(names(&user), ["lab/a/1.txt", "lab/b/2.txt"]);
}

#[test]
fn a_link_leads_nowhere() {
    let user = user("{{slug name}}/{{id}}.txt", "prune = true\n");
    fs::create_dir(user.home().join("elsewhere")).unwrap();
    symlink("../elsewhere", user.home().join("lists/a")).unwrap();
    run(&user, &[("1", "A"), ("2", "B")]).code(1).says(["lists/a` is a link, not a folder"]);
    fs::remove_file(user.home().join("lists/a")).unwrap();
    user.write("lists/a", "a file");
    run(&user, &[("1", "A"), ("2", "B")]).code(1).says(["lists/a` is a file, not a folder"]);
    fs::remove_file(user.home().join("lists/a")).unwrap();
    fs::create_dir(user.home().join("lists/a")).unwrap();
    user.write("elsewhere/x", "x");
    symlink("../../elsewhere/x", user.home().join("lists/a/1.txt")).unwrap();
    run(&user, &[("1", "A")]).code(1).says(["lists/a/1.txt` is a link, not a file"]);
    fs::remove_file(user.home().join("lists/a/1.txt")).unwrap();
    mkfifo(&user.home().join("lists/a/1.txt"));
    run(&user, &[("1", "A")]).code(1).says(["lists/a/1.txt` is a device, pipe or socket, not a file"]);
    fs::remove_file(user.home().join("lists/a/1.txt")).unwrap();
    run(&user, &[("1", "A")]).code(0);

    // Nor does what is removed lie behind one.
    fs::rename(user.home().join("lists/a"), user.home().join("elsewhere/a")).unwrap();
    symlink("../elsewhere/a", user.home().join("lists/a")).unwrap();
    run(&user, &[("2", "B")]).code(0);
    assert_eq!(user.read("elsewhere/a/1.txt"), "A: 1\n");
    assert_eq!(user.read("elsewhere/x"), "x");
    // The folder itself may be one: the profile says so.
    fs::rename(user.home().join("lists"), user.home().join("real")).unwrap();
    symlink("real", user.home().join("lists")).unwrap();
    run(&user, &[("3", "C")]).code(0);
    assert_eq!(user.read("real/c/3.txt"), "C: 3\n");
}

#[test]
fn no_file_replaces_what_a_run_needs() {
    let user = User::logged_in();
    user.write("list.txt.hbs", TEMPLATE);
    user.profile("q", "[output]\npath = \"q.csv\"");
    let each = "[[output]]\ntemplate = \"./list.txt.hbs\"\nfor_each = \"groups\"\npath = \"{{name}}\"\n";
    user.profile("p", &(each.to_owned() + "[[output]]\npath = \"one.csv\"\n"));
    for (name, what) in [
        ("p.toml", "the profile"),
        ("list.txt.hbs", "the template"),
        ("one.csv", "another output"),
        ("one.csv.rejected", "another output"),
        ("q.csv", "another output"),
        ("q.toml", "the profile"),
    ] {
        user.sandbox.set_groups(vec![group("1", "good"), group("2", name)]);
        user.run(["run", "./p.toml", "./q.toml"])
            .code(1)
            .says([&format!("{name}` is also {what}, and would be replaced")]);
        assert!(!user.home().join("good").exists() && !user.home().join("one.csv").exists());
    }
    // Two that write into one folder would remove each other's files.
    user.profile("p", &(each.to_owned() + &each.replace("{{name}}", "x-{{name}}")));
    user.run(["--profile", "./p.toml"]).code(2).says(["two outputs of `./p.toml` both write to `"]);
    fs::create_dir(user.home().join("x")).unwrap();
    user.profile("p", &(each.replace("{{name}}", "{{{name}}}") + &each.replace("{{name}}", "x/{{id}}")));
    user.sandbox.set_groups(vec![group("1", "x/1")]);
    user.run(["--profile", "./p.toml"]).code(1).says(["two outputs have the file `", "x/1`"]);
    user.sandbox.set_groups(vec![group("1", "x/2")]);
    user.run(["--profile", "./p.toml"]).code(0);
}

/// Whoever names a group could otherwise choose what runs.
#[test]
fn no_file_replaces_a_program_that_a_profile_starts() {
    let user = User::logged_in();
    user.write("list.txt.hbs", TEMPLATE);
    for name in ["notify.sh", "secret.sh", "url.sh", "of-q.sh"] {
        let path = user.write(name, "#!/bin/sh\nexit 0\n");
        fs::set_permissions(path, Permissions::from_mode(0o755)).unwrap();
    }
    for name in ["job", "job.py", "rules.mk", "wrapped"] {
        user.write(name, "");
    }
    user.profile(
        "q",
        "[auth]\nclient_secret = { command = [\"~/secret.sh\"] }\n\
         [output]\npath = \"q.csv\"\n[hooks]\nafter = [\"./of-q.sh\"]",
    );
    user.profile(
        "p",
        "[notify]\nping_url = { command = [\"./url.sh\"] }\n\
         [output]\ntemplate = \"./list.txt.hbs\"\nfor_each = \"groups\"\npath = \"{{name}}\"\n\
         [hooks]\non_change = [\"./notify.sh\"]\nbefore = [\"sh\", \"job\"]\nafter = [\"python3\", \"-W\", \"ignore\", \"job.py\"]\n\
         on_failure = [\"nice\", \"-n\", \"5\", \"sh\", \"./wrapped\"]\non_recovery = [\"make\", \"--file=rules.mk\", \"./new.mk\"]\n",
    );
    let run = |name: &str| {
        user.sandbox.set_groups(vec![group("1", "good"), group("2", name)]);
        Outcome::of(user.command(["run", "./p.toml", "./q.toml"]).env("PATH", in_home_first(&user)))
    };
    for (name, what) in [
        ("notify.sh", "the program of a hook"),
        ("job", "the script of a hook"),
        ("job.py", "the script of a hook"),
        ("wrapped", "the script of a hook"),
        // It would come before the one that is found now.
        ("make", "the program of a hook"),
        ("rules.mk", "an argument of a hook"),
        ("new.mk", "an argument of a hook"),
        ("secret.sh", "the program of `client_secret`"),
        ("url.sh", "the program of `ping_url`"),
        ("of-q.sh", "the program of a hook"),
    ] {
        let before = fs::read(user.home().join(name)).ok();
        run(name).says([&format!("{name}` is also {what}, and would be replaced"), "a folder of their own"]);
        assert_eq!(fs::read(user.home().join(name)).ok(), before, "{name}");
        assert!(!user.home().join("good").exists(), "{name}");
    }
}

/// The folder of a profile is searched first.
#[test]
fn no_file_stands_for_a_template_that_is_found_elsewhere() {
    let user = User::logged_in();
    user.profile("p", "[output]\nfor_each = \"groups\"\npath = \"{{name}}\"");
    user.write(".config/globus-runner/templates/mine.csv.hbs", "{{> part}}");
    user.write(".config/globus-runner/templates/part.csv.hbs", "part");
    for (template, names) in
        [("groups.csv.hbs", &["groups.csv.hbs"][..]), ("mine.csv.hbs", &["mine.csv.hbs", "part.csv.hbs"])]
    {
        let text = user.read("p.toml").replace("groups.csv.hbs", template);
        user.write("p.toml", &text);
        for name in names {
            run(&user, &[("1", name)]).code(1).says([&format!("{name}` is also the template")]);
            assert!(!user.home().join(name).exists());
        }
    }
}

fn in_home_first(user: &User) -> String {
    format!("{}:{}", user.home().display(), std::env::var("PATH").unwrap())
}

#[test]
fn no_file_is_among_those_of_this_program() {
    let user = User::logged_in();
    user.write("list.txt.hbs", TEMPLATE);
    let each = "[output]\ntemplate = \"./list.txt.hbs\"\nfor_each = \"groups\"\npath = ";
    user.profile("p", &format!("{each}\".local/state/{{{{{{name}}}}}}\""));
    fs::create_dir_all(user.home().join(".local/state/globus-runner/runs")).unwrap();
    let name = "globus-runner/runs/x.jsonl";
    run(&user, &[("1", name)]).code(1).says([&format!("{name}` is among the files that this program keeps")]);
    user.profile("p", &format!("{each}\".local/state/globus-runner/runs/{{{{name}}}}\""));
    for command in ["run", "check"] {
        user.run([command, "./p.toml"]).code(2).says(["is among the files that this program keeps"]);
    }
}

/// Two profiles that share a folder.
#[test]
fn no_profile_takes_the_files_of_another() {
    let user = user("{{name}}.txt", "prune = true\n");
    let text = user.read("p.toml");
    user.write("q.toml", &text);
    let run = |profile: &str, groups: &[(&str, &str)]| {
        user.sandbox.set_groups(groups.iter().map(|(id, name)| group(id, name)).collect());
        user.run(["run", profile])
    };
    run("./q.toml", &[("1", "a")]).code(0);
    for groups in [&[("1", "a")][..], &[("2", "b"), ("1", "a")]] {
        run("./p.toml", groups).code(1).says([
            "another profile writes `",
            "lists/a.txt`: `",
            "lists/.globus-runner-q.json` lists it",
            "give each profile a folder of its own",
        ]);
    }
    run("./p.toml", &[("2", "b")]).code(0);
    // Both wrote it before they knew of each other.
    let list = manifest(&user).to_string().replace("b.txt", "a.txt");
    user.write("lists/.globus-runner-p.json", &list);
    let dry = Outcome::of(&mut user.command(["run", "./p.toml", "--dry-run"]));
    assert!(!dry.stderr.contains("removed"), "{dry:#?}");
    run("./p.toml", &[("3", "c")]).code(0).says([
        "warning: `",
        "lists/a.txt` stays: `",
        ".globus-runner-q.json` lists it, too",
    ]);
    assert_eq!(user.read("lists/a.txt"), "a: 1\n");
    run("./p.toml", &[("3", "c")]).code(0).never_says("stays");
    // A profile that is gone owns nothing.
    fs::rename(user.home().join("q.toml"), user.home().join("r.toml")).unwrap();
    run("./r.toml", &[("1", "a")]).code(0);
    run("./r.toml", &[("4", "d")]).code(0);
    assert!(!user.home().join("lists/a.txt").exists());
}

#[test]
fn the_single_output_of_another_profile_is_not_removed() {
    let user = user("{{name}}.csv", "prune = true\n");
    user.profile("q", "[output]\npath = \"lists/b.csv\"");
    run(&user, &[("1", "a"), ("2", "b")]).code(0);
    user.run(["run", "./q.toml"]).code(0);
    run(&user, &[("3", "c")])
        .code(0)
        .says(["lists/b.csv` stays: it has been the whole output of another run"]);
    assert!(user.home().join("lists/b.csv").exists() && !user.home().join("lists/a.csv").exists());
}

/// What an earlier run wrote can be in the way of a folder, and the other way round.
#[test]
fn an_own_file_that_is_in_the_way_is_named() {
    let user = user("{{{name}}}", "prune = true\n");
    run(&user, &[("1", "a")]).code(0);
    let says = |name: &str, what: &str| {
        let outcome = run(&user, &[("1", name)]).code(1);
        outcome.says([what, "lists/a`, which an earlier run of this profile wrote"]).never_says("slug");
    };
    says("a/b", "lists/a` is a file, not a folder");
    fs::remove_file(user.home().join("lists/a")).unwrap();
    run(&user, &[("1", "a/b")]).code(0);
    says("a", "lists/a` is a folder, not a file");
}

#[test]
fn one_that_fails_leaves_all_as_they_were() {
    let user = pruning();
    run(&user, &[("1", "a"), ("2", "b")]).code(0);
    let (before, list) = (files(&user), manifest(&user));
    user.write("list.txt.hbs", "{{#each groups}}{{#if (eq id \"9\")}}{{nothing}}{{/if}}{{name}}{{/each}}");
    run(&user, &[("1", "c"), ("3", "d"), ("9", "z")]).says(["nothing"]);
    assert_eq!((files(&user), manifest(&user)), (before.clone(), list.clone()));
    user.write("list.txt.hbs", TEMPLATE);

    let limited = "trap '' XFSZ; ulimit -f 0; exec \"$@\"";
    user.sandbox.set_groups(vec![group("1", "a"), group("3", "d")]);
    Outcome::of(&mut in_shell(&user.command(["--profile", "./p.toml"]), limited)).code(1).says([
        "can't write the output file `",
        "d-3.txt`: File too large",
        "all files in its folder are unchanged",
    ]);
    assert_eq!((files(&user), manifest(&user)), (before.clone(), list.clone()));

    fs::set_permissions(user.home().join("lists"), Permissions::from_mode(0o500)).unwrap();
    Outcome::of(&mut bound_by_modes(&user.command(["--profile", "./p.toml"])))
        .code(1)
        .says(["can't write the output file `", "lists`: Permission denied"]);
    fs::set_permissions(user.home().join("lists"), Permissions::from_mode(0o700)).unwrap();
    assert_eq!((files(&user), manifest(&user)), (before, list));
    // Another output that fails keeps these, too.
    let text = user.read("p.toml").replace("[output]", "[[output]]");
    user.write("p.toml", &(text + "[[output]]\npath = \"one.csv\"\n[output.guard]\nmin_groups = 50\n"));
    user.run(["--profile", "./p.toml"]).code(5);
    assert_eq!(names(&user), ["a-1.txt", "b-2.txt"]);
}

#[test]
fn what_is_no_longer_written_is_removed_and_nothing_else() {
    let user = pruning();
    user.write("lists/foreign.txt", "mine");
    user.write("lists/c-3.txt", "was there before");
    run(&user, &[("1", "a"), ("2", "b")]).code(0);
    assert_eq!(manifest(&user)["files"], json!(["a-1.txt", "b-2.txt"]));
    assert_eq!(mode(&user.home().join("lists/.globus-runner-p.json")), 0o600);
    // Whatever became of its content, it is known by its name.
    user.write("lists/b-2.txt", "edited");
    user.sandbox.set_groups(vec![group("1", "a")]);
    user.run(["run", "./p.toml", "groups"])
        .code(0)
        .says(["note: ./p.toml: written, 1 group, 0 of 1 files new, 1 removed, 5 bytes in `"]);
    assert_eq!(names(&user), ["a-1.txt", "c-3.txt", "foreign.txt"]);
    // A group with another name has another file.
    run(&user, &[("1", "z")]).code(0);
    assert_eq!(names(&user), ["c-3.txt", "foreign.txt", "z-1.txt"]);
    // What the profile replaces is its own from then on.
    run(&user, &[("3", "c")]).code(0);
    run(&user, &[("1", "z")]).code(0);
    assert_eq!(names(&user), ["foreign.txt", "z-1.txt"]);
    // One that is gone already is nothing to complain about, nor is one that is something else now.
    run(&user, &[("1", "z"), ("2", "b"), ("3", "c")]).code(0);
    fs::remove_file(user.home().join("lists/b-2.txt")).unwrap();
    fs::remove_file(user.home().join("lists/c-3.txt")).unwrap();
    fs::create_dir(user.home().join("lists/c-3.txt")).unwrap();
    run(&user, &[("1", "z")]).code(0).stderr("");
    assert!(user.home().join("lists/c-3.txt").is_dir());
    assert_eq!(manifest(&user)["files"], json!(["z-1.txt"]));
}

#[test]
fn folders_that_were_made_go_when_they_are_empty() {
    let user = user("{{slug name}}/{{id}}.txt", "prune = true\n");
    fs::create_dir(user.home().join("lists/kept")).unwrap();
    run(&user, &[("1", "a"), ("2", "b"), ("3", "kept")]).code(0);
    assert_eq!(names(&user), ["a/1.txt", "b/2.txt", "kept/3.txt"]);
    user.write("lists/b/foreign", "mine");
    run(&user, &[("4", "a")]).code(0);
    assert_eq!(names(&user), ["a/4.txt", "b/foreign"]);
    assert!(user.home().join("lists/kept").is_dir(), "it was there before");
    write(&user, "{{slug name}}/{{id}}.txt", "prune = true\n[output.guard]\nmin_groups = 0\n");
    run(&user, &[]).code(0);
    assert_eq!(names(&user), ["b/foreign"]);
    assert!(!user.home().join("lists/a").exists());
    fs::remove_file(user.home().join("lists/b/foreign")).unwrap();
    run(&user, &[]).code(0);
    assert!(!user.home().join("lists/b").exists());
}

#[test]
fn a_file_that_can_not_be_removed_is_an_error_until_it_is() {
    let user = user("{{slug name}}/{{id}}.txt", "prune = true\n");
    run(&user, &[("1", "a"), ("2", "b")]).code(0);
    let folder = user.home().join("lists/b");
    fs::set_permissions(&folder, Permissions::from_mode(0o500)).unwrap();
    user.sandbox.set_groups(vec![group("1", "new")]);
    let run = || Outcome::of(&mut bound_by_modes(&user.command(["--profile", "./p.toml"])));
    for _ in 0..2 {
        run().code(1).says([
            "error: can't remove files in `",
            "that are no longer written: all others are delivered\n  b/2.txt: Permission denied",
            "the next run tries again",
        ]);
        assert_eq!(names(&user), ["b/2.txt", "new/1.txt"]);
    }
    fs::set_permissions(&folder, Permissions::from_mode(0o700)).unwrap();
    run().code(0);
    assert_eq!(names(&user), ["new/1.txt"]);
    assert!(!folder.exists());
}

/// The rows that have arrived are void then.
#[test]
fn a_response_that_breaks_off_is_rendered_anew() {
    let user = pruning();
    let many: Vec<Value> = (0..2000).map(|id| group(&id.to_string(), &format!("Group {id}"))).collect();
    user.sandbox.set_groups(many);
    user.sandbox.add_fault(Fault::truncated("/v2/groups/my_groups").times(1));
    user.run(["--profile", "./p.toml"]).code(0);
    assert_eq!(user.requests(), [MY_GROUPS, MY_GROUPS]);
    assert_eq!(names(&user).len(), 2000);
    assert_eq!(user.read("lists/group-7-7.txt"), "Group 7: 7\n");
    // One that never arrives whole leaves nothing.
    user.profile(
        "q",
        &user
            .read("p.toml")
            .split("[output]")
            .nth(1)
            .map(|own| format!("[http]\nretries = 0\n[output]{own}"))
            .unwrap(),
    );
    let before = files(&user);
    user.sandbox.set_groups((0..2000).map(|id| group(&id.to_string(), "new")).collect());
    user.sandbox.add_fault(Fault::truncated("/v2/groups/my_groups").times(1));
    user.run(["--profile", "./q.toml"]).code(4);
    assert_eq!(files(&user), before);
}

#[test]
fn one_profile_has_many_paths() {
    let user = pruning();
    run(&user, &[("1", "a")]).code(0);
    fs::create_dir(user.home().join("x")).unwrap();
    symlink("../p.toml", user.home().join("x/p.toml")).unwrap();
    symlink("../lists", user.home().join("x/lists")).unwrap();
    user.write("x/list.txt.hbs", TEMPLATE);
    user.sandbox.set_groups(vec![group("1", "b")]);
    user.run(["--profile", "./x/p.toml"]).code(0);
    assert_eq!(names(&user), ["b-1.txt"]);
}

#[test]
fn a_list_of_files_that_is_not_usable_removes_nothing() {
    for (broken, why) in [
        ("{", "EOF"),
        ("[]", "invalid"),
        (r#"{"version":9,"profile":"x","files":[]}"#, "it has version 9, and this program reads 1"),
        (r#"{"version":1,"profile":"x","files":["../out.txt"]}"#, "`..` in its path would lead elsewhere"),
        (r#"{"version":1,"profile":"x","files":["/etc/passwd"]}"#, "a part of its path would be empty"),
        (r#"{"version":1,"profile":"x","files":[],"folders":["a/../.."]}"#, "would lead elsewhere"),
    ] {
        let user = pruning();
        run(&user, &[("1", "a"), ("2", "b")]).code(0);
        user.write("out.txt", "out");
        user.write("lists/.globus-runner-p.json", broken);
        run(&user, &[("1", "c")]).code(0).says([
            "warning: nothing is removed from `",
            ".globus-runner-p.json`, is not usable: ",
            why,
        ]);
        assert_eq!(names(&user), ["a-1.txt", "b-2.txt", "c-1.txt"]);
        assert_eq!(
            (user.read("out.txt").as_str(), user.read("lists/.globus-runner-p.json").as_str()),
            ("out", broken)
        );
    }
    let user = pruning();
    symlink("../list.json", user.home().join("lists/.globus-runner-p.json")).unwrap();
    user.write("list.json", r#"{"version":1,"profile":"x","files":["foreign"]}"#);
    user.write("lists/foreign", "mine");
    run(&user, &[("1", "c")]).code(0).says(["is not usable: it is not a regular file"]);
    assert_eq!(names(&user), ["c-1.txt", "foreign"]);
}

#[test]
fn another_profile_of_the_same_name_removes_nothing() {
    let user = pruning();
    run(&user, &[("1", "a")]).code(0);
    let text = user.read("p.toml").replace("./list", "../list").replace("\"lists/", "\"../lists/");
    user.write("other/p.toml", &text);
    user.run(["--profile", "./other/p.toml"]).code(2).says([
        "error: another profile of the name `p` writes into `",
        "help: give each a folder of its own, or rename one",
    ]);
    // One that was moved still owns its files.
    fs::remove_file(user.home().join("p.toml")).unwrap();
    user.sandbox.set_groups(vec![group("2", "b")]);
    user.run(["--profile", "./other/p.toml"]).code(0);
    assert_eq!(names(&user), ["b-2.txt"]);
}

/// It had announced its files; those that are as it would have written them are its own.
#[test]
fn the_files_of_a_killed_run_are_known() {
    let user = pruning();
    run(&user, &[("1", "a")]).code(0);
    let mut list = manifest(&user);
    // sha256 of "b: 2\n", and of something else.
    let hash = "0dc1ee4a1cd0bd0c5a0ccdd84f3bf7a9d7ebb6e0ad1eb1dcbb6fc1f0b6d4c4d2";
    list["pending"] = json!({ "b-2.txt": sha256("b: 2\n"), "c-3.txt": hash, "d-4.txt": hash });
    user.write("lists/.globus-runner-p.json", &list.to_string());
    user.write("lists/b-2.txt", "b: 2\n");
    user.write("lists/c-3.txt", "mine");
    // What it left of its drafts goes, too.
    user.write("lists/.globus-runner-p.Abc123.tmp/0", "secret");
    user.write("lists/.globus-runner-other.Abc123.tmp/0", "of another profile");
    run(&user, &[("1", "new")]).code(0);
    assert_eq!(names(&user), [".globus-runner-other.Abc123.tmp/0", "c-3.txt", "new-1.txt"]);
    assert_eq!(manifest(&user)["pending"], json!({}));
}

/// A good run leaves no draft of another one, also if it has nothing to write.
#[test]
fn what_a_killed_run_left_goes_with_the_next_one() {
    let user = pruning();
    run(&user, &[("1", "a")]).code(0);
    let left = [".globus-runner-p.Abc123.tmp/0", "..globus-runner-p.json.Abc123.tmp"];
    let leave = || left.map(|name| user.write(&format!("lists/{name}"), "left"));
    let writing = File::open(leave()[0].parent().unwrap()).unwrap();
    writing.try_lock().unwrap();
    user.run(["--profile", "./p.toml", "--dry-run"]).code(0);
    assert_eq!(names(&user), [left[1], left[0], "a-1.txt"], "a dry run changes nothing");
    user.run(["--profile", "./p.toml"]).code(0);
    assert_eq!(names(&user), [left[0], "a-1.txt"], "another run is writing it");
    drop(writing);
    leave();
    user.run(["--profile", "./p.toml"]).code(0);
    assert_eq!(names(&user), ["a-1.txt"]);
    assert!(!user.home().join("lists/.globus-runner-p.Abc123.tmp").exists());
    // Nor does one without `prune`.
    write(&user, "{{slug name}}-{{id}}.txt", "");
    user.write(&format!("lists/{}", left[0]), "left");
    user.run(["--profile", "./p.toml"]).code(0);
    assert_eq!(names(&user), ["a-1.txt"]);
}

fn sha256(text: &str) -> String {
    use sha2::{Digest, Sha256};
    format!("{:x}", Sha256::digest(text))
}

#[test]
fn many_files_need_few_descriptors() {
    let user = pruning();
    let many = |count: usize| {
        (0..count).map(|id| group(&id.to_string(), &format!("Group {id}"))).collect::<Vec<_>>()
    };
    user.sandbox.set_groups(many(2000));
    let run = |user: &User| {
        Outcome::of(&mut in_shell(&user.command(["--profile", "./p.toml"]), "ulimit -n 64; exec \"$@\""))
            .code(0)
    };
    run(&user);
    assert_eq!(names(&user).len(), 2000);
    let before = identity(&user, "group-7-7.txt");
    user.sandbox.set_groups(many(1000));
    run(&user);
    assert_eq!((names(&user).len(), identity(&user, "group-7-7.txt")), (1000, before));
}

/// Lists of any service, and templates whose main list is another one.
#[test]
fn any_list_can_have_files() {
    let user = User::new();
    let secret = user.write("secret", "sandbox-secret-not-for-real-use\n");
    fs::set_permissions(secret, Permissions::from_mode(0o600)).unwrap();
    let top = "client_id = \"4f1b2c3d-8e7a-4d5c-b6f0-9a8e7d6c5b4a\"\nstorage = \"t.json\"\n\
               template = \"list.csv.hbs\"\n[auth]\nclient_secret = { file = \"secret\" }\n\
               [data.tasks]\nservice = \"transfer\"\npath = \"/v0.10/task_list\"\n\
               [data.endpoints]\nservice = \"transfer\"\npath = \"/v0.10/endpoint_search\"\nparams = { filter_scope = \"my-endpoints\" }\n\
               [data.rules]\nservice = \"transfer\"\npath = \"/v0.10/endpoint/{endpoints.id}/access_list\"\n";
    fs::create_dir(user.home().join("lists")).unwrap();
    let run = |list: &str, path: &str, template: &str| {
        fs::remove_dir_all(user.home().join("lists")).unwrap();
        fs::create_dir(user.home().join("lists")).unwrap();
        user.write("list.csv.hbs", template);
        user.write("p.toml", &format!("{top}[output]\nfor_each = \"{list}\"\npath = \"lists/{path}\"\n"));
        user.run(["--profile", "./p.toml", "--accept"]).code(0);
        files(&user)
    };
    let endpoints = run("endpoints", "{{id}}", "{{#each data.endpoints}}{{csv id}}\n{{/each}}");
    assert!(
        endpoints.len() > 1
            && endpoints
                .iter()
                .all(|(name, text)| *text == format!("\"{name}\"\n") || *text == format!("{name}\n")),
        "{endpoints:?}"
    );
    // The rules at their own place are those of the one endpoint.
    let inside =
        run("endpoints", "{{id}}", "{{#each data.endpoints}}{{#each rules}}{{csv id}}\n{{/each}}{{/each}}");
    let own = run("endpoints", "{{id}}", "{{#each data.rules}}{{csv id}}\n{{/each}}");
    assert!(inside == own && own.iter().any(|(_, text)| !text.is_empty()), "{own:?}");
    let rules =
        run("rules", "{{id}}", "{{#each data.rules}}{{csv id}}\n{{/each}}{{csv data.endpoints.length}}\n");
    assert_eq!(rules.len(), own.iter().map(|(_, text)| text.lines().count()).sum::<usize>());
    // The main list of this template is not that of the files.
    let tasks = run("endpoints", "{{id}}", "{{#each data.tasks}}{{csv task_id}}\n{{/each}}");
    assert!(tasks.len() == endpoints.len() && tasks.iter().all(|(_, text)| *text == tasks[0].1));
    let both = run(
        "endpoints",
        "{{id}}",
        "{{csv data.endpoints.length}}\n{{#each data.tasks}}{{csv task_id}}\n{{/each}}",
    );
    assert!(both.iter().all(|(_, text)| *text == format!("1\n{}", tasks[0].1)), "{both:?}");
}

#[test]
fn mistakes_have_their_place() {
    let user = user("{{id}}", "");
    for (lines, words) in [
        ("for_each = \"groups\"\n", &["`output.for_each` needs a `path`"][..]),
        ("for_each = \"groups\"\npath = \"lists/all\"\n", &["`output.path` is the same for each row"]),
        (
            "for_each = \"grups\"\npath = \"{{id}}\"\n",
            &["this profile fetches no list `grups`", "did you mean `groups`?"],
        ),
        ("for_each = \"memberships\"\npath = \"{{id}}\"\n", &["this profile fetches no list `memberships`"]),
        ("path = \"lists/{{id}}\"\n", &["`output.path` has a tag, and there is no `for_each`"]),
        ("prune = true\npath = \"x\"\n", &["`output.prune` needs `for_each`"]),
        (
            "for_each = \"groups\"\npath = \"lists/{{slgu name}}\"\n",
            &["--> ./p.toml:", "the path of the output has a mistake", "slgu"],
        ),
        (
            "for_each = \"groups\"\npath = \"lists/{{id\"\n",
            &["--> ./p.toml:", "the path of the output has a mistake"],
        ),
        (
            "for_each = \"groups\"\npath = \"nowhere/{{id}}\"\n",
            &["can't write files into `./nowhere`: the folder `./nowhere` does not exist", "mkdir -p"],
        ),
        (
            "for_each = \"groups\"\npath = \"p.toml/{{id}}\"\n",
            &["can't write files into `./p.toml`: it is a file, not a folder"],
        ),
    ] {
        user.profile("p", &format!("[output]\n{lines}"));
        for command in [["run", "./p.toml"], ["check", "./p.toml"]] {
            let outcome = user.run(command).code(2).stdout("");
            assert!(words.iter().all(|words| outcome.stderr.contains(words)), "{words:?}: {outcome:#?}");
        }
    }
    assert_eq!(user.requests(), [""; 0]);
    // What only a row can tell is shown there, too.
    write(&user, "{{nothing}}", "");
    run(&user, &[("1", "a")]).says(["--> ./p.toml:", "there is no `nothing` here"]);
    write(&user, "{{id}}", "");
    for option in ["-o=x", "--mode=0600", "--template=groups.txt.hbs", "--format=json", "--sandbox"] {
        user.run(["--profile", "./p.toml", option])
            .code(2)
            .says(["is for a profile with one output: `./p.toml` has a file for each of `groups`"]);
    }
    let checked = user.run(["check", "./p.toml"]).code(0).stdout;
    assert!(checked.contains("lists/{{id}} for each of `groups`"), "{checked}");
    // Of a list with one row, nothing is held, unless it reads what is known only after the last one.
    for (template, memory, streams) in [
        (TEMPLATE, "each group is rendered as it arrives", true),
        ("{{len groups}}", "each group is rendered as it arrives", true),
        (
            "{{#if changes}}x{{/if}}",
            "all groups are held: `sources` and `changes` are known after the last one",
            false,
        ),
        (
            "{{sources.groups.rows}}",
            "all groups are held: `sources` and `changes` are known after the last one",
            false,
        ),
    ] {
        user.write("list.txt.hbs", template);
        let checked = user.run(["check", "./p.toml"]).stdout;
        assert!(checked.contains(memory), "{template}: {checked}");
        let json: Value = serde_json::from_str(&user.run(["check", "./p.toml", "--json"]).stdout).unwrap();
        assert_eq!(json["outputs"][0]["streams"], streams, "{template}: {json:#}");
    }
    user.write("list.txt.hbs", TEMPLATE);
    let shown = user.run(["show", "./p.toml"]).code(0).stdout;
    user.write("again.toml", &shown);
    user.run(["--profile", "./again.toml"]).code(0);
    assert!(shown.contains(&format!("path = \"{}/lists/{{{{id}}}}\"", user.home().display())), "{shown}");
}

#[test]
fn check_finds_names_that_can_not_be_and_where_they_are_made() {
    let user = User::logged_in();
    fs::create_dir_all(user.home().join("lists")).unwrap();
    let check = |path: &str| {
        user.profile("p", &format!("[output]\nfor_each = \"groups\"\npath = \"lists/{path}\""));
        user.run(["check", "./p.toml"])
    };
    check("{{slug name}}-{{id}}.csv").code(0).stderr("");
    let line = fs::read_to_string("profiles/groups.toml").unwrap().lines().count() + 3;
    for (path, why) in [
        ("{{group_type}}.csv", "another row has the file `"),
        ("x{{#if name}}{{/if}}", "another row has the file `x`, too"),
        ("{{id}}/../{{id}}x", "`..` in its path would lead elsewhere"),
        (".globus-runner-{{id}}", "names that begin with `.globus-runner-` are reserved"),
    ] {
        check(path).code(2).stdout("").says([
            "error: no file can be named after the group `Climate Modeling",
            " of the built-in sample: ",
            why,
            &format!("/p.toml:{line}:8\n"),
            "help: `slug` makes a name of any text",
        ]);
    }
    // What other people can call their groups is a warning: such a group ends a run, and nothing is written.
    for (path, why) in [
        ("{{name}}.csv", "has a `/`, and would name another folder"),
        ("{{slug name}}.csv", "of the built-in hostile sample: another row has the file `"),
    ] {
        let outcome = check(path).code(0).says(["warning: no file can be named after the group `", why]);
        assert!(outcome.stdout.starts_with("p: no mistakes, but a warning\n"), "{outcome:#?}");
    }
    assert_eq!(fs::read_dir(user.home().join("lists")).unwrap().count(), 0);
}

/// The longest names of profiles leave no room for what is added to them.
#[test]
fn a_profile_with_a_long_name_removes_its_files_too() {
    let user = pruning();
    let long = format!("{}.toml", "é".repeat(120));
    fs::rename(user.home().join("p.toml"), user.home().join(&long)).unwrap();
    let run = |names: &[&str]| {
        user.sandbox.set_groups(names.iter().map(|name| group(name, name)).collect());
        user.run(["--profile", &format!("./{long}")]).code(0).never_says("warning")
    };
    run(&["a", "b"]);
    let left = user.write(&format!("lists/.globus-runner-{}.AbC123.tmp", "é".repeat(91)), "mine");
    run(&["a"]);
    let mut names: Vec<String> = fs::read_dir(user.home().join("lists"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    fs::remove_file(left).unwrap();
    assert_eq!(names.len(), 3, "{names:?}");
    assert_eq!(names[2], "a-a.txt");
    let list = format!(".globus-runner-{}~", "é".repeat(91));
    assert!(names.iter().any(|name| name.starts_with(&list)), "{names:?}");
}

#[test]
fn a_folder_that_is_a_link_to_nowhere_is_not_said_to_be_missing() {
    let user = user("{{id}}.txt", "");
    fs::remove_dir(user.home().join("lists")).unwrap();
    symlink("gone", user.home().join("lists")).unwrap();
    run(&user, &[("1", "a")])
        .code(2)
        .says(["/lists` leads nowhere: there is no ", "`gone`", "create what it leads to"])
        .never_says("mkdir");
}

/// What `changes` and hooks are told is the folder, by the same path.
#[test]
fn the_folder_is_what_changes_and_hooks_name() {
    let user = user("{{id}}.txt", "");
    write(&user, "../lists/{{id}}.txt", "");
    let profile = user.read("p.toml").replace("lists/../lists", "../HOME/lists");
    let home = user.home().file_name().unwrap().to_str().unwrap();
    let hook = "[hooks]\non_change = [\"sh\", \"-c\", \"echo $RUNNER_OUTPUT > told\"]\n";
    user.write("p.toml", &format!("{}{hook}", profile.replace("HOME", home)));
    run(&user, &[("1", "a")]).code(0);
    run(&user, &[("2", "b")]).code(0);
    let changes = user.run(["diff", "./p.toml", "--format", "json"]).code(0).stdout;
    let changes: Value = serde_json::from_str(&changes).unwrap();
    let folder = fs::canonicalize(user.home().join("lists")).unwrap();
    assert_eq!(changes["outputs"], json!([folder]));
    assert_eq!(user.read("told").trim(), folder.to_str().unwrap());
}
