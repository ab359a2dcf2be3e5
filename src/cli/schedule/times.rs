//! The next times, as they are shown.

use jiff::ZonedDateTime;

use crate::cli::page::Page;

/// How many of them.
pub(super) const NEXT: usize = 3;

pub(super) fn show_next(page: &mut Page, times: &[ZonedDateTime]) {
    for (place, time) in times.iter().enumerate() {
        page.field(if place == 0 { "next" } else { "" }, &for_people(time));
    }
}

pub(super) fn for_people(time: &ZonedDateTime) -> String {
    time.strftime("%a %Y-%m-%d %H:%M %:z").to_string()
}

pub(super) fn for_program(time: &ZonedDateTime) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}
