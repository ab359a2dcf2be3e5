//! `tree`: groups in the order of a tree, each after its parent.
//!
//! It gives a flat list, not groups inside groups. A template loops over it with one `{{#each}}`, however deep the tree
//! is, so groups that are nested deeper than partials may be can't stop a run.

use std::collections::HashMap;

use super::call::{Call, CallError, shown, wrong};
use super::function::{Function, function};
use super::value::text;
use crate::value::{Object, Value};
use crate::writer::HelperOutput;

pub(super) const ALL: &[Function] = &[function("tree", "{{#each (tree LIST)}}", (1, 1), tree)];

/// How many levels `line` draws. Without a limit, the lines of a chain of groups would take the square of its length.
const MAX_DRAWN: usize = 50;

type Group = Object;

/// Every group of a list once, its children right after it, otherwise in the order of the list. A group whose
/// `parent_id` is not in the list is a root. Each group gets these keys:
///
/// - `depth`: how many groups are above it,
/// - `children`: how many groups are directly below it,
/// - `line`: the branches of the tree and its name, for plain text,
/// - `ends`: the ids of the groups above it that end with it, innermost first, to close what a template opened for
///   them,
/// - `cycle`: whether it is a root only because it is its own ancestor. A cycle is cut at its first group in the list.
fn tree(call: &Call<'_>) -> Result<HelperOutput, CallError> {
    let list = call.list(0)?;
    let mut groups = Vec::with_capacity(list.len());
    for element in list {
        match shown(element)? {
            Value::Object(group) => groups.push(group),
            other => return wrong(format!("the list holds {}, not only groups", other.type_name())),
        }
    }
    Ok(Value::from(Forest::of(&groups).described(&groups)).into())
}

/// Parents and children of groups, by their indices in the list, without cycles.
struct Forest {
    parents: Vec<Option<usize>>,
    children: Vec<Vec<usize>>,
    /// The groups whose parent was removed to cut a cycle.
    cut: Vec<bool>,
}

impl Forest {
    fn of(groups: &[&Group]) -> Self {
        let mut indices = HashMap::new();
        for (index, group) in groups.iter().enumerate() {
            if let Some(id) = group.get("id").and_then(Value::as_str) {
                indices.entry(id).or_insert(index);
            }
        }
        let parent = |group: &&Group| indices.get(group.get("parent_id")?.as_str()?).copied();
        let mut parents: Vec<Option<usize>> = groups.iter().map(parent).collect();
        let cut = cut_cycles(&mut parents);
        let mut children = vec![Vec::new(); groups.len()];
        for (index, parent) in parents.iter().enumerate() {
            if let Some(parent) = parent {
                children[*parent].push(index);
            }
        }
        Self { parents, children, cut }
    }

    /// The indices from top to bottom, each with its depth.
    fn walk(&self) -> Vec<(usize, usize)> {
        let roots = (0..self.parents.len()).rev().filter(|index| self.parents[*index].is_none());
        let mut waiting: Vec<(usize, usize)> = roots.map(|root| (root, 0)).collect();
        let mut walked = Vec::with_capacity(self.parents.len());
        while let Some((index, depth)) = waiting.pop() {
            walked.push((index, depth));
            waiting.extend(self.children[index].iter().rev().map(|child| (*child, depth + 1)));
        }
        walked
    }

    /// Whether a group is the last child of its parent.
    fn is_last(&self, index: usize) -> bool {
        self.parents[index].is_none_or(|parent| self.children[parent].last() == Some(&index))
    }

    fn described(&self, groups: &[&Group]) -> Vec<Value> {
        let walked = self.walk();
        // Most groups share it.
        let no_ends = Value::from(Vec::new());
        // For each level above, whether its branch continues below.
        let mut goes_on: Vec<bool> = Vec::new();
        let described = walked.iter().enumerate().map(|(at, &(index, depth))| {
            goes_on.truncate(depth.saturating_sub(1));
            if depth > 0 {
                goes_on.push(!self.is_last(index));
            }
            let group = groups[index];
            let name = group.get("name").and_then(text).unwrap_or_default();
            let next = walked.get(at + 1).map_or(0, |(_, depth)| *depth);
            let ends = depth.saturating_sub(next);
            let described = group.with_all([
                ("depth", depth.into()),
                ("children", self.children[index].len().into()),
                ("line", (branches(&goes_on) + &name).into()),
                (
                    "ends",
                    if ends == 0 { no_ends.clone() } else { self.above(index, groups).take(ends).collect() },
                ),
                ("cycle", self.cut[index].into()),
            ]);
            Value::Object(described)
        });
        described.collect()
    }

