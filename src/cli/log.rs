//! Messages on stderr while a command runs.

use std::fmt::{self, Write};

use anstyle::{AnsiColor, Style};
use clap::{ArgAction, Args, ColorChoice};
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

use super::log_format::{self, LogFormat};
use crate::diagnostic::{clean, without_secrets};
use crate::terminal::{about, progress, stderr};

/// Verbosity and colors of stderr
#[derive(Debug, Args)]
#[command(next_help_heading = "Messages")]
pub(super) struct LogArgs {
    /// Print more: -v each step, -vv everything
    #[arg(short, long, global = true, action = ArgAction::Count, conflicts_with = "quiet")]
    verbose: u8,
    /// Print only prompts, warnings and errors
    #[arg(short, long, global = true)]
    quiet: bool,
    /// Show no progress at a terminal
    #[arg(long, global = true)]
    no_progress: bool,
    /// Write messages as text, or each as a line of JSON with the time, a run id and the profile
    #[arg(long, global = true, value_name = "FORMAT", default_value = "text")]
    log_format: LogFormat,
    /// When to use colors
    #[arg(long, global = true, value_name = "WHEN", default_value_t = ColorChoice::Auto)]
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
            (true, _) => LevelFilter::WARN,
            (false, 0) => LevelFilter::INFO,
            (false, 1) => LevelFilter::DEBUG,
            (false, _) => LevelFilter::TRACE,
        };
        if self.quiet || self.no_progress || log_format::is_json() {
            progress::turn_off();
        }
        // Fails only if a subscriber is set already.
        let _ = tracing::subscriber::set_global_default(Messages { level });
    }
}

/// Writes events as `note: message`, without time and module: cron puts a date on its mail.
struct Messages {
    level: LevelFilter,
}

impl Subscriber for Messages {
    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(self.level)
    }

    /// Only the messages of this crate: a message of a library could hold a token.
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        let module = metadata.target().strip_prefix(env!("CARGO_CRATE_NAME"));
        module.is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
            && *metadata.level() <= self.level
    }

    fn event(&self, event: &Event<'_>) {
        let (label, level, color) = match *event.metadata().level() {
            Level::ERROR => ("error", "error", AnsiColor::Red),
            Level::WARN => ("warning", "warn", AnsiColor::Yellow),
            Level::INFO => ("note", "info", AnsiColor::Cyan),
            Level::DEBUG => ("debug", "debug", AnsiColor::Blue),
            Level::TRACE => ("trace", "trace", AnsiColor::Magenta),
        };
        let style = Style::new().bold().fg_color(Some(color.into()));
        let is_json = log_format::is_json();
        // JSON has a key for one profile.
        let prefix = if is_json && about::profile().is_some() { String::new() } else { about::prefix() };
        let mut message = Message(prefix);
        event.record(&mut message);
        if is_json {
            return log_format::write_message(level, &message.0);
        }
        // A message can quote a service: escape sequences, line ends and direction marks are made harmless. If it can't be
        // written, there is no way left to report that.
        let _ = stderr::write_styled(&format!("{style}{label}{style:#}: {}\n", shown(&message.0)));
    }

    // This crate has no spans.

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// A message can quote a profile, too, and a request its parameters.
fn shown(message: &str) -> String {
    clean(&without_secrets(message))
}

/// The text of an event.
struct Message(String);

impl Visit for Message {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        // A `String` takes everything.
        let _ = match field.name() {
            "message" => write!(self.0, "{value:?}"),
            name => write!(self.0, " {name}={value:?}"),
        };
    }
}
