//! Attributes, and the values that each can hold.

use super::address::is_settled;
use super::fault::{Checked, misplaced};
use super::name::Name;

#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct Attribute {
    name: Name,
    /// What the attribute holds so far, if it is a type, or an address whose host can still change.
    value: String,
    /// Whether more cannot change what the attribute is.
    is_settled: bool,
}

/// A browser loads the value, or goes there on a click.
const ADDRESSES: [&str; 12] = [
    "action",
    "background",
    "cite",
    "data",
    "formaction",
    "href",
    "icon",
    "longdesc",
    "ping",
    "poster",
    "src",
    "xlink:href",
];

/// What these elements load runs in the page, or decides where everything else is loaded from.
const LOADERS: [&str; 8] = ["applet", "base", "embed", "frame", "iframe", "link", "object", "script"];

const ANIMATIONS: [&str; 4] = ["animate", "animatemotion", "animatetransform", "set"];

/// An address can begin with these in a value. The helper `url` writes the last one where an address is not allowed.
const SCHEMES: [&str; 4] = ["https://", "http://", "mailto:", "about:invalid"];

impl Attribute {
    /// Begins another attribute.
    pub(super) fn begin(&mut self, first: char) {
        self.clear();
        self.name.push(first);
    }

    pub(super) fn clear(&mut self) {
        self.name = Name::default();
        self.value.clear();
        self.is_settled = false;
    }

    pub(super) fn push_name(&mut self, text: &str) {
        self.name.push_str(text);
    }

    /// The name is complete.
    pub(super) fn is_named(&mut self) {
        self.is_settled = !ADDRESSES.contains(&self.name());
    }

    pub(super) fn push_value(&mut self, text: &str) {
        if !self.is_settled || self.name() == "type" {
            self.value.push_str(text);
        }
    }

    pub(super) fn name(&self) -> &str {
        self.name.as_str()
    }

    pub(super) fn value(&self) -> &str {
        &self.value
    }

    /// Whether each value does the same here, or is refused.
    pub(super) fn takes_all_alike(&self) -> bool {
        self.name() != "type" && (self.is_settled || is_settled(self.address()))
    }

    /// What a browser reads of the address so far.
    fn address(&self) -> &str {
        self.value.trim_start_matches(|c: char| c.is_whitespace() || c.is_control())
    }

    /// Whether this value may come next in this attribute of this element.
    pub(super) fn check(&mut self, element: &str, value: &str) -> Checked {
        let name = self.name();
        let script_help =
            "hand it over in another attribute, such as `data-x=\"{{x}}\"`, and read that in a script";
        if name.starts_with("on") {
            return misplaced("in an attribute that is a script", script_help);
        }
        if name == "style" {
            return misplaced("in an attribute that is a style", "choose a `class` with `{{#if}}`");
        }
        if name == "srcdoc" {
            return misplaced("in an attribute that is a page", "write the page to a file of its own");
        }
        if matches!(name, "srcset" | "imagesrcset") {
            return misplaced("in a list of addresses, and could add one", "write one address in `src`");
        }
        if ANIMATIONS.contains(&element) && matches!(name, "to" | "from" | "by" | "values" | "attributename")
        {
            return misplaced("in an animation, which can change an address", "write it elsewhere");
        }
        if self.is_settled {
            return Ok(());
        }
        if is_settled(self.address()) {
            self.is_settled = true;
            self.value.clear();
            return Ok(());
        }
        if LOADERS.contains(&element) {
            return misplaced(
                "in the address of code or of a page",
                "begin the address with text, such as `./` or `https://host/`",
            );
        }
        if self.address().is_empty() && SCHEMES.iter().any(|scheme| value.starts_with(scheme)) {
            return Ok(());
        }
        misplaced(
            "at the start of an address, which could be a script or on another host",
            "begin the address with text, such as `./` or `https://host/`, or write `{{url x}}`",
        )
    }
}
