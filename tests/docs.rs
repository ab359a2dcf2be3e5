//! What README and the book promise: every command prints what is shown, every profile and template works, and
//! every link leads somewhere. The conventions of the pages are in [`reader`].

mod page;
mod reader;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;

use self::page::{Page, book, pages};
use self::reader::Reader;
use crate::support::{Outcome, User};

/// Every command of the pages that is not run here: it builds, needs another program, or serves until Ctrl-C.
const NOT_RUN: [&str; 12] = [
    "cargo test",
    "cargo install --locked --path .",
    "cargo bench",
    "cargo build --release && benches/compare",
    "cargo build --release && benches/runs.py",
    "cargo build --release && benches/instructions",
    "cargo build --release && benches/members",
    "runner --profile groups-json | jq -r '.[] | select(.roles | index(\"admin\")) | .name'",
    "runner --profile tree-dot | dot -Tsvg > tree.svg",
    "systemctl --user list-timers 'globus-runner-*'",
    "journalctl --user -u globus-runner-groups",
    "runner sandbox --port 8080",
];

#[test]
fn every_command_does_what_is_shown() {
    let pages = pages();
    let readers: Vec<Reader> = std::thread::scope(|scope| {
        let readers: Vec<_> = pages.iter().map(|page| scope.spawn(|| Reader::follow(page))).collect();
        readers.into_iter().map(|reader| reader.join().unwrap()).collect()
    });
    let wrong: Vec<&str> = readers.iter().flat_map(|reader| &reader.wrong).map(String::as_str).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    let not_run: BTreeSet<&str> = readers.iter().flat_map(|reader| &reader.not_run).copied().collect();
    assert_eq!(not_run, BTreeSet::from(NOT_RUN));
}

#[test]
fn a_template_sees_what_is_shown() {
    let page = Page::read(Path::new("docs/src/template-data.md"));
    let example = page.blocks.iter().find(|block| block.directive == "data").unwrap();
    let example: Value = serde_json::from_str(&example.text).unwrap();
    let user = User::logged_in();
    let profile = include_str!("../profiles/groups.toml").replace("groups.csv.hbs", "data.json.hbs");
    user.write(".config/globus-runner/profiles/groups.toml", &profile);
    user.write(".config/globus-runner/templates/data.json.hbs", "{{json this}}");
    // `roles` is not what the service sends.
    let mut groups = example["groups"].as_array().unwrap().clone();
    for group in &mut groups {
        group.as_object_mut().unwrap().remove("roles");
    }
    user.sandbox.set_groups(groups);
    let at: i64 = 1_790_000_000;
    let printed =
        Outcome::of(user.command(["-p", "groups"]).env("SOURCE_DATE_EPOCH", at.to_string())).code(0);
    assert_eq!(serde_json::from_str::<Value>(&printed.stdout).unwrap(), example);
}

#[test]
fn every_crate_is_explained() {
    let manifest: toml::Table = include_str!("../Cargo.toml").parse().unwrap();
    let templates: toml::Table = include_str!("../crates/globus-templates/Cargo.toml").parse().unwrap();
    let everywhere =
        [&manifest["dependencies"], &manifest["build-dependencies"], &templates["dependencies"]].into_iter();
    let somewhere = manifest["target"].as_table().unwrap().values().map(|target| &target["dependencies"]);
    let used: BTreeSet<&String> =
        everywhere.chain(somewhere).flat_map(|crates| crates.as_table().unwrap().keys()).collect();
    let page = Page::read(Path::new("docs/src/dependencies.md"));
    assert_eq!(page.first_cells.iter().collect::<BTreeSet<_>>(), used);
}

#[test]
fn every_link_leads_somewhere() {
    let mut checked = 0;
    for file in [
        "README.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "SECURITY.md",
        "crates/globus-sandbox/README.md",
        "crates/globus-templates/README.md",
        "docs/src/SUMMARY.md",
    ]
    .into_iter()
    .map(PathBuf::from)
    .chain(book())
    {
        let page = Page::read(&file);
        for link in page.links.iter().filter(|link| !link.contains("://")) {
            let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = if path.is_empty() { file.clone() } else { resolve(&file, path) };
            let root = Path::new(env!("CARGO_MANIFEST_DIR"));
            assert!(root.join(&target).exists(), "{}: {link} leads nowhere", file.display());
            let in_book = file.starts_with("docs/src");
            assert!(
                !in_book || target.starts_with("docs/src"),
                "{}: {link} is not in the book",
                file.display()
            );
            if !anchor.is_empty() {
                let anchors = Page::read(&target).anchors();
                assert!(
                    anchors.iter().any(|at| at == anchor),
                    "{}: {link} is not in {anchors:?}",
                    file.display()
                );
            }
            checked += 1;
        }
    }
    assert!(checked > 50, "only {checked} links were found");
}

