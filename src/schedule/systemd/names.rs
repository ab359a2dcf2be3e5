//! Names of units.

use sha2::{Digest, Sha256};

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
    let digest = Sha256::digest(profile.as_bytes());
    format!("{}-{:02x}{:02x}{:02x}{:02x}", plain(name), digest[0], digest[1], digest[2], digest[3])
}
