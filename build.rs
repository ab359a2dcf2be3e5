//! Leaves tables that nothing reads out of the released program: a tenth of it.

use std::path::Path;
use std::{env, fs};

/// A release build does not unwind (`panic = "abort"`), but the compiler makes the tables for it on this target, and so does
/// the standard library, which is compiled already. No flag of a profile leaves them out.
const WITHOUT_UNWIND_TABLES: &str =
    "SECTIONS { /DISCARD/ : { *(.eh_frame) *(.eh_frame_hdr) *(.gcc_except_table*) } } INSERT AFTER .text;\n";

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if is("PROFILE", "release")
        && is("CARGO_CFG_TARGET_OS", "linux")
        && is("CARGO_CFG_TARGET_ENV", "gnu")
        && has_usual_linker()
        && !has_static_libgcc()
        && let Some(folder) = env::var_os("OUT_DIR")
    {
        let script = Path::new(&folder).join("without-unwind-tables.ld");
        // Without the script the program is larger, and works the same.
        if fs::write(&script, WITHOUT_UNWIND_TABLES).is_ok() {
            println!("cargo::rustc-link-arg-bins=-Wl,-T,{}", script.display());
        }
    }
}

/// Whether the linker is that of the compiler, LLD or GNU ld: both know such scripts, and others may not.
fn has_usual_linker() -> bool {
    let flags = env::var("CARGO_ENCODED_RUSTFLAGS").unwrap_or_default();
    env::var_os("RUSTC_LINKER").is_none() && !flags.contains("link")
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
