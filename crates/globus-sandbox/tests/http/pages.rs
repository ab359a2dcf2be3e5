//! The pages that a person sees.

use globus_sandbox::{Data, Options, User};
use reqwest::StatusCode;
use url::Url;

use crate::globus::{Globus, json_of, text};

/// The value of the hidden field of the consent page.
fn transaction(page: &str) -> &str {
    page.split("name=\"transaction\" value=\"").nth(1).unwrap().split('"').next().unwrap()
}

#[tokio::test]
async fn a_person_can_allow_and_deny_once() {
    let globus = Globus::start().await;
    let ben = Data::default().users[1].id.clone();
    let decide = async |decision: &str| {
        let page = globus.http.get(globus.authorize_url(&[])).send().await.unwrap().text().await.unwrap();
        let form = [("transaction", transaction(&page)), ("user", &ben), ("decision", decision)];
        let first = globus.post("v2/oauth2/authorize", &form).await;
        assert_eq!(globus.post("v2/oauth2/authorize", &form).await.status(), StatusCode::BAD_REQUEST, "once");
        assert_eq!(first.status(), StatusCode::SEE_OTHER);
        Url::parse(first.headers()["location"].to_str().unwrap()).unwrap()
    };
    let allowed = decide("allow").await;
    let code = allowed.query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned();
    assert!(allowed.query_pairs().any(|(name, value)| name == "state" && value == "the-state"));
    let page = globus.http.get(allowed).send().await.unwrap().text().await.unwrap();
    assert!(page.contains(&format!("id=\"auth-code\">{code}<")));
    let tokens = json_of(globus.exchange(&code, &[]).await, 200).await;
    let mine = json_of(globus.get("v2/groups/my_groups", text(&tokens, "access_token")).await, 200).await;
    assert_eq!(mine[0]["my_memberships"][0]["username"], "ben@example.edu");

    let denied = decide("deny").await;
    assert!(denied.query_pairs().any(|(name, value)| name == "state" && value == "the-state"));
    assert!(denied.query_pairs().any(|(name, value)| name == "error" && value == "access_denied"));
}

#[tokio::test]
async fn pages_escape_hostile_text() {
    let mut data = Data::default();
    let hostile = "\"><script>alert(1)</script>".to_owned();
    data.users.push(User { name: hostile.clone(), ..data.users[0].clone() });
    data.clients[0].name.clone_from(&hostile);
    let globus = Globus::start_with(Options { data, ..Options::default() }).await;
    let url = globus.authorize_url(&[("prefill_named_grant", &hostile), ("session_message", &hostile)]);
    let page = globus.http.get(url).send().await.unwrap().text().await.unwrap();
    assert_eq!(page.matches("alert(1)").count(), 4);
    let code_page =
        Url::parse_with_params(globus.url("v2/web/auth-code").as_str(), [("code", &hostile)]).unwrap();
    let code_page = globus.http.get(code_page).send().await.unwrap().text().await.unwrap();
    for page in [page, code_page] {
        assert!(!page.contains("<script") && !page.contains("src=") && !page.contains("http://"), "{page}");
    }
}
