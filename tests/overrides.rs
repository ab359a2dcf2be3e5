//! `--template`, `--format` and `--mode`: another template or mode for a single run.

use globus_runner::EMBEDDED_TEMPLATES;

use crate::support::{MY_GROUPS, User, mode};

#[test]
fn a_format_names_its_ready_template() {
    let user = User::logged_in();
    let ready = user.run(["--profile", "groups-json"]).code(0).stdout;
    user.run(["--profile", "groups", "--format", "json"]).code(0).stdout(&ready).stderr("");
    user.run(["run", "groups", "--format", "json"]).code(0).stdout(&ready).stderr("");
}

#[test]
fn every_ready_format_can_be_named_and_no_other() {
    let user = User::logged_in();
    let of_groups = |(name, _): &(&'static str, _)| {
        let name = name.strip_prefix("groups.").or_else(|| name.strip_prefix("tree."))?;
        name.strip_suffix(".hbs")
    };
    let mut formats: Vec<&str> = EMBEDDED_TEMPLATES.iter().filter_map(of_groups).collect();
    formats.sort_unstable();
    formats.dedup();
    for format in &formats {
        user.run(["--profile", "groups", "--format", format]).code(0).stderr("");
    }
    user.requests();
    let possible = format!("[possible values: {}]", formats.join(", "));
    for wrong in ["pdf", "CSV", ""] {
        user.run(["--profile", "groups", "--format", wrong]).code(2).stdout("").says([&possible]);
    }
    assert!(user.requests().is_empty());
    assert!(user.run(["run", "--help"]).code(0).stdout.contains("csv, dot, html"));
}

#[test]
fn of_several_templates_of_a_format_the_kind_of_the_profile_decides() {
    let user = User::logged_in();
    let tree = user.run(["--profile", "tree"]).code(0).stdout;
    let list = user.run(["--profile", "groups-txt"]).code(0).stdout;
    assert_ne!(tree, list);
    user.run(["--profile", "tree-dot", "--format", "txt"]).code(0).stdout(&tree);
    user.run(["--profile", "groups", "--format", "txt"]).code(0).stdout(&list);
    // Only trees are drawn.
    let drawn = user.run(["--profile", "tree-dot"]).code(0).stdout;
    user.run(["--profile", "groups", "--format", "dot"]).code(0).stdout(&drawn);
}

#[test]
fn a_copy_of_a_ready_template_is_used_by_its_format_too() {
    let user = User::logged_in();
    user.write(".config/globus-runner/templates/groups.json.hbs", "[]");
    user.run(["--profile", "groups", "--format", "json"]).code(0).stdout("[]");
}

#[test]
fn a_template_is_named_or_a_path_from_the_working_directory() {
    let user = User::logged_in();
    user.profile("lab/mine", "[vars]\ntitle = \"Ours\"");
    user.write("lab/beside.txt.hbs", "beside {{vars.title}}");
    user.write("here.txt.hbs", "here {{vars.title}}");
    let run = |template: &str| user.run(["--profile", "lab/mine.toml", "--template", template]);
    // By name, one beside the profile comes first.
    run("beside.txt.hbs").code(0).stdout("beside Ours");
    run("./here.txt.hbs").code(0).stdout("here Ours");
    run("lab/beside.txt.hbs").code(0).stdout("beside Ours");
    run(user.home().join("here.txt.hbs").to_str().unwrap()).code(0).stdout("here Ours");
    assert!(run("tree.dot.hbs").code(0).stdout.starts_with("digraph"));

    user.requests();
    run("here.txt.hbs").code(2).says(["there is no template `here.txt.hbs`", "write `./here.txt.hbs`"]);
    user.write("lab/beside.pdf.hbs", "");
    run("beside.pdf.hbs").code(2).says(["does not name a known format", "known formats: conf, csv"]);
    run("./none.txt.hbs").code(2).says(["cannot read the template ./none.txt.hbs"]);
    user.write("broken.txt.hbs", "{{#if x}}");
    run("./broken.txt.hbs").code(2).says(["broken.txt.hbs:1"]);
    assert!(user.requests().is_empty());
}

