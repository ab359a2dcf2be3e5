//! Errors by which a service requires another login: "Globus Auth Requirements Errors".
//!
//! <https://globus-sdk-python.readthedocs.io/en/stable/authorization/gare.html>

use reqwest::StatusCode;
use serde_json::{Map, Value};

use super::authorization_parameters::AuthorizationParameters;
use super::parameters_json::scopes_of;
use crate::globus::scope;

impl AuthorizationParameters {
    /// What an error response requires of a new login, in any of the shapes that Globus services use; `None` if it is
    /// another error.
    pub fn in_response(status: StatusCode, body: &[u8]) -> Option<Self> {
        if !matches!(status, StatusCode::FORBIDDEN | StatusCode::UNAUTHORIZED) {
            return None;
        }
        let body: Value = serde_json::from_slice(body).ok()?;
        let root = body.as_object()?;
        let errors = root.get("errors").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let inner = || errors.iter().filter_map(Value::as_object).find_map(Self::in_error);
        Self::in_error(root).or_else(inner)
    }

    /// One error, of the current shape or an older one. Older ones have no `code`, name scopes beside or instead of
    /// `authorization_parameters`, and join lists with commas.
    fn in_error(error: &Map<String, Value>) -> Option<Self> {
        let text = |key: &str| error.get(key).and_then(Value::as_str);
        let consent = text("code") == Some("ConsentRequired");
        let dependent = text("error") == Some("dependent_consent_required");
        let parameters = error.get("authorization_parameters").and_then(Value::as_object);
        let mut found = match parameters {
            Some(parameters) => Self::from_object(parameters).ok()?,
            None if consent || dependent => Self::default(),
            None => return None,
        };
        if consent {
            scope::merge(&mut found.required_scopes, &scopes_of(error.get("required_scopes"), false)?);
            scope::merge(&mut found.required_scopes, &scopes_of(error.get("required_scope"), false)?);
        }
        if dependent {
            let unapproved = error.get("errors").and_then(|errors| errors.get(0)?.get("unapproved_scopes"));
            scope::merge(&mut found.required_scopes, &scopes_of(unapproved, false)?);
        }
        if parameters.is_none() && found.required_scopes.is_empty() {
            return None;
        }
        let detail = ["message", "detail", "description", "error_description"].into_iter().find_map(text);
        found.detail = detail.filter(|text| !text.trim().is_empty()).map(str::to_owned);
        Some(found)
    }
}

#[cfg(test)]
mod tests {
    use reqwest::StatusCode;
    use serde_json::{Value, json};

    use super::super::authorization_parameters::AuthorizationParameters;
    use crate::globus::scope;

    fn read(body: &Value) -> Option<AuthorizationParameters> {
        AuthorizationParameters::in_response(StatusCode::FORBIDDEN, body.to_string().as_bytes())
    }

    #[test]
    fn the_current_shape_is_read_whole() {
        let parameters = json!({
            "session_message": "Please use MFA",
            "session_required_identities": ["a", "b"],
            "session_required_policies": ["p"],
            "session_required_single_domain": ["example.edu", "example.org"],
            "session_required_mfa": true,
            "required_scopes": ["x[y *z]", "openid"],
            "prompt": "login",
        });
        let found = read(&json!({ "code": "AuthorizationRequired", "authorization_parameters": parameters }));
        let found = found.unwrap();
        assert_eq!(
            found.session_parameters(),
            [
                ("session_message", "Please use MFA"),
                ("session_required_identities", "a,b"),
                ("session_required_policies", "p"),
                ("session_required_single_domain", "example.edu,example.org"),
                ("session_required_mfa", "True"),
                ("prompt", "login"),
            ]
            .map(|(name, value)| (name, value.to_owned()))
        );
        assert_eq!(scope::join(found.scopes()), "x[y *z] openid");
        assert_eq!(AuthorizationParameters::parse(&found.to_json()).unwrap(), found);
        assert!(found.explain().starts_with("Please use MFA (it requires multi-factor authentication, and "));
    }

