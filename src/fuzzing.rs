//! The door for fuzzing: what the targets in `fuzz/` need of the inside, from bytes to what becomes of them.
//! `tests/fuzz_corpus.rs` goes through it too. Nothing of the program does.

use std::convert::Infallible;
use std::ffi::OsString;
use std::io;
use std::path::Path;

use reqwest::StatusCode;
use reqwest::header::{CONTENT_ENCODING, HeaderMap, HeaderValue};
use secrecy::ExposeSecret;
use serde_json::{Map, Value};

use crate::catalog::{Origin, SourceText};
use crate::data::{Compared, Outcomes, Record, RunChanges, SourceName, TemplateContext, write_changes};
use crate::globus::auth::{TokenEndpointError, TokenResponse};
use crate::globus::http::{Decoder, Undecoded};
use crate::globus::tokens::{JsonDocument, Token};
use crate::profile::{Profile, Settings, lines};
use crate::schedule::crontab;
use crate::template::{Format, Template};
use crate::{Error, Result};

pub use crate::globus::http::JsonListSplitter;
pub use crate::schedule::{daily, every};
pub use crate::template::{check_with_samples, summary};

/// The text of a profile, in no folder.
#[must_use]
pub fn source_text(name: &str, text: &str) -> SourceText {
    SourceText { name: name.to_owned(), origin: Origin::Embedded, text: text.into() }
}

/// What `runner show` prints of a profile, without comments, and whether something in it is hidden.
pub fn shown_profile(text: &str) -> Result<(String, bool)> {
    let settings = Settings::of(source_text("shown", text), &home, |_| Ok(Vec::new()))?.settings;
    let text = lines(&settings).into_iter().flat_map(|line| [line.text, "\n".to_owned()]).collect();
    Ok((text, settings.iter().any(|setting| setting.is_hidden)))
}

/// An environment that has a home directory and nothing else.
#[must_use]
pub fn home(name: &str) -> Option<OsString> {
    (name == "HOME").then(|| "/home/me".into())
}

/// A token file after the tokens of a namespace have been read and stored again.
pub fn rewritten_token_file(bytes: &[u8], namespace: &str) -> Result<Vec<u8>> {
    let failed = |error: io::Error| Error::failed("not JSON").because(error);
    let root = serde_json::from_slice(bytes).map_err(|error| failed(error.into()))?;
    let mut document = JsonDocument::checked(Path::new("tokens.json"), root)?;
    let tokens = document.tokens(namespace)?;
    document.put(namespace, &tokens)?;
    document.to_bytes().map_err(failed)
}

/// What a response of the token endpoint leaves.
#[derive(Debug)]
pub struct Granted {
    /// The refresh tokens to be stored after a refresh, each with its resource server.
    pub refresh_tokens: Vec<(String, String)>,
    /// All that could be revoked.
    pub secrets: Vec<String>,
    /// When the stored access token expires, in seconds since 1970.
    pub expires_at_seconds: i64,
    /// Whether a refresh gives an access token.
    pub is_refreshed: bool,
    /// Whether a login gives tokens.
    pub is_login: bool,
}

/// Reads the response to a refresh of a token for this resource server, whose refresh token was `sent`.
pub fn token_response(
    status: u16,
    body: &[u8],
    resource_server: &str,
    sent: &str,
) -> Result<Granted, String> {
    let status = StatusCode::from_u16(status).map_err(|error| error.to_string())?;
    let response = TokenResponse::read(status, body).map_err(|error| match error {
        TokenEndpointError::InvalidGrant(why) => why,
        TokenEndpointError::Other(error) => error.to_string(),
    })?;
    let old = Token {
        resource_server: resource_server.to_owned(),
        identity_id: None,
        scope: String::new(),
        access_token: "old".into(),
        refresh_token: Some(sent.into()),
        expires_at_seconds: 1,
        token_type: None,
        client_id: None,
        auth_url: None,
        username: None,
        extra: Map::new(),
    };
    let refreshed = response.refreshed(&old, &sent.into());
    let refresh_token = |(server, token): (&String, &Token)| {
        Some((server.clone(), token.refresh_token.as_ref()?.expose_secret().to_owned()))
    };
    Ok(Granted {
        refresh_tokens: refreshed.tokens.iter().filter_map(refresh_token).collect(),
        secrets: response.secrets().map(|secret| secret.expose_secret().to_owned()).collect(),
        expires_at_seconds: refreshed.tokens.get(resource_server).map_or(0, |token| token.expires_at_seconds),
        is_refreshed: refreshed.access_token.is_ok(),
        is_login: response.tokens().is_ok(),
    })
}

