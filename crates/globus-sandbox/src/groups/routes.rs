//! The endpoints of Globus Groups.
//!
//! <https://groups.api.globus.org/redoc>

use globus_loopback::http::StatusCode;
use serde_json::{Map, Value, json};

use super::documents;
use super::error::GroupsError;
use super::service::{Groups, memberships_of, visible_memberships};
use crate::auth::AuthError;
use crate::data::{Group, Membership, STATUSES};
use crate::web::{self, Parameters, Request, Response, Route, get};

const INCLUDES: [&str; 5] = ["memberships", "my_memberships", "policies", "allowed_actions", "child_ids"];

/// Scopes that allow to manage one's own groups, and to see them.
const ALL: &str = "urn:globus:auth:scope:groups.api.globus.org:all";
const VIEW: &str = "urn:globus:auth:scope:groups.api.globus.org:view_my_groups_and_memberships";

const ROUTES: &[Route<Groups, GroupsError>] = &[
    get("/v2/groups/my_groups", my_groups),
    get("/v2/groups/statuses", statuses),
    get("/v2/groups/{id}", group),
    get("/v2/groups/{id}/policies", policies),
    get("/v2/groups/{id}/membership_fields", membership_fields),
    get("/v2/preferences", preferences),
    get("/v2/subscription_info/{id}", subscription_info),
];

/// The response to a request; `None` if there is nothing at its path.
pub(crate) fn respond(groups: &Groups, request: &mut Request) -> Option<Response> {
    web::respond(ROUTES, groups, request)
}

/// `GET /v2/groups/my_groups`.
fn my_groups(groups: &Groups, request: &Request) -> Result<Response, GroupsError> {
    let caller = groups.caller(request.headers(), &[ALL, VIEW])?;
    let parameters = request.query();
    let statuses = choices(&parameters, "statuses", &STATUSES)?;
    if let Some(body) = groups.my_groups() {
        return Ok(web::with_body(StatusCode::OK, "application/json", body));
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
    Ok(web::json(StatusCode::OK, &found))
}

/// `GET /v2/groups/statuses`: how many memberships have each status, in the groups that the caller manages.
fn statuses(groups: &Groups, request: &Request) -> Result<Response, GroupsError> {
    let caller = groups.caller(request.headers(), &[ALL, VIEW])?;
    let is_managed = |group: &&Group| {
        memberships_of(group, &caller).any(|one| one.status == "active" && one.role != "member")
    };
    let managed = groups.data.groups.iter().filter(is_managed);
    let counts: Value = managed.map(|group| (group.id.clone(), documents::status_counts(group))).collect();
    Ok(web::json(StatusCode::OK, &counts))
}

/// `GET /v2/groups/{id}?include=…`.
fn group(groups: &Groups, request: &Request) -> Result<Response, GroupsError> {
    let caller = groups.caller(request.headers(), &[ALL, VIEW])?;
    let group = groups.visible(&request.id, &caller)?;
    let data = &groups.data;
    let mine: Vec<&Membership> = memberships_of(group, &caller).collect();
    let mut document = documents::group(data, group, &mine);
    let parameters = request.query();
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
    Ok(web::json(StatusCode::OK, &document))
}

/// `GET /v2/groups/{id}/policies`.
fn policies(groups: &Groups, request: &Request) -> Result<Response, GroupsError> {
    let caller = groups.caller(request.headers(), &[ALL, VIEW])?;
    Ok(web::json(StatusCode::OK, &documents::policies(groups.visible(&request.id, &caller)?)))
}

/// `GET /v2/groups/{id}/membership_fields`: those of each identity of the caller.
fn membership_fields(groups: &Groups, request: &Request) -> Result<Response, GroupsError> {
    let caller = groups.caller(request.headers(), &[ALL, VIEW])?;
    let group = groups.visible(&request.id, &caller)?;
    let of_identity = |(id, username): (&str, &str)| {
        let membership = memberships_of(group, &caller).find(|one| one.username == username)?;
        Some((id.to_owned(), Value::Object(membership.fields.clone())))
    };
    let fields: Map<String, Value> = caller.identities().filter_map(of_identity).collect();
    Ok(web::json(StatusCode::OK, &fields))
}

/// `GET /v2/preferences`: those of each identity of the caller.
fn preferences(groups: &Groups, request: &Request) -> Result<Response, GroupsError> {
    let caller = groups.caller(request.headers(), &[ALL])?;
    let of_identity = |(id, _): (&str, &str)| (id.to_owned(), json!({ "allow_add": true }));
    let preferences: Map<String, Value> = caller.identities().map(of_identity).collect();
    Ok(web::json(StatusCode::OK, &preferences))
}

/// `GET /v2/subscription_info/{id}`: less about a subscription than its group says.
fn subscription_info(groups: &Groups, request: &Request) -> Result<Response, GroupsError> {
    groups.caller(request.headers(), &[ALL, VIEW])?;
    let id = &request.id;
    let has = |group: &&Group| group.keys.get("subscription_id").and_then(Value::as_str) == Some(id);
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
    let document = json!({ "group_id": group.id, "subscription_id": id, "subscription_info": info });
    Ok(web::json(StatusCode::OK, &document))
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
