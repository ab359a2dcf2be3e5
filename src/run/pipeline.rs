//! The main job: profile, session, data, template, output, in this order and never back.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::Result;
use crate::catalog;
use crate::data::{Collector, GROUPS, TemplateContext};
use crate::output::{self, Destination, Spool};
use crate::profile::{Mode, Profile};
use crate::run::protected_files::protected_files;
use crate::run::with_session::with_session;
use crate::template::{Rendering, Template};

/// One execution of one profile.
#[derive(Debug, Clone)]
pub struct Run {
    /// The name or the path of the profile.
    pub profile: String,
    /// Overrides the profile's own output; `-` is stdout.
    pub output: Option<PathBuf>,
    /// Whether to use a sandbox instead of Globus.
    pub sandbox: bool,
}

impl Run {
    /// Executes it. Mistakes in the profile and the template are found before any request.
    pub async fn execute(&self) -> Result<()> {
        let profile = Profile::load(&self.profile)?;
        let template = Template::of(&profile)?;
        announce(&profile, &template);
        let destination = self.destination(&profile);
        destination.check_against(|| protected_files(&profile, template.sources()))?;
        with_session(&profile, &self.profile, self.sandbox, async |session, authorizer| {
            let context = TemplateContext::now(&profile, &session.services.environment)?;
            let mut rendering = Rendering::new(&template, context, || Spool::new(destination.clone()));
            GROUPS.fetch(&session.http, &session.services, authorizer, &mut rendering).await?;
            output::deliver_unblocked(rendering.finish()?).await
        })
        .await
    }

    fn destination(&self, profile: &Profile) -> Destination {
        let path = match (self.output.as_deref(), profile.output.path.as_deref()) {
            (None, None) => return Destination::Stdout,
            (Some(path), _) if path == Path::new("-") => return Destination::Stdout,
            (None, Some(path)) if self.sandbox => {
                tracing::info!("made-up groups go to stdout, not to `{}`", path.display());
                return Destination::Stdout;
            }
            (Some(path), _) | (None, Some(path)) => path.to_owned(),
        };
        Destination::File { path, mode: profile.output.mode.map(Mode::bits) }
    }
}

fn announce(profile: &Profile, template: &Template) {
    let (Profile { name, origin, .. }, template_origin) = (profile, &template.source().origin);
    tracing::debug!("profile {name} ({origin}), template {template_origin}");
    for warning in template.warnings() {
        tracing::warn!("{}: `runner check` shows where", warning.headline());
    }
}

/// What the template of a profile sees in a run that begins now, for this destination. The template itself need not
/// exist.
pub async fn data(name: &str, sandbox: bool, destination: &Destination) -> Result<Value> {
    let profile = Profile::load(name)?;
    destination.check_against(|| {
        let template = catalog::find_template(&profile.template, profile.folder()).ok();
        protected_files(&profile, &template)
    })?;
    with_session(&profile, name, sandbox, async |session, authorizer| {
        let mut rows = Collector::new(TemplateContext::now(&profile, &session.services.environment)?);
        GROUPS.fetch(&session.http, &session.services, authorizer, &mut rows).await?;
        Ok(rows.finish())
    })
    .await
}
