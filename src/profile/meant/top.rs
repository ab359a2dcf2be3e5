//! The top of the file.

use std::collections::HashSet;

use super::conversion::Conversion;
use super::output::Surroundings;
use super::{auth, data, groups, id_map as numbers, notices, output, scopes, storage, template};
use crate::catalog::Origin;
use crate::profile::groups::Groups;
use crate::profile::model::Profile;
use crate::profile::read::excerpt;
use crate::profile::written::{DataSources, Include, Tag, WrittenProfile};

/// The profile without its name, origin and bases; none if something required is missing or wrong.
pub fn convert(written: WrittenProfile, conversion: &mut Conversion<'_, '_>) -> Option<Profile> {
    let WrittenProfile {
        extends: _,
        description,
        tags,
        client_id,
        scopes,
        storage,
        template,
        auth,
        groups,
        data,
        vars,
        escaping,
        output,
        history,
        id_map,
        http,
        run,
        hooks,
        notify,
        environment,
    } = written;
    let tags = check_tags(tags, conversion);
    let storage = storage.and_then(|storage| storage::convert(&storage, conversion));
    let template = template.and_then(|template| template::convert(&template, "template", conversion));
    let auth = auth::convert(auth, conversion);
    let groups = groups.map(|groups| groups::convert(groups, conversion));
    let has_groups = groups.is_some() || data.0.is_empty();
    let lists = lists(has_groups, groups.as_ref(), &data);
    let data = data::convert(data, has_groups, conversion);
    let scopes = scopes::convert(scopes, has_groups, groups.as_ref(), &data, conversion);
    let outputs =
        output::convert(output, Surroundings { template: template.as_ref(), lists: &lists }, conversion);
    let id_map = numbers::convert(&id_map, conversion);
    let hooks = notices::hooks(hooks, conversion);
    let notify = notices::notify(notify, conversion);
    Some(Profile {
        name: String::new(),
        origin: Origin::Embedded,
        bases: Vec::new(),
        description,
        tags,
        client_id: client_id?.0,
        scopes,
        storage: storage?,
        template,
        auth: auth?,
        groups,
        data,
        vars: vars.0,
        escaping,
        outputs: outputs?,
        history,
        id_map,
        http,
        run,
        hooks,
        notify,
        environment,
    })
}

/// What the profile can fetch, by name.
fn lists(has_groups: bool, groups: Option<&Groups>, data: &DataSources) -> Vec<String> {
    let mut lists: Vec<&str> = Vec::new();
    lists.extend(has_groups.then_some("groups"));
    lists.extend(groups.and_then(|groups| {
        let memberships = Include::Memberships;
        groups.includes(memberships).then_some(memberships.name())
    }));
    lists.extend(data.0.iter().map(|(name, _)| name.as_str()));
    lists.into_iter().map(str::to_owned).collect()
}

fn check_tags(written: Vec<Tag>, conversion: &mut Conversion<'_, '_>) -> Vec<String> {
    let mut seen = HashSet::new();
    for element in conversion.entry("tags").into_iter().flat_map(|entry| entry.elements()) {
        if let Some(tag) = element.as_str()
            && !seen.insert(tag)
        {
            conversion.report.error(element.span, format!("the tag `{}` is there twice", excerpt(tag)));
        }
    }
    written.into_iter().map(|Tag(tag)| tag).collect()
}
