//! The endpoints of Globus Groups.
//!
//! <https://groups.api.globus.org/redoc>

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Map, Value, json};

use super::documents;
use super::error::GroupsError;
use super::service::{Groups, memberships_of, visible_memberships};
use crate::auth::{AuthError, Parameters};
use crate::data::{Group, Membership, STATUSES};

const INCLUDES: [&str; 5] = ["memberships", "my_memberships", "policies", "allowed_actions", "child_ids"];

/// Scopes that allow to manage one's own groups, and to see them.
const ALL: &str = "urn:globus:auth:scope:groups.api.globus.org:all";
const VIEW: &str = "urn:globus:auth:scope:groups.api.globus.org:view_my_groups_and_memberships";

pub(crate) fn router(groups: Arc<Groups>) -> Router {
    Router::new()
        .route("/v2/groups/my_groups", get(my_groups))
        .route("/v2/groups/statuses", get(statuses))
        .route("/v2/groups/{id}", get(group))
        .route("/v2/groups/{id}/policies", get(policies))
        .route("/v2/groups/{id}/membership_fields", get(membership_fields))
        .route("/v2/preferences", get(preferences))
        .route("/v2/subscription_info/{id}", get(subscription_info))
        .with_state(groups)
}

/// `GET /v2/groups/my_groups`.
async fn my_groups(
    State(groups): State<Arc<Groups>>,
    headers: HeaderMap,
    Query(parameters): Query<Parameters>,
) -> Result<Response, GroupsError> {
    let caller = groups.caller(&headers, &[ALL, VIEW])?;
    let statuses = choices(&parameters, "statuses", &STATUSES)?;
    if let Some(body) = groups.my_groups() {
        return Ok(([(CONTENT_TYPE, "application/json")], body).into_response());
    }
    let statuses = if statuses.is_empty() { vec!["active"] } else { statuses };
    let wanted = |membership: &&Membership| statuses.contains(&membership.status.as_str());
    let found: Vec<Value> = groups
        .data
        .groups
        .iter()
        .filter_map(|group| {
            let mine: Vec<&Membership> = memberships_of(group, &caller).filter(wanted).collect();
            (!mine.is_empty()).then(|| documents::group(&groups.data, group, &mine))
        })
        .collect();
    Ok(Json(found).into_response())
}

/// `GET /v2/groups/statuses`: how many memberships have each status, in the groups that the caller manages.
async fn statuses(State(groups): State<Arc<Groups>>, headers: HeaderMap) -> Result<Json<Value>, GroupsError> {
    let caller = groups.caller(&headers, &[ALL, VIEW])?;
    let is_managed = |group: &&Group| {
        memberships_of(group, &caller).any(|one| one.status == "active" && one.role != "member")
    };
    let managed = groups.data.groups.iter().filter(is_managed);
    Ok(Json(managed.map(|group| (group.id.clone(), documents::status_counts(group))).collect()))
}

/// `GET /v2/groups/{id}?include=…`.
async fn group(
    State(groups): State<Arc<Groups>>,
    headers: HeaderMap,
    Path(id): Path<String>,
    Query(parameters): Query<Parameters>,
) -> Result<Json<Value>, GroupsError> {
    let caller = groups.caller(&headers, &[ALL, VIEW])?;
    let group = groups.visible(&id, &caller)?;
    let data = &groups.data;
    let mine: Vec<&Membership> = memberships_of(group, &caller).collect();
    let mut document = documents::group(data, group, &mine);
    for include in choices(&parameters, "include", &INCLUDES)? {
        let value = match include {
            "memberships" => documents::memberships(data, group, visible_memberships(group, &caller)?),
            "child_ids" => documents::child_ids(data, group),
            "allowed_actions" => documents::allowed_actions(group, &mine, caller.identities()),
            // `my_memberships` and `policies` are there already.
            _ => continue,
        };
        document[include] = value;
    }
    Ok(Json(document))
}

/// `GET /v2/groups/{id}/policies`.
async fn policies(
    State(groups): State<Arc<Groups>>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Json<Value>, GroupsError> {
    let caller = groups.caller(&headers, &[ALL, VIEW])?;
    Ok(Json(documents::policies(groups.visible(&id, &caller)?)))
}

/// `GET /v2/groups/{id}/membership_fields`: those of each identity of the caller.
async fn membership_fields(
    State(groups): State<Arc<Groups>>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Json<Value>, GroupsError> {
    let caller = groups.caller(&headers, &[ALL, VIEW])?;
    let group = groups.visible(&id, &caller)?;
    let of_identity = |(id, username): (&str, &str)| {
        let membership = memberships_of(group, &caller).find(|one| one.username == username)?;
        Some((id.to_owned(), Value::Object(membership.fields.clone())))
    };
    Ok(Json(Value::Object(caller.identities().filter_map(of_identity).collect())))
}

/// `GET /v2/preferences`: those of each identity of the caller.
async fn preferences(
    State(groups): State<Arc<Groups>>,
    headers: HeaderMap,
) -> Result<Json<Value>, GroupsError> {
    let caller = groups.caller(&headers, &[ALL])?;
    let of_identity = |(id, _): (&str, &str)| (id.to_owned(), json!({ "allow_add": true }));
    let preferences: Map<String, Value> = caller.identities().map(of_identity).collect();
    Ok(Json(Value::Object(preferences)))
}

/// `GET /v2/subscription_info/{id}`: less about a subscription than its group says.
async fn subscription_info(
    State(groups): State<Arc<Groups>>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Json<Value>, GroupsError> {
    groups.caller(&headers, &[ALL, VIEW])?;
    let has = |group: &&Group| group.keys.get("subscription_id").and_then(Value::as_str) == Some(&id);
    let group = groups
        .data
        .groups
        .iter()
        .find(has)
        .ok_or_else(|| AuthError::not_found("There is no such subscription"))?;
    let mut info = group.keys.get("subscription_info").cloned().unwrap_or_default();
    if let Value::Object(info) = &mut info {
        info.retain(|key, _| ["is_high_assurance", "is_baa", "connectors"].contains(&key.as_str()));
    }
    Ok(Json(json!({ "group_id": group.id, "subscription_id": id, "subscription_info": info })))
}

/// The values of an optional parameter, each one of `known`.
fn choices<'p>(
    parameters: &'p Parameters,
    parameter: &'static str,
    known: &[&str],
) -> Result<Vec<&'p str>, GroupsError> {
    let given: Vec<&str> = parameters.list(parameter).filter(|word| !word.is_empty()).collect();
    match given.iter().find(|word| !known.contains(word)) {
        Some(wrong) => {
            let reason = format!("`{wrong}` is not one of {}", known.join(", "));
            Err(GroupsError::Invalid { parameter, reason })
        }
        None => Ok(given),
    }
}
