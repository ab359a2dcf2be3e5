//! Delivering the outputs of a run whose rows have all arrived.

use super::finished::{Finished, FinishedOutput};
use super::prepared::Prepared;
use crate::output::{Spool, WatchedRows, deliver_approved};
use crate::template::Rendering;
use crate::{Error, Result};

/// Delivers all outputs, or none. `rows` are those of each output, in their order.
pub(super) async fn deliver<N: FnMut() -> Spool>(
    run: &Prepared<'_>,
    rows: impl Iterator<Item = WatchedRows<Rendering<'_, Spool, N>>>,
) -> Result<Finished> {
    let mut rendered = Vec::new();
    for rows in rows {
        let (rendering, seen) = rows.into_parts();
        rendered.push((rendering.finish()?, seen));
    }
    if let Some(ids) = &run.ids {
        ids.save().await?;
    }
    let counts: Vec<u64> = rendered.iter().map(|(_, seen)| seen.count).collect();
    let mut approved = Vec::new();
    let mut refused: Option<Error> = None;
    for (output, (rendering, seen)) in run.outputs.iter().zip(rendered) {
        match output.guard.approve(rendering, seen) {
            Ok(good) => approved.push(good),
            Err(error) => refused = Some(refused.map_or(error.clone(), |others| others.and(error))),
        }
    }
    if let Some(error) = refused {
        return Err(error);
    }
    let delivered = deliver_approved(approved).await?;
    let outputs = run.outputs.iter().zip(counts).zip(delivered).map(|((output, rows), delivered)| {
        let rows_in_words = output.rows.number_of(rows);
        FinishedOutput { rows, rows_in_words, destination: output.destination.clone(), delivered }
    });
    Ok(Finished { outputs: outputs.collect() })
}
