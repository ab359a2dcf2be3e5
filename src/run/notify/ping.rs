//! Pings with the conventions of healthchecks.io: `URL/start`, then `URL` or `URL/fail`, each with the run id.

use std::cell::RefCell;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared};
use secrecy::{ExposeSecret, SecretString};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use url::Url;
use uuid::Uuid;

use crate::diagnostic::duration::limit_in_words;
use crate::globus::auth::SecretName;
use crate::globus::http::{HttpOptions, ping};
use crate::profile::Profile;
use crate::profile::{Notify, PingFailure, PingUrl};
use crate::run::ended::Ended;
use crate::run::session::settings;
use crate::{Error, Result};

const PING_URL: SecretName = SecretName { what: "the URL to ping", key: "ping_url" };

/// How long the first ping is tried. The run does not wait for it.
const START_LIMIT: Duration = Duration::from_secs(10);

/// The pings of one run. A ping that fails is a warning.
#[derive(Debug)]
pub struct Pings {
    check: Shared<BoxFuture<'static, Result<Arc<Check>>>>,
    /// The first one, which is sent while the run goes on.
    start: RefCell<Option<JoinHandle<()>>>,
}

/// What is pinged.
#[derive(Debug)]
struct Check {
    url: Url,
    options: HttpOptions,
    failure: PingFailure,
    run: Uuid,
}

impl Pings {
    /// Those that the profile asks for; `None` if it asks for none of this run.
    pub fn of(profile: &Profile, is_scheduled: bool, run: Uuid) -> Option<Self> {
        let Notify { ping_url, failure, always, .. } = &profile.notify;
        let (ping_url, failure) = (ping_url.clone().filter(|_| is_scheduled || *always)?, *failure);
        let options = settings::http(profile);
        let check = async move {
            let url = parse(&match ping_url {
                PingUrl::Written { url, .. } => url,
                PingUrl::In(place) => place.read(PING_URL).await?,
            })?;
            Ok(Arc::new(Check { url, options: options?, failure, run }))
        };
        Some(Self { check: check.boxed().shared(), start: RefCell::default() })
    }

    /// Says that the run begins.
    pub fn start(&self) {
        let check = self.check.clone();
        let ping = async move {
            // The last one says what is wrong.
            let Ok(check) = check.await else { return };
            let url = check.url_of(Some("start"));
            if let Err(why) = ping(&check.options, &url, String::new(), START_LIMIT).await {
                log::debug!("can't ping that the run starts: {why}");
            }
        };
        *self.start.borrow_mut() = Some(tokio::spawn(ping));
    }

    /// Waits until it is known what is pinged.
    pub async fn know_url(&self) {
        // The last one says what is wrong.
        let _ = self.check.clone().await;
    }

    /// Says how it ended, within this time. The services need to hear of its begin before.
    pub async fn end(&self, ended: &Ended, limit: Duration) {
        let half = limit / 2;
        let mut start = self.start.take();
        let begun = timeout(half, async {
            self.know_url().await;
            if let Some(start) = &mut start {
                let _ = start.await;
            }
        });
        if begun.await.is_err()
            && let Some(start) = start
        {
            start.abort();
        }
        let check = match self.check.peek() {
            Some(Ok(check)) => check,
            Some(Err(error)) => return log::warn!("nothing is pinged: {}", error.summary()),
            None => {
                return log::warn!("nothing is pinged: the URL was not read within {}", limit_in_words(half));
            }
        };
        let (url, text) = check.end_of(ended);
        if let Err(why) = ping(&check.options, &url, text, half).await {
            log::warn!("can't ping {}: {why}", url.host_str().unwrap_or("?"));
        }
    }
}

impl Check {
    /// The URL that says how the run ended, and the text that is sent to it.
    fn end_of(&self, ended: &Ended) -> (Url, String) {
        let Some(failure) = ended.failure else { return (self.url_of(None), ended.message.clone()) };
        let code = failure.kind.exit_code();
        let suffix = match self.failure {
            PingFailure::Fail => "fail".to_owned(),
            PingFailure::ExitCode => code.to_string(),
        };
        let kind = failure.kind.name().replace('_', " ");
        (self.url_of(Some(&suffix)), format!("exit {code}: {kind}: {}", ended.message))
    }

    /// The URL with this suffix and the run id. What the profile has written behind a `?` stays.
    fn url_of(&self, suffix: Option<&str>) -> Url {
        let mut url = self.url.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty();
            segments.extend(suffix);
        }
        url.query_pairs_mut().append_pair("rid", &self.run.to_string());
        url
    }
}

fn parse(url: &SecretString) -> Result<Url> {
    let wrong = |why: &str| Error::usage("the URL to ping is not usable").because(why);
    // The error of the parser does not quote it.
    let url = Url::parse(url.expose_secret()).map_err(|error| wrong(&error.to_string()))?;
    match url.scheme() {
        "http" | "https" => Ok(url),
        _ => Err(wrong("it is neither http nor https")),
    }
}
