//! `runner render PROFILE`.

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;

use super::{report, runtime};
use crate::preview::{Input, Loaded, Preview, WatchObserver};
use crate::terminal::shell::shell_word;
use crate::{Error, Kind, Result};

/// Render a template with data that is there already: no network, no login
///
/// Takes the data that `runner data PROFILE --save FILE` saved, or groups from a built-in sample. What a template
/// sees as `profile` and `vars` is what the profile says now; the rest is as it was saved.
///
/// The rendering goes to stdout, or to the file of -o. The profile's own output is left alone, because a preview is
/// not what others wait for there.
///
/// With --watch, mistakes are shown and the watching goes on. A file of -o is replaced whole each time, so what else
/// looks at it, such as a browser, never meets half of it.
#[derive(Debug, Args)]
pub(super) struct Render {
    /// A name that `runner profiles` lists, or the path of a TOML file
    profile: String,
    /// Take the data from this file; `-` is stdin. Without it, a small sample is used
    #[arg(short, long, value_name = "FILE")]
    data: Option<PathBuf>,
    /// Render this template in the place of the profile's: a name that `runner templates` lists, or a path with a `/`
    #[arg(short, long, value_name = "NAME|PATH")]
    template: Option<String>,
    /// Write to this file, replacing it whole or not at all; `-` is stdout
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Render again on each save of the profile, the template, a partial or the data, until Ctrl-C
    #[arg(short, long)]
    watch: bool,
}

impl Render {
    pub(super) fn execute(self) -> Result<()> {
        let input = match self.data {
            None => Input::Sample,
            Some(path) if path == Path::new("-") => Input::Stdin,
            Some(path) => Input::File(path),
        };
        let preview = Preview { profile: self.profile, template: self.template, input, output: self.output };
        if preview.input == Input::Sample {
            let profile = shell_word(&preview.profile);
            tracing::info!(
                "this is the built-in sample; `runner data {profile} --save FILE` gets your groups"
            );
        }
        if self.watch {
            return watch(preview);
        }
        runtime::on_thread(move || {
            let loaded = preview.load()?;
            warn(&loaded);
            preview.render(&loaded, &preview.input.read()?)
        })
    }
}

fn warn(loaded: &Loaded) {
    if tracing::enabled!(tracing::Level::WARN) {
        report::warn(&loaded.template.warnings());
    }
}

/// Renders until Ctrl-C.
fn watch(preview: Preview) -> Result<()> {
    let watching = runtime::on_thread(move || {
        let mut screen = Screen { is_first: true, output: preview.output.clone() };
        let Err(error) = preview.watch(&mut screen);
        Err(error)
    });
    match watching {
        // To be stopped is how this ends.
        Err(error) if error.kind == Kind::Interrupted => Ok(()),
        result => result,
    }
}

/// What the author looks at.
struct Screen {
    is_first: bool,
    output: Option<PathBuf>,
}

impl WatchObserver for Screen {
    /// At a terminal the last rendering makes room for the next one, or for what is wrong with it.
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
        tracing::info!(
            "rendered `{template}`{to} in {milliseconds:.1} ms; waiting for a change, Ctrl-C ends it"
        );
    }

    fn failed(&mut self, error: &Error) {
        report::show(error);
        tracing::info!("waiting for a change, Ctrl-C ends it");
    }
}
