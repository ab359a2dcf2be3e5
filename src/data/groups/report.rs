//! What a person is told of groups that are not whole.

use super::detail::{Became, Detailed};
use super::keys::NAME;
use crate::data::first_names::FirstNames;
use crate::terminal::tell;
use globus_templates::value::Value;

/// The groups that are not whole.
#[derive(Debug, Default)]
pub(super) struct Report {
    hidden: FirstNames,
    refused: FirstNames,
}

/// `2 groups: A, B`.
fn in_words(names: &FirstNames) -> String {
    let groups = if names.count() == 1 { "group" } else { "groups" };
    format!("{} {groups}: {names}", names.count())
}

impl Report {
    pub(super) fn add(&mut self, detailed: &Detailed) {
        let name = detailed.group.get(NAME).and_then(Value::as_str).unwrap_or_default();
        match &detailed.became {
            Became::Complete => {}
            Became::Hidden => self.hidden.add(format!("`{name}`")),
            Became::Refused(refused) => {
                self.refused.add(format!("`{name}` ({}: {})", refused.status, refused.message));
            }
        }
    }

    /// Says it. A template that asks whether memberships are hidden delivers that, and is no reason for a mail.
    pub(super) fn say(&self, asks_for_hidden: bool) {
        if self.refused.count() > 0 {
            log::warn!("Globus Groups does not give out {}", in_words(&self.refused));
        }
        if self.hidden.count() > 0 && asks_for_hidden {
            tell(format_args!("you may not see the members of {}", in_words(&self.hidden)));
        } else if self.hidden.count() > 0 {
            log::warn!("you may not see the members of {}", in_words(&self.hidden));
        }
    }
}
