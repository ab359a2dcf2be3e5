//! The numbers of all users, or of all groups.

use std::collections::{BTreeMap, HashMap};

use uuid::Uuid;

use crate::profile::NumberRange;

/// Numbers that mean "root", "nobody" and "no such user" to programs.
const UNFIT: [u32; 4] = [0, 65_534, 65_535, u32::MAX];

/// Who has which number. None is ever taken back.
#[derive(Debug, Clone, Default)]
pub(super) struct Numbers {
    owners: BTreeMap<u32, Uuid>,
    of: HashMap<Uuid, u32>,
    /// Every number of the range below it is taken.
    next: u32,
}

/// No number of the range is left.
#[derive(Debug)]
pub(super) struct Exhausted;

impl Numbers {
    /// Adds what the file has. Fails if the owner or the number is there already, or the number is for no
    /// owner.
    pub(super) fn insert(&mut self, owner: Uuid, number: u32) -> Result<(), String> {
        if UNFIT.contains(&number) {
            return Err(format!("`{owner}` has {number}, which is the number of root or of no account"));
        }
        if let Some(other) = self.of.insert(owner, number) {
            return Err(format!("`{owner}` has two numbers, {other} and {number}"));
        }
        match self.owners.insert(number, owner) {
            Some(other) => Err(format!("`{other}` and `{owner}` have one number, {number}")),
            None => Ok(()),
        }
    }

    /// The number of an owner, which gets the lowest one that was never given if it has none.
    pub(super) fn of(&mut self, owner: Uuid, range: NumberRange) -> Result<u32, Exhausted> {
        if let Some(number) = self.of.get(&owner) {
            return Ok(*number);
        }
        let NumberRange { min, max } = range;
        let free = |number: &u32| !self.owners.contains_key(number) && !UNFIT.contains(number);
        let number = (self.next.max(min)..=max).find(free).ok_or(Exhausted)?;
        self.owners.insert(number, owner);
        self.of.insert(owner, number);
        self.next = number.saturating_add(1);
        Ok(number)
    }

    /// In the order of the numbers.
    pub(super) fn iter(&self) -> impl ExactSizeIterator<Item = (u32, Uuid)> {
        self.owners.iter().map(|(number, owner)| (*number, *owner))
    }

    pub(super) fn len(&self) -> usize {
        self.owners.len()
    }

    /// The numbers of both; `None` if they contradict each other.
    pub(super) fn merged(&self, other: &Self) -> Option<Self> {
        let mut merged = self.clone();
        for (number, owner) in other.iter() {
            match (merged.owners.get(&number), merged.of.get(&owner)) {
                (Some(known), _) if *known == owner => {}
                (None, None) => merged.insert(owner, number).ok()?,
                _ => return None,
            }
        }
        Some(merged)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RANGE: NumberRange = NumberRange { min: 65_533, max: 65_537 };

    fn owner(number: u128) -> Uuid {
        Uuid::from_u128(number)
    }

    #[test]
    fn a_number_is_given_once_and_kept() {
        let mut numbers = Numbers::default();
        numbers.insert(owner(1), 65_536).unwrap();
        numbers.insert(owner(2), 7).unwrap();
        let given: Vec<_> = (1..=4).map(|id| numbers.of(owner(id), RANGE).ok()).collect();
        assert_eq!(given, [Some(65_536), Some(7), Some(65_533), Some(65_537)]);
        assert!(numbers.of(owner(5), RANGE).is_err());
        assert_eq!(numbers.of(owner(3), RANGE).ok(), Some(65_533));
        assert!(UNFIT.iter().all(|number| numbers.insert(owner(6), *number).is_err()));
        assert!(numbers.insert(owner(6), 7).is_err() && numbers.clone().insert(owner(1), 8).is_err());
    }

    #[test]
    fn two_runs_agree_or_are_told_apart() {
        let numbers = |pairs: &[(u128, u32)]| {
            let mut numbers = Numbers::default();
            for (id, number) in pairs {
                numbers.insert(owner(*id), *number).unwrap();
            }
            numbers
        };
        let one = numbers(&[(1, 10), (2, 11)]);
        for (other, agrees) in [
            (numbers(&[(1, 10), (2, 11)]), true),
            (numbers(&[(2, 11), (3, 12)]), true),
            (numbers(&[(3, 11)]), false),
            (numbers(&[(2, 12)]), false),
        ] {
            assert_eq!(one.merged(&other).is_some(), agrees, "{other:?}");
        }
    }
}