/// A body that arrives in these chunks, decoded.
pub fn decoded<'b>(coding: &'static str, chunks: impl Iterator<Item = &'b [u8]>) -> Result<Vec<u8>, String> {
    let headers = HeaderMap::from_iter([(CONTENT_ENCODING, HeaderValue::from_static(coding))]);
    let mut decoder = Decoder::of(&headers)?;
    let mut body = Vec::new();
    for chunk in chunks {
        let receive = |bytes: &[u8]| {
            body.extend_from_slice(bytes);
            Ok::<(), Infallible>(())
        };
        decoder.decode(chunk, receive).map_err(|Undecoded::Broken(why)| why)?;
    }
    decoder.finish()?;
    Ok(body)
}

/// A template for the first output of a profile, in the format of this extension.
#[must_use]
pub fn template(profile: &Profile, extension: &str, text: &str) -> Option<Result<Template>> {
    let (output, format) = (profile.outputs.first()?, Format::with_extension(extension)?);
    Some(Template::for_output(profile, output, source_text("fuzz", text), format))
}

/// The output for these rows, all of them held before the first is rendered.
pub fn rendered_whole(
    template: &Template,
    context: &TemplateContext<'_>,
    rows: &[Value],
    outcomes: &Outcomes,
) -> Result<String> {
    let context = context.clone().for_reading(template.fields(), template.main());
    let rows = rows.iter().cloned().map(Into::into).collect();
    template.render(TemplateContext::with_outcomes(context.with_rows(rows), outcomes))
}

/// What `runner diff --format json` prints of two records of the history, and what a template sees of them, as JSON.
pub fn changes_between(earlier: &Path, later: &Path) -> io::Result<(String, String)> {
    let (since, until) = (Record::open(earlier)?, Record::open(later)?);
    let compared = Compared {
        since: (&since.header.head, since.sorted()?),
        until: (&until.header.head, until.sorted()?),
        main: &SourceName::Groups,
    };
    let mut printed = Vec::new();
    write_changes(compared, &mut printed)?;
    let changes = RunChanges::between(since, until, SourceName::Groups);
    let known = changes.known().map_err(|error| io::Error::other(error.to_string()))?;
    Ok((String::from_utf8(printed).map_err(io::Error::other)?, known.value.to_string()))
}

/// A crontab that has this line for a profile.
pub fn crontab_with(text: &[u8], profile: &str, line: &str) -> Result<Vec<u8>> {
    let mut text = crontab::Text::parse(text)?;
    text.set(profile, line.to_owned());
    Ok(text.to_bytes())
}

/// A crontab that has no line for a profile.
pub fn crontab_without(text: &[u8], profile: &str) -> Result<Vec<u8>> {
    let mut text = crontab::Text::parse(text)?;
    text.remove(profile);
    Ok(text.to_bytes())
}

/// The profiles that a crontab has a line for, each with its line.
pub fn crontab_jobs(text: &[u8]) -> Result<Vec<(String, String)>> {
    let text = crontab::Text::parse(text)?;
    Ok(text.jobs().map(|(profile, line)| (profile.to_owned(), line.to_owned())).collect())
}
