//! The main job: profile, session, data, template, output, in this order and never back.

use std::path::{Path, PathBuf};

use crate::catalog;
use crate::data::{Collector, Fields, Plan, RowKind, SourceName, TemplateContext, Value};
use crate::diagnostic::size;
use crate::output::{Delivered, Destination, Guard, GuardOptions, Spool};
use crate::profile::{Mode, Profile};
use crate::run::protected_files::protected_files;
use crate::run::sandbox_data::SandboxData;
use crate::run::with_session::with_session;
use crate::template::{Rendering, Template, check_with_sample};
use crate::terminal::tell;
use crate::{Error, Result};

/// One execution of one profile.
#[derive(Debug, Clone)]
pub struct Run {
    /// The name or the path of the profile.
    pub profile: String,
    /// Overrides the profile's own output; `-` is stdout.
    pub output: Option<PathBuf>,
    /// Overrides the mode of the output file.
    pub mode: Option<Mode>,
    /// Overrides the profile's own template.
    pub template: Option<TemplateOverride>,
    /// A sandbox with this data instead of Globus.
    pub sandbox: Option<SandboxData>,
    /// Whether to deliver an output that the guard would refuse.
    pub accept: bool,
}

/// A template that overrides the profile's.
#[derive(Debug, Clone)]
pub enum TemplateOverride {
    /// A name, or a path from the working directory.
    Named(String),
    /// The ready template of this format.
    OfFormat(String),
}

impl Run {
    /// Executes it. Mistakes in the profile and the template are found before any request, and before a login those that
    /// only a rendering shows.
    pub async fn execute(&self) -> Result<()> {
        let profile = Profile::load(&self.profile)?;
        let template = self.template(&profile)?;
        announce(&profile, &template);
        let destination = self.destination(&profile)?;
        let sandbox = self.sandbox.as_ref();
        let plan = Plan::of(&profile, template.fields(), &SourceName::Groups);
        let guard = self.guard(&profile, plan.kind(), &destination)?;
        guard.check_against(|| {
            let mut files = protected_files(&profile, template.sources());
            files.extend(sandbox.and_then(SandboxData::protected_file));
            files
        })?;
        destination.check_folder()?;
        let check = || check_with_sample(&template, &profile);
        with_session(&profile, &self.profile, sandbox, &check, async |session, authorizer| {
            let context = TemplateContext::now(&profile, &session.services.environment)?;
            let rendering = Rendering::new(&template, context, || Spool::new(destination.clone()));
            let mut rows = guard.watch(rendering);
            plan.fetch(&session.services, &session.http, authorizer, &mut rows).await?;
            let (rendering, seen) = rows.into_parts();
            let count = seen.count;
            let delivered = guard.deliver(rendering.finish()?, seen).await?;
            announce_written(&destination, &plan.kind().number_of(count), delivered);
            Ok(())
        })
        .await
    }

    fn template(&self, profile: &Profile) -> Result<Template> {
        match &self.template {
            None => Template::of(profile),
            Some(TemplateOverride::Named(name)) => Template::overriding(profile, name),
            Some(TemplateOverride::OfFormat(format)) => {
                Template::overriding(profile, &catalog::ready_template(format, &profile.template))
            }
        }
    }

    fn guard(&self, profile: &Profile, kind: &RowKind, destination: &Destination) -> Result<Guard> {
        let options = GuardOptions {
            accept: self.accept,
            accept_command: self.accept_command(),
            is_trial: self.sandbox.is_some(),
        };
        Guard::new(profile, kind.clone(), destination, options)
    }

    fn destination(&self, profile: &Profile) -> Result<Destination> {
        let path = match &self.output {
            None => self.own_output(profile),
            Some(path) => Some(path.as_path()).filter(|path| *path != Path::new("-")),
        };
        match path {
            Some(path) => {
                let mode = self.mode.or(profile.output.mode).map(Mode::bits);
                Ok(Destination::File { path: path.to_owned(), mode })
            }
            None if self.mode.is_some() => Err(Error::usage("--mode is for a file")
                .because("the output goes to stdout")
                .help("name the file with -o")),
            None => Ok(Destination::Stdout),
        }
    }

    /// The file that the profile names, unless this run makes something else than what belongs there.
    fn own_output<'p>(&self, profile: &'p Profile) -> Option<&'p Path> {
        let path = profile.output.path.as_deref()?;
        let what = match (&self.sandbox, &self.template) {
            (Some(_), _) => "made-up groups go",
            (None, Some(_)) => "the output of another template goes",
            (None, None) => return Some(path),
        };
        tracing::info!("{what} to stdout, not to `{}`; -o names a file", path.display());
        None
    }
}

fn announce(profile: &Profile, template: &Template) {
    let (Profile { name, origin, .. }, template_origin) = (profile, &template.source().origin);
    tracing::debug!("profile {name} ({origin}), template {template_origin}");
    // Looking for them takes a pass over the template.
    let warnings = if tracing::enabled!(tracing::Level::DEBUG) { template.warnings() } else { Vec::new() };
    for warning in warnings {
        tracing::debug!("{}: `runner check` shows where", warning.headline());
    }
}

/// Tells a person what became of the file.
fn announce_written(destination: &Destination, rows: &str, delivered: Delivered) {
    let (Destination::File { path, .. }, Delivered::File(written)) = (destination, delivered) else { return };
    let (size, path) = (size::in_words(written.size), path.display());
    if written.is_unchanged {
        tell(format_args!("unchanged: {rows}, {size} in `{path}`"));
    } else {
        tell(format_args!("written: {rows}, {size} to `{path}`"));
    }
}

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
    with_session(&profile, name, sandbox, &|| Ok(()), async |session, authorizer| {
        let mut rows = Collector::new(TemplateContext::now(&profile, &session.services.environment)?);
        let plan = Plan::of(&profile, &Fields::All, &SourceName::Groups);
        plan.fetch(&session.services, &session.http, authorizer, &mut rows).await?;
        Ok(rows.finish())
    })
    .await
}
