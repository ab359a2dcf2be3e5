//! The endpoints of Globus Auth.

use url::Url;

use crate::{Error, Result};

/// The name of the service in messages.
pub const SERVICE: &str = "Globus Auth";

/// The URL of an endpoint below the base URL of Globus Auth.
pub fn endpoint(auth: &Url, path: &str) -> Result<Url> {
    auth.join(path).map_err(|error| Error::usage(format!("`{auth}` is not a usable base URL")).because(error))
}
