//! `runner run PROFILE...`, and `runner --profile PROFILE` for short.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use clap::builder::PossibleValuesParser;

use super::examples::examples;
use super::{results, selection, usage};
use crate::catalog::ready_formats;
use crate::diagnostic::duration;
use crate::output::DryRun;
use crate::profile::Mode;
use crate::run::{self, Ending, OnEnd, SandboxData, TemplateOverride};
use crate::runtime::block_on;
use crate::{Error, Kind, Result};

/// Run profiles: log in if needed, fetch the groups, render them
///
/// Profiles that share a token file log in, and refresh their tokens, once. What several of them ask for in the same way is
/// fetched once. One that fails stops no other; each has a line on stderr, and the exit code is the worst one.
#[derive(Debug, Args)]
#[command(after_help = examples! {
    "Print your groups as CSV:" => "runner run groups",
    "Write them to a file:" => "runner run groups -o groups.csv",
    "The same in another format:" => "runner run groups --format json",
    "All profiles of a folder:" => "runner run --all .",
})]
pub(super) struct Run {
    /// Names that `runner profiles` lists, or paths of TOML files; with --all or --tag a folder of profiles
    #[arg(value_name = "PROFILE", required_unless_present_any = ["all", "tag"])]
    profiles: Vec<String>,
    /// Run all profiles of a folder, or all that `runner profiles` lists but those that are built in
    #[arg(long)]
    all: bool,
    /// Run the profiles with this tag: those of a folder, or of all that `runner profiles` lists
    #[arg(long, conflicts_with = "all")]
    tag: Option<String>,
    /// Print what became of each profile as a JSON array; each output has to go to a file
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    flags: Flags,
}

/// Overrides the profile for a single run.
#[derive(Debug, Default, PartialEq, Eq, Args)]
pub(super) struct Flags {
    /// Write to this file, which is replaced whole or not at all; `-` is stdout
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Give the file these permissions, in octal as for `chmod`, such as 0640
    #[arg(long, value_name = "MODE")]
    mode: Option<Mode>,
    /// Render this template instead of the profile's: a name that `runner templates` lists, or a path with a `/`
    #[arg(short, long, value_name = "NAME|PATH", conflicts_with = "format")]
    template: Option<String>,
    /// Render the ready template of this format instead of the profile's template
    #[arg(long, value_name = "FORMAT", value_parser = PossibleValuesParser::new(ready_formats()))]
    format: Option<String>,
    /// Use made-up groups from a built-in sandbox: no account, no network, nothing stored. `--sandbox=hostile` has groups
    /// whose names break careless templates; a TOML or JSON file has your own
    #[cfg_attr(
        feature = "sandbox",
        arg(
            long,
            value_name = "DATA",
            num_args = 0..=1,
            require_equals = true,
            default_missing_value = "sample"
        )
    )]
    #[cfg_attr(not(feature = "sandbox"), arg(skip))]
    sandbox: Option<PathBuf>,
    /// Deliver the output even if the guard of the profile refuses it, and compare later runs with this one
    #[arg(long)]
    accept: bool,
    #[command(flatten)]
    dry: DryFlags,
    /// Say that a schedule started this run, as an installed schedule does: it pings the `ping_url` of the profile
    #[arg(long)]
    scheduled: bool,
    /// Wait a random time before the run, at most this long, such as 5m: so that many machines do not start at once
    #[arg(long, value_name = "TIME", value_parser = jitter)]
    jitter: Option<Duration>,
}

/// Tells instead of writing.
#[derive(Debug, Default, PartialEq, Eq, Args)]
struct DryFlags {
    /// Write nothing, and say what would change: exit code 10 if a file would. A refreshed token is stored all the same
    #[arg(long)]
    dry_run: bool,
    /// With --dry-run: print how each file would change, as a unified diff
    #[arg(long, requires = "dry_run")]
    diff: bool,
}

/// The longest random wait.
const JITTER_MAX: Duration = Duration::from_secs(24 * 3600);

pub(super) fn jitter(text: &str) -> Result<Duration, String> {
    let jitter = duration::parse(text).ok().filter(|jitter| *jitter <= JITTER_MAX);
    jitter.ok_or_else(|| "write a time of at most a day, such as 90s, 5m or 1h".to_owned())
}

