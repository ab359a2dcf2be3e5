//! What happens to which system call.

use std::collections::BTreeMap;
use std::fmt::{self, Display};

/// This happens to the call of this name with this number, of those of its thread.
#[derive(Debug, Clone)]
pub struct Case {
    pub call: String,
    pub number: usize,
    pub injection: Injection,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Injection {
    /// The process is killed before the call.
    Kill,
    /// The call does nothing, and fails with this error.
    Error(&'static str),
}

/// The calls that change something or read what is there, with the errors that they can fail with.
const FAILURES: [(&[&str], &[&str]); 4] = [
    (&["write", "pwrite64", "writev", "openat", "open"], &["ENOSPC", "EIO", "EINTR"]),
    (&["fsync", "fdatasync", "fallocate", "ftruncate"], &["ENOSPC", "EIO", "EINTR"]),
    (&["rename", "renameat", "renameat2", "link", "linkat", "mkdir", "mkdirat"], &["ENOSPC", "EIO"]),
    (
        &["read", "pread64", "fchmod", "chmod", "flock", "fcntl", "unlink", "unlinkat", "statx"],
        &["EIO", "EINTR"],
    ),
];

/// The kernel starts these again itself, and `fcntl` and the like are not interrupted as they are used here.
const NEVER_INTERRUPTED: [&str; 6] = ["fchmod", "chmod", "fcntl", "unlink", "unlinkat", "statx"];

impl Case {
    /// A kill at each call.
    pub fn kills(calls: &BTreeMap<String, usize>) -> Vec<Self> {
        each(calls).map(|(call, number)| Self { call, number, injection: Injection::Kill }).collect()
    }

    /// Each error of each call.
    pub fn failures(calls: &BTreeMap<String, usize>) -> Vec<Self> {
        let mut cases = Vec::new();
        for (call, number) in each(calls) {
            let Some((_, errors)) = FAILURES.iter().find(|(names, _)| names.contains(&call.as_str())) else {
                continue;
            };
            for error in *errors {
                if *error == "EINTR" && NEVER_INTERRUPTED.contains(&call.as_str()) {
                    continue;
                }
                cases.push(Self { call: call.clone(), number, injection: Injection::Error(error) });
            }
        }
        cases
    }

    /// For `strace --inject`.
    pub fn expression(&self) -> String {
        let what = match self.injection {
            Injection::Kill => "signal=KILL".to_owned(),
            Injection::Error(error) => format!("error={error}"),
        };
        format!("{}:{what}:when={}", self.call, self.number)
    }
}

fn each(calls: &BTreeMap<String, usize>) -> impl Iterator<Item = (String, usize)> {
    calls.iter().flat_map(|(call, count)| (1..=*count).map(|number| (call.clone(), number)))
}

impl Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.expression())
    }
}
