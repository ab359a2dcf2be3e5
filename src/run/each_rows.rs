//! A file for each row of a list.

use super::own_rows::OwnRows;
use super::prepared::Prepared;
use super::prepared_output::{EachRow, PreparedOutput};
use crate::Result;
use crate::data::{
    Lists, Outcome, Outcomes, RowReceiver, SourceName, Sources, TemplateContext, Value, label_of,
};
use crate::diagnostic::clean;
use crate::globus::auth::Identity;
use crate::output::{Destination, FileSet, RefusedName, Spool};
use crate::template::{Rendering, unusable};

/// Renders each row as it arrives, as if the list had no other.
#[derive(Debug)]
pub(super) struct EachRows<'r> {
    run: &'r Prepared<'r>,
    output: &'r PreparedOutput,
    each: &'r EachRow,
    sources: Sources,
    context: TemplateContext<'r>,
    files: FileSet,
    identity: Option<Identity>,
    lists: Lists,
    /// If what became of the lists, or what has changed, has to be known before a row is rendered.
    waiting: Option<Waiting>,
    changes: Value,
}

/// All rows of the list, and what became of the lists.
#[derive(Debug, Default)]
struct Waiting {
    rows: Vec<Value>,
    outcomes: Outcomes,
}

impl<'r> EachRows<'r> {
    pub(super) fn new(
        run: &'r Prepared<'r>,
        output: &'r PreparedOutput,
        each: &'r EachRow,
        context: TemplateContext<'r>,
    ) -> Self {
        Self {
            run,
            output,
            each,
            sources: Sources::of(&run.profile),
            context,
            files: FileSet::new(each.files.clone(), run.files_of_all()),
            identity: None,
            lists: Lists::default(),
            waiting: output.template.reads_what_ends_last().then(Waiting::default),
            changes: Value::Null,
        }
    }

    /// Tells the template what has changed since the last delivered run, in all of the list.
    pub(super) fn with_changes(self, changes: Value) -> Self {
        Self { changes, ..self }
    }

    /// Renders the rows that have waited, once the last one has arrived.
    pub(super) fn finish(mut self) -> Result<FileSet> {
        let Waiting { rows, outcomes } = self.waiting.take().unwrap_or_default();
        rows.into_iter().try_for_each(|row| self.add(row, &outcomes))?;
        Ok(self.files)
    }

    fn list(&self) -> &SourceName {
        &self.output.rows.source
    }

    fn add(&mut self, row: Value, outcomes: &Outcomes) -> Result<()> {
        let label = label_of(&row, &self.output.rows);
        let label = format!("the {} `{}`", self.output.rows.one, clean(&label));
        let name = self.each.names.name(&row, &label)?;
        let rendered = self.render(row, outcomes).map_err(|error| {
            let why = format!("it can't render the file of {label}");
            if error.depends_on_data { error.because(why) } else { error }
        })?;
        self.files.add(&name, rendered)?.map_err(|RefusedName { why, help }| {
            let error = unusable(&label, why);
            if let Some(help) = help { error.help(help) } else { error }
        })
    }

    fn render(&self, row: Value, outcomes: &Outcomes) -> Result<Spool> {
        let template = &self.output.template;
        let state = self.run.helper_state();
        let rendering =
            Rendering::with_state(template, self.context.clone(), state, || Spool::new(Destination::Stdout));
        let reads_list = self.sources.reads(template.fields(), self.list());
        let mut rendering = OwnRows::new(rendering, template.main(), self.list(), reads_list);
        let (lists, outcomes) = (self.lists_with(&row), self.outcomes_with(&row, outcomes));
        rendering.start(self.identity.as_ref(), &lists)?;
        rendering.row(row)?;
        rendering.end(&outcomes)?;
        rendering.into_receiver().with_changes(self.changes.clone()).finish()
    }

    /// The other lists; those below the rows of this one have only what is below this row.
    fn lists_with(&self, row: &Value) -> Lists {
        let mut lists = self.lists.clone();
        for (source, rows) in self.below(row) {
            if lists.get(&source).is_some() {
                lists.insert(source, rows);
            }
        }
        lists
    }

    fn outcomes_with(&self, row: &Value, outcomes: &Outcomes) -> Outcomes {
        let mut outcomes = outcomes.clone();
        outcomes.insert(self.list().clone(), Outcome { rows: 1, ..Outcome::default() });
        for (source, rows) in self.below(row) {
            outcomes.insert(source, Outcome { rows: rows.len() as u64, ..Outcome::default() });
        }
        outcomes
    }

    /// The lists below a row, and below those.
    fn below(&self, row: &Value) -> Vec<(SourceName, Vec<Value>)> {
        let mut found: Vec<(SourceName, Vec<Value>)> = vec![(self.list().clone(), vec![row.clone()])];
        let mut next = 0;
        while let Some((parent, rows)) = found.get(next).cloned() {
            next += 1;
            for child in self.sources.children(&parent) {
                let inside = rows.iter().filter_map(|row| row.get(&child.name)?.as_list()).flatten();
                found.push((SourceName::Declared(child.name.clone()), inside.cloned().collect()));
            }
        }
        found.remove(0);
        found
    }
}

impl RowReceiver for EachRows<'_> {
    fn start(&mut self, identity: Option<&Identity>, lists: &Lists) -> Result<()> {
        self.identity = identity.cloned();
        self.lists = lists.clone();
        self.files.restart();
        if let Some(waiting) = &mut self.waiting {
            *waiting = Waiting::default();
        }
        Ok(())
    }

    fn row(&mut self, row: Value) -> Result<()> {
        match &mut self.waiting {
            Some(waiting) => {
                waiting.rows.push(row);
                Ok(())
            }
            None => self.add(row, &Outcomes::new()),
        }
    }

    fn end(&mut self, outcomes: &Outcomes) -> Result<()> {
        if let Some(waiting) = &mut self.waiting {
            waiting.outcomes.clone_from(outcomes);
        }
        Ok(())
    }
}
