//! The check itself, on trees of a few lines.

use super::circle::shortest_circle;
use super::imports::{Imports, Sources, imports_of};
use super::is_upward;

/// The imports of a crate `krate`, and of a crate `other` if there is one.
fn read(files: &[(&str, &str)]) -> Imports {
    let sources: Sources = files.iter().map(|(file, text)| ((*file).into(), (*text).into())).collect();
    let mut roots = vec![("krate", "src/lib.rs")];
    if sources.contains_key("other/lib.rs") {
        roots.push(("other", "other/lib.rs"));
    }
    imports_of(&sources, &roots)
}

#[track_caller]
fn assert_imports(files: &[(&str, &str)], expected: &[&str]) {
    let imports = read(files).into_iter().map(|((from, to), names)| {
        format!("{from} -> {to} ({})", names.into_iter().collect::<Vec<_>>().join(", "))
    });
    assert_eq!(imports.collect::<Vec<_>>(), expected);
}

const ROOT: (&str, &str) = ("src/lib.rs", "mod a; mod b;");
const B: (&str, &str) = ("src/b.rs", "pub struct B; pub fn make() {} pub enum Kind { One }");

#[test]
fn a_use_is_an_import() {
    for import in [
        "use crate::b::B;",
        "use super::b::B;",
        "use crate::b; fn f() { let _: b::B; }",
        "use super::b::{self}; fn f() { let _: b::B; }",
        "use crate::b as other; fn f() { let _: other::B; }",
        "use crate::{b::{B}};",
        "use crate::b::B as Renamed;",
        "use crate::b::*; struct A(B);",
        "fn f() { use crate::b::B; }",
        "fn f(_: super::b::B) {}",
        "fn f(_: Vec<Option<crate::b::B>>) {}",
        "impl From<crate::b::B> for A { }",
        "mod inner { use super::super::b::B; }",
        "mod inner { use crate::b::B; }",
        "pub use crate::b::B;",
        "use self::inner::B; mod inner { pub use crate::b::B; }",
    ] {
        assert_imports(&[ROOT, ("src/a.rs", import), B], &["src/a.rs -> src/b.rs (B)"]);
    }
}

#[test]
fn what_a_definition_holds_leads_to_it() {
    for code in [
        "use crate::b::Kind::One;",
        "use crate::b::Kind::*;",
        "use crate::b::Kind; fn f() { Kind::One; }",
        "fn f() { crate::b::Kind::One; }",
    ] {
        assert_imports(&[ROOT, ("src/a.rs", code), B], &["src/a.rs -> src/b.rs (Kind)"]);
    }
}

#[test]
fn paths_in_macros_and_attributes_count() {
    for code in [
        "fn f() { println!(\"{}\", crate::b::make()); }",
        "fn f() { vec![vec![1, super::b::make()]]; }",
        "use crate::b; fn f() { assert!(x.y == b::make()); }",
        "use crate::b::*; fn f() { dbg!(make()); }",
        "struct A { #[arg(value_parser = crate::b::make)] x: u8 }",
        "struct A { #[serde(with = \"crate::b::make\")] x: u8 }",
        "#[derive(crate::b::make)] struct A;",
    ] {
        assert_imports(&[ROOT, ("src/a.rs", code), B], &["src/a.rs -> src/b.rs (make)"]);
    }
}

#[test]
fn a_re_export_leads_to_the_definition() {
    let files = |code| {
        [
            ("src/lib.rs", "mod a; mod room; pub use room::Deep;"),
            ("src/a.rs", code),
            (
                "src/room/mod.rs",
                "mod inner; mod side; pub use inner::{Deep, *}; pub use side::Side as Shown;",
            ),
            ("src/room/inner.rs", "pub struct Deep; pub const WIDE: u8 = 1;"),
            ("src/room/side.rs", "pub struct Side;"),
        ]
    };
    for code in ["use crate::Deep;", "use crate::room::Deep;", "use super::room; type A = room::Deep;"] {
        assert_imports(&files(code), &["src/a.rs -> src/room/inner.rs (Deep)"]);
    }
    assert_imports(&files("use crate::room::WIDE;"), &["src/a.rs -> src/room/inner.rs (WIDE)"]);
    assert_imports(&files("use crate::room::Shown;"), &["src/a.rs -> src/room/side.rs (Shown)"]);
}

