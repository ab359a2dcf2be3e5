//! The endpoints of the lists.

use std::sync::Arc;

use axum::extract::rejection::JsonRejection;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, Uri};
use axum::routing::{MethodRouter, get, post};
use axum::{Json, Router};
use serde_json::{Map, Value};

use super::endpoints::{ENDPOINTS, Endpoint};
use super::error::ListError;
use super::service::Lists;
use crate::auth::AuthError;

pub(crate) fn router(lists: Arc<Lists>) -> Router {
    ENDPOINTS
        .iter()
        .fold(Router::new(), |router, endpoint| router.route(endpoint.path, method(endpoint)))
        .with_state(lists)
}

fn method(endpoint: &'static Endpoint) -> MethodRouter<Arc<Lists>> {
    if endpoint.is_post {
        return post(
            move |State(lists): State<Arc<Lists>>,
                  uri: Uri,
                  headers: HeaderMap,
                  body: Result<Json<Map<String, Value>>, JsonRejection>| async move {
                let wrong = |error: JsonRejection| AuthError::invalid_request(error.body_text());
                let body = body.map_err(|error| ListError::of(wrong(error), endpoint.service, uri.path()))?;
                lists.respond(endpoint, uri.path(), &headers, &body).map(Json)
            },
        );
    }
    get(
        move |State(lists): State<Arc<Lists>>,
              uri: Uri,
              headers: HeaderMap,
              Query(query): Query<Vec<(String, String)>>| async move {
            let parameters = query.into_iter().map(|(key, value)| (key, value.into())).collect();
            lists.respond(endpoint, uri.path(), &headers, &parameters).map(Json)
        },
    )
}
