//! Reading and saving a token file, in both formats. `cargo bench --bench tokens`
//!
//! Every run reads it; a run that refreshes a token saves it, which takes as long as the disk does.

// A bench has no readers of its documentation, and fails by a panic.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

use std::fs;

use divan::Bencher;
use globus_runner::TokenStore;
use tempfile::TempDir;

/// As the SDK writes it.
const TOKENS: &str = r#"{
    "data": {"DEFAULT": {"groups.api.globus.org": {
        "resource_server": "groups.api.globus.org",
        "identity_id": "0d3a1c8e-5b0f-4a57-8f0e-3c4f3f0a9d21",
        "scope": "urn:globus:auth:scope:groups.api.globus.org:view_my_groups_and_memberships",
        "access_token": "Ag0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "refresh_token": "Ag9876543210zyxwvutsrqponmlkjihgfedcbaZYXWVUTSRQPONMLKJIHGFEDCBA",
        "expires_at_seconds": 4000000000,
        "token_type": "Bearer"
    }}},
    "format_version": "2.0",
    "globus-sdk.version": "4.9.0"
}"#;

const FORMATS: [&str; 2] = ["json", "db"];

fn main() {
    divan::main();
}

/// The folder, and a store in it that has the tokens.
fn store(format: &str) -> (TempDir, TokenStore) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("tokens.json");
    fs::write(&file, TOKENS).unwrap();
    let json = TokenStore::json(file, "DEFAULT");
    if format == "json" {
        return (folder, json);
    }
    let mut sqlite = TokenStore::sqlite(folder.path().join("tokens.db"), "DEFAULT");
    sqlite.save(&json.load().unwrap()).unwrap();
    (folder, sqlite)
}

#[divan::bench(args = FORMATS)]
fn load(bencher: Bencher<'_, '_>, format: &str) {
    let (_folder, store) = store(format);
    bencher.bench_local(|| store.load().unwrap());
}

#[divan::bench(args = FORMATS)]
fn save(bencher: Bencher<'_, '_>, format: &str) {
    let (_folder, mut store) = store(format);
    let tokens = store.load().unwrap();
    bencher.bench_local(|| store.save(&tokens).unwrap());
}
