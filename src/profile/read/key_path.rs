//! The way from the top of the file to a value.

use std::iter;

/// The steps that lead to a value, from the last to the first; none for the top of the file.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct KeyPath<'a> {
    last: Option<(Step<'a>, &'a KeyPath<'a>)>,
}

#[derive(Debug, Clone, Copy)]
enum Step<'a> {
    Key(&'a str),
    Element,
}

impl<'a> KeyPath<'a> {
    pub(super) fn key(&'a self, key: &'a str) -> Self {
        Self { last: Some((Step::Key(key), self)) }
    }

    pub(super) fn element(&'a self) -> Self {
        Self { last: Some((Step::Element, self)) }
    }

    pub(super) fn is_element(&self) -> bool {
        matches!(self.last, Some((Step::Element, _)))
    }

    /// The keys, from the first to the last.
    pub(super) fn keys(&self) -> Vec<&'a str> {
        let steps = iter::successors(self.last, |(_, before)| before.last);
        let mut keys: Vec<_> = steps
            .filter_map(|(step, _)| match step {
                Step::Key(key) => Some(key),
                Step::Element => None,
            })
            .collect();
        keys.reverse();
        keys
    }

    /// The keys as a message names them, such as `auth.login`.
    pub(super) fn path(&self) -> String {
        self.keys().join(".")
    }
}
