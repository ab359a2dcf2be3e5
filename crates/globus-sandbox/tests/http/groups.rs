//! What Groups shows its callers.

use reqwest::StatusCode;
use serde_json::json;

use crate::globus::{GROUPS, Globus, json_of, text};

#[tokio::test]
async fn groups_show_what_belongs_to_the_caller() {
    let globus = Globus::start().await;
    let tokens = globus.tokens("urn:globus:auth:scope:groups.api.globus.org:all").await;
    let get = async |path: &str| json_of(globus.get(path, text(&tokens, "access_token")).await, 200).await;
    let mine = get("v2/groups/my_groups").await;
    let first = &mine[0];
    for key in [
        "id",
        "name",
        "description",
        "parent_id",
        "group_type",
        "enforce_session",
        "session_limit",
        "session_timeouts",
        "my_memberships",
        "policies",
        "subscription_id",
        "subscription_info",
    ] {
        assert!(first.get(key).is_some(), "{key}: {first}");
    }
    let roles: Vec<_> =
        first["my_memberships"].as_array().unwrap().iter().map(|one| text(one, "role")).collect();
    assert_eq!(roles, ["admin", "member"], "two linked identities, two memberships");
    let invited = get("v2/groups/my_groups?statuses=invited,left").await;
    let names: Vec<_> = invited.as_array().unwrap().iter().map(|group| text(group, "name")).collect();
    assert_eq!(names, ["Data Policy Board", "Field Season 2019"]);

    let id = text(first, "id");
    let include = "memberships,my_memberships,policies,allowed_actions,child_ids";
    let plain = get(&format!("v2/groups/{id}")).await;
    assert_eq!(plain["my_memberships"], first["my_memberships"]);
    assert!(plain.get("memberships").is_none() && plain.get("child_ids").is_none());
    let group = get(&format!("v2/groups/{id}?include={include}")).await;
    assert_eq!(group["memberships"].as_array().unwrap().len(), 3);
    assert_eq!(group["memberships"][0]["membership_fields"]["institution"], "Example University");
    assert_eq!(group["child_ids"].as_array().unwrap().len(), 2);
    let (ada, linked) = ("a6e8f3b2-1c4d-4e8a-9b7f-0d5c2e1a3f48", "c0d7b9e1-5f2a-4b36-8e0d-7a1f4c9b2d53");
    let actions = &group["allowed_actions"];
    assert_eq!(actions.as_object().unwrap().len(), 11);
    assert_eq!(actions["change_role"], json!([ada]), "the admin");
    assert_eq!(actions["leave"], json!([ada, linked]));
    assert_eq!((&actions["accept"], &actions["request_join"]), (&json!([]), &json!([])));
    assert_eq!(get(&format!("v2/groups/{id}/policies")).await["group_visibility"], "private");
    let readers = &mine[1]["policies"];
    assert_eq!(readers["group_visibility"], "authenticated", "as the data says");
    assert_eq!(readers["authentication_assurance_timeout"], 28_800, "which leaves this out");
    let fields = get(&format!("v2/groups/{id}/membership_fields")).await;
    assert_eq!(fields[ada]["department"], "Physics");
    assert_eq!(fields[linked]["institution"], "Example Laboratory");
    assert_eq!(
        get("v2/preferences").await,
        json!({ ada: { "allow_add": true }, linked: { "allow_add": true } })
    );
    let subscription = "v2/subscription_info/f00dfeed-0000-4000-8000-000000000001";
    let restricted = get(subscription).await["subscription_info"].clone();
    let keys: Vec<_> = restricted.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["is_high_assurance", "is_baa", "connectors"]);
    assert_eq!(restricted["is_high_assurance"], true);

    let access = text(&tokens, "access_token");
    let others = "v2/groups/fb4a3878-0d19-4a5b-ac7e-8f90a1b2c3d4";
    assert_eq!(globus.get(others, access).await.status(), StatusCode::NOT_FOUND);
    for (path, parameter) in [
        ("v2/groups/my_groups?statuses=odd", "statuses"),
        (&format!("v2/groups/{id}?include=odd")[..], "include"),
    ] {
        let body = json_of(globus.get(path, access).await, 422).await;
        assert_eq!(body["detail"][0]["loc"], json!(["query", parameter]));
    }
    assert_eq!(globus.get("v2/nothing", access).await.status(), StatusCode::NOT_FOUND);
}

