//! Lists of Transfer, Search, Flows and Timers, in every style of paging.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::globus::{Globus, json_of, text};

const TRANSFER: &str = "urn:globus:auth:scope:transfer.api.globus.org:all";
const SEARCH: &str = "urn:globus:auth:scope:search.api.globus.org:search";
const FLOWS: &str = "https://auth.globus.org/scopes/eec9b274-0c81-4334-bdc2-54e90e689b9a/view_flows";
const TIMERS: &str = "https://auth.globus.org/scopes/524230d7-ea86-4a52-8312-86065a9e0417/timer";

const TASK: &str = "5a1e0001-7c3d-4b1e-9a42-0d5c2e1a3f01";
const ENDPOINT: &str = "7e9d0002-2b4c-4f6a-8d13-6a7b8c9d0e02";
const INDEX: &str = "b2a30001-5e6f-4b8c-8f35-8c9d0e1f2a01";

async fn token(globus: &Globus, scope: &str) -> String {
    text(&globus.tokens(scope).await, "access_token").to_owned()
}

fn rows(count: usize) -> Vec<Value> {
    (0..count).map(|number| json!({ "number": number })).collect()
}

/// The numbers of the rows of a page.
fn numbers(page: &Value, items: &str) -> Vec<u64> {
    page[items].as_array().unwrap().iter().map(|row| row["number"].as_u64().unwrap()).collect()
}

#[tokio::test]
async fn an_offset_with_a_total() {
    let globus = Globus::start().await;
    globus.sandbox.set_list("/v0.10/task_list", &rows(2500), None).unwrap();
    let token = token(&globus, TRANSFER).await;
    let page = json_of(globus.get("v0.10/task_list?limit=1000", &token).await, 200).await;
    assert_eq!(
        (numbers(&page, "DATA").len(), &page["total"], &page["length"]),
        (1000, &json!(2500), &json!(1000))
    );
    assert_eq!(page["DATA"][0]["type"], "TRANSFER", "keys that are always there");
    let page = json_of(globus.get("v0.10/task_list?limit=10&offset=990", &token).await, 200).await;
    assert_eq!(numbers(&page, "DATA"), (990..1000).collect::<Vec<_>>());
    // The service has no more than 1,000, whatever the total is.
    for wrong in ["limit=1001", "limit=0", "limit=1000&offset=1", "offset=1000", "limit=ten"] {
        let error = json_of(globus.get(&format!("v0.10/task_list?{wrong}"), &token).await, 400).await;
        assert_eq!(error["code"], "ClientError.BadRequest", "{wrong}");
        assert_eq!(error["resource"], "/v0.10/task_list");
    }
}

#[tokio::test]
async fn an_offset_with_a_flag() {
    let globus = Globus::start().await;
    globus.sandbox.set_list("/v0.10/endpoint_search", &rows(150), None).unwrap();
    let token = token(&globus, TRANSFER).await;
    let page = json_of(globus.get("v0.10/endpoint_search?limit=100", &token).await, 200).await;
    assert_eq!((numbers(&page, "DATA").len(), &page["has_next_page"]), (100, &json!(true)));
    let page = json_of(globus.get("v0.10/endpoint_search?limit=100&offset=100", &token).await, 200).await;
    assert_eq!((numbers(&page, "DATA").len(), &page["has_next_page"]), (50, &json!(false)));
    assert!(page.get("total").is_none());
}

#[tokio::test]
async fn a_marker_with_a_flag() {
    let globus = Globus::start().await;
    globus.sandbox.set_list("/flows", &rows(5), Some(2)).unwrap();
    let token = token(&globus, FLOWS).await;
    let mut seen = Vec::new();
    let mut path = "flows".to_owned();
    loop {
        let page = json_of(globus.get(&path, &token).await, 200).await;
        seen.extend(numbers(&page, "flows"));
        assert_eq!(page["has_next_page"].as_bool(), Some(page["marker"].is_string()));
        let Some(marker) = page["marker"].as_str() else { break };
        path = format!("flows?marker={marker}");
    }
    assert_eq!(seen, [0, 1, 2, 3, 4]);
    assert_eq!(globus.sandbox.requests().iter().filter(|request| request.path == "/flows").count(), 3);
    let error = json_of(globus.get("flows?marker=odd", &token).await, 400).await;
    assert_eq!(error["error"]["status"], 400);
}

#[tokio::test]
async fn a_scroll_goes_through_what_a_search_finds() {
    let globus = Globus::start().await;
    let found = format!("/v1/index/{INDEX}/search");
    globus.sandbox.set_list(&found, &rows(3), Some(2)).unwrap();
    let token = token(&globus, SEARCH).await;
    let search = json_of(globus.get(&format!("v1/index/{INDEX}/search?q=*"), &token).await, 200).await;
    assert_eq!(
        (&search["count"], &search["total"], &search["has_next_page"]),
        (&json!(2), &json!(3), &json!(true))
    );
    let post = async |path: String, body: Value| {
        let request = globus.http.post(globus.url(&path)).bearer_auth(&token);
        let response =
            request.header("content-type", "application/json").body(body.to_string()).send().await.unwrap();
        json_of(response, 200).await
    };
    let scroll = format!("v1/index/{INDEX}/scroll");
    let first = post(scroll.clone(), json!({ "q": "*" })).await;
    assert_eq!(numbers(&first, "gmeta"), [0, 1]);
    let last = post(scroll, json!({ "q": "*", "marker": first["marker"] })).await;
    assert_eq!(
        (numbers(&last, "gmeta"), &last["has_next_page"], &last["marker"]),
        (vec![2], &json!(false), &Value::Null)
    );
    let posted = post(format!("v1/index/{INDEX}/search"), json!({ "q": "*", "offset": 2 })).await;
    assert_eq!(numbers(&posted, "gmeta"), [2]);
}

