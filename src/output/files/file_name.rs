//! What a name in the output folder may be.

use crate::fs::shortened;

/// What the files of this program in an output folder begin with.
pub(super) const OWN: &str = ".globus-runner-";

/// A longer name of a profile is shortened in the names of its files: they have more to hold.
const LONGEST_PROFILE: usize = 200;

/// What the files of the profile of this name begin with.
pub(super) fn own_prefix(profile: &str) -> String {
    format!("{OWN}{}", shortened(profile, LONGEST_PROFILE))
}

/// The longest name of a file on most file systems, in bytes.
const LONGEST: usize = 255;

/// Why this path, which begins in the output folder, can't be that of an output.
pub(super) fn check(name: &str) -> Result<(), String> {
    if let Some(control) = name.chars().find(|c| c.is_control()) {
        return Err(format!("it would have a control character, U+{:04X}", u32::from(control)));
    }
    for part in name.split('/') {
        match part {
            "" => return Err("a part of its path would be empty".to_owned()),
            "." | ".." => return Err(format!("`{part}` in its path would lead elsewhere")),
            own if own.starts_with(OWN) => return Err(format!("names that begin with `{OWN}` are reserved")),
            long if long.len() > LONGEST => {
                return Err(format!("its name would have {} bytes, and {LONGEST} are possible", long.len()));
            }
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn no_name_leads_out_of_the_folder() {
        for good in ["a", "a/b", "a b.txt", ".a", "é/ü", "...", &"x".repeat(255)] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        for bad in [
            "",
            ".",
            "..",
            "/a",
            "a/",
            "a//b",
            "a/../b",
            "../a",
            "a/.",
            "a\0b",
            "a\nb",
            ".globus-runner-p.json",
        ] {
            assert!(check(bad).is_err(), "{bad:?}");
        }
        assert!(check(&"x".repeat(256)).is_err());
        assert!(check(&"é".repeat(128)).is_err());
    }
}
