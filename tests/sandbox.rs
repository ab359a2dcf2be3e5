//! The sandbox is as strict as what it stands for.

mod answers;
mod instances;
mod requirements;
mod service_account;

use std::process::Stdio;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use globus_sandbox::{Data, Fault, Options, Refreshes, User as Person};
use reqwest::{Client, Response, StatusCode, redirect};
use serde_json::{Value, json};
use url::Url;

use crate::support::User;

const TUTORIAL: &str = "61338d24-54d5-408f-a10d-66c06b59f6d2";
const CONFIDENTIAL: (&str, &str) =
    ("4f1b2c3d-8e7a-4d5c-b6f0-9a8e7d6c5b4a", "sandbox-secret-not-for-real-use");
const GROUPS: &str = "urn:globus:auth:scope:groups.api.globus.org:view_my_groups_and_memberships";
const VERIFIER: &str = "a-verifier-that-is-long-enough-for-rfc-7636-to-accept";

/// A client of the sandbox that does everything right, until it is told not to.
struct Peer {
    user: User,
    http: Client,
}

impl Peer {
    fn new() -> Self {
        Self::with(Options::default())
    }

    fn with(options: Options) -> Self {
        let http = Client::builder().no_proxy().redirect(redirect::Policy::none()).build().unwrap();
        Self { user: User::with(options), http }
    }

    fn url(&self, path: &str) -> Url {
        self.user.sandbox.url().join(path).unwrap()
    }

    /// An authorize URL with these parameters in the place of the right ones; an empty one is left out.
    fn authorize_url(&self, changes: &[(&str, &str)]) -> Url {
        let challenge = URL_SAFE_NO_PAD
            .encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, VERIFIER.as_bytes()));
        let code_page = self.url("v2/web/auth-code");
        let mut parameters = vec![
            ("client_id", TUTORIAL),
            ("redirect_uri", code_page.as_str()),
            ("scope", GROUPS),
            ("state", "the-state"),
            ("response_type", "code"),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
            ("access_type", "offline"),
        ];
        for (name, value) in changes {
            parameters.retain(|(known, _)| known != name);
            parameters.push((name, value));
        }
        parameters.retain(|(_, value)| !value.is_empty());
        Url::parse_with_params(self.url("v2/oauth2/authorize").as_str(), parameters).unwrap()
    }

    fn code(&self, changes: &[(&str, &str)]) -> String {
        self.user.sandbox.approve(&self.authorize_url(changes)).unwrap()
    }

    async fn post(&self, path: &str, form: &[(&str, &str)]) -> Response {
        self.http.post(self.url(path)).form(form).send().await.unwrap()
    }

    async fn post_as_confidential(&self, path: &str, form: &[(&str, &str)]) -> Response {
        let (id, secret) = CONFIDENTIAL;
        self.http.post(self.url(path)).basic_auth(id, Some(secret)).form(form).send().await.unwrap()
    }

    /// Exchanges a code with these fields in the place of the right ones.
    async fn exchange(&self, code: &str, changes: &[(&str, &str)]) -> Response {
        let code_page = self.url("v2/web/auth-code");
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("client_id", TUTORIAL),
            ("redirect_uri", code_page.as_str()),
            ("code_verifier", VERIFIER),
        ];
        for (name, value) in changes {
            form.retain(|(known, _)| known != name);
            form.push((name, value));
        }
        self.post("v2/oauth2/token", &form).await
    }

    async fn tokens(&self, scope: &str) -> Value {
        let code = self.code(&[("scope", scope)]);
        json_of(self.exchange(&code, &[]).await, 200).await
    }

    async fn get(&self, path: &str, token: &str) -> Response {
        self.http.get(self.url(path)).bearer_auth(token).send().await.unwrap()
    }

    /// Asks something of the sandbox itself.
    async fn control(&self, method: &str, path: &str, body: Option<Value>) -> Response {
        let url = self.url(&format!("_sandbox/{path}"));
        let mut request = self.http.request(method.parse().unwrap(), url);
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        request.send().await.unwrap()
    }

    /// The claims of an identity token for this client, checked against the published key.
    async fn claims(&self, token: &str, client: &str) -> Result<Value, jsonwebtoken::errors::Error> {
        let about = json_of(self.get(".well-known/openid-configuration", "").await, 200).await;
        let keys = json_of(self.get("jwk.json", "").await, 200).await;
        let keys: jsonwebtoken::jwk::JwkSet = serde_json::from_value(keys).unwrap();
        let id = jsonwebtoken::decode_header(token)?.kid.unwrap();
        let key = jsonwebtoken::DecodingKey::from_jwk(keys.find(&id).unwrap())?;
        let mut rules = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::RS256);
        rules.validate_nbf = true;
        rules.leeway = 300;
        rules.set_audience(&[client]);
        rules.set_issuer(&[text(&about, "issuer")]);
        Ok(jsonwebtoken::decode::<Value>(token, &key, &rules)?.claims)
    }

    async fn refresh(&self, refresh_token: &str, client: &str) -> Response {
        let form = [("grant_type", "refresh_token"), ("refresh_token", refresh_token), ("client_id", client)];
        self.post("v2/oauth2/token", &form).await
    }
}

