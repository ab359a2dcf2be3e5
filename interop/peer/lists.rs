//! The SDK's paginators and the runner read the lists of the sandbox to their end, and see the same rows.

use std::fmt::Write;
use std::fs::{Permissions, set_permissions};
use std::os::unix::fs::PermissionsExt;

use serde_json::{Value, json};

use super::{CLIENT, Peer};
use crate::support::User;

/// The ID in every path.
const ANY: &str = "00000000-0000-4000-8000-000000000001";

/// Name, service, path, whether with a body, how many rows, and how many on a page.
type List = (&'static str, &'static str, &'static str, bool, usize, Option<usize>);

/// The lists of `rows.py`.
const LISTS: &[List] = &[
    ("tasks", "transfer", "/v0.10/task_list", false, 1000, None),
    ("events", "transfer", "/v0.10/task/ANY/event_list", false, 25, Some(10)),
    ("done", "transfer", "/v0.10/task/ANY/successful_transfers", false, 7, Some(3)),
    ("skipped", "transfer", "/v0.10/task/ANY/skipped_errors", false, 6, Some(3)),
    ("endpoints", "transfer", "/v0.10/endpoint_search", false, 350, None),
    ("shared", "transfer", "/v0.10/endpoint/ANY/shared_endpoint_list", false, 7, Some(3)),
    ("managed", "transfer", "/v0.10/endpoint_manager/task_list", false, 7, Some(3)),
    ("found", "search", "/v1/index/ANY/search", false, 250, Some(40)),
    ("posted", "search", "/v1/index/ANY/search", true, 250, Some(40)),
    ("scrolled", "search", "/v1/index/ANY/scroll", true, 250, Some(40)),
    ("flows", "flows", "/flows", false, 7, Some(3)),
    ("runs", "flows", "/runs", false, 7, Some(3)),
    ("log", "flows", "/runs/ANY/log", false, 7, Some(3)),
];

#[test]
fn the_sdk_sees_every_row_in_every_style_of_paging() {
    let user = User::new();
    Peer::inside(&user).run(&["lists.py"]).code(0).stdout("");
}

#[test]
fn the_runner_sees_the_rows_that_the_sdk_sees() {
    let user = User::new();
    let (client, secret) = CLIENT;
    set_permissions(user.write("secret", secret), Permissions::from_mode(0o600)).unwrap();
    let mut profile = format!(
        "client_id = {client:?}\nstorage = \"memory\"\ntemplate = \"./rows.json.hbs\"\n\
         [auth]\nclient_secret = {{ file = \"secret\" }}\n"
    );
    for (name, service, path, has_body, count, page) in LISTS {
        let path = path.replace("ANY", ANY);
        // No key may come twice.
        let row = |number: usize| {
            let id = number.to_string();
            json!({ "number": number, "text": "é\u{1f600}", "id": id, "task_id": id, "run_id": id, "job_id": id, "subject": id })
        };
        let rows: Vec<Value> = (0..*count).map(row).collect();
        user.sandbox.set_list(&path.replace("/scroll", "/search"), &rows, *page).unwrap();
        write!(profile, "[data.{name}]\nservice = {service:?}\npath = {path:?}\n").unwrap();
        profile += if *has_body { "json = { q = \"*\" }\n" } else { "" };
    }
    user.write("rows.toml", &profile);
    user.write("rows.json.hbs", "{{json data}}");
    let ours: Value = serde_json::from_str(&user.run(["--profile", "./rows.toml"]).code(0).stdout).unwrap();
    let theirs: Value = serde_json::from_str(&Peer::inside(&user).script(&["rows.py"])).unwrap();
    for (name, .., count, _) in LISTS {
        assert_eq!(ours[name].as_array().map(Vec::len), Some(*count), "{name}");
        assert!(ours[name] == theirs[name], "{name}: other rows than the SDK sees");
    }
}
