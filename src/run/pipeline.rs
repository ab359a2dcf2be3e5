//! The main job: profile, tokens, groups, template, output, in this order and never back.

use std::path::PathBuf;

use serde_json::Value;

use crate::Result;
use crate::globus::api::Groups;
use crate::globus::auth::{Authorizer, Grantor};
use crate::globus::login::Approver;
use crate::globus::tokens::TokenStore;
use crate::output::{self, Destination, Spool};
use crate::profile::{Grant, Profile};
use crate::run::session::{Access, grantor_of_run};
use crate::template::{Facts, Template};

/// One execution of one profile.
#[derive(Debug, Clone)]
pub struct Run {
    /// The name or the path of the profile.
    pub profile: String,
    /// In the place of the profile's own output; `-` is the standard output.
    pub output: Option<PathBuf>,
    /// Whether a sandbox takes the place of Globus.
    pub sandbox: bool,
}

impl Run {
    /// Does it. What can be wrong without asking anybody is found first.
    pub async fn execute(&self) -> Result<()> {
        let profile = Profile::load(&self.profile)?;
        let template = Template::of(&profile)?;
        tracing::debug!(
            "profile {} ({}), template {}",
            profile.name,
            profile.origin,
            template.source().origin
        );
        for warning in template.warnings() {
            tracing::warn!("{}: `runner check` shows where", warning.headline());
        }
        acting_for(&profile, &self.profile, self.sandbox, async |access, authorizer| {
            self.deliver(&profile, &template, access, authorizer).await
        })
        .await
    }

    /// Renders the groups, while they arrive if the template allows it.
    async fn deliver(
        &self,
        profile: &Profile,
        template: &Template,
        access: &Access<'_>,
        authorizer: &mut Authorizer<'_>,
    ) -> Result<()> {
        let mut output = Spool::new(self.destination(profile));
        let facts = Facts::now(profile, &access.services.environment)?;
        if let Some(mut stream) = template.stream(&facts, &mut output) {
            let groups = Groups::new(&access.transport, &access.services.groups);
            groups.each(authorizer, &mut stream).await?;
            stream.finish()?;
        } else {
            template.render_into(fetch(profile, access, authorizer).await?, &mut output)?;
        }
        output::deliver(output)
    }

    fn destination(&self, profile: &Profile) -> Destination {
        let path = match (&self.output, &profile.output.path) {
            (None, None) => return Destination::Stdout,
            (Some(path), _) if path.as_os_str() == "-" => return Destination::Stdout,
            (None, Some(path)) if self.sandbox => {
                tracing::info!("made-up groups go to stdout, not to `{}`", path.display());
                return Destination::Stdout;
            }
            (Some(path), _) | (None, Some(path)) => path.clone(),
        };
        Destination::File { path, mode: profile.output.mode }
    }
}

/// What the template of a profile sees in a run that begins now. The template itself need not be there.
pub async fn data(name: &str, sandbox: bool) -> Result<Value> {
    let profile = Profile::load(name)?;
    let profile = &profile;
    acting_for(profile, name, sandbox, async |access, authorizer| fetch(profile, access, authorizer).await)
        .await
}

/// Does some work with what it takes to act for a profile, in a sandbox or for real. `called` is how the profile was
/// asked for.
async fn acting_for<T>(
    profile: &Profile,
    called: &str,
    sandbox: bool,
    work: impl AsyncFnOnce(&Access<'_>, &mut Authorizer<'_>) -> Result<T>,
) -> Result<T> {
    if sandbox {
        let (access, sandbox) = Access::sandboxed(profile, called).await?;
        tracing::info!("this is the sandbox: made-up groups, and a login that approves itself");
        let grantor = match profile.auth.grant {
            Grant::Person(_) => Grantor::Login(Approver::Sandbox(Box::new(sandbox))),
            Grant::ServiceAccount(_) => Grantor::TheClient,
        };
        let authorizer = access.authorizer(TokenStore::in_memory(), grantor)?;
        return to_the_end(&access, authorizer, work).await;
    }
    let access = Access::of(profile, called)?;
    let store = access.store()?;
    if let Some(file) = store.file() {
        tracing::debug!("the tokens are in `{}`", file.display());
    }
    let authorizer = access.authorizer(store, grantor_of_run(profile))?;
    to_the_end(&access, authorizer, work).await
}

async fn to_the_end<T>(
    access: &Access<'_>,
    mut authorizer: Authorizer<'_>,
    work: impl AsyncFnOnce(&Access<'_>, &mut Authorizer<'_>) -> Result<T>,
) -> Result<T> {
    let done = work(access, &mut authorizer).await;
    // A login that could not be stored is told even if the rest went well, and even if it did not.
    match (done, authorizer.finish().await) {
        (Err(error), Err(lost)) => Err(error.and(lost)),
        (done, kept) => done.and_then(|done| kept.map(|()| done)),
    }
}

/// Asks for the groups; gives what a template sees.
async fn fetch(profile: &Profile, access: &Access<'_>, authorizer: &mut Authorizer<'_>) -> Result<Value> {
    let mut facts = Facts::now(profile, &access.services.environment)?;
    let groups = Groups::new(&access.transport, &access.services.groups).mine(authorizer).await?;
    facts.identity = authorizer.identity();
    Ok(facts.data(groups))
}
