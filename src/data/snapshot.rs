//! Data that `runner data` saved, or rows that are built in: they are there without any request.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use jiff::Timestamp;

use super::built_in::BuiltIn;
use super::context::TemplateContext;
use super::groups::{Completion, GROUPS};
use super::lists::{Lists, Outcome, Outcomes};
use super::made_up_changes::made_up_changes;
use super::marks::unmarked;
use super::rows::RowReceiver;
use super::samples::{self, DeclaredLists};
use super::source_name::SourceName;
use super::sources::{CHANGES, MEMBERSHIPS, Sources};
use crate::diagnostic::{Diagnostic, clean};
use crate::globus::auth::Identity;
use crate::profile::Profile;
use crate::{Error, Result};
use globus_templates::value::Fields;
use globus_templates::value::Hidden;
use globus_templates::value::{Object, Value};

const HELP: &str = "`runner data PROFILE --save FILE` writes such a file";

/// The lists of a run, its time, environment and identity. Profile and vars are not taken from a snapshot but from the
/// profile, which may have changed since; totals are counted again.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// Built-in groups that lack what the profile includes.
    built_in: Option<BuiltIn>,
    /// Whether it has rows of every list of the profile. A sample has none of lists that it does not know.
    is_complete: bool,
    lists: Lists,
    outcomes: Outcomes,
    identity: Option<Identity>,
    at: Option<String>,
    environment: Option<String>,
    changes: Value,
    is_made_up: bool,
}

impl Snapshot {
    pub fn sample() -> Result<Self> {
        Self::built_in(BuiltIn::Sample)
    }

    pub fn built_in(groups: BuiltIn) -> Result<Self> {
        let snapshot = Self::parse(&format!("{{\"groups\": {}}}", groups.rows()), groups.shown())?;
        Ok(Self { is_made_up: true, built_in: Some(groups), ..snapshot })
    }

    /// Whether it is built in, and of no real people.
    #[must_use]
    pub fn is_made_up(&self) -> bool {
        self.is_made_up
    }