impl Run {
    /// Of one profile.
    pub(super) fn of(profile: String, flags: Flags) -> Self {
        Self { profiles: vec![profile], all: false, tag: None, json: false, flags }
    }

    pub(super) fn execute(self) -> Result<ExitCode> {
        let json = self.json;
        let (is_single, jitter) = (self.is_for_one(), self.flags.jitter);
        let runs = self.runs()?;
        let on_end: OnEnd<'_> = if json || is_single { &|_, _| {} } else { &results::tell_of };
        let endings: Vec<Ending<'_>> = runs.iter().map(|run| Ending::of(run, on_end)).collect();
        let pause = jitter.unwrap_or_default().mul_f64(fastrand::f64());
        match block_on(Box::pin(run::execute(&runs, &endings, json, pause))) {
            Ok(()) => {
                let results = results::all(endings, &Error::failed("the run has not ended"));
                if json {
                    results::print_json(results)
                } else if is_single {
                    results::tell_single(results)
                } else {
                    let code = results::exit_code(&results);
                    results::print_diffs(results).map(|()| code)
                }
            }
            Err(interruption) if interruption.kind == Kind::Interrupted && (json || !is_single) => {
                let error = results::with_unfinished(interruption.clone(), &endings);
                if json {
                    results::print_json(results::all(endings, &interruption))?;
                }
                Err(error)
            }
            Err(error) => Err(error),
        }
    }

    /// Whether the user names one profile, as often as they like.
    fn is_for_one(&self) -> bool {
        !self.all && self.tag.is_none() && self.profiles.iter().all(|name| *name == self.profiles[0])
    }

    fn runs(self) -> Result<Vec<run::Run>> {
        if let Some(mistake) = self.profiles.iter().find_map(|word| usage::data_as_word(word)) {
            return Err(mistake);
        }
        let names = self.names()?;
        let is_single = self.is_for_one();
        let Flags { output, mode, template, format, sandbox, accept, dry, scheduled, jitter: _ } = self.flags;
        if !is_single {
            let given = [
                (output.is_some(), "-o"),
                (mode.is_some(), "--mode"),
                (template.is_some(), "--template"),
                (format.is_some(), "--format"),
                (sandbox.is_some(), "--sandbox"),
            ];
            let for_one = |option: &str| {
                Error::usage(format!("{option} is for a single profile")).because("several run here")
            };
            if let Some((_, option)) = given.into_iter().find(|(is_given, _)| *is_given) {
                let key = match option {
                    "-o" => "`path` under `[output]`",
                    "--mode" => "`mode` under `[output]`",
                    "--sandbox" => {
                        return Err(for_one(option).help(
                            "run each profile by itself: `runner run NAME --sandbox`; none can ask for it",
                        ));
                    }
                    _ => "`template`",
                };
                return Err(for_one(option)
                    .help(format!("run one profile by itself with {option}, or write {key} into its file")));
            }
        }
        let template = template.map(TemplateOverride::Named).or(format.map(TemplateOverride::OfFormat));
        let one = run::Run {
            profile: String::new(),
            output,
            mode,
            template,
            sandbox: sandbox.map(SandboxData::named),
            accept,
            dry: dry.dry_run.then_some(DryRun { diff: dry.diff }),
            scheduled,
        };
        Ok(names.into_iter().map(|profile| run::Run { profile, ..one.clone() }).collect())
    }

    /// The names or paths of the profiles, each once.
    fn names(&self) -> Result<Vec<String>> {
        let folder = || match self.profiles.as_slice() {
            [] => Ok(None),
            [folder] => Ok(Some(folder.as_str())),
            [_, second, ..] => {
                Err(Error::usage(format!("--all and --tag take one folder, and `{second}` is a second one")))
            }
        };
        match &self.tag {
            Some(tag) => selection::tagged(tag, folder()?),
            None if self.all => selection::every_own(folder()?),
            None => {
                let mut names: Vec<String> = Vec::new();
                for name in &self.profiles {
                    if !names.contains(name) {
                        names.push(name.clone());
                    }
                }
                Ok(names)
            }
        }
    }
}
