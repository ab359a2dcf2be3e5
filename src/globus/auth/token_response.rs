//! Responses of the token endpoint.
//!
//! <https://docs.globus.org/api/auth/reference/#token_endpoints>
//!
//! Each field is read on its own. A new refresh token replaces the stored one the moment it is issued, so an odd value
//! beside it must not make it unreadable.

use std::collections::HashMap;
use std::ptr;
use std::time::Duration;

use reqwest::StatusCode;
use secrecy::SecretString;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::broken_response::refresh_tokens;
use super::endpoint::SERVICE;
use crate::Error;
use crate::globus::tokens::{Token, Tokens, is_bearer_token, now};

/// Why a response is unusable as a whole.
const NO_OBJECT: &str = "it is not a JSON object, or it ends too early";

/// Why the token endpoint granted nothing.
#[derive(Debug)]
pub enum TokenEndpointError {
    /// The code or refresh token is wrong, used, expired or revoked; with the service's message.
    InvalidGrant(String),
    Other(Error),
}

impl From<Error> for TokenEndpointError {
    fn from(error: Error) -> Self {
        Self::Other(error)
    }
}

/// The tokens of a grant, and the identity token that may come with them.
pub struct TokenResponse {
    /// The tokens, the one at the top of the response first.
    entries: Vec<Entry>,
    pub(super) id_token: Option<String>,
}

/// One token of a response.
struct Entry {
    resource_server: Option<String>,
    /// The error is why it can't be used.
    access_token: Result<SecretString, &'static str>,
    refresh_token: Option<SecretString>,
    /// A response may leave out a scope that is as requested (RFC 6749, section 5.1).
    scope: Option<String>,
    expires_at_seconds: i64,
}

/// The outcome of a refresh.
pub struct Refreshed {
    /// What has to be stored: the refreshed token, and others that came with it.
    pub tokens: Tokens,
    /// The error is why the response gave no access token that can be used.
    pub access_token: Result<SecretString, Error>,
}

impl TokenResponse {
    pub fn read(status: StatusCode, body: &[u8]) -> Result<Self, TokenEndpointError> {
        if !status.is_success() {
            return Err(endpoint_error(status, body));
        }
        let text = String::from_utf8_lossy(body);
        let Some(mut fields) = Fields::read(text.trim_start_matches('\u{feff}'), String::new()) else {
            return Self::rescued(&text).ok_or_else(|| unusable(NO_OBJECT).into());
        };
        let mut entries = vec![Entry::read(&mut fields)];
        let id_token = fields.get("id_token", text_of);
        let others = fields.get("other_tokens", |value| serde_json::from_str::<Vec<&RawValue>>(value).ok());
        let mut odd = fields.odd;
        for (number, other) in others.unwrap_or_default().into_iter().enumerate() {
            let name = format!("other_tokens[{number}]");
            match Fields::read(other.get(), format!("{name}.")) {
                Some(mut fields) => {
                    entries.push(Entry::read(&mut fields));
                    odd.append(&mut fields.odd);
                }
                None => odd.push(name),
            }
        }
        if !odd.is_empty() {
            let odd: Vec<String> = odd.iter().map(|name| format!("`{name}`")).collect();
            log::warn!("{SERVICE} sent a token response with missing or odd fields: {}", odd.join(", "));
        }
        Ok(Self { entries, id_token })
    }

    /// The refresh tokens of a response that is broken; `None` if it has none.
    fn rescued(text: &str) -> Option<Self> {
        let entry = |refresh_token| Entry {
            resource_server: None,
            access_token: Err(NO_OBJECT),
            refresh_token: Some(refresh_token),
            scope: None,
            expires_at_seconds: 0,
        };
        let entries: Vec<Entry> = refresh_tokens(text).into_iter().map(entry).collect();
        (!entries.is_empty()).then_some(Self { entries, id_token: None })
    }

