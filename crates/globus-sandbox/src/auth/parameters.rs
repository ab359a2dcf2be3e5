//! The parameters of requests.

use serde::Deserialize;

use super::error::AuthError;

/// The parameters of a query or of a form, decoded, in their order.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(transparent)]
pub(crate) struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// The value of a parameter, which may be empty.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The value of a parameter that may be left out or empty.
    pub(super) fn optional(&self, name: &str) -> Option<&str> {
        self.get(name).filter(|value| !value.is_empty())
    }

    /// The value of a parameter that must be there.
    pub(super) fn required(&self, name: &str) -> Result<&str, AuthError> {
        self.optional(name)
            .ok_or_else(|| AuthError::invalid_request(format!("The parameter {name} is missing")))
    }

    /// The values of a parameter that is repeated, or holds several values with commas between them.
    pub(crate) fn list(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(key, _)| key == name).flat_map(|(_, values)| values.split(','))
    }

    /// Only the parameters with such names.
    pub(super) fn named(&self, name: impl Fn(&str) -> bool) -> Self {
        Self(self.0.iter().filter(|(key, _)| name(key)).cloned().collect())
    }
}

impl FromIterator<(String, String)> for Parameters {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(parameters: I) -> Self {
        Self(parameters.into_iter().collect())
    }
}