    #[test]
    fn older_shapes_are_read_too() {
        for (body, scopes, explanation) in [
            (
                json!({ "code": "ConsentRequired", "required_scopes": ["a[b]"], "message": "Missing" }),
                "a[b]",
                "Missing (it requires consent to a[b])",
            ),
            (
                json!({ "code": "ConsentRequired", "required_scope": "a b", "description": "D" }),
                "a b",
                "D (it requires consent to a b)",
            ),
            (
                json!({ "error": "dependent_consent_required", "errors": [{ "unapproved_scopes": ["a"] }] }),
                "a",
                "it requires consent to a",
            ),
            (
                json!({ "errors": [{ "code": "X" }, { "code": "ConsentRequired", "required_scopes": ["a"] }] }),
                "a",
                "it requires consent to a",
            ),
        ] {
            let found = read(&body).unwrap();
            assert_eq!(
                (scope::join(found.scopes()).as_str(), found.explain().as_str()),
                (scopes, explanation)
            );
            assert!(found.is_consent_only());
        }
        let partly = read(&json!({ "code": "ConsentRequired", "required_scopes": ["*a", "b"] })).unwrap();
        assert_eq!(scope::join(partly.scopes()), "b");
        let long =
            read(&json!({ "authorization_parameters": { "session_message": "x".repeat(5000) } })).unwrap();
        assert_eq!(long.to_json().len(), 1000 + "{\"session_message\":\"\"}".len());
        let joined = read(&json!({ "authorization_parameters": {
            "session_required_policies": "p, q", "session_required_single_domain": "example.edu"
        }}));
        let joined = joined.unwrap();
        assert_eq!(joined.session_required_policies, ["p", "q"]);
        assert_eq!(joined.session_required_single_domain, ["example.edu"]);
        assert!(!joined.is_consent_only());
    }

    #[test]
    fn other_errors_are_left_alone() {
        for body in [
            json!({ "code": "FORBIDDEN", "detail": "no" }),
            json!({ "code": "ConsentRequired" }),
            json!({ "code": "ConsentRequired", "required_scopes": [1] }),
            json!({ "code": "ConsentRequired", "required_scopes": ["a["] }),
            json!({ "code": "X", "authorization_parameters": { "session_required_policies": ["p".repeat(301)] } }),
            json!({ "code": "X", "authorization_parameters": "none" }),
            json!({ "code": "X", "authorization_parameters": { "session_required_mfa": 3 } }),
            json!(["x"]),
        ] {
            assert_eq!(read(&body), None, "{body}");
        }
        assert_eq!(AuthorizationParameters::in_response(StatusCode::FORBIDDEN, b"<html>"), None);
        let good = json!({ "code": "ConsentRequired", "required_scope": "a" }).to_string();
        assert_eq!(AuthorizationParameters::in_response(StatusCode::NOT_FOUND, good.as_bytes()), None);
        assert!(AuthorizationParameters::in_response(StatusCode::UNAUTHORIZED, good.as_bytes()).is_some());
    }

    #[test]
    fn no_message_of_a_service_leaves_its_quotes() {
        let message = "it's \u{1b}[31m\n\u{202e}evil\u{7f} 👩 \" \\";
        let found = read(&json!({ "authorization_parameters": { "session_message": message } })).unwrap();
        let json = found.to_json();
        assert!(
            json.is_ascii() && !json.contains('\'') && !json.contains(|c: char| c.is_control()),
            "{json}"
        );
        assert_eq!(AuthorizationParameters::parse(&json).unwrap(), found);
        assert!(
            AuthorizationParameters::parse("{\"session_mesage\": \"x\"}")
                .unwrap_err()
                .contains("session_mesage")
        );
        assert!(AuthorizationParameters::parse("[]").is_err());
    }
}
