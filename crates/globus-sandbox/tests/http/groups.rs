//! What Groups shows its callers.

use reqwest::StatusCode;

use crate::globus::{Globus, json_of, text};

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
    assert!(group["allowed_actions"].as_array().unwrap().contains(&"update".into()));
    assert_eq!(get(&format!("v2/groups/{id}/policies")).await["group_visibility"], "private");
    let readers = &mine[1]["policies"];
    assert_eq!(readers["group_visibility"], "authenticated", "as the data says");
    assert_eq!(readers["authentication_assurance_timeout"], 28_800, "which leaves this out");
    assert_eq!(get(&format!("v2/groups/{id}/membership_fields")).await["department"], "Physics");
    assert!(get("v2/preferences").await["preferences"].is_object());
    let subscription = "v2/subscription_info/f00dfeed-0000-4000-8000-000000000001";
    let restricted = get(subscription).await["subscription_info"].clone();
    let keys: Vec<_> = restricted.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["is_high_assurance", "is_baa", "connectors"]);
    assert_eq!(restricted["is_high_assurance"], true);

    let access = text(&tokens, "access_token");
    let others = "v2/groups/fb4a3878-0d19-4a5b-ac7e-8f90a1b2c3d4";
    assert_eq!(globus.get(others, access).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(
        globus.get("v2/groups/my_groups?statuses=odd", access).await.status(),
        StatusCode::BAD_REQUEST
    );
    assert_eq!(globus.get("v2/nothing", access).await.status(), StatusCode::NOT_FOUND);
}
