//! No request makes the sandbox panic or respond 500: requests that are nearly right, and any others.

use std::time::Duration;

use globus_sandbox::RefreshTokenPolicy;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{RngSeed, TestCaseResult};
use reqwest::Method;
use serde_json::{Value, json};

use crate::globus::{CONFIDENTIAL, GROUPS, Globus, TUTORIAL, VERIFIER, json_of, text};

const ENDPOINTS: [(&str, &str); 30] = [
    ("GET", "/v2/oauth2/authorize"),
    ("POST", "/v2/oauth2/authorize"),
    ("GET", "/v2/web/auth-code"),
    ("POST", "/v2/oauth2/token"),
    ("POST", "/v2/oauth2/token"),
    ("POST", "/v2/oauth2/token/revoke"),
    ("POST", "/v2/oauth2/token/introspect"),
    ("POST", "/v2/oauth2/token/validate"),
    ("GET", "/v2/oauth2/userinfo"),
    ("POST", "/v2/api/clients"),
    ("DELETE", "/v2/api/clients/4f1b2c3d-8e7a-4d5c-b6f0-9a8e7d6c5b4a"),
    ("GET", "/v2/api/identities"),
    ("GET", "/v2/api/identities/a6e8f3b2-1c4d-4e8a-9b7f-0d5c2e1a3f48/consents"),
    ("GET", "/.well-known/openid-configuration"),
    ("GET", "/jwk.json"),
    ("GET", "/v2/groups/my_groups"),
    ("GET", "/v2/groups/statuses"),
    ("GET", "/v2/groups/1d6c5a9e-2f3b-4c7d-8e90-a1b2c3d4e5f6"),
    ("GET", "/v2/groups/51a09ede-637f-40b1-82d4-e5f60718293a/policies"),
    ("GET", "/v2/groups/51a09ede-637f-40b1-82d4-e5f60718293a/membership_fields"),
    ("GET", "/v2/preferences"),
    ("GET", "/v2/subscription_info/f00dfeed-0000-4000-8000-000000000001"),
    ("GET", "/_sandbox/requests"),
    ("POST", "/_sandbox/approve"),
    ("POST", "/_sandbox/deny"),
    ("PUT", "/_sandbox/groups"),
    ("PUT", "/_sandbox/requirements"),
    ("DELETE", "/_sandbox/consents"),
    ("PUT", "/_sandbox/settings"),
    ("POST", "/_sandbox/revoke-all"),
];

/// Right parameters, of queries and of forms. What is in braces comes from a login; see `Login`.
const PARAMETERS: [&[(&str, &str)]; 7] = [
    &[
        ("client_id", TUTORIAL),
        ("redirect_uri", "http://localhost:1/{code}"),
        ("scope", "openid profile urn:globus:auth:scope:transfer.api.globus.org:all[*email openid[profile]]"),
        ("state", "the-state"),
        ("response_type", "code"),
        ("code_challenge", "0123456789012345678901234567890123456789012"),
        ("code_challenge_method", "S256"),
        ("access_type", "offline"),
        ("session_required_identities", "a6e8f3b2-1c4d-4e8a-9b7f-0d5c2e1a3f48"),
    ],
    &[
        ("grant_type", "authorization_code"),
        ("code", "{code}"),
        ("client_id", TUTORIAL),
        ("redirect_uri", "{code_page}"),
        ("code_verifier", VERIFIER),
    ],
    &[("grant_type", "refresh_token"), ("refresh_token", "{refresh_token}"), ("client_id", TUTORIAL)],
    &[("grant_type", "client_credentials"), ("scope", "openid email")],
    &[("token", "{refresh_token}"), ("include", "session_info,identity_set,identity_set_detail")],
    &[("transaction", "{transaction}"), ("user", "ben@example.edu"), ("decision", "allow")],
    &[("statuses", "active,invited"), ("include", "memberships,child_ids"), ("ids", "{code},{code}")],
];

