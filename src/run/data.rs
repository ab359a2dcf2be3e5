//! The data of a template, without the template.

use super::protected_files::protected_files;
use super::sandbox_data::SandboxData;
use super::with_session::with_session;
use crate::Result;
use crate::data::{Collector, Fields, Plan, Sources, TemplateContext, Value};
use crate::output::Destination;
use crate::profile::Profile;

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
    with_session(&profile, &[name], sandbox, &|| Ok(()), async |session, authorizer| {
        let mut rows = Collector::new(TemplateContext::now(&profile, &session.services.environment)?);
        let plan = Plan::of(&profile, &Fields::All, &Sources::of(&profile).first());
        plan.fetch(&session.services, &session.http, authorizer, &mut rows).await?;
        Ok(rows.finish())
    })
    .await
}
