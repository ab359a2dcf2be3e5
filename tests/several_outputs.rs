//! `[[output]]`: several outputs of one run, fetched once and delivered together or not at all.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::process::Stdio;

use serde_json::{Value, json};

use crate::support::process::{
    bound_by_modes, in_shell, more_groups_than_a_pipe_takes, with_folders_made_before_renames,
};
use crate::support::{MY_GROUPS, Outcome, User, mode};

/// A user with a profile of these outputs, and templates for them.
fn user(outputs: &str) -> User {
    let user = User::logged_in();
    write(&user, outputs);
    for (name, template) in [
        ("names", "{{#each groups}}{{csv name}}\n{{/each}}"),
        ("ids", "{{#each groups}}{{csv id}}\n{{/each}}"),
        ("count", "{{csv totals.groups}}\n"),
        ("wrong", "{{#each groups}}{{#if (eq id \"no\")}}{{csv nothing.here}}{{/if}}{{/each}}"),
    ] {
        user.write(&format!("{name}.csv.hbs"), template);
    }
    for folder in ["a", "b", "c"] {
        fs::create_dir(user.home().join(folder)).unwrap();
    }
    user
}

fn write(user: &User, outputs: &str) {
    user.profile("p", outputs);
}

fn output(template: &str, path: &str) -> String {
    format!("[[output]]\ntemplate = \"./{template}.csv.hbs\"\npath = \"{path}\"\n")
}

fn three() -> String {
    ["names", "ids", "count"]
        .iter()
        .zip(["a", "b", "c"])
        .map(|(name, folder)| output(name, &format!("{folder}/{name}")))
        .collect()
}

fn run(user: &User) -> Outcome {
    user.run(["--profile", "./p.toml"])
}

fn groups(ids: &[&str]) -> Vec<Value> {
    ids.iter().map(|id| json!({ "id": id, "name": format!("Group {id}"), "my_memberships": [] })).collect()
}

/// Every file below the home folder but the token file and the state, with its content.
fn files(user: &User) -> Vec<(String, String)> {
    let mut files = Vec::new();
    for folder in ["a", "b", "c"] {
        for entry in fs::read_dir(user.home().join(folder)).unwrap() {
            let name = format!("{folder}/{}", entry.unwrap().file_name().to_string_lossy());
            let content = user.read(&name);
            files.push((name, content));
        }
    }
    files.sort();
    files
}

fn names(files: &[(String, String)]) -> Vec<&str> {
    files.iter().map(|(name, _)| name.as_str()).collect()
}

#[test]
fn one_request_makes_them_all() {
    let user = user(&(three() + "[[output]]\ntemplate = \"groups.json.hbs\"\n"));
    let printed = run(&user).code(0).stderr("").stdout;
    assert_eq!(user.requests(), [MY_GROUPS]);
    assert_eq!(user.run(["-p", "groups", "--format", "json"]).code(0).stdout, printed);
    for (name, path) in [("names", "a/names"), ("ids", "b/ids"), ("count", "c/count")] {
        let alone = user.run(["-p", "groups", "-t", &format!("./{name}.csv.hbs")]).code(0).stdout;
        assert_eq!(user.read(path), alone, "{name}");
    }
    assert_eq!(user.read("c/count"), "8\n");
}