#[test]
fn a_module_that_only_declares_and_re_exports_imports_nothing() {
    let room = |code| [("src/lib.rs", "pub mod room;"), ("src/room/mod.rs", code), ("src/room/b.rs", B.1)];
    assert_imports(&room("mod b; pub use b::B; pub(crate) use b::make;"), &[]);
    // It does where its own code uses what it re-exports, or what it imports for itself.
    let own = ["src/room/mod.rs -> src/room/b.rs (B)"];
    assert_imports(&room("mod b; pub use b::B; struct A(B);"), &own);
    assert_imports(&room("mod b; use b::B;"), &own);
    assert_imports(&room("mod b; struct A(b::B);"), &own);
}

#[test]
fn tests_strings_comments_and_other_crates_do_not_count() {
    for code in [
        "#[cfg(test)] mod tests { use crate::b::B; }",
        "#[cfg(test)] use crate::b::B;",
        "#[cfg(test)] impl A { fn f(_: crate::b::B) {} }",
        "#[test] fn f() { crate::b::make(); }",
        "/// [`crate::b::B`]\nfn f() -> &'static str { \"crate::b::B\" /* crate::b::B */ }",
        "use ::b::B; use std::b::B; fn f(_: serde::b::B) {}",
        "use crate::b;",
        "fn f(b: u8) { let B = b; x.b::<u8>(); println!(\"{b}\", x.b); }",
        "mod b { pub struct B; } use self::b::B;",
    ] {
        assert_imports(&[ROOT, ("src/a.rs", code), B], &[]);
    }
}

#[test]
fn another_crate_of_the_workspace_counts() {
    for code in ["use other::deep::Deep;", "use other::Deep;", "fn f() { other::Deep::new(); }"] {
        let files = [
            ("src/lib.rs", code),
            ("other/lib.rs", "pub mod deep; pub use deep::Deep;"),
            ("other/deep.rs", "pub struct Deep;"),
        ];
        assert_imports(&files, &["src/lib.rs -> other/deep.rs (Deep)"]);
    }
}

#[test]
#[should_panic(expected = "src/a.rs: crate::c::C")]
fn a_path_that_leads_nowhere_fails() {
    read(&[ROOT, ("src/a.rs", "use crate::c::C;"), B]);
}

#[test]
fn the_shortest_circle_is_found() {
    let files = [
        ("src/lib.rs", "mod a; mod b; mod c; mod d;"),
        ("src/a.rs", "use crate::b::B; pub struct A;"),
        ("src/b.rs", "use crate::c::C; pub struct B;"),
        ("src/c.rs", "use crate::{a::A, d::D}; pub struct C;"),
        ("src/d.rs", "use crate::c::C; pub struct D;"),
    ];
    let circle = shortest_circle(&read(&files)).unwrap();
    let [c, d] = ["src/c.rs", "src/d.rs"].map(str::to_owned);
    assert_eq!(circle, [(c.clone(), d.clone()), (d, c)]);
    assert_eq!(shortest_circle(&read(&[ROOT, ("src/a.rs", "use crate::b::B;"), B])), None);
}

#[test]
fn rooms_are_in_order() {
    let upward = |from: &str, to: &str| is_upward(&(from.to_owned(), to.to_owned()));
    assert!(upward("src/globus/auth/oauth.rs", "src/profile/model.rs"));
    assert!(upward("src/globus/login/mod.rs", "crates/globus-sandbox/src/lib.rs"));
    assert!(upward("src/init/files.rs", "src/preview/mod.rs"), "beside");
    assert!(upward("src/preview/mod.rs", "src/init/files.rs"), "beside");
    assert!(!upward("src/profile/model.rs", "src/globus/environment.rs"));
    assert!(!upward("src/profile/model.rs", "src/profile/mod.rs"));
}
