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
use super::session::Session;
use crate::Result;
use crate::data::{Fields, Plan, Sources, TemplateContext};
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
        let sources = Sources::of(&run.profile);
        let mut outputs = Vec::new();
        for output in &run.outputs {
            read.merge(output.fields());
            let context = TemplateContext::now(&run.profile, &session.services.environment)?;
            let new_output = || {
                let spool = Spool::new(output.destination.clone());
                if run.run.dry.is_some() { spool.without_draft() } else { spool }
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
    let plan = Plan::of(&first.profile, &read, main);
    let arrival = session.activity.list(plan.kind().name());
    let mut rows = CountedRows::new(FanOut::new(receivers), arrival);
    let fetching = Box::pin(plan.fetch(&session.services, &session.http, access, &mut rows));
    let fetched = deadline.within(fetching).await;
    let arrived = runs.iter().zip(rows.into_receiver().finish(&fetched));
    at_once(arrived, async |(run, rows)| {
        let delivered = async {
            let rows = rows?.0.into_iter().map(OwnRows::into_receiver);
            deliver(run, rows).await
        };
        run.end(about(vec![run.run.profile.clone()], delivered).await);
    })
    .await;
    Ok(())
}
