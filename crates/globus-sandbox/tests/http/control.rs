//! `/_sandbox/`, and who may use it.

use std::io::{Read, Write};
use std::net::TcpStream;

use globus_sandbox::{Fault, Options, Sandbox};
use serde_json::{Value, json};

use crate::globus::{Globus, TUTORIAL, json_of};

#[test]
fn it_needs_no_runtime_and_ends_when_it_is_dropped() {
    let sandbox = Sandbox::start_on_thread(Options::default()).unwrap();
    let address = sandbox.url().socket_addrs(|| None).unwrap()[0];
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET /v2/nothing HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    assert!(response.starts_with("HTTP/1.1 404"), "{response}");
    drop(sandbox);
    while TcpStream::connect(address).is_ok() {
        std::thread::yield_now();
    }
}

#[tokio::test]
async fn it_is_for_this_machine_only() {
    let globus = Globus::start().await;
    for (host, status) in
        [("evil.example", 403), ("localhost", 404), ("127.0.0.1:80", 404), ("[::1]:80", 404)]
    {
        let response = globus.http.get(globus.url("v2/nothing")).header("host", host).send().await.unwrap();
        assert_eq!(response.status().as_u16(), status, "{host}");
    }
}

#[tokio::test]
async fn faults_can_be_added_and_requests_listed_over_http() {
    let globus = Globus::start().await;
    let order = async |fault: Value| globus.control("POST", "faults", Some(fault)).await.status();
    let my_groups = async || globus.get("v2/groups/my_groups", "x").await;
    assert_eq!(
        order(json!({ "path": "/v2/groups/my_groups", "status": 503, "retry_after": "7" })).await,
        204
    );
    let response = my_groups().await;
    assert_eq!((response.status().as_u16(), response.headers()["retry-after"].to_str().unwrap()), (503, "7"));
    order(json!({ "path": "/v2/groups/my_groups", "body": { "json": [1] } })).await;
    assert_eq!(json_of(my_groups().await, 200).await, json!([1]));
    order(json!({ "path": "/v2/groups/my_groups", "body": "cut" })).await;
    let cut = globus.http.get(globus.url("v2/groups/my_groups")).send().await;
    assert!(cut.is_err());
    order(json!({ "path": "/v2/groups/my_groups", "body": "truncated" })).await;
    let truncated = globus.http.get(globus.url("v2/groups/my_groups")).send().await.unwrap();
    assert!(truncated.text().await.is_err());
    assert_eq!(order(json!({ "path": "/x", "unknown": 1 })).await, 422);

    globus.sandbox.add_fault(Fault::status("/v2/groups/my_groups", 500).method("POST"));
    assert_eq!(my_groups().await.status(), 401);
    globus.sandbox.add_fault(Fault::status("/v2/groups/my_groups", 500).times(2));
    assert_eq!(globus.control("DELETE", "faults", None).await.status(), 204);
    assert_eq!(my_groups().await.status(), 401);
    globus.sandbox.clear_requests();
    my_groups().await;
    globus.refresh("a-secret", TUTORIAL).await;
    let seen = json_of(globus.control("GET", "requests", None).await, 200).await;
    assert_eq!(seen[0]["path"], "/v2/groups/my_groups");
    assert!(seen[0]["headers"].to_string().contains(r#"["authorization","Bearer"]"#), "{seen}");
    assert!(!seen.to_string().contains("a-secret"), "{seen}");
}
