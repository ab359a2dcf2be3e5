//! What is wrong with the outputs that a profile names, before anything is fetched.

use std::cell::OnceCell;

use super::one_output_each::{Written, check_places};
use super::protected_files::protected_files;
use crate::Result;
use crate::data::RowKind;
use crate::output::{Destination, Guard, GuardOptions};
use crate::profile::{OutputTarget, Profile};
use crate::template::{FileNames, Template};

/// The template of each output.
pub fn own_templates(profile: &Profile) -> Result<Vec<Template>> {
    profile.outputs.iter().map(|output| Template::of(profile, output)).collect()
}

/// Fails as a run would that writes the profile's own outputs: one would replace a file that the profile depends on, or
/// another output, or its folder does not exist. Exit code 2. `templates` are those of the outputs.
pub fn check_own_outputs(profile: &Profile, templates: &[Template]) -> Result<()> {
    let mut guarded = Vec::new();
    let known = OnceCell::new();
    let files = || protected_files(profile, templates.iter().flat_map(Template::sources));
    for (output, template) in profile.outputs.iter().zip(templates) {
        let destination = match &output.target {
            OutputTarget::Stdout => Destination::Stdout,
            OutputTarget::File(path) => Destination::File { path: path.clone(), mode: None },
            OutputTarget::Each(each) => {
                FileNames::of(each)?;
                Destination::Files { folder: each.folder.clone() }
            }
        };
        // A trial, since nothing is compared or recorded.
        let options =
            GuardOptions { accept: false, accept_command: String::new(), is_trial: true, is_dry_run: false };
        let (limits, kind) = (output.guard.clone(), RowKind::groups());
        let guard = Guard::new(profile, limits, kind, template.fields(), &destination, options);
        guard.check_against(|| known.get_or_init(files).clone())?;
        destination.check_folder()?;
        guarded.push((destination, guard));
    }
    let places =
        guarded.iter().map(|(destination, guard)| Written { profile: &profile.name, destination, guard });
    check_places(&places.collect::<Vec<_>>())
}
