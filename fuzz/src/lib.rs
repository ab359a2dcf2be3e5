//! What has to hold for any bytes, one function for each target. It panics where something does not hold.
//!
//! `fuzz/run` looks for such bytes with cargo-fuzz. `tests/fuzz_corpus.rs` goes through those that are kept in
//! `fuzz/corpus`, with the stable compiler. The input is a document as it is; what else there is to choose, such as where
//! the network cuts it, is tried in several ways or follows from the input's hash.

mod chances;
mod content_coding;
pub mod escapes;
mod group_stream;
mod profile;
mod record;
mod schedule;
mod template;
mod token_file;
mod token_response;

/// Takes any bytes.
type Check = fn(&[u8]);

/// The targets by their names, which are also those of the folders of `fuzz/corpus`.
pub const TARGETS: [(&str, Check); 9] = [
    ("content_coding", content_coding::check),
    ("escapes", escapes::check),
    ("group_stream", group_stream::check),
    ("profile", profile::check),
    ("record", record::check),
    ("schedule", schedule::check),
    ("template", template::check),
    ("token_file", token_file::check),
    ("token_response", token_response::check),
];

/// Runs a target.
pub fn check(target: &str, input: &[u8]) {
    let found = TARGETS.iter().find(|(name, _)| *name == target);
    let (_, check) = found.unwrap_or_else(|| panic!("there is no target {target}"));
    check(input);
}
