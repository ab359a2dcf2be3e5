//! What a test can make of a login: who answers it, how, and what identity token comes of it.

use globus_sandbox::{Data, Spoil};
use jsonwebtoken::errors::ErrorKind;
use reqwest::StatusCode;
use serde_json::{Value, json};
use url::Url;

use super::{Peer, TUTORIAL, json_of, text};

fn parameter(url: &Url, name: &str) -> Option<String> {
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

#[tokio::test]
async fn anybody_can_answer_a_login() {
    let peer = Peer::new();
    let loopback = peer.authorize_url(&[("redirect_uri", "http://localhost:12345/done?x=1")]);
    let allowed = peer.user.sandbox.approve_redirect(&loopback).unwrap();
    assert!(allowed.as_str().starts_with("http://localhost:12345/done?x=1&code="), "{allowed}");
    assert_eq!(parameter(&allowed, "state").as_deref(), Some("the-state"));

    let denied = peer.user.sandbox.deny_redirect(&loopback).unwrap();
    for (name, value) in [("error", "access_denied"), ("state", "the-state")] {
        assert_eq!(parameter(&denied, name).as_deref(), Some(value));
    }
    assert!(parameter(&denied, "error_description").is_some() && parameter(&denied, "code").is_none());
    let body = json!({ "url": loopback.as_str() });
    let over_http = json_of(peer.control("POST", "deny", Some(body)).await, 200).await;
    assert_eq!(over_http["redirect"], denied.as_str());

    let url = peer.authorize_url(&[]);
    let code = peer.user.sandbox.approve_as(&url, "ben@example.edu").unwrap();
    let tokens = json_of(peer.exchange(&code, &[]).await, 200).await;
    let mine = json_of(peer.get("v2/groups/my_groups", text(&tokens, "access_token")).await, 200).await;
    assert_eq!(mine[0]["my_memberships"][0]["username"], "ben@example.edu");
    peer.user.sandbox.approve_as(&url, &Data::default().users[1].id).unwrap();
    let nobody = peer.user.sandbox.approve_as(&url, "eve@example.edu").unwrap_err().to_string();
    assert!(nobody.contains("no such user"), "{nobody}");
    assert!(peer.user.sandbox.deny_redirect(&peer.url("v2/nothing")).is_err());
}

#[tokio::test]
async fn consents_can_be_withdrawn() {
    let peer = Peer::new();
    let scope = "openid urn:globus:auth:scope:auth.globus.org:view_consents";
    let tokens = peer.tokens(scope).await;
    let access = text(&tokens, "access_token");
    let path = format!("v2/api/identities/{}/consents", Data::default().users[0].id);
    let count = async |path: &str| {
        let answer = json_of(peer.get(path, access).await, 200).await;
        answer["consents"].as_array().unwrap().len()
    };
    assert_eq!(count(&path).await, 2);
    peer.code(&[("client_id", "95fdeba8-fac2-42bd-a357-e068d82ff78e"), ("scope", "email")]);
    assert_eq!(count(&path).await, 2, "those of another client are not shown");
    assert_eq!(count(&format!("{path}?all=True")).await, 3);
    let without = peer.tokens("openid").await;
    let all = peer.get(&format!("{path}?all=true"), text(&without, "access_token")).await;
    assert_eq!(all.status(), StatusCode::FORBIDDEN);

    assert_eq!(peer.control("DELETE", "consents", None).await.status(), 204);
    assert_eq!(count(&path).await, 0);
    peer.tokens(scope).await;
    peer.user.sandbox.withdraw_consents();
    assert_eq!(count(&path).await, 0);
}

#[tokio::test]
async fn identity_tokens_can_be_spoiled() {
    let peer = Peer::new();
    let token = async || peer.tokens("openid profile").await.get("id_token").cloned();
    for (name, spoil, why) in [
        ("expired", Spoil::Expired, Some(ErrorKind::ExpiredSignature)),
        ("not_yet_valid", Spoil::NotYetValid, Some(ErrorKind::ImmatureSignature)),
        ("wrong_audience", Spoil::WrongAudience, Some(ErrorKind::InvalidAudience)),
        ("wrong_issuer", Spoil::WrongIssuer, Some(ErrorKind::InvalidIssuer)),
        ("bad_signature", Spoil::BadSignature, Some(ErrorKind::InvalidSignature)),
        ("fine", Spoil::Fine, None),
    ] {
        for over_http in [false, true] {
            if over_http {
                let answer = peer.control("PUT", "settings", Some(json!({ "id_token": name }))).await;
                assert_eq!(answer.status(), 204);
            } else {
                peer.user.sandbox.spoil_id_tokens(spoil);
            }
            let token = token().await.unwrap();
            let claims = peer.claims(token.as_str().unwrap(), TUTORIAL).await;
            assert_eq!(claims.err().map(jsonwebtoken::errors::Error::into_kind), why, "{name}");
        }
    }
    peer.user.sandbox.spoil_id_tokens(Spoil::Missing);
    assert_eq!(token().await, None::<Value>);
    let wrong = peer.control("PUT", "settings", Some(json!({ "id_token": "rotten" }))).await;
    assert_eq!(wrong.status(), 422);
}