#[test]
fn each_has_its_own_settings() {
    let outputs = output("names", "a/names")
        + "mode = \"0644\"\nbyte_order_mark = true\n[output.guard]\nmin_groups = 2\n"
        + &output("ids", "b/ids")
        + "[output.guard]\nmax_groups = 9\n[[output]]\npath = \"c/groups.csv\"\nmode = \"0640\"\n";
    let user = user(&outputs);
    run(&user).code(0);
    assert!(user.read("a/names").starts_with('\u{feff}') && !user.read("b/ids").starts_with('\u{feff}'));
    assert!(user.read("c/groups.csv").starts_with("ID,Name,Roles\n"), "the template of the profile");
    let modes = ["a/names", "b/ids", "c/groups.csv"].map(|path| mode(&user.home().join(path)));
    assert_eq!(modes, [0o644, 0o600, 0o640]);

    let before = files(&user);
    user.sandbox.set_groups(groups(&["1"]));
    run(&user).code(5).says(["refused to write `", "a/names`: it would have 1 group, and `min_groups` is 2"]);
    let after = files(&user);
    assert_eq!(names(&after), ["a/names", "a/names.rejected", "b/ids", "c/groups.csv"]);
    assert_eq!(
        after.iter().filter(|(name, _)| !name.ends_with("rejected")).cloned().collect::<Vec<_>>(),
        before
    );
    user.run(["--profile", "./p.toml", "--accept"]).code(0);
    assert_eq!(names(&files(&user)), names(&before), "the refused one is gone once it is delivered");

    let many: Vec<String> = (0..10).map(|id| id.to_string()).collect();
    user.sandbox.set_groups(groups(&many.iter().map(String::as_str).collect::<Vec<_>>()));
    write(&user, &outputs.replace("min_groups = 2", "min_groups = 11"));
    run(&user).code(5).says([
        "a/names`: it would have 10 groups",
        "b/ids`: it would have 10 groups, and `max_groups` is 9",
    ]);
}

#[test]
fn one_that_fails_leaves_all_as_they_were() {
    let user = user(&three());
    run(&user).code(0);
    let old = files(&user);
    user.sandbox.set_groups(groups(&["1", "2", "no"]));
    let with_wrong = three() + &output("wrong", "c/wrong");
    for (outputs, words) in [
        (with_wrong.clone(), "nothing"),
        (with_wrong + "[[output]]\npath = \"c/last\"\n", "nothing"),
        (three() + "[[output]]\npath = \"nowhere/last\"\n", "the folder `"),
    ] {
        write(&user, &outputs);
        run(&user).says([words]);
        assert_eq!(files(&user), old, "{outputs}");
    }
    // The folder of the last one takes no file.
    write(&user, &three());
    fs::set_permissions(user.home().join("c"), Permissions::from_mode(0o500)).unwrap();
    let mut command = bound_by_modes(&user.command(["--profile", "./p.toml"]));
    Outcome::of(&mut command)
        .code(1)
        .says(["can't write the output file `", "c/count`: no file can be made in its folder"]);
    fs::set_permissions(user.home().join("c"), Permissions::from_mode(0o700)).unwrap();
    assert_eq!(files(&user), old);
    // No file can grow, and the last one is the first that has to.
    user.write("a/names", "Group 1\nGroup 2\nGroup no\n");
    user.write("b/ids", "1\n2\nno\n");
    let old = files(&user);
    let mut command =
        in_shell(&user.command(["--profile", "./p.toml"]), "trap '' XFSZ; ulimit -f 0; exec \"$@\"");
    Outcome::of(&mut command).code(1).says(["c/count`: ", "the file is unchanged"]);
    assert_eq!(files(&user), old);
    run(&user).code(0);
    assert_eq!((user.read("c/count").as_str(), names(&files(&user)).len()), ("3\n", 3));
}

