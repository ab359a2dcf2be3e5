//! What a service has and does not show: neither an empty list nor null.

use std::fmt;
use triomphe::Arc;

/// What is hidden. It names what messages are about, so that a person finds the group or the row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hidden(Arc<What>);

#[derive(Debug, PartialEq, Eq)]
enum What {
    Memberships { group: String, is_sample: bool },
    Rows { child: String, parent: String, label: String },
}

impl Hidden {
    /// The memberships of the group with this name.
    #[must_use]
    pub fn memberships(group: &str) -> Self {
        Self(Arc::new(What::Memberships { group: group.to_owned(), is_sample: false }))
    }

    /// The memberships of a group that is built in.
    #[must_use]
    pub fn sample_memberships(group: &str) -> Self {
        Self(Arc::new(What::Memberships { group: group.to_owned(), is_sample: true }))
    }

    /// The rows of a child source, such as `data.rules`, for one row of its parent, such as `data.endpoints`: the one with
    /// this label, or id.
    #[must_use]
    pub fn rows(child: &str, parent: &str, label: &str) -> Self {
        Self(Arc::new(What::Rows {
            child: child.to_owned(),
            parent: parent.to_owned(),
            label: label.to_owned(),
        }))
    }

    /// How a template asks before it uses the value.
    #[must_use]
    pub fn question(&self) -> &'static str {
        match *self.0 {
            What::Memberships { .. } => "{{#if hidden}}…{{else}}…{{/if}}",
            What::Rows { .. } => "{{#if (is_hidden LIST)}}…{{else}}…{{/if}}",
        }
    }
}

/// As the subject of a sentence with a plural verb.
impl fmt::Display for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            What::Memberships { group, is_sample } => {
                let sample = if *is_sample { "sample " } else { "" };
                write!(f, "the memberships of the {sample}group `{group}`")
            }
            What::Rows { child, parent, label } => write!(f, "the `{child}` of `{label}` in `{parent}`"),
        }
    }
}
