//! A Globus service, as its clients know it.

use std::fmt::Display;

use url::Url;

use crate::Error;

/// A service that takes access tokens.
#[derive(Debug, Clone)]
pub struct Service {
    /// Its name in messages, such as `Globus Groups`.
    pub name: String,
    /// What Globus Auth calls it, such as `groups.api.globus.org`: the key of its tokens.
    pub resource_server: String,
    /// Ends in `/`.
    pub base_url: Url,
}

impl Service {
    /// The error of a response that is not a list of these things.
    pub fn not_a_list_of(&self, things: &str, why: impl Display) -> Error {
        Error::failed(format!("{} sent a response that is not a list of {things}", self.name))
            .because(why)
            .help("run it again with -vv; if that does not help, the service or a proxy has changed")
    }
}
