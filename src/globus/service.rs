//! A Globus service, as its clients know it.

use url::Url;

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
