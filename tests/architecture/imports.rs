//! Which file imports which, read from the source of a crate and resolved to the file that defines each name.
//!
//! A `use` and every path in the code count, those in macro calls and attributes too. A path through a re-export
//! leads to the file with the definition. What is compiled for tests only does not count, and neither do a module
//! that another declares, nor a re-export from a module's own folder.

use std::collections::{BTreeMap, BTreeSet};

use syn::Item;
use syn::visit::Visit;

use super::code::{Code, attributes, is_for_tests, name_of};

/// Text of source files, by path.
pub type Sources = BTreeMap<String, String>;

/// From this file, to that file.
pub type Import = (String, String);

/// The imports between files, with the names they are for.
pub type Imports = BTreeMap<Import, BTreeSet<String>>;

/// Reads the crates with these names and root files.
#[track_caller]
pub fn imports_of(sources: &Sources, roots: &[(&str, &str)]) -> Imports {
    let mut tree = Tree { sources, modules: Vec::new(), roots: BTreeMap::new() };
    for (name, file) in roots {
        let root = tree.read_file(file, folder_of(file), None);
        tree.roots.insert((*name).to_owned(), root);
    }
    tree.imports()
}

struct Tree<'s> {
    sources: &'s Sources,
    modules: Vec<Module>,
    /// The root module of each crate.
    roots: BTreeMap<String, usize>,
}

struct Module {
    file: String,
    /// The folder of its submodules, with a slash at the end.
    folder: String,
    parent: Option<usize>,
    names: BTreeMap<String, Vec<Name>>,
    globs: Vec<Vec<String>>,
    code: Code,
}

#[derive(Clone)]
enum Name {
    Module(usize),
    Definition,
    Import(Vec<String>),
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Target {
    Module(usize),
    /// The file of a definition.
    Definition(String),
}

impl Tree<'_> {
    #[track_caller]
    fn read_file(&mut self, file: &str, folder: String, parent: Option<usize>) -> usize {
        let text = self.sources.get(file).unwrap_or_else(|| panic!("{file} is missing"));
        let parsed = syn::parse_file(text).unwrap_or_else(|error| panic!("{file}: {error}"));
        self.read_module(file, folder, parent, &parsed.items)
    }

    fn read_module(&mut self, file: &str, folder: String, parent: Option<usize>, items: &[Item]) -> usize {
        let mut code = Code::default();
        for item in items {
            code.visit_item(item);
        }
        let mut names = BTreeMap::<String, Vec<Name>>::new();
        let mut globs = Vec::new();
        for import in &code.uses {
            match &import.name {
                Some(name) => {
                    names.entry(name.clone()).or_default().push(Name::Import(import.path.clone()));
                }
                None => globs.push(import.path.clone()),
            }
        }
        let index = self.modules.len();
        self.modules.push(Module { file: file.to_owned(), folder, parent, names, globs, code });
        for item in items.iter().filter(|item| !is_for_tests(attributes(item))) {
            let Some(name) = name_of(item) else { continue };
            let defined = match item {
                Item::Mod(module) => Name::Module(self.read_submodule(index, &name, module)),
                _ => Name::Definition,
            };
            self.modules[index].names.entry(name).or_default().push(defined);
        }
        index
    }

    fn read_submodule(&mut self, parent: usize, name: &str, module: &syn::ItemMod) -> usize {
        let Module { file, folder, .. } = &self.modules[parent];
        let (file, base) = (file.clone(), format!("{folder}{name}"));
        let folder = format!("{base}/");
        if let Some((_, items)) = &module.content {
            return self.read_module(&file, folder, Some(parent), items);
        }
        let files = [format!("{base}.rs"), format!("{folder}mod.rs")];
        let found = files.iter().find(|file| self.sources.contains_key(*file));
        let found = found.unwrap_or_else(|| panic!("{file} declares {name}, which has no file"));
        self.read_file(found, folder, Some(parent))
    }

