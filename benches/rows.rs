//! Reading rows alone: from the bytes of a response to the values of a template. `cargo bench --bench rows`
//!
//! `benches/runs.py` measures whole runs.

// A bench has no readers of its documentation, and fails by a panic.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

use divan::counter::BytesCount;
use divan::{AllocProfiler, Bencher};
use globus_runner::{ElementSink, Fields, JsonArraySplitter, RowReader, SplitError};
use serde_json::json;

#[global_allocator]
static ALLOCATIONS: AllocProfiler = AllocProfiler::system();

const ROWS: usize = 10_000;
/// What a connection gives at once.
const CHUNK: usize = 64 * 1024;

fn main() {
    divan::main();
}

/// Groups as the service sends them.
fn response() -> Vec<u8> {
    let group = |index: usize| {
        let id = format!("{index:08x}-0d4e-4a6e-9a53-1d5d0c8f2b11");
        json!({
            "id": id,
            "name": format!("Group number {index}, \"quoted\" & others"),
            "description": "People who publish climate data",
            "parent_id": null,
            "group_type": "regular",
            "enforce_session": false,
            "session_limit": 28800,
            "session_timeouts": {},
            "subscription_id": null,
            "my_memberships": [{
                "group_id": id,
                "identity_id": "0d3a1c8e-5b0f-4a57-8f0e-3c4f3f0a9d21",
                "username": "you@example.org",
                "role": if index.is_multiple_of(3) { "admin" } else { "member" },
                "status": "active",
            }],
            "policies": { "group_visibility": "private", "group_members_visibility": "managers" },
        })
    };
    serde_json::to_vec(&(0..ROWS).map(group).collect::<Vec<_>>()).unwrap()
}

/// Reads rows, or only finds where they end.
struct Sink(Option<RowReader>);

#[derive(Debug)]
struct Wrong;

impl From<SplitError> for Wrong {
    fn from(_: SplitError) -> Self {
        Self
    }
}

impl ElementSink for Sink {
    type Error = Wrong;

    fn first(&mut self, text: &str) -> Result<Option<usize>, Wrong> {
        let Some((row, length)) = self.0.as_mut().and_then(|reader| reader.first_row(text)) else {
            return Ok(None);
        };
        divan::black_box(row);
        Ok(Some(length))
    }

    fn whole(&mut self, element: &[u8]) -> Result<(), Wrong> {
        if let Some(reader) = &mut self.0 {
            divan::black_box(reader.row(element).map_err(|_| Wrong)?);
        }
        Ok(())
    }
}

fn read(bencher: Bencher<'_, '_>, reader: impl Fn() -> Option<RowReader> + Sync) {
    let response = response();
    bencher.counter(BytesCount::of_slice(&response)).bench(|| {
        let mut splitter = JsonArraySplitter::new();
        let mut sink = Sink(reader());
        for chunk in response.chunks(CHUNK) {
            splitter.feed(divan::black_box(chunk), &mut sink).unwrap();
        }
        splitter.finish().unwrap();
    });
}

/// The brackets alone are counted, as for a row that lies in two chunks.
#[divan::bench]
fn split(bencher: Bencher<'_, '_>) {
    read(bencher, || None);
}

#[divan::bench]
fn whole(bencher: Bencher<'_, '_>) {
    read(bencher, || Some(RowReader::new(&Fields::All)));
}

/// What `groups.csv.hbs` reads.
#[divan::bench]
fn projected(bencher: Bencher<'_, '_>) {
    let mut fields = Fields::NONE;
    for path in [&["id"][..], &["name"], &["my_memberships", "role"]] {
        fields.add(path, Fields::All);
    }
    read(bencher, || Some(RowReader::new(&fields)));
}
