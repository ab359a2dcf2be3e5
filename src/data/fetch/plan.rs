//! Which sources are fetched for a template, and in which order.

use super::declared::DeclaredSource;
use super::node::{Node, ParentLink};
use crate::data::groups::GroupsSource;
use crate::data::history::ListHead;
use crate::data::row_kind::RowKind;
use crate::data::source_name::SourceName;
use crate::data::totals::Totals;
use crate::profile::{DataSource, Profile};
use globus_templates::value::Fields;

/// What is fetched for one template.
#[derive(Debug)]
pub struct Plan {
    /// The source whose rows go on one by one.
    pub(super) main: SourceName,
    main_kind: RowKind,
    /// The source, or its ancestor, whose rows have it.
    pub(super) main_root: Node,
    /// The other sources without a parent.
    pub(super) roots: Vec<Node>,
    /// The other lists that the template reads at their own place.
    pub(super) lists: Vec<SourceName>,
    /// How many rows of a source are completed at once.
    pub(super) at_once: usize,
}

impl Plan {
    /// What a template needs that reads these fields of the data. `main` is a source of the profile.
    #[must_use]
    pub fn of(profile: &Profile, read: &Fields, main: &SourceName) -> Self {
        let reading = Reading { profile, read, main };
        let groups = profile.has_groups().then(|| reading.groups()).flatten();
        let declared = profile.data.iter().filter(|source| source.path.parent.is_none());
        let declared = declared.filter_map(|source| reading.declared(source, None));
        let mut roots: Vec<Node> = groups.into_iter().chain(declared).collect();
        let at = roots.iter().position(|root| root.find(main).is_some());
        let main_root = match at {
            Some(at) => roots.remove(at),
            None => Node::root(Box::new(reading.groups_source(read)), Vec::new()),
        };
        let main_kind = main_root.find(main).unwrap_or(&main_root).source.kind().clone();
        let is_read = |name: &SourceName| *name != *main && reading.own(name).is_some();
        let declared = profile.data.iter().map(|source| SourceName::Declared(source.name.clone()));
        let names = profile.has_groups().then_some(SourceName::Groups).into_iter().chain(declared);
        Self {
            main: main.clone(),
            main_kind,
            main_root,
            roots,
            lists: names.filter(is_read).collect(),
            at_once: usize::try_from(profile.http.concurrency.get()).unwrap_or(1),
        }
    }

    /// The lists of a run as a record has them, the main one first.
    #[must_use]
    pub fn heads(&self) -> Vec<ListHead> {
        let roots = || std::iter::once(&self.main_root).chain(&self.roots);
        let names = std::iter::once(&self.main).chain(&self.lists);
        names.filter_map(|name| roots().find_map(|root| root.find(name)).map(head)).collect()
    }

    /// The rows of the main source.
    #[must_use]
    pub fn kind(&self) -> &RowKind {
        &self.main_kind
    }
}

fn head(node: &Node) -> ListHead {
    ListHead::of(node.source.kind(), node.children.iter().map(head).collect())
}

static NONE: Fields = Fields::NONE;

/// What a template reads of the lists of a profile.
struct Reading<'r> {
    profile: &'r Profile,
    read: &'r Fields,
    main: &'r SourceName,
}

impl<'r> Reading<'r> {
    /// What is read of a list at its own place; `None` if it is not.
    fn own(&self, name: &SourceName) -> Option<&'r Fields> {
        let fields = name.keys().into_iter().try_fold(self.read, Fields::of);
        match name {
            SourceName::Groups if fields.is_none() => self.read.of(Totals::NAME).map(|_| &NONE),
            _ => fields,
        }
    }

    fn groups_source(&self, data: &Fields) -> GroupsSource {
        GroupsSource::new(&self.profile.groups.clone().unwrap_or_default(), data)
    }

    fn groups(&self) -> Option<Node> {
        let read = self.own(&SourceName::Groups);
        let children = self.children(SourceName::Groups.name(), read);
        let is_needed = read.is_some() || *self.main == SourceName::Groups || !children.is_empty();
        is_needed.then(|| {
            let mut data = self.read.clone();
            for key in keys_for(&children) {
                let path: Vec<&str> =
                    std::iter::once(SourceName::Groups.name()).chain(key.split('.')).collect();
                data.add(&path, Fields::All);
            }
            Node::root(Box::new(self.groups_source(&data)), children)
        })
    }

    /// A list that is read at its own place, or in the rows of its parent, or whose children are needed. `in_parent` is what
    /// is read of it there.
    fn declared(&self, source: &DataSource, in_parent: Option<&Fields>) -> Option<Node> {
        let name = SourceName::Declared(source.name.clone());
        let mut read = self.own(&name).cloned();
        if let Some(in_parent) = in_parent {
            read.get_or_insert(Fields::NONE).merge(in_parent.clone());
        }
        let children = self.children(&source.name, read.as_ref());
        if read.is_none() && children.is_empty() && *self.main != name {
            return None;
        }
        let mut needed = read.unwrap_or(Fields::NONE);
        for key in keys_for(&children) {
            let path: Vec<&str> = key.split('.').collect();
            needed.add(&path, Fields::All);
        }
        let link = source.path.parent.is_some().then(|| ParentLink {
            path: source.path.clone(),
            include: source.include_from_parent.clone(),
            skipped: source.skipped.clone(),
        });
        Some(Node { source: Box::new(DeclaredSource::new(source, needed)), link, children })
    }

    fn children(&self, parent: &str, read: Option<&Fields>) -> Vec<Node> {
        let children = self.profile.data.iter().filter(|child| child.path.parent.as_deref() == Some(parent));
        children
            .filter_map(|child| self.declared(child, read.and_then(|read| read.of(&child.name))))
            .collect()
    }
}

/// The keys of a row that its children need, as dotted paths.
fn keys_for(children: &[Node]) -> Vec<&str> {
    let links = children.iter().filter_map(|child| child.link.as_ref());
    links.flat_map(|link| link.path.keys().chain(link.include.iter().map(String::as_str))).collect()
}
