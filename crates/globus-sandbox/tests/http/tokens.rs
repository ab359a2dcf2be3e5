//! Tokens: what they are for, how they are refreshed, and how they end.

use std::time::Duration;

use globus_sandbox::{Data, IdTokenFault, Options, RefreshTokenPolicy};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::globus::{CONFIDENTIAL, GROUPS, Globus, TUTORIAL, json_of, refused, text};

#[tokio::test]
async fn a_response_has_one_token_for_each_resource_server() {
    let globus = Globus::start().await;
    let transfer = "urn:globus:auth:scope:transfer.api.globus.org:all";
    let tokens = globus.tokens(&format!("{GROUPS} openid {transfer}[openid] email")).await;
    assert_eq!(tokens["resource_server"], "groups.api.globus.org");
    assert_eq!(tokens["state"], "the-state");
    assert_eq!(tokens["expires_in"], 172_800);
    let others: Vec<_> =
        tokens["other_tokens"].as_array().unwrap().iter().map(|token| token["scope"].clone()).collect();
    assert_eq!(others, ["openid email", transfer]);
    assert!(tokens["refresh_token"].is_string() && tokens["other_tokens"][1]["refresh_token"].is_string());

    let code = globus.code(&[("access_type", "online")]);
    let online = json_of(globus.exchange(&code, &[]).await, 200).await;
    assert!(online.get("refresh_token").is_none() && online.get("id_token").is_none());
}

#[tokio::test]
async fn identity_tokens_are_signed_with_the_published_key() {
    let globus = Globus::start().await;
    let code = globus.code(&[("scope", "openid"), ("nonce", "the-nonce")]);
    let tokens = json_of(globus.exchange(&code, &[]).await, 200).await;
    let claims = globus.claims(text(&tokens, "id_token"), TUTORIAL).await.unwrap();
    assert_eq!(claims["sub"], Data::default().users[0].id);
    assert_eq!(claims["nonce"], "the-nonce");
}

#[tokio::test]
async fn a_refresh_repeats_omits_or_rotates_the_refresh_token() {
    let globus = Globus::start().await;
    let tokens = globus.tokens(GROUPS).await;
    let refresh_token = text(&tokens, "refresh_token");
    refused(
        globus.refresh(refresh_token, "95fdeba8-fac2-42bd-a357-e068d82ff78e").await,
        400,
        "invalid_grant",
    )
    .await;
    let again = json_of(globus.refresh(refresh_token, TUTORIAL).await, 200).await;
    assert_eq!(again["refresh_token"], tokens["refresh_token"]);
    assert!(again.get("id_token").is_none());
    assert_ne!(again["access_token"], tokens["access_token"]);

    globus.sandbox.set_refresh_tokens(RefreshTokenPolicy::Omit);
    let without = json_of(globus.refresh(refresh_token, TUTORIAL).await, 200).await;
    assert!(without.get("refresh_token").is_none());

    globus.sandbox.set_refresh_tokens(RefreshTokenPolicy::Rotate);
    let rotated = json_of(globus.refresh(refresh_token, TUTORIAL).await, 200).await;
    refused(globus.refresh(refresh_token, TUTORIAL).await, 400, "invalid_grant").await;
    json_of(globus.refresh(text(&rotated, "refresh_token"), TUTORIAL).await, 200).await;
}

#[tokio::test]
async fn a_confidential_client_acts_as_itself_and_introspects_tokens() {
    let globus = Globus::start().await;
    let form = [("grant_type", "client_credentials"), ("scope", GROUPS)];
    let own = json_of(globus.post_as_confidential("v2/oauth2/token", &form).await, 200).await;
    assert!(own.get("refresh_token").is_none());
    let native = [&form[..], &[("client_id", TUTORIAL)]].concat();
    refused(globus.post("v2/oauth2/token", &native).await, 400, "unauthorized_client").await;

    let introspect = async |token: &str| {
        json_of(globus.post_as_confidential("v2/oauth2/token/introspect", &[("token", token)]).await, 200)
            .await
    };
    let about = introspect(text(&own, "access_token")).await;
    assert_eq!(about["active"], true);
    assert_eq!(about["username"], format!("{}@clients.auth.globus.org", CONFIDENTIAL.0));
    assert_eq!(introspect("made-up").await, json!({ "active": false }));
    let as_native = [("token", "x"), ("client_id", TUTORIAL)];
    refused(globus.post("v2/oauth2/token/introspect", &as_native).await, 403, "forbidden").await;
}

#[tokio::test]
async fn a_revoked_token_is_not_valid() {
    let globus = Globus::start().await;
    let tokens = globus.tokens(GROUPS).await;
    let access = text(&tokens, "access_token");
    assert_eq!(globus.get("v2/groups/my_groups", access).await.status(), StatusCode::OK);
    for token in [access, text(&tokens, "refresh_token"), "made-up"] {
        let form = [("token", token), ("client_id", TUTORIAL)];
        let response = json_of(globus.post("v2/oauth2/token/revoke", &form).await, 200).await;
        assert_eq!(response, json!({ "active": false }));
    }
    assert_eq!(globus.get("v2/groups/my_groups", access).await.status(), StatusCode::UNAUTHORIZED);
    refused(globus.refresh(text(&tokens, "refresh_token"), TUTORIAL).await, 400, "invalid_grant").await;
}