// Groups of the sample.
const MODELING: &str = "1d6c5a9e-2f3b-4c7d-8e90-a1b2c3d4e5f6";
const READERS: &str = "2e7d6bab-304c-4d8e-9fa1-b2c3d4e5f607";
const WRITERS: &str = "3f8e7cbc-415d-4e9f-a0b2-c3d4e5f60718";
const HELP_DESK: &str = "73c2b0f0-8591-42d3-a4f6-0718293a4b5c";
const INVITED: &str = "d9281656-ebf7-4839-8a5c-6d7e8f90a1b2";
const LEFT: &str = "ea392767-fc08-494a-9b6d-7e8f90a1b2c3";

/// The rules of <https://groups.api.globus.org/redoc#operation/get_group_v2_groups__group_id__get>.
#[tokio::test]
async fn members_are_shown_by_policy() {
    let globus = Globus::start().await;
    let ada = text(&globus.tokens(GROUPS).await, "access_token").to_owned();
    let ben = text(&globus.tokens_as("ben@example.edu", GROUPS).await, "access_token").to_owned();
    let chloe = text(&globus.tokens_as("chloe@lab.example.org", GROUPS).await, "access_token").to_owned();
    for (token, group, alone, with_members) in [
        // A manager, and a member of a group that shows its members to all of them.
        (&ben, MODELING, 200, 200),
        (&ben, READERS, 200, 200),
        // A member of a group that shows them to its managers.
        (&ada, WRITERS, 200, 403),
        // Not in a group that all may see, nor in a private one.
        (&chloe, HELP_DESK, 200, 403),
        (&chloe, MODELING, 404, 404),
        // Invited, and no longer in it.
        (&ada, INVITED, 200, 403),
        (&ada, LEFT, 404, 404),
    ] {
        let path = format!("v2/groups/{group}");
        assert_eq!(globus.get(&path, token).await.status(), alone, "{group}");
        let body =
            json_of(globus.get(&format!("{path}?include=memberships"), token).await, with_members).await;
        match with_members {
            200 => assert!(body["memberships"].as_array().unwrap().len() > 1, "{body}"),
            403 => assert_eq!(body["code"], "FORBIDDEN", "{body}"),
            _ => assert_eq!(body["code"], "GROUP_NOT_FOUND", "{body}"),
        }
    }
    // One's own are always there.
    let own =
        json_of(globus.get(&format!("v2/groups/{INVITED}?include=my_memberships"), &ada).await, 200).await;
    assert_eq!(own["my_memberships"][0]["status"], "invited");
    let actions = format!("v2/groups/{INVITED}?include=allowed_actions");
    let actions = json_of(globus.get(&actions, &ada).await, 200).await["allowed_actions"].clone();
    assert_eq!(actions["accept"].as_array().unwrap().len(), 1);
    assert_eq!(actions["leave"], json!([]));
}

#[tokio::test]
async fn managers_see_how_many_members_have_each_status() {
    let globus = Globus::start().await;
    let ben = text(&globus.tokens_as("ben@example.edu", GROUPS).await, "access_token").to_owned();
    let counts = json_of(globus.get("v2/groups/statuses", &ben).await, 200).await;
    // The groups that Ben manages or administers, not those that he is a member of.
    assert_eq!(counts.as_object().unwrap().len(), 5, "{counts}");
    let invited = &counts["d9281656-ebf7-4839-8a5c-6d7e8f90a1b2"];
    assert_eq!(
        invited,
        &json!({ "active": 1, "declined": 0, "invited": 1, "left": 0, "pending": 0, "rejected": 0, "removed": 0 })
    );
    assert_eq!(globus.get("v2/groups/statuses", "unknown").await.status(), StatusCode::UNAUTHORIZED);
}