/// Right bodies of requests.
fn right_json() -> impl Strategy<Value = Value> {
    select(vec![
        json!({ "url": "{authorize_url}", "user": "ben@example.edu" }),
        json!({ "client": { "template_id": TUTORIAL, "name": "Mine" } }),
        json!({ "refreshes": "rotate", "token_lifetime": 60, "id_token": "expired" }),
        json!({ "session_required_mfa": true, "required_scopes": [GROUPS], "prompt": "login" }),
        json!([{ "id": "1", "name": "Only", "my_memberships": [] }]),
    ])
}

#[derive(Debug, Clone)]
enum Authorization {
    None,
    /// The access token of a login, for the resource server with this index.
    Token(usize),
    Confidential,
    Any(String),
}

#[derive(Debug, Clone)]
enum Body {
    None,
    Form(Vec<(String, String)>),
    Json(Value),
    Any(Vec<u8>, String),
}

#[derive(Debug, Clone)]
struct Request {
    method: &'static str,
    path: String,
    query: Vec<(String, String)>,
    authorization: Authorization,
    body: Body,
}

fn endpoint() -> impl Strategy<Value = (&'static str, String)> {
    let methods = &["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"][..];
    prop_oneof![
        9 => select(&ENDPOINTS[..]).prop_map(|(method, path)| (method, path.to_owned())),
        1 => (select(methods), prop_oneof![Just("/v2/oauth2/token".to_owned()), any::<String>()]),
    ]
}

/// Right parameters, with up to two replaced, dropped or added.
fn parameters() -> impl Strategy<Value = Vec<(String, String)>> {
    let name =
        prop_oneof![select(PARAMETERS.concat()).prop_map(|(name, _)| name.to_owned()), any::<String>()];
    let value = prop_oneof![
        select(PARAMETERS.concat()).prop_map(|(_, value)| value.to_owned()),
        Just(String::new()),
        any::<String>()
    ];
    let changes = prop::collection::vec((name, prop::option::of(value)), 0..3);
    (select(&PARAMETERS[..]), changes).prop_map(|(right, changes)| {
        let mut parameters: Vec<(String, String)> =
            right.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        for (name, value) in changes {
            parameters.retain(|(known, _)| *known != name);
            parameters.extend(value.map(|value| (name, value)));
        }
        parameters
    })
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 20, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((any::<String>(), inner), 0..5).prop_map(|keys| keys.into_iter().collect()),
        ]
    })
}

/// A right body, or one in which one key has any value, or any JSON.
fn json_body() -> impl Strategy<Value = Value> {
    let changed =
        (right_json(), any::<prop::sample::Index>(), any_json()).prop_map(|(mut right, index, any)| {
            if let Value::Object(keys) = &mut right
                && let Some(value) = keys.values_mut().nth(index.index(3))
            {
                *value = any;
            }
            right
        });
    prop_oneof![2 => right_json(), 2 => changed, 1 => any_json()]
}

fn request() -> impl Strategy<Value = Request> {
    let query = prop_oneof![Just(Vec::new()), parameters()];
    let authorization = prop_oneof![
        3 => Just(Authorization::None),
        3 => (0..2_usize).prop_map(Authorization::Token),
        3 => Just(Authorization::Confidential),
        1 => "[ -~]{0,20}".prop_map(Authorization::Any),
    ];
    let bodies = prop_oneof![
        1 => Just(Body::None).prop_map(|none| (none.clone(), none)),
        7 => (parameters(), json_body()).prop_map(|(form, json)| (Body::Form(form), Body::Json(json))),
        1 => (parameters(), json_body()).prop_map(|(form, json)| (Body::Json(json), Body::Form(form))),
        1 => (any::<Vec<u8>>(), "[ -~]{0,20}").prop_map(|(bytes, kind)| {
            let any = Body::Any(bytes, kind);
            (any.clone(), any)
        }),
    ];
    (endpoint(), query, authorization, bodies).prop_map(|((method, path), query, authorization, bodies)| {
        let body = if path.starts_with("/v2/oauth2/") { bodies.0 } else { bodies.1 };
        Request { method, path, query, authorization, body }
    })
}

