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

#[tokio::test]
async fn a_request_that_can_not_be_read_is_refused() {
    let globus = Globus::start().await;
    let send = async |method: &str, path: &str, kind: &str, body: &str| {
        let request = globus.http.request(method.parse().unwrap(), globus.url(path));
        request.header("content-type", kind).body(body.to_owned()).send().await.unwrap()
    };
    let (form, json) = ("application/x-www-form-urlencoded", "application/json");
    for (method, path, kind, body, status) in [
        ("POST", "v2/oauth2/token/revoke", json, "{}", 415),
        ("POST", "v2/oauth2/authorize", form, "transaction=a&user=b", 422),
        ("POST", "v2/oauth2/authorize", form, "transaction=a&user=b&user=c&decision=allow", 422),
        ("POST", "v2/oauth2/token", json, "{}", 400),
        ("POST", "v2/api/clients", form, "", 400),
        ("POST", "_sandbox/faults", "text/plain", r#"{"path": "/x"}"#, 415),
        ("POST", "_sandbox/faults", "application/jsonx", r#"{"path": "/x"}"#, 415),
        ("POST", "_sandbox/faults", "Application/Problem+JSON; charset=utf-8", r#"{"path": "/x"}"#, 204),
        ("POST", "_sandbox/faults", json, r#"{"path": "/x"} x"#, 400),
        ("PUT", "_sandbox/groups", json, "{}", 422),
        ("PUT", "_sandbox/requirements/odd", json, r#"{"prompt": "login"}"#, 404),
        ("PUT", "_sandbox/nothing", json, "{}", 404),
        ("GET", "v2/groups/%ff", form, "", 400),
    ] {
        assert_eq!(send(method, path, kind, body).await.status().as_u16(), status, "{method} {path} {body}");
    }
}

#[tokio::test]
async fn a_path_has_its_methods() {
    let globus = Globus::start().await;
    for (method, path, status, allowed) in [
        ("PUT", "v2/oauth2/userinfo", 405, "GET,HEAD,POST"),
        ("GET", "v1/index/a/scroll", 405, "POST"),
        ("OPTIONS", "v1/index/a/search", 405, "GET,HEAD,POST"),
        ("POST", "_sandbox/groups", 405, "PUT,DELETE"),
        ("HEAD", "jwk.json", 200, ""),
        ("HEAD", "v2/oauth2/token", 405, "POST"),
    ] {
        let request = globus.http.request(method.parse().unwrap(), globus.url(path));
        let response = request.send().await.unwrap();
        let given = response.headers().get("allow").map_or("", |allow| allow.to_str().unwrap());
        assert_eq!((response.status().as_u16(), given), (status, allowed), "{method} {path}");
        assert!(response.text().await.unwrap().is_empty(), "{method} {path}");
    }
}