/// The path of a link, relative to the repository.
fn resolve(file: &Path, link: &str) -> PathBuf {
    let mut path = file.parent().unwrap().to_owned();
    for part in link.split('/') {
        match part {
            ".." => assert!(path.pop(), "{}: {link} leaves the repository", file.display()),
            part => path.push(part),
        }
    }
    path
}

/// The first cell of a row is a message, with `...` for what differs. Each is somewhere in the source.
#[test]
fn every_message_is_a_real_one() {
    let page = Page::read(Path::new("docs/src/when-something-fails.md"));
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let source = source(&root.join("src")) + &source(&root.join("crates/globus-templates/src"));
    assert!(page.first_cells.len() > 40, "only {} messages were found", page.first_cells.len());
    // The name of the service is put in at run time.
    let without_service = |part: &str| part.replace("Globus Auth ", "").replace("Globus Groups ", "");
    let is_in_source = |part: &str| source.contains(without_service(part).trim_matches(['`', ' ']));
    let unknown: Vec<&String> =
        page.first_cells.iter().filter(|message| !message.split("...").all(is_in_source)).collect();
    assert!(unknown.is_empty(), "these are no messages of the program: {unknown:#?}");
}

/// The text of every source file without its comments, with the strings that go over several lines joined.
fn source(folder: &Path) -> String {
    let mut all = String::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all += &source(&path);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = std::fs::read_to_string(path).unwrap();
            let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
            let code: Vec<&str> = code.collect();
            all.extend(code.join("\n").split("\\\n").map(str::trim_start));
        }
    }
    all
}

#[test]
fn the_table_of_contents_lists_every_page() {
    let contents = Page::read(Path::new("docs/src/SUMMARY.md"));
    let listed: BTreeSet<PathBuf> =
        contents.links.iter().map(|link| Path::new("docs/src").join(link)).collect();
    assert_eq!(listed, BTreeSet::from_iter(book()));
}

#[test]
fn the_readme_is_short() {
    let lines = Page::read(Path::new("README.md")).text.lines().count();
    assert!(lines <= 150, "it has {lines} lines");
}

/// SECURITY.md names the test of each promise, such as `guard::an_empty_response_never_empties_a_file`.
#[test]
fn each_promise_of_security_has_its_test() {
    let page = Page::read(Path::new("SECURITY.md"));
    let promises = page.text.split_once("## What is promised").unwrap().1;
    let promises = promises.split_once("## What is not promised").unwrap().0;
    let mut named = 0;
    for promise in promises.split("\n- ").skip(1) {
        let tests: Vec<(&str, &str)> =
            promise.split('`').skip(1).step_by(2).filter_map(|code| code.split_once("::")).collect();
        assert!(!tests.is_empty() || promise.contains("forbid"), "no test is named for: {promise}");
        for (file, test) in &tests {
            assert_is_a_test(file, test);
        }
        named += tests.len();
    }
    assert!(named > 50, "only {named} tests are named");
}

/// Each row of a table of faults names the tests that show it.
#[test]
fn each_fault_has_its_test() {
    let page = Page::read(Path::new("docs/src/faults.md"));
    let rows =
        page.text.split("| shown by |").skip(1).flat_map(|table| {
            table.lines().skip(2).take_while(|line| line.starts_with('|')).collect::<Vec<_>>()
        });
    let mut faults = 0;
    for row in rows {
        let shown_by = row.trim_end_matches('|').rsplit('|').next().unwrap();
        let tests: Vec<&str> = shown_by.split('`').skip(1).step_by(2).collect();
        assert!(!tests.is_empty(), "no test is named for: {row}");
        for test in tests {
            let (file, test) = test.split_once("::").unwrap_or_else(|| panic!("`{test}` names no file"));
            assert_is_a_test(file, test);
        }
        faults += 1;
    }
    assert!(faults > 35, "only {faults} faults are listed");
}

#[track_caller]
fn assert_is_a_test(file: &str, test: &str) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let sources = ["tests", "interop"].map(|folder| {
        std::fs::read_to_string(root.join(folder).join(file).with_extension("rs")).unwrap_or_default()
    });
    let has_it = |text: &String| {
        let before = text.split_once(&format!("\nfn {test}() {{")).map(|(before, _)| before);
        // Other attributes may stand between.
        before.is_some_and(|before| before.rsplit("\n\n").next().is_some_and(|head| head.contains("#[test]")))
    };
    assert!(sources.iter().any(has_it), "there is no test `{file}::{test}`");
}