    /// The ids of the ancestors of a group, nearest first.
    fn above<'f>(&'f self, index: usize, groups: &'f [&Group]) -> impl Iterator<Item = Value> + 'f {
        let parents = std::iter::successors(self.parents[index], |index| self.parents[*index]);
        parents.map(|index| groups[index].get("id").cloned().unwrap_or_default())
    }
}

/// Removes the parent of the first group of each cycle. Returns for each group whether its parent was removed.
fn cut_cycles(parents: &mut [Option<usize>]) -> Vec<bool> {
    let mut cut = vec![false; parents.len()];
    // Which walk visited each group first.
    let mut walks: Vec<Option<usize>> = vec![None; parents.len()];
    for start in 0..parents.len() {
        let mut here = Some(start);
        while let Some(index) = here.filter(|index| walks[*index].is_none()) {
            walks[index] = Some(start);
            here = parents[index];
        }
        // The walk has met itself: a cycle.
        if let Some(met) = here.filter(|index| walks[*index] == Some(start)) {
            let around =
                std::iter::successors(parents[met], |index| parents[*index].filter(|_| *index != met));
            let first = around.min().unwrap_or(met);
            parents[first] = None;
            cut[first] = true;
        }
    }
    cut
}

/// The branches before the name of a group: for each level above it whether its branch continues, then its own.
fn branches(goes_on: &[bool]) -> String {
    let Some((own, above)) = goes_on[..goes_on.len().min(MAX_DRAWN)].split_last() else {
        return String::new();
    };
    let above = above.iter().map(|goes_on| if *goes_on { "│  " } else { "   " });
    above.chain([if *own { "├─ " } else { "└─ " }]).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::*;

    /// A group for each pair of an id and its parent, as a tree.
    fn tree(pairs: &[(&str, &str)]) -> Vec<Json> {
        let group = |(id, parent): &(&str, &str)| json!({ "id": id, "name": id, "parent_id": parent });
        let groups: Vec<Value> = pairs.iter().map(group).map(Value::from).collect();
        let groups: Vec<&Group> = groups.iter().map(|group| group.as_object().unwrap()).collect();
        Forest::of(&groups).described(&groups).into_iter().map(Json::from).collect()
    }

    fn lines(tree: &[Json]) -> Vec<&str> {
        tree.iter().map(|group| group["line"].as_str().unwrap()).collect()
    }

    #[test]
    fn what_is_below_a_group_comes_right_behind_it() {
        let tree =
            tree(&[("c", "b"), ("a", "unknown"), ("f", "e"), ("b", "a"), ("d", "a"), ("e", ""), ("g", "c")]);
        assert_eq!(lines(&tree), ["a", "├─ b", "│  └─ c", "│     └─ g", "└─ d", "e", "└─ f"]);
        let of = |key: &str| tree.iter().map(|group| group[key].clone()).collect::<Json>();
        assert_eq!(of("depth"), json!([0, 1, 2, 3, 1, 0, 1]));
        assert_eq!(of("children"), json!([2, 1, 1, 0, 0, 1, 0]));
        assert_eq!(of("ends"), json!([[], [], [], ["c", "b"], ["a"], [], ["e"]]));
        assert_eq!(of("cycle"), json!([false, false, false, false, false, false, false]));
    }

    #[test]
    fn a_cycle_is_cut_at_its_first_group_and_loses_none() {
        let tree = tree(&[("tail", "b"), ("self", "self"), ("b", "c"), ("a", "b"), ("c", "a"), ("a", "b")]);
        let expected = ["self", "b", "├─ tail", "├─ a", "│  └─ c", "└─ a"];
        assert_eq!(lines(&tree), expected);
        let cut: Vec<&Json> = tree.iter().filter(|group| group["cycle"] == true).collect();
        assert_eq!(cut.iter().map(|group| &group["id"]).collect::<Vec<_>>(), ["self", "b"]);
    }

    #[test]
    fn a_long_chain_is_fast_and_short() {
        let ids: Vec<String> = (0..20_000).map(|id: u32| id.to_string()).collect();
        let mut pairs: Vec<(&str, &str)> =
            ids.windows(2).map(|pair| (pair[1].as_str(), pair[0].as_str())).collect();
        pairs.push(("0", ids.last().unwrap()));
        let tree = tree(&pairs);
        assert_eq!(tree.len(), ids.len());
        assert!(tree.iter().all(|group| group["line"].as_str().unwrap().chars().count() < 200));
        assert_eq!(tree.last().unwrap()["ends"].as_array().unwrap().len(), ids.len() - 1);
        assert!(Forest::of(&[]).described(&[]).is_empty());
    }
}
