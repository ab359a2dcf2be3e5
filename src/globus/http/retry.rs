//! When to send a request again, and how long to wait first: the rules of the Globus SDK.

use std::time::{Duration, SystemTime};

use reqwest::StatusCode;
use reqwest::header::{HeaderMap, RETRY_AFTER};

/// The longest wait between two tries.
pub(super) const MAX_WAIT: Duration = Duration::from_secs(10);

/// Whether another try may succeed. [`is_outage`](super::Response::is_outage) is what counts after the last one.
pub(super) fn is_transient(status: StatusCode) -> bool {
    matches!(status.as_u16(), 429 | 500 | 502 | 503 | 504)
}

/// The wait after try number `attempt` (from 0): what the service asks for, else twice as long each time, with jitter
/// so that many clients don't return at once.
pub(super) fn wait(attempt: u32, requested: Option<Duration>) -> Duration {
    let wait = requested.unwrap_or_else(|| {
        let jitter = 0.25 + 0.5 * fastrand::f64();
        Duration::from_secs_f64(jitter * f64::from(1_u32 << attempt.min(10)))
    });
    wait.min(MAX_WAIT)
}

/// When the next try is, such as `in 4 s`.
pub(super) fn in_words(wait: Duration) -> String {
    let seconds = wait.as_secs_f64();
    match wait.as_millis() {
        0 => "now".to_owned(),
        1..950 => format!("in {:.1} s", seconds.max(0.1)),
        _ => format!("in {seconds:.0} s"),
    }
}

/// `Retry-After` on 429 and 503, in seconds or as an HTTP date
/// ([RFC 9110, section 10.2.3](https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3)).
pub(super) fn retry_after(status: StatusCode, headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    if !matches!(status.as_u16(), 429 | 503) {
        return None;
    }
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(value).ok()?;
    Some(date.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backoff_doubles_with_jitter_up_to_the_cap() {
        for attempt in 0..40 {
            let wait = wait(attempt, None).as_secs_f64();
            let step = f64::from(1_u32 << attempt.min(10));
            assert!(wait >= (0.25 * step).min(10.0) && wait <= (0.75 * step).min(10.0), "{attempt}: {wait}");
        }
        assert_eq!(wait(0, Some(Duration::from_secs(3600))), MAX_WAIT);
        assert_eq!(wait(3, Some(Duration::ZERO)), Duration::ZERO);
    }

    #[test]
    fn a_wait_in_words() {
        for (milliseconds, words) in [
            (0, "now"),
            (1, "in 0.1 s"),
            (949, "in 0.9 s"),
            (950, "in 1 s"),
            (3700, "in 4 s"),
            (10_000, "in 10 s"),
        ] {
            assert_eq!(in_words(Duration::from_millis(milliseconds)), words);
        }
    }

    #[test]
    fn retry_after_in_both_forms() {
        let requested = |status: u16, value: &str| {
            let headers = HeaderMap::from_iter([(RETRY_AFTER, value.parse().unwrap())]);
            let now = httpdate::parse_http_date("Sun, 06 Nov 1994 08:49:30 GMT").unwrap();
            retry_after(StatusCode::from_u16(status).unwrap(), &headers, now)
        };
        assert_eq!(requested(429, "7"), Some(Duration::from_secs(7)));
        assert_eq!(requested(503, "Sun, 06 Nov 1994 08:49:37 GMT"), Some(Duration::from_secs(7)));
        assert_eq!(requested(503, "Sun, 06 Nov 1994 08:49:00 GMT"), Some(Duration::ZERO));
        assert_eq!(requested(500, "7"), None);
        assert_eq!(requested(503, "soon"), None);
        assert_eq!(requested(503, "-1"), None);
    }
}
