//! Rendering each row while the response still arrives.

use std::io::Write;

use handlebars::{BlockContext, BlockParams, Context, RenderContext, RenderError};
use serde_json::Value;

use super::engine::Template;
use super::landing::Followed;
use super::plan::Plan;
use crate::data::{TemplateContext, Totals};
use crate::globus::auth::Identity;
use crate::{Error, Result};

/// Renders the rows one by one, and never holds more than two.
pub(super) struct Stream<'t> {
    template: &'t Template,
    plan: &'t Plan,
    data: TemplateContext<'t>,
    /// What the part that is being rendered sees.
    context: Context,
    totals: Totals,
    /// The latest row. Whether it is the last one shows when the next one arrives, or none.
    waiting: Option<Value>,
    rendered: u64,
    /// Whether the output ends with a line end: the next part may have to indent itself.
    line_ended: bool,
}

impl<'t> Stream<'t> {
    pub(super) fn new(template: &'t Template, plan: &'t Plan, data: TemplateContext<'t>) -> Self {
        Self {
            template,
            plan,
            data,
            context: Context::null(),
            totals: Totals::default(),
            waiting: None,
            rendered: 0,
            line_ended: false,
        }
    }

    /// Renders what comes before the rows.
    pub(super) fn start(
        &mut self,
        identity: Option<&Identity>,
        out: &mut Followed<impl Write>,
    ) -> Result<()> {
        self.data.identity = identity.cloned();
        self.template.reset();
        self.context = Context::from(self.data.with_rows(Vec::new()));
        self.totals = Totals::default();
        self.waiting = None;
        self.rendered = 0;
        self.line_ended = false;
        self.part(&self.plan.before, None, out)
    }

    pub(super) fn row(&mut self, row: Value, out: &mut Followed<impl Write>) -> Result<()> {
        self.totals.add(&row);
        match self.waiting.replace(row) {
            Some(row) => self.item(row, false, out),
            None => Ok(()),
        }
    }

    /// Renders what is left, once the last row has arrived.
    pub(super) fn finish(mut self, out: &mut Followed<impl Write>) -> Result<()> {
        let plan = self.plan;
        if let Some(row) = self.waiting.take() {
            self.item(row, true, out)?;
        }
        if let Value::Object(data) = self.context.data_mut() {
            data.insert(plan.list.to_owned(), Value::Array(Vec::new()));
            data.insert("totals".to_owned(), std::mem::take(&mut self.totals).value());
        }
        if self.rendered == 0
            && let Some(empty) = &plan.empty
        {
            self.part(empty, None, out)?;
        }
        self.part(&plan.after, None, out)
    }

    fn item(&mut self, row: Value, last: bool, out: &mut Followed<impl Write>) -> Result<()> {
        let plan = self.plan;
        if let Some(rows) = self.context.data_mut().get_mut(plan.list) {
            *rows = Value::Array(vec![row]);
        }
        let mut block = BlockContext::new();
        *block.base_path_mut() = vec![plan.list.to_owned(), "0".to_owned()];
        block.set_local_var("index", self.rendered.into());
        block.set_local_var("first", (self.rendered == 0).into());
        block.set_local_var("last", last.into());
        let mut names = BlockParams::new();
        if let Some(name) = &plan.names.0 {
            names.add_path(name, Vec::new()).map_err(cannot_render)?;
        }
        if let Some(name) = &plan.names.1 {
            names.add_value(name, self.rendered.into()).map_err(cannot_render)?;
        }
        block.set_block_params(names);
        self.rendered += 1;
        self.part(&plan.item, Some(block), out)
    }

    fn part(
        &mut self,
        part: &'t handlebars::Template,
        block: Option<BlockContext<'t>>,
        out: &mut Followed<impl Write>,
    ) -> Result<()> {
        let mut rendering = RenderContext::new(None);
        rendering.set_trailing_newline(self.line_ended);
        if let Some(block) = block {
            rendering.push_block(block);
        }
        self.template.render_part(part, &self.context, &mut rendering, out)?;
        self.line_ended = rendering.get_trailine_newline();
        Ok(())
    }
}

fn cannot_render(error: RenderError) -> Error {
    Error::usage("can't render the template").because(error)
}
