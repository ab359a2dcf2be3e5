//! Which groups are below another one, at any depth.

use std::collections::{HashMap, HashSet};

use globus_templates::value::Value;

use super::keys::{ID, PARENT};

/// The parents of groups, as far as they are known. A group is itself one of those below it.
#[derive(Debug)]
pub(super) struct Ancestry {
    root: Box<str>,
    /// By ID, in lower case; `None` is a group without a parent.
    parents: HashMap<Box<str>, Option<Box<str>>>,
    below: HashMap<Box<str>, bool>,
}

/// Where the way up from a group ends.
enum End {
    Root,
    Elsewhere,
    /// At a group whose parent is not known.
    Unknown(Box<str>),
}

impl Ancestry {
    /// The groups below this one, judged by what the list says. The error is the ID of a group that has no usable parent, and why.
    pub(super) fn new(root: &str, groups: &[Value]) -> Result<Self, (Box<str>, &'static str)> {
        let parent = |group| Ok((id_of(group), parent_of(group).map_err(|why| (id_of(group), why))?));
        let parents = groups.iter().map(parent).collect::<Result<_, _>>()?;
        Ok(Self { root: root.to_lowercase().into(), parents, below: HashMap::new() })
    }

    /// The groups on the way up from these whose own parent is not known, each once.
    pub(super) fn unknown(&mut self, groups: &[Value]) -> Vec<Box<str>> {
        let mut unknown = HashSet::new();
        let ends = groups.iter().map(|group| self.end(&id_of(group)));
        let found = ends.filter_map(|end| match end {
            End::Unknown(id) => Some(id),
            End::Root | End::Elsewhere => None,
        });
        found.filter(|id| unknown.insert(id.clone())).collect()
    }

    /// Says which parent a group has; with `None` the way up ends there.
    pub(super) fn learn(&mut self, id: Box<str>, parent: Option<Box<str>>) {
        self.parents.insert(id, parent);
    }

    pub(super) fn is_below(&mut self, group: &Value) -> bool {
        matches!(self.end(&id_of(group)), End::Root)
    }

    fn end(&mut self, id: &str) -> End {
        let mut way: HashSet<Box<str>> = HashSet::new();
        let mut at: Box<str> = id.into();
        let is_below = loop {
            if at == self.root {
                break true;
            }
            if let Some(is_below) = self.below.get(&at) {
                break *is_below;
            }
            let parent = match self.parents.get(&at) {
                None => return End::Unknown(at),
                Some(parent) => parent.clone(),
            };
            // A circle has no top.
            if !way.insert(at) {
                break false;
            }
            match parent {
                None => break false,
                Some(parent) => at = parent,
            }
        };
        self.below.extend(way.into_iter().map(|id| (id, is_below)));
        if is_below { End::Root } else { End::Elsewhere }
    }
}

pub(super) fn id_of(group: &Value) -> Box<str> {
    text(group, ID).unwrap_or_default()
}

/// The ID of the group above this one. The error says why it is none.
pub(super) fn parent_of(group: &Value) -> Result<Option<Box<str>>, &'static str> {
    match group.get(PARENT) {
        None => Err("it has no `parent_id`"),
        Some(Value::Null) => Ok(None),
        Some(_) => match text(group, PARENT).filter(|id| is_plain(id)) {
            Some(parent) => Ok(Some(parent)),
            None => Err("its `parent_id` is no UUID"),
        },
    }
}

/// Whether an ID can be a part of a path.
pub(super) fn is_plain(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

fn text(group: &Value, key: &str) -> Option<Box<str>> {
    group.get(key).and_then(Value::as_str).map(|text| text.to_lowercase().into())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Groups as `ID` or `ID<PARENT`.
    fn groups(written: &[&str]) -> Vec<Value> {
        let group = |text: &&str| {
            let (id, parent) = text.split_once('<').map_or((*text, None), |(id, parent)| (id, Some(parent)));
            json!({ "id": id, "parent_id": parent }).into()
        };
        written.iter().map(group).collect()
    }

    /// The IDs of the groups below `r`, and of those that were looked up for it.
    fn below(list: &[&str], others: &[&str]) -> (String, String) {
        let (list, others) = (groups(list), groups(others));
        let mut ancestry = Ancestry::new("R", &list).unwrap();
        let mut asked = String::new();
        loop {
            let unknown = ancestry.unknown(&list);
            if unknown.is_empty() {
                break;
            }
            for id in unknown {
                asked.push_str(&id);
                let other = others.iter().find(|group| id_of(group) == id);
                let parent = other.and_then(|group| parent_of(group).unwrap());
                ancestry.learn(id, parent);
            }
        }
        let found = list.iter().filter(|group| ancestry.is_below(group)).map(id_of);
        (found.collect(), asked)
    }

    #[test]
    fn a_group_is_below_another_at_any_depth() {
        for (list, others, expected, asked) in [
            (&["r", "a<r", "b<a", "c"][..], &[][..], "rab", ""),
            // Not my own group, and not looked up: it is the one in question.
            (&["a<r", "b<x"], &["x<r"], "ab", "x"),
            (&["a<x", "b<x", "c<y"], &["x<y", "y<z", "z<r"], "abc", "xyz"),
            (&["a<x", "b<y"], &["x<z", "y"], "", "xyz"),
            // One that may not be seen ends the way.
            (&["a<x"], &[], "", "x"),
            // The root has a parent of its own, which does not matter.
            (&["r<t", "a<r"], &["t"], "ra", ""),
            (&["a<b", "b<a", "c<c"], &[], "", ""),
            (&["a<x"], &["x<y", "y<x"], "", "xy"),
            (&["A<R"], &[], "a", ""),
            (&[], &[], "", ""),
        ] {
            assert_eq!(below(list, others), (expected.to_owned(), asked.to_owned()), "{list:?} {others:?}");
        }
    }

    #[test]
    fn a_deep_way_is_gone_once() {
        let chain: Vec<String> = (1..20_000).map(|at| format!("{at}<{}", at - 1)).collect();
        let chain: Vec<&str> = chain.iter().map(String::as_str).collect();
        let list = groups(&chain);
        let mut ancestry = Ancestry::new("0", &list).unwrap();
        assert!(ancestry.unknown(&list).is_empty());
        assert!(list.iter().rev().all(|group| ancestry.is_below(group)));
    }
}