    /// Whether what a template lacks is not there in any run.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.is_complete
    }

    /// What a run of this profile would have. Only what is built in depends on them.
    pub fn for_profile(&self, profile: &Profile) -> Result<Cow<'_, Self>> {
        let Some(set) = self.built_in else { return Ok(Cow::Borrowed(self)) };
        let mut snapshot = Self { built_in: None, ..self.clone() };
        let groups = self.lists.get(&SourceName::Groups).unwrap_or_default();
        let groups = samples::groups(groups.to_vec(), set, profile)?;
        if profile.data.is_empty() {
            snapshot.lists.insert(SourceName::Groups, groups);
        } else {
            let declared = DeclaredLists::of(profile, set, &groups)?;
            (snapshot.lists, snapshot.is_complete) = declared.with_groups(groups);
        }
        snapshot.outcomes = outcomes(None, &snapshot.lists);
        snapshot.changes = made_up_changes(&snapshot.lists, &Sources::of(profile));
        Ok(Cow::Owned(snapshot))
    }

    /// The same with this many rows in each list: the first ones, or all of them again and again, with other ids.
    #[must_use]
    pub fn with_rows(mut self, count: usize) -> Self {
        let mut lists = Lists::default();
        for (source, rows) in self.lists.iter() {
            let length = rows.len().max(1);
            let rows = rows.iter().cycle().take(count).enumerate();
            let rows = rows.map(|(index, row)| repeated(row, index / length)).collect();
            lists.insert(source.clone(), rows);
        }
        self.lists = lists;
        // The first run has none.
        if count == 0 {
            self.changes = Value::Null;
        }
        self
    }

    /// Reads the JSON that `runner data` prints; `shown` is how messages name it. Only `groups` or a list in `data` is
    /// required, and a group needs no `my_memberships` if it has `roles`. Exit code 2 for anything else.
    pub fn parse(text: &str, shown: &str) -> Result<Self> {
        let wrong = |why: String| {
            Error::usage(format!("{} is not a snapshot of template data", clean(shown)))
                .because(why)
                .help(HELP)
        };
        let data: Value = serde_json::from_str(text).map_err(|error| not_json(text, shown, &error))?;
        let data = match unmarked(&data) {
            Value::Object(data) => data,
            other => return Err(wrong(format!("it is {}, not an object with `groups`", other.type_name()))),
        };
        let lists = lists(&data).map_err(wrong)?;
        let outcomes = outcomes(data.get("sources"), &lists);
        let identity = data.get("identity").cloned().unwrap_or_default();
        let identity = serde_json::from_value(identity.into())
            .map_err(|error| wrong(format!("its `identity` is neither null nor an identity: {error}")))?;
        let of_run = |key: &str| data.get("run")?.get(key)?.as_str().map(str::to_owned);
        let at = of_run("at");
        if let Some(at) = at.as_ref().filter(|at| at.parse::<Timestamp>().is_err()) {
            return Err(wrong(format!("its `run.at` is not a time: {at:?}")));
        }
        let environment = of_run("environment");
        Ok(Self {
            is_complete: true,
            is_made_up: false,
            built_in: None,
            lists,
            outcomes,
            identity,
            at,
            environment,
            changes: data.get(CHANGES).cloned().unwrap_or_default(),
        })
    }

    /// What a template of this profile sees besides the rows.
    pub fn context<'p>(&self, profile: &'p Profile) -> Result<TemplateContext<'p>> {
        let environment = self.environment.as_deref().or(profile.environment.name.as_deref());
        let mut context = TemplateContext::now(profile, environment.unwrap_or("production"))?;
        if let Some(at) = &self.at {
            context.at.clone_from(at);
        }
        Ok(context)
    }

    /// The same as the first run has it, before which nothing was.
    #[must_use]
    pub fn first_run(self) -> Self {
        Self { changes: Value::Null, ..self }
    }

    /// What has changed before it; null if nothing is known.
    #[must_use]
    pub fn changes(&self) -> &Value {
        &self.changes
    }

    /// Whether it has the rows of a source.
    #[must_use]
    pub fn has(&self, source: &SourceName) -> bool {
        self.lists.get(source).is_some()
    }

    /// The rows of this list; none if it has no such list.
    #[must_use]
    pub fn rows(&self, source: &SourceName) -> &[Value] {
        self.lists.get(source).unwrap_or_default()
    }

    /// Sends the rows of the main list to the receiver, and all others before them.
    pub fn send_to(
        &self,
        receiver: &mut impl RowReceiver,
        main: &SourceName,
        sources: &Sources,
    ) -> Result<()> {
        let mut others = Lists::default();
        let of_profile: Vec<SourceName> = sources.names().collect();
        let lists = || self.lists.iter().filter(|(source, _)| of_profile.contains(source));
        for (source, rows) in lists().filter(|(source, _)| *source != main) {
            others.insert(source.clone(), rows.iter().map(|row| with_hidden(row, source, sources)).collect());
        }
        receiver.start(self.identity.as_ref(), &others)?;
        let rows = self.lists.get(main).unwrap_or_default();
        rows.iter().try_for_each(|row| receiver.row(with_hidden(row, main, sources)))?;
        let mut outcomes = Outcomes::new();
        for (source, rows) in lists() {
            let saved = self.outcomes.get(source).copied().unwrap_or_default();
            // The lists may have been cut for a check.
            outcomes.insert(source.clone(), Outcome { rows: rows.len() as u64, ..saved });
        }
        receiver.end(&outcomes)
    }
}

/// The lists of a snapshot. The error is what is wrong with it.
fn lists(data: &Object) -> Result<Lists, String> {
    let rows = |name: &str, value: &Value| match value {
        Value::List(rows) => Ok(rows.to_vec()),
        other => Err(format!("its `{name}` is {}, not a list", other.type_name())),
    };
    let mut lists = Lists::default();
    if let Some(groups) = data.get("groups") {
        let groups = rows("groups", groups)?.into_iter().enumerate().map(|(index, group)| {
            completed(&group).map_err(|why| format!("its group number {} {why}", index + 1))
        });
        lists.insert(SourceName::Groups, groups.collect::<Result<_, _>>()?);
    }
    match data.get("data") {
        None | Some(Value::Null) => {}
        Some(Value::Object(declared)) => {
            for (name, list) in declared.iter() {
                lists.insert(SourceName::Declared((**name).into()), rows(&format!("data.{name}"), list)?);
            }
        }
        Some(other) => return Err(format!("its `data` is {}, not an object of lists", other.type_name())),
    }
    if lists.iter().next().is_none() {
        return Err("it has neither `groups` nor a list in `data`".to_owned());
    }
    Ok(lists)
}

