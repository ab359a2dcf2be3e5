//! The order of the rooms: a file imports only from its own room and from those below it, and no files import each
//! other in a circle.

mod circle;
mod code;
mod imports;
mod tests;

use std::fs;
use std::path::Path;

use circle::shortest_circle;
use imports::{Import, Imports, Sources, imports_of};

/// The rooms, lowest first; those of one line do not import each other.
const ROOMS: [&[&str]; 47] = [
    &["crates/globus-loopback/"],
    &[
        "crates/globus-templates/src/clean.rs",
        "crates/globus-templates/src/eight_bytes.rs",
        "crates/globus-templates/src/nearest.rs",
        "crates/globus-templates/src/stops.rs",
    ],
    &["crates/globus-templates/src/value/"],
    &["crates/globus-templates/src/read/"],
    &["crates/globus-templates/src/handlebars/"],
    &["crates/globus-templates/src/format.rs"],
    &["crates/globus-templates/src/escape/"],
    &["crates/globus-templates/src/landing/"],
    &["crates/globus-templates/src/writer.rs"],
    &["crates/globus-templates/src/helpers/"],
    &["crates/globus-templates/src/program/"],
    &["crates/globus-templates/src/evaluate/"],
    &["crates/globus-templates/src/lib.rs"],
    &["src/diagnostic/"],
    &["src/error.rs"],
    &["src/problem.rs"],
    &["src/runtime.rs"],
    &["src/hash.rs"],
    &["src/fs/"],
    &["src/fs.rs"],
    &["src/state.rs"],
    &["src/terminal/"],
    &["src/process/"],
    &["src/globus/urls.rs"],
    &["src/globus/service.rs"],
    &["src/globus/service_name.rs"],
    &["src/globus/environment.rs"],
    &["src/globus/scope/"],
    &["src/globus/http/"],
    &["src/globus/tokens/"],
    &["src/globus/auth/"],
    &["src/globus/login/"],
    &["src/globus/api/"],
    &["src/globus/mod.rs"],
    &["src/catalog/"],
    &["src/profile/"],
    &["src/data/"],
    &["src/id_map/"],
    &["src/template/"],
    &["src/output/"],
    &["crates/globus-sandbox/"],
    &["src/run/"],
    &["src/preview/", "src/init/"],
    &["src/schedule/"],
    &["src/cli/", "src/fuzzing.rs"],
    &["src/lib.rs"],
    &["src/main.rs"],
];

#[test]
fn no_file_imports_in_a_circle() {
    let imports = imports();
    if let Some(circle) = shortest_circle(&imports) {
        panic!("these files import each other in a circle:\n{}", printed(&imports, &circle));
    }
}

#[test]
fn no_room_imports_from_one_above_it() {
    let imports = imports();
    let upward: Vec<Import> = imports.keys().filter(|import| is_upward(import)).cloned().collect();
    assert!(
        upward.is_empty(),
        "these imports lead to a room above, or beside:\n{}",
        printed(&imports, &upward)
    );
}

fn is_upward((from, to): &Import) -> bool {
    let (from, to) = (room_of(from), room_of(to));
    from != to && from.0 <= to.0
}

/// A file that no one declares is not compiled, and its tests do not run.
#[test]
fn every_file_of_tests_is_one() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for folder in ["tests", "interop"] {
        let main = fs::read_to_string(root.join(folder).join("main.rs")).unwrap();
        for entry in fs::read_dir(root.join(folder)).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            let declared = name
                .strip_suffix(".rs")
                .is_none_or(|name| name == "main" || main.lines().any(|line| line == format!("mod {name};")));
            assert!(declared, "{folder}/main.rs has no `mod` for {name}");
        }
    }
}

/// The line of a file's room, and its place there.
#[track_caller]
fn room_of(file: &str) -> (usize, usize) {
    let place = |(line, rooms): (usize, &&[&str])| {
        Some((line, rooms.iter().position(|room| file.starts_with(room))?))
    };
    let mut found = ROOMS.iter().enumerate().filter_map(place);
    found.next().unwrap_or_else(|| panic!("{file} is in no room: see ROOMS in {}", file!()))
}

fn printed(imports: &Imports, shown: &[Import]) -> String {
    let line = |import: &Import| {
        let names: Vec<&str> = imports[import].iter().map(String::as_str).collect();
        format!("    {} -> {} ({})", import.0, import.1, names.join(", "))
    };
    shown.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// The imports of the whole tree.
fn imports() -> Imports {
    let mut sources = Sources::new();
    for folder in
        ["src", "crates/globus-loopback/src", "crates/globus-sandbox/src", "crates/globus-templates/src"]
    {
        read(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), folder, &mut sources);
    }
    let roots = [
        ("globus_loopback", "crates/globus-loopback/src/lib.rs"),
        ("globus_sandbox", "crates/globus-sandbox/src/lib.rs"),
        ("globus_templates", "crates/globus-templates/src/lib.rs"),
        ("globus_runner", "src/lib.rs"),
        ("runner", "src/main.rs"),
    ];
    imports_of(&sources, &roots)
}

fn read(folder: &Path, name: &str, sources: &mut Sources) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("{name}/{}", path.file_name().unwrap().to_str().unwrap());
        if path.is_dir() {
            read(&path, &name, sources);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            sources.insert(name, fs::read_to_string(path).unwrap());
        }
    }
}
