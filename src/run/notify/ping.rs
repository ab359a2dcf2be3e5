//! Pings with the conventions of healthchecks.io: `URL/start`, then `URL` or `URL/fail`, each with the run id.

use std::cell::RefCell;

use secrecy::{ExposeSecret, SecretString};
use tokio::task::JoinHandle;
use url::Url;
use uuid::Uuid;

use crate::globus::auth::SecretName;
use crate::globus::http::{HttpOptions, ping};
use crate::profile::Profile;
use crate::profile::{Notify, PingFailure, PingUrl};
use crate::run::ended::Ended;
use crate::run::session::settings;

const PING_URL: SecretName = SecretName { what: "the URL to ping", key: "ping_url" };

/// The pings of one run. A ping that fails is a warning.
#[derive(Debug)]
pub struct Pings {
    url: Url,
    options: HttpOptions,
    failure: PingFailure,
    run: Uuid,
    /// The first one, which the run does not wait for.
    start: RefCell<Option<JoinHandle<()>>>,
}

impl Pings {
    /// Those that the profile asks for; `None` if it asks for none of this run. What is wrong with its URL is a warning.
    pub async fn of(profile: &Profile, is_scheduled: bool, run: Uuid) -> Option<Self> {
        let Notify { ping_url, failure, always, .. } = &profile.notify;
        let ping_url = ping_url.as_ref().filter(|_| is_scheduled || *always)?;
        let prepared = async {
            let url = parse(&match ping_url {
                PingUrl::Written { url, .. } => url.clone(),
                PingUrl::In(place) => place.read(PING_URL).await?,
            })?;
            let options = settings::http(profile)?;
            Ok(Self { url, options, failure: *failure, run, start: RefCell::default() })
        };
        let prepared: crate::Result<Self> = prepared.await;
        prepared.map_err(|error| tracing::warn!("nothing is pinged: {}", error.summary())).ok()
    }

    /// Says that the run begins.
    pub fn start(&self) {
        let (url, options) = (self.url_of(Some("start")), self.options.clone());
        let ping = async move {
            // The last one says whether the service can be reached.
            if let Err(why) = ping(&options, &url, String::new()).await {
                tracing::debug!("can't ping that the run starts: {why}");
            }
        };
        *self.start.borrow_mut() = Some(tokio::spawn(ping));
    }

    /// Says how it ended. The services need to hear of its begin before.
    pub async fn end(&self, ended: &Ended) {
        let start = self.start.take();
        if let Some(start) = start {
            let _ = start.await;
        }
        let (suffix, text) = match ended.failure {
            None => (None, ended.message.clone()),
            Some(failure) => {
                let code = failure.kind.exit_code();
                let suffix = match self.failure {
                    PingFailure::Fail => "fail".to_owned(),
                    PingFailure::ExitCode => code.to_string(),
                };
                let kind = failure.kind.name().replace('_', " ");
                (Some(suffix), format!("exit {code}: {kind}: {}", ended.message))
            }
        };
        let url = self.url_of(suffix.as_deref());
        if let Err(why) = ping(&self.options, &url, text).await {
            tracing::warn!("can't ping {}: {why}", url.host_str().unwrap_or("?"));
        }
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

fn parse(url: &SecretString) -> crate::Result<Url> {
    let wrong = |why: &str| crate::Error::usage("the URL to ping is not usable").because(why);
    // The error of the parser does not quote it.
    let url = Url::parse(url.expose_secret()).map_err(|error| wrong(&error.to_string()))?;
    match url.scheme() {
        "http" | "https" => Ok(url),
        _ => Err(wrong("it is neither http nor https")),
    }
}
