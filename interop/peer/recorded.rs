//! The sandbox responds as Globus did when the SDK's authors recorded it.

use super::Peer;
use crate::support::User;

#[test]
fn the_sandbox_responds_with_the_recorded_keys_and_types() {
    let user = User::new();
    Peer::inside(&user).run(&["recorded.py"]).code(0).stdout("36 recorded responses compared\n");
}