#[tokio::test]
async fn tokens_expire() {
    let globus = Globus::start_with(Options { token_lifetime: Duration::ZERO, ..Options::default() }).await;
    let tokens = globus.tokens(GROUPS).await;
    let response = globus.get("v2/groups/my_groups", text(&tokens, "access_token")).await;
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn services_accept_their_own_tokens_with_the_right_scope() {
    let globus = Globus::start().await;
    let tokens = globus.tokens(&format!("{GROUPS} openid profile")).await;
    let (groups, auth) = (text(&tokens, "access_token"), text(&tokens["other_tokens"][0], "access_token"));
    assert_eq!(globus.get("v2/groups/my_groups", groups).await.status(), StatusCode::OK);
    assert_eq!(globus.get("v2/groups/my_groups", auth).await.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(globus.get("v2/preferences", groups).await.status(), StatusCode::FORBIDDEN);
    assert_eq!(globus.get("v2/oauth2/userinfo", groups).await.status(), StatusCode::UNAUTHORIZED);

    let info = json_of(globus.get("v2/oauth2/userinfo", auth).await, 200).await;
    let ada = &Data::default().users[0];
    assert_eq!(info["sub"], ada.id);
    assert_eq!(info["preferred_username"], ada.username);
    assert!(info.get("email").is_none(), "the scope email was not asked for");
    assert!(info.get("identity_set").is_none(), "nor was view_identity_set");
    let path = format!("v2/api/identities?ids={}", vec![ada.id.as_str(); 101].join(","));
    refused(globus.get(&path, auth).await, 400, "invalid_request").await;
    let hundred = format!("v2/api/identities?ids={}", vec![ada.id.as_str(); 100].join(","));
    let found = json_of(globus.get(&hundred, auth).await, 200).await;
    assert_eq!(found["identities"].as_array().unwrap().len(), 1, "each identity once");
    let found = json_of(globus.get(&format!("v2/api/identities?ids={}", ada.id), auth).await, 200).await;
    assert_eq!(found["identities"][0]["username"], ada.username);
    assert_eq!(globus.get("v2/api/identities", auth).await.status(), StatusCode::BAD_REQUEST);
    let consents =
        json_of(globus.get(&format!("v2/api/identities/{}/consents", ada.id), auth).await, 200).await;
    let names: Vec<_> =
        consents["consents"].as_array().unwrap().iter().map(|one| text(one, "scope_name")).collect();
    assert_eq!(names, [GROUPS, "openid", "profile"]);
    assert_eq!(globus.get("v2/api/identities/other/consents", auth).await.status(), StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_token_may_outlive_the_clock() {
    let globus = Globus::start().await;
    let lifetime = json!({ "token_lifetime": u64::MAX });
    assert_eq!(globus.control("PUT", "settings", Some(lifetime)).await.status(), StatusCode::NO_CONTENT);
    let tokens = globus.tokens(GROUPS).await;
    assert_eq!(tokens["expires_in"], u64::MAX);
    let response = globus.get("v2/groups/my_groups", text(&tokens, "access_token")).await;
    assert_eq!(response.status(), StatusCode::OK);
}

#[tokio::test]
async fn consents_can_be_revoked() {
    let globus = Globus::start().await;
    let scope = "openid urn:globus:auth:scope:auth.globus.org:view_consents";
    let tokens = globus.tokens(scope).await;
    let access = text(&tokens, "access_token");
    let path = format!("v2/api/identities/{}/consents", Data::default().users[0].id);
    let count = async |path: &str| {
        let response = json_of(globus.get(path, access).await, 200).await;
        response["consents"].as_array().unwrap().len()
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
async fn id_tokens_can_be_wrong() {
    let globus = Globus::start().await;
    let token = async || globus.tokens("openid profile").await.get("id_token").cloned();
    for (name, fault, why) in [
        ("expired", IdTokenFault::Expired, Some("exp")),
        ("not_yet_valid", IdTokenFault::NotYetValid, Some("nbf")),
        ("wrong_audience", IdTokenFault::WrongAudience, Some("aud")),
        ("wrong_issuer", IdTokenFault::WrongIssuer, Some("iss")),
        ("bad_signature", IdTokenFault::BadSignature, Some("signature")),
        ("fine", IdTokenFault::None, None),
    ] {
        for over_http in [false, true] {
            if over_http {
                let response = globus.control("PUT", "settings", Some(json!({ "id_token": name }))).await;
                assert_eq!(response.status(), 204);
            } else {
                globus.sandbox.set_id_token_fault(fault);
            }
            let token = token().await.unwrap();
            let claims = globus.claims(token.as_str().unwrap(), TUTORIAL).await;
            assert_eq!(claims.err(), why, "{name}");
        }
    }
    globus.sandbox.set_id_token_fault(IdTokenFault::Missing);
    assert_eq!(token().await, None::<Value>);
    let wrong = globus.control("PUT", "settings", Some(json!({ "id_token": "rotten" }))).await;
    assert_eq!(wrong.status(), 422);
}
