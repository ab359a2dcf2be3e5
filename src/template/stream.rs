//! Rendering each group while the answer still arrives.

use std::fmt;
use std::io::{self, Write};

use handlebars::{BlockContext, BlockParams, Context, Output, RenderContext, RenderError, Renderable};
use serde_json::Value;

use super::Template;
use super::data::Facts;
use super::plan::Plan;
use super::totals::Totals;
use crate::globus::api::Receiver;
use crate::globus::auth::Identity;
use crate::{Error, Result};

/// A place to write to that can be emptied.
pub trait Restart: Write {
    /// Forgets what was written.
    fn restart(&mut self);
}

/// A rendering that takes the groups one after the other, and never holds more than two.
pub struct Stream<'t, W> {
    template: &'t Template,
    plan: &'t Plan,
    facts: Facts<'t>,
    out: &'t mut W,
    /// What the part that is rendered sees.
    context: Context,
    totals: Totals,
    /// The group that came last. Whether it is the last one shows when the next one comes, or none.
    waiting: Option<Value>,
    rendered: u64,
    /// Whether what was written ends with a line end: the next part may have to indent itself.
    line_ended: bool,
}

/// Leaves the data out: it is other people's, and large.
impl<W> fmt::Debug for Stream<'_, W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stream")
            .field("template", &self.template.source)
            .field("rendered", &self.rendered)
            .finish_non_exhaustive()
    }
}

impl<'t, W: Restart> Stream<'t, W> {
    pub(super) fn new(template: &'t Template, plan: &'t Plan, facts: &'t Facts<'t>, out: &'t mut W) -> Self {
        Self {
            template,
            plan,
            facts: facts.clone(),
            out,
            context: Context::null(),
            totals: Totals::default(),
            waiting: None,
            rendered: 0,
            line_ended: false,
        }
    }

    /// Renders what is left, once the last group has come.
    pub fn finish(mut self) -> Result<()> {
        let plan = self.plan;
        if let Some(group) = self.waiting.take() {
            self.item(group, true)?;
        }
        if let Value::Object(data) = self.context.data_mut() {
            data.insert("groups".to_owned(), Value::Array(Vec::new()));
            data.insert("totals".to_owned(), std::mem::take(&mut self.totals).value());
        }
        if self.rendered == 0
            && let Some(empty) = &plan.empty
        {
            self.part(empty, None)?;
        }
        self.part(&plan.after, None)
    }

    fn item(&mut self, group: Value, last: bool) -> Result<()> {
        let plan = self.plan;
        if let Some(groups) = self.context.data_mut().get_mut("groups") {
            *groups = Value::Array(vec![group]);
        }
        let mut block = BlockContext::new();
        *block.base_path_mut() = vec!["groups".to_owned(), "0".to_owned()];
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
        self.part(&plan.item, Some(block))
    }

    fn part(&mut self, part: &'t handlebars::Template, block: Option<BlockContext<'t>>) -> Result<()> {
        let mut rendering = RenderContext::new(None);
        rendering.set_trailing_newline(self.line_ended);
        if let Some(block) = block {
            rendering.push_block(block);
        }
        let template = self.template;
        let result = part.render(&template.engine, &self.context, &mut rendering, &mut Out(self.out));
        result.map_err(|error| template.problem(&error, &self.context, &rendering))?;
        self.line_ended = rendering.get_trailine_newline();
        Ok(())
    }
}

fn cannot_render(error: RenderError) -> Error {
    Error::usage("the template can't be rendered").because(error)
}

impl<W: Restart> Receiver for Stream<'_, W> {
    fn start(&mut self, identity: Option<&Identity>) -> Result<()> {
        self.facts.identity = identity.cloned();
        self.out.restart();
        self.template.guard.reset();
        self.context = Context::from(self.facts.data(Vec::new()));
        self.totals = Totals::default();
        self.waiting = None;
        self.rendered = 0;
        self.line_ended = false;
        self.part(&self.plan.before, None)
    }

    fn group(&mut self, group: Value) -> Result<()> {
        self.totals.add(&group);
        match self.waiting.replace(group) {
            Some(group) => self.item(group, false),
            None => Ok(()),
        }
    }
}

/// The output as the engine writes to it.
pub(super) struct Out<'o, W>(pub(super) &'o mut W);

impl<W: Write> Output for Out<'_, W> {
    fn write(&mut self, text: &str) -> io::Result<()> {
        self.0.write_all(text.as_bytes())
    }
}
