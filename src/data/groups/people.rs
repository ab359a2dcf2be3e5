//! The people behind memberships, looked up once each and many at a time, while groups wait for them in order.

use std::collections::{HashMap, VecDeque};
use std::mem;

use uuid::Uuid;

use super::keys::{IDENTITY, MEMBERSHIPS};
use globus_templates::value::{Object, Value};

/// How many identities one request can ask for.
pub(super) const BATCH: usize = 100;
/// How many memberships may wait before no more groups are taken in. One group may have more.
const MOST_MEMBERSHIPS: usize = 10_000;
/// How many groups may wait.
const MOST_GROUPS: usize = 1_000;

/// What a membership gets from the identity, of which a template reads some.
pub(super) const FIELDS: [&str; 3] = ["name", "email", "organization"];

/// Groups that wait for the identities of their memberships, in order.
#[derive(Debug)]
pub(super) struct People {
    /// What is read of an identity.
    fields: Box<[&'static str]>,
    identities: HashMap<Uuid, Identity>,
    /// Not requested yet, in the order of the memberships.
    unrequested: Vec<Uuid>,
    groups: VecDeque<WaitingGroup>,
    /// How many memberships the groups have.
    memberships: usize,
}

#[derive(Debug)]
enum Identity {
    Unrequested,
    Requested,
    /// The values of the fields; `None` if the service does not show this identity.
    Known(Option<Box<[Value]>>),
}

#[derive(Debug)]
struct WaitingGroup {
    group: Object,
    /// The identities of this many memberships are known.
    known: usize,
}

impl WaitingGroup {
    fn memberships(&self) -> &[Value] {
        memberships(&self.group)
    }
}

impl People {
    /// Looks up these fields of each identity; none if nothing is looked up.
    pub(super) fn new(fields: &[&'static str]) -> Self {
        Self {
            fields: fields.into(),
            identities: HashMap::new(),
            unrequested: Vec::new(),
            groups: VecDeque::new(),
            memberships: 0,
        }
    }

    /// Takes in the next group.
    pub(super) fn push(&mut self, group: Object) {
        if !self.fields.is_empty() {
            for id in memberships(&group).iter().filter_map(identity_of) {
                self.identities.entry(id).or_insert_with(|| {
                    self.unrequested.push(id);
                    Identity::Unrequested
                });
            }
        }
        self.memberships += memberships(&group).len();
        self.groups.push_back(WaitingGroup { group, known: 0 });
    }

    /// Whether groups have to leave before more are taken in.
    pub(super) fn is_full(&self) -> bool {
        self.memberships >= MOST_MEMBERSHIPS || self.groups.len() >= MOST_GROUPS
    }

    pub(super) fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// The first group, if all its identities are known, with what is known of them.
    pub(super) fn pop(&mut self) -> Option<Object> {
        self.advance()?;
        let WaitingGroup { group, .. } = self.groups.pop_front()?;
        self.memberships -= memberships(&group).len();
        if self.fields.is_empty() || group.get(MEMBERSHIPS).and_then(Value::as_list).is_none() {
            return Some(group);
        }
        let joined: Value = memberships(&group).iter().map(|one| self.joined(one)).collect();
        Some(group.with(MEMBERSHIPS, joined))
    }

    /// The next identities to request: as many as one request can take, or all that are left at the end. Otherwise a part
    /// of that is requested only if half of the groups that may wait do, and the first one waits for it.
    pub(super) fn batch(&mut self, is_end: bool) -> Option<Vec<Uuid>> {
        let are_many = 2 * self.memberships >= MOST_MEMBERSHIPS || 2 * self.groups.len() >= MOST_GROUPS;
        let is_due = match self.unrequested.len() {
            0 => false,
            1..BATCH => is_end || are_many && self.first_waits_for_unrequested(),
            _ => true,
        };
        if !is_due {
            return None;
        }
        let rest = self.unrequested.split_off(self.unrequested.len().min(BATCH));
        let batch = mem::replace(&mut self.unrequested, rest);
        for id in &batch {
            self.identities.insert(*id, Identity::Requested);
        }
        Some(batch)
    }

    /// Takes in the response to a request for these identities.
    pub(super) fn learn(&mut self, batch: &[Uuid], found: &[Value]) {
        for id in batch {
            self.identities.insert(*id, Identity::Known(None));
        }
        for identity in found {
            let id = identity.get("id").and_then(Value::as_str).and_then(|id| Uuid::try_parse(id).ok());
            let Some(id) = id.filter(|id| batch.contains(id)) else { continue };
            let value = |field: &&str| identity.get(field).cloned().unwrap_or_default();
            let values = self.fields.iter().map(value).collect();
            self.identities.insert(id, Identity::Known(Some(values)));
        }
    }

    /// Goes on with the first group until it waits; `None` if it does, or there is none.
    fn advance(&mut self) -> Option<()> {
        let first = self.groups.front_mut()?;
        if self.fields.is_empty() {
            return Some(());
        }
        let mut known = first.known;
        let is_known = |one: &&Value| {
            identity_of(one).is_none_or(|id| matches!(self.identities.get(&id), Some(Identity::Known(_))))
        };
        known += first.memberships()[known..].iter().take_while(is_known).count();
        first.known = known;
        (known == first.memberships().len()).then_some(())
    }

    /// Whether the first group waits for an identity that is not requested.
    fn first_waits_for_unrequested(&mut self) -> bool {
        if self.advance().is_some() {
            return false;
        }
        let Some(first) = self.groups.front() else { return false };
        let awaited = first.memberships().get(first.known).and_then(identity_of);
        awaited.is_some_and(|id| matches!(self.identities.get(&id), Some(Identity::Unrequested)))
    }

    fn joined(&self, membership: &Value) -> Value {
        let Value::Object(membership) = membership else { return membership.clone() };
        let identity = membership.get(IDENTITY).and_then(id);
        let values = match identity.and_then(|id| self.identities.get(&id)) {
            Some(Identity::Known(Some(values))) => &**values,
            _ => &[],
        };
        let entries = self.fields.iter().enumerate();
        let joined = entries.fold(membership.clone(), |joined, (at, field)| {
            joined.with(field, values.get(at).cloned().unwrap_or_default())
        });
        joined.into()
    }
}

fn memberships(group: &Object) -> &[Value] {
    group.get(MEMBERSHIPS).and_then(Value::as_list).unwrap_or_default()
}

fn identity_of(membership: &Value) -> Option<Uuid> {
    membership.get(IDENTITY).and_then(id)
}

fn id(value: &Value) -> Option<Uuid> {
    Uuid::try_parse(value.as_str()?).ok()
}

#[cfg(test)]
mod tests {
    use std::ops::Range;

