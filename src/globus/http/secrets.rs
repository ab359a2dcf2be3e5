//! The secrets that a request sends, kept out of what is told about its response: a service or a proxy may quote them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use url::form_urlencoded;

use super::request::{Content, Request};

/// The fields of a form that hold a secret.
const SECRET_FIELDS: [&str; 4] = ["refresh_token", "code", "code_verifier", "token"];

/// Fewer characters are no secret, and blanking them would blank other words.
const MIN_LENGTH: usize = 4;

const BLANK: &str = "***";

/// Every way to write each secret, the longest first: one may be a part of another.
pub(super) struct Secrets(Vec<SecretString>);

impl Secrets {
    pub(super) fn of(request: &Request<'_>) -> Self {
        let mut values: Vec<String> = Vec::new();
        values.extend(request.bearer.map(|token| token.expose_secret().to_owned()));
        values.extend(request.authorization.iter().flat_map(basic));
        let form = match &request.content {
            Some(Content::Form(form)) => form.as_slice(),
            _ => &[],
        };
        for (name, value) in form_urlencoded::parse(form) {
            if SECRET_FIELDS.contains(&&*name) {
                values.push(value.into_owned());
            }
        }
        let mut written: Vec<String> = values.iter().flat_map(|value| written(value)).collect();
        written.retain(|value| value.chars().count() >= MIN_LENGTH);
        written.sort_by_key(|value| std::cmp::Reverse(value.len()));
        Self(written.into_iter().map(SecretString::from).collect())
    }

    /// The body of an error without them. It stays JSON if it was.
    pub(super) fn blank_body(&self, body: Vec<u8>) -> Vec<u8> {
        let Ok(mut json) = serde_json::from_slice::<Value>(&body) else {
            let text = String::from_utf8_lossy(&body);
            return self.blanked(&text).map_or_else(|| body.clone(), String::into_bytes);
        };
        let before = json.clone();
        self.blank_json(&mut json);
        // The names of fields, too.
        let text = json.to_string();
        match self.blanked(&text) {
            Some(blanked) => blanked.into_bytes(),
            None if json == before => body,
            None => text.into_bytes(),
        }
    }

    fn blank_json(&self, json: &mut Value) {
        match json {
            Value::String(text) => {
                if let Some(blanked) = self.blanked(text) {
                    *text = blanked;
                }
            }
            Value::Array(values) => values.iter_mut().for_each(|value| self.blank_json(value)),
            Value::Object(fields) => fields.values_mut().for_each(|value| self.blank_json(value)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// The text without the secrets, and without the control characters that may have hidden them, if it holds any.
    fn blanked(&self, text: &str) -> Option<String> {
        let bare: String = text.chars().filter(|character| !character.is_control()).collect();
        let found = self.0.iter().any(|secret| bare.contains(secret.expose_secret()));
        found.then(|| {
            self.0.iter().fold(bare, |text, secret| {
                // Without another copy of the text for each of them.
                if text.contains(secret.expose_secret()) {
                    text.replace(secret.expose_secret(), BLANK)
                } else {
                    text
                }
            })
        })
    }
}

/// What HTTP Basic sends, and the secret in it.
fn basic(header: &HeaderValue) -> Vec<String> {
    let Some(encoded) = header.to_str().ok().and_then(|header| header.strip_prefix("Basic ")) else {
        return Vec::new();
    };
    let pair = STANDARD.decode(encoded).ok().and_then(|pair| String::from_utf8(pair).ok());
    let secret = pair.and_then(|pair| Some(pair.split_once(':')?.1.to_owned()));
    // An echo may leave out the padding.
    secret.into_iter().chain([encoded.to_owned(), encoded.trim_end_matches('=').to_owned()]).collect()
}

/// The value as it is, percent-encoded, and as some programs write it in JSON.
fn written(value: &str) -> [String; 4] {
    let encoded: String = form_urlencoded::byte_serialize(value.as_bytes()).collect();
    [value.to_owned(), lowercase_percents(&encoded), encoded, value.replace('/', "\\/")]
}

/// `%2b` for `%2B`.
fn lowercase_percents(encoded: &str) -> String {
    let mut digits = 0;
    encoded
        .chars()
        .map(|c| {
            let is_digit = digits > 0;
            digits = if c == '%' { 2_u8 } else { digits.saturating_sub(1) };
            if is_digit { c.to_ascii_lowercase() } else { c }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;
    use url::Url;

    use super::{Content, Request, Secrets};

    /// The body of an error after a request with these secrets.
    fn told(body: &str) -> String {
        let request = Request {
            authorization: Some(HeaderValue::from_static("Basic aWQ6YStiL2M9")),
            content: Some(Content::Form(b"grant_type=refresh_token&refresh_token=x%2FYZ1".to_vec())),
            ..Request::get("Globus Auth", Url::parse("http://localhost").unwrap(), 0)
        };
        String::from_utf8(Secrets::of(&request).blank_body(body.into())).unwrap()
    }

    #[test]
    fn a_secret_is_blanked_however_it_is_written() {
        for (body, blanked) in [
            ("a+b/c= and x/YZ1", "*** and ***"),
            ("a%2Bb%2Fc%3D a%2bb%2fc%3d x%2fYZ1", "*** *** ***"),
            ("Basic aWQ6YStiL2M9", "Basic ***"),
            (r#"{"b":["x\/Y\u005a1"],"a":{"c":"no x/Y\u00001","d":"x\u0000/YZ1"}}"#, ""),
            ("<p>x/\nYZ1</p>", "<p>***</p>"),
            ("id refresh_token", "id refresh_token"),
        ] {
            let text = told(body);
            assert!(!text.contains("YZ1") && (blanked.is_empty() || text == blanked), "{body}: {text}");
        }
    }
}
