//! Globus Groups: what a user belongs to.
//!
//! <https://groups.api.globus.org/redoc>

use reqwest::StatusCode;
use secrecy::SecretString;
use serde_json::{Map, Value};
use url::Url;

use crate::error::Result;
use crate::globus::auth::{Authorizer, Identity, Requirements};
use crate::globus::http::{Answer, Ask, Elements, NotAnArray, Sink, Stopped, Transport};
use crate::{Error, Kind};

/// The resource server whose token Groups accepts.
pub const GROUPS_RESOURCE_SERVER: &str = "groups.api.globus.org";

/// The service sends all groups in one answer. Ten thousand groups are about 7 MB.
const LARGEST_ANSWER: usize = 1024 * 1024 * 1024;

const SERVICE: &str = "Globus Groups";

/// The Groups service.
#[derive(Debug)]
pub struct Groups<'a> {
    transport: &'a Transport,
    base: &'a Url,
}

impl<'a> Groups<'a> {
    /// The service at this base URL.
    #[must_use]
    pub fn new(transport: &'a Transport, base: &'a Url) -> Self {
        Self { transport, base }
    }

    /// The groups the user is an active member of, in the order of the service; see
    /// [`parse_groups()`].
    pub async fn mine(&self, authorizer: &mut Authorizer<'_>) -> Result<Vec<Value>> {
        let mut all = All(Vec::new());
        self.each(authorizer, &mut all).await?;
        Ok(all.0)
    }

    /// The same, each group as it arrives.
    pub async fn each(&self, authorizer: &mut Authorizer<'_>, receiver: &mut dyn Receiver) -> Result<()> {
        let url = self.base.join("v2/groups/my_groups").map_err(|error| {
            Error::usage(format!("`{}` is not a usable base URL", self.base)).because(error)
        })?;
        let mut body = Body { receiver, identity: None, elements: Elements::new(), error: None };
        let answer = self.authorized(&url, authorizer, &mut body).await?;
        check_status(&answer)?;
        body.elements.finish().map_err(|NotAnArray| no_list("it ends too early, or is no list"))
    }

    /// Asks with a token that is renewed once if it is not accepted, and with a login that is repeated once if
    /// the service wants it otherwise.
    async fn authorized(
        &self,
        url: &Url,
        authorizer: &mut Authorizer<'_>,
        body: &mut Body<'_>,
    ) -> Result<Answer> {
        let token = authorizer.access_token().await?;
        let mut answer = self.ask(url, &token, authorizer, body).await?;
        let requirements = |answer: &Answer| Requirements::in_answer(answer.status, &answer.body);
        if answer.status == StatusCode::UNAUTHORIZED && requirements(&answer).is_none() {
            // Tokens can be revoked before they expire.
            let token = authorizer.replace(&token).await?;
            answer = self.ask(url, &token, authorizer, body).await?;
        }
        if answer.status == StatusCode::UNAUTHORIZED && requirements(&answer).is_none() {
            let token = authorizer.log_in_again().await?;
            answer = self.ask(url, &token, authorizer, body).await?;
        }
        if let Some(required) = requirements(&answer) {
            let token = authorizer.satisfy(required).await?;
            answer = self.ask(url, &token, authorizer, body).await?;
            if let Some(still) = requirements(&answer) {
                return Err(Error::failed(format!("{SERVICE} is still not content with the login"))
                    .because(still.explain())
                    .help("ask an administrator of the group, with these words"));
            }
        }
        Ok(answer)
    }

    async fn ask(
        &self,
        url: &Url,
        token: &SecretString,
        authorizer: &Authorizer<'_>,
        body: &mut Body<'_>,
    ) -> Result<Answer> {
        // Another login can be by somebody else.
        body.identity = authorizer.identity();
        let ask = Ask::get_as(token, SERVICE, url.clone(), LARGEST_ANSWER);
        let answer = self.transport.send_into(&ask, Some(body)).await;
        // What stopped the transport says more than that it was stopped.
        body.error.take().map_or(answer, Err)
    }
}

