//! Virtual environments of Python, which `interop/venv.sh` makes.

use std::path::PathBuf;
use std::process::Command;

/// The Python of the environment with this name.
pub fn python(name: &str) -> PathBuf {
    let mut command = Command::new("interop/venv.sh");
    let made = command.arg(name).current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    String::from_utf8(made.stdout).unwrap().trim().into()
}
