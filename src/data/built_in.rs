//! Made-up groups that ship with the program.

use crate::{Error, Result};
use globus_templates::value::{Object, Value};

/// A set of made-up groups. The built-in sandbox has the same ones, and a test keeps them the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BuiltIn {
    /// The groups of a small university.
    Sample,
    /// Groups whose names and descriptions break careless templates.
    Hostile,
}

impl BuiltIn {
    /// The set that the user means by this word.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        match word {
            "sample" => Some(Self::Sample),
            "hostile" => Some(Self::Hostile),
            _ => None,
        }
    }

    /// The groups as the service sends them: a JSON array.
    pub(super) fn rows(self) -> &'static str {
        match self {
            Self::Sample => include_str!("sample.json"),
            Self::Hostile => include_str!("hostile.json"),
        }
    }

    /// What a profile can include of each group, by their ids.
    pub(super) fn parts(self) -> Result<Value> {
        let json = match self {
            Self::Sample => include_str!("sample-parts.json"),
            Self::Hostile => include_str!("hostile-parts.json"),
        };
        serde_json::from_str(json)
            .map_err(|error| Error::failed(format!("{} is damaged", self.shown())).because(error))
    }

    /// Lists of other services, by the path that serves them.
    pub(super) fn lists() -> Result<Object> {
        serde_json::from_str::<Value>(include_str!("sample-lists.json"))
            .map_err(|error| Error::failed("the built-in sample is damaged").because(error))?
            .as_object()
            .cloned()
            .ok_or_else(|| Error::failed("the built-in sample is damaged"))
    }

    /// How messages name it.
    #[must_use]
    pub fn shown(self) -> &'static str {
        match self {
            Self::Sample => "the built-in sample",
            Self::Hostile => "the built-in hostile sample",
        }
    }
}