/// What became of each source, where the snapshot says it.
fn outcomes(sources: Option<&Value>, lists: &Lists) -> Outcomes {
    let of = |source: &SourceName, rows: &[Value]| {
        let saved = sources.and_then(|sources| sources.get(source.name()));
        let number = |key: &str| Some(saved?.get(key)?.as_number()?.as_u64()).flatten();
        let is_hidden = |row: &&Value| matches!(row.get(MEMBERSHIPS), Some(Value::Hidden(_)));
        Outcome {
            rows: rows.len() as u64,
            hidden: number("hidden").unwrap_or_else(|| rows.iter().filter(is_hidden).count() as u64),
            errors: number("errors").unwrap_or_default(),
            truncated: saved.and_then(|saved| saved.get("truncated")) == Some(&Value::Bool(true)),
            skipped: number("skipped").unwrap_or_default(),
        }
    };
    let mut outcomes = Outcomes::new();
    for (source, rows) in lists.iter() {
        outcomes.insert(source.clone(), of(source, rows));
    }
    outcomes
}

/// The row as a run would have it: JSON has null for the rows of children that the service does not show.
fn with_hidden(row: &Value, source: &SourceName, sources: &Sources) -> Value {
    let Value::Object(object) = row else { return row.clone() };
    let hidden = sources.children(source).filter(|child| object.get(&child.name).is_some_and(Value::is_null));
    let label = ["display_name", "name", "id"].into_iter().find_map(|key| object.get(key)?.as_str());
    let row = hidden.fold(object.clone(), |row, child| {
        row.with(&child.name, Hidden::rows(&child.name, &source.to_string(), label.unwrap_or("?")).into())
    });
    Value::Object(row)
}

/// A row that is repeated for the nth time. No two rows of the service have the same id, and few the same name, which some
/// formats refuse.
fn repeated(row: &Value, times: usize) -> Value {
    match (row, row.get("id").and_then(Value::as_str)) {
        (Value::Object(object), Some(id)) if times > 0 => {
            let end = format!("{times:03x}");
            let start = id.get(..id.len().saturating_sub(end.len())).unwrap_or(id);
            let repeated = object.with("id", (start.to_owned() + &end).into());
            match row.get("name").and_then(Value::as_str) {
                Some(name) => repeated.with("name", format!("{name} {}", times + 1).into()).into(),
                None => repeated.into(),
            }
        }
        _ => row.clone(),
    }
}

/// A group as a run would have it.
fn completed(group: &Value) -> Result<Value, String> {
    let Value::Object(group) = group else { return Err(format!("is {}, not an object", group.type_name())) };
    let is_text = |value: &Value| value.as_str().is_some();
    let are_texts = |value: &Value| value.as_list().is_some_and(|list| list.iter().all(is_text));
    let roles = group.get("roles").cloned();
    if roles.as_ref().is_some_and(|roles| !are_texts(roles)) {
        return Err("has `roles` that are not a list of texts".to_owned());
    }
    let mut completed = Completion::of(&Fields::All).complete(group.clone())?;
    if let Some(roles) = roles {
        completed = completed.with("roles", roles);
    }
    // The service never sends null for them: JSON has it for what it does not show.
    if completed.get(MEMBERSHIPS).is_some_and(Value::is_null) {
        let label = completed.get(GROUPS.label).and_then(Value::as_str).unwrap_or_default();
        let hidden = Hidden::memberships(label);
        completed = completed.with(MEMBERSHIPS, hidden.into());
    }
    Ok(completed.into())
}

/// An error with the line at which the parser stopped.
fn not_json(text: &str, shown: &str, error: &serde_json::Error) -> Error {
    // The diagnostic shows line and column, which serde_json appends to its message.
    let full = error.to_string();
    let message = full.split(" at line ").next().unwrap_or_default();
    let span = character_at(text, error.line(), error.column());
    let diagnostic = Diagnostic::error(shown, Arc::from(text), span, message);
    Error::usage(format!("{} is not JSON", clean(shown))).help(HELP).with(vec![diagnostic])
}

/// The character at a line and a column, which is counted in bytes; empty at the end of the text.
fn character_at(text: &str, line: usize, column: usize) -> Range<usize> {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let mut at = (start + column.saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at..at + text[at..].chars().next().map_or(0, char::len_utf8)
}
