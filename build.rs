//! Links the released program as the files in `link` say: a tenth smaller, with less of it in memory, and started sooner.

use std::env;
use std::path::Path;

const LAYOUT: &str = "link/layout.ld";
const NO_UNWIND: &str = "link/no_unwind.c";

fn main() {
    for file in ["build.rs", LAYOUT, NO_UNWIND] {
        println!("cargo::rerun-if-changed={file}");
    }
    if is("PROFILE", "release")
        // Who debugs a program wants to see its stack.
        && is("DEBUG", "false")
        && is("CARGO_CFG_TARGET_OS", "linux")
        && is("CARGO_CFG_TARGET_ENV", "gnu")
        && has_usual_linker()
        && !has_static_libgcc()
        && let Some(package) = env::var_os("CARGO_MANIFEST_DIR")
    {
        println!("cargo::rustc-link-arg-bins=-T{}", Path::new(&package).join(LAYOUT).display());
        // Only for the program: tests and benchmarks unwind. Where it can't be compiled, or the linker is GNU ld, which has
        // seen libgcc_s before, that is loaded as well.
        let mut compiler = cc::Build::new();
        compiler.file(NO_UNWIND).cargo_metadata(false).cargo_warnings(false);
        for object in compiler.try_compile_intermediates().unwrap_or_default() {
            println!("cargo::rustc-link-arg-bins={}", object.display());
        }
    }
}

/// Whether the linker is that of the compiler, LLD or GNU ld: both know such scripts, and others may not.
fn has_usual_linker() -> bool {
    let flags = env::var("CARGO_ENCODED_RUSTFLAGS").unwrap_or_default();
    let mut flags =
        flags.split('\x1f').map(|flag| flag.trim_start_matches("--codegen=").trim_start_matches("-C"));
    // `mold -run` takes the place of any linker.
    env::var_os("RUSTC_LINKER").is_none()
        && env::var_os("MOLD_PATH").is_none()
        && !flags.any(|flag| flag.starts_with("link"))
}

/// Whether libgcc is linked statically. It aborts without its own tables when a backtrace is taken (`RUST_BACKTRACE=1`); the
/// shared one ends the backtrace.
fn has_static_libgcc() -> bool {
    env::var("CARGO_CFG_TARGET_FEATURE")
        .is_ok_and(|features| features.split(',').any(|one| one == "crt-static"))
}

fn is(variable: &str, value: &str) -> bool {
    env::var(variable).is_ok_and(|found| found == value)
}
