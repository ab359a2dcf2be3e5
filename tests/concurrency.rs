//! Many runs at once.

use std::process::Stdio;

use globus_runner::sandbox::Refreshes;

use crate::support::{MY_GROUPS, TOKEN, User};

#[test]
fn twenty_runs_on_one_expired_token_renew_it_once() {
    let user = User::logged_in();
    // With rotation a second use of the refresh token would end the login.
    user.sandbox.set_refreshes(Refreshes::Rotate);
    let expected = user.run(["--profile", "groups"]).code(0).stdout;
    user.requests();
    user.expire_token_in(0);

    let spawn = || {
        let mut command = user.command(["--profile", "groups"]);
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let children: Vec<_> = (0..20).map(|_| spawn()).collect();
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
        assert_eq!(String::from_utf8(output.stdout).unwrap(), expected);
        assert_eq!(output.status.code(), Some(0));
    }
    let requests = user.requests();
    assert_eq!(requests.iter().filter(|request| *request == TOKEN).count(), 1);
    assert_eq!(requests.iter().filter(|request| *request == MY_GROUPS).count(), 20);
}

#[test]
fn twenty_runs_on_one_revoked_access_token_renew_it_once() {
    let user = User::logged_in();
    user.sandbox.expire_access_tokens();
    let spawn = || user.command(["--profile", "groups"]).stdout(Stdio::piped()).spawn().unwrap();
    let children: Vec<_> = (0..20).map(|_| spawn()).collect();
    for child in children {
        assert_eq!(child.wait_with_output().unwrap().status.code(), Some(0));
    }
    let requests = user.requests();
    assert_eq!(requests.iter().filter(|request| *request == TOKEN).count(), 1);
}