    use serde_json::json;

    use super::*;

    fn uuid(number: usize) -> String {
        Uuid::from_u128(number as u128).to_string()
    }

    /// A group whose members are the people with these numbers.
    fn group(people: impl IntoIterator<Item = usize>) -> Object {
        let memberships: Vec<_> = people.into_iter().map(|one| json!({ "identity_id": uuid(one) })).collect();
        let group = Value::from(json!({ "id": "1", "memberships": memberships }));
        group.as_object().unwrap().clone()
    }

    /// Answers a request: everybody has a name.
    fn answer(people: &mut People, batch: &[Uuid]) {
        let found = batch
            .iter()
            .map(|id| json!({ "id": id.to_string(), "name": format!("N{}", id.as_u128()) }).into());
        people.learn(batch, &found.collect::<Vec<_>>());
    }

    fn names(group: &Object) -> Vec<String> {
        memberships(group).iter().map(|one| one.get("name").unwrap().to_string()).collect()
    }

    /// The sizes of the requests for groups of these people.
    fn batches(groups: &[(usize, usize)]) -> Vec<usize> {
        let groups: Vec<Range<usize>> = groups.iter().map(|(first, end)| *first..*end).collect();
        let mut people = People::new(&["name"]);
        let mut sizes = Vec::new();
        let mut left = 0;
        let mut take = |people: &mut People, is_end| {
            while let Some(batch) = people.batch(is_end) {
                sizes.push(batch.len());
                answer(people, &batch);
            }
            while let Some(group) = people.pop() {
                assert_eq!(names(&group).len(), groups[left].len());
                assert!(
                    names(&group)
                        .iter()
                        .zip(groups[left].clone())
                        .all(|(name, one)| *name == format!("\"N{one}\""))
                );
                left += 1;
            }
        };
        for one in &groups {
            people.push(group(one.clone()));
            take(&mut people, false);
        }
        take(&mut people, true);
        assert!(people.is_empty() && left == groups.len());
        sizes
    }

