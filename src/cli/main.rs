//! `main`: the table of commands, and what every command shares.

use std::env;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use super::examples::examples;
use super::log::{LogArgs, Logged};
use super::log_format::{self, LogFormat};
#[cfg(feature = "sandbox")]
use super::sandbox;
use super::{
    check, data, diff, init, login, logout, open_browser, panic_hook, profiles, render, report, run,
    schedule, schema, show, status, templates, usage,
};
use crate::globus::login::OPEN_COMMAND;
use crate::terminal::stderr;
use crate::{Error, Result, output};

/// A macro, since `concat!` takes no constant.
macro_rules! exit_codes {
    () => {
        "Exit codes: 0 done, 1 failed, 2 wrong usage, profile or template, 3 login needed, \
         4 service unreachable, 5 refused by the guard, 6 locked by another run, \
         10 a dry run would change a file, 130 interrupted\n\n"
    };
}

/// Render Globus groups through a template, as a profile says
///
/// A profile is a TOML file that names a client, scopes, a token file and a template. A run logs in only
/// when no usable tokens are stored, refreshes them as needed, and prints the rendered groups.
#[derive(Debug, Parser)]
#[command(
    name = "runner",
    bin_name = "runner",
    version,
    after_help = AFTER_HELP,
    max_term_width = 100,
    arg_required_else_help = true,
    override_usage = USAGE
)]
struct Cli {
    /// Run this profile: a name that `runner profiles` lists, or the path of a TOML file
    #[arg(short, long)]
    profile: Option<String>,
    #[command(flatten)]
    run: run::Flags,
    #[command(flatten)]
    log: LogArgs,
    #[command(subcommand)]
    command: Option<Command>,
}

/// Short, so that it fits a terminal of 40 columns: usage is not wrapped.
const USAGE: &str = "runner -p PROFILE [OPTIONS]\n       runner COMMAND";

const AFTER_HELP: &str = if cfg!(feature = "sandbox") {
    concat!(
        exit_codes!(),
        examples! {
            "Try it without an account:" => "runner -p groups --sandbox",
            "Print your groups as CSV:" => "runner --profile groups",
            "Make a page for a browser:" => "runner -p groups-html -o groups.html",
        }
    )
} else {
    concat!(
        exit_codes!(),
        examples! {
            "Print your groups as CSV:" => "runner --profile groups",
            "Make a page for a browser:" => "runner -p groups-html -o groups.html",
        }
    )
};

#[derive(Debug, Subcommand)]
#[command(defer = true)]
enum Command {
    Run(Logged<run::Run>),
    Login(Logged<login::Login>),
    Logout(Logged<logout::Logout>),
    Status(Logged<status::Status>),
    Schedule(Logged<schedule::Schedule>),
    Profiles(Logged<profiles::Profiles>),
    Check(Logged<check::Check>),
    Show(Logged<show::Show>),
    Schema(Logged<schema::Schema>),
    Init(Logged<init::Init>),
    Data(Logged<data::Data>),
    Diff(Logged<diff::Diff>),
    Render(Logged<render::Render>),
    Templates(Logged<templates::Templates>),
    #[command(name = OPEN_COMMAND)]
    OpenBrowser(Logged<open_browser::OpenBrowser>),
    #[cfg(feature = "sandbox")]
    Sandbox(Logged<sandbox::Sandbox>),
}

/// Runs the command line of this process.
#[must_use]
pub fn main() -> ExitCode {
    panic_hook::install();
    let code = execute();
    stderr::finish();
    code
}

fn execute() -> ExitCode {
    match parse().and_then(Cli::resolve) {
        Ok((command, log)) => {
            log.set_up();
            match command.execute() {
                Ok(code) => code,
                Err(error) => fail(&error),
            }
        }
        Err(error) => {
            LogFormat::of_command_line().set();
            match usage::explain(&error) {
                Some(error) => fail(&error),
                None => print(&error),
            }
        }
    }
}

fn parse() -> Result<Cli, clap::Error> {
    // Leaked: to drop all its options takes longer than to parse a command line.
    let command = Box::leak(Box::new(Cli::command()));
    let mut parsed = command.try_get_matches_from_mut(env::args_os());
    if parsed.as_ref().is_err_and(|error| error.kind() != ErrorKind::DisplayVersion) {
        // Help lists what each command does, which clap does not know before it builds them.
        command.build();
        parsed = command.try_get_matches_from_mut(env::args_os());
    }
    let mut matches = parsed?;
    Cli::from_arg_matches_mut(&mut matches).map_err(|error| error.format(command))
}

fn fail(error: &Error) -> ExitCode {
    report::show(error);
    ExitCode::from(error.kind.exit_code())
}

/// Help goes to stdout, a mistake to stderr.
fn print(message: &clap::Error) -> ExitCode {
    let text = message.render().ansi().to_string();
    if message.use_stderr() && log_format::is_json() {
        let text = message.render().to_string();
        let text = text.trim_end();
        report::show(&Error::usage(text.strip_prefix("error: ").unwrap_or(text)));
    } else if message.use_stderr() {
        // If that fails, there is no way left to report it.
        let _ = stderr::write_styled(&text);
    } else if let Err(error) = output::print_styled(&text) {
        return fail(&error);
    }
    ExitCode::from(u8::try_from(message.exit_code()).unwrap_or(2))
}

impl Cli {
    /// The command: `runner --profile X` is short for `runner run X`.
    fn resolve(self) -> Result<(Command, LogArgs), clap::Error> {
        let mistake = |kind, message: &str| Err(Self::command().error(kind, message));
        let command = match (self.command, self.profile) {
            (None, Some(profile)) => Command::Run(Logged(run::Run::of(profile, self.run))),
            (None, None) => {
                return mistake(
                    ErrorKind::MissingRequiredArgument,
                    "name a profile with --profile, or a command",
                );
            }
            (Some(command), None) if self.run == run::Flags::default() => command,
            (Some(_), _) => {
                let message = "--profile and the options of a run can't be used before a command";
                return mistake(ErrorKind::ArgumentConflict, message);
            }
        };
        Ok((command, self.log))
    }
}

impl Command {
    fn execute(self) -> Result<ExitCode> {
        let done = match self {
            Self::Run(Logged(run)) => return run.execute(),
            Self::Login(Logged(login)) => login.execute(),
            Self::Logout(Logged(logout)) => logout.execute(),
            Self::Status(Logged(status)) => return status.execute(),
            Self::Schedule(Logged(schedule)) => schedule.execute(),
            Self::Profiles(Logged(profiles)) => profiles.execute(),
            Self::Check(Logged(check)) => return check.execute(),
            Self::Show(Logged(show)) => return show.execute(),
            Self::Schema(Logged(schema)) => schema.execute(),
            Self::Init(Logged(init)) => init.execute(),
            Self::Data(Logged(data)) => data.execute(),
            Self::Diff(Logged(diff)) => diff.execute(),
            Self::Render(Logged(render)) => render.execute(),
            Self::Templates(Logged(templates)) => templates.execute(),
            Self::OpenBrowser(Logged(open_browser)) => return open_browser.execute(),
            #[cfg(feature = "sandbox")]
            Self::Sandbox(Logged(sandbox)) => sandbox.execute(),
        };
        done.map(|()| ExitCode::SUCCESS)
    }
}
