//! Changes between two runs that never were, for the built-in rows.

use super::lists::Lists;
use super::row_kind::RowKind;
use super::source_name::SourceName;
use super::sources::{MEMBERSHIPS, Sources};
use globus_templates::value::{Object, Value};

/// As a template sees them: the first row of each list is new, the second one has a new name, and another one is gone.
pub(super) fn made_up_changes(lists: &Lists, sources: &Sources) -> Value {
    let main = sources.first();
    let rows = |source: &SourceName| lists.get(source).unwrap_or_default();
    let others = sources.names().filter(|source| *source != main);
    let others: Object = others.map(|source| (source.name().into(), of_list(rows(&source)).into())).collect();
    let id = |end: &str| Value::from(format!("00000000-0000-4000-8000-00000000000{end}"));
    let head = [
        ("profile", "made up".into()),
        ("outputs", Vec::new().into()),
        ("since", "2026-11-25T03:00:00Z".into()),
        ("since_run", id("1")),
        ("until", "2026-11-26T03:00:00Z".into()),
        ("until_run", id("2")),
    ];
    let head = head.into_iter().map(|(key, value)| (key.into(), value));
    let of_main = of_list(rows(&main));
    let of_main = of_main.iter().map(|(key, value)| (key.clone(), value.clone()));
    let all: Object = head.chain(of_main).collect();
    all.with("lists", others.into()).into()
}

fn of_list(rows: &[Value]) -> Object {
    let [added, changed, removed] = [0, 1, 2].map(|at| rows.get(at).cloned());
    let changed = changed.as_ref().and_then(Value::as_object).map(changed_row);
    let entries = [
        ("rows_before", rows.len().into()),
        ("rows_after", rows.len().into()),
        ("added", added.into_iter().collect()),
        ("removed", removed.into_iter().collect()),
        ("changed", changed.into_iter().collect()),
    ];
    entries.into_iter().map(|(key, value)| (key.into(), value)).collect()
}

fn changed_row(row: &Object) -> Value {
    let kind = RowKind::groups();
    let key = kind.key_of(row).unwrap_or_default();
    let label = kind.label_of(row).unwrap_or_else(|| key.clone());
    let field = Value::object([
        ("name", "name".into()),
        ("before", format!("Old {label}").into()),
        ("after", label.as_str().into()),
    ]);
    let members = row.get(MEMBERSHIPS).and_then(Value::as_list).unwrap_or_default();
    let member = Value::object([
        ("added", members.first().cloned().into_iter().collect()),
        ("removed", members.get(1).cloned().into_iter().collect()),
        ("changed", Vec::new().into()),
    ]);
    let lists = row.get(MEMBERSHIPS).map(|_| (MEMBERSHIPS.into(), member));
    Value::object([
        ("key", key.into()),
        ("label", label.into()),
        ("fields", vec![field].into()),
        ("lists", Value::Object(lists.into_iter().collect())),
    ])
}