async fn json_of(response: Response, status: u16) -> Value {
    let got = response.status();
    let body = response.text().await.unwrap();
    assert_eq!(got.as_u16(), status, "{body}");
    serde_json::from_str(&body).unwrap()
}

/// The answer is a refusal with this code, in every place the real one has it.
async fn refused(response: Response, status: u16, error: &str) {
    let body = json_of(response, status).await;
    assert_eq!(body["error"], error, "{body}");
    assert_eq!(body["errors"][0]["status"], status.to_string(), "{body}");
    assert_eq!(body["errors"][0]["code"], error.to_uppercase(), "{body}");
    assert_eq!(body["errors"][0]["detail"], body["error_description"], "{body}");
    assert!(body["errors"][0]["id"].is_string() && body["errors"][0]["title"].is_string(), "{body}");
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap()
}

#[tokio::test]
async fn a_login_is_checked_before_anybody_is_asked() {
    let peer = Peer::new();
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
        let url = peer.authorize_url(&changes);
        let error = peer.user.sandbox.approve(&url).unwrap_err().to_string();
        assert!(error.contains(why), "{error}");
        let page = peer.http.get(url).send().await.unwrap();
        assert!(page.status().is_client_error());
        assert!(page.text().await.unwrap().contains("role=\"alert\""));
    }
    peer.code(&[("redirect_uri", "http://localhost:12345/any")]);
    let registered = [("client_id", CONFIDENTIAL.0), ("redirect_uri", "http://localhost:8000/callback")];
    peer.code(&[&registered[..], &[("code_challenge", ""), ("code_challenge_method", "")]].concat());
}

#[tokio::test]
async fn a_code_is_for_one_client_one_place_and_one_verifier() {
    let peer = Peer::new();
    for (changes, error) in [
        (("client_id", "95fdeba8-fac2-42bd-a357-e068d82ff78e"), "invalid_grant"),
        (("redirect_uri", "http://localhost:1/"), "invalid_grant"),
        (("code_verifier", "another-verifier-that-is-long-enough-for-rfc-7636"), "invalid_grant"),
        (("code_verifier", "short"), "invalid_request"),
        (("code_verifier", ""), "invalid_request"),
        (("code", "made-up"), "invalid_grant"),
    ] {
        let code = peer.code(&[]);
        refused(peer.exchange(&code, &[changes]).await, 400, error).await;
    }
}

#[tokio::test]
async fn a_code_is_good_once_and_not_for_long() {
    let peer = Peer::new();
    let code = peer.code(&[]);
    let tokens = json_of(peer.exchange(&code, &[]).await, 200).await;
    refused(peer.exchange(&code, &[]).await, 400, "invalid_grant").await;
    let after = peer.get("v2/groups/my_groups", text(&tokens, "access_token")).await;
    assert_eq!(after.status(), StatusCode::UNAUTHORIZED, "a second use takes back what the first gave");
    refused(peer.refresh(text(&tokens, "refresh_token"), TUTORIAL).await, 400, "invalid_grant").await;

    let late = Peer::with(Options { code_lifetime: Duration::ZERO, ..Options::default() });
    let code = late.code(&[]);
    refused(late.exchange(&code, &[]).await, 400, "invalid_grant").await;
}

