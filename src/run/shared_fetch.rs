//! One fetch for all runs that ask for the same, and their outputs.

use super::at_once::at_once;
use super::counted_rows::CountedRows;
use super::deadline::Deadline;
use super::fan_out::FanOut;
use super::finished::Finished;
use super::prepared::Prepared;
use super::session::Session;
use crate::Result;
use crate::data::{Fields, Plan, TemplateContext};
use crate::globus::api::Access;
use crate::output::Spool;
use crate::template::Rendering;

/// Fetches what these runs ask for, which is the same, and ends each of them. Fails only for what concerns all.
pub(super) async fn fetch(
    session: &Session<'_>,
    access: &Access<'_>,
    runs: &[&Prepared<'_>],
    deadline: &Deadline,
) -> Result<()> {
    let Some(first) = runs.first() else { return Ok(()) };
    let mut read = Fields::NONE;
    let mut receivers = Vec::new();
    for run in runs {
        read.merge(run.template.fields().clone());
        let context = TemplateContext::now(&run.profile, &session.services.environment)?;
        let new_output = || Spool::new(run.destination.clone());
        let rendering = Rendering::with_state(&run.template, context, run.helper_state(), new_output);
        receivers.push(run.guard.watch(rendering));
    }
    let plan = Plan::of(&first.profile, &read, &first.rows.source);
    let arrival = session.activity.list(plan.kind().name());
    let mut rows = CountedRows::new(FanOut::new(receivers), arrival);
    let fetching = Box::pin(plan.fetch(&session.services, &session.http, access, &mut rows));
    let fetched = deadline.within(fetching).await;
    let arrived = runs.iter().zip(rows.into_receiver().finish(&fetched));
    at_once(arrived, async |(run, rows)| {
        let delivered = async {
            let (rendering, seen) = rows?.into_parts();
            let rows = seen.count;
            let output = rendering.finish()?;
            if let Some(ids) = &run.ids {
                ids.save().await?;
            }
            let delivered = run.guard.deliver(output, seen).await?;
            let rows_in_words = run.rows.number_of(rows);
            Ok(Finished { rows, rows_in_words, destination: run.destination.clone(), delivered })
        };
        run.end(delivered.await);
    })
    .await;
    Ok(())
}
