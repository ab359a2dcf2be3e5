//! What the fuzz targets check holds for every input that they have kept. `fuzz/run` looks for others.

use std::fs;
use std::path::{Path, PathBuf};

use crate::properties::{TARGETS, check};

/// A target whose corpus is larger takes time from every `cargo test`.
const MOST_FILES: usize = 600;

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus")
}

fn names_in(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[track_caller]
fn replay(target: &str) {
    let folder = corpus().join(target);
    let files = names_in(&folder);
    assert!(!files.is_empty() && files.len() <= MOST_FILES, "{} files of {target}", files.len());
    for file in files {
        let input = fs::read(folder.join(&file)).unwrap();
        let outcome = std::panic::catch_unwind(|| check(target, &input));
        assert!(outcome.is_ok(), "fuzz/corpus/{target}/{file}");
    }
}

#[test]
fn content_coding() {
    replay("content_coding");
}

#[test]
fn escapes() {
    replay("escapes");
}

#[test]
fn group_stream() {
    replay("group_stream");
}

#[test]
fn profile() {
    replay("profile");
}

#[test]
fn record() {
    replay("record");
}

#[test]
fn schedule() {
    replay("schedule");
}

#[test]
fn template() {
    replay("template");
}

#[test]
fn token_file() {
    replay("token_file");
}

#[test]
fn token_response() {
    replay("token_response");
}

#[test]
fn every_target_is_replayed_and_can_be_run() {
    let names: Vec<&str> = TARGETS.iter().map(|(name, _)| *name).collect();
    assert_eq!(names_in(&corpus()), names);
    let manifest: toml::Table = include_str!("../fuzz/Cargo.toml").parse().unwrap();
    let programs: Vec<&str> =
        manifest["bin"].as_array().unwrap().iter().map(|program| program["name"].as_str().unwrap()).collect();
    assert_eq!(programs, names);
    for name in names {
        assert!(include_str!("fuzz_corpus.rs").contains(&format!("replay({name:?})")), "{name}");
        let program = fs::read_to_string(corpus().join(format!("../fuzz_targets/{name}.rs"))).unwrap();
        assert!(program.contains(&format!("check({name:?}, input)")), "{program}");
    }
}
