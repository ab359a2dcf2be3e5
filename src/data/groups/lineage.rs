//! The groups below one, which may be there only by way of groups that are not the user's.

use std::cell::RefCell;

use futures_util::{StreamExt, TryStreamExt, stream};

use super::ancestry::{Ancestry, id_of, is_plain, parent_of};
use super::detail::{may_be_kept, read};
use super::keys::{ID, PARENT};
use crate::data::fetch::Fetching;
use crate::data::first_names::FirstNames;
use crate::data::source::RowStream;
use crate::globus::api::{ApiRequest, Refused};
use crate::globus::http::limits;
use crate::globus::service::Service;
use crate::globus::service_name::ServiceName;
use crate::profile::OnError;
use crate::{Error, Result};
use globus_templates::read::RowReader;
use globus_templates::value::Fields;
use globus_templates::value::Value;

/// Those of the groups that are below `parent`, or are it. A group between them that is not among them is looked up, once.
pub(super) fn below<'s>(
    parent: &'s str,
    on_error: OnError,
    groups: RowStream<'s>,
    fetching: &'s Fetching<'s>,
) -> RowStream<'s> {
    stream::once(those_below(parent, on_error, groups, fetching)).try_flatten().boxed_local()
}

async fn those_below<'s>(
    parent: &str,
    on_error: OnError,
    groups: RowStream<'s>,
    fetching: &Fetching<'_>,
) -> Result<RowStream<'s>> {
    let groups: Vec<Value> = groups.try_collect().await?;
    let service = fetching.services.service(ServiceName::Groups)?;
    let mut fields = Fields::NONE;
    for key in [ID, PARENT] {
        fields.add(&[key], Fields::All);
    }
    let reader = RefCell::new(RowReader::new(&fields));
    let mut ancestry = Ancestry::new(parent, &groups).map_err(|(id, why)| {
        Error::failed(format!("{} sent an unusable list of groups", service.name))
            .because(format!("the group {id}: {why}"))
    })?;
    let mut unseen: Vec<Box<str>> = Vec::new();
    loop {
        let unknown = ancestry.unknown(&groups);
        if unknown.is_empty() {
            break;
        }
        let found = stream::iter(unknown).map(|id| look_up(id, &service, &reader, fetching));
        let found: Vec<_> = found.buffered(2 * fetching.at_once).try_collect().await?;
        for Found { id, above } in found {
            let parent = match above {
                Above::Group(parent) => Some(parent),
                Above::Nothing => None,
                Above::Unseen => {
                    unseen.push(id.clone());
                    None
                }
            };
            ancestry.learn(id, parent);
        }
    }
    say(&unseen);
    let below: Vec<Value> = groups.into_iter().filter(|group| ancestry.is_below(group)).collect();
    // A group that is below another shows that this one is there.
    if below.is_empty() {
        let found = look_up(parent.to_lowercase().into(), &service, &reader, fetching).await?;
        if matches!(found.above, Above::Unseen) {
            check_parent(parent, on_error)?;
        }
    }
    Ok(stream::iter(below.into_iter().map(Ok)).boxed_local())
}

/// A group that was looked up.
struct Found {
    id: Box<str>,
    above: Above,
}

/// What is above a group.
enum Above {
    Group(Box<str>),
    Nothing,
    /// The user may not see the group itself.
    Unseen,
}

/// What is above the group with this ID.
async fn look_up(
    id: Box<str>,
    service: &Service,
    reader: &RefCell<RowReader>,
    fetching: &Fetching<'_>,
) -> Result<Found> {
    if !is_plain(&id) {
        return Ok(Found { id, above: Above::Unseen });
    }
    let request =
        ApiRequest { limit: limits::ROW, ..ApiRequest::get(service.clone(), format!("v2/groups/{id}")) };
    match fetching.get(&request).await? {
        Ok(response) => {
            let group =
                read(reader, &response).map_err(|error| failed(&id, &format!("it is not JSON: {error}")))?;
            if id_of(&group) != id {
                return Err(failed(&id, &format!("{} sent another group", service.name)));
            }
            let above = parent_of(&group).map_err(|why| failed(&id, why))?;
            Ok(Found { id, above: above.map_or(Above::Nothing, Above::Group) })
        }
        Err(refused) if may_be_kept(&refused) => Ok(Found { id, above: Above::Unseen }),
        Err(Refused { status, message, .. }) => {
            Err(failed(&id, &format!("{} refuses it with status {status}: {message}", service.name)))
        }
    }
}

/// The group in question is not there, or may not be seen.
fn check_parent(parent: &str, on_error: OnError) -> Result<()> {
    if on_error == OnError::Keep {
        log::warn!(
            "there is no group with the ID {parent}, which `groups.parent` names, or you may not see it"
        );
        return Ok(());
    }
    Err(Error::failed("the group of `groups.parent` is not there, or you may not see it")
        .because(format!("Globus Groups does not give out {parent}"))
        .help("correct `parent`, or write `on_error = \"keep\"` under `[groups]` to go on without groups"))
}

fn failed(id: &str, why: &str) -> Error {
    Error::failed(format!("can't get the group {id}, which is above one of yours")).because(why)
}

fn say(unseen: &[Box<str>]) {
    if !unseen.is_empty() {
        let unseen: FirstNames = unseen.iter().map(|id| &**id).collect();
        log::warn!("groups below those that you may not see are left out: {unseen}");
    }
}
