//! Confidential clients that are created from a native one, as the Globus CLI does for each installation.

use globus_sandbox::Data;
use reqwest::Response;
use serde_json::{Value, json};

use crate::globus::{CONFIDENTIAL, GROUPS, Globus, TUTORIAL, json_of, refused, text};

const LOOPBACK: &str = "http://localhost:12345";

/// The UUID and the secret of a client.
type Credentials = (String, String);

impl Globus {
    async fn create(&self, client: Value) -> Response {
        let body = json!({ "client": client }).to_string();
        let request = self.http.post(self.url("v2/api/clients")).header("content-type", "application/json");
        request.body(body).send().await.unwrap()
    }

    async fn instance(&self) -> Credentials {
        let made = json_of(self.create(json!({ "template_id": TUTORIAL, "name": "Mine" })).await, 201).await;
        assert_eq!(made["client"]["parent_client"], TUTORIAL);
        let credential = &made["included"]["client_credential"];
        assert_eq!(credential["client"], made["client"]["id"]);
        (text(credential, "client").to_owned(), text(credential, "secret").to_owned())
    }

    async fn post_as(&self, client: &Credentials, path: &str, form: &[(&str, &str)]) -> Response {
        let request = self.http.post(self.url(path)).basic_auth(&client.0, Some(&client.1));
        request.form(form).send().await.unwrap()
    }

    async fn delete_as(&self, client: &Credentials, id: &str) -> Response {
        let request = self.http.delete(self.url(&format!("v2/api/clients/{id}")));
        request.basic_auth(&client.0, Some(&client.1)).send().await.unwrap()
    }

    /// The tokens of a login to an instance, with a loopback redirect URI and without PKCE.
    async fn tokens_of(&self, client: &Credentials) -> Value {
        let code = self.code(&[
            ("client_id", &client.0),
            ("redirect_uri", LOOPBACK),
            ("code_challenge", ""),
            ("code_challenge_method", ""),
        ]);
        let form = [("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", LOOPBACK)];
        json_of(self.post_as(client, "v2/oauth2/token", &form).await, 200).await
    }
}

#[tokio::test]
async fn only_a_native_client_is_a_template() {
    let globus = Globus::start().await;
    for (template, name, status, error) in [
        (CONFIDENTIAL.0, "Mine", 403, "forbidden"),
        ("11111111-2222-4333-8444-555555555555", "Mine", 403, "forbidden"),
        (TUTORIAL, " ", 400, "invalid_request"),
        (TUTORIAL, "two\nlines", 400, "invalid_request"),
    ] {
        let response = globus.create(json!({ "template_id": template, "name": name })).await;
        refused(response, status, error).await;
    }
    refused(globus.create(json!({ "name": "Mine" })).await, 400, "invalid_request").await;
    let instance = globus.instance().await;
    let of_instance = globus.create(json!({ "template_id": instance.0, "name": "Mine" })).await;
    refused(of_instance, 403, "forbidden").await;
}

#[tokio::test]
async fn an_instance_logs_people_in_and_acts_as_itself() {
    let globus = Globus::start().await;
    let (one, other) = (globus.instance().await, globus.instance().await);
    assert_ne!(one, other);
    let tokens = globus.tokens_of(&one).await;
    let mine = globus.get("v2/groups/my_groups", text(&tokens, "access_token")).await;
    assert_eq!(mine.status(), 200);
    let refresh = [("grant_type", "refresh_token"), ("refresh_token", text(&tokens, "refresh_token"))];
    refused(globus.post_as(&other, "v2/oauth2/token", &refresh).await, 400, "invalid_grant").await;
    let unauthenticated = [&refresh[..], &[("client_id", &one.0)]].concat();
    refused(globus.post("v2/oauth2/token", &unauthenticated).await, 401, "invalid_client").await;
    json_of(globus.post_as(&one, "v2/oauth2/token", &refresh).await, 200).await;

    let form = [("grant_type", "client_credentials"), ("scope", GROUPS)];
    let own = json_of(globus.post_as(&one, "v2/oauth2/token", &form).await, 200).await;
    let mine = json_of(globus.get("v2/groups/my_groups", text(&own, "access_token")).await, 200).await;
    assert_eq!(mine, json!([]));
}

