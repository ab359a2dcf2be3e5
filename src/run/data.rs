//! The data of a template, without the template.

use std::rc::Rc;
use std::time::Instant;

use super::counted_rows::CountedRows;
use super::deadline::Deadline;
use super::protected_files::protected_files;
use super::sandbox_data::SandboxData;
use super::with_session::with_session;
use crate::Result;
use crate::data::{Collector, Fields, Plan, Sources, TemplateContext, Value};
use crate::globus::api::Access;
use crate::output::Destination;
use crate::profile::Profile;
use crate::terminal::progress::Progress;

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
        let mut rows = CountedRows::new(collector, session.activity.list(plan.kind().name()));
        let access = Access::new(authorizer);
        let fetching = Box::pin(plan.fetch(&session.services, &session.http, &access, &mut rows));
        deadline.within(fetching).await?;
        Ok(rows.into_receiver().finish())
    });
    progress.during(Box::pin(fetched)).await
}
