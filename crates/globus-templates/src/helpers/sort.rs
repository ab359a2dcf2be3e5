//! `sort`: by any number of keys, each with its direction.

use std::cmp::Ordering;

use icu_collator::options::CollatorOptions;
use icu_collator::preferences::CollationNumericOrdering;
use icu_collator::{Collator, CollatorBorrowed, CollatorPreferences};
use icu_locale_core::Locale;

use super::call::{Call, CallError, known, nth, shown, wrong};
use super::function::{Function, MANY, function};
use super::value::{any_order, inside, natural_order, text_order};
use crate::value::Value;
use crate::writer::HelperOutput;

pub(super) const ALL: &[Function] = &[function(
    "sort",
    "{{#each (sort LIST \"KEY\" \"KEY desc\"... reverse=true natural=true locale=\"de\")}}",
    (1, MANY),
    sort,
)
.options(&["reverse", "natural", "locale"])
.elsewhere("sort_by sorted sortBy sort_natural dictsort order_by orderBy sortAlpha")];

/// The list in order. Elements that are equal keep their order, and those without the key come last.
fn sort(call: &Call<'_>) -> Result<HelperOutput, CallError> {
    let list = call.list(0)?;
    let order = TextOrder::of(call)?;
    let reverse = call.flag("reverse", false)?;
    let mut keys = Vec::new();
    for index in 1..call.len() {
        keys.push(Key::of(call, index, list)?);
    }
    if keys.is_empty() {
        keys.push(Key { name: None, descending: false });
    }
    // What is compared is looked up once for each element.
    let mut values = Vec::with_capacity(list.len() * keys.len());
    for element in list {
        for key in &keys {
            values.push(shown(key.value(element))?);
        }
    }
    let mut sorted: Vec<_> = values.chunks_exact(keys.len()).zip(list).collect();
    sorted.sort_by(|(one, _), (other, _)| {
        let compared = keys.iter().zip(one.iter().zip(*other));
        compared
            .map(|(key, (one, other))| key.compare(one, other, &order, reverse))
            .find(|order| order.is_ne())
            .unwrap_or(Ordering::Equal)
    });
    Ok(sorted.into_iter().map(|(_, element)| element.clone()).collect::<Value>().into())
}

/// What to sort by: `"name"` or `"name desc"`.
struct Key<'c> {
    /// `None` is the element itself.
    name: Option<&'c str>,
    descending: bool,
}

impl<'c> Key<'c> {
    fn of(call: &Call<'c>, index: usize, list: &[Value]) -> Result<Self, CallError> {
        let Some(written) = call.shown(index)?.as_str() else {
            return wrong(format!("its {} argument is not the name of a key in quotes", nth(index)));
        };
        let descending = written.strip_suffix(" desc");
        let name = descending.or(written.strip_suffix(" asc")).unwrap_or(written);
        known(name, list)?;
        Ok(Self { name: Some(name), descending: descending.is_some() })
    }

    fn value<'v>(&self, element: &'v Value) -> &'v Value {
        self.name.map_or(element, |name| inside(element, name).unwrap_or(&Value::Null))
    }

    fn compare(&self, one: &Value, other: &Value, order: &TextOrder, reverse: bool) -> Ordering {
        // What is absent comes last in both directions.
        if one.is_null() || other.is_null() {
            return one.is_null().cmp(&other.is_null());
        }
        let order = any_order(one, other, |one, other| order.compare(one, other));
        if self.descending == reverse { order } else { order.reverse() }
    }
}

/// How texts compare.
enum TextOrder {
    /// By the numbers of their characters, without regard to case.
    Plain,
    /// The same, with numbers in the text by their value.
    Natural,
    /// As dictionaries of a language have it ([UTS 35](https://unicode.org/reports/tr35/tr35-collation.html)).
    Language(Box<CollatorBorrowed<'static>>),
}

impl TextOrder {
    fn of(call: &Call<'_>) -> Result<Self, CallError> {
        let natural = call.flag("natural", false)?;
        match call.word("locale")? {
            None if natural => Ok(Self::Natural),
            None => Ok(Self::Plain),
            Some(name) => match collator(name, natural) {
                Some(collator) => Ok(Self::Language(Box::new(collator))),
                None => wrong(format!("`{name}` is not a language; one is written \"de\" or \"pt-BR\"")),
            },
        }
    }

    fn compare(&self, one: &str, other: &str) -> Ordering {
        match self {
            Self::Plain => text_order(one, other),
            Self::Natural => natural_order(one, other),
            Self::Language(collator) => collator.compare(one, other).then_with(|| one.cmp(other)),
        }
    }
}

fn collator(name: &str, natural: bool) -> Option<CollatorBorrowed<'static>> {
    let locale: Locale = name.parse().ok()?;
    let mut preferences = CollatorPreferences::from(&locale);
    if natural {
        preferences.numeric_ordering = Some(CollationNumericOrdering::True);
    }
    Collator::try_new(preferences, CollatorOptions::default()).ok()
}