/// With a template at the top it is the one of those that name none.
#[test]
fn each_can_have_a_template_and_the_profile_none() {
    let user = user("");
    let whole = user.read("p.toml");
    let profile = |outputs: &str| {
        let top = whole.lines().filter(|line| !line.starts_with("template"));
        user.write("p.toml", &(top.collect::<Vec<_>>().join("\n") + "\n" + outputs));
    };
    profile(&(output("names", "a/names") + &output("ids", "b/ids")));
    run(&user).code(0);
    assert_eq!(names(&files(&user)), ["a/names", "b/ids"]);
    let shown = user.run(["show", "./p.toml"]).code(0).stdout;
    assert_eq!(shown.matches("template = ").count(), 2, "{shown}");
    user.write("shown.toml", &shown);
    user.run(["check", "./shown.toml"]).code(0);
    profile(&(output("names", "a/names") + "[[output]]\npath = \"b/ids\"\n[[output]]\n"));
    let outcome = user.run(["check", "./p.toml"]).code(2);
    assert_eq!(outcome.stderr.matches("this `[[output]]` has no `template`").count(), 2, "{outcome:#?}");
    outcome
        .says(["help: add a line such as `template = \"groups.csv.hbs\"` here, or before the first section"]);
    for none in ["", "[[output]]\npath = \"a\"\n[[output]]\n", "[output]\npath = \"a\"\n"] {
        profile(none);
        let outcome = user.run(["check", "./p.toml"]).code(2);
        outcome.says(["`template` is missing", "add a line such as `template = \"groups.csv.hbs\"`"]);
    }
    // One that extends another has its template.
    profile("[[output]]\npath = \"a/names\"\n");
    user.write("mine.toml", "extends = \"./p.toml\"\ntemplate = \"groups.json.hbs\"\n");
    user.run(["--profile", "./mine.toml"]).code(0);
    assert!(user.read("a/names").starts_with('['));
}

#[test]
fn stdout_comes_before_the_files() {
    let user = user(&(output("names", "a/names") + "[[output]]\n" + &output("ids", "b/ids")));
    user.write("a/names", "old\n");
    let mut command = in_shell(&user.command(["--profile", "./p.toml"]), "exec \"$@\" >/dev/full");
    Outcome::of(&mut command).code(1).says(["can't write to the standard output: No space left on device"]);
    assert_eq!(files(&user), [("a/names".to_owned(), "old\n".to_owned())]);
    let mut command = in_shell(&user.command(["--profile", "./p.toml"]), "exec \"$@\" >&-");
    Outcome::of(&mut command).code(1).says(["can't write to the standard output: it is closed"]);
    assert_eq!(files(&user), [("a/names".to_owned(), "old\n".to_owned())]);
    // A reader that has all it wants, such as `head -1`, is no failure.
    let (reader, pipe) = io::pipe().unwrap();
    drop(reader);
    let mut command = user.command(["--profile", "./p.toml"]);
    assert_eq!(command.stdout(pipe).stderr(Stdio::null()).status().unwrap().code(), Some(0));
    assert_eq!(names(&files(&user)), ["a/names", "b/ids"]);
}

/// It can't be undone, so the message says which is which.
#[test]
fn a_rename_that_fails_after_another_says_what_is_new() {
    let user = user(
        &(output("names", "a/names")
            + &output("ids", "b/ids")
            + &output("count", "c/count")
            + "[[output]]\n"),
    );
    user.sandbox.set_groups(more_groups_than_a_pipe_takes());
    let (run_it, in_the_way) =
        (user.command(["--profile", "./p.toml"]), user.home().join("b/ids/in-the-way"));
    let outcome = with_folders_made_before_renames(run_it, &in_the_way).code(1);
    let outcome = outcome.says([
        "error: can't write the output file `./b/ids`: ",
        "  new: `./a/names`\n  old: `./b/ids`, `./c/count`\n  help: run it again once that is mended\n",
    ]);
    assert!(!outcome.stderr.contains("unchanged"), "{outcome:#?}");
    assert!(!user.home().join("c/count").exists());
    let left = |folder| fs::read_dir(user.home().join(folder)).unwrap().count();
    assert_eq!((left("a"), left("b"), left("c")), (1, 1, 0), "no draft is left");
}

#[test]
fn those_that_did_not_change_are_left_alone() {
    let user = user(&three());
    run(&user).code(0);
    let inode = |path: &str| {
        let metadata = fs::metadata(user.home().join(path)).unwrap();
        (metadata.ino(), metadata.mtime_nsec())
    };
    let before = ["a/names", "b/ids", "c/count"].map(inode);
    run(&user).code(0);
    assert_eq!(["a/names", "b/ids", "c/count"].map(inode), before);
    let eight = ["1", "2", "3", "4", "5", "6", "7", "8"];
    user.sandbox.set_groups(groups(&eight));
    run(&user).code(0);
    let after = ["a/names", "b/ids", "c/count"].map(inode);
    assert!(after[0] != before[0] && after[1] != before[1] && after[2] == before[2]);
}

