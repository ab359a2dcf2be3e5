//! Names of units.

use crate::hash::sha256;

/// What all of them begin with.
pub(super) const PREFIX: &str = "globus-runner-";

/// The name for a profile of this name, without `.timer`.
pub(super) fn plain(name: &str) -> String {
    let safe = |c: char| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '_' };
    let name: String = name.chars().map(safe).take(100).collect();
    format!("{PREFIX}{name}")
}

/// The name if another profile of the same name has the plain one.
pub(super) fn distinct(name: &str, profile: &str) -> String {
    format!("{}-{}", plain(name), &sha256(profile.as_bytes())[..8])
}
