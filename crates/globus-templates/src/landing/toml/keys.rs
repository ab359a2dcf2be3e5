//! What the statements of a TOML document say about its keys: none may say twice what a key is.

use std::collections::HashMap;

use toml::{Table, Value};

/// The keys so far. Of an array of tables only the last element is kept: nothing can be added to the others.
#[derive(Debug, Default)]
pub(super) struct Keys {
    root: Node,
    /// The table that the last header opened.
    header: Vec<String>,
}

#[derive(Debug, Default)]
struct Node {
    kind: Kind,
    children: HashMap<String, Node>,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A table that only a longer header names.
    #[default]
    Implicit,
    /// A table with a header.
    Header,
    /// A table that dotted keys made.
    Dotted,
    /// An array of tables.
    Array,
    /// Anything else: nothing can be added.
    Closed,
}

impl Keys {
    /// Takes a statement. The error is what is wrong with it.
    pub(super) fn statement(
        &mut self,
        text: &str,
        equals: Option<usize>,
        is_header: bool,
    ) -> Result<(), String> {
        let table = parse(text)?;
        let Some(key) = (if is_header { Some(text) } else { equals.and_then(|at| text.get(..at)) }) else {
            return Ok(());
        };
        if is_header {
            let is_array = key.trim_start().starts_with("[[");
            return self.header(path(&table), is_array);
        }
        // The path ends where the value begins, which can be a table, too.
        self.key(&path(&parse(&format!("{key}= 0"))?))
    }

    fn header(&mut self, path: Vec<String>, is_array: bool) -> Result<(), String> {
        let Some((last, before)) = path.split_last() else { return Ok(()) };
        let mut node = &mut self.root;
        for name in before {
            node = node.children.entry(name.clone()).or_default();
            if node.kind == Kind::Closed {
                return Err(twice(&path));
            }
        }
        let is_new = !node.children.contains_key(last);
        let node = node.children.entry(last.clone()).or_default();
        match node.kind {
            Kind::Implicit if !is_array => node.kind = Kind::Header,
            Kind::Implicit if is_new => node.kind = Kind::Array,
            Kind::Array if is_array => node.children.clear(),
            _ => return Err(twice(&path)),
        }
        self.header = path;
        Ok(())
    }

    fn key(&mut self, path: &[String]) -> Result<(), String> {
        let Some((last, before)) = path.split_last() else { return Ok(()) };
        let mut node = &mut self.root;
        for name in &self.header {
            node = node.children.entry(name.clone()).or_default();
        }
        for name in before {
            let is_new = !node.children.contains_key(name);
            node = node.children.entry(name.clone()).or_default();
            match node.kind {
                Kind::Implicit if is_new => node.kind = Kind::Dotted,
                Kind::Dotted | Kind::Implicit => {}
                Kind::Header | Kind::Array | Kind::Closed => return Err(twice(path)),
            }
        }
        let closed = Node { kind: Kind::Closed, children: HashMap::new() };
        match node.children.insert(last.clone(), closed) {
            None => Ok(()),
            Some(_) => Err(twice(path)),
        }
    }
}

fn parse(statement: &str) -> Result<Table, String> {
    statement.parse().map_err(|error: toml::de::Error| error.message().to_owned())
}

/// The names that lead to the only leaf of a table.
fn path(table: &Table) -> Vec<String> {
    let mut path = Vec::new();
    let mut table = table;
    while let Some((name, value)) = table.iter().next() {
        path.push(name.clone());
        table = match value {
            Value::Table(inner) => inner,
            _ => break,
        };
    }
    path
}

fn twice(path: &[String]) -> String {
    format!("the key `{}` is there twice", path.join("."))
}
