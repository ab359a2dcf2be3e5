//! Rendering the rows of any source, whether the template takes them one by one or all at once.

use std::fmt;
use std::io::Write;
use std::rc::Rc;

use super::engine::Template;
use super::stream::Stream;
use crate::data::{Collector, Lists, Outcomes, RowReceiver, Snapshot, Sources, TemplateContext, Value};
use crate::globus::auth::Identity;
use crate::id_map::IdMap;
use crate::profile::Profile;
use crate::{Error, Result};
use globus_templates::helpers::{HelperState, UnixIds};
use globus_templates::landing::Followed;

/// A rendering that takes rows as they arrive. If the template [streams](Template::obstacle), at most two rows are in
/// memory; else all of them. The output is the same either way.
pub struct Rendering<'t, W, N> {
    template: &'t Template,
    rows: Rows<'t>,
    state: Rc<HelperState>,
    output: Followed<W>,
    new_output: N,
}

enum Rows<'t> {
    Streamed(Box<Stream<'t>>),
    Collected(Box<Collector<'t>>),
}

/// Leaves the data out: it is private, and large.
impl<W, N> fmt::Debug for Rendering<'_, W, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rendering").field("template", &self.template.source()).finish_non_exhaustive()
    }
}

impl<'t, W: Write, N: FnMut() -> W> Rendering<'t, W, N> {
    /// `new_output` gives an empty output, and another one whenever the rows start again.
    pub fn new(template: &'t Template, context: TemplateContext<'t>, new_output: N) -> Self {
        Self::with_state(template, context, HelperState::default(), new_output)
    }

    /// The same, whose helpers begin with this state.
    pub fn with_state(
        template: &'t Template,
        context: TemplateContext<'t>,
        state: HelperState,
        mut new_output: N,
    ) -> Self {
        let state = Rc::new(state);
        let context = context.for_reading(template.fields(), template.main());
        let rows = match template.plan() {
            Some(at) => Rows::Streamed(Box::new(Stream::new(template, at, context, Rc::clone(&state)))),
            None => Rows::Collected(Box::new(Collector::new(context))),
        };
        Self { template, rows, state, output: template.follow(new_output()), new_output }
    }

    /// Tells the template what has changed since the last delivered run, once the last row has arrived.
    #[must_use]
    pub fn with_changes(mut self, changes: Value) -> Self {
        match &mut self.rows {
            Rows::Streamed(stream) => stream.set_changes(changes),
            Rows::Collected(rows) => rows.set_changes(changes),
        }
        self
    }

    /// Renders the rest, once the last row has arrived. Gives the whole output.
    pub fn finish(mut self) -> Result<W> {
        match self.rows {
            Rows::Streamed(stream) => stream.finish(&mut self.output)?,
            Rows::Collected(rows) => {
                self.template.render_into(&rows.finish(), &self.state, &mut self.output)?;
            }
        }
        self.template.complete(self.output)
    }
}

impl<W: Write, N: FnMut() -> W> RowReceiver for Rendering<'_, W, N> {
    fn start(&mut self, identity: Option<&Identity>, lists: &Lists) -> Result<()> {
        self.output = self.template.follow((self.new_output)());
        self.state.restart();
        match &mut self.rows {
            Rows::Streamed(stream) => stream.start(identity, lists, &mut self.output),
            Rows::Collected(rows) => rows.start(identity, lists),
        }
    }

    fn row(&mut self, row: Value) -> Result<()> {
        match &mut self.rows {
            Rows::Streamed(stream) => stream.row(row, &mut self.output),
            Rows::Collected(rows) => rows.row(row),
        }
    }

    fn end(&mut self, outcomes: &Outcomes) -> Result<()> {
        match &mut self.rows {
            Rows::Streamed(stream) => {
                stream.end(outcomes);
                Ok(())
            }
            Rows::Collected(rows) => rows.end(outcomes),
        }
    }
}

/// Renders a snapshot. No network, no login.
pub fn render_snapshot<W: Write>(
    template: &Template,
    profile: &Profile,
    snapshot: &Snapshot,
    new_output: impl FnMut() -> W,
) -> Result<W> {
    let sources = Sources::of(profile);
    let snapshot = snapshot.for_profile(profile)?;
    if let Some(source) =
        sources.names().find(|source| template.fields().names(&source.keys()) && !snapshot.has(source))
    {
        return Err(Error::usage(format!("the data has no `{source}`, which the template reads"))
            .help("save it again: `runner data PROFILE --save FILE`"));
    }
    let state = state_for(&snapshot, profile)?;
    let mut rendering = Rendering::with_state(template, snapshot.context(profile)?, state, new_output);
    snapshot.send_to(&mut rendering, template.main(), &sources)?;
    rendering.with_changes(snapshot.changes().clone()).finish()
}

/// What helpers know of data that was saved. No id map is written, and made-up people and groups are in none.
fn state_for(snapshot: &Snapshot, profile: &Profile) -> Result<HelperState> {
    let ids = |ids: IdMap| Rc::new(ids) as Rc<dyn UnixIds>;
    Ok(if snapshot.is_made_up() {
        HelperState::with_ids(profile.id_map.as_ref().map(IdMap::made_up).map(ids)).made_up()
    } else {
        HelperState::with_ids(profile.id_map.as_ref().map(IdMap::preview).transpose()?.map(ids))
    })
}
