//! Which list is the main one of a template, and whether each of its rows can be rendered while the response still arrives.
//!
//! It can if all that the template does with the list is one `{{#each LIST}}` outside every other block. What comes before it is then
//! rendered first, its body for each row, and what comes after it last. `sources`, `changes`, and `totals` of groups that stream, are
//! known only after the last row. Every other template needs all rows at once. In doubt it does: the output must be the
//! same either way.

use super::files::Files;
use super::obstacle::Obstacle;
use super::reads::{Branch, Reached, Reads, Usage};
use crate::data::{SourceName, Sources};
use globus_templates::handlebars::Span;
use globus_templates::program::{Block, BlockKind, Body, Expression, Start, Step};

/// How a template is rendered.
#[derive(Debug)]
pub(super) struct Plan {
    /// The list whose rows come one by one. All others come before it.
    pub(super) main: SourceName,
    /// The step of the main template that renders each row as it arrives.
    pub(super) each: Result<usize, Obstacle>,
}

impl Plan {
    pub(super) fn of(files: &Files, body: &Body, reads: &Reads, sources: &Sources) -> Self {
        let loops: Vec<Loop<'_>> = loops(body, sources).collect();
        let main = main(&loops, reads, sources);
        let each = Planner { files, sources, main: &main }.each(&loops, reads);
        Self { main, each }
    }
}

/// A loop over a list, outside every block.
struct Loop<'s> {
    at: usize,
    block: &'s Block,
    source: SourceName,
}

fn loops<'s>(body: &'s Body, sources: &'s Sources) -> impl Iterator<Item = Loop<'s>> {
    body.steps.iter().enumerate().filter_map(|(at, step)| {
        let Step::Block(block) = step else { return None };
        let BlockKind::Each(Expression::Path(path)) = &block.kind else { return None };
        let source = sources.at(&path.keys).filter(|source| source.keys() == *path.keys)?;
        matches!(path.start, Start::Context(0) | Start::Root).then_some(Loop { at, block, source })
    })
}

/// The list that the template loops over, if it is only one; else `groups`, or the first that it reads.
fn main(loops: &[Loop<'_>], reads: &Reads, sources: &Sources) -> SourceName {
    match loops {
        [Loop { source, .. }, others @ ..] if others.iter().all(|other| other.source == *source) => {
            source.clone()
        }
        _ => {
            let read = sources.names().find(|source| sources.reads(&reads.fields, source));
            read.unwrap_or_else(|| sources.first())
        }
    }
}

struct Planner<'p> {
    files: &'p Files,
    sources: &'p Sources,
    main: &'p SourceName,
}

impl Planner<'_> {
    fn each(&self, loops: &[Loop<'_>], reads: &Reads) -> Result<usize, Obstacle> {
        let list = self.main;
        let obstacle = |span: &Span, why: String| Obstacle { file: None, span: span.clone(), why };
        let mut loops = loops.iter().filter(|each| each.source == *list);
        let Some(each) = loops.next() else {
            return Err(obstacle(&(0..0), format!("no `{{{{#each {list}}}}}` stands outside every block")));
        };
        if let Some(second) = loops.next() {
            return Err(obstacle(&second.block.span, format!("a second loop over `{list}`")));
        }
        let found = reads.usages.iter().find_map(|usage| Some((usage, self.why(usage, each.at)?)));
        found.map_or(Ok(each.at), |(Usage { file, tag, .. }, why)| {
            Err(Obstacle { file: file.clone(), span: tag.clone(), why })
        })
    }

    /// Why this keeps the template from rendering each row, if it does. `each` is the step that loops over the rows.
    fn why(&self, usage: &Usage, each: usize) -> Option<String> {
        let Self { files, sources, main: list } = *self;
        let text = &files.file(usage.file.as_deref()).source.text;
        let written = |path: &Span| text.get(path.clone()).unwrap_or_default().to_owned();
        let is_after = usage.step > each || usage.step == each && usage.branch == Branch::Inverse;
        let is_loop = usage.step == each && usage.branch == Branch::Tag;
        let needs_all = |path| Some(format!("`{}` needs all {list}", written(path)));
        match &usage.reached {
            Reached::Rows(source, path) if source == list && !is_loop => needs_all(path),
            Reached::Rows(source, path) if sources.is_inside(source, list) => needs_all(path),
            Reached::Child(source, path) if source == list => needs_all(path),
            Reached::Declared(path) if *list != SourceName::Groups => needs_all(path),
            Reached::Rows(..) | Reached::Child(..) | Reached::Declared(_) => None,
            Reached::Totals(_) | Reached::Outcomes(_) | Reached::Changes(_) if is_after => None,
            Reached::Totals(_) if *list != SourceName::Groups => None,
            Reached::Totals(path) | Reached::Outcomes(path) | Reached::Changes(path) => {
                Some(format!("`{}` is known only after the last of the {list}", written(path)))
            }
            Reached::Everything(path) => Some(format!("`{}` can hold all {list}", written(path))),
            Reached::AnyPartial => Some("the name of this partial is computed while rendering".to_owned()),
            Reached::TooMuch => Some("a partial includes itself, or there are too many".to_owned()),
        }
    }
}
