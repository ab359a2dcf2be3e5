//! The binary `runner`.

use std::process::ExitCode;

fn main() -> ExitCode {
    globus_runner::main()
}