    #[track_caller]
    fn imports(&self) -> Imports {
        let mut imports = Imports::new();
        let mut unresolved = Vec::new();
        for (index, module) in self.modules.iter().enumerate() {
            let mut add = |path: &[String], counts: &dyn Fn(&str) -> bool| {
                let targets = self.resolve(index, path, &mut BTreeSet::new());
                if targets.is_empty() && ["crate", "super", "self"].contains(&path[0].as_str()) {
                    unresolved.push(format!("{}: {}", module.file, path.join("::")));
                }
                for target in targets {
                    if let Target::Definition(file) = target
                        && file != module.file
                        && counts(&file)
                    {
                        let name = self.name_in(index, path);
                        imports.entry((module.file.clone(), file)).or_default().insert(name);
                    }
                }
            };
            for import in &module.code.uses {
                add(&import.path, &|file| import.is_private || !file.starts_with(&module.folder));
            }
            for path in &module.code.paths {
                add(path, &|_| true);
            }
        }
        assert!(unresolved.is_empty(), "these paths lead nowhere: {unresolved:#?}");
        imports
    }

    /// The first name of a path that is not a module.
    fn name_in(&self, module: usize, path: &[String]) -> String {
        let is_module = |length: usize| {
            let targets = self.resolve(module, &path[..length], &mut BTreeSet::new());
            targets.iter().all(|target| matches!(target, Target::Module(_)))
        };
        let length = (1..path.len()).find(|length| !is_module(*length)).unwrap_or(path.len());
        path[length - 1].clone()
    }

    /// What a path means in a module; nothing if it leads out of the crates that are read.
    fn resolve(
        &self,
        module: usize,
        path: &[String],
        seen: &mut BTreeSet<(usize, String)>,
    ) -> BTreeSet<Target> {
        let mut found = match self.keyword(module, &path[0]) {
            Some(module) => BTreeSet::from([Target::Module(module)]),
            None => self.lookup(module, &path[0], seen),
        };
        if found.is_empty() {
            found.extend(self.roots.get(&path[0]).copied().map(Target::Module));
        }
        for name in &path[1..] {
            let step = |target| match target {
                Target::Module(module) => match self.keyword(module, name) {
                    Some(module) => BTreeSet::from([Target::Module(module)]),
                    None => self.lookup(module, name, seen),
                },
                // A variant, or something associated with a type.
                definition @ Target::Definition(_) => BTreeSet::from([definition]),
            };
            found = found.into_iter().flat_map(step).collect();
        }
        found
    }

    fn keyword(&self, module: usize, name: &str) -> Option<usize> {
        match name {
            "self" => Some(module),
            "super" => self.modules[module].parent,
            "crate" => std::iter::successors(Some(module), |module| self.modules[*module].parent).last(),
            _ => None,
        }
    }

    fn lookup(&self, module: usize, name: &str, seen: &mut BTreeSet<(usize, String)>) -> BTreeSet<Target> {
        if !seen.insert((module, name.to_owned())) {
            return BTreeSet::new();
        }
        let Module { file, names, globs, .. } = &self.modules[module];
        let mut found = BTreeSet::new();
        for name in names.get(name).into_iter().flatten() {
            match name {
                Name::Module(module) => {
                    found.insert(Target::Module(*module));
                }
                Name::Definition => {
                    found.insert(Target::Definition(file.clone()));
                }
                Name::Import(path) => found.extend(self.resolve(module, path, seen)),
            }
        }
        if found.is_empty() {
            for glob in globs {
                for target in self.resolve(module, glob, seen) {
                    if let Target::Module(module) = target {
                        found.extend(self.lookup(module, name, seen));
                    }
                }
            }
        }
        seen.remove(&(module, name.to_owned()));
        found
    }
}

/// `src/` of `src/lib.rs`.
fn folder_of(file: &str) -> String {
    file[..=file.rfind('/').unwrap()].to_owned()
}
