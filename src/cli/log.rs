//! Messages on stderr while a command runs.

use std::sync::LazyLock;

use anstyle::{AnsiColor, Style};
use clap::{Arg, ArgAction, ArgMatches, Args, ColorChoice, Command, FromArgMatches};
use log::{Level, LevelFilter, Log, Metadata, Record};

use super::log_format::{self, LogFormat};
use crate::diagnostic::{clean, without_secrets};
use crate::terminal::{about, progress, stderr};

/// Verbosity and colors of stderr
#[derive(Debug, Args)]
#[command(next_help_heading = "Messages")]
pub(super) struct LogArgs {
    /// Print more: -v each step, -vv everything
    #[arg(short, long, action = ArgAction::Count, conflicts_with = "quiet")]
    verbose: u8,
    /// Print only prompts, warnings and errors
    #[arg(short, long)]
    quiet: bool,
    /// Show no progress at a terminal
    #[arg(long)]
    no_progress: bool,
    /// Write messages as text, or each as a line of JSON with the time, a run id and the profile
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    log_format: LogFormat,
    /// When to use colors
    #[arg(long, value_name = "WHEN", default_value_t = ColorChoice::Auto)]
    color: ColorChoice,
}

impl LogArgs {
    /// Sets up logging and colors for the process.
    pub(super) fn set_up(&self) {
        match self.color {
            ColorChoice::Auto => anstream::ColorChoice::Auto,
            ColorChoice::Always => anstream::ColorChoice::Always,
            ColorChoice::Never => anstream::ColorChoice::Never,
        }
        .write_global();

        self.log_format.set();
        let level = match (self.quiet, self.verbose) {
            (true, _) => LevelFilter::Warn,
            (false, 0) => LevelFilter::Info,
            (false, 1) => LevelFilter::Debug,
            (false, _) => LevelFilter::Trace,
        };
        if self.quiet || self.no_progress || log_format::is_json() {
            progress::turn_off();
        }
        log::set_max_level(level);
        // Fails only if a logger is set already.
        let _ = log::set_logger(&Messages);
    }
}

/// A command that takes these options, too. It gets them when it is used: clap would copy global options of the program into
/// every command, at each start. [`LogArgs`] of the program have what stands before the command and behind it.
#[derive(Debug)]
pub(super) struct Logged<C>(pub(super) C);

impl<C: Args> Args for Logged<C> {
    fn augment_args(command: Command) -> Command {
        C::augment_args(with_log_args(command))
    }

    fn augment_args_for_update(command: Command) -> Command {
        C::augment_args_for_update(with_log_args(command))
    }
}

impl<C: FromArgMatches> FromArgMatches for Logged<C> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        C::from_arg_matches(matches).map(Self)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        self.0.update_from_arg_matches(matches)
    }
}

/// They are global here: so clap adds their values to those of the program, and the options to the commands of this command.
fn with_log_args(command: Command) -> Command {
    // Help is of all commands: a copy takes less than another one.
    static OPTIONS: LazyLock<Vec<Arg>> = LazyLock::new(|| {
        let command = LogArgs::augment_args(Command::default());
        command.get_arguments().map(|option| option.clone().global(true)).collect()
    });
    command.args(&*OPTIONS)
}

/// Writes messages as `note: message`, without time and module: cron puts a date on its mail.
struct Messages;

impl Log for Messages {
    /// Only the messages of this crate: a message of a library could hold a token.
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        let module = metadata.target().strip_prefix(env!("CARGO_CRATE_NAME"));
        module.is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
    }

    fn log(&self, record: &Record<'_>) {
        if !self.enabled(record.metadata()) {
            return;
        }
        let (label, level, color) = match record.level() {
            Level::Error => ("error", "error", AnsiColor::Red),
            Level::Warn => ("warning", "warn", AnsiColor::Yellow),
            Level::Info => ("note", "info", AnsiColor::Cyan),
            Level::Debug => ("debug", "debug", AnsiColor::Blue),
            Level::Trace => ("trace", "trace", AnsiColor::Magenta),
        };
        let style = Style::new().bold().fg_color(Some(color.into()));
        let is_json = log_format::is_json();
        // JSON has a key for one profile.
        let prefix = if is_json && about::profile().is_some() { String::new() } else { about::prefix() };
        let message = format!("{prefix}{}", record.args());
        if is_json {
            return log_format::write_message(level, &message);
        }
        // A message can quote a service: escape sequences, line ends and direction marks are made harmless. If it can't be
        // written, there is no way left to report that.
        let _ = stderr::write_styled(&format!("{style}{label}{style:#}: {}\n", shown(&message)));
    }

    fn flush(&self) {}
}

/// A message can quote a profile, too, and a request its parameters.
fn shown(message: &str) -> String {
    clean(&without_secrets(message))
}
