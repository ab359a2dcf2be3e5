//! Numbers of users and groups.

use super::call::{Call, CallError, unfit, wrong};
use super::function::{Function, function};
use super::unix_ids::{NoNumber, UnixIds};
use crate::writer::HelperOutput;

pub(super) const ALL: &[Function] =
    &[function("gid", "{{gid ID}}", (1, 1), gid), function("uid", "{{uid ID}}", (1, 1), uid)];

/// The number of the user with this identity.
fn uid(call: &Call<'_>) -> Result<HelperOutput, CallError> {
    given(call, "an identity", |ids, id| ids.user(id))
}

/// The number of the group with this id.
fn gid(call: &Call<'_>) -> Result<HelperOutput, CallError> {
    given(call, "a group", |ids, id| ids.group(id))
}

fn given(
    call: &Call<'_>,
    what: &str,
    of: fn(&dyn UnixIds, &str) -> Result<u32, NoNumber>,
) -> Result<HelperOutput, CallError> {
    let id = call.text(0)?;
    let Some(ids) = call.state.ids() else {
        return wrong("the profile has no `[id_map]`, whose `path` is where numbers are kept");
    };
    match of(ids, &id) {
        Ok(number) => Ok(u64::from(number).into()),
        Err(NoNumber::NotAnId) => {
            unfit(format!("`{id}` is not the id of {what}"), "numbers are kept by the UUIDs of Globus")
        }
        Err(NoNumber::Exhausted { min, max, key }) => unfit(
            format!("no number from {min} to {max} is left for `{id}`"),
            format!("raise `{key}` under `[id_map]`"),
        ),
    }
}
