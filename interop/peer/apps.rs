//! The SDK's `UserApp` and `ClientApp`.

use globus_sandbox::IdTokenFault;
use serde_json::json;
use url::Url;

use super::{CLIENT, Peer, groups_in};
use crate::support::User;

/// The value of a parameter of an authorize URL.
fn parameter(url: &Url, name: &str) -> Option<String> {
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

#[test]
fn a_user_app_logs_in_once() {
    let user = User::among_hostile_groups();
    let peer = Peer::inside(&user);
    let first = peer.log_in(&["user_app.py"], |url| user.sandbox.approve(url).unwrap()).code(0);
    let groups = groups_in(&first.stdout);
    assert_eq!(groups.as_array().unwrap().len(), 19, "{groups}");
    let app = ".globus/app/61338d24-54d5-408f-a10d-66c06b59f6d2/peer-test/tokens.json";
    assert!(user.read(app).contains("refresh_token"));

    user.sandbox.clear_requests();
    assert_eq!(peer.groups(&["user_app.py"]), groups);
    assert_eq!(user.requests(), ["GET /v2/groups/my_groups"], "no other login, no refresh");
}

#[test]
fn a_user_app_gets_consent_for_dependent_scopes() {
    let user = User::new();
    let peer = Peer::inside(&user);
    let data_access = "https://auth.globus.org/scopes/542a86fc-1766-450d-841f-065488a2ec01/data_access";
    let scope = format!("urn:globus:auth:scope:transfer.api.globus.org:all[*{data_access}]");
    let script = ["user_app.py", "--scope", "transfer.api.globus.org", &scope];
    let log_in = || peer.log_in(&script, |url| user.sandbox.approve(url).unwrap()).code(0);
    let groups = groups_in(&log_in().stdout);
    assert_eq!(peer.groups(&script), groups, "the consents are there");
    user.sandbox.revoke_consents();
    assert_eq!(groups_in(&log_in().stdout), groups);
}

#[test]
fn a_user_app_logs_in_again_when_groups_requires_it() {
    let user = User::new();
    let peer = Peer::inside(&user);
    let script = ["user_app.py", "--redrive"];
    let groups = groups_in(&peer.log_in(&script, |url| user.sandbox.approve(url).unwrap()).code(0).stdout);
    let required = json!({
        "session_message": "Please show your second factor",
        "session_required_policies": ["9b8e1f0a-2c3d-4e5f-8a7b-6c5d4e3f2a1b"],
        "session_required_mfa": true,
        "prompt": "login",
        "required_scopes": ["urn:globus:auth:scope:transfer.api.globus.org:all"],
    });
    user.sandbox.set_requirements(required).unwrap();
    let again = peer.log_in(&script, |url| {
        let message = parameter(url, "session_message");
        assert_eq!(message.as_deref(), Some("Please show your second factor"));
        user.sandbox.approve(url).unwrap()
    });
    assert_eq!(groups_in(&again.code(0).stdout), groups);
    assert_eq!(peer.groups(&script), groups, "the new tokens are kept");
}

#[test]
fn a_client_app_lists_its_own_groups() {
    let user = User::new();
    let peer = Peer::inside(&user);
    let script = ["client_app.py", CLIENT.0, CLIENT.1];
    let groups = peer.groups(&script);
    let names: Vec<_> =
        groups.as_array().unwrap().iter().map(|group| group["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Climate Modeling Readers", "Beamline 7 Users", "Research Computing Help Desk"]);
    user.sandbox.clear_requests();
    assert_eq!(peer.groups(&script), groups);
    assert_eq!(user.requests(), ["GET /v2/groups/my_groups"], "the token was kept");
}

#[test]
fn the_sdk_rejects_invalid_id_tokens() {
    let user = User::new();
    let peer = Peer::inside(&user);
    for (fault, why) in [
        (IdTokenFault::Expired, "ExpiredSignatureError"),
        (IdTokenFault::NotYetValid, "ImmatureSignatureError"),
        (IdTokenFault::WrongAudience, "InvalidAudienceError"),
        (IdTokenFault::BadSignature, "InvalidSignatureError"),
        (IdTokenFault::Missing, "MissingIdentityError"),
    ] {
        user.sandbox.set_id_token_fault(fault);
        let rejected = peer.log_in(&["user_app.py"], |url| user.sandbox.approve(url).unwrap());
        rejected.code(1).says([why]);
    }
}
