//! What is installed, as it is shown.

use jiff::ZonedDateTime;
use serde::Serialize;

use super::times::{NEXT, for_program, show_next};
use crate::cli::page::Page;
use crate::diagnostic::moment;
use crate::schedule::systemd::Scope;
use crate::schedule::{Backend, Expression, Installed, machine_zone, next_times, zone_name};
use crate::terminal::shell::shell_word;

/// A schedule that is installed, for people and programs.
#[derive(Debug, Serialize)]
pub(super) struct Listed {
    profile: String,
    backend: Backend,
    /// Whether its units are those of the system.
    system: bool,
    place: String,
    schedule: Option<String>,
    next: Vec<String>,
    last: Option<ListedRun>,
    /// Whether the profile or the program is gone.
    is_orphan: bool,
    problems: Vec<String>,
    #[serde(skip)]
    next_for_people: Vec<ZonedDateTime>,
}

#[derive(Debug, Serialize)]
struct ListedRun {
    at: String,
    exit_code: u8,
    message: Option<String>,
    #[serde(skip)]
    at_seconds: i64,
}

impl Listed {
    pub(super) fn of(one: &Installed, scope: Scope) -> Self {
        let now = moment::now().to_zoned_datetime(machine_zone());
        let next = one.expression.as_ref().map_or_else(Vec::new, |expression| {
            next_times(expression, one.backend.clock_changes(), &now, NEXT)
        });
        Self {
            profile: one.profile.clone(),
            backend: one.backend,
            system: one.backend == Backend::Systemd && scope == Scope::System,
            place: one.place.clone(),
            schedule: one.expression.as_ref().map(Expression::text),
            next: next.iter().map(for_program).collect(),
            last: one.last.as_ref().map(|last| ListedRun {
                at: moment::rfc_3339(last.at_seconds),
                exit_code: last.exit_code,
                message: last.message.clone(),
                at_seconds: last.at_seconds,
            }),
            is_orphan: one.is_orphan,
            problems: one.problems.clone(),
            next_for_people: next,
        }
    }

    pub(super) fn show(&self, page: &mut Page) {
        page.line(0, &self.profile);
        page.field("installed", &self.place);
        if let Some(schedule) = &self.schedule {
            page.field("runs", &format!("{schedule}, in {}", zone_name(&machine_zone())));
        }
        if self.problems.is_empty() {
            show_next(page, &self.next_for_people);
        }
        if let Some(last) = &self.last {
            let ended = match last.exit_code {
                0 => "done".to_owned(),
                code => format!("exit code {code}"),
            };
            let message = last.message.as_deref().map(|message| format!(": {message}")).unwrap_or_default();
            page.field("last run", &format!("{}: {ended}{message}", moment::for_people(last.at_seconds)));
        }
        for problem in &self.problems {
            page.field("problem", problem);
        }
        if !self.problems.is_empty() {
            page.field(
                "",
                &format!("remove it with `runner schedule {} --remove`", shell_word(&self.profile)),
            );
        }
    }
}
