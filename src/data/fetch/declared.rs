//! A list that the profile declares.

use std::borrow::Cow;

use super::request::ListRequest;
use crate::Result;
use crate::data::row_kind::RowKind;
use crate::data::source::Source;
use crate::data::source_name::SourceName;
use crate::globus::environment::Services;
use crate::profile::{DataService, DataSource};
use globus_templates::value::Fields;

/// What people know rows of Globus by.
const LABELS: [Cow<'static, str>; 4] =
    [Cow::Borrowed("name"), Cow::Borrowed("display_name"), Cow::Borrowed("label"), Cow::Borrowed("title")];

/// A source `[data.NAME]`.
#[derive(Debug)]
pub(super) struct DeclaredSource {
    kind: RowKind,
    declared: DataSource,
    needed: Fields,
}

impl DeclaredSource {
    /// With what is needed of its rows besides what tells one from another.
    pub(super) fn new(declared: &DataSource, mut needed: Fields) -> Self {
        let kind = RowKind {
            source: SourceName::Declared(declared.name.clone()),
            one: Cow::Owned(singular(&declared.name)),
            key: Cow::Owned(declared.key.clone()),
            labels: Cow::Borrowed(&LABELS),
        };
        for key in LABELS.iter().map(|label| &**label).chain([declared.key.as_str()]) {
            needed.add(&[key], Fields::All);
        }
        Self { kind, declared: declared.clone(), needed }
    }
}

impl Source for DeclaredSource {
    fn kind(&self) -> &RowKind {
        &self.kind
    }

    fn list(&self, services: &Services) -> Result<ListRequest> {
        let DataSource { service, scope, params, json, items, paginator, keeps_cut, .. } = &self.declared;
        let service = match service {
            DataService::Globus(name) => services.service(*name)?,
            DataService::Other(base_url) => services.other(base_url.clone(), &scope.name)?,
        };
        Ok(ListRequest {
            params: params.clone(),
            json: json.clone(),
            items: items.clone(),
            paginator: paginator.clone(),
            keeps_cut: *keeps_cut,
            ..ListRequest::whole(service, self.declared.path.without_keys())
        })
    }

    fn needed(&self) -> &Fields {
        &self.needed
    }
}

/// What one row is called if several are called so: `task` for `tasks`.
fn singular(name: &str) -> String {
    let short = match name.strip_suffix("ies") {
        Some(start) if !start.is_empty() => Some(format!("{start}y")),
        _ => name.strip_suffix('s').filter(|one| !one.is_empty() && !one.ends_with('s')).map(str::to_owned),
    };
    short.unwrap_or_else(|| format!("row of {name}"))
}

#[cfg(test)]
mod tests {
    use super::singular;

    #[test]
    fn one_of_several_has_a_name() {
        for (name, one) in [
            ("tasks", "task"),
            ("entries", "entry"),
            ("access", "row of access"),
            ("data", "row of data"),
            ("s", "row of s"),
        ] {
            assert_eq!(singular(name), one);
        }
    }
}
