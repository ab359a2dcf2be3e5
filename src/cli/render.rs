//! `runner render PROFILE`.

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;

use super::examples::examples;
use super::{interruptible, report};
use crate::data::BuiltIn;
use crate::preview::{Loaded, Preview, SnapshotSource, WatchObserver};
use crate::terminal::shell::shell_word;
use crate::{Error, Kind, Result};

/// Preview a template with saved data or a sample: no network, no login
///
/// Takes the data that `runner data PROFILE --save FILE` saved, or built-in groups. `profile` and `vars`
/// come from the profile as it is now; everything else is as it was saved.
///
/// Writes to stdout or to the file of -o, never to the profile's own output.
///
/// With --watch, it shows mistakes and continues to watch. The file of -o is replaced whole each time, so a browser or
/// another program that reads it never sees half of it.
#[derive(Debug, Args)]
#[command(after_help = examples! {
    "The built-in sample:" => "runner render groups",
    "Names that break careless templates:" => "runner render groups -d hostile",
    "Data from `runner data --save`:" => "runner render groups -d my.json",
})]
pub(super) struct Render {
    /// A name that `runner profiles` lists, or the path of a TOML file
    profile: String,
    /// Take the data from this file; `-` is stdin. Or render `sample`, which is the default, or `hostile`: groups whose
    /// names break careless templates
    #[arg(short, long, value_name = "DATA")]
    data: Option<PathBuf>,
    /// Render this template instead of the profile's: a name that `runner templates` lists, or a path with a `/`
    #[arg(short, long, value_name = "NAME|PATH")]
    template: Option<String>,
    /// Write to this file, which is replaced whole or not at all; `-` is stdout
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Render again on each save of the profile, the template, a partial or the data, until Ctrl-C
    #[arg(short, long)]
    watch: bool,
}

impl Render {
    pub(super) fn execute(self) -> Result<()> {
        let source = self.data.map_or(SnapshotSource::BuiltIn(BuiltIn::Sample), SnapshotSource::named);
        let preview = Preview { profile: self.profile, template: self.template, source, output: self.output };
        if let SnapshotSource::BuiltIn(groups) = preview.source {
            let profile = shell_word(&preview.profile);
            let shown = groups.shown();
            log::info!("this is {shown}; `runner data {profile} --save FILE` gets your groups");
        }
        if self.watch {
            return watch(preview);
        }
        interruptible::on_thread(move || {
            let loaded = preview.load()?;
            warn(&loaded);
            preview.render(&loaded, &preview.source.read()?)
        })
    }
}

fn warn(loaded: &Loaded) {
    if log::log_enabled!(log::Level::Warn) {
        report::warn(&loaded.template.warnings());
    }
}

/// Renders until Ctrl-C.
fn watch(preview: Preview) -> Result<()> {
    let watching = interruptible::on_thread(move || {
        let mut screen = Screen { is_first: true, output: preview.output.clone() };
        let Err(error) = preview.watch(&mut screen);
        Err(error)
    });
    match watching {
        // Ctrl-C is how watching ends.
        Err(error) if error.kind == Kind::Interrupted => Ok(()),
        result => result,
    }
}

/// Shows the results at a terminal.
struct Screen {
    is_first: bool,
    output: Option<PathBuf>,
}

impl WatchObserver for Screen {
    /// Clears a terminal for the next rendering, or for the next mistake.
    fn begin(&mut self) {
        let stdout = io::stdout();
        let can_clear = stdout.is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb");
        if !std::mem::take(&mut self.is_first) && can_clear {
            let mut stdout = stdout.lock();
            // A terminal that is gone needs no clearing.
            let _ = stdout.write_all(b"\x1b[2J\x1b[H").and_then(|()| stdout.flush());
        }
    }

    fn rendered(&mut self, loaded: &Loaded, took: Duration) {
        warn(loaded);
        let to = self.output.as_deref().filter(|path| *path != Path::new("-"));
        let to = to.map(|path| format!(" to `{}`", path.display())).unwrap_or_default();
        let template = &loaded.template.source().name;
        let milliseconds = took.as_secs_f64() * 1000.0;
        log::info!(
            "rendered `{template}`{to} in {milliseconds:.1} ms; waiting for a change; Ctrl-C stops it"
        );
    }

    fn failed(&mut self, error: &Error) {
        report::show(error);
        log::info!("waiting for a change; Ctrl-C stops it");
    }
}
