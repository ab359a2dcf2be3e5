//! Whether a template can render each row of a list while the response still arrives.

use super::files::Files;
use super::obstacle::Obstacle;

/// Where in the main template the loop over the rows is, if it alone reads them.
pub(super) fn plan(_files: &Files, list: &str) -> Result<usize, Obstacle> {
    Err(Obstacle {
        file: None,
        span: 0..0,
        why: format!("no `{{{{#each {list}}}}}` stands outside every block"),
    })
}
