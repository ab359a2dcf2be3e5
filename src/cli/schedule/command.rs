//! `runner schedule [PROFILE...]`.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use jiff::tz::TimeZone;

use super::listed::Listed;
use super::plan::{Plan, Planned};
use super::times::NEXT;
use crate::catalog::find_profile;
use crate::cli::examples::examples;
use crate::cli::page::{Page, print_json};
use crate::cli::{interruptible, run};
use crate::diagnostic::duration::limit_in_words;
use crate::diagnostic::moment;
use crate::output;
use crate::profile::Profile;
use crate::schedule::crontab::{self, Crontab};
use crate::schedule::systemd::{
    InSystem, Scope, SystemService, Systemd, Units, lingers, user_manager_is_there,
};
use crate::schedule::{
    Backend, Expression, Installed, Job, check_unattended, daily, every, files_read, folders_written,
    machine_zone, manifest, next_times, shortest_distance, skipped_time, zone_name,
};
use crate::terminal::shell::shell_word;
use crate::{Error, Result};

/// Short, so that it fits a terminal of 40 columns: usage is not wrapped.
const USAGE: &str = "runner schedule [OPTIONS]\n       runner schedule PROFILE [OPTIONS]";

/// Run profiles by themselves: with systemd, cron or Kubernetes
///
/// Shows what would be installed, and the next three times; --install installs it. Installing again replaces it.
/// Without a time it lists what is installed, when that runs next and how its last run went, and names what is left of
/// profiles that are gone.
///
/// A profile that would need a person is refused.
#[derive(Debug, Args)]
#[command(override_usage = USAGE, after_help = examples! {
    "Show a schedule:" => "runner schedule groups --daily 03:00 -o groups.csv",
    "Install it:" => "runner schedule groups --daily 03:00 -o groups.csv --install",
    "List what is installed:" => "runner schedule",
    "Remove it:" => "runner schedule groups --remove",
})]
pub(in crate::cli) struct Schedule {
    /// Names that `runner profiles` lists, or paths of TOML files; for --remove also of those that are gone
    #[arg(value_name = "PROFILE")]
    profiles: Vec<String>,
    /// When to run: minute, hour, day of the month, month, day of the week
    #[arg(long, value_name = "EXPRESSION", group = "time")]
    cron: Option<String>,
    /// Run this often, from midnight on: 5m, 15m, 1h, 6h, ...
    #[arg(long, value_name = "TIME", group = "time")]
    every: Option<String>,
    /// Run at this time of each day
    #[arg(long, value_name = "HH:MM", group = "time")]
    daily: Option<String>,
    /// What starts the runs; by default systemd if it runs for this user, else crontab
    #[arg(long)]
    backend: Option<Backend>,
    /// Start up to this much later, by chance, so that many machines do not start at once
    #[arg(long, value_name = "TIME", requires = "time", value_parser = run::jitter)]
    jitter: Option<Duration>,
    /// Write to this file, as `runner run -o FILE` does
    #[arg(short, long, value_name = "FILE", requires = "time")]
    output: Option<PathBuf>,
    #[command(flatten)]
    action: Action,
    /// Units of the system, which run with few rights as a user of their own; for systemd
    #[arg(long)]
    system: bool,
    /// Run units of the system as this user; as `root` with few of its rights
    #[arg(long, value_name = "NAME", requires_all = ["system", "time"])]
    user: Option<String>,
    /// The image of the container; for Kubernetes
    #[arg(long, value_name = "IMAGE", requires = "time")]
    image: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// What to do beside showing it.
#[derive(Debug, Args)]
struct Action {
    /// Install it, in the place of what is installed for the profile
    #[arg(long, requires = "time", requires = "profiles")]
    install: bool,
    /// Remove what is installed for the profile
    #[arg(long, requires = "profiles", conflicts_with_all = ["install", "time"])]
    remove: bool,
}

impl Schedule {
    pub(in crate::cli) fn execute(self) -> Result<()> {
        interruptible::block_on(Box::pin(self.act()))
    }

    async fn act(self) -> Result<()> {
        match self.expression()? {
            None if self.action.remove => self.remove_all().await,
            None => self.list().await,
            Some(_) if self.profiles.is_empty() => Err(Error::usage("name a profile to schedule")
                .help("`runner profiles` lists them; without a time, all schedules are listed")),
            Some(expression) => self.schedule(&expression).await,
        }
    }

    fn expression(&self) -> Result<Option<Expression>> {
        match (&self.cron, &self.every, &self.daily) {
            (Some(cron), ..) => Expression::parse(cron).map(Some),
            (_, Some(span), _) => every(span).map(Some),
            (_, _, Some(time)) => daily(time).map(Some),
            (None, None, None) => Ok(None),
        }
    }

