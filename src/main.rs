//! Arguments in, exit code out.

use std::process::ExitCode;

fn main() -> ExitCode {
    globus_runner::cli::main()
}
