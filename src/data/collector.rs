//! All rows at once, for what cannot take them one by one.

use super::context::TemplateContext;
use super::lists::{Lists, Outcomes};
use super::rows::RowReceiver;
use super::value::Value;
use crate::Result;
use crate::globus::auth::Identity;

/// Keeps every row.
#[derive(Debug)]
pub struct Collector<'p> {
    context: TemplateContext<'p>,
    rows: Vec<Value>,
}

impl<'p> Collector<'p> {
    pub fn new(context: TemplateContext<'p>) -> Self {
        Self { context, rows: Vec::new() }
    }

    /// All that a template sees.
    pub fn finish(self) -> Value {
        self.context.with_rows(self.rows)
    }
}

impl RowReceiver for Collector<'_> {
    fn start(&mut self, identity: Option<&Identity>, _lists: &Lists) -> Result<()> {
        self.context.identity = identity.cloned();
        self.rows.clear();
        Ok(())
    }

    fn row(&mut self, row: Value) -> Result<()> {
        self.rows.push(row);
        Ok(())
    }

    fn end(&mut self, _outcomes: &Outcomes) -> Result<()> {
        Ok(())
    }
}
