//! The SDK's paginators read the lists of the sandbox to their end.

use super::Peer;
use crate::support::User;

#[test]
fn the_sdk_sees_every_row_in_every_style_of_paging() {
    let user = User::new();
    Peer::inside(&user).run(&["lists.py"]).code(0).stdout("");
}
