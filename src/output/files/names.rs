//! The names of the files of an output, no two of which may be in each other's way.

use std::collections::HashSet;
use std::sync::Arc;

use super::file_name;
use super::inside::folders_of;

/// Paths in the output folder.
#[derive(Debug, Default)]
pub struct Names {
    names: HashSet<Arc<str>>,
    /// The folders that the names need.
    folders: HashSet<Arc<str>>,
}

impl Names {
    /// Adds the path of a file. Fails with the reason if that can't be its path.
    pub fn add(&mut self, name: &str) -> Result<Arc<str>, String> {
        file_name::check(name)?;
        let name: Arc<str> = name.into();
        if !self.names.insert(Arc::clone(&name)) {
            return Err(format!("another row has the file `{name}`, too"));
        }
        self.folders.extend(folders_of(&name).map(Arc::from));
        let is_file = |folder: &&str| self.names.contains(*folder);
        let both = folders_of(&name).find(is_file).or(self.folders.contains(&name).then_some(&name));
        match both {
            Some(both) => Err(format!("`{both}` would be a file, and the folder of another one")),
            None => Ok(name),
        }
    }

    pub(super) fn clear(&mut self) {
        self.names.clear();
        self.folders.clear();
    }

    pub(super) fn len(&self) -> usize {
        self.names.len()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Arc<str>> {
        self.names.iter()
    }

    pub(super) fn into_set(self) -> HashSet<Arc<str>> {
        self.names
    }
}
