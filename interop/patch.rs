//! `patch` and `git apply` make of the old files what a run makes of them: `--dry-run --diff` is a diff for both.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::User;

const TOOLS: [&[&str]; 2] = [&["patch", "-s", "-p0"], &["git", "apply", "--whitespace=nowarn", "-p0"]];

/// Names of groups, which are names of files.
const NAMES: [&str; 12] = [
    "plain",
    "with blanks  in it",
    " blanks around ",
    "\"quoted\"",
    "back\\slash\\n",
    "Zürich 研究 🌍",
    "e\u{301} \u{202e}turned\u{200b}",
    "2026-11-26 10:00:00",
    "a\u{a0}b",
    "-p0",
    "+++ b",
    "tab's 'quotes'",
];

/// Applies a diff in this folder.
#[track_caller]
fn apply(diff: &str, tool: &[&str], folder: &Path) {
    let mut command = Command::new(tool[0]);
    command.args(&tool[1..]).current_dir(folder).stdin(Stdio::piped());
    let mut child = command.spawn().expect("`interop/run` installs patch and git");
    child.stdin.take().unwrap().write_all(diff.as_bytes()).unwrap();
    assert!(child.wait().unwrap().success(), "{tool:?}: {diff}");
}

/// All files below a folder, but for the list of them.
fn files(folder: &Path) -> BTreeMap<Vec<u8>, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let name = entry.file_name();
        if entry.file_type().unwrap().is_dir() {
            let inside = files(&entry.path()).into_iter();
            found.extend(inside.map(|(path, text)| ([name.as_encoded_bytes(), b"/", &path].concat(), text)));
        } else if !name.to_string_lossy().starts_with(".globus-runner-") {
            found.insert(name.as_encoded_bytes().to_vec(), fs::read(entry.path()).unwrap());
        }
    }
    found
}

fn copy(from: &Path) -> TempDir {
    let copy = tempfile::tempdir().unwrap();
    assert!(Command::new("cp").arg("-a").arg(from).arg(copy.path()).status().unwrap().success());
    copy
}

fn groups<'n>(names: impl IntoIterator<Item = &'n str>, description: &str) -> Vec<Value> {
    let group = |name| json!({ "id": name, "name": name, "description": description, "my_memberships": [] });
    names.into_iter().map(group).collect()
}

#[test]
fn both_make_what_a_run_makes() {
    let user = User::logged_in();
    fs::create_dir_all(user.home().join("out/lists")).unwrap();
    user.write("one.txt.hbs", "{{#each groups}}{{{description}}}{{/each}}");
    user.profile(
        "p",
        "[[output]]\npath = \"out/all.csv\"\n[[output]]\npath = \"out/a\\nb\\t\\\"c\\u001b.csv\"\nmode = \"0604\"\n[[output]]\n\
         template = \"./one.txt.hbs\"\nfor_each = \"groups\"\npath = \"out/lists/{{{name}}}\"\nprune = true\n",
    );
    let run = || user.run(["--profile", "./p.toml"]).code(0).stderr("");
    let out = user.home().join("out");
    let (few, rest) = NAMES.split_at(4);
    // Nothing is there; some change, come and go; all change to a text without a last line end, one with carriage returns, and back.
    for next in [
        groups(NAMES, "1\n2\n3\n"),
        groups(few.iter().copied(), "1\nzwei\n3"),
        groups(rest.iter().copied(), "\r\n1\r2\n\n\u{2028}\u{c}"),
        groups(NAMES, "--- a\n+++ b\n@@ -1 +1 @@\n\\ No newline at end of file\n"),
        groups(NAMES, "-- a\n++ b\n"),
    ] {
        user.sandbox.set_groups(next);
        let diff = user.run(["--profile", "./p.toml", "--dry-run", "--diff"]).code(10).stdout;
        let copies = TOOLS.map(|_| copy(&out));
        run();
        let expected = files(&out);
        for (tool, copy) in TOOLS.into_iter().zip(copies) {
            apply(&diff, tool, copy.path());
            assert!(files(&copy.path().join("out")) == expected, "{tool:?} made something else of {diff}");
        }
    }
}

#[test]
fn both_take_absolute_paths_at_the_root() {
    let user = User::logged_in();
    user.profile("p", "");
    let elsewhere = tempfile::tempdir().unwrap();
    let file = elsewhere.path().canonicalize().unwrap().join("a b.csv");
    let output = file.to_str().unwrap();
    for tool in [["patch", "-s", "-p1"], ["git", "apply", "-p1"]] {
        for names in [&NAMES[..3], &NAMES[2..]] {
            user.sandbox.set_groups(groups(names.iter().copied(), ""));
            let options = ["--profile", "./p.toml", "-o", output, "--dry-run", "--diff"];
            apply(&user.run(options).code(10).stdout, &tool, Path::new("/"));
            user.run(options).code(0).stdout("");
        }
        fs::remove_file(&file).unwrap();
    }
}
