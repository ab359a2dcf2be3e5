//! Where a value comes from.

use crate::data::{SourceName, Sources};

/// The parts of the data that a value can be, or be made of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Origin {
    pub(super) places: Vec<Place>,
    pub(super) made: Option<Made>,
}

/// A part of the data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// The keys that lead to it from the top. Those of a row follow the key of the list.
    pub(super) keys: Vec<String>,
    /// Whether it is certainly a list. Its elements have the same keys.
    pub(super) is_list: bool,
}

/// Keys that a value has besides those of the data, or each element of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Made {
    pub(super) entries: Vec<(String, Origin)>,
    pub(super) is_list: bool,
}

impl Place {
    /// The source whose rows it is.
    pub(super) fn rows_of(&self, sources: &Sources) -> Option<SourceName> {
        sources.at(&self.keys).filter(|_| self.is_list)
    }

    /// The value of a key, or an element of the list; `None` if a list has no such element.
    fn member(&self, key: &str, sources: &Sources) -> Option<Self> {
        if self.is_list {
            let is_index = key.bytes().all(|byte| byte.is_ascii_digit());
            return is_index.then(|| Self { is_list: false, keys: self.keys.clone() });
        }
        let keys: Vec<String> = self.keys.iter().cloned().chain([key.to_owned()]).collect();
        Some(Self { is_list: sources.is_list(&keys), keys })
    }
}

impl Origin {
    /// All that the template sees.
    pub(super) fn root() -> Self {
        Self { places: vec![Place { keys: Vec::new(), is_list: false }], made: None }
    }

    /// Whether it can only be a list.
    pub(super) fn is_list(&self) -> bool {
        let (places, made) = (&self.places, &self.made);
        (!places.is_empty() || made.is_some())
            && places.iter().all(|place| place.is_list)
            && made.as_ref().is_none_or(|made| made.is_list)
    }

    /// Whether it has a value of its own for a key, which hides that of the data.
    pub(super) fn is_made(&self, key: &str) -> bool {
        self.made.as_ref().is_some_and(|made| made.entries.iter().any(|(name, _)| name == key))
    }

    pub(super) fn member(&self, key: &str, sources: &Sources) -> Self {
        let places = self.places.iter().filter_map(|place| place.member(key, sources)).collect();
        let made = self.made.iter().flat_map(|made| &made.entries).filter(|(name, _)| name == key);
        made.fold(Self { places, made: None }, |value, (_, made)| value.or(made.clone()))
    }

    /// The elements of the lists among the parts.
    pub(super) fn element(&self) -> Self {
        let element = |place: &Place| Place { is_list: false, ..place.clone() };
        let made = self.made.clone().map(|made| Made { is_list: false, ..made });
        Self { places: self.places.iter().map(element).collect(), made }
    }

    /// The value of a list that holds this as its elements.
    pub(super) fn listed(&self) -> Self {
        let list = |place: &Place| Place { is_list: true, ..place.clone() };
        let made = self.made.clone().map(|made| Made { is_list: true, ..made });
        Self { places: self.places.iter().map(list).collect(), made }
    }

    /// What is the one or the other.
    pub(super) fn or(mut self, other: Self) -> Self {
        for place in other.places {
            if !self.places.contains(&place) {
                self.places.push(place);
            }
        }
        self.made = match (self.made, other.made) {
            (Some(one), Some(other)) => {
                let entries = one.entries.into_iter().chain(other.entries).collect();
                Some(Made { entries, is_list: one.is_list && other.is_list })
            }
            (one, other) => one.or(other),
        };
        self
    }

    /// An object with these keys too.
    pub(super) fn with(self, entries: Vec<(String, Self)>) -> Self {
        let before = self.made.map(|made| made.entries).unwrap_or_default();
        let entries = before.into_iter().chain(entries).collect();
        Self { made: Some(Made { entries, is_list: false }), ..self }
    }
}
