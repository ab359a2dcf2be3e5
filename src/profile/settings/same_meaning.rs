//! Filling in defaults without changing what a profile means.

use super::setting::Setting;
use super::toml_text::lines;
use crate::catalog::{Origin, SourceText};
use crate::profile::model::{OutputTarget, Profile};
use crate::profile::paths::Env;

/// Adds these defaults, each at its place in the order, but for those that mean something if they are written: some
/// keys do not apply to every profile, and some sections do something by being there.
pub(super) fn with_defaults(
    all: Vec<Setting>,
    is_default: impl Fn(&Setting) -> bool,
    env: &Env<'_>,
) -> Vec<Setting> {
    let plain: Vec<Setting> = all.iter().filter(|setting| !is_default(setting)).cloned().collect();
    let Some(meaning) = meaning(&plain, env) else { return plain };
    let mut left_out = Vec::new();
    for (at, _) in all.iter().enumerate().filter(|(_, setting)| is_default(setting)) {
        let is_in = |other: usize| other == at || !is_default(&all[other]);
        let one: Vec<Setting> =
            (0..all.len()).filter(|other| is_in(*other)).map(|other| all[other].clone()).collect();
        if self::meaning(&one, env).as_ref() != Some(&meaning) {
            left_out.push(at);
        }
    }
    let kept = all.into_iter().enumerate().filter(|(at, _)| !left_out.contains(at));
    kept.map(|(_, setting)| setting).collect()
}

/// What a profile with these settings means, as text that can be compared. None if it has a mistake.
fn meaning(settings: &[Setting], env: &Env<'_>) -> Option<String> {
    let text: String = lines(settings).into_iter().flat_map(|line| [line.text, "\n".to_owned()]).collect();
    // Embedded, because nothing in it may be relative to a folder.
    let source = SourceText { name: String::new(), origin: Origin::Embedded, text: text.into() };
    let profile = Profile::parse(source, env).ok()?;
    Some(format!("{:?}", without_places(profile)))
}

/// The profile without places, which mean nothing.
pub(in crate::profile) fn without_places(mut profile: Profile) -> Profile {
    let outputs = profile.outputs.iter_mut().flat_map(|output| {
        let path = match &mut output.target {
            OutputTarget::Each(each) => Some(&mut each.place),
            OutputTarget::Stdout | OutputTarget::File(_) => None,
        };
        [Some(&mut output.template.place), path]
    });
    for place in outputs.flatten().chain(profile.template.as_mut().map(|template| &mut template.place)) {
        place.origin = Origin::Embedded;
        place.span = 0..0;
    }
    profile
}
