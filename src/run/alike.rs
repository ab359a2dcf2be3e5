//! What belongs together.

/// These in lists of those that are alike, in the order of the first ones.
pub(super) fn alike<T>(all: impl IntoIterator<Item = T>, are_alike: impl Fn(&T, &T) -> bool) -> Vec<Vec<T>> {
    let mut lists: Vec<Vec<T>> = Vec::new();
    for one in all {
        match lists.iter_mut().find(|list| list.first().is_some_and(|first| are_alike(first, &one))) {
            Some(list) => list.push(one),
            None => lists.push(vec![one]),
        }
    }
    lists
}