#[test]
fn no_two_may_be_the_same_file() {
    let user = user("");
    symlink("names", user.home().join("a/link")).unwrap();
    for (second, words) in [
        ("a/../a/names", "error: two outputs of `./p.toml` both write to `"),
        ("a/link", "error: two outputs of `./p.toml` both write to `"),
        ("a/names.rejected", "error: a refused output of `./p.toml` would replace that of `./p.toml`"),
        ("names.csv.hbs", "is also the template: it would be replaced"),
        ("ids.csv.hbs", "is also the template: it would be replaced"),
        ("p.toml", "is also the profile: it would be replaced"),
    ] {
        write(&user, &(output("names", "a/names") + &output("ids", second)));
        run(&user).code(2).stdout("").says([words]);
        user.run(["check", "./p.toml"]).code(2).says([&words.replace("`./p.toml`", "`p`")]);
        user.run(["status", "./p.toml"]).code(2);
    }
    write(&user, &(output("names", "/dev/stdout") + "[[output]]\n"));
    run(&user)
        .code(2)
        .stdout("")
        .says(["error: two outputs of `./p.toml` go to stdout: only one output can"]);
    assert_eq!(user.requests(), [""; 0]);
    // Two profiles are told apart from one.
    write(&user, &three());
    user.profile("q", &output("ids", "b/ids"));
    user.run(["run", "./p.toml", "./q.toml"]).code(2).says(["`./p.toml` and `./q.toml` both write to `"]);
}

#[test]
fn mistakes_have_their_place() {
    let user = user("");
    for (outputs, words) in [
        (
            "[[output]]\n[[output]]\n",
            &["a second `[[output]]` has no `path`", "only one output can go to stdout"][..],
        ),
        (
            "[[output]]\npath = \"x\"\n[[output]]\npaht = \"y\"\n",
            &["unknown key `paht` in `[output]`", "did you mean `path`?"],
        ),
        (
            "[[output]]\n[[output]]\npath = \"y\"\nmode = \"9\"\n",
            &["`output.mode` must be three or four octal digits"],
        ),
        (
            "[[output]]\n[[output]]\npath = \"y\"\n[output.guard]\nmin_groups = 2\nmax_groups = 1\n",
            &["`output.guard.max_groups` is less than `min_groups`, which is 2", "p.toml:12:14"],
        ),
        (
            "[[output]]\n[output.guard]\nmay_be_empty = [\"tasks\"]\n",
            &["this profile fetches no list `tasks`"],
        ),
        ("[[output]]\ntemplate = \"x.nope\"\n", &["`x.nope` must end in a format and `.hbs`"]),
    ] {
        write(&user, outputs);
        let outcome = run(&user).code(2).stdout("");
        assert!(words.iter().all(|words| outcome.stderr.contains(words)), "{words:?}: {outcome:#?}");
    }
    let text = user.read("p.toml").split("[[output]]").next().unwrap().to_owned();
    for (line, words) in [
        ("output = []", "`output` is empty"),
        ("output = 1", "`output` must be a table, or several as `[[output]]`, not an integer"),
        ("output = [1]", "an element of `output` must be a table, not an integer"),
    ] {
        user.write("p.toml", &format!("{line}\n{text}"));
        run(&user).code(2).says([words]);
    }
    write(&user, "[[output]]\ntemplate = \"./nowhere.csv.hbs\"\n");
    run(&user).code(2).says(["nowhere.csv.hbs"]);
    assert_eq!(user.requests(), [""; 0]);
}

