//! A request to a service, and the URL that its access token goes to.

use serde_json::Value;
use url::Url;

use crate::globus::http::limits;
use crate::globus::service::Service;
use crate::{Error, Result};

/// A request that only reads.
#[derive(Debug, Clone)]
pub struct ApiRequest {
    pub service: Service,
    pub method: Method,
    /// From the base URL of the service, without a query. It may begin with a slash.
    pub path: String,
    /// The query.
    pub params: Vec<(String, String)>,
    /// A response with more bytes is an error.
    pub limit: usize,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Method {
    Get,
    /// With this JSON. The request must change nothing, as a search: it is sent again after a failure.
    Post(Value),
}

impl ApiRequest {
    pub fn get(service: Service, path: impl Into<String>) -> Self {
        Self { service, method: Method::Get, path: path.into(), params: Vec::new(), limit: limits::LIST }
    }

    /// The URL. It is below the base URL of the service, whatever the path and the query are.
    pub(super) fn url(&self) -> Result<Url> {
        let base = &*self.service.base_url;
        let path = self.path.strip_prefix('/').unwrap_or(&self.path);
        if let Some(why) = misleads(path) {
            return Err(self.outside(why));
        }
        let mut url = base.clone();
        url.set_path(&format!("{}{path}", base.path()));
        if !self.params.is_empty() {
            url.query_pairs_mut().extend_pairs(&self.params);
        }
        if url.origin() != base.origin() || !url.path().starts_with(base.path()) {
            return Err(self.outside("it leads away from the service"));
        }
        Ok(url)
    }

    fn outside(&self, why: &str) -> Error {
        Error::usage(format!("`{}` is not a path of {}", self.path.escape_debug(), self.service.name))
            .because(why)
            .help(format!("a path goes on from {}, such as \"/v2/things\"", self.service.base_url))
    }
}

/// Why a path may not lead where it seems to.
fn misleads(path: &str) -> Option<&'static str> {
    let lowercase = path.to_ascii_lowercase().replace("%2e", ".");
    if path.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return Some("it holds white space");
    }
    if path.contains('\\') {
        return Some("it holds a backslash");
    }
    if path.contains(['?', '#']) {
        return Some("it holds a query or a fragment, which do not belong to a path");
    }
    if lowercase.split('/').any(|segment| matches!(segment, "." | "..")) {
        return Some("it holds a part that is `.` or `..`");
    }
    if path.starts_with('/') || path.contains("//") || path.contains("://") {
        return Some("it holds two slashes in a row");
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::globus::service::{BaseUrl, ChosenBy, TokenKey};

    fn url(base: &str, path: &str, params: &[(&str, &str)]) -> Result<String> {
        let service = Service {
            name: "Globus Transfer".into(),
            token: TokenKey::ResourceServer("transfer.example.org".into()),
            base_url: BaseUrl::new(base.parse().unwrap(), ChosenBy::Environment),
        };
        let params = params.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        ApiRequest { params, ..ApiRequest::get(service, path) }.url().map(String::from)
    }

    #[test]
    fn a_path_goes_on_from_the_base_url() {
        for (base, path, params, expected) in [
            ("https://a.org/", "/v0.10/task_list", &[][..], "https://a.org/v0.10/task_list"),
            ("https://a.org/", "v0.10/task_list", &[], "https://a.org/v0.10/task_list"),
            ("http://127.0.0.1:9/base/", "/jobs/", &[], "http://127.0.0.1:9/base/jobs/"),
            ("https://a.org/", "", &[], "https://a.org/"),
            ("https://a.org/", "/a%2Fb/..c/d", &[], "https://a.org/a%2Fb/..c/d"),
            ("https://a.org/", "/x", &[("q", "a&b=ä /?#")], "https://a.org/x?q=a%26b%3D%C3%A4+%2F%3F%23"),
            ("https://a.org/", "/u@evil.org:80/x", &[], "https://a.org/u@evil.org:80/x"),
        ] {
            assert_eq!(url(base, path, params).unwrap(), expected);
        }
    }

    #[test]
    fn no_path_leads_away_from_the_service() {
        for base in ["https://a.org/", "https://a.org/base/"] {
            for path in [
                "//evil.org/x",
                "///evil.org/x",
                "https://evil.org/x",
                "/https://evil.org",
                "HTTPS://evil.org",
                "\\\\evil.org\\x",
                "/\\evil.org",
                "\\/evil.org",
                "../x",
                "/../x",
                "/v1/../x",
                "/v1/..",
                "/v1/.",
                "/v1/%2e%2E/x",
                "/v1/.%2e",
                "/v1/.\t./x",
                "/v1/\n../x",
                "\t//evil.org",
                " //evil.org",
                "/x?y=1",
                "/x#y",
                "/x\0y",
            ] {
                let error = url(base, path, &[]).unwrap_err();
                assert_eq!(error.kind.exit_code(), 2, "{path:?}");
                assert!(error.to_string().contains("is not a path of Globus Transfer"), "{error}");
            }
        }
    }

    /// Whatever a path holds, the URL is below the base URL or refused.
    #[test]
    fn a_scheme_within_a_path_is_text() {
        assert_eq!(url("https://a.org/b/", "/mailto:x@y", &[]).unwrap(), "https://a.org/b/mailto:x@y");
        assert_eq!(url("https://a.org/", "javascript:1", &[]).unwrap(), "https://a.org/javascript:1");
    }
}
