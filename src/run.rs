//! The main job: profile, tokens, groups, template, output, in this order and never back.

use std::path::PathBuf;

use crate::Result;
use crate::access::{Access, grantor_of_run};
use crate::auth::{Approver, Authorizer, Grantor};
use crate::globus::Groups;
use crate::output::{self, Destination, Spool};
use crate::profile::{Grant, Profile};
use crate::template::{Facts, Template};
use crate::tokens::TokenStore;

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
        if self.sandbox {
            let (access, sandbox) = Access::sandboxed(&profile, &self.profile).await?;
            tracing::info!("this is the sandbox: made-up groups, and a login that approves itself");
            let grantor = match profile.auth.grant {
                Grant::Person(_) => Grantor::Login(Approver::Sandbox(Box::new(sandbox))),
                Grant::ServiceAccount(_) => Grantor::TheClient,
            };
            let authorizer = access.authorizer(TokenStore::in_memory(), grantor)?;
            return self.with(&profile, &template, &access, authorizer).await;
        }
        let access = Access::of(&profile, &self.profile)?;
        let store = access.store()?;
        if let Some(file) = store.file() {
            tracing::debug!("the tokens are in `{}`", file.display());
        }
        let authorizer = access.authorizer(store, grantor_of_run(&profile))?;
        self.with(&profile, &template, &access, authorizer).await
    }

    async fn with(
        &self,
        profile: &Profile,
        template: &Template,
        access: &Access<'_>,
        mut authorizer: Authorizer<'_>,
    ) -> Result<()> {
        let delivered = self.deliver(profile, template, access, &mut authorizer).await;
        // A login that could not be stored is told even if the rest went well, and even if it did not.
        match (delivered, authorizer.finish().await) {
            (Err(error), Err(lost)) => Err(error.and(lost)),
            (delivered, kept) => delivered.and(kept),
        }
    }

    /// Renders the groups, while they arrive if the template allows it.
    async fn deliver(
        &self,
        profile: &Profile,
        template: &Template,
        access: &Access<'_>,
        authorizer: &mut Authorizer<'_>,
    ) -> Result<()> {
        let mut facts = Facts::now(profile, &access.services.environment)?;
        let groups = Groups::new(&access.transport, &access.services.groups);
        let mut output = Spool::new(self.destination(profile));
        if let Some(mut stream) = template.stream(&facts, &mut output) {
            groups.each(authorizer, &mut stream).await?;
            stream.finish()?;
        } else {
            let groups = groups.mine(authorizer).await?;
            facts.identity = authorizer.identity();
            template.render_into(facts.data(groups), &mut output)?;
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
