//! The main job: profile, tokens, groups, template, output, in this order and never back.

use std::path::PathBuf;

use serde_json::Value;

use crate::Result;
use crate::globus::api::Groups;
use crate::globus::auth::Authorizer;
use crate::output::{self, Destination, Spool};
use crate::profile::Profile;
use crate::run::session::Session;
use crate::run::with_session::with_session;
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
        with_session(&profile, &self.profile, self.sandbox, async |session, authorizer| {
            self.deliver(&profile, &template, session, authorizer).await
        })
        .await
    }

    /// Renders the groups, while they arrive if the template allows it.
    async fn deliver(
        &self,
        profile: &Profile,
        template: &Template,
        session: &Session<'_>,
        authorizer: &mut Authorizer<'_>,
    ) -> Result<()> {
        let mut output = Spool::new(self.destination(profile));
        let facts = Facts::now(profile, &session.services.environment)?;
        if let Some(mut stream) = template.stream(&facts, &mut output) {
            let groups = Groups::new(&session.http, &session.services.groups);
            groups.each(authorizer, &mut stream).await?;
            stream.finish()?;
        } else {
            template.render_into(fetch(profile, session, authorizer).await?, &mut output)?;
        }
        output::deliver(output)
    }

    fn destination(&self, profile: &Profile) -> Destination {
        let path = match (self.output.as_deref(), profile.output.path.as_deref()) {
            (None, None) => return Destination::Stdout,
            (Some(path), _) if path.as_os_str() == "-" => return Destination::Stdout,
            (None, Some(path)) if self.sandbox => {
                tracing::info!("made-up groups go to stdout, not to `{}`", path.display());
                return Destination::Stdout;
            }
            (Some(path), _) | (None, Some(path)) => path.to_owned(),
        };
        Destination::File { path, mode: profile.output.mode.bits() }
    }
}

/// What the template of a profile sees in a run that begins now. The template itself need not be there.
pub async fn data(name: &str, sandbox: bool) -> Result<Value> {
    let profile = Profile::load(name)?;
    let profile = &profile;
    with_session(profile, name, sandbox, async |session, authorizer| {
        fetch(profile, session, authorizer).await
    })
    .await
}

/// Asks for the groups; gives what a template sees.
async fn fetch(profile: &Profile, session: &Session<'_>, authorizer: &mut Authorizer<'_>) -> Result<Value> {
    let mut facts = Facts::now(profile, &session.services.environment)?;
    let groups = Groups::new(&session.http, &session.services.groups).mine(authorizer).await?;
    facts.identity = authorizer.identity();
    Ok(facts.data(groups))
}
