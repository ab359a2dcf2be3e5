//! Rendering each row while the response still arrives.

use std::rc::Rc;

use super::engine::Template;
use crate::data::{CHANGES, GROUPS, Lists, Outcomes, SourceName, TemplateContext, Totals, Value};
use crate::diagnostic::clean;
use crate::globus::auth::Identity;
use crate::{Error, Result};
use globus_templates::evaluate::Locals;
use globus_templates::helpers::HelperState;
use globus_templates::landing::Sink;
use globus_templates::program::{Block, Step};

/// Renders the rows one by one, and never holds more than two.
pub(super) struct Stream<'t> {
    template: &'t Template,
    before: &'t [Step],
    /// The loop over the rows.
    each: Option<&'t Block>,
    after: &'t [Step],
    context: TemplateContext<'t>,
    state: Rc<HelperState>,
    /// What the template sees, without the rows of the main list.
    data: Value,
    totals: Totals,
    /// The latest row. Whether it is the last one shows when the next one arrives, or none.
    waiting: Option<Value>,
    rendered: usize,
    outcomes: Outcomes,
}

impl<'t> Stream<'t> {
    /// `at` is the step that loops over the rows.
    pub(super) fn new(
        template: &'t Template,
        at: usize,
        context: TemplateContext<'t>,
        state: Rc<HelperState>,
    ) -> Self {
        let (before, rest) = template.main.steps.split_at(at);
        let each = match rest.first() {
            Some(Step::Block(each)) => Some(&**each),
            _ => None,
        };
        Self {
            template,
            before,
            each,
            after: rest.get(1..).unwrap_or_default(),
            context,
            state,
            data: Value::Null,
            totals: Totals::default(),
            waiting: None,
            rendered: 0,
            outcomes: Outcomes::new(),
        }
    }

    /// Renders what comes before the rows.
    pub(super) fn start(
        &mut self,
        identity: Option<&Identity>,
        lists: &Lists,
        out: &mut dyn Sink,
    ) -> Result<()> {
        self.context.identity = identity.cloned();
        self.data = self.context.with_lists(Vec::new(), lists);
        self.totals = Totals::default();
        self.waiting = None;
        self.rendered = 0;
        self.template.render_part(&self.data, &self.state, |evaluator| evaluator.steps(self.before, out))
    }

    pub(super) fn row(&mut self, row: Value, out: &mut dyn Sink) -> Result<()> {
        if self.context.counts_rows() {
            self.totals.add(&row);
        }
        match self.waiting.replace(row) {
            Some(row) => self.item(&row, false, out),
            None => Ok(()),
        }
    }

    /// The last row has arrived.
    pub(super) fn end(&mut self, outcomes: &Outcomes) {
        self.outcomes.clone_from(outcomes);
    }

    /// What has changed since the last delivered run.
    pub(super) fn set_changes(&mut self, changes: Value) {
        if let Value::Object(data) = &self.data {
            self.data = data.with(CHANGES, changes).into();
        }
    }

    /// Renders what is left, once the last row has arrived.
    pub(super) fn finish(mut self, out: &mut dyn Sink) -> Result<()> {
        if let Some(row) = self.waiting.take() {
            self.item(&row, true, out)?;
        }
        if let (Value::Object(data), true) = (&self.data, self.context.main == SourceName::Groups) {
            self.data = data.with("totals", self.totals.value()).into();
        }
        self.data = TemplateContext::with_outcomes(self.data, &self.outcomes);
        let empty = self.each.and_then(|each| each.inverse.as_ref()).filter(|_| self.rendered == 0);
        self.template.render_part(&self.data, &self.state, |evaluator| {
            empty.map_or(Ok(()), |empty| evaluator.branch(empty, out))?;
            evaluator.steps(self.after, out)
        })
    }

    fn item(&mut self, row: &Value, is_last: bool, out: &mut dyn Sink) -> Result<()> {
        let Some(each) = self.each else { return Ok(()) };
        let locals = Locals { index: self.rendered, key: None, is_last, parent: None };
        self.rendered += 1;
        let result = self
            .template
            .render_part(&self.data, &self.state, |evaluator| evaluator.row(each, row, &locals, out));
        let main = &self.context.main;
        result.map_err(
            |error| if error.depends_on_data { at_row(error, row, self.rendered, main) } else { error },
        )
    }
}

/// Says which row it is: a template that is right for most can fail for one.
fn at_row(error: Error, row: &Value, number: usize, main: &SourceName) -> Error {
    let label = row.get(GROUPS.label).and_then(Value::as_str);
    let label = label.map(|label| format!(", `{}`", clean(label))).unwrap_or_default();
    error.because(format!("it can't render number {number} of the {main}{label}"))
}