/// What a login gives, to put where a request has it in braces.
struct Login {
    tokens: Value,
    texts: Vec<(&'static str, String)>,
}

impl Login {
    async fn new(globus: &Globus) -> Self {
        let url = globus.authorize_url(&[]);
        let page = globus.http.get(url.clone()).send().await.unwrap().text().await.unwrap();
        let transaction =
            page.split("name=\"transaction\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        let tokens = globus.tokens(&format!("{GROUPS} openid")).await;
        let texts = vec![
            ("{authorize_url}", url.to_string()),
            ("{code_page}", globus.url("v2/web/auth-code").to_string()),
            ("{code}", globus.code(&[])),
            ("{transaction}", transaction.to_owned()),
            ("{refresh_token}", text(&tokens, "refresh_token").to_owned()),
        ];
        Self { tokens, texts }
    }

    fn fill(&self, text: &str) -> String {
        self.texts.iter().fold(text.to_owned(), |text, (name, value)| text.replace(name, value))
    }

    fn fill_all(&self, parameters: &[(String, String)]) -> Vec<(String, String)> {
        parameters.iter().map(|(name, value)| (name.clone(), self.fill(value))).collect()
    }

    async fn send(&self, globus: &Globus, request: &Request) -> TestCaseResult {
        let mut url = globus.sandbox.url().clone();
        url.set_path(&request.path);
        url.query_pairs_mut().extend_pairs(self.fill_all(&request.query));
        let mut builder = globus.http.request(Method::from_bytes(request.method.as_bytes()).unwrap(), url);
        builder = match &request.authorization {
            Authorization::None => builder,
            Authorization::Token(0) => builder.bearer_auth(text(&self.tokens, "access_token")),
            Authorization::Token(_) => {
                builder.bearer_auth(text(&self.tokens["other_tokens"][0], "access_token"))
            }
            Authorization::Confidential => builder.basic_auth(CONFIDENTIAL.0, Some(CONFIDENTIAL.1)),
            Authorization::Any(value) => builder.header("authorization", value),
        };
        builder = match &request.body {
            Body::None => builder,
            Body::Form(form) => builder.form(&self.fill_all(form)),
            Body::Json(json) => {
                builder.header("content-type", "application/json").body(self.fill(&json.to_string()))
            }
            Body::Any(bytes, kind) => builder.header("content-type", kind).body(bytes.clone()),
        };
        let response = builder.send().await.map_err(|error| TestCaseError::fail(format!("{error:?}")))?;
        prop_assert!(!response.status().is_server_error(), "{}", response.status());
        Ok(())
    }
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        rng_seed: RngSeed::Fixed(1),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

#[test]
fn no_request_makes_it_fail() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let globus = runtime.block_on(Globus::start());
    proptest!(config(500), |(requests in prop::collection::vec(request(), 1..4))| {
        globus.sandbox.clear_requests();
        globus.sandbox.clear_requirements();
        globus.sandbox.clear_groups();
        globus.sandbox.set_refresh_tokens(RefreshTokenPolicy::Repeat);
        globus.sandbox.set_token_lifetime(Duration::from_secs(3600));
        let login = runtime.block_on(Login::new(&globus));
        for request in &requests {
            runtime.block_on(login.send(&globus, request))?;
        }
    });
}

#[test]
fn no_fault_makes_it_stop() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let globus = runtime.block_on(Globus::start());
    let body = prop_oneof![
        Just(Value::Null),
        Just(Value::from("cut")),
        Just(Value::from("truncated")),
        Just(Value::from("garbage")),
        any_json().prop_map(|value| json!({ "json": value })),
    ];
    let fault = (any::<Option<u16>>(), any::<Option<String>>(), body).prop_map(|(status, retry_after, body)| {
        json!({ "path": "/jwk.json", "status": status, "retry_after": retry_after, "body": body })
    });
    proptest!(config(200), |(fault in fault)| {
        runtime.block_on(async {
            assert_eq!(globus.control("POST", "faults", Some(fault)).await.status(), 204);
            // It may be anything, or nothing at all.
            let _ = globus.http.get(globus.url("jwk.json")).send().await;
            globus.sandbox.clear_faults();
            json_of(globus.get("jwk.json", "").await, 200).await;
        });
    });
}
