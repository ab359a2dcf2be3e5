//! The sections `[data.NAME]`.

mod paginator;
mod parents;
mod path;
mod source;

use super::conversion::Conversion;
use crate::profile::data::DataSource;
use crate::profile::written::DataSources;

/// The lists without mistakes, in the order of the file. `has_groups` is whether groups are a source too.
pub(super) fn convert(
    written: DataSources,
    has_groups: bool,
    conversion: &mut Conversion<'_, '_>,
) -> Vec<DataSource> {
    let DataSources(written) = written;
    let names: Vec<String> = written.iter().map(|(name, _)| name.clone()).collect();
    let sources = written.into_iter().filter_map(|(name, keys)| source::convert(&name, keys, conversion));
    let sources: Vec<DataSource> = sources.collect();
    parents::check(&sources, &names, has_groups, conversion);
    sources
}
