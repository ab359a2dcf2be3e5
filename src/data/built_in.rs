//! Made-up groups that ship with the program.

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

    /// How messages name it.
    #[must_use]
    pub fn shown(self) -> &'static str {
        match self {
            Self::Sample => "the built-in sample",
            Self::Hostile => "the built-in hostile sample",
        }
    }
}
