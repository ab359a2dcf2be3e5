//! What is wrong with the output that a profile names, before anything is fetched.

use super::protected_files::protected_files;
use crate::Result;
use crate::data::RowKind;
use crate::output::{Destination, Guard, GuardOptions};
use crate::profile::Profile;
use crate::template::Template;

/// Fails as a run would that writes the profile's own output: it would replace a file that the profile depends on, or
/// its folder does not exist. Exit code 2.
pub fn check_own_output(profile: &Profile, template: &Template) -> Result<()> {
    let Some(path) = &profile.output.path else { return Ok(()) };
    let destination = Destination::File { path: path.to_path_buf(), mode: None };
    // A trial, since nothing is compared or recorded.
    let options = GuardOptions { accept: false, accept_command: String::new(), is_trial: true };
    Guard::new(profile, RowKind::groups(), template.fields(), &destination, options)?
        .check_against(|| protected_files(profile, template.sources()))?;
    destination.check_folder()
}
