//! The command that repeats a run.

use std::path::Path;

use super::one_run::{Run, TemplateOverride};
use super::sandbox_data::SandboxData;
use super::session::absolute_argument;
use crate::data::BuiltIn;
use crate::fs;
use crate::terminal::shell::shell_word;

impl Run {
    /// The same run, from any folder, with its output let through.
    pub(super) fn accept_command(&self) -> String {
        let mut words = vec!["runner --profile".to_owned(), absolute_argument(&self.profile)];
        let mut option = |name: &str, value: &str| words.push(format!("{name} {}", shell_word(value)));
        match self.output.as_deref() {
            None => {}
            Some(stdout) if stdout == Path::new("-") => option("-o", "-"),
            Some(path) => option("-o", &absolute(path)),
        }
        if let Some(mode) = self.mode {
            option("--mode", &format!("{:04o}", mode.bits()));
        }
        match &self.template {
            None => {}
            Some(TemplateOverride::Named(path)) if path.contains('/') => {
                option("--template", &absolute(Path::new(path)));
            }
            Some(TemplateOverride::Named(name)) => option("--template", name),
            Some(TemplateOverride::OfFormat(format)) => option("--format", format),
        }
        match &self.sandbox {
            None => {}
            Some(SandboxData::BuiltIn(BuiltIn::Sample)) => words.push("--sandbox".to_owned()),
            Some(SandboxData::BuiltIn(BuiltIn::Hostile)) => words.push("--sandbox=hostile".to_owned()),
            Some(SandboxData::File(path)) => {
                words.push(format!("--sandbox={}", shell_word(&absolute(path))));
            }
        }
        words.push("--accept".to_owned());
        words.join(" ")
    }
}

fn absolute(path: &Path) -> String {
    fs::absolute(path).to_string_lossy().into_owned()
}
