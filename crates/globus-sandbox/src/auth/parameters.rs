//! Parameters that must be there.

use super::error::AuthError;
use crate::web::Parameters;

impl Parameters {
    /// The value of a parameter that must be there.
    pub(super) fn required(&self, name: &str) -> Result<&str, AuthError> {
        self.optional(name)
            .ok_or_else(|| AuthError::invalid_request(format!("The parameter {name} is missing")))
    }
}
