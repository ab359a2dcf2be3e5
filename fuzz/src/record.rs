//! A record of the history: a damaged one is an error, and never read as another one.

use std::fs;
use std::io;
use std::path::Path;

use globus_runner::fuzzing::changes_between;
use serde_json::Value;
use tempfile::TempDir;

use super::chances;

/// A frame that says it is larger is not unpacked here.
const LARGEST: usize = 1 << 22;

thread_local! {
    static FOLDER: TempDir = TempDir::new().unwrap();
}

/// The bytes are a file, and what a file has in it.
pub fn check(input: &[u8]) {
    let file = FOLDER.with(|folder| folder.path().join("record"));
    if zstd::bulk::decompress(input, LARGEST).is_ok()
        || zstd::zstd_safe::get_frame_content_size(input).is_err()
    {
        let _ = read(&file, input);
    }
    let record = zstd::bulk::compress(input, 1).unwrap();
    let Ok(changes) = read(&file, &record) else { return };
    for kind in ["added", "removed", "changed"] {
        assert_eq!(
            changes[kind].as_array().map(Vec::len),
            Some(0),
            "a record is not what it is itself: {changes}"
        );
    }
    let mut random = chances::of(input);
    let cut = random.usize(..record.len());
    assert!(read(&file, &record[..cut]).is_err(), "cut at {cut} of {}", record.len());
    // A line less or more is not what the first line says.
    let end = input.iter().rposition(|byte| *byte == b'\n').unwrap();
    let last = input[..end].iter().rposition(|byte| *byte == b'\n').map_or(0, |before| before + 1);
    assert!(read(&file, &zstd::bulk::compress(&input[..last], 1).unwrap()).is_err(), "without its last line");
    let more = [input, b"{}\n"].concat();
    assert!(read(&file, &zstd::bulk::compress(&more, 1).unwrap()).is_err(), "with a line more");
}

/// What has changed from this record to itself.
fn read(file: &Path, record: &[u8]) -> io::Result<Value> {
    fs::write(file, record)?;
    let (printed, seen) = changes_between(file, file)?;
    let printed: Value = serde_json::from_str(&printed).expect("changes are JSON");
    assert_eq!(
        printed,
        serde_json::from_str::<Value>(&seen).unwrap(),
        "a template sees others than are printed"
    );
    Ok(printed)
}
