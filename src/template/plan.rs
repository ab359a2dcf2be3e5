//! Whether a template can render each row of a list while the response still arrives.
//!
//! It can if all it does with `groups` is one `{{#each groups}}` outside every other block. What comes before it is then
//! rendered first, its body for each row, and what comes after it last. `totals` are known only after the last row. Every
//! other template needs all rows at once. In doubt it does: the output must be the same either way.

use super::files::Files;
use super::obstacle::Obstacle;
use super::program::{Block, BlockKind, Body, Expression, Start, Step};
use super::reads::{Branch, Reached, Reads, Usage};
use crate::handlebars::Span;

/// Which step of the main template loops over the rows of a list.
pub(super) fn plan(files: &Files, main: &Body, reads: &Reads, list: &str) -> Result<usize, Obstacle> {
    let obstacle = |span: &Span, why: String| Obstacle { file: None, span: span.clone(), why };
    let mut loops = main.steps.iter().enumerate().filter_map(|(at, step)| Some((at, each_row(step, list)?)));
    let Some((at, _)) = loops.next() else {
        return Err(obstacle(&(0..0), format!("no `{{{{#each {list}}}}}` stands outside every block")));
    };
    if let Some((_, second)) = loops.next() {
        return Err(obstacle(&second.span, format!("a second loop over `{list}`")));
    }
    let found = reads.usages.iter().find_map(|usage| Some((usage, why(files, usage, at, list)?)));
    found.map_or(Ok(at), |(Usage { file, tag, .. }, why)| {
        Err(Obstacle { file: file.clone(), span: tag.clone(), why })
    })
}

/// The block `{{#each groups}}`, if the step is one.
fn each_row<'s>(step: &'s Step, list: &str) -> Option<&'s Block> {
    let Step::Block(block) = step else { return None };
    let BlockKind::Each(Expression::Path(path)) = &block.kind else { return None };
    let is_list = matches!(path.start, Start::Context(0) | Start::Root) && path.keys == [list];
    is_list.then_some(block)
}

/// Why this keeps a template from rendering each row, if it does. `each` is the step that loops over the rows.
fn why(files: &Files, usage: &Usage, each: usize, list: &str) -> Option<String> {
    let text = &files.file(usage.file.as_deref()).source.text;
    let written = |path: &Span| text.get(path.clone()).unwrap_or_default().to_owned();
    let is_after = usage.step > each || usage.step == each && usage.branch == Branch::Inverse;
    match &usage.reached {
        Reached::Rows(_) if usage.step == each && usage.branch == Branch::Tag => None,
        Reached::Rows(path) => Some(format!("`{}` needs all {list}", written(path))),
        Reached::Totals(_) if is_after => None,
        Reached::Totals(path) => {
            Some(format!("`{}` is known only after the last of the {list}", written(path)))
        }
        Reached::Everything(path) => Some(format!("`{}` can hold all {list}", written(path))),
        Reached::AnyPartial => Some("the name of this partial is computed while rendering".to_owned()),
        Reached::TooMuch => Some("a partial includes itself, or there are too many".to_owned()),
    }
}
