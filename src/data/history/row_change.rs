//! What has changed in a row that two runs have.

use std::cmp::Ordering;

use super::entry::{key_of, label_of};
use super::list_head::ListHead;
use crate::data::row_kind::RowKind;
use crate::data::source_name::SourceName;
use crate::data::sources::{HIDDEN, MY_MEMBERSHIPS};
use globus_templates::value::{Object, Value};

/// The name of the change of the own statuses in a group. The own roles are in `roles`.
const OWN_STATUS: &str = "my_memberships.status";

/// A row with what has changed in it.
#[derive(Debug)]
pub struct RowChange {
    pub key: String,
    pub label: String,
    /// In the order of the row. None of a field that only one run fetched.
    pub fields: Vec<FieldChange>,
    /// The lists in it that have changed.
    pub lists: Vec<InnerChanges>,
}

#[derive(Debug)]
pub struct FieldChange {
    pub name: String,
    pub before: Value,
    pub after: Value,
}

/// What has changed in a list that a row has.
#[derive(Debug)]
pub struct InnerChanges {
    pub kind: RowKind,
    pub added: Vec<Value>,
    pub removed: Vec<Value>,
    pub changed: Vec<RowChange>,
}

impl RowChange {
    /// `None` if nothing has changed that both runs fetched.
    pub(super) fn between(before: &Value, after: &Value, head: &ListHead) -> Option<Self> {
        let (Value::Object(old), Value::Object(new)) = (before, after) else { return None };
        let kind = &head.kind;
        let mut change = Self {
            key: key_of(after, kind),
            label: label_of(after, kind),
            fields: Vec::new(),
            lists: Vec::new(),
        };
        let is_group = kind.source == SourceName::Groups;
        for (name, after) in new.iter() {
            let Some(before) = old.get(name) else { continue };
            match head.inside.iter().find(|inside| inside.kind.name() == &**name) {
                // The memberships themselves say whether they are hidden.
                _ if is_group && &**name == HIDDEN => {}
                _ if is_group && &**name == MY_MEMBERSHIPS => change.compare_statuses(before, after),
                None if is_same(before, after) => {}
                None => change.add_field(name, before.clone(), after.clone()),
                Some(inside) => change.compare_list(name, before, after, inside),
            }
        }
        (!change.fields.is_empty() || !change.lists.is_empty()).then_some(change)
    }

    fn add_field(&mut self, name: &str, before: Value, after: Value) {
        self.fields.push(FieldChange { name: name.to_owned(), before, after });
    }

    /// Of one's own memberships, if both runs fetched their statuses.
    fn compare_statuses(&mut self, before: &Value, after: &Value) {
        let statuses = |mine: &Value| -> Value {
            let mine = mine.as_list().unwrap_or_default().iter();
            mine.filter_map(|membership| membership.get("status").cloned()).collect()
        };
        let (before, after) = (statuses(before), statuses(after));
        let is_fetched = |statuses: &Value| statuses.as_list().is_some_and(|list| !list.is_empty());
        if is_fetched(&before) && is_fetched(&after) && !is_same(&before, &after) {
            self.add_field(OWN_STATUS, before, after);
        }
    }

    fn compare_list(&mut self, name: &str, before: &Value, after: &Value, head: &ListHead) {
        match (before.as_list(), after.as_list()) {
            (Some(old), Some(new)) => self.lists.extend(InnerChanges::between(old, new, head)),
            // One of them may not be seen: that is no list without rows.
            (old, new) if old.is_some() != new.is_some() => {
                let count = |list: Option<&[Value]>| list.map_or(Value::Null, |rows| rows.len().into());
                self.add_field(name, count(old), count(new));
            }
            _ => {}
        }
    }
}

impl InnerChanges {
    fn between(old: &[Value], new: &[Value], head: &ListHead) -> Option<Self> {
        let kind = &head.kind;
        let mut changes =
            Self { kind: kind.clone(), added: Vec::new(), removed: Vec::new(), changed: Vec::new() };
        let (old, new) = (sorted(old, kind), sorted(new, kind));
        let (mut old, mut new) = (old.into_iter().peekable(), new.into_iter().peekable());
        loop {
            let order = match (old.peek(), new.peek()) {
                (None, None) => break,
                (Some((old, _)), Some((new, _))) => old.cmp(new),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
            };
            let gone = if order.is_le() { old.next() } else { None };
            let came = if order.is_ge() { new.next() } else { None };
            match (gone, came) {
                (Some((_, row)), None) => changes.removed.push(row.clone()),
                (None, Some((_, row))) => changes.added.push(row.clone()),
                (Some((_, before)), Some((_, after))) => {
                    changes.changed.extend(RowChange::between(before, after, head));
                }
                (None, None) => {}
            }
        }
        let is_empty = changes.added.is_empty() && changes.removed.is_empty() && changes.changed.is_empty();
        (!is_empty).then_some(changes)
    }
}

fn sorted<'r>(rows: &'r [Value], kind: &RowKind) -> Vec<(String, &'r Value)> {
    let mut rows: Vec<_> = rows.iter().map(|row| (key_of(row, kind), row)).collect();
    // Rows with one key stay in their order.
    rows.sort_by(|(one, _), (other, _)| one.cmp(other));
    rows
}

/// Whether nothing has changed between two values that were fetched. The order of texts in a list is none, as that of roles;
/// nor is a key that only one of them has.
fn is_same(before: &Value, after: &Value) -> bool {
    match (before, after) {
        (Value::List(old), Value::List(new))
            if old.iter().chain(&**new).all(|value| value.as_str().is_some()) =>
        {
            let sorted = |list: &[Value]| {
                let mut texts: Vec<String> =
                    list.iter().filter_map(Value::as_str).map(str::to_owned).collect();
                texts.sort_unstable();
                texts
            };
            sorted(old) == sorted(new)
        }
        (Value::List(old), Value::List(new)) => {
            old.len() == new.len() && old.iter().zip(&**new).all(|(old, new)| is_same(old, new))
        }
        (Value::Object(old), Value::Object(new)) => are_same_where_both(old, new),
        _ => before == after,
    }
}

fn are_same_where_both(old: &Object, new: &Object) -> bool {
    new.iter().all(|(key, new)| old.get(key).is_none_or(|old| is_same(old, new)))
}
