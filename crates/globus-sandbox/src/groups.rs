//! Globus Groups.
//!
//! <https://groups.api.globus.org/redoc>

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use super::data::{Group, Membership};
use super::group_document::{allowed_actions, children, described, membership, policies};
use super::principal::Principal;
use super::problem::{GroupsRefusal, Refusal};
use super::state::Shared;

/// Everything a membership can be.
pub(super) const STATUSES: [&str; 7] =
    ["active", "declined", "invited", "left", "pending", "rejected", "removed"];

const INCLUDES: [&str; 5] = ["memberships", "my_memberships", "policies", "allowed_actions", "child_ids"];

const SERVER: &str = "groups.api.globus.org";
const ALL: &str = "urn:globus:auth:scope:groups.api.globus.org:all";
const MINE: &str = "urn:globus:auth:scope:groups.api.globus.org:view_my_groups_and_memberships";

type Parameters = Query<Vec<(String, String)>>;

/// `GET /v2/groups/my_groups`.
pub(super) async fn my_groups(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    Query(parameters): Parameters,
) -> Result<Response, GroupsRefusal> {
    let asker = asker(&shared, &headers, &[ALL, MINE])?;
    let statuses = listed(&parameters, "statuses", &STATUSES)?.unwrap_or_else(|| vec!["active".to_owned()]);
    if let Some(answer) = shared.state().my_groups.clone() {
        return Ok(([(CONTENT_TYPE, "application/json")], answer).into_response());
    }
    let wanted = |membership: &&Membership| statuses.contains(&membership.status);
    let groups: Vec<Value> = shared
        .data
        .groups
        .iter()
        .filter_map(|group| {
            let mine: Vec<&Membership> = memberships_of(group, &asker).filter(wanted).collect();
            (!mine.is_empty()).then(|| described(&shared, group, &mine))
        })
        .collect();
    Ok(Json(groups).into_response())
}

/// `GET /v2/groups/{id}?include=…`.
pub(super) async fn group(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    Path(id): Path<String>,
    Query(parameters): Parameters,
) -> Result<Json<Value>, GroupsRefusal> {
    let (asker, group) = visible(&shared, &headers, &id)?;
    let mine: Vec<&Membership> = memberships_of(group, &asker).collect();
    let mut value = described(&shared, group, &[]);
    for include in listed(&parameters, "include", &INCLUDES)?.unwrap_or_default() {
        value[&include] = match include.as_str() {
            "memberships" => group.memberships.iter().map(|one| membership(&shared, group, one)).collect(),
            "my_memberships" => mine.iter().map(|one| membership(&shared, group, one)).collect(),
            "child_ids" => children(&shared, group).collect(),
            "allowed_actions" => allowed_actions(&mine),
            _ => policies(group),
        };
    }
    Ok(Json(value))
}

/// `GET /v2/groups/{id}/policies`.
pub(super) async fn group_policies(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Json<Value>, GroupsRefusal> {
    let (_, group) = visible(&shared, &headers, &id)?;
    Ok(Json(policies(group)))
}

/// `GET /v2/groups/{id}/membership_fields`: one's own.
pub(super) async fn membership_fields(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Json<Value>, GroupsRefusal> {
    let (asker, group) = visible(&shared, &headers, &id)?;
    let fields = memberships_of(group, &asker).next().map(|one| one.fields.clone());
    Ok(Json(Value::Object(fields.unwrap_or_default())))
}

/// `GET /v2/preferences`.
pub(super) async fn preferences(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
) -> Result<Json<Value>, GroupsRefusal> {
    let asker = asker(&shared, &headers, &[ALL])?;
    let allows = json!({ "allow_add": true });
    Ok(Json(
        json!({ "preferences": asker.identities().map(|(id, _)| (id.to_owned(), allows.clone())).collect::<Map<_, _>>() }),
    ))
}

/// `GET /v2/subscription_info/{id}`.
pub(super) async fn subscription_info(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Json<Value>, GroupsRefusal> {
    asker(&shared, &headers, &[ALL, MINE])?;
    let of = |group: &&Group| group.keys.get("subscription_id").and_then(Value::as_str) == Some(&id);
    let group = shared
        .data
        .groups
        .iter()
        .find(of)
        .ok_or_else(|| Refusal::not_found("There is no such subscription"))?;
    let info = group.keys.get("subscription_info").cloned().unwrap_or_default();
    Ok(Json(json!({ "group_id": group.id, "subscription_id": id, "subscription_info": info })))
}

/// Who asks, if the token is good for it and comes from a login that meets what is demanded.
fn asker(shared: &Shared, headers: &HeaderMap, scopes: &[&str]) -> Result<Principal, GroupsRefusal> {
    let grant = shared.authorize(headers, SERVER, scopes)?;
    let state = shared.state();
    if let Some(requirements) = &state.requirements
        && !requirements.are_met(&grant, &state.consents)
    {
        return Err(GroupsRefusal::LoginAgain(requirements.body()));
    }
    let asker = state.principal(&shared.data, &grant.parties.identity);
    Ok(asker.ok_or_else(Refusal::unauthorized)?)
}

/// A group that the asker belongs to, in whatever way; others look as if they were not there.
fn visible<'s>(
    shared: &'s Shared,
    headers: &HeaderMap,
    id: &str,
) -> Result<(Principal, &'s Group), GroupsRefusal> {
    let asker = asker(shared, headers, &[ALL, MINE])?;
    let group = shared.data.groups.iter().find(|group| group.id == id);
    let group = group.filter(|group| memberships_of(group, &asker).next().is_some());
    Ok((asker, group.ok_or_else(|| Refusal::not_found("No group with this ID can be seen"))?))
}

fn memberships_of<'g>(group: &'g Group, asker: &Principal) -> impl Iterator<Item = &'g Membership> {
    group.memberships.iter().filter(|one| asker.identities().any(|(_, username)| username == one.username))
}

/// A parameter that lists words with commas between them; `None` when it is not given.
fn listed(
    parameters: &[(String, String)],
    name: &str,
    known: &[&str],
) -> Result<Option<Vec<String>>, Refusal> {
    let given: Vec<String> = parameters
        .iter()
        .filter(|(key, _)| key == name)
        .flat_map(|(_, list)| list.split(','))
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    if let Some(wrong) = given.iter().find(|word| !known.contains(&word.as_str())) {
        return Err(Refusal::invalid_request(format!(
            "`{wrong}` is not one of {}: {}",
            name,
            known.join(", ")
        )));
    }
    Ok((!given.is_empty()).then_some(given))
}
