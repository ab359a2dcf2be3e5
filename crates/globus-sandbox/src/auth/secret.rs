//! Random secrets.

use uuid::Uuid;

/// A new code, token, client secret or transaction number: 244 random bits.
pub(super) fn random() -> String {
    format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple())
}
