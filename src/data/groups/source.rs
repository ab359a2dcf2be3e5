//! The groups that the user is an active member of.

use std::cell::RefCell;
use std::collections::HashSet;

use super::completion::{Completion, ROLES};
use super::enrich::enriched;
use super::keys::{ID, MY_MEMBERSHIPS, POLICIES, ROLE};
use super::lineage::below;
use super::needs::Needs;
use super::selection::{missing_ids, selects};
use super::shared_values::SharedValues;
use super::sorting::sort;
use crate::data::fetch::{Fetching, ListRequest, Tally};
use crate::data::row_kind::RowKind;
use crate::data::source::{Read, RowStream, Source};
use crate::globus::environment::Services;
use crate::globus::service_name::ServiceName;
use crate::profile::{Groups, OnError};
use crate::{Error, Result};
use globus_templates::read::RowReader;
use globus_templates::value::Fields;
use globus_templates::value::{Object, Value};

/// The groups, each with every key that the service sent, `roles`, and what the profile includes.
#[derive(Debug)]
pub struct GroupsSource {
    kind: RowKind,
    groups: Groups,
    needs: Needs,
    /// Of a group of which what is needed was read.
    completion: Completion,
    /// Of one that was read whole.
    whole_completion: Completion,
    /// Those of the profile's `ids` that the list has.
    seen: RefCell<HashSet<String>>,
    shared: SharedValues,
}

impl GroupsSource {
    /// The groups that a profile means, for a template that reads this of the data.
    pub fn new(groups: &Groups, data: &Fields) -> Self {
        let needs = Needs::of(groups, data);
        Self {
            kind: RowKind::groups(),
            groups: groups.clone(),
            completion: Completion::of(&needs.list),
            whole_completion: Completion::of(&Fields::All),
            needs,
            seen: RefCell::default(),
            shared: SharedValues::default(),
        }
    }

    /// The same group, which shares with others what they have too.
    fn sharing(&self, group: &Object) -> Object {
        let there = |key| Some((key, self.shared.share(group.get(key)?)));
        let values = [MY_MEMBERSHIPS, POLICIES].into_iter().filter_map(there);
        values.fold(group.clone(), |group, (key, value)| group.with(key, value))
    }

    /// An ID of the profile that no group of the list has: the group is gone, or is not the user's any more.
    fn check_ids(&self) -> Result<()> {
        let seen = self.seen.borrow();
        let missing = missing_ids(&self.groups, |id| seen.contains(id));
        if missing.is_empty() {
            return Ok(());
        }
        let named = missing.join(", ");
        if self.groups.on_error == OnError::Keep {
            log::warn!("none of your groups has the ID {named}, which `groups.ids` names");
            return Ok(());
        }
        Err(Error::failed("a group of `groups.ids` is not among your groups")
            .because(format!("Globus Groups does not list {named}"))
            .help(
                "remove it from `ids`, or write `on_error = \"keep\"` under `[groups]` to go on without it",
            ))
    }
}

impl Source for GroupsSource {
    fn kind(&self) -> &RowKind {
        &self.kind
    }

    fn list(&self, services: &Services) -> Result<ListRequest> {
        let statuses = self.groups.statuses.as_ref().map(|statuses| {
            let names: Vec<_> = statuses.iter().map(|status| status.name()).collect();
            ("statuses".to_owned(), names.join(","))
        });
        let service = services.service(ServiceName::Groups)?;
        Ok(ListRequest {
            params: statuses.into_iter().collect(),
            ..ListRequest::whole(service, "v2/groups/my_groups")
        })
    }

    fn needed(&self) -> &Fields {
        &self.needs.list
    }

    fn reader(&self) -> RowReader {
        reader(&self.needs.list)
    }

    fn complete(&self, row: Object, read: Read) -> Result<Object, String> {
        let group = match read {
            Read::Needed => self.completion.complete(row)?,
            Read::Whole => self.whole_completion.complete(row)?,
        };
        // It waits for its requests, among all the others.
        Ok(if self.needs.memberships.is_some() { self.sharing(&group) } else { group })
    }

    fn selects(&self, group: &Object) -> bool {
        if !self.groups.ids.is_empty() {
            let id = group.get(ID).and_then(Value::as_str).unwrap_or_default().to_lowercase();
            if self.groups.ids.iter().any(|one| **one == *id) {
                self.seen.borrow_mut().insert(id);
            }
        }
        selects(&self.groups, group)
    }

    fn arranges(&self) -> bool {
        !self.groups.sort.is_empty() || !self.groups.ids.is_empty()
    }

    fn arrange(&self, mut groups: Vec<Value>) -> Result<Vec<Value>> {
        self.check_ids()?;
        sort(&mut groups, &self.groups.sort);
        Ok(groups)
    }

    fn enriches(&self) -> bool {
        self.groups.parent.is_some() || self.needs.more_than_the_list()
    }

    fn enriched<'s>(
        &'s self,
        fetching: &'s Fetching<'s>,
        tally: &'s Tally,
        rows: RowStream<'s>,
    ) -> RowStream<'s> {
        let rows = match self.groups.parent.as_deref() {
            Some(parent) => below(parent, self.groups.on_error, rows, fetching),
            None => rows,
        };
        if self.needs.more_than_the_list() {
            enriched(&self.groups, &self.needs, fetching, tally, rows)
        } else {
            rows
        }
    }
}

/// Reads roles where the memberships have them, if those are not needed themselves.
fn reader(needed: &Fields) -> RowReader {
    let mut read = needed.clone();
    if needed.of(ROLES).is_some() && needed.of(MY_MEMBERSHIPS).is_some() {
        read.add(&[MY_MEMBERSHIPS, ROLE], Fields::All);
        return RowReader::new(&read);
    }
    RowReader::new(&read).taking(ROLES, MY_MEMBERSHIPS, ROLE)
}