    #[test]
    fn each_identity_is_requested_once_and_a_hundred_at_a_time() {
        assert_eq!(batches(&[]), [0; 0]);
        assert_eq!(batches(&[(0, 0), (0, 0)]), [0; 0]);
        assert_eq!(batches(&[(0, 0), (0, 1)]), [1]);
        assert_eq!(batches(&[(0, 100), (0, 1)]), [100]);
        assert_eq!(batches(&[(0, 101), (0, 1)]), [100, 1]);
        assert_eq!(batches(&[(0, 250), (0, 1)]), [100, 100, 50]);
        assert_eq!(batches(&[(0, 60), (40, 120), (0, 120), (119, 130)]), [100, 30]);
    }

    #[test]
    fn groups_wait_in_order_and_not_too_many() {
        let mut people = People::new(&["name"]);
        people.push(group([1, 2]));
        people.push(group([]));
        assert!(people.pop().is_none() && people.batch(false).is_none() && !people.is_full());
        // The second one has to wait for the first.
        for number in 2..MOST_GROUPS / 2 {
            assert!(people.batch(false).is_none(), "{number}");
            people.push(group([1]));
        }
        // The first would wait too long.
        let batch = people.batch(false).unwrap();
        assert_eq!(batch.len(), 2);
        for _ in MOST_GROUPS / 2..MOST_GROUPS {
            people.push(group([3]));
            // It does not wait for this one.
            assert!(people.batch(false).is_none());
        }
        assert!(people.is_full());
        answer(&mut people, &batch);
        let mut left = 0;
        while people.pop().is_some() {
            left += 1;
        }
        assert_eq!(left, MOST_GROUPS / 2);
        assert!(people.batch(true).is_some());
    }

    #[test]
    fn responses_may_come_in_any_order() {
        let mut people = People::new(&["name"]);
        people.push(group(0..250));
        people.push(group(200..260));
        let batches: Vec<_> = std::iter::from_fn(|| people.batch(true)).collect();
        for batch in batches.iter().rev() {
            assert!(people.pop().is_none());
            answer(&mut people, batch);
        }
        assert_eq!(names(&people.pop().unwrap()).len(), 250);
        assert_eq!(names(&people.pop().unwrap())[59], "\"N259\"");
        assert_eq!(people.memberships, 0);
    }

    #[test]
    fn an_identity_that_is_left_out_has_no_name() {
        let mut people = People::new(&["name", "email"]);
        let memberships = json!([
            { "identity_id": uuid(1), "role": "admin" },
            { "identity_id": uuid(2), "name": "of the service" },
            { "identity_id": "not an id" },
            {},
            7,
        ]);
        let value = Value::from(json!({ "memberships": memberships }));
        people.push(value.as_object().unwrap().clone());
        let batch = people.batch(true).unwrap();
        let found =
            json!([{ "id": uuid(1).to_uppercase(), "name": "One" }, { "id": uuid(9), "name": "Nine" }, 7]);
        people.learn(&batch, Value::from(found).as_list().unwrap());
        assert_eq!(
            Value::from(people.pop().unwrap()).to_string(),
            json!({ "memberships": [
                { "identity_id": uuid(1), "role": "admin", "name": "One", "email": null },
                { "identity_id": uuid(2), "name": null, "email": null },
                { "identity_id": "not an id", "name": null, "email": null },
                { "name": null, "email": null },
                7,
            ] })
            .to_string()
        );
    }

    #[test]
    fn without_fields_nothing_waits() {
        let mut people = People::new(&[]);
        people.push(group(0..3));
        assert!(people.batch(true).is_none());
        assert_eq!(Value::from(people.pop().unwrap()), Value::from(group(0..3)));
        let mut people = People::new(&["name"]);
        let hidden = Value::from(json!({ "memberships": null }));
        people.push(hidden.as_object().unwrap().clone());
        assert_eq!(Value::from(people.pop().unwrap()), hidden);
    }
}
