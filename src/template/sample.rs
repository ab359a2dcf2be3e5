//! Mistakes of a template that show without any data of Globus.

use std::io;

use super::engine::Template;
use super::problem;
use super::rendering::render_snapshot;
use crate::data::{BuiltIn, Snapshot};
use crate::diagnostic::Diagnostic;
use crate::profile::Profile;
use crate::{Error, Result};

/// How many rows a template has to be right for, besides those of the sample.
const COUNTS: [(usize, &str); 4] = [(0, "no groups"), (1, "one group"), (2, "two groups"), (50, "50 groups")];

/// Renders the built-in sample, with several numbers of rows, and hostile ones unless the template writes raw values:
/// those are the author's word. Fails for all mistakes that it finds.
pub fn check_with_samples(template: &Template, profile: &Profile) -> Result<()> {
    let sample = Snapshot::sample()?.for_profile(profile)?.into_owned();
    let certain = |mistake: &Error| sample.is_complete() || !mistake.depends_on_data;
    let (mistakes_of_sample, doubtful): (Vec<Error>, Vec<Error>) =
        mistakes(template, profile, &sample).into_iter().partition(certain);
    doubtful.iter().take(1).for_each(warn_of);
    let in_sample = |mistake: Error| {
        if mistake.depends_on_data { mistake.in_case_of(BuiltIn::Sample.shown()) } else { mistake }
    };
    let mut found: Vec<Error> = mistakes_of_sample.into_iter().map(in_sample).collect();
    found.extend(mistake_of_first_run(template, profile, &sample)?);
    let mut others: Vec<_> =
        COUNTS.into_iter().map(|(count, shown)| (sample.clone().with_rows(count), shown)).collect();
    if template.warnings().is_empty() {
        others.push((Snapshot::built_in(BuiltIn::Hostile)?, BuiltIn::Hostile.shown()));
    }
    for (rows, shown) in others {
        let always =
            mistakes(template, profile, &rows).into_iter().filter(|mistake| !mistake.depends_on_data);
        found.extend(always.map(|mistake| mistake.in_case_of(shown)));
    }
    problem::together(found)
}

/// What is wrong with a template at each place that a rendering of these rows reaches.
fn mistakes(template: &Template, profile: &Profile, rows: &Snapshot) -> Vec<Error> {
    let render = || render_snapshot(template, profile, rows, io::sink);
    let Err(first) = render() else { return Vec::new() };
    let faults = template.every_fault(|| drop(render()));
    // The first one knows its row.
    [first].into_iter().chain(faults).collect()
}

/// Renders the built-in sample. Fails for what is a mistake with any data; warns of a value that only the sample may
/// lack.
pub fn check_with_sample(template: &Template, profile: &Profile) -> Result<()> {
    match render_snapshot(template, profile, &Snapshot::sample()?, io::sink) {
        Err(error) if error.depends_on_data => {
            warn_of(&error);
            Ok(())
        }
        result => result.map(drop),
    }?;
    mistake_of_first_run(template, profile, &Snapshot::sample()?)?.map_or(Ok(()), Err)
}

/// A mistake in a template that reads changes, and does not ask whether there are any: the first run has none.
fn mistake_of_first_run(template: &Template, profile: &Profile, sample: &Snapshot) -> Result<Option<Error>> {
    if !template.reads_changes() {
        return Ok(None);
    }
    let renders = |sample: &Snapshot| render_snapshot(template, profile, sample, io::sink).map(drop);
    let sample = sample.for_profile(profile)?.into_owned();
    let mistake = renders(&sample.clone().first_run()).err();
    // What the sample lacks is another matter.
    let mistake = mistake.filter(|_| renders(&sample).is_ok());
    Ok(mistake.map(|error| error.in_case_of("`changes` being null, as in the first run")))
}

fn warn_of(error: &Error) {
    let mistake = error.diagnostics.first().map_or_else(|| error.what.to_string(), Diagnostic::headline);
    log::warn!("the built-in sample lacks what the template reads; your groups may have it: {mistake}");
}
