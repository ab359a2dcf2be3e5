//! Changes as programs and templates see them.

use std::cell::OnceCell;
use std::io::{self, BufWriter, Seek, Write};

use tempfile::SpooledTempFile;

use super::comparison::{Change, ListComparison, SortedRecord, Summary};
use super::header::RunHead;
use super::record::Record;
use super::row_change::{FieldChange, InnerChanges, RowChange};
use crate::data::source_name::SourceName;
use globus_templates::value::{Object, Value};

/// So many bytes of each kind of change stay in memory.
const MAX_IN_MEMORY: usize = 1024 * 1024;

/// Two runs with what they delivered.
pub struct Compared<'c> {
    pub since: (&'c RunHead, SortedRecord),
    pub until: (&'c RunHead, SortedRecord),
    /// The list whose changes are not below `lists`.
    pub main: &'c SourceName,
}

/// What has changed from one run to the next one. The records are compared when this is asked for first, and once: templates,
/// hooks and metrics share the result.
#[derive(Debug)]
pub struct RunChanges {
    since: Record,
    until: Record,
    main: SourceName,
    known: OnceCell<io::Result<KnownChanges>>,
}

/// Changes that have been read.
#[derive(Debug, Clone)]
pub struct KnownChanges {
    pub summary: Summary,
    /// As a template sees them. `runner diff --format json` prints the same.
    pub value: Value,
}

impl RunChanges {
    /// `main` is the list whose changes are not below `lists`.
    pub fn between(since: Record, until: Record, main: SourceName) -> Self {
        Self { since, until, main, known: OnceCell::new() }
    }

    /// All changes, in memory. Fails if a record can't be read.
    pub fn known(&self) -> Result<&KnownChanges, &io::Error> {
        let compare = || {
            let known = changes_value(self.compared()?)?;
            let Summary { added, removed, changed } = known.summary;
            log::debug!("since the last run {added} rows are new, {removed} gone and {changed} changed");
            Ok(known)
        };
        self.known.get_or_init(compare).as_ref()
    }

    fn compared(&self) -> io::Result<Compared<'_>> {
        let Self { since, until, main, known: _ } = self;
        Ok(Compared {
            since: (&since.header.head, since.sorted()?),
            until: (&until.header.head, until.sorted()?),
            main,
        })
    }
}

