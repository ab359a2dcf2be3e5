//! The lists below a row: one request, or one chain of pages, for each row of the parent.

use std::fmt::Write;

use futures_util::future::LocalBoxFuture;
use futures_util::{FutureExt, StreamExt, TryStreamExt, future};

use super::fetching::Fetching;
use super::live::{Failure, Live};
use super::node::{ListOf, ParentLink};
use super::ordered::in_order;
use crate::data::first_names::Place;
use crate::data::row_kind::RowKind;
use crate::data::source::RowStream;
use crate::diagnostic::clean;
use crate::globus::api::Refused;
use crate::profile::{PathPart, may_be_skipped};
use crate::{Error, Result};
use globus_templates::value::Hidden;
use globus_templates::value::{Object, Value};

impl Live<'_> {
    /// The same rows in the same order, each with the lists of the children.
    pub(super) fn with_children<'r>(
        &'r self,
        fetching: &'r Fetching<'r>,
        parent: Place,
        rows: RowStream<'r>,
    ) -> RowStream<'r> {
        if self.children.is_empty() {
            return rows;
        }
        in_order(rows, fetching.at_once, async move |number, row| {
            let place = [parent.as_slice(), &[number]].concat();
            self.with_lists(fetching, place, row).await
        })
    }

    /// The row with the list of each child.
    fn with_lists<'r>(
        &'r self,
        fetching: &'r Fetching<'r>,
        place: Place,
        row: Value,
    ) -> LocalBoxFuture<'r, Result<Value>> {
        async move {
            let Value::Object(row) = row else { return Ok(row) };
            let lists =
                self.children.iter().map(|child| child.below(fetching, self.source.kind(), &place, &row));
            let lists = future::try_join_all(lists).await?;
            if lists.iter().any(|list| matches!(list, Value::Hidden(_))) {
                self.tally.add_hidden();
            }
            let with = |row: Object, (child, list): (&Live<'_>, Value)| {
                let name = child.source.kind().name();
                match row.get(name) {
                    Some(_) => Err(child.name_is_taken(self.source.kind())),
                    None => Ok(row.with(name, list)),
                }
            };
            Ok(self.children.iter().zip(lists).try_fold(row.clone(), with)?.into())
        }
        .boxed_local()
    }

    /// The rows of this list for one row of the parent; hidden if a refusal is to be skipped.
    async fn below(
        &self,
        fetching: &Fetching<'_>,
        parent: &RowKind,
        place: &[usize],
        row: &Object,
    ) -> Result<Value> {
        let Some(link) = self.link else { return Ok(Value::Null) };
        let path = link.path_for(row).map_err(|why| self.unusable_row(parent, row, &why))?;
        let included = link.included(parent, row);
        let label = format!(" for `{}` of `{}`", clean(&name_of(parent, row)), parent.source);
        let of = ListOf { label, place: place.to_vec() };
        let listed = self.listed(fetching, &path, of).map_ok(|row| including(row, &included));
        let listed = match listed.try_collect::<Vec<Value>>().await {
            Ok(rows) => rows,
            Err(Failure::Refused(refused)) if link.skipped.contains(&refused.status) => {
                let label = name_of(parent, row);
                self.tally.skip();
                self.notes.skip(place, &label);
                return Ok(Hidden::rows(self.source.kind().name(), &parent.source.to_string(), &label).into());
            }
            Err(Failure::Refused(refused)) => return Err(self.refused_for(parent, row, refused)),
            Err(Failure::Other(error)) => return Err(error),
        };
        let rows = futures_util::stream::iter(listed.into_iter().map(Ok)).boxed_local();
        let rows: Vec<Value> = self.with_children(fetching, place.to_vec(), rows).try_collect().await?;
        self.tally.add_rows(rows.len());
        Ok(rows.into())
    }

    fn unusable_row(&self, parent: &RowKind, row: &Object, why: &str) -> Error {
        let (name, label) = (&self.source.kind().source, clean(&name_of(parent, row)));
        Error::failed(format!("can't request `{name}` for `{label}` of `{}`", parent.source))
            .because(why)
            .help("the path needs an ID or a name; check the key that it names in the profile")
    }

    fn refused_for(&self, parent: &RowKind, row: &Object, refused: Refused) -> Error {
        let (service, name) = (&self.request.service.name, &self.source.kind().source);
        let (label, status) = (clean(&name_of(parent, row)), refused.status);
        let error = Error::failed(format!(
            "{service} refused `{name}` for `{label}` of `{}` with status {status}",
            parent.source
        ))
        .because(refused.message);
        if may_be_skipped(status) {
            error.help(format!(
                "`on_status = {{ {status} = \"skip\" }}` under `[{name}]` leaves such lists out"
            ))
        } else {
            error
        }
    }

    fn name_is_taken(&self, parent: &RowKind) -> Error {
        let name = self.source.kind().name();
        Error::failed(format!("rows of `{}` have a `{name}` of their own", parent.source))
            .because(format!("the list `{}` goes there", self.source.kind().source))
            .help(format!("give `[data.{name}]` another name"))
    }
}

