//! Where profiles and templates are found by name.
//!
//! A name is looked up in each folder of `$RUNNER_PROFILE_PATH`, the user's configuration directory,
//! `/etc/globus-runner`, and among the files inside the binary. A template is looked for beside its profile first.
//! The working directory is never searched by name, because a profile can run commands.

mod embedded;
mod listing;
mod name;
mod search_path;
mod source_text;
#[cfg(test)]
mod tests;

pub use embedded::{EMBEDDED_PROFILES, EMBEDDED_TEMPLATES, ready_formats, ready_template};
pub use listing::{Found, list_profiles, list_profiles_in, list_templates};
pub use name::{check_profile_name, is_profile_path};
pub use search_path::{SearchPath, find_base, find_profile, find_template, read_profile, user_folder};
pub use source_text::{Origin, SourceText};
