//! One fetch for all runs that ask for the same, and their outputs.

use super::all_outputs::AllOutputs;
use super::at_once::at_once;
use super::counted_rows::CountedRows;
use super::deadline::Deadline;
use super::delivery::deliver;
use super::each_rows::EachRows;
use super::fan_out::FanOut;
use super::output_rows::OutputRows;
use super::own_rows::OwnRows;
use super::prepared::Prepared;
use super::prepared_output::read_by;
use super::session::Session;
use crate::Result;
use crate::data::{Fields, Plan, Recorder, Sources, TemplateContext, add_recorded_fields};
use crate::globus::api::Access;
use crate::output::Spool;
use crate::template::Rendering;
use crate::terminal::about::about;

/// Fetches what these runs ask for, which is the same, and ends each of them. Fails only for what concerns all.
pub(super) async fn fetch(
    session: &Session<'_>,
    access: &Access<'_>,
    runs: &[&Prepared<'_>],
    deadline: &Deadline,
) -> Result<()> {
    let Some((first, main)) = runs.first().and_then(|first| Some((first, first.main()?))) else {
        return Ok(());
    };
    let mut read = Fields::NONE;
    let mut receivers = Vec::new();
    for run in runs {
        read.merge(read_by(&run.outputs));
        let sources = Sources::of(&run.profile);
        let mut outputs = Vec::new();
        for output in &run.outputs {
            let context = TemplateContext::now(&run.profile, &session.services.environment)?;
            let new_output = || {
                let spool = Spool::new(output.destination.clone());
                match run.run.dry {
                    Some(_) => spool.without_draft(),
                    None if run.history.is_some() => spool.hashed(),
                    None => spool,
                }
            };
            let rows = if let Some(each) = &output.each {
                OutputRows::Each(Box::new(EachRows::new(run, output, each, context)))
            } else {
                let (template, state) = (&output.template, run.helper_state());
                OutputRows::One(Box::new(Rendering::with_state(template, context, state, new_output)))
            };
            let needs_arriving = sources.reads(output.template.fields(), main);
            outputs.push(OwnRows::new(output.guard.watch(rows), &output.rows.source, main, needs_arriving));
        }
        receivers.push(AllOutputs(outputs));
    }
    let is_recorded = runs.iter().any(|run| run.history.is_some());
    if is_recorded {
        add_recorded_fields(&mut read, main, &first.profile);
    }
    let plan = Plan::of(&first.profile, &read, main);
    let arrival = session.activity.list(plan.kind().name());
    let heads = if is_recorded { plan.heads() } else { Vec::new() };
    let mut rows = CountedRows::new(Recorder::new(FanOut::new(receivers), heads), arrival);
    let fetching = Box::pin(plan.fetch(&session.services, &session.http, access, &mut rows));
    let fetched = deadline.within(fetching).await;
    let (rows, recorded) = rows.into_receiver().into_parts();
    let arrived = runs.iter().zip(rows.finish(&fetched));
    at_once(arrived, async |(run, rows)| {
        let delivered = async {
            let rows = rows?.0.into_iter().map(OwnRows::into_receiver);
            deadline.within(Box::pin(deliver(run, rows, &recorded, &session.activity))).await
        };
        run.end(about(vec![run.run.profile.clone()], Box::pin(delivered)).await);
    })
    .await;
    Ok(())
}
