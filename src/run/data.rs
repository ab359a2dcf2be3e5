//! The data of a template, without the template.

use std::io;
use std::rc::Rc;
use std::time::Instant;

use super::counted_rows::CountedRows;
use super::deadline::Deadline;
use super::diff::changes_to;
use super::history::known;
use super::protected_files::protected_files;
use super::sandbox_data::SandboxData;
use super::with_session::with_session;
use crate::data::{Collector, Fields, Plan, Recorded, Recorder, Sources, TemplateContext, Value};
use crate::globus::api::Access;
use crate::output::Destination;
use crate::profile::Profile;
use crate::terminal::progress::Progress;
use crate::{Error, Result};

/// What the template of a profile sees in a run that begins now, for this destination. The template itself need not
/// exist.
pub async fn data(name: &str, sandbox: Option<&SandboxData>, destination: &Destination) -> Result<Value> {
    let profile = Profile::load(name)?;
    destination.check_against(|| {
        let mut files = protected_files(&profile, []);
        files.extend(sandbox.and_then(SandboxData::protected_file));
        files
    })?;
    destination.check_folder()?;
    let (progress, began) = (Progress::default(), Instant::now());
    let (names, fine) = ([name], || Ok(()));
    let fetched = with_session(&profile, &names, sandbox, &fine, async |session, authorizer| {
        progress.add(&profile.name, &session.activity);
        let deadline = Deadline::new(profile.run.deadline, began, vec![Rc::clone(&session.activity)]);
        let collector = Collector::new(TemplateContext::now(&profile, &session.services.environment)?);
        let plan = Plan::of(&profile, &Fields::All, &Sources::of(&profile).first());
        // Made-up rows are compared with none.
        let heads = if sandbox.is_none() { plan.heads() } else { Vec::new() };
        let recording = Recorder::new(collector, heads);
        let mut rows = CountedRows::new(recording, session.activity.list(plan.kind().name()));
        let access = Access::new(authorizer);
        let fetching = Box::pin(plan.fetch(&session.services, &session.http, &access, &mut rows));
        deadline.within(fetching).await?;
        let (mut collector, recorded) = rows.into_receiver().into_parts();
        if sandbox.is_none() {
            collector.set_changes(changes(name, &profile, recorded));
        }
        Ok(collector.finish())
    });
    progress.during(Box::pin(fetched)).await
}

/// What has changed since the last delivered run of this profile; null if none is recorded, or it can't be known.
fn changes(name: &str, profile: &Profile, recorded: io::Result<Recorded>) -> Value {
    let changes = match recorded {
        Ok(recorded) => changes_to(name, profile, recorded),
        Err(error) => Err(Error::failed("can't store the response temporarily").because(error)),
    };
    match changes {
        Ok(changes) => changes.as_ref().map_or(Value::Null, known),
        Err(error) => {
            log::warn!("`changes` is null: {}", error.first_problem());
            Value::Null
        }
    }
}
