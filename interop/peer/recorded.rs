//! The sandbox answers as Globus did when the SDK's authors recorded it.

use super::Peer;
use crate::support::User;

#[test]
fn the_sandbox_answers_with_the_keys_and_types_that_are_recorded() {
    let user = User::new();
    Peer::inside(&user).run(&["recorded.py"]).code(0).stdout("26 recorded responses compared\n");
}