#[tokio::test]
async fn clients_prove_themselves_their_own_way() {
    let peer = Peer::new();
    let code = peer.code(&[]);
    let form = [("grant_type", "authorization_code"), ("code", code.as_str())];
    refused(peer.post("v2/oauth2/token", &form).await, 401, "invalid_client").await;
    refused(peer.exchange(&code, &[("client_id", CONFIDENTIAL.0)]).await, 401, "invalid_client").await;
    refused(peer.exchange(&code, &[("client_secret", "x")]).await, 401, "invalid_client").await;
    for credentials in [format!("{TUTORIAL}:"), format!("{}:wrong", CONFIDENTIAL.0), "nonsense".to_owned()] {
        let header = format!("Basic {}", STANDARD.encode(credentials));
        let request = peer.http.post(peer.url("v2/oauth2/token")).header("authorization", header);
        refused(request.form(&form).send().await.unwrap(), 401, "invalid_client").await;
    }
    refused(peer.exchange(&code, &[("grant_type", "password")]).await, 400, "unsupported_grant_type").await;
}

#[tokio::test]
async fn an_answer_has_one_token_for_each_resource_server() {
    let peer = Peer::new();
    let transfer = "urn:globus:auth:scope:transfer.api.globus.org:all";
    let tokens = peer.tokens(&format!("{GROUPS} openid {transfer}[openid] email")).await;
    assert_eq!(tokens["resource_server"], "groups.api.globus.org");
    assert_eq!(tokens["state"], "the-state");
    assert_eq!(tokens["expires_in"], 172_800);
    let others: Vec<_> =
        tokens["other_tokens"].as_array().unwrap().iter().map(|token| token["scope"].clone()).collect();
    assert_eq!(others, ["openid email", transfer]);
    assert!(tokens["refresh_token"].is_string() && tokens["other_tokens"][1]["refresh_token"].is_string());

    let code = peer.code(&[("access_type", "online")]);
    let online = json_of(peer.exchange(&code, &[]).await, 200).await;
    assert!(online.get("refresh_token").is_none() && online.get("id_token").is_none());
}

#[tokio::test]
async fn identity_tokens_are_signed_with_the_published_key() {
    let peer = Peer::new();
    let code = peer.code(&[("scope", "openid"), ("nonce", "the-nonce")]);
    let tokens = json_of(peer.exchange(&code, &[]).await, 200).await;
    let claims = peer.claims(text(&tokens, "id_token"), TUTORIAL).await.unwrap();
    assert_eq!(claims["sub"], Data::default().users[0].id);
    assert_eq!(claims["nonce"], "the-nonce");
}

#[tokio::test]
async fn a_refresh_repeats_omits_or_rotates_the_refresh_token() {
    let peer = Peer::new();
    let tokens = peer.tokens(GROUPS).await;
    let refresh_token = text(&tokens, "refresh_token");
    refused(peer.refresh(refresh_token, "95fdeba8-fac2-42bd-a357-e068d82ff78e").await, 400, "invalid_grant")
        .await;
    let again = json_of(peer.refresh(refresh_token, TUTORIAL).await, 200).await;
    assert_eq!(again["refresh_token"], tokens["refresh_token"]);
    assert!(again.get("id_token").is_none());
    assert_ne!(again["access_token"], tokens["access_token"]);

    peer.user.sandbox.set_refreshes(Refreshes::Omit);
    let without = json_of(peer.refresh(refresh_token, TUTORIAL).await, 200).await;
    assert!(without.get("refresh_token").is_none());

    peer.user.sandbox.set_refreshes(Refreshes::Rotate);
    let rotated = json_of(peer.refresh(refresh_token, TUTORIAL).await, 200).await;
    refused(peer.refresh(refresh_token, TUTORIAL).await, 400, "invalid_grant").await;
    json_of(peer.refresh(text(&rotated, "refresh_token"), TUTORIAL).await, 200).await;
}

#[tokio::test]
async fn a_confidential_client_acts_as_itself_and_looks_at_tokens() {
    let peer = Peer::new();
    let form = [("grant_type", "client_credentials"), ("scope", GROUPS)];
    let own = json_of(peer.post_as_confidential("v2/oauth2/token", &form).await, 200).await;
    assert!(own.get("refresh_token").is_none());
    let native = [&form[..], &[("client_id", TUTORIAL)]].concat();
    refused(peer.post("v2/oauth2/token", &native).await, 400, "unauthorized_client").await;

    let introspect = async |token: &str| {
        json_of(peer.post_as_confidential("v2/oauth2/token/introspect", &[("token", token)]).await, 200).await
    };
    let about = introspect(text(&own, "access_token")).await;
    assert_eq!(about["active"], true);
    assert_eq!(about["username"], format!("{}@clients.auth.globus.org", CONFIDENTIAL.0));
    assert_eq!(introspect("made-up").await, json!({ "active": false }));
    let as_native = [("token", "x"), ("client_id", TUTORIAL)];
    refused(peer.post("v2/oauth2/token/introspect", &as_native).await, 403, "forbidden").await;
}

