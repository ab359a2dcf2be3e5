//! What would be installed, as it is shown.

use std::path::{Path, PathBuf};

use jiff::ZonedDateTime;
use jiff::tz::TimeZone;
use serde::Serialize;

use super::times::{for_people, for_program, show_next};
use crate::cli::page::Page;
use crate::schedule::systemd::Units;
use crate::schedule::{Backend, Expression, Job, zone_name};

/// A schedule that could be installed.
pub(super) struct Plan {
    pub argument: String,
    pub expression: Expression,
    pub backend: Backend,
    pub job: Job,
    pub units: Units,
    /// Their paths and texts.
    pub files: Vec<(PathBuf, String)>,
    pub next: Vec<ZonedDateTime>,
    pub zone: TimeZone,
    pub warnings: Vec<String>,
}

impl Plan {
    pub(super) fn show(&self, page: &mut Page, is_installed: bool) {
        page.line(0, &self.job.profile);
        page.field("runs", &format!("{}, in {}", self.expression.text(), zone_name(&self.zone)));
        show_next(page, &self.next);
        for (path, text) in &self.files {
            if is_installed {
                page.field("installed", &path.to_string_lossy());
            } else {
                page.field("installs", &path.to_string_lossy());
                for line in text.lines() {
                    page.line(14, line);
                }
            }
        }
    }

    /// The objects, below the next times as a comment.
    pub(super) fn manifest(&self) -> String {
        let mut text = format!(
            "# {}\n# Runs {}, in {}.\n",
            self.job.profile,
            self.expression.text(),
            zone_name(&self.zone)
        );
        text.extend(self.next.iter().map(|time| {
            format!(
                "# Next: {}
",
                for_people(time)
            )
        }));
        text.extend(self.files.iter().map(|(_, text)| text.as_str()));
        text
    }

    pub(super) fn for_programs(&self, is_installed: bool) -> Planned<'_> {
        Planned {
            profile: &self.job.profile,
            backend: self.backend,
            schedule: self.expression.text(),
            time_zone: zone_name(&self.zone),
            next: self.next.iter().map(for_program).collect(),
            files: self.files.iter().map(|(path, content)| PlannedFile { path, content }).collect(),
            warnings: &self.warnings,
            installed: is_installed,
        }
    }
}

/// The same for programs.
#[derive(Debug, Serialize)]
pub(super) struct Planned<'p> {
    profile: &'p str,
    backend: Backend,
    schedule: String,
    time_zone: String,
    next: Vec<String>,
    files: Vec<PlannedFile<'p>>,
    warnings: &'p [String],
    installed: bool,
}

#[derive(Debug, Serialize)]
struct PlannedFile<'p> {
    path: &'p Path,
    content: &'p str,
}