/// Writes the changes as a JSON object, and counts them. Those of one kind follow each other, so they are in a temporary
/// file if there are many.
pub fn write_changes(compared: Compared<'_>, out: &mut impl Write) -> io::Result<Summary> {
    let Compared { since, until, main } = compared;
    let mut summary = Summary::default();
    let head = head(since.0, until.0);
    let head = head.iter().map(|(key, value)| Ok(format!("{}:{value}", serde_json::to_string(&**key)?)));
    let head: Vec<String> = head.collect::<io::Result<_>>()?;
    write!(out, "{{{}", head.join(","))?;
    let mut others = SpooledTempFile::new(MAX_IN_MEMORY);
    let mut has_main = false;
    let mut has_others = false;
    for list in since.1.compared_with(until.1) {
        if list.head.kind.source == *main {
            has_main = true;
            out.write_all(b",")?;
            write_list(list, out, &mut summary)?;
        } else {
            let comma = if has_others { "," } else { "" };
            has_others = true;
            write!(others, "{comma}{}:{{", serde_json::to_string(list.head.kind.name())?)?;
            write_list(list, &mut others, &mut summary)?;
            others.write_all(b"}")?;
        }
    }
    if !has_main {
        out.write_all(br#","rows_before":0,"rows_after":0,"added":[],"removed":[],"changed":[]"#)?;
    }
    out.write_all(br#","lists":{"#)?;
    others.rewind()?;
    io::copy(&mut others, out)?;
    out.write_all(b"}}\n")?;
    Ok(summary)
}

fn write_list(list: ListComparison, out: &mut impl Write, summary: &mut Summary) -> io::Result<()> {
    write!(out, r#""rows_before":{},"rows_after":{}"#, list.before, list.after)?;
    let [mut added, mut removed, mut changed] = [(); 3].map(|()| Section::new());
    for change in list.changes() {
        match change? {
            Change::Added(row) => added.add(&row)?,
            Change::Removed(row) => removed.add(&row)?,
            Change::Changed(change) => changed.add(&change.into())?,
        }
    }
    summary.added += added.count;
    summary.removed += removed.count;
    summary.changed += changed.count;
    for (name, section) in [("added", added), ("removed", removed), ("changed", changed)] {
        write!(out, r#","{name}":["#)?;
        let mut values = section.values.into_inner()?;
        values.rewind()?;
        io::copy(&mut values, out)?;
        out.write_all(b"]")?;
    }
    Ok(())
}

/// Values with commas between them.
struct Section {
    count: u64,
    /// Buffered: a value is written in many pieces.
    values: BufWriter<SpooledTempFile>,
}

impl Section {
    fn new() -> Self {
        Self { count: 0, values: BufWriter::new(SpooledTempFile::new(MAX_IN_MEMORY)) }
    }

    fn add(&mut self, value: &Value) -> io::Result<()> {
        if self.count > 0 {
            self.values.write_all(b",")?;
        }
        self.count += 1;
        Ok(serde_json::to_writer(&mut self.values, value)?)
    }
}

/// The same as a template sees it.
fn changes_value(compared: Compared<'_>) -> io::Result<KnownChanges> {
    let Compared { since, until, main } = compared;
    let mut summary = Summary::default();
    let mut object = head(since.0, until.0);
    let mut lists = Object::from_iter([]);
    let mut of_main = of_list(0, 0, [(); 3].map(|()| Vec::new()));
    for list in since.1.compared_with(until.1) {
        let (source, before, after) = (list.head.kind.source.clone(), list.before, list.after);
        let [mut added, mut removed, mut changed] = [(); 3].map(|()| Vec::new());
        for change in list.changes() {
            match change? {
                Change::Added(row) => added.push(row),
                Change::Removed(row) => removed.push(row),
                Change::Changed(change) => changed.push(change.into()),
            }
        }
        summary.added += added.len() as u64;
        summary.removed += removed.len() as u64;
        summary.changed += changed.len() as u64;
        let all = of_list(before, after, [added, removed, changed]);
        if source == *main {
            of_main = all;
        } else {
            lists = lists.with(source.name(), all.into());
        }
    }
    for (key, value) in of_main.iter() {
        object = object.with(key, value.clone());
    }
    Ok(KnownChanges { summary, value: object.with("lists", lists.into()).into() })
}

fn of_list(before: u64, after: u64, [added, removed, changed]: [Vec<Value>; 3]) -> Object {
    let entries = [
        ("rows_before", before.into()),
        ("rows_after", after.into()),
        ("added", added.into()),
        ("removed", removed.into()),
        ("changed", changed.into()),
    ];
    entries.into_iter().map(|(key, value)| (key.into(), value)).collect()
}

/// What is known of two runs.
fn head(since: &RunHead, until: &RunHead) -> Object {
    // To the second, as `run.at`.
    let time = |head: &RunHead| head.at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string().into();
    let run = |head: &RunHead| Some(&*head.run).filter(|run| !run.is_empty()).into();
    let entries = [
        ("profile", until.profile.as_str().into()),
        ("outputs", until.outputs.iter().map(|path| path.as_str().into()).collect()),
        ("since", time(since)),
        ("since_run", run(since)),
        ("until", time(until)),
        ("until_run", run(until)),
    ];
    entries.into_iter().map(|(key, value)| (key.into(), value)).collect()
}

impl From<RowChange> for Value {
    fn from(change: RowChange) -> Self {
        let RowChange { key, label, fields, lists } = change;
        let lists = lists.into_iter().map(|list| (list.kind.name().into(), list.into()));
        Self::object([
            ("key", key.into()),
            ("label", label.into()),
            ("fields", fields.into_iter().map(Self::from).collect()),
            ("lists", Self::Object(lists.collect())),
        ])
    }
}

impl From<FieldChange> for Value {
    fn from(FieldChange { name, before, after }: FieldChange) -> Self {
        Self::object([("name", name.into()), ("before", before), ("after", after)])
    }
}

impl From<InnerChanges> for Value {
    fn from(InnerChanges { added, removed, changed, .. }: InnerChanges) -> Self {
        Self::object([
            ("added", added.into()),
            ("removed", removed.into()),
            ("changed", changed.into_iter().map(Self::from).collect()),
        ])
    }
}
