//! What Groups requires of a login.

use globus_sandbox::Data;
use serde_json::{Value, json};

use crate::globus::{GROUPS, Globus, TUTORIAL, json_of, text};

const MY_GROUPS: &str = "v2/groups/my_groups";
const TRANSFER: &str = "urn:globus:auth:scope:transfer.api.globus.org:all";

impl Globus {
    /// The status of `my_groups` for the tokens of a login with these parameters.
    async fn my_groups_after(&self, changes: &[(&str, &str)]) -> (Value, u16) {
        let code = self.code(changes);
        let tokens = json_of(self.exchange(&code, &[]).await, 200).await;
        let status = self.get(MY_GROUPS, text(&tokens, "access_token")).await.status().as_u16();
        (tokens, status)
    }
}

#[tokio::test]
async fn a_login_must_carry_what_is_required() {
    let globus = Globus::start().await;
    let (before, status) = globus.my_groups_after(&[]).await;
    assert_eq!(status, 200);
    let required = json!({
        "session_message": "Please use your university account",
        "session_required_policies": ["p-1", "p-2"],
        "session_required_mfa": true,
        "prompt": "login",
    });
    globus.sandbox.set_requirements(required.clone()).unwrap();
    let body = json_of(globus.get(MY_GROUPS, text(&before, "access_token")).await, 403).await;
    assert_eq!(body["code"], "AuthorizationRequired");
    assert_eq!(body["authorization_parameters"], required);
    let again = json_of(globus.refresh(text(&before, "refresh_token"), TUTORIAL).await, 200).await;
    assert_eq!(globus.get(MY_GROUPS, text(&again, "access_token")).await.status(), 403, "no other login");

    let policies = ("session_required_policies", "p-2,p-1,p-3");
    let (mfa, prompt) = (("session_required_mfa", "True"), ("prompt", "login"));
    for (changes, status) in [
        (vec![policies, mfa], 403),
        (vec![policies, prompt], 403),
        (vec![mfa, prompt], 403),
        (vec![("session_required_policies", "p-1"), mfa, prompt], 403),
        (vec![policies, ("session_required_mfa", "false"), prompt], 403),
        (vec![policies, mfa, prompt], 200),
    ] {
        assert_eq!(globus.my_groups_after(&changes).await.1, status, "{changes:?}");
    }
    let (after, _) = globus.my_groups_after(&[policies, mfa, prompt]).await;
    let refreshed = json_of(globus.refresh(text(&after, "refresh_token"), TUTORIAL).await, 200).await;
    assert_eq!(globus.get(MY_GROUPS, text(&refreshed, "access_token")).await.status(), 200);

    globus.sandbox.clear_requirements();
    assert_eq!(globus.get(MY_GROUPS, text(&before, "access_token")).await.status(), 200);
}

#[tokio::test]
async fn identities_and_domains_can_be_required() {
    let globus = Globus::start().await;
    let ada = &Data::default().users[0].id;
    for (name, value) in
        [("session_required_identities", ada.as_str()), ("session_required_single_domain", "example.edu")]
    {
        globus.sandbox.set_requirements(json!({ name: [value] })).unwrap();
        assert_eq!(globus.my_groups_after(&[]).await.1, 403, "{name}");
        assert_eq!(globus.my_groups_after(&[(name, "other")]).await.1, 403, "{name}");
        assert_eq!(globus.my_groups_after(&[(name, value)]).await.1, 200, "{name}");
    }
}

#[tokio::test]
async fn scopes_can_be_required_with_what_they_depend_on() {
    let globus = Globus::start().await;
    let scope = format!("{TRANSFER}[*{GROUPS}]");
    globus.sandbox.set_requirements(json!({ "required_scopes": [scope] })).unwrap();
    let (tokens, status) = globus.my_groups_after(&[("scope", &format!("{GROUPS} {TRANSFER}"))]).await;
    assert_eq!(status, 403);
    let body = json_of(globus.get(MY_GROUPS, text(&tokens, "access_token")).await, 403).await;
    assert_eq!(body["code"], "ConsentRequired");
    assert_eq!(body["authorization_parameters"], json!({ "required_scopes": [scope] }));

    let (tokens, status) = globus.my_groups_after(&[("scope", &format!("{GROUPS} {scope}"))]).await;
    assert_eq!(status, 200);
    globus.sandbox.revoke_consents();
    assert_eq!(globus.get(MY_GROUPS, text(&tokens, "access_token")).await.status(), 403);
    globus.sandbox.clear_requirements();
    assert_eq!(globus.get(MY_GROUPS, text(&tokens, "access_token")).await.status(), 200, "tokens stay");
}

#[tokio::test]
async fn they_can_be_set_over_http() {
    let globus = Globus::start().await;
    let put = async |body: Value| globus.control("PUT", "requirements", Some(body)).await.status().as_u16();
    for (body, status) in [
        (json!({ "session_required_mfa": true }), 204),
        (json!({ "session_required_mfa": "yes" }), 422),
        (json!({ "session_required": [] }), 422),
        (json!({ "session_message": "Hello" }), 422),
        (json!({ "required_scopes": ["nonsense"] }), 422),
        (json!([]), 422),
    ] {
        assert_eq!(put(body.clone()).await, status, "{body}");
    }
    assert!(globus.sandbox.set_requirements(json!({})).is_err());
    assert_eq!(globus.my_groups_after(&[]).await.1, 403);
    assert_eq!(globus.control("DELETE", "requirements", None).await.status(), 204);
    assert_eq!(globus.my_groups_after(&[]).await.1, 200);
}
