//! The Globus CLI.

use serde_json::{Value, json};

use super::{CLIENT, Peer, groups_of};
use crate::support::User;

const LOGIN: [&str; 4] = ["-m", "globus_cli", "login", "--no-local-server"];
const LIST: [&str; 6] = ["-m", "globus_cli", "group", "list", "-F", "json"];
const WHOAMI: [&str; 3] = ["-m", "globus_cli", "whoami"];

fn listed(stdout: &str) -> Value {
    groups_of(&serde_json::from_str(stdout).unwrap())
}

#[test]
fn a_user_logs_in_lists_groups_and_logs_out() {
    let user = User::new();
    let peer = Peer::inside(&user);
    peer.log_in(&LOGIN, |url| {
        assert!(!url.as_str().contains("95fdeba8-fac2-42bd-a357-e068d82ff78e"), "a client of its own: {url}");
        user.sandbox.approve(url).unwrap()
    })
    .code(0);
    peer.run(&WHOAMI).code(0).stdout("ada@example.edu\n");
    let linked = peer.run(&["-m", "globus_cli", "whoami", "--linked-identities"]).code(0);
    linked.stdout("ada@example.edu\nareyes@lab.example.org\n");
    // The SDK as another user of the same sandbox has the same groups.
    let groups = peer.log_in(&["user_app.py"], |url| user.sandbox.approve(url).unwrap()).code(0).stdout;
    assert_eq!(listed(&peer.run(&LIST).code(0).stdout), super::groups_in(&groups));
    let session = peer.run(&["-m", "globus_cli", "session", "show", "-F", "json"]).code(0).stdout;
    let session: Value = serde_json::from_str(&session).unwrap();
    assert_eq!(session["authentications"].as_object().unwrap().len(), 1, "{session}");
    let again = peer.run(&["-m", "globus_cli", "login"]).code(0).stdout;
    assert!(again.contains("already logged in"), "{again}");

    peer.run(&["-m", "globus_cli", "logout", "--yes", "--delete-client"]).code(0);
    peer.run(&WHOAMI).code(4).says(["Missing login"]);
    assert!(user.requests().iter().any(|request| request.starts_with("DELETE /v2/api/clients/")));
}

#[test]
fn an_expired_token_is_refreshed_and_a_revoked_one_requires_a_login() {
    let user = User::new();
    let peer = Peer::inside(&user);
    peer.log_in(&LOGIN, |url| user.sandbox.approve_as(url, "ben@example.edu").unwrap()).code(0);
    user.sandbox.expire_access_tokens();
    peer.run(&WHOAMI).code(0).stdout("ben@example.edu\n");
    user.sandbox.revoke_all();
    peer.run(&WHOAMI).code(4).says(["Missing login"]);
}

#[test]
fn a_service_account_needs_no_login() {
    let user = User::new();
    let peer =
        Peer::inside(&user).with("GLOBUS_CLI_CLIENT_ID", CLIENT.0).with("GLOBUS_CLI_CLIENT_SECRET", CLIENT.1);
    peer.run(&WHOAMI).code(0).stdout(&format!("{}@clients.auth.globus.org\n", CLIENT.0));
    let groups = listed(&peer.run(&LIST).code(0).stdout);
    assert_eq!(groups, peer.groups(&["client_app.py", CLIENT.0, CLIENT.1]));
    assert_eq!(groups.as_array().unwrap().len(), 3);
}

#[test]
fn a_session_can_be_updated_to_what_groups_requires() {
    let user = User::among_hostile_groups();
    let peer = Peer::inside(&user);
    let policy = "9b8e1f0a-2c3d-4e5f-8a7b-6c5d4e3f2a1b";
    peer.log_in(&LOGIN, |url| user.sandbox.approve(url).unwrap()).code(0);
    user.sandbox
        .set_requirements(
            json!({ "session_message": "Show your badge", "session_required_policies": [policy] }),
        )
        .unwrap();
    let refused = peer.run(&["-m", "globus_cli", "group", "list"]).code(4).stdout;
    assert!(refused.contains("Show your badge") && refused.contains(policy), "{refused}");
    let update = ["-m", "globus_cli", "session", "update", "--no-local-server", "--policy", policy];
    peer.log_in(&update, |url| user.sandbox.approve(url).unwrap()).code(0);
    assert_eq!(listed(&peer.run(&LIST).code(0).stdout).as_array().unwrap().len(), 19);
}
