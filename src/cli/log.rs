//! Messages on stderr while a command runs.

use std::fmt;
use std::io;

use anstyle::{AnsiColor, Style};
use clap::{ArgAction, Args, ColorChoice};
use tracing::{Event, Level, Subscriber, level_filters::LevelFilter};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;

use crate::diagnostic::clean;
use crate::terminal::stderr;

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

        let level = match (self.quiet, self.verbose) {
            (true, _) => LevelFilter::WARN,
            (false, 0) => LevelFilter::INFO,
            (false, 1) => LevelFilter::DEBUG,
            (false, _) => LevelFilter::TRACE,
        };
        // Only the messages of this crate: a message of a library could hold a token.
        let targets = Targets::new().with_target(env!("CARGO_CRATE_NAME"), level);
        let messages = tracing_subscriber::fmt::layer().event_format(Plain).with_writer(|| Messages);
        let subscriber = tracing_subscriber::registry().with(targets).with(messages);
        // Fails only if a subscriber is set already.
        let _ = tracing::subscriber::set_global_default(subscriber);
    }
}

/// Each write is a whole event.
struct Messages;

impl io::Write for Messages {
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        // The subscriber would report an error on stderr, and block there.
        let _ = stderr::write_styled(&String::from_utf8_lossy(event));
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Events as `note: message`, without time and module: cron puts a date on its mail.
struct Plain;

impl<S, N> FormatEvent<S, N> for Plain
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let (label, color) = match *event.metadata().level() {
            Level::ERROR => ("error", AnsiColor::Red),
            Level::WARN => ("warning", AnsiColor::Yellow),
            Level::INFO => ("note", AnsiColor::Cyan),
            Level::DEBUG => ("debug", AnsiColor::Blue),
            Level::TRACE => ("trace", AnsiColor::Magenta),
        };
        let style = Style::new().bold().fg_color(Some(color.into()));
        write!(writer, "{style}{label}{style:#}: ")?;
        // A message can quote a service: escape sequences, line ends and direction marks are made harmless.
        let mut message = String::new();
        context.field_format().format_fields(Writer::new(&mut message), event)?;
        writeln!(writer, "{}", clean(&message))
    }
}
