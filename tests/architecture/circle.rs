//! Circles in a graph of imports.

use std::collections::{BTreeMap, VecDeque};

use super::imports::{Import, Imports};

/// The imports of a shortest circle, in order.
pub fn shortest_circle(imports: &Imports) -> Option<Vec<Import>> {
    let mut targets = BTreeMap::<&str, Vec<&str>>::new();
    for (from, to) in imports.keys() {
        targets.entry(from).or_default().push(to);
    }
    let circles = targets.keys().filter_map(|start| circle_from(start, &targets));
    circles.min_by_key(Vec::len)
}

/// A shortest way from a file back to itself.
fn circle_from(start: &str, targets: &BTreeMap<&str, Vec<&str>>) -> Option<Vec<Import>> {
    let mut came_from = BTreeMap::<&str, &str>::new();
    let mut queue = VecDeque::from([start]);
    while let Some(file) = queue.pop_front() {
        for target in targets.get(file).into_iter().flatten() {
            if came_from.contains_key(target) {
                continue;
            }
            came_from.insert(target, file);
            if *target == start {
                return Some(way_to(start, &came_from));
            }
            queue.push_back(target);
        }
    }
    None
}

fn way_to(start: &str, came_from: &BTreeMap<&str, &str>) -> Vec<Import> {
    let mut way = Vec::new();
    let mut file = start;
    loop {
        let before = came_from[file];
        way.push((before.to_owned(), file.to_owned()));
        file = before;
        if file == start {
            way.reverse();
            return way;
        }
    }
}
