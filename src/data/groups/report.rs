//! What a person is told of groups that are not whole.

use super::detail::{Became, Detailed};
use super::keys::NAME;
use crate::data::value::Value;
use crate::terminal::tell;

/// How many groups a message names.
const NAMED: usize = 5;

/// The groups that are not whole.
#[derive(Debug, Default)]
pub(super) struct Report {
    hidden: Names,
    refused: Names,
}

/// Names of groups, the first ones.
#[derive(Debug, Default)]
struct Names {
    first: Vec<String>,
    count: usize,
}

impl Names {
    fn add(&mut self, name: String) {
        self.count += 1;
        if self.first.len() < NAMED {
            self.first.push(name);
        }
    }

    /// `2 groups: A, B`.
    fn in_words(&self) -> String {
        let things = if self.count == 1 { "group" } else { "groups" };
        let more = match self.count - self.first.len() {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        format!("{} {things}: {}{more}", self.count, self.first.join(", "))
    }
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
        if self.refused.count > 0 {
            tracing::warn!("Globus Groups does not give out {}", self.refused.in_words());
        }
        if self.hidden.count > 0 && asks_for_hidden {
            tell(format_args!("you may not see the members of {}", self.hidden.in_words()));
        } else if self.hidden.count > 0 {
            tracing::warn!("you may not see the members of {}", self.hidden.in_words());
        }
    }
}
