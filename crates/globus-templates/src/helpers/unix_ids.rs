//! Where numbers of users and groups come from.

use std::fmt::Debug;

/// The numbers of users and groups, by the ids that Globus gives them. The same id has the same number each time.
pub trait UnixIds: Debug {
    /// The number of the user with this identity.
    fn user(&self, id: &str) -> Result<u32, NoNumber>;

    /// The number of the group with this id.
    fn group(&self, id: &str) -> Result<u32, NoNumber>;
}

/// Why an identity or a group has no number.
#[derive(Debug)]
pub enum NoNumber {
    /// This is not the id of one.
    NotAnId,
    /// All numbers from `min` to `max` are given. `key` of the section `[id_map]` sets the last one.
    Exhausted { min: u32, max: u32, key: &'static str },
}
