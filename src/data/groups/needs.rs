//! What is requested of groups, so that a template has what it reads, and nothing else.

use super::keys::{
    ERROR, GROUP, HIDDEN, ID, IDENTITY, MEMBERS_VISIBILITY, MEMBERSHIPS, MY_MEMBERSHIPS, NAME, PARENT,
    POLICIES, ROLE, STATUS,
};
use super::names::GROUPS;
use super::people;
use crate::data::totals::Totals;
use crate::profile::{Groups, Include, OnError};
use globus_templates::value::Fields;

/// What is needed of each group.
#[derive(Debug)]
pub(super) struct Needs {
    /// Of what the list says.
    pub list: Fields,
    /// Of the memberships.
    pub memberships: Option<Fields>,
    /// Of the identities behind them; empty if nothing is looked up.
    pub people: Vec<&'static str>,
    /// Of `policies`, if the list says nothing of them.
    pub policies: Option<Fields>,
    pub allowed_actions: Option<Fields>,
    pub child_ids: Option<Fields>,
    pub membership_fields: Option<Fields>,
    /// Whether a group has an `error`, which may be null.
    pub errors: bool,
    /// Whether the template reads if memberships are hidden.
    pub asks_for_hidden: bool,
}

impl Needs {
    /// What is needed for a template that reads this of the data.
    pub(super) fn of(groups: &Groups, data: &Fields) -> Self {
        let read = data.of(GROUPS.name).cloned().unwrap_or(Fields::NONE);
        let included = |what: Include| read.of(what.name()).filter(|_| groups.includes(what)).cloned();
        // Whether memberships are hidden is known only once they have been requested.
        let asks = read.of(HIDDEN).filter(|_| groups.includes(Include::Memberships)).map(|_| Fields::NONE);
        let memberships = included(Include::Memberships).or(asks);
        let people = memberships.as_ref().map_or_else(Vec::new, |read| fields_of_people(groups, read));
        let memberships = memberships.map(|mut read| {
            for key in people::FIELDS.iter().filter(|_| !people.is_empty()) {
                remove(&mut read, key);
            }
            let mut keys = vec![STATUS, IDENTITY, GROUP];
            keys.extend((!groups.members.roles.is_empty()).then_some(ROLE));
            for key in keys {
                read.add(&[key], Fields::All);
            }
            read
        });
        Self {
            list: of_the_list(groups, data, &read, memberships.is_some()),
            memberships,
            people,
            policies: included(Include::Policies),
            allowed_actions: included(Include::AllowedActions),
            child_ids: included(Include::ChildIds),
            membership_fields: included(Include::MembershipFields),
            errors: groups.on_error == OnError::Keep && read.of(ERROR).is_some(),
            asks_for_hidden: read.of(HIDDEN).is_some(),
        }
    }

    /// Whether the list does not say all that is needed.
    pub(super) fn more_than_the_list(&self) -> bool {
        self.memberships.is_some()
            || self.policies.is_some()
            || self.allowed_actions.is_some()
            || self.child_ids.is_some()
            || self.membership_fields.is_some()
            || self.errors
    }

    /// What is read of a group's own document.
    pub(super) fn document(&self) -> Fields {
        let mut document = Fields::NONE;
        document.add(&[ID], Fields::All);
        for (key, read) in [
            (MEMBERSHIPS, &self.memberships),
            (POLICIES, &self.policies),
            (Include::AllowedActions.name(), &self.allowed_actions),
            (Include::ChildIds.name(), &self.child_ids),
        ] {
            if let Some(read) = read {
                document.add(&[key], read.clone());
            }
        }
        document
    }
}

/// What is looked up of the identities behind memberships of which this is read.
fn fields_of_people(groups: &Groups, read: &Fields) -> Vec<&'static str> {
    let read = people::FIELDS.into_iter().filter(|field| read.of(field).is_some());
    if groups.members.identities { read.collect() } else { Vec::new() }
}

fn of_the_list(groups: &Groups, data: &Fields, read: &Fields, memberships: bool) -> Fields {
    let mut list = read.clone();
    let later = [Include::Memberships, Include::AllowedActions, Include::ChildIds, Include::MembershipFields];
    for key in later.map(Include::name).into_iter().chain([HIDDEN, ERROR]) {
        remove(&mut list, key);
    }
    for key in [ID, NAME] {
        list.add(&[key], Fields::All);
    }
    if data.of(Totals::NAME).is_some() {
        for path in Totals::FIELDS {
            list.add(path, Fields::All);
        }
    }
    if memberships || !groups.roles.is_empty() {
        for key in [ROLE, STATUS] {
            list.add(&[MY_MEMBERSHIPS, key], Fields::All);
        }
    }
    if memberships {
        list.add(&[MY_MEMBERSHIPS, IDENTITY], Fields::All);
        list.add(&[POLICIES, MEMBERS_VISIBILITY], Fields::All);
    }
    if groups.parent.is_some() {
        list.add(&[PARENT], Fields::All);
    }
    for key in &groups.sort {
        // The name of a field can have a dot in it.
        list.add(&[&key.path], Fields::All);
        list.add(&key.path.split('.').collect::<Vec<_>>(), Fields::All);
    }
    list
}

fn remove(fields: &mut Fields, key: &str) {
    if let Fields::Only(keys) = fields {
        keys.remove(key);
    }
}