#[tokio::test]
async fn a_marker_to_null_a_token_to_null_and_a_last_key() {
    let globus = Globus::start().await;
    let token = token(&globus, TRANSFER).await;
    let transfers = format!("/v0.10/task/{TASK}/successful_transfers");
    globus.sandbox.set_list(&transfers, &rows(3), Some(2)).unwrap();
    let first = json_of(globus.get(&transfers[1..], &token).await, 200).await;
    assert_eq!((numbers(&first, "DATA"), &first["next_marker"]), (vec![0, 1], &json!(2)));
    let last = json_of(globus.get(&format!("{}?marker=2", &transfers[1..]), &token).await, 200).await;
    assert_eq!((numbers(&last, "DATA"), &last["next_marker"]), (vec![2], &Value::Null));

    let shared = format!("/v0.10/endpoint/{ENDPOINT}/shared_endpoint_list");
    globus.sandbox.set_list(&shared, &rows(3), Some(2)).unwrap();
    let first = json_of(globus.get(&shared[1..], &token).await, 200).await;
    let next = format!("{}?next_token={}", &shared[1..], text(&first, "next_token"));
    let last = json_of(globus.get(&next, &token).await, 200).await;
    assert_eq!((numbers(&last, "shared_endpoints"), &last["next_token"]), (vec![2], &Value::Null));

    globus.sandbox.set_list("/v0.10/endpoint_manager/task_list", &rows(3), Some(2)).unwrap();
    let first = json_of(globus.get("v0.10/endpoint_manager/task_list", &token).await, 200).await;
    assert_eq!(first["has_next_page"], true);
    let next = format!("v0.10/endpoint_manager/task_list?last_key={}", text(&first, "last_key"));
    let last = json_of(globus.get(&next, &token).await, 200).await;
    assert_eq!((numbers(&last, "DATA"), &last["has_next_page"]), (vec![2], &json!(false)));
    assert!(last["last_key"].is_string(), "the key is there on the last page, too");
}

#[tokio::test]
async fn a_list_needs_the_token_of_its_own_service() {
    let globus = Globus::start().await;
    let (transfer, timers) = (token(&globus, TRANSFER).await, token(&globus, TIMERS).await);
    for (path, scope, other) in [
        ("v0.10/task_list", TRANSFER, &timers),
        ("v1/index_list", SEARCH, &timers),
        ("flows", FLOWS, &transfer),
        ("jobs/", TIMERS, &transfer),
    ] {
        assert_eq!(globus.get(path, other).await.status(), StatusCode::UNAUTHORIZED, "{path}");
        assert_eq!(globus.get(path, &token(&globus, scope).await).await.status(), StatusCode::OK, "{path}");
    }
    // Runs need another scope than flows.
    assert_eq!(globus.get("runs", &token(&globus, FLOWS).await).await.status(), StatusCode::FORBIDDEN);
    let unknown = json_of(globus.get("v0.10/endpoint/unknown/access_list", &transfer).await, 404).await;
    assert_eq!(unknown["code"], "ClientError.NotFound");
}

#[tokio::test]
async fn requirements_and_filters() {
    let globus = Globus::start().await;
    let transfer = token(&globus, TRANSFER).await;
    let active = json_of(
        globus.get("v0.10/task_list?filter=status:ACTIVE,FAILED/type:TRANSFER", &transfer).await,
        200,
    )
    .await;
    let statuses: Vec<_> =
        active["DATA"].as_array().unwrap().iter().map(|task| text(task, "status")).collect();
    assert_eq!(statuses, ["ACTIVE", "FAILED"]);
    let required = json!({ "session_required_mfa": true });
    assert_eq!(globus.control("PUT", "requirements/transfer", Some(required.clone())).await.status(), 204);
    let refused = json_of(globus.get("v0.10/task_list", &transfer).await, 403).await;
    assert_eq!(refused["authorization_parameters"]["session_required_mfa"], true);
    assert_eq!(globus.control("DELETE", "requirements", None).await.status(), 204);
    assert_eq!(globus.get("v0.10/task_list", &transfer).await.status(), StatusCode::OK);
    assert_eq!(globus.control("PUT", "requirements/odd", Some(required)).await.status(), 404);
    for (path, status) in
        [("/v0.10/task_list", 204), ("/v0.10/endpoint/new/access_list", 204), ("/v0.10/odd", 422)]
    {
        let body = json!({ "path": path, "rows": [{ "task_id": "1" }] });
        assert_eq!(globus.control("PUT", "lists", Some(body)).await.status(), status, "{path}");
    }
    let set = json_of(globus.get("v0.10/task_list", &transfer).await, 200).await;
    assert_eq!(set["total"], 1);
    globus.control("DELETE", "lists", None).await;
    assert_eq!(json_of(globus.get("v0.10/task_list", &transfer).await, 200).await["total"], 3);
}