#[test]
fn template_and_format_exclude_each_other() {
    let user = User::logged_in();
    user.run(["--profile", "groups", "--template", "tree.txt.hbs", "--format", "txt"])
        .code(2)
        .says(["cannot be used with"]);
    for flag in ["--template", "--format", "--mode"] {
        user.run([flag, "0600", "status"]).code(2);
    }
    user.run(["--format", "json", "status"]).code(2).says(["can't be used before a command"]);
    assert!(user.requests().is_empty());
}

/// A program that reads the profile's file expects what the profile's template writes.
#[test]
fn another_template_leaves_the_own_file_of_the_profile_alone() {
    let user = User::logged_in();
    user.profile("mine", "[output]\npath = \"groups.csv\"\n");
    user.write("groups.csv", "old");
    let outcome = user.run(["--profile", "./mine.toml", "--format", "json"]).code(0);
    assert!(outcome.stdout.starts_with('['));
    outcome.says(["the output of another template goes to stdout, not to `", "groups.csv`; -o names a file"]);
    assert_eq!(user.read("groups.csv"), "old");
    let path = ["-o", "groups.json"];
    user.run(["--profile", "./mine.toml", "--format", "json", path[0], path[1]])
        .code(0)
        .stdout("")
        .stderr("");
    assert!(user.read("groups.json").starts_with('['));
    assert_eq!(user.read("groups.csv"), "old");
}

#[test]
fn the_template_that_is_not_used_is_not_the_output_either() {
    let user = User::logged_in();
    let profile = include_str!("../profiles/groups.toml").replace("groups.csv.hbs", "mine.txt.hbs");
    user.write("mine.toml", &profile);
    user.write("mine.txt.hbs", "mine");
    for command in ["run", "render"] {
        user.run([command, "./mine.toml", "--template", "groups.csv.hbs", "-o", "mine.txt.hbs"])
            .code(2)
            .says(["is also the template"]);
    }
    assert_eq!(user.read("mine.txt.hbs"), "mine");
    assert!(user.requests().is_empty());
}

#[test]
fn a_mode_is_for_one_run() {
    let user = User::logged_in();
    user.profile("mine", "[output]\npath = \"groups.csv\"\nmode = \"0644\"\n");
    let path = user.home().join("groups.csv");
    let run = |given: &str| user.run(["--profile", "./mine.toml", "--mode", given]);
    run("0640").code(0).stdout("").stderr("");
    assert_eq!(mode(&path), 0o640);
    // Also that of an unchanged file.
    run("600").code(0);
    assert_eq!(mode(&path), 0o600);
    user.run(["run", "groups", "-o", "groups.csv", "--mode", "0660"]).code(0);
    assert_eq!(mode(&path), 0o660);
    user.run(["--profile", "./mine.toml"]).code(0);
    assert_eq!(mode(&path), 0o644);

    user.requests();
    for wrong in ["0400", "4755", "8", "rw", ""] {
        run(wrong).code(2).says(["--mode"]);
    }
    assert_eq!(mode(&path), 0o644);
    assert!(user.requests().is_empty());
}

#[test]
fn a_mode_needs_a_file() {
    let user = User::logged_in();
    user.run(["--profile", "groups", "--mode", "0640"])
        .code(2)
        .stdout("")
        .says(["--mode is for a file: the output goes to stdout", "name the file with -o"]);
    user.run(["--profile", "groups", "--mode", "0640", "-o", "-"]).code(2);
    assert!(user.requests().is_empty());
    user.run(["--profile", "groups", "--mode", "0640", "-o", "groups.csv"]).code(0);
    assert_eq!(user.requests(), [MY_GROUPS]);
}