#[tokio::test]
async fn a_revoked_token_is_over() {
    let peer = Peer::new();
    let tokens = peer.tokens(GROUPS).await;
    let access = text(&tokens, "access_token");
    assert_eq!(peer.get("v2/groups/my_groups", access).await.status(), StatusCode::OK);
    for token in [access, text(&tokens, "refresh_token"), "made-up"] {
        let form = [("token", token), ("client_id", TUTORIAL)];
        let answer = json_of(peer.post("v2/oauth2/token/revoke", &form).await, 200).await;
        assert_eq!(answer, json!({ "active": false }));
    }
    assert_eq!(peer.get("v2/groups/my_groups", access).await.status(), StatusCode::UNAUTHORIZED);
    refused(peer.refresh(text(&tokens, "refresh_token"), TUTORIAL).await, 400, "invalid_grant").await;
}

#[tokio::test]
async fn tokens_end() {
    let peer = Peer::with(Options { token_lifetime: Duration::ZERO, ..Options::default() });
    let tokens = peer.tokens(GROUPS).await;
    let answer = peer.get("v2/groups/my_groups", text(&tokens, "access_token")).await;
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn services_accept_their_own_tokens_with_the_right_scope() {
    let peer = Peer::new();
    let tokens = peer.tokens(&format!("{GROUPS} openid profile")).await;
    let (groups, auth) = (text(&tokens, "access_token"), text(&tokens["other_tokens"][0], "access_token"));
    assert_eq!(peer.get("v2/groups/my_groups", groups).await.status(), StatusCode::OK);
    assert_eq!(peer.get("v2/groups/my_groups", auth).await.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(peer.get("v2/preferences", groups).await.status(), StatusCode::FORBIDDEN);
    assert_eq!(peer.get("v2/oauth2/userinfo", groups).await.status(), StatusCode::UNAUTHORIZED);

    let info = json_of(peer.get("v2/oauth2/userinfo", auth).await, 200).await;
    let ada = &Data::default().users[0];
    assert_eq!(info["sub"], ada.id);
    assert_eq!(info["preferred_username"], ada.username);
    assert!(info.get("email").is_none(), "the scope email was not asked for");
    assert!(info.get("identity_set").is_none(), "nor was view_identity_set");
    let found = json_of(peer.get(&format!("v2/api/identities?ids={}", ada.id), auth).await, 200).await;
    assert_eq!(found["identities"][0]["username"], ada.username);
    assert_eq!(peer.get("v2/api/identities", auth).await.status(), StatusCode::BAD_REQUEST);
    let consents =
        json_of(peer.get(&format!("v2/api/identities/{}/consents", ada.id), auth).await, 200).await;
    let names: Vec<_> =
        consents["consents"].as_array().unwrap().iter().map(|one| text(one, "scope_name")).collect();
    assert_eq!(names, [GROUPS, "openid", "profile"]);
    assert_eq!(peer.get("v2/api/identities/other/consents", auth).await.status(), StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn groups_show_what_belongs_to_the_asker() {
    let peer = Peer::new();
    let tokens = peer.tokens("urn:globus:auth:scope:groups.api.globus.org:all").await;
    let get = async |path: &str| json_of(peer.get(path, text(&tokens, "access_token")).await, 200).await;
    let mine = get("v2/groups/my_groups").await;
    let first = &mine[0];
    for key in [
        "id",
        "name",
        "description",
        "parent_id",
        "group_type",
        "enforce_session",
        "session_limit",
        "session_timeouts",
        "my_memberships",
        "policies",
        "subscription_id",
        "subscription_info",
    ] {
        assert!(first.get(key).is_some(), "{key}: {first}");
    }
    let roles: Vec<_> =
        first["my_memberships"].as_array().unwrap().iter().map(|one| text(one, "role")).collect();
    assert_eq!(roles, ["admin", "member"], "two linked identities, two memberships");
    let invited = get("v2/groups/my_groups?statuses=invited,left").await;
    let names: Vec<_> = invited.as_array().unwrap().iter().map(|group| text(group, "name")).collect();
    assert_eq!(names, ["Invited Only", "Left Long Ago"]);

    let id = text(first, "id");
    let include = "memberships,my_memberships,policies,allowed_actions,child_ids";
    let group = get(&format!("v2/groups/{id}?include={include}")).await;
    assert_eq!(group["memberships"].as_array().unwrap().len(), 3);
    assert_eq!(group["memberships"][0]["membership_fields"]["institution"], "Example University");
    assert_eq!(group["child_ids"].as_array().unwrap().len(), 2);
    assert!(group["allowed_actions"].as_array().unwrap().contains(&"update".into()));
    assert_eq!(get(&format!("v2/groups/{id}/policies")).await["group_visibility"], "private");
    assert_eq!(get(&format!("v2/groups/{id}/membership_fields")).await["department"], "Physics");
    assert!(get("v2/preferences").await["preferences"].is_object());
    let subscription = "v2/subscription_info/f00dfeed-0000-4000-8000-000000000001";
    assert_eq!(get(subscription).await["subscription_info"]["is_high_assurance"], true);

    let access = text(&tokens, "access_token");
    let others = "v2/groups/fb4a3878-0d19-4a5b-ac7e-8f90a1b2c3d4";
    assert_eq!(peer.get(others, access).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(peer.get("v2/groups/my_groups?statuses=odd", access).await.status(), StatusCode::BAD_REQUEST);
    assert_eq!(peer.get("v2/nothing", access).await.status(), StatusCode::NOT_FOUND);
}

/// The value of the hidden field of the consent page.
fn transaction(page: &str) -> &str {
    page.split("name=\"transaction\" value=\"").nth(1).unwrap().split('"').next().unwrap()
}

#[tokio::test]
async fn a_person_can_allow_and_deny_once() {
    let peer = Peer::new();
    let ben = Data::default().users[1].id.clone();
    let decide = async |decision: &str| {
        let page = peer.http.get(peer.authorize_url(&[])).send().await.unwrap().text().await.unwrap();
        let form = [("transaction", transaction(&page)), ("user", &ben), ("decision", decision)];
        let first = peer.post("v2/oauth2/authorize", &form).await;
        assert_eq!(peer.post("v2/oauth2/authorize", &form).await.status(), StatusCode::BAD_REQUEST, "once");
        assert_eq!(first.status(), StatusCode::SEE_OTHER);
        Url::parse(first.headers()["location"].to_str().unwrap()).unwrap()
    };
    let allowed = decide("allow").await;
    let code = allowed.query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned();
    assert!(allowed.query_pairs().any(|(name, value)| name == "state" && value == "the-state"));
    let page = peer.http.get(allowed).send().await.unwrap().text().await.unwrap();
    assert!(page.contains(&format!("id=\"auth-code\">{code}<")));
    let tokens = json_of(peer.exchange(&code, &[]).await, 200).await;
    let mine = json_of(peer.get("v2/groups/my_groups", text(&tokens, "access_token")).await, 200).await;
    assert_eq!(mine[0]["my_memberships"][0]["username"], "ben@example.edu");

    let denied = decide("deny").await;
    assert!(denied.query_pairs().any(|(name, value)| name == "state" && value == "the-state"));
    assert!(denied.query_pairs().any(|(name, value)| name == "error" && value == "access_denied"));
}

#[tokio::test]
async fn pages_show_hostile_words_as_words() {
    let mut data = Data::default();
    let hostile = "\"><script>alert(1)</script>".to_owned();
    data.users.push(Person { name: hostile.clone(), ..data.users[0].clone() });
    data.clients[0].name.clone_from(&hostile);
    let peer = Peer::with(Options { data, ..Options::default() });
    let url = peer.authorize_url(&[("prefill_named_grant", &hostile), ("session_message", &hostile)]);
    let page = peer.http.get(url).send().await.unwrap().text().await.unwrap();
    assert_eq!(page.matches("alert(1)").count(), 4);
    let code_page =
        Url::parse_with_params(peer.url("v2/web/auth-code").as_str(), [("code", &hostile)]).unwrap();
    let code_page = peer.http.get(code_page).send().await.unwrap().text().await.unwrap();
    for page in [page, code_page] {
        assert!(!page.contains("<script") && !page.contains("src=") && !page.contains("http://"), "{page}");
    }
}

#[tokio::test]
async fn it_is_for_this_machine_only() {
    let peer = Peer::new();
    for (host, status) in
        [("evil.example", 403), ("localhost", 404), ("127.0.0.1:80", 404), ("[::1]:80", 404)]
    {
        let answer = peer.http.get(peer.url("v2/nothing")).header("host", host).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), status, "{host}");
    }
}

#[tokio::test]
async fn faults_can_be_ordered_over_http_and_requests_seen() {
    let peer = Peer::new();
    let order = async |fault: Value| peer.control("POST", "faults", Some(fault)).await.status();
    let my_groups = async || peer.get("v2/groups/my_groups", "x").await;
    assert_eq!(
        order(json!({ "path": "/v2/groups/my_groups", "status": 503, "retry_after": "7" })).await,
        204
    );
    let answer = my_groups().await;
    assert_eq!((answer.status().as_u16(), answer.headers()["retry-after"].to_str().unwrap()), (503, "7"));
    order(json!({ "path": "/v2/groups/my_groups", "body": { "json": [1] } })).await;
    assert_eq!(json_of(my_groups().await, 200).await, json!([1]));
    order(json!({ "path": "/v2/groups/my_groups", "body": "cut" })).await;
    let cut = peer.http.get(peer.url("v2/groups/my_groups")).send().await;
    assert!(cut.is_err());
    order(json!({ "path": "/v2/groups/my_groups", "body": "truncated" })).await;
    let truncated = peer.http.get(peer.url("v2/groups/my_groups")).send().await.unwrap();
    assert!(truncated.text().await.is_err());
    assert_eq!(order(json!({ "path": "/x", "unknown": 1 })).await, 422);

    peer.user.sandbox.add_fault(Fault::status("/v2/groups/my_groups", 500).times(2));
    assert_eq!(peer.control("DELETE", "faults", None).await.status(), 204);
    assert_eq!(my_groups().await.status(), 401);
    peer.user.sandbox.clear_requests();
    my_groups().await;
    peer.refresh("a-secret", TUTORIAL).await;
    let seen = json_of(peer.control("GET", "requests", None).await, 200).await;
    assert_eq!(seen[0]["path"], "/v2/groups/my_groups");
    assert!(seen[0]["headers"].to_string().contains(r#"["authorization","Bearer"]"#), "{seen}");
    assert!(!seen.to_string().contains("a-secret"), "{seen}");
}

#[test]
fn the_command_serves_until_it_is_stopped() {
    let user = User::new();
    let data = "{\"users\": [{\"id\": \"u\", \"username\": \"eve@x\", \"name\": \"Eve\", \"email\": \"e\"}],\
                \"clients\": [{\"id\": \"61338d24-54d5-408f-a10d-66c06b59f6d2\", \"name\": \"T\"}],\
                \"groups\": [{\"id\": \"g\", \"name\": \"Only\", \"memberships\": [{\"username\": \"eve@x\", \"role\": \"admin\"}]}]}";
    user.write("data.json", data);
    let served = user.serve(["sandbox", "--data", "data.json", "--rotate-refresh-tokens"]);
    let url = Url::parse(&served.variables[0].1).unwrap();
    assert_eq!(served.variables[1].0, "GLOBUS_SDK_SERVICE_URL_GROUPS");

    let port = url.port().unwrap().to_string();
    user.run(["sandbox", "--port", &port]).code(1).says(["can't listen", &port, "in use"]);
    assert_eq!(served.stop(), Some(0));
}

#[test]
fn wrong_data_is_exit_2() {
    let user = User::new();
    let user_toml = "[[users]]\nid = \"u\"\nusername = \"eve@x\"\nname = \"Eve\"\nemail = \"e\"\n";
    for (name, content, why) in [
        ("a.toml", "users = []", "at least one user"),
        ("b.toml", "nonsense", "b.toml"),
        ("c.json", "{\"users\": 1}", "invalid type"),
        ("d.toml", &format!("{user_toml}shoe_size = 9\n"), "shoe_size"),
        ("e.toml", &format!("{user_toml}{user_toml}"), "twice"),
        (
            "f.toml",
            &format!(
                "{user_toml}[[groups]]\nid = \"g\"\nname = \"G\"\nmemberships = [{{ username = \"x\", role = \"admin\" }}]\n"
            ),
            "no user has the identity `x`",
        ),
        (
            "g.toml",
            &format!(
                "{user_toml}[[clients]]\nid = \"n\"\nname = \"N\"\n[[groups]]\nid = \"g\"\nname = \"G\"\n\
                 memberships = [{{ username = \"n@clients.auth.globus.org\", role = \"admin\" }}]\n"
            ),
            "no client with a secret",
        ),
    ] {
        user.write(name, content);
        let mut command = user.command(["sandbox", "--data", name]);
        crate::support::Outcome::of(command.stderr(Stdio::piped())).code(2).stdout("").says([name, why]);
    }
    user.run(["sandbox", "--data", "no.toml"]).code(2).says(["no.toml", "No such file"]);
}
