//! Confidential clients that act as themselves.

use globus_sandbox::Data;
use serde_json::{Value, json};

use crate::globus::{CONFIDENTIAL, GROUPS, Globus, json_of, refused, text};

const ALL_OF_AUTH: &str = "openid profile email urn:globus:auth:scope:auth.globus.org:view_identity_set";

impl Globus {
    async fn own_tokens(&self, scope: &str) -> Value {
        let form = [("grant_type", "client_credentials"), ("scope", scope)];
        json_of(self.post_as_confidential("v2/oauth2/token", &form).await, 200).await
    }
}

fn username() -> String {
    format!("{}@clients.auth.globus.org", CONFIDENTIAL.0)
}

#[tokio::test]
async fn a_client_sees_its_own_groups() {
    let globus = Globus::start().await;
    let tokens = globus.own_tokens(GROUPS).await;
    let access = text(&tokens, "access_token");
    let mine = json_of(globus.get("v2/groups/my_groups", access).await, 200).await;
    let mine: Vec<_> = mine
        .as_array()
        .unwrap()
        .iter()
        .map(|group| {
            let memberships = group["my_memberships"].as_array().unwrap();
            assert_eq!(memberships.len(), 1);
            assert_eq!(memberships[0]["username"], username());
            assert_eq!(memberships[0]["identity_id"], CONFIDENTIAL.0);
            (text(group, "name"), text(&memberships[0], "role"))
        })
        .collect();
    assert_eq!(
        mine,
        [
            ("Climate Modeling Readers", "member"),
            ("Beamline 7 Users", "manager"),
            ("Research Computing Help Desk", "member")
        ]
    );
    // Ada is in this one, the client is not.
    let other = globus.get("v2/groups/1d6c5a9e-2f3b-4c7d-8e90-a1b2c3d4e5f6", access).await;
    assert_eq!(other.status().as_u16(), 404);
}

#[tokio::test]
async fn a_client_has_an_identity() {
    let globus = Globus::start().await;
    let scope = format!("{ALL_OF_AUTH} {GROUPS}[openid]");
    let tokens = globus.own_tokens(&scope).await;
    let claims = globus.claims(text(&tokens, "id_token"), CONFIDENTIAL.0).await.unwrap();
    assert_eq!((text(&claims, "sub"), text(&claims, "preferred_username")), (CONFIDENTIAL.0, &*username()));

    let auth = text(&tokens, "access_token");
    let info = json_of(globus.get("v2/oauth2/userinfo", auth).await, 200).await;
    assert_eq!(info["sub"], CONFIDENTIAL.0);
    assert_eq!(info["preferred_username"], username());
    assert_eq!((&info["name"], &info["email"]), (&json!("Nightly export"), &Value::Null));
    assert_eq!(info["identity_set"][0]["sub"], CONFIDENTIAL.0);
    for query in [format!("ids={}", CONFIDENTIAL.0), format!("usernames={}", username())] {
        let found = json_of(globus.get(&format!("v2/api/identities?{query}"), auth).await, 200).await;
        assert_eq!(found["identities"][0]["id"], CONFIDENTIAL.0);
        assert_eq!(found["identities"][0]["username"], username());
    }
    let consents = format!("v2/api/identities/{}/consents", CONFIDENTIAL.0);
    let consents = json_of(globus.get(&consents, auth).await, 200).await;
    let below = &consents["consents"][5];
    assert_eq!(
        (&below["scope_name"], &below["effective_identity"]),
        (&json!("openid"), &json!(CONFIDENTIAL.0))
    );
    assert_eq!(below["dependency_path"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn an_id_token_is_only_issued_for_openid() {
    let globus = Globus::start().await;
    assert!(globus.own_tokens(GROUPS).await.get("id_token").is_none());
    let native =
        [("grant_type", "client_credentials"), ("scope", "openid"), ("client_id", crate::globus::TUTORIAL)];
    refused(globus.post("v2/oauth2/token", &native).await, 400, "unauthorized_client").await;
    assert_eq!(Data::default().clients[0].username(), None);
}
