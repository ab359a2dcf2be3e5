//! Visiting a tree.

use super::tree::Node;

/// Visits each node, and then what is inside it.
pub fn each<'t>(body: &'t [Node], visit: &mut impl FnMut(&'t Node)) {
    for node in body {
        visit(node);
        match node {
            Node::Text(..) | Node::Output(_) => {}
            Node::Block(block) => {
                each(&block.body, visit);
                each(block.inverse.as_deref().unwrap_or_default(), visit);
            }
            Node::Partial(partial) => each(partial.body.as_deref().unwrap_or_default(), visit),
            Node::Inline(inline) => each(&inline.body, visit),
        }
    }
}
