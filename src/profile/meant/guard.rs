//! The section `[output.guard]`.

use super::conversion::Conversion;
use crate::profile::guard::{Guard, Limit};
use crate::profile::written::{self, Count, Percent};

pub(super) fn convert(
    written: written::Guard,
    writes_file: bool,
    conversion: &mut Conversion<'_, '_>,
) -> Guard {
    let written::Guard { min_groups, max_groups, max_removed, max_added } = written;
    let (min, max) = (min_groups.map(Count::get), max_groups.map(Count::get));
    if let (Some(min), Some(max)) = (min, max)
        && min > max
    {
        conversion.refuse(
            "output.guard.max_groups",
            format!("`output.guard.max_groups` is less than `min_groups`, which is {min}"),
            "no output could be both",
        );
    }
    if min.is_none() && max == Some(0) && writes_file {
        conversion.refuse(
            "output.guard.max_groups",
            "`output.guard.max_groups` is 0, and without `min_groups` a file needs 1",
            "no output could be both; `min_groups = 0` allows a file without groups",
        );
    }
    Guard { min, max, max_removed: max_removed.map(limit), max_added: max_added.map(limit) }
}

fn limit<const PERCENT_MAX: u32>(written: written::Limit<PERCENT_MAX>) -> Limit {
    let written::Limit(keys) = written;
    Limit { count: keys.count.map(Count::get), percent: keys.percent.map(Percent::get) }
}