    /// The tokens of a new grant, if each can be used.
    pub fn tokens(&self) -> Result<Tokens, Error> {
        let mut tokens = Tokens::new();
        for entry in &self.entries {
            entry.access_token.as_ref().map_err(|why| unusable(*why))?;
            let server =
                entry.resource_server.clone().ok_or_else(|| unusable("it has no `resource_server`"))?;
            let token = entry.token(&server);
            tokens.insert(server, token);
        }
        Ok(tokens)
    }

    /// Every token of the response that can be revoked, even those that can't be used otherwise.
    pub fn secrets(&self) -> impl Iterator<Item = &SecretString> {
        self.entries.iter().flat_map(|entry| entry.refresh_token.iter().chain(&entry.access_token))
    }

    /// The token that `old` becomes, whose refresh token was `sent`, and other tokens of the response. What the response
    /// leaves out stays as it was.
    pub fn refreshed(&self, old: &Token, sent: &SecretString) -> Refreshed {
        let server = &old.resource_server;
        let is_for = |entry: &&Entry| entry.resource_server.as_ref() == Some(server);
        let unnamed = || self.entries.first().filter(|entry| entry.resource_server.is_none());
        let own = self.entries.iter().find(is_for).or_else(unnamed);
        // Whatever it says it is for, the first refresh token replaces the one that was sent (RFC 6749, section 6).
        let source = own.or(self.entries.first());
        let access_token = match own {
            Some(entry) => entry.access_token.clone().map_err(unusable),
            None => Err(unusable(format!("it has no token for {server}"))),
        };
        let mut token = match own {
            Some(entry) if access_token.is_ok() => Token {
                scope: entry.scope.clone().unwrap_or_else(|| old.scope.clone()),
                extra: old.extra.clone(),
                ..entry.token(server)
            },
            _ => old.clone(),
        };
        // One that names no resource server can be stored nowhere else.
        let mut refresh_tokens =
            source.into_iter().chain(unnamed()).filter_map(|entry| entry.refresh_token.as_ref());
        token.refresh_token = Some(refresh_tokens.next().unwrap_or(sent).clone());
        let mut tokens = Tokens::from([(server.clone(), token)]);
        for entry in self.entries.iter().filter(|entry| !source.is_some_and(|source| ptr::eq(source, *entry)))
        {
            if let Some(other) = &entry.resource_server
                && (entry.refresh_token.is_some() || entry.access_token.is_ok())
            {
                tokens.entry(other.clone()).or_insert_with(|| entry.token(other));
            }
        }
        // A refresh token keeps its identity. An identity token in the response would say nothing new, and fetching the
        // keys to verify it could lose the only valid refresh token.
        for token in tokens.values_mut() {
            token.identity_id.clone_from(&old.identity_id);
            token.username.clone_from(&old.username);
        }
        Refreshed { tokens, access_token }
    }
}

impl Entry {
    fn read(fields: &mut Fields<'_>) -> Self {
        let token_type = fields.required("token_type", text_of);
        let access_token = fields.required("access_token", text_of);
        let access_token = match (access_token, token_type) {
            (_, Some(other)) if !other.eq_ignore_ascii_case("Bearer") => {
                Err("the `token_type` is not Bearer")
            }
            (Some(token), _) if is_bearer_token(&token) => Ok(token.into()),
            (Some(_), _) => Err("the `access_token` holds a character that no access token has"),
            (None, _) => Err("it has no `access_token`"),
        };
        Self {
            resource_server: fields.required("resource_server", text_of),
            access_token,
            refresh_token: fields.get("refresh_token", text_of).map(Into::into),
            scope: fields.get("scope", |value| {
                text_of(value).or_else(|| Some(serde_json::from_str::<Vec<String>>(value).ok()?.join(" ")))
            }),
            expires_at_seconds: now()
                .saturating_add_unsigned(fields.required("expires_in", seconds_of).unwrap_or_default()),
        }
    }

