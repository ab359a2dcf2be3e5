//! `runner diff PROFILE`.

use std::collections::HashMap;
use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::examples::examples;
use super::interruptible;
use crate::data::{
    Change, Compared, FieldChange, InnerChanges, ListComparison, ListHead, Since, Summary, Value, key_of,
    label_of, write_changes,
};
use crate::diagnostic::clean;
use crate::output::{self, Destination, Spool};
use crate::run::{self, DiffOptions, RecordedRuns, named};
use crate::{Error, Result};

/// Show what has changed since an earlier run: groups, roles, members
///
/// Each delivered run of a profile is recorded, by default the last ten. Compares the last one with the one before, and shows
/// what was added (`+`), removed (`-`) and changed (`~`).
#[derive(Debug, Args)]
#[command(after_help = examples! {
    "What the last run changed:" => "runner diff groups",
    "What has changed this week:" => "runner diff groups --since 7d",
    "What the next run would change:" => "runner diff groups --fresh",
})]
pub(super) struct Diff {
    /// A name that `runner profiles` lists, or the path of a TOML file
    profile: String,
    /// Compare the runs that wrote this file with -o
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Compare with the last run at this time or before, such as 2026-11-20, 2026-11-20T03:00, yesterday or 7d; or with the
    /// run whose id begins so
    #[arg(long, value_name = "RUN|TIME")]
    since: Option<Since>,
    /// Ask Globus now, and compare its response with the last run; nothing is delivered or recorded
    #[arg(long)]
    fresh: bool,
    /// Print lines for people, or a JSON object for programs
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
}

impl Diff {
    pub(super) fn execute(self) -> Result<()> {
        let Self { profile, output, since, fresh: is_fresh, format } = self;
        let runs = RecordedRuns::find(DiffOptions { profile, output, since })?;
        let mut fresh = None;
        if is_fresh {
            interruptible::block_on(Box::pin(async {
                fresh = Some(runs.fetch().await?);
                Ok(())
            }))?;
        }
        interruptible::on_thread(move || {
            let diff = runs.compare(fresh)?;
            let mut page = Spool::new(Destination::Stdout);
            let written = match format {
                Format::Text => write_text(diff, &mut page),
                Format::Json => write_json(diff, &mut page),
            };
            written.map_err(|error| Error::failed("can't compare the runs").because(error))?;
            output::deliver(page).map(drop)
        })
    }
}

fn write_json(diff: run::Diff, out: &mut Spool) -> io::Result<()> {
    let run::Diff { since, old, until, new, main } = diff;
    let compared =
        Compared { since: (&since.header.head, old), until: (&until.header.head, new), main: &main };
    write_changes(compared, out).map(drop)
}

fn write_text(diff: run::Diff, out: &mut Spool) -> io::Result<()> {
    let run::Diff { since, old, until, new, .. } = diff;
    let later = if until.path().is_some() { named(&until) } else { "now, which is not delivered".to_owned() };
    writeln!(out, "from {} to {later}", named(&since))?;
    if since.header.head.profile != until.header.head.profile {
        let others = clean(&since.header.head.profile);
        log::info!("the earlier run is one of another profile with the same output, {others}");
    }
    for list in &until.header.lists {
        let source = &list.head.kind.source;
        if !since.header.lists.iter().any(|other| other.head.kind.source == *source) {
            log::info!("`{source}` is not compared: the earlier run did not fetch it");
        }
    }
    let mut summaries = Vec::new();
    for list in old.compared_with(new) {
        let (name, before, after) = (list.head.kind.source.to_string(), list.before, list.after);
        let Summary { added, removed, changed } = write_list(list, out)?;
        let what = if added + removed + changed == 0 {
            "nothing changed".to_owned()
        } else {
            format!("{added} added, {removed} removed, {changed} changed")
        };
        summaries.push(format!("{name}: {before} before, {after} now; {what}"));
    }
    for summary in summaries {
        writeln!(out, "{summary}")?;
    }
    Ok(())
}

