//! What the guard has against an output, in words.

use std::sync::Arc;

use crate::data::{Changes, Difference, Entry, RowKind};
use crate::diagnostic::clean;
use crate::profile::{Guard as Limits, Limit};

/// What is wrong with an output; empty if it may be delivered.
#[derive(Debug, Default)]
pub(super) struct Objections {
    reasons: Vec<String>,
    /// Labels of removed and added rows, as a diff shows them.
    details: Vec<String>,
    /// The setting that would allow it.
    cure: Option<String>,
    is_too_small: bool,
    is_too_large: bool,
}

impl Objections {
    /// Those against the number of rows.
    pub(super) fn to_number(count: u64, min: u32, max: Option<u32>, kind: &RowKind) -> Self {
        let mut objections = Self::default();
        let would_have = || format!("it would have {}", kind.number_of(count));
        if count < min.into() {
            objections.is_too_small = true;
            objections.cure = Some(format!("`min_groups = {count}` in `[output.guard]`"));
            objections.reasons.push(format!("{}, and `min_groups` is {min}", would_have()));
        }
        if let Some(max) = max.filter(|max| count > (*max).into()) {
            objections.is_too_large = true;
            objections.reasons.push(format!("{}, and `max_groups` is {max}", would_have()));
        }
        objections
    }

    /// Adds that these lists are empty.
    pub(super) fn add_empty(&mut self, lists: &[Arc<str>]) {
        if lists.is_empty() {
            return;
        }
        let joined = |joint: &str, quote: &str| {
            let names = lists.iter().map(|list| format!("{quote}{list}{quote}"));
            names.collect::<Vec<_>>().join(joint)
        };
        self.reasons.push(format!("it would have no {}, which the template reads", joined(" and no ", "`")));
        let names = joined(", ", "\"");
        self.cure = Some(format!("`may_be_empty = [{names}]` in `[output.guard]`"));
    }

    /// Whether so much has changed that the limits do not allow it.
    pub(super) fn are_against(changes: &Changes, limits: &Limits) -> bool {
        let pairs = [(limits.max_removed, &changes.removed), (limits.max_added, &changes.added)];
        pairs.iter().any(|(limit, difference)| {
            limit.is_some_and(|limit| exceeds(limit, difference.count, changes.before))
        })
    }

    /// Adds those against what has changed since the last delivered run.
    pub(super) fn add_changes(&mut self, changes: &Changes, limits: &Limits, kind: &RowKind) {
        let Changes { before, after, removed, added } = changes;
        let exceeded = |limit: Option<Limit>, count| limit.filter(|limit| exceeds(*limit, count, *before));
        let removed_limit = exceeded(limits.max_removed, removed.count);
        let added_limit = exceeded(limits.max_added, added.count);
        let parts = [
            removed_limit
                .map(|limit| format!("{} would be removed, and `max_removed` is {limit}", removed.count)),
            added_limit.map(|limit| format!("{} would be added, and `max_added` is {limit}", added.count)),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        if !parts.is_empty() {
            let before = kind.number_of(*before);
            self.reasons.push(format!("it had {before} and would have {after}: {}", parts.join("; ")));
        }
        let shown = [
            ('-', removed, self.is_too_small || removed_limit.is_some()),
            ('+', added, self.is_too_large || added_limit.is_some()),
        ];
        let shown = shown.into_iter().filter(|(.., is_shown)| *is_shown);
        let shown: Vec<_> = shown.map(|(mark, difference, _)| (mark, difference)).collect();
        self.details.extend(lines(&shown));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.reasons.is_empty()
    }

    /// A setting that allows such outputs from now on, for what may be right each time. It takes away one objection only.
    pub(super) fn cure(&self) -> Option<&str> {
        self.cure.as_deref().filter(|_| self.reasons.len() == 1)
    }

    pub(super) fn summary(&self) -> String {
        self.reasons.join("; ")
    }

    pub(super) fn into_details(self) -> Vec<String> {
        self.details
    }
}

/// Whether so many rows are more than allowed; a percentage is of the rows before.
fn exceeds(limit: Limit, count: u64, before: u64) -> bool {
    let number = |count: u64| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    limit.count.is_none_or(|most| count > most.into())
        && limit.percent.is_none_or(|percent| number(count) * 100.0 > percent * number(before))
}

/// A line for each row. Those with the label of another one have their keys, too.
fn lines(shown: &[(char, &Difference)]) -> Vec<String> {
    let rows = || shown.iter().flat_map(|(_, difference)| &difference.rows);
    let is_ambiguous = |row: &Entry| {
        row.key != row.text && rows().any(|other| other.text == row.text && other.key != row.key)
    };
    let mut lines = Vec::new();
    for (mark, difference) in shown {
        lines.extend(difference.rows.iter().map(|row| {
            let key = if is_ambiguous(row) { format!(" ({})", clean(&row.key)) } else { String::new() };
            format!("{mark} {}{key}", clean(&row.text))
        }));
        let more = difference.count - difference.rows.len() as u64;
        lines.extend((more > 0).then(|| format!("{mark} … and {more} more")));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_of_both_is_exceeded_only_by_more_than_either() {
        for (count, percent, removed, before, refused) in [
            (Some(0), None, 0, 5, false),
            (Some(0), None, 1, 5, true),
            (Some(10), None, 10, 10, false),
            (Some(10), None, 11, 1000, true),
            (None, Some(10.0), 1, 10, false),
            (None, Some(10.0), 2, 10, true),
            (None, Some(0.0), 1, 1_000_000, true),
            (None, Some(100.0), 10, 10, false),
            (None, Some(10.0), 1, 0, true),
            (None, Some(0.1), 1, 1000, false),
            // A small list may lose many percent, a large one many rows.
            (Some(10), Some(10.0), 3, 4, false),
            (Some(10), Some(10.0), 50, 1000, false),
            (Some(10), Some(10.0), 11, 100, true),
        ] {
            let limit = Limit { count, percent };
            assert_eq!(exceeds(limit, removed, before), refused, "{limit} of {removed}, {before}");
        }
    }
}
