//! The section `[output.guard]`.

use super::conversion::Conversion;
use super::list_name::check_list;
use crate::profile::guard::{Guard, Limit};
use crate::profile::read::Entry;
use crate::profile::written::{self, Count, Percent};

/// That of the output with this key. `lists` are what the profile can fetch, by name.
pub(super) fn convert(
    written: written::Guard,
    writes_file: bool,
    lists: &[String],
    key: &str,
    conversion: &mut Conversion<'_, '_>,
) -> Guard {
    let written::Guard { min_groups, max_groups, max_removed, max_added, may_be_empty } = written;
    let (min, max) = (min_groups.map(Count::get), max_groups.map(Count::get));
    if let (Some(min), Some(max)) = (min, max)
        && min > max
    {
        conversion.refuse(
            &format!("{key}.guard.max_groups"),
            format!("`output.guard.max_groups` is less than `min_groups`, which is {min}"),
            "no output could be both",
        );
    }
    if min.is_none() && max == Some(0) && writes_file {
        conversion.refuse(
            &format!("{key}.guard.max_groups"),
            "`output.guard.max_groups` is 0, and without `min_groups` a file needs 1",
            "no output could be both; `min_groups = 0` allows a file without groups",
        );
    }
    for entry in conversion.entry(&format!("{key}.guard.may_be_empty")).iter().flat_map(Entry::elements) {
        check_list(&entry, lists, conversion);
    }
    let may_be_empty = may_be_empty.into_iter().map(Into::into).collect();
    Guard { min, max, may_be_empty, max_removed: max_removed.map(limit), max_added: max_added.map(limit) }
}

fn limit<const PERCENT_MAX: u32>(written: written::Limit<PERCENT_MAX>) -> Limit {
    let written::Limit(keys) = written;
    Limit { count: keys.count.map(Count::get), percent: keys.percent.map(Percent::get) }
}
