//! Delivering the outputs of a run whose rows have all arrived.

use std::collections::HashSet;
use std::io;

use super::finished::{DryOutput, Finished, FinishedOutput};
use super::history::{confirm, forget, known};
use super::output_rows::OutputRows;
use super::prepared::Prepared;
use crate::data::{PendingRecord, Recorded, Sources};
use crate::output::{
    Delivered, Rendered, Spool, WatchedRows, WouldBe, deliver_approved, file_hashes, preview_approved,
};
use crate::terminal::Activity;
use crate::{Error, Result};

/// Delivers all outputs, or none. `rows` are those of each output, in their order.
pub(super) async fn deliver<N: FnMut() -> Spool>(
    run: &Prepared<'_>,
    rows: impl Iterator<Item = WatchedRows<OutputRows<'_, N>>>,
    recorded: &io::Result<Recorded>,
    activity: &Activity,
) -> Result<Finished> {
    let record = run.history.as_ref().map(|history| history.record(recorded)).transpose()?.flatten();
    let changes = record.as_ref().and_then(|record| record.changes(&Sources::of(&run.profile).first()));
    let reads_changes = run.outputs.iter().any(|output| output.template.reads_changes());
    let seen_changes = changes.as_ref().filter(|_| reads_changes).map(known);
    let mut rendered = Vec::new();
    for (output, rows) in run.outputs.iter().zip(rows) {
        let (mut rendering, seen) = rows.into_parts();
        if let Some(changes) = seen_changes.as_ref().filter(|_| output.template.reads_changes()) {
            rendering = rendering.with_changes(changes.clone());
        }
        rendered.push((rendering.finish()?, seen));
    }
    check_files_once(rendered.iter().map(|(rendering, _)| rendering))?;
    if let Some(ids) = &run.ids {
        ids.save().await?;
    }
    let counts: Vec<u64> = rendered.iter().map(|(_, seen)| seen.count).collect();
    let mut approved = Vec::new();
    let mut refused: Option<Error> = None;
    for (output, (rendering, seen)) in run.outputs.iter().zip(rendered) {
        let compared = record.as_ref().map(|record| (record.history, &record.record));
        match output.guard.approve(rendering, &seen, compared) {
            Ok(good) => approved.push(good),
            Err(error) => refused = Some(refused.map_or(error.clone(), |others| others.and(error))),
        }
    }
    if let Some(error) = refused {
        return Err(error);
    }
    let mut placed = None;
    if run.run.dry.is_none() {
        placed = match record {
            Some(record) => record.place(file_hashes(&mut approved)?)?,
            None => None,
        };
        if run.is_forgotten {
            let destinations: Vec<_> = run.outputs.iter().map(|output| &output.destination).collect();
            forget(&run.profile, &destinations);
        }
    }
    let mark = || placed.iter_mut().for_each(PendingRecord::stays);
    let delivered = match run.run.dry {
        None => deliver_approved(approved, activity, mark)
            .await?
            .into_iter()
            .map(|delivered| (delivered, None))
            .collect::<Vec<_>>(),
        Some(dry_run) => {
            let would_be = preview_approved(approved, dry_run)?.into_iter();
            let told = would_be.map(|WouldBe { delivered, diff }| (delivered, Some(DryOutput { diff })));
            told.collect::<Vec<_>>()
        }
    };
    // Of an output that was not taken whole, the next run must not think that it was. If others were, their record stays
    // pending.
    let is_cut = delivered.iter().any(|(delivered, _)| *delivered == Delivered::Cut);
    if let Some(record) = placed.filter(|_| !is_cut) {
        confirm(record);
    }
    let outputs = run.outputs.iter().zip(counts).zip(delivered);
    let outputs = outputs.map(|((output, rows), (delivered, dry))| {
        let (rows_in_words, destination) = (output.rows.number_of(rows), output.destination.clone());
        FinishedOutput { rows, rows_in_words, destination, delivered, dry }
    });
    Ok(Finished { outputs: outputs.collect(), changes, skipped: None, stopped: None })
}

/// Fails if two outputs have a file with the same path.
fn check_files_once<'o>(outputs: impl Iterator<Item = &'o Rendered>) -> Result<()> {
    let sets = outputs.filter_map(|output| match output {
        Rendered::Each(files) => Some(files),
        Rendered::One(_) => None,
    });
    let sets: Vec<_> = sets.collect();
    if sets.len() < 2 {
        return Ok(());
    }
    let mut seen = HashSet::new();
    for path in sets.into_iter().flat_map(|files| files.paths()) {
        if let Some(path) = seen.replace(path) {
            return Err(Error::failed(format!("two outputs have the file `{}`", path.display()))
                .because("one would replace the other")
                .help("give each a folder of its own"));
        }
    }
    Ok(())
}