    /// The backend that is named, or the one that works here.
    fn backend(&self) -> Result<Backend> {
        let backend = match self.backend {
            Some(backend) => backend,
            None if self.system || user_manager_is_there() => Backend::Systemd,
            None if crontab::is_there() => Backend::Crontab,
            None => {
                return Err(Error::failed("there is nothing here that could start runs")
                    .because("no user manager of systemd runs, and there is no program `crontab`")
                    .help("name one with --backend, or install cron, such as Debian's package `cron`"));
            }
        };
        let given = [
            (self.system && backend != Backend::Systemd, "--system is for systemd"),
            (self.image.is_some() && backend != Backend::Kubernetes, "--image is for Kubernetes"),
        ];
        if let Some((_, message)) = given.into_iter().find(|(is_wrong, _)| *is_wrong) {
            return Err(Error::usage(message).help("add --backend, or leave it out"));
        }
        if self.action.install && backend == Backend::Kubernetes {
            return Err(Error::usage("--install can't reach Kubernetes")
                .help("print it without --install, and pipe it to `kubectl apply -f -`"));
        }
        Ok(backend)
    }

    fn scope(&self) -> Scope {
        if self.system { Scope::System } else { Scope::User }
    }

    async fn schedule(&self, expression: &Expression) -> Result<()> {
        let backend = self.backend()?;
        if self.output.is_some() && self.profiles.len() > 1 {
            return Err(Error::usage("-o is for a single profile").help("schedule them one by one"));
        }
        let mut planned = Vec::new();
        for argument in &self.profiles {
            planned.push(self.plan(argument, expression, backend).await?);
        }
        if self.action.install {
            for plan in &planned {
                self.check_installed_once(plan).await?;
            }
            for plan in &planned {
                self.install(plan).await?;
            }
        }
        for plan in &planned {
            for warning in &plan.warnings {
                log::warn!("{}: {warning}", plan.job.name);
            }
        }
        if self.action.install {
            self.hints(backend).await;
        }
        if self.json {
            let shown: Vec<Planned<'_>> =
                planned.iter().map(|plan| plan.for_programs(self.action.install)).collect();
            return print_json(&shown);
        }
        if backend == Backend::Kubernetes {
            return output::print(planned.iter().map(Plan::manifest).collect::<Vec<_>>().join("---\n"));
        }
        let mut page = Page::new();
        for plan in &planned {
            plan.show(&mut page, self.action.install);
        }
        page.print()?;
        if !self.action.install {
            log::info!("nothing is installed yet: add --install");
        }
        Ok(())
    }

    async fn plan(&self, argument: &str, expression: &Expression, backend: Backend) -> Result<Plan> {
        let (profile, service) = self.load(argument).await?;
        let service = service.as_ref();
        let output = self.output.as_deref();
        let mut warnings = check_unattended(&profile, argument, backend, output, service)?;
        let job = Job::of(&profile, output, self.jitter, service)?;
        let mut zone = machine_zone();
        if backend == Backend::Kubernetes && zone.iana_name().is_none_or(str::is_empty) {
            // It knows zones by their names only.
            zone = TimeZone::UTC;
        }
        let now = moment::now().to_zoned_datetime(zone.clone());
        self.check_jitter(shortest_distance(expression, backend.clock_changes(), &now))?;
        if let Some(skipped) = skipped_time(expression, backend.clock_changes(), &now) {
            warnings.push(format!(
                "no run on {}: the clock of {} skips {} then; take a time outside of that hour",
                skipped.date(),
                zone_name(&zone),
                skipped.strftime("%H:%M"),
            ));
        }
        let units = match service {
            None => Units::new(expression, &job, None),
            Some(service) => {
                let folders = folders_written(&profile, output, &service.home());
                let files = files_read(&profile)?;
                Units::new(expression, &job, Some(&InSystem { service, folders: &folders, files: &files }))
            }
        };
        let files = match backend {
            Backend::Systemd => Systemd::new(self.scope())?.preview(&job, &units),
            Backend::Crontab => vec![(PathBuf::from("crontab"), Crontab::preview(expression, &job)?)],
            Backend::Kubernetes => {
                let image =
                    self.image.as_deref().unwrap_or(concat!("globus-runner:", env!("CARGO_PKG_VERSION")));
                let text =
                    manifest(&profile, expression, &job, &zone_name(&zone), image, self.output.as_deref())?;
                vec![(PathBuf::from(format!("{}.yaml", profile.name)), text)]
            }
        };
        let next = next_times(expression, backend.clock_changes(), &now, NEXT);
        Ok(Plan {
            argument: argument.to_owned(),
            expression: expression.clone(),
            backend,
            job,
            units,
            files,
            next,
            zone,
            warnings,
        })
    }

    /// A run that starts later than the next one would begin beside it, or after it.
    fn check_jitter(&self, distance: Option<Duration>) -> Result<()> {
        match (self.jitter, distance) {
            (Some(jitter), Some(distance)) if jitter > distance => {
                let [jitter, distance] = [jitter, distance].map(limit_in_words);
                Err(Error::usage(format!("--jitter: {jitter} is longer than the time between two runs"))
                    .because(format!("the shortest is {distance}, so a run could start after the next one"))
                    .help(format!("take {distance} at most, better a small part of it")))
            }
            _ => Ok(()),
        }
    }