fn write_list(list: ListComparison, out: &mut Spool) -> io::Result<Summary> {
    let mut summary = Summary::default();
    let head = list.head.clone();
    for change in list.changes() {
        match change? {
            Change::Added(row) => {
                summary.added += 1;
                writeln!(out, "+ {}", row_in_words(&row, &head))?;
            }
            Change::Removed(row) => {
                summary.removed += 1;
                writeln!(out, "- {}", row_in_words(&row, &head))?;
            }
            Change::Changed(change) => {
                summary.changed += 1;
                writeln!(out, "~ {} {}", clean(&head.kind.one), with_key(&change.label, &change.key))?;
                let (lists, fields): (Vec<_>, Vec<_>) = change
                    .fields
                    .into_iter()
                    .partition(|field| head.inside.iter().any(|inside| inside.kind.name() == field.name));
                write_fields(&fields, "    ", out)?;
                for FieldChange { name, before, after } in lists {
                    let rows =
                        |count: &Value| if count.is_null() { "hidden".to_owned() } else { count.to_string() };
                    writeln!(out, "    {}: {} -> {}", clean(&name), rows(&before), rows(&after))?;
                }
                for list in &change.lists {
                    write_inner(list, "    ", out)?;
                }
            }
        }
    }
    Ok(summary)
}

/// A row that came or went, such as ``group Climate (6c91…), 12 memberships``.
fn row_in_words(row: &Value, head: &ListHead) -> String {
    let named = with_key(&label_of(row, &head.kind), &key_of(row, &head.kind));
    let lists = head.inside.iter().filter_map(|inside| {
        let rows = row.get(inside.kind.name())?.as_list()?;
        Some(format!(", {}", inside.kind.number_of(rows.len() as u64)))
    });
    format!("{} {named}{}", clean(&head.kind.one), clean(&lists.collect::<String>()))
}

/// Two rows can have one label.
fn with_key(label: &str, key: &str) -> String {
    if label == key { clean(label) } else { format!("{} ({})", clean(label), clean(key)) }
}

fn write_fields(fields: &[FieldChange], indent: &str, out: &mut Spool) -> io::Result<()> {
    for FieldChange { name, before, after } in fields {
        writeln!(out, "{indent}{}: {} -> {}", clean(name), in_words(before), in_words(after))?;
    }
    Ok(())
}

/// Changes of a list in a row. A label that is there twice has the key, too.
fn write_inner(list: &InnerChanges, indent: &str, out: &mut Spool) -> io::Result<()> {
    let InnerChanges { kind, added, removed, changed } = list;
    let one = clean(&kind.one);
    let labels = added.iter().chain(removed).map(|row| label_of(row, kind));
    let mut times: HashMap<String, usize> = HashMap::new();
    for label in labels.chain(changed.iter().map(|row| row.label.clone())) {
        *times.entry(label).or_default() += 1;
    }
    let named = |label: &str, key: &str| {
        if times.get(label).is_some_and(|times| *times > 1) { with_key(label, key) } else { clean(label) }
    };
    let role = |row: &Value| row.get("role").map(|role| format!(", {}", in_words(role))).unwrap_or_default();
    for (mark, rows) in [('+', added), ('-', removed)] {
        for row in rows {
            let name = named(&label_of(row, kind), &key_of(row, kind));
            writeln!(out, "{indent}{mark} {one} {name}{}", role(row))?;
        }
    }
    for change in changed {
        writeln!(out, "{indent}~ {one} {}", named(&change.label, &change.key))?;
        let deeper = format!("{indent}    ");
        write_fields(&change.fields, &deeper, out)?;
        for list in &change.lists {
            write_inner(list, &deeper, out)?;
        }
    }
    Ok(())
}

/// A value in one line: texts as they are, lists of them with commas.
fn in_words(value: &Value) -> String {
    match value {
        Value::Null | Value::Hidden(_) => "nothing".to_owned(),
        Value::Text(text) if text.is_empty() => "empty".to_owned(),
        Value::Text(text) => clean(text),
        Value::List(list) if list.is_empty() => "none".to_owned(),
        Value::List(list) if list.iter().all(|value| value.as_str().is_some()) => {
            list.iter().map(in_words).collect::<Vec<_>>().join(", ")
        }
        other => clean(&other.to_string()),
    }
}