#[test]
fn what_overrides_the_output_is_for_one() {
    let user = user(&three());
    for option in ["-o=x", "--mode=0600", "--template=groups.txt.hbs", "--format=json", "--sandbox"] {
        let (name, _) = option.split_once('=').unwrap_or((option, ""));
        user.run(["--profile", "./p.toml", option])
            .code(2)
            .stdout("")
            .says([&format!("error: {name} is for a profile with one output: `./p.toml` has 3")]);
    }
    let help = "help: add `--dry-run --diff`, which shows what its files would be and writes none";
    user.run(["--profile", "./p.toml", "--sandbox"]).code(2).says([help]);
    assert!(
        user.run(["--profile", "./p.toml", "--sandbox", "--dry-run", "--diff"])
            .code(10)
            .stdout
            .contains("+++ a/names\n")
    );
    assert_eq!(files(&user), [], "made-up groups are in no file");
    user.run(["render", "./p.toml"]).code(2).says([
        "error: `./p.toml` has 3 outputs: a preview is of one template",
        "name one with --template: `./names.csv.hbs`, `./ids.csv.hbs`, `./count.csv.hbs`",
    ]);
    assert_eq!(user.run(["render", "./p.toml", "--template", "./count.csv.hbs"]).code(0).stdout, "8\n");
}

#[test]
fn a_list_of_outputs_replaces_that_of_the_base() {
    let user = user("");
    user.profile("base", &three());
    user.write("p.toml", "extends = \"./base.toml\"\n");
    run(&user).code(0);
    assert_eq!(names(&files(&user)), ["a/names", "b/ids", "c/count"]);
    for own in
        [output("ids", "a/own"), "[output]\ntemplate = \"./ids.csv.hbs\"\npath = \"a/own\"\n".to_owned()]
    {
        for (name, _) in files(&user) {
            fs::remove_file(user.home().join(name)).unwrap();
        }
        user.write("p.toml", &format!("extends = \"./base.toml\"\n{own}"));
        run(&user).code(0);
        assert_eq!(names(&files(&user)), ["a/own"]);
    }
}

#[test]
fn it_is_shown_checked_and_reported() {
    let user =
        user(&(output("names", "a/names") + "[output.guard]\nmin_groups = 1\n[[output]]\nmode = \"0644\"\n"));
    let shown = user.run(["show", "./p.toml"]).code(0).stdout;
    let (home, home_json) = (user.home().display(), user.home().display());
    for line in [
        "[[output]]",
        &format!("template = \"{home}/names.csv.hbs\""),
        &format!("path = \"{home}/a/names\""),
        "[output.guard]",
        "mode = \"0644\"",
    ] {
        assert!(shown.contains(line), "{line} in {shown}");
    }
    user.write("again.toml", &shown);
    user.run(["--profile", "./again.toml"]).code(0);
    let json: Value = serde_json::from_str(&user.run(["show", "./p.toml", "--json"]).code(0).stdout).unwrap();
    let value = |key: &str| {
        json["settings"].as_array().unwrap().iter().find(|row| row["key"] == key).unwrap()["value"].clone()
    };
    assert_eq!(value("output[0].path"), format!("{home_json}/a/names"));
    assert_eq!((value("output[0].guard.min_groups"), value("output[1].mode")), (1.into(), "0644".into()));

    let checked = user.run(["check", "./p.toml"]).code(0).stdout;
    assert!(
        checked.contains("a/names") && checked.contains("stdout") && checked.contains("./names.csv.hbs"),
        "{checked}"
    );
    let checked: Value =
        serde_json::from_str(&user.run(["check", "./p.toml", "--json"]).code(0).stdout).unwrap();
    assert_eq!(
        (&checked["outputs"][0]["template"], &checked["outputs"][1]["path"]),
        (&"./names.csv.hbs".into(), &Value::Null)
    );
    user.run(["status", "./p.toml"]).code(0);

    write(&user, &three());
    user.write("a/names", "old\n");
    run(&user).code(0).stderr("");
    user.write("b/ids", "old\n");
    user.run(["run", "./p.toml", "groups"]).code(0).says([
        "note: ./p.toml: unchanged, 8 groups, ",
        "note: ./p.toml: written, 8 groups, 296 bytes to `./b/ids`",
        "note: groups: written, 8 groups to stdout",
    ]);
    user.write("b/ids", "old\n");
    let json: Value = serde_json::from_str(&user.run(["run", "./p.toml", "--json"]).code(0).stdout).unwrap();
    assert_eq!((&json[0]["outcome"], &json[0]["output"]), (&"written".into(), &Value::Null));
    let outcomes = json[0]["outputs"].as_array().unwrap().iter().map(|output| output["outcome"].clone());
    assert_eq!(outcomes.collect::<Vec<_>>(), ["unchanged", "written", "unchanged"]);
    assert_eq!(json[0]["outputs"][1]["rows"], 8);
}

