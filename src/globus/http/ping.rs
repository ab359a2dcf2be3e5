//! Telling a monitoring service how a run went. Its URL is a secret, which no message and no log shows.

use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, HeaderValue};
use tokio::time::{sleep, timeout};
use url::Url;

use super::cause::{RefusedCertificate, innermost, plain};
use super::options::HttpOptions;
use super::retry;
use crate::diagnostic::duration::limit_in_words;
use crate::globus::urls::is_loopback;

/// How often a failed ping is sent again.
const RETRIES: u32 = 3;

/// Sends this text to the URL. All tries together take no longer than the limit. The error says why that failed, without the
/// URL.
pub async fn ping(options: &HttpOptions, url: &Url, text: String, limit: Duration) -> Result<(), String> {
    let loopback = is_loopback(url);
    let client =
        if loopback && url.scheme() == "http" { options.plain_client() } else { options.client(loopback) };
    let client = client.map_err(|error| error.summary())?;
    let mut why = format!("no response within {}", limit_in_words(limit));
    let tries = async {
        for attempt in 0.. {
            let request = client.post(url.clone()).body(text.clone());
            let sent =
                request.header(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8")).send();
            let is_transient = match sent.await {
                Ok(response) if response.status().is_success() => return true,
                Ok(response) => {
                    why = answer(response.status());
                    retry::is_transient(response.status())
                }
                Err(error) => {
                    let refused = RefusedCertificate::of(&error).map(|refused| refused.why);
                    let is_final = refused.is_some();
                    why = refused.unwrap_or_else(|| plain(&innermost(&error.without_url())));
                    !is_final
                }
            };
            if !is_transient || attempt == RETRIES {
                break;
            }
            sleep(retry::wait(attempt, None)).await;
        }
        false
    };
    match timeout(limit, tries).await {
        Ok(true) => Ok(()),
        Ok(false) | Err(_) => Err(why),
    }
}

fn answer(status: StatusCode) -> String {
    let hint = match status {
        StatusCode::NOT_FOUND => ": there is no such check",
        _ if status.is_redirection() => ": it redirects, which is not followed",
        _ => "",
    };
    format!("it answers {}{hint}", status.as_u16())
}
