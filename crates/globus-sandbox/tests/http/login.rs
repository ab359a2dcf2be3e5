//! Logins and the exchange of their codes.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use globus_sandbox::{Data, Options};
use reqwest::StatusCode;
use serde_json::json;
use url::Url;

use crate::globus::{CONFIDENTIAL, Globus, TUTORIAL, json_of, refused, text};

#[tokio::test]
async fn a_login_is_checked_before_a_user_is_asked() {
    let globus = Globus::start().await;
    for (changes, why) in [
        (vec![("client_id", "11111111-2222-4333-8444-555555555555")], "There is no client"),
        (vec![("client_id", "")], "client_id is missing"),
        (vec![("redirect_uri", "https://evil.example/")], "redirect_uri"),
        (vec![("redirect_uri", "http://localhost.evil.example/")], "redirect_uri"),
        (vec![("redirect_uri", "https://localhost:1/")], "redirect_uri"),
        (vec![("redirect_uri", "http://evil.example/v2/web/auth-code")], "redirect_uri"),
        (vec![("response_type", "token")], "response_type"),
        (vec![("scope", "")], "scope is missing"),
        (vec![("scope", "openid nonsense")], "unknown scope: nonsense"),
        (vec![("scope", "openid[email")], "bracket"),
        (vec![("code_challenge", "")], "code_challenge"),
        (vec![("code_challenge", "short")], "43 characters"),
        (vec![("code_challenge_method", "plain")], "S256"),
        (vec![("access_type", "sometimes")], "access_type"),
        (vec![("client_id", CONFIDENTIAL.0), ("redirect_uri", "http://localhost:9/")], "redirect_uri"),
    ] {
        let url = globus.authorize_url(&changes);
        let error = globus.sandbox.approve(&url).unwrap_err().to_string();
        assert!(error.contains(why), "{error}");
        let page = globus.http.get(url).send().await.unwrap();
        assert!(page.status().is_client_error());
        assert!(page.text().await.unwrap().contains("role=\"alert\""));
    }
    globus.code(&[("redirect_uri", "http://localhost:12345/any")]);
    let registered = [("client_id", CONFIDENTIAL.0), ("redirect_uri", "http://localhost:8000/callback")];
    globus.code(&[&registered[..], &[("code_challenge", ""), ("code_challenge_method", "")]].concat());
}

#[tokio::test]
async fn a_code_is_for_one_client_one_redirect_uri_and_one_verifier() {
    let globus = Globus::start().await;
    for (changes, error) in [
        (("client_id", "95fdeba8-fac2-42bd-a357-e068d82ff78e"), "invalid_grant"),
        (("redirect_uri", "http://localhost:1/"), "invalid_grant"),
        (("code_verifier", "another-verifier-that-is-long-enough-for-rfc-7636"), "invalid_grant"),
        (("code_verifier", "short"), "invalid_request"),
        (("code_verifier", ""), "invalid_request"),
        (("code", "made-up"), "invalid_grant"),
    ] {
        let code = globus.code(&[]);
        refused(globus.exchange(&code, &[changes]).await, 400, error).await;
    }
}

#[tokio::test]
async fn a_code_is_valid_once_and_not_for_long() {
    let globus = Globus::start().await;
    let code = globus.code(&[]);
    let tokens = json_of(globus.exchange(&code, &[]).await, 200).await;
    refused(globus.exchange(&code, &[]).await, 400, "invalid_grant").await;
    let after = globus.get("v2/groups/my_groups", text(&tokens, "access_token")).await;
    assert_eq!(after.status(), StatusCode::UNAUTHORIZED, "a second use revokes the tokens of the first");
    refused(globus.refresh(text(&tokens, "refresh_token"), TUTORIAL).await, 400, "invalid_grant").await;

    let late = Globus::start_with(Options { code_lifetime: Duration::ZERO, ..Options::default() }).await;
    let code = late.code(&[]);
    refused(late.exchange(&code, &[]).await, 400, "invalid_grant").await;
}

#[tokio::test]
async fn clients_authenticate_in_their_own_way() {
    let globus = Globus::start().await;
    let code = globus.code(&[]);
    let form = [("grant_type", "authorization_code"), ("code", code.as_str())];
    refused(globus.post("v2/oauth2/token", &form).await, 401, "invalid_client").await;
    refused(globus.exchange(&code, &[("client_id", CONFIDENTIAL.0)]).await, 401, "invalid_client").await;
    refused(globus.exchange(&code, &[("client_secret", "x")]).await, 401, "invalid_client").await;
    for credentials in [format!("{TUTORIAL}:"), format!("{}:wrong", CONFIDENTIAL.0), "nonsense".to_owned()] {
        let header = format!("Basic {}", STANDARD.encode(credentials));
        let request = globus.http.post(globus.url("v2/oauth2/token")).header("authorization", header);
        refused(request.form(&form).send().await.unwrap(), 401, "invalid_client").await;
    }
    refused(globus.exchange(&code, &[("grant_type", "password")]).await, 400, "unsupported_grant_type").await;
}

fn parameter(url: &Url, name: &str) -> Option<String> {
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

#[tokio::test]
async fn a_test_can_approve_and_deny_a_login() {
    let globus = Globus::start().await;
    let loopback = globus.authorize_url(&[("redirect_uri", "http://localhost:12345/done?x=1")]);
    let allowed = globus.sandbox.approve_redirect(&loopback).unwrap();
    assert!(allowed.as_str().starts_with("http://localhost:12345/done?x=1&code="), "{allowed}");
    assert_eq!(parameter(&allowed, "state").as_deref(), Some("the-state"));

    let denied = globus.sandbox.deny_redirect(&loopback).unwrap();
    for (name, value) in [("error", "access_denied"), ("state", "the-state")] {
        assert_eq!(parameter(&denied, name).as_deref(), Some(value));
    }
    assert!(parameter(&denied, "error_description").is_some() && parameter(&denied, "code").is_none());
    let body = json!({ "url": loopback.as_str() });
    let over_http = json_of(globus.control("POST", "deny", Some(body)).await, 200).await;
    assert_eq!(over_http["redirect"], denied.as_str());

    let url = globus.authorize_url(&[]);
    let code = globus.sandbox.approve_as(&url, "ben@example.edu").unwrap();
    let tokens = json_of(globus.exchange(&code, &[]).await, 200).await;
    let mine = json_of(globus.get("v2/groups/my_groups", text(&tokens, "access_token")).await, 200).await;
    assert_eq!(mine[0]["my_memberships"][0]["username"], "ben@example.edu");
    globus.sandbox.approve_as(&url, &Data::default().users[1].id).unwrap();
    let unknown = globus.sandbox.approve_as(&url, "eve@example.edu").unwrap_err().to_string();
    assert!(unknown.contains("no such user"), "{unknown}");
    assert!(globus.sandbox.deny_redirect(&globus.url("v2/nothing")).is_err());
}
