//! What a test can make of a login: who answers it, how, and what identity token comes of it.

use globus_sandbox::{Data, IdTokenFault};
use jsonwebtoken::errors::ErrorKind;
use reqwest::StatusCode;
use serde_json::{Value, json};
use url::Url;

use crate::globus::{Globus, TUTORIAL, json_of, text};

fn parameter(url: &Url, name: &str) -> Option<String> {
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

#[tokio::test]
async fn anybody_can_answer_a_login() {
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
    let nobody = globus.sandbox.approve_as(&url, "eve@example.edu").unwrap_err().to_string();
    assert!(nobody.contains("no such user"), "{nobody}");
    assert!(globus.sandbox.deny_redirect(&globus.url("v2/nothing")).is_err());
}

#[tokio::test]
async fn consents_can_be_withdrawn() {
    let globus = Globus::start().await;
    let scope = "openid urn:globus:auth:scope:auth.globus.org:view_consents";
    let tokens = globus.tokens(scope).await;
    let access = text(&tokens, "access_token");
    let path = format!("v2/api/identities/{}/consents", Data::default().users[0].id);
    let count = async |path: &str| {
        let answer = json_of(globus.get(path, access).await, 200).await;
        answer["consents"].as_array().unwrap().len()
    };
    assert_eq!(count(&path).await, 2);
    globus.code(&[("client_id", "95fdeba8-fac2-42bd-a357-e068d82ff78e"), ("scope", "email")]);
    assert_eq!(count(&path).await, 2, "those of another client are not shown");
    assert_eq!(count(&format!("{path}?all=True")).await, 3);
    let without = globus.tokens("openid").await;
    let all = globus.get(&format!("{path}?all=true"), text(&without, "access_token")).await;
    assert_eq!(all.status(), StatusCode::FORBIDDEN);

    assert_eq!(globus.control("DELETE", "consents", None).await.status(), 204);
    assert_eq!(count(&path).await, 0);
    globus.tokens(scope).await;
    globus.sandbox.revoke_consents();
    assert_eq!(count(&path).await, 0);
}

#[tokio::test]
async fn identity_tokens_can_be_spoiled() {
    let globus = Globus::start().await;
    let token = async || globus.tokens("openid profile").await.get("id_token").cloned();
    for (name, spoil, why) in [
        ("expired", IdTokenFault::Expired, Some(ErrorKind::ExpiredSignature)),
        ("not_yet_valid", IdTokenFault::NotYetValid, Some(ErrorKind::ImmatureSignature)),
        ("wrong_audience", IdTokenFault::WrongAudience, Some(ErrorKind::InvalidAudience)),
        ("wrong_issuer", IdTokenFault::WrongIssuer, Some(ErrorKind::InvalidIssuer)),
        ("bad_signature", IdTokenFault::BadSignature, Some(ErrorKind::InvalidSignature)),
        ("fine", IdTokenFault::None, None),
    ] {
        for over_http in [false, true] {
            if over_http {
                let answer = globus.control("PUT", "settings", Some(json!({ "id_token": name }))).await;
                assert_eq!(answer.status(), 204);
            } else {
                globus.sandbox.set_id_token_fault(spoil);
            }
            let token = token().await.unwrap();
            let claims = globus.claims(token.as_str().unwrap(), TUTORIAL).await;
            assert_eq!(claims.err().map(jsonwebtoken::errors::Error::into_kind), why, "{name}");
        }
    }
    globus.sandbox.set_id_token_fault(IdTokenFault::Missing);
    assert_eq!(token().await, None::<Value>);
    let wrong = globus.control("PUT", "settings", Some(json!({ "id_token": "rotten" }))).await;
    assert_eq!(wrong.status(), 422);
}