/// Takes groups as they arrive.
pub trait Receiver {
    /// The first group of this identity comes next, or there is none. It is not the first time if an earlier
    /// answer broke off: what came of it is void.
    fn start(&mut self, identity: Option<&Identity>) -> Result<()>;

    /// The next group, with every key the service sent and `roles`.
    fn group(&mut self, group: Value) -> Result<()>;
}

/// Keeps every group.
struct All(Vec<Value>);

impl Receiver for All {
    fn start(&mut self, _: Option<&Identity>) -> Result<()> {
        self.0.clear();
        Ok(())
    }

    fn group(&mut self, group: Value) -> Result<()> {
        self.0.push(group);
        Ok(())
    }
}

/// The body of an answer, cut into groups.
struct Body<'r> {
    receiver: &'r mut dyn Receiver,
    /// Whose groups they are, where the tokens tell it.
    identity: Option<Identity>,
    elements: Elements,
    error: Option<Error>,
}

impl Sink for Body<'_> {
    fn start(&mut self) {
        self.elements = Elements::new();
        self.error = self.receiver.start(self.identity.as_ref()).err();
    }

    fn piece(&mut self, bytes: &[u8]) -> Result<(), Stopped> {
        if self.error.is_none() {
            let receiver = &mut *self.receiver;
            let groups = self.elements.feed(bytes, |element| {
                let group = serde_json::from_slice(element).map_err(no_list)?;
                receiver.group(with_roles(group)?)
            });
            self.error = groups.err();
        }
        if self.error.is_some() { Err(Stopped) } else { Ok(()) }
    }
}

impl From<NotAnArray> for Error {
    fn from(_: NotAnArray) -> Self {
        no_list("it is no list, or holds something else than groups")
    }
}

fn no_list(why: impl std::fmt::Display) -> Error {
    Error::failed(format!("{SERVICE} answered with something that is not a list of groups"))
        .because(why)
        .help("run it again with -vv; if it stays, the service or something in between has changed")
}

/// The groups of an answer, each with every key the service sent and `roles`: the roles of the user's
/// memberships, sorted and unique.
pub fn parse_groups(body: &[u8]) -> Result<Vec<Value>> {
    let groups: Vec<Map<String, Value>> = serde_json::from_slice(body).map_err(no_list)?;
    groups.into_iter().map(with_roles).collect()
}

/// Adds `roles`, from the memberships. One user can hold several memberships in a group, one for each linked identity.
pub fn with_roles(mut group: Map<String, Value>) -> Result<Value> {
    for key in ["id", "name"] {
        if !group.get(key).is_some_and(Value::is_string) {
            return Err(Error::failed(format!(
                "{SERVICE} sent a group whose `{key}` is missing or not text"
            )));
        }
    }
    let mut roles: Vec<String> = group
        .get("my_memberships")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|membership| membership.get("role")?.as_str().map(str::to_owned))
        .collect();
    roles.sort_unstable();
    roles.dedup();
    group.insert("roles".to_owned(), roles.into());
    Ok(Value::Object(group))
}

fn check_status(answer: &Answer) -> Result<()> {
    let status = answer.status;
    if status == StatusCode::OK {
        return Ok(());
    }
    let said = said(&answer.body);
    let status = status.as_u16();
    if answer.is_outage() {
        return Err(Error::new(Kind::Unreachable, format!("{SERVICE} keeps failing with status {status}"))
            .because(said)
            .help("try again later; https://status.globus.org tells of outages"));
    }
    Err(Error::failed(format!("{SERVICE} refused the request with status {status}")).because(said))
}

/// The service's own words about an error, fit to be shown: in one line, short, without control characters.
fn said(body: &[u8]) -> String {
    const LONGEST: usize = 300;
    let parsed: Value = serde_json::from_slice(body).unwrap_or_default();
    let first = &parsed["errors"][0];
    let words = [&first["detail"], &first["title"], &parsed["detail"], &parsed["message"], &parsed["code"]]
        .into_iter()
        .find_map(Value::as_str)
        .map_or_else(|| String::from_utf8_lossy(body).into_owned(), str::to_owned);
    let words: String = words.chars().filter(|character| !character.is_control()).take(LONGEST).collect();
    if words.is_empty() { "it gave no reason".to_owned() } else { words }
}