impl ParentLink {
    /// The path of the list for this row. The error says what is wrong with a key of the row.
    fn path_for(&self, row: &Object) -> Result<String, String> {
        let mut path = String::new();
        for part in &self.path.parts {
            match part {
                PathPart::Text(text) => path.push_str(text),
                PathPart::Key(key) => push_segment(&mut path, &segment(row, key)?),
            }
        }
        Ok(path)
    }

    /// What each row of the list gets from this row of the parent.
    fn included(&self, parent: &RowKind, row: &Object) -> Vec<(String, Value)> {
        let of =
            |key: &String| (format!("_{}_{key}", parent.name()), row.get(key).cloned().unwrap_or_default());
        self.include.iter().map(of).collect()
    }
}

fn including(row: Value, included: &[(String, Value)]) -> Value {
    let Value::Object(row) = row else { return row };
    included.iter().fold(row, |row, (key, value)| row.with(key, value.clone())).into()
}

/// The value at a dotted key, which has to be an ID or a name.
fn segment(row: &Object, key: &str) -> Result<String, String> {
    let mut keys = key.split('.');
    let first = keys.next().and_then(|first| row.get(first));
    let value = keys.fold(first, |value, key| value.and_then(|value| value.get(key)));
    match value {
        None => Err(format!("it has no `{key}`")),
        Some(Value::Text(text)) if text.is_empty() => Err(format!("its `{key}` is empty")),
        Some(Value::Text(text)) if matches!(&**text, "." | "..") => {
            Err(format!("its `{key}` is `{text}`, which leads to another path"))
        }
        Some(Value::Text(text)) if text.contains(['/', '\\']) => {
            Err(format!("its `{key}` has a slash, which no ID has"))
        }
        Some(Value::Number(number)) if number.is_f64() => {
            Err(format!("its `{key}` is a number that is not exact"))
        }
        Some(Value::Text(text)) => Ok((**text).to_owned()),
        Some(Value::Number(number)) => Ok(number.to_string()),
        Some(other) => Err(format!("its `{key}` is {}", other.type_name())),
    }
}

/// Appends a value as one segment of a path, or a part of one: only unreserved characters of RFC 3986 stay as they are.
fn push_segment(path: &mut String, value: &str) {
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            path.push(byte.into());
        } else {
            // Writing to a text can't fail.
            let _ = write!(path, "%{byte:02X}");
        }
    }
}

/// What people know a row by.
fn name_of(kind: &RowKind, row: &Object) -> String {
    kind.label_of(row).or_else(|| kind.key_of(row)).unwrap_or_else(|| "a row without a name".to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(row: serde_json::Value, key: &str) -> Result<String, String> {
        let Value::Object(row) = Value::from(row) else { panic!("not an object") };
        segment(&row, key)
    }

    #[test]
    fn a_value_is_one_segment_of_a_path() {
        let mut path = "/x/".to_owned();
        push_segment(&mut path, "a/b?c#d é..%2e\\\n~");
        assert_eq!(path, "/x/a%2Fb%3Fc%23d%20%C3%A9..%252e%5C%0A~");
    }

    #[test]
    fn a_row_needs_an_id_or_a_name() {
        assert_eq!(of(json!({ "id": "x" }), "id").unwrap(), "x");
        assert_eq!(of(json!({ "id": 7 }), "id").unwrap(), "7");
        assert_eq!(of(json!({ "owner": { "id": "x" } }), "owner.id").unwrap(), "x");
        for (row, why) in [
            (json!({}), "it has no `id`"),
            (json!({ "id": null }), "its `id` is null"),
            (json!({ "id": "" }), "its `id` is empty"),
            (json!({ "id": "." }), "its `id` is `.`, which leads to another path"),
            (json!({ "id": ".." }), "its `id` is `..`, which leads to another path"),
            (json!({ "id": "../.." }), "its `id` has a slash, which no ID has"),
            (json!({ "id": "a\\b" }), "its `id` has a slash, which no ID has"),
            (json!({ "id": 1.5 }), "its `id` is a number that is not exact"),
            (json!({ "id": 18_446_744_073_709_551_616.0 }), "its `id` is a number that is not exact"),
            (json!({ "id": true }), "its `id` is true or false"),
            (json!({ "id": ["x"] }), "its `id` is a list"),
            (json!({ "id": { "a": 1 } }), "its `id` is an object"),
        ] {
            assert_eq!(of(row, "id").unwrap_err(), why);
        }
    }
}
