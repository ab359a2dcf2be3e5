//! All rows at once, for what cannot take them one by one.

use super::context::TemplateContext;
use super::lists::{Lists, Outcomes};
use super::rows::RowReceiver;
use crate::Result;
use crate::globus::auth::Identity;
use globus_templates::value::Value;

/// Keeps every row.
#[derive(Debug)]
pub struct Collector<'p> {
    context: TemplateContext<'p>,
    rows: Vec<Value>,
    lists: Lists,
    outcomes: Outcomes,
}

impl<'p> Collector<'p> {
    pub fn new(context: TemplateContext<'p>) -> Self {
        Self { context, rows: Vec::new(), lists: Lists::default(), outcomes: Outcomes::new() }
    }

    /// What has changed since the last delivered run.
    pub fn set_changes(&mut self, changes: Value) {
        self.context.changes = changes;
    }

    /// All that a template sees.
    pub fn finish(self) -> Value {
        let data = self.context.with_lists(self.rows, &self.lists);
        TemplateContext::with_outcomes(data, &self.outcomes)
    }
}

impl RowReceiver for Collector<'_> {
    fn start(&mut self, identity: Option<&Identity>, lists: &Lists) -> Result<()> {
        self.context.identity = identity.cloned();
        self.rows.clear();
        self.lists = lists.clone();
        self.outcomes.clear();
        Ok(())
    }

    fn row(&mut self, row: Value) -> Result<()> {
        self.rows.push(row);
        Ok(())
    }

    fn end(&mut self, outcomes: &Outcomes) -> Result<()> {
        self.outcomes.clone_from(outcomes);
        Ok(())
    }
}
