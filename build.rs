//! Packs the relocations of the program, where the C library can read that.
//!
//! 15,000 addresses are written into the program as it starts. Packed, their table has 10 KB instead of 440, which each run
//! would read. A program that has one does not start with a glibc before 2.36, so it is made only where glibc is that new.

use std::{env, fs};

/// The headers of glibc, which a C compiler needs.
const FEATURES: &str = "/usr/include/features.h";
/// The first glibc that reads packed relocations.
const GLIBC: (u32, u32) = (2, 36);

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let is_native = env::var_os("HOST") == env::var_os("TARGET");
    if is_native && is_gnu_linux() && glibc().is_some_and(|version| version >= GLIBC) {
        // A linker that does not know it warns, and links as usual.
        println!("cargo::rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
}

fn is_gnu_linux() -> bool {
    let is = |variable, value| env::var(variable).is_ok_and(|found| found == value);
    is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu")
}

/// The version that is linked.
fn glibc() -> Option<(u32, u32)> {
    let header = fs::read_to_string(FEATURES).ok()?;
    let number = |name| {
        let mut words =
            header.lines().filter_map(|line| line.strip_prefix("#define")?.trim_start().strip_prefix(name));
        words.find_map(|rest| rest.trim().parse().ok())
    };
    Some((number("__GLIBC__")?, number("__GLIBC_MINOR__")?))
}