    /// The profile as the job will read it.
    async fn load(&self, argument: &str) -> Result<(Profile, Option<SystemService>)> {
        if !self.system {
            return Ok((Profile::load(argument)?, None));
        }
        let source = find_profile(argument)?;
        let key = Job::key_of(&source.origin, &source.name)?;
        let unit = Systemd::new(Scope::System)?.unit_name(&source.name, &key);
        let service = SystemService::of(unit, self.user.as_deref()).await?;
        let profile = Profile::parse(source, &|name| service.variable(name))?;
        Ok((profile, Some(service)))
    }

    /// Two schedules of one profile would run it twice.
    async fn check_installed_once(&self, plan: &Plan) -> Result<()> {
        let scope = self.scope();
        let found = installed().await?;
        let other = found.iter().find(|(one, of)| {
            one.profile == plan.job.profile
                && (one.backend != plan.backend || one.backend == Backend::Systemd && *of != scope)
        });
        let Some((other, _)) = other else { return Ok(()) };
        Err(Error::usage(format!("`{}` is scheduled already: {}", plan.argument, other.place))
            .because("two schedules would run it twice")
            .help(format!("remove it first, with `runner schedule {} --remove`", shell_word(&plan.argument))))
    }

    async fn install(&self, plan: &Plan) -> Result<()> {
        match plan.backend {
            Backend::Systemd => Systemd::new(self.scope())?.install(&plan.job, &plan.units).await,
            Backend::Crontab => Crontab::read_to_change().await?.install(&plan.expression, &plan.job).await,
            Backend::Kubernetes => Ok(()),
        }
    }

    /// What a person should do so that it really runs.
    async fn hints(&self, backend: Backend) {
        match backend {
            Backend::Systemd if !self.system && lingers().await != Some(true) => log::warn!(
                "runs start only while you are logged in; turn lingering on with `loginctl enable-linger`"
            ),
            Backend::Crontab => {
                let Ok(crontab) = Crontab::read().await else { return };
                if crontab.sends_no_mail() {
                    log::warn!("MAILTO is empty in your crontab: cron will not tell you of runs that fail");
                }
                if let Some(zone) = crontab.time_zone() {
                    log::warn!(
                        "your crontab has CRON_TZ={zone}: some crons go by it, and not by the times shown"
                    );
                }
            }
            _ => {}
        }
    }

    async fn remove_all(&self) -> Result<()> {
        let found = installed().await?;
        let mut removed = Vec::new();
        for argument in &self.profiles {
            let of_this: Vec<_> = found
                .iter()
                .filter(|(one, scope)| one.is_of(argument) && self.is_meant(one, *scope))
                .collect();
            let mut profiles: Vec<&str> = of_this.iter().map(|(one, _)| one.profile.as_str()).collect();
            profiles.dedup();
            match profiles.as_slice() {
                [] => {
                    return Err(Error::usage(format!("no schedule is installed for `{argument}`"))
                        .help("`runner schedule` lists those that are"));
                }
                [_] => removed.extend(of_this),
                several => {
                    return Err(Error::usage(format!(
                        "`{argument}` can be one of several: {}",
                        several.join(", ")
                    ))
                    .help("name it by its path"));
                }
            }
        }
        for (one, scope) in removed {
            match one.backend {
                Backend::Systemd => Systemd::new(*scope)?.remove(one).await?,
                Backend::Crontab => Crontab::read_to_change().await?.remove(&one.profile).await?,
                Backend::Kubernetes => {}
            }
            log::info!("{}: removed from {}", one.profile, one.place);
        }
        Ok(())
    }

    fn is_meant(&self, one: &Installed, scope: Scope) -> bool {
        self.backend.is_none_or(|backend| backend == one.backend)
            && (!self.system || one.backend == Backend::Systemd && scope == Scope::System)
    }

    async fn list(&self) -> Result<()> {
        let found = installed().await?;
        let meant: Vec<Listed> = found
            .into_iter()
            .filter(|(one, scope)| self.is_meant(one, *scope))
            .filter(|(one, _)| self.profiles.is_empty() || self.profiles.iter().any(|name| one.is_of(name)))
            .map(|(one, scope)| Listed::of(&one, scope))
            .collect();
        if self.json {
            return print_json(&meant);
        }
        if meant.is_empty() {
            log::info!("no schedule is installed; `runner schedule PROFILE --daily 03:00` shows one");
        }
        let mut page = Page::new();
        for one in &meant {
            one.show(&mut page);
        }
        page.print()
    }
}

/// What is installed, wherever that is. A crontab that can't be read is a warning, for the rest is there all the same.
async fn installed() -> Result<Vec<(Installed, Scope)>> {
    let mut found = Vec::new();
    for scope in [Scope::User, Scope::System] {
        let installed = Systemd::new(scope)?.installed().await;
        found.extend(installed.into_iter().map(|one| (one, scope)));
    }
    if crontab::is_there() {
        match Crontab::read().await {
            Ok(crontab) => found.extend(crontab.installed().into_iter().map(|one| (one, Scope::User))),
            Err(error) => log::warn!("{}", error.summary()),
        }
    }
    Ok(found)
}
