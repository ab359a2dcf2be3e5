//! A sandbox, and a client of it that does everything right unless a test changes it.

use std::time::UNIX_EPOCH;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use globus_sandbox::{Options, Sandbox};
use reqwest::{Client, Response, redirect};
use ring::digest::{SHA256, digest};
use ring::signature::{RSA_PKCS1_2048_8192_SHA512, RsaPublicKeyComponents};
use serde_json::Value;
use url::Url;

pub const TUTORIAL: &str = "61338d24-54d5-408f-a10d-66c06b59f6d2";
pub const CONFIDENTIAL: (&str, &str) =
    ("4f1b2c3d-8e7a-4d5c-b6f0-9a8e7d6c5b4a", "sandbox-secret-not-for-real-use");
pub const GROUPS: &str = "urn:globus:auth:scope:groups.api.globus.org:view_my_groups_and_memberships";
pub const VERIFIER: &str = "a-verifier-that-is-long-enough-for-rfc-7636-to-accept";

pub struct Globus {
    pub sandbox: Sandbox,
    pub http: Client,
}

impl Globus {
    pub async fn start() -> Self {
        Self::start_with(Options::default()).await
    }

    pub async fn start_with(options: Options) -> Self {
        let http = Client::builder().no_proxy().redirect(redirect::Policy::none()).build().unwrap();
        Self { sandbox: Sandbox::start(options).await.unwrap(), http }
    }

    pub fn url(&self, path: &str) -> Url {
        self.sandbox.url().join(path).unwrap()
    }

    /// An authorize URL with these parameters instead of the right ones; an empty one is left out.
    pub fn authorize_url(&self, changes: &[(&str, &str)]) -> Url {
        let challenge = URL_SAFE_NO_PAD.encode(digest(&SHA256, VERIFIER.as_bytes()));
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

    pub fn code(&self, changes: &[(&str, &str)]) -> String {
        self.sandbox.approve(&self.authorize_url(changes)).unwrap()
    }

    pub async fn post(&self, path: &str, form: &[(&str, &str)]) -> Response {
        self.http.post(self.url(path)).form(form).send().await.unwrap()
    }

    pub async fn post_as_confidential(&self, path: &str, form: &[(&str, &str)]) -> Response {
        let (id, secret) = CONFIDENTIAL;
        self.http.post(self.url(path)).basic_auth(id, Some(secret)).form(form).send().await.unwrap()
    }

    /// Exchanges a code with these fields instead of the right ones.
    pub async fn exchange(&self, code: &str, changes: &[(&str, &str)]) -> Response {
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

    pub async fn tokens(&self, scope: &str) -> Value {
        let code = self.code(&[("scope", scope)]);
        json_of(self.exchange(&code, &[]).await, 200).await
    }

    /// The tokens of this user.
    pub async fn tokens_as(&self, user: &str, scope: &str) -> Value {
        let code = self.sandbox.approve_as(&self.authorize_url(&[("scope", scope)]), user).unwrap();
        json_of(self.exchange(&code, &[]).await, 200).await
    }

    pub async fn get(&self, path: &str, token: &str) -> Response {
        self.http.get(self.url(path)).bearer_auth(token).send().await.unwrap()
    }

    /// A request to a control endpoint, such as `faults`.
    pub async fn control(&self, method: &str, path: &str, body: Option<Value>) -> Response {
        let url = self.url(&format!("_sandbox/{path}"));
        let mut request = self.http.request(method.parse().unwrap(), url);
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        request.send().await.unwrap()
    }

    /// The claims of an ID token for this client, or what is wrong with it.
    pub async fn claims(&self, token: &str, client: &str) -> Result<Value, &'static str> {
        let about = json_of(self.get(".well-known/openid-configuration", "").await, 200).await;
        let keys = json_of(self.get("jwk.json", "").await, 200).await;
        let part = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
        let (message, signature) = token.rsplit_once('.').unwrap();
        let (header, claims) = message.split_once('.').unwrap();
        let header: Value = serde_json::from_slice(&part(header)).unwrap();
        assert_eq!([&header["alg"], &keys["keys"][0]["alg"]], ["RS512"; 2]);
        let key = &keys["keys"][0];
        let key = RsaPublicKeyComponents { n: part(text(key, "n")), e: part(text(key, "e")) };
        key.verify(&RSA_PKCS1_2048_8192_SHA512, message.as_bytes(), &part(signature))
            .map_err(|_| "signature")?;

        let claims: Value = serde_json::from_slice(&part(claims)).unwrap();
        let now = i64::try_from(UNIX_EPOCH.elapsed().unwrap().as_secs()).unwrap();
        let leeway = 300;
        match () {
            () if claims["exp"].as_i64().unwrap() + leeway < now => Err("exp"),
            () if claims["nbf"].as_i64().is_some_and(|start| start - leeway > now) => Err("nbf"),
            () if claims["aud"] != client => Err("aud"),
            () if claims["iss"] != about["issuer"] => Err("iss"),
            () => Ok(claims),
        }
    }

    pub async fn refresh(&self, refresh_token: &str, client: &str) -> Response {
        let form = [("grant_type", "refresh_token"), ("refresh_token", refresh_token), ("client_id", client)];
        self.post("v2/oauth2/token", &form).await
    }
}

pub async fn json_of(response: Response, status: u16) -> Value {
    let got = response.status();
    let body = response.text().await.unwrap();
    assert_eq!(got.as_u16(), status, "{body}");
    serde_json::from_str(&body).unwrap()
}

/// Checks that a response is an error of Globus Auth with this code, in every key that has it.
pub async fn refused(response: Response, status: u16, error: &str) {
    let body = json_of(response, status).await;
    assert_eq!(body["error"], error, "{body}");
    assert_eq!(body["errors"][0]["status"], status.to_string(), "{body}");
    assert_eq!(body["errors"][0]["code"], error.to_uppercase(), "{body}");
    assert_eq!(body["errors"][0]["detail"], body["error_description"], "{body}");
    assert!(body["errors"][0]["id"].is_string() && body["errors"][0]["title"].is_string(), "{body}");
}

pub fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap()
}
