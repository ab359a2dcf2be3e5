//! Which function responds to a request.

use std::fmt;

use globus_loopback::http::HeaderValue;
use globus_loopback::http::header::ALLOW;
use globus_loopback::http::{Method, StatusCode};
use percent_encoding::percent_decode_str;

use super::Response;
use super::request::Request;
use super::response::{empty, text};

/// The function for the requests with a method to a path.
pub(crate) struct Route<S, E> {
    method: Method,
    path: &'static str,
    respond: fn(&S, &Request) -> Result<Response, E>,
}

impl<S, E> fmt::Debug for Route<S, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

/// `{id}` in the path is a segment that is not empty; [`Request::id`] has it.
pub(crate) const fn get<S, E>(
    path: &'static str,
    respond: fn(&S, &Request) -> Result<Response, E>,
) -> Route<S, E> {
    Route { method: Method::GET, path, respond }
}

pub(crate) const fn post<S, E>(
    path: &'static str,
    respond: fn(&S, &Request) -> Result<Response, E>,
) -> Route<S, E> {
    Route { method: Method::POST, path, respond }
}

pub(crate) const fn put<S, E>(
    path: &'static str,
    respond: fn(&S, &Request) -> Result<Response, E>,
) -> Route<S, E> {
    Route { method: Method::PUT, path, respond }
}

pub(crate) const fn delete<S, E>(
    path: &'static str,
    respond: fn(&S, &Request) -> Result<Response, E>,
) -> Route<S, E> {
    Route { method: Method::DELETE, path, respond }
}

/// The response of the first route that has the path, and the method; `None` if no route has the path.
pub(crate) fn respond<S, E: Into<Response>>(
    routes: &[Route<S, E>],
    service: &S,
    request: &mut Request,
) -> Option<Response> {
    // A path without `{id}` comes before one with it.
    let path = routes.iter().map(|route| route.path).find(|path| capture(path, request.path()).is_some())?;
    let of_path = || routes.iter().filter(|route| route.path == path);
    let Some(route) = of_path().find(|route| serves(&route.method, request.method())) else {
        return Some(method_not_allowed(of_path().map(|route| &route.method)));
    };
    match percent_decode_str(capture(path, request.path())?).decode_utf8() {
        Ok(id) => request.id = id.into_owned(),
        Err(_) => return Some(text(StatusCode::BAD_REQUEST, "The path is not UTF-8")),
    }
    Some((route.respond)(service, request).unwrap_or_else(Into::into))
}

/// Whether a route for a method is one for the method of a request.
pub(crate) fn serves(route: &Method, request: &Method) -> bool {
    route == request || (route == Method::GET && request == Method::HEAD)
}

/// The segment of the path that matches `{id}`, empty if the route has no `{id}`; `None` if the path is not that of the route.
pub(crate) fn capture<'p>(route: &str, path: &'p str) -> Option<&'p str> {
    let Some((before, after)) = route.split_once("{id}") else { return (route == path).then_some("") };
    let id = path.strip_prefix(before)?.strip_suffix(after)?;
    (!id.is_empty() && !id.contains('/')).then_some(id)
}

/// 405, with the methods of a path.
pub(crate) fn method_not_allowed<'m>(methods: impl Iterator<Item = &'m Method>) -> Response {
    let mut allowed = Vec::new();
    for method in methods {
        allowed.push(method.as_str());
        if method == Method::GET {
            allowed.push("HEAD");
        }
    }
    let mut response = empty(StatusCode::METHOD_NOT_ALLOWED);
    if let Ok(allowed) = HeaderValue::from_str(&allowed.join(",")) {
        response.headers_mut().insert(ALLOW, allowed);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_one_segment() {
        for (route, path, id) in [
            ("/v2/groups/{id}", "/v2/groups/a%20b", Some("a%20b")),
            ("/v2/groups/{id}", "/v2/groups/", None),
            ("/v2/groups/{id}", "/v2/groups/a/policies", None),
            ("/v2/groups/{id}/policies", "/v2/groups/a/policies", Some("a")),
            ("/v2/groups/{id}/policies", "/v2/groups/policies", None),
            ("/jobs/", "/jobs/", Some("")),
            ("/jobs/", "/jobs", None),
        ] {
            assert_eq!(capture(route, path), id, "{route} {path}");
        }
    }
}
