//! What a record says of a list before its rows.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::data::row_kind::RowKind;
use crate::data::source_name::SourceName;
use crate::data::sources::MEMBERSHIPS;

/// A list of a run, or one that each of its rows has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListHead {
    #[serde(flatten)]
    pub kind: RowKind,
    /// The lists that a row can have.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inside: Vec<Self>,
}

impl ListHead {
    /// A source, with the sources below it.
    #[must_use]
    pub fn of(kind: &RowKind, mut inside: Vec<Self>) -> Self {
        if kind.source == SourceName::Groups {
            inside.push(memberships(MEMBERSHIPS, "membership"));
        }
        Self { kind: kind.clone(), inside }
    }
}

/// Memberships of a group: an identity has one in each.
fn memberships(name: &str, one: &'static str) -> ListHead {
    let kind = RowKind {
        source: SourceName::Declared(name.into()),
        one: Cow::Borrowed(one),
        key: Cow::Borrowed("identity_id"),
        labels: Cow::Borrowed(&[Cow::Borrowed("username")]),
    };
    ListHead { kind, inside: Vec::new() }
}