#[tokio::test]
async fn an_instance_deletes_itself_and_all_it_was_granted() {
    let globus = Globus::start().await;
    let (one, other) = (globus.instance().await, globus.instance().await);
    let tokens = globus.tokens_of(&one).await;
    let registered = (CONFIDENTIAL.0.to_owned(), CONFIDENTIAL.1.to_owned());
    refused(globus.delete_as(&other, &one.0).await, 403, "forbidden").await;
    refused(globus.delete_as(&registered, CONFIDENTIAL.0).await, 403, "forbidden").await;
    refused(globus.delete_as(&(one.0.clone(), "wrong".to_owned()), &one.0).await, 401, "invalid_client")
        .await;

    let gone = json_of(globus.delete_as(&one, &one.0).await, 200).await;
    assert_eq!(gone["client"]["id"], one.0);
    refused(globus.delete_as(&one, &one.0).await, 401, "invalid_client").await;
    assert_eq!(globus.get("v2/groups/my_groups", text(&tokens, "access_token")).await.status(), 401);
    assert!(globus.sandbox.approve(&globus.authorize_url(&[("client_id", &one.0)])).is_err());
}

#[tokio::test]
async fn a_client_learns_about_its_own_tokens() {
    let globus = Globus::start().await;
    let (one, other) = (globus.instance().await, globus.instance().await);
    let tokens = globus.tokens_of(&one).await;
    let active = async |client: &Credentials, token: &str| {
        let response = globus.post_as(client, "v2/oauth2/token/validate", &[("token", token)]).await;
        json_of(response, 200).await["active"].as_bool().unwrap()
    };
    for kind in ["access_token", "refresh_token"] {
        let token = text(&tokens, kind);
        assert!(active(&one, token).await && !active(&other, token).await, "{kind}");
    }
    let anonymous = globus.post("v2/oauth2/token/validate", &[("token", "x")]).await;
    refused(anonymous, 401, "invalid_client").await;

    let form = [("token", text(&tokens, "access_token")), ("include", "session_info,identity_set")];
    let about = json_of(globus.post_as(&one, "v2/oauth2/token/introspect", &form).await, 200).await;
    let ada = &Data::default().users[0];
    assert_eq!(about["identity_set"], json!([ada.id, ada.linked[0].id]));
    let authentications = about["session_info"]["authentications"].as_object().unwrap();
    assert_eq!(authentications.keys().collect::<Vec<_>>(), [&ada.id]);
    assert!(authentications[&ada.id]["auth_time"].is_i64());

    // The template may revoke the tokens of its instances, another client may not.
    for (client, left) in [("95fdeba8-fac2-42bd-a357-e068d82ff78e", true), (TUTORIAL, false)] {
        for kind in ["access_token", "refresh_token"] {
            let form = [("token", text(&tokens, kind)), ("client_id", client)];
            json_of(globus.post("v2/oauth2/token/revoke", &form).await, 200).await;
            assert_eq!(active(&one, text(&tokens, kind)).await, left, "{kind} {client}");
        }
    }
}

#[tokio::test]
async fn a_session_has_the_identities_that_the_login_required() {
    let globus = Globus::start().await;
    let one = globus.instance().await;
    let ada = &Data::default().users[0];
    let linked = &ada.linked[0].id;
    let wanted = format!("{linked},11111111-2222-4333-8444-555555555555");
    let code = globus.code(&[
        ("client_id", &one.0),
        ("code_challenge", ""),
        ("code_challenge_method", ""),
        ("session_required_identities", &wanted),
    ]);
    let code_page = globus.url("v2/web/auth-code");
    let form = [("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", code_page.as_str())];
    let tokens = json_of(globus.post_as(&one, "v2/oauth2/token", &form).await, 200).await;
    let form = [("token", text(&tokens, "access_token")), ("include", "session_info")];
    let about = json_of(globus.post_as(&one, "v2/oauth2/token/introspect", &form).await, 200).await;
    let authentications = about["session_info"]["authentications"].as_object().unwrap();
    assert_eq!(authentications.keys().collect::<Vec<_>>(), [&ada.id, linked]);
}
