//! The examples of README.md.

use std::collections::BTreeSet;

use globus_sandbox::Data;
use serde_json::Value;

use crate::globus::{Globus, TUTORIAL};

const README: &str = include_str!("../../README.md");

/// What follows each of these in a line, up to the next space.
fn word_after<'l>(line: &'l str, before: &str) -> Option<&'l str> {
    line.split_once(before)?.1.split(' ').next()
}

#[tokio::test]
async fn its_requests_to_the_control_endpoints_work() {
    let globus = Globus::start().await;
    let login = globus.authorize_url(&[("client_id", TUTORIAL)]);
    let mut seen = BTreeSet::new();
    for line in README.lines().filter(|line| line.starts_with("curl ")) {
        let path = word_after(line, "$BASE/_sandbox/").unwrap();
        let body = line.split_once("--json '").map(|(_, json)| json.trim_end_matches('\''));
        let body = body.map(|body| body.replace("AUTHORIZE_URL", login.as_str()));
        let body: Option<Value> = body.map(|body| serde_json::from_str(&body).unwrap());
        let method = word_after(line, "-X ").unwrap_or(if body.is_some() { "POST" } else { "GET" });
        let response = globus.control(method, path, body).await;
        assert!(response.status().is_success(), "{line}: {response:?}");
        seen.insert(format!("{method} {path}"));
    }
    let all = [
        "DELETE consents",
        "DELETE faults",
        "DELETE groups",
        "DELETE lists",
        "DELETE requests",
        "DELETE requirements",
        "GET requests",
        "GET requests/most-at-once",
        "POST approve",
        "POST deny",
        "POST expire-access-tokens",
        "POST faults",
        "POST revoke-all",
        "PUT groups",
        "PUT lists",
        "PUT requirements",
        "PUT settings",
    ];
    assert_eq!(seen.iter().map(String::as_str).collect::<Vec<_>>(), all);
}

#[test]
fn its_data_can_be_loaded() {
    let toml = README.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    let path = std::env::temp_dir().join(format!("globus-sandbox-readme-{}.toml", std::process::id()));
    std::fs::write(&path, toml).unwrap();
    let data = Data::load(&path);
    std::fs::remove_file(&path).unwrap();
    assert_eq!(data.unwrap().users[0].linked.len(), 1);
}