/// The rows of one arrive one by one, those of the others are among the lists that were fetched with them.
#[test]
fn each_can_be_of_another_list() {
    let user = User::new();
    let secret = user.write("secret", "sandbox-secret-not-for-real-use\n");
    fs::set_permissions(secret, Permissions::from_mode(0o600)).unwrap();
    let templates = [
        ("tasks", "{{#each data.tasks}}{{csv task_id}}\n{{else}}none\n{{/each}}"),
        (
            "endpoints",
            "{{#each data.endpoints}}{{csv display_name}}\n{{/each}}{{csv sources.endpoints.rows}}\n",
        ),
        ("rules", "{{#each data.rules}}{{csv id}}\n{{/each}}"),
        ("inside", "{{#each data.endpoints}}{{#each rules}}{{csv id}}\n{{/each}}{{/each}}"),
        (
            "both",
            "{{#each data.endpoints}}{{csv id}}\n{{/each}}{{#each data.tasks}}{{csv task_id}}\n{{/each}}",
        ),
        ("groups", "{{csv totals.groups}}\n{{#each data.tasks}}{{csv task_id}}\n{{/each}}"),
        ("nothing", "static\n"),
    ];
    let top = "client_id = \"4f1b2c3d-8e7a-4d5c-b6f0-9a8e7d6c5b4a\"\nstorage = \"t.json\"\n\
               template = \"groups.csv.hbs\"\n[auth]\nclient_secret = { file = \"secret\" }\n[groups]\n\
               [data.tasks]\nservice = \"transfer\"\npath = \"/v0.10/task_list\"\n\
               [data.endpoints]\nservice = \"transfer\"\npath = \"/v0.10/endpoint_search\"\nparams = { filter_scope = \"my-endpoints\" }\n\
               [data.rules]\nservice = \"transfer\"\npath = \"/v0.10/endpoint/{endpoints.id}/access_list\"\n";
    for (name, template) in templates {
        user.write(&format!("{name}.csv.hbs"), template);
    }
    let mut expected = Vec::new();
    for (name, _) in templates {
        user.write("one.toml", &format!("{top}{}", output(name, "one.out")));
        user.run(["--profile", "./one.toml", "--accept"]).code(0);
        expected.push(user.read("one.out"));
    }
    assert!(expected[..5].iter().all(|output| output.lines().count() > 1), "{expected:?}");
    for turn in 0..templates.len() {
        let mut order: Vec<usize> = (0..templates.len()).collect();
        order.rotate_left(turn);
        let outputs: String = order
            .iter()
            .map(|index| output(templates[*index].0, &format!("{}.out", templates[*index].0)))
            .collect();
        user.write("all.toml", &format!("{top}{outputs}"));
        user.requests();
        user.run(["--profile", "./all.toml", "--accept"]).code(0);
        let requests = user.requests();
        let lists = |path: &str| requests.iter().filter(|request| request.contains(path)).count();
        assert_eq!(
            (lists("task_list"), lists("endpoint_search"), lists("my_groups")),
            (1, 1, 1),
            "{requests:?}"
        );
        for ((name, _), expected) in templates.iter().zip(&expected) {
            assert_eq!(&user.read(&format!("{name}.out")), expected, "{name}, {turn}");
        }
    }
}