    /// The token to store. Without a usable access token it has an empty one, which counts as expired.
    fn token(&self, resource_server: &str) -> Token {
        Token {
            resource_server: resource_server.to_owned(),
            identity_id: None,
            scope: self.scope.clone().unwrap_or_default(),
            access_token: self.access_token.clone().unwrap_or_default(),
            refresh_token: self.refresh_token.clone(),
            expires_at_seconds: self.expires_at_seconds,
            token_type: Some("Bearer".to_owned()),
            client_id: None,
            auth_url: None,
            username: None,
            extra: Map::new(),
        }
    }
}

/// The fields of an object, as they were sent.
struct Fields<'a> {
    values: HashMap<String, &'a RawValue>,
    /// The object's own name, with a dot.
    prefix: String,
    /// The names of fields that are missing or not as they should be.
    odd: Vec<String>,
}

impl<'a> Fields<'a> {
    /// `None` if this is no object. What follows an object is ignored.
    fn read(json: &'a str, prefix: String) -> Option<Self> {
        let values = serde_json::Deserializer::from_str(json).into_iter().next()?.ok()?;
        Some(Self { values, prefix, odd: Vec::new() })
    }

    /// A field that may be missing or null.
    fn get<T>(&mut self, name: &str, read: impl FnOnce(&'a str) -> Option<T>) -> Option<T> {
        match self.values.get(name).map(|value| value.get()) {
            None | Some("null") => None,
            Some(value) => self.noted(name, read(value)),
        }
    }

    fn required<T>(&mut self, name: &str, read: impl FnOnce(&'a str) -> Option<T>) -> Option<T> {
        let value = self.values.get(name).and_then(|value| read(value.get()));
        self.noted(name, value)
    }

    fn noted<T>(&mut self, name: &str, value: Option<T>) -> Option<T> {
        if value.is_none() {
            self.odd.push(format!("{}{name}", self.prefix));
        }
        value
    }
}

fn text_of(json: &str) -> Option<String> {
    serde_json::from_str(json).ok().filter(|text: &String| !text.is_empty())
}

/// A number of seconds, also with decimals or as text.
fn seconds_of(json: &str) -> Option<u64> {
    let seconds = match serde_json::from_str(json).ok()? {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    Some(Duration::try_from_secs_f64(seconds).ok()?.as_secs())
}

/// The body may hold tokens, so the message names only the mistake.
fn unusable(why: impl Into<String>) -> Error {
    Error::failed(format!("{SERVICE} sent an unusable response"))
        .because(why.into())
        .help("run it again; if that does not help, the service or a proxy has changed")
}

/// An error of the token endpoint (RFC 6749, section 5.2), without secrets.
fn endpoint_error(status: StatusCode, body: &[u8]) -> TokenEndpointError {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let Some(code) = body["error"].as_str() else {
        return unusable(format!("its status is {}, and it names no error", status.as_u16())).into();
    };
    let message = body["error_description"].as_str().unwrap_or(code);
    let message: String = message.chars().filter(|character| !character.is_control()).take(300).collect();
    match code {
        "invalid_grant" => TokenEndpointError::InvalidGrant(message),
        "invalid_client" => Error::failed(format!("{SERVICE} rejected the client"))
            .because(message)
            .help("check `client_id` in the profile, and the secret if `client_secret` names one")
            .into(),
        _ => Error::failed(format!("{SERVICE} refused the request")).because(message).into(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use secrecy::ExposeSecret;

    use super::*;

    const GROUPS: &str = "groups.api.globus.org";

    /// Values of other types than any field has, of other sizes, and those that many parsers refuse.
    const ODD: [&str; 16] = [
        "null",
        "true",
        "0",
        "-1",
        "3600.5",
        "1e999",
        "-1e400",
        r#""""#,
        r#""soon""#,
        r#""3600""#,
        r#""a\nb""#,
        r#""\ud800""#,
        "[]",
        "[null, 1, \"x\"]",
        "{}",
        r#"{"refresh_token": 5}"#,
    ];

    const NEIGHBOURS: [(&str, &str); 9] = [
        ("access_token", r#""fresh""#),
        ("token_type", r#""Bearer""#),
        ("expires_in", "3600"),
        ("scope", r#""all""#),
        ("resource_server", r#""groups.api.globus.org""#),
        ("id_token", r#""x.y.z""#),
        ("other_tokens", "[]"),
        ("error", r#""none""#),
        ("unknown", "1"),
    ];

    fn old() -> Token {
        Token {
            resource_server: GROUPS.to_owned(),
            identity_id: Some("ada".to_owned()),
            scope: "all".to_owned(),
            access_token: "old".into(),
            refresh_token: Some("sent".into()),
            expires_at_seconds: 1,
            token_type: None,
            client_id: None,
            auth_url: None,
            username: None,
            extra: Map::new(),
        }
    }

    fn refreshed(body: &[u8]) -> Refreshed {
        TokenResponse::read(StatusCode::OK, body).unwrap().refreshed(&old(), &"sent".into())
    }

    /// The refresh token that a response leaves for Groups.
    fn kept(body: &str) -> String {
        let refreshed = refreshed(body.as_bytes());
        refreshed.tokens[GROUPS].refresh_token.as_ref().unwrap().expose_secret().to_owned()
    }

    /// An object with a new refresh token and these neighbours; an empty value leaves one out.
    fn object(neighbours: &[(&str, &str)]) -> String {
        let mut fields: Vec<String> = neighbours
            .iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| format!("{name:?}: {value}"))
            .collect();
        fields.insert(fields.len() / 2, r#""refresh_token": "new""#.to_owned());
        format!("{{{}}}", fields.join(", "))
    }

    #[test]
    fn no_two_odd_neighbours_lose_a_new_refresh_token() {
        let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
        let values = || ODD.into_iter().chain(["", deep.as_str()]);
        for (first, _) in NEIGHBOURS {
            for (second, _) in NEIGHBOURS {
                for (one, other) in values().flat_map(|one| values().map(move |other| (one, other))) {
                    let neighbours = NEIGHBOURS.map(|(name, fine)| match name {
                        name if name == first => (name, one),
                        name if name == second => (name, other),
                        name => (name, fine),
                    });
                    let body = object(&neighbours);
                    assert_eq!(kept(&body), "new", "{body}");
                }
            }
        }
    }

    #[test]
    fn a_refresh_token_in_a_further_entry_is_kept_too() {
        for (name, _) in NEIGHBOURS.into_iter().filter(|(name, _)| *name != "resource_server") {
            for odd in ODD.into_iter().chain([""]) {
                let neighbours =
                    NEIGHBOURS.map(|(other, fine)| (other, if other == name { odd } else { fine }));
                let entry = object(&neighbours);
                let body = format!(
                    r#"{{"access_token": "a", "resource_server": "transfer.api.globus.org", "refresh_token": "theirs",
                        "other_tokens": [null, 5, {entry}, "x"]}}"#
                );
                assert_eq!(kept(&body), "new", "{body}");
                let theirs = &refreshed(body.as_bytes()).tokens["transfer.api.globus.org"];
                assert_eq!(theirs.refresh_token.as_ref().unwrap().expose_secret(), "theirs");
            }
        }
    }

    #[test]
    fn a_refresh_token_that_names_no_resource_server_replaces_the_one_that_was_sent() {
        let own = r#"{"access_token": "fresh", "resource_server": "groups.api.globus.org"}"#;
        let body = format!(r#"{{"refresh_token": "new", "other_tokens": [{own}]}}"#);
        assert_eq!(kept(&body), "new");
    }

    #[test]
    fn what_is_around_the_object_does_not_matter() {
        let body = object(&NEIGHBOURS);
        for around in [format!("\u{feff}\u{feff}{body}"), format!("\r\n {body}\0\0"), format!("{body}{body}")]
        {
            assert_eq!(kept(&around), "new", "{around}");
        }
        let mut bytes = body.replace(r#""x.y.z""#, "\"\u{1}\"").into_bytes();
        let control = bytes.iter().position(|byte| *byte == 1).unwrap();
        bytes[control] = 0xff;
        assert!(refreshed(&bytes).access_token.is_ok());
        let twice = body.replacen('{', r#"{"refresh_token": "first", "access_token": 5, "#, 1);
        assert_eq!(kept(&twice), "new", "the last one counts, as in most parsers");
    }

    #[test]
    fn a_broken_response_keeps_the_refresh_token_that_is_whole() {
        let body = object(&NEIGHBOURS);
        for broken in [&body[..body.len() - 1], &body.replace("3600", "36 00"), &body.replacen(':', "", 1)] {
            assert_eq!(kept(broken), "new", "{broken}");
            let error = refreshed(broken.as_bytes()).access_token.unwrap_err();
            assert!(error.to_string().contains(NO_OBJECT), "{error}");
        }
        // Those of a login are revoked.
        let broken = format!(r#"{{"other_tokens": [{body}], "refresh_token": "mine", "#);
        let response = TokenResponse::read(StatusCode::OK, broken.as_bytes()).unwrap();
        assert!(response.tokens().is_err());
        assert_eq!(response.secrets().map(ExposeSecret::expose_secret).collect::<Vec<_>>(), ["mine", "new"]);
        assert!(TokenResponse::read(StatusCode::OK, &body.as_bytes()[..20]).is_err());
    }

    #[test]
    fn what_a_refresh_leaves_out_stays() {
        let refreshed =
            refreshed(br#"{"access_token": "fresh", "resource_server": "groups.api.globus.org"}"#);
        let token = &refreshed.tokens[GROUPS];
        assert_eq!(token.refresh_token.as_ref().unwrap().expose_secret(), "sent");
        assert_eq!((token.scope.as_str(), token.identity_id.as_deref()), ("all", Some("ada")));
        assert!(!token.is_valid(), "without a lifetime the next run refreshes it");
    }

    #[test]
    fn lifetimes_in_every_notation() {
        for (json, seconds) in
            [("60", 60), ("60.9", 60), (r#"" 60 ""#, 60), ("6e1", 60), ("1e15", 1_000_000_000_000_000)]
        {
            assert_eq!(seconds_of(json), Some(seconds), "{json}");
        }
        for wrong in ["-1", "1e999", r#""soon""#, r#""NaN""#, r#""inf""#, "null", "[60]"] {
            assert_eq!(seconds_of(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn an_access_token_that_can_not_be_sent_is_not_used() {
        for wrong in ["", "a b", "a\nb", "a\u{0}", "tökén", "=", "a=b"] {
            let body = serde_json::json!({
                "access_token": wrong, "token_type": "Bearer", "resource_server": GROUPS, "expires_in": 60
            });
            let error = refreshed(body.to_string().as_bytes()).access_token.unwrap_err();
            assert!(error.to_string().contains("`access_token`"), "{error}");
            assert!(
                TokenResponse::read(StatusCode::OK, body.to_string().as_bytes()).unwrap().tokens().is_err()
            );
        }
        let with_type = |token_type: &str| {
            let body = format!(r#"{{"access_token": "a", "token_type": {token_type}}}"#);
            refreshed(body.as_bytes()).access_token.is_ok()
        };
        assert!(with_type(r#""bearer""#) && with_type("null") && !with_type(r#""DPoP""#));
    }

    fn json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 32, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::hash_map("[a-z_]{1,15}|access_token|resource_server", inner, 0..5)
                    .prop_map(|fields| Value::Object(fields.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn nothing_beside_a_new_refresh_token_loses_it(
            neighbours in prop::collection::hash_map(
                "access_token|token_type|expires_in|scope|resource_server|id_token|other_tokens|[a-z]*", json(), 0..9,
            )
        ) {
            let mut body: Map<String, Value> = neighbours.into_iter().collect();
            body.insert("refresh_token".to_owned(), "new".into());
            prop_assert_eq!(kept(&Value::Object(body).to_string()), "new");
        }
    }
}
