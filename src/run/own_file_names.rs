//! What is wrong with the names of files of which each row has one, before anything is fetched.

use crate::data::{BuiltIn, Plan, Snapshot, SourceName, Value, label_of};
use crate::diagnostic::{Diagnostic, clean};
use crate::output::Names;
use crate::profile::{EachFile, OutputTarget, Profile};
use crate::template::FileNames;
use crate::{Error, Result};

/// The most characters of a name in a message.
const LABEL: usize = 40;
const HELP: &str = "`slug` makes a name of any text, and an id tells rows apart: `{{slug name}}-{{id}}`";

/// Names the files of built-in rows. Fails for ordinary ones, if a file would be outside of the folder or two have one name; gives
/// warnings for hostile ones, which other people can make. Exit code 2.
pub fn check_own_file_names(profile: &Profile) -> Result<Vec<Diagnostic>> {
    let each = profile.outputs.iter().filter_map(|output| match &output.target {
        OutputTarget::Each(each) => Some(each),
        OutputTarget::Stdout | OutputTarget::File(_) => None,
    });
    let (mut mistakes, mut warnings) = (Vec::new(), Vec::new());
    for each in each {
        match first_mistake(profile, each, BuiltIn::Sample)? {
            Some(mistake) => mistakes.push(each.place.error(mistake).help(HELP)),
            None => warnings.extend(
                first_mistake(profile, each, BuiltIn::Hostile)?
                    .map(|mistake| each.place.warning(mistake).help(HELP)),
            ),
        }
    }
    if mistakes.is_empty() {
        return Ok(warnings);
    }
    Err(Error::usage("the path of the output has a mistake").with(mistakes))
}

/// What is wrong with the first file that can't be.
fn first_mistake(profile: &Profile, each: &EachFile, set: BuiltIn) -> Result<Option<String>> {
    let names = FileNames::of(each)?;
    let list = SourceName::named(&each.list);
    let kind = Plan::of(profile, names.fields(), &list).kind().clone();
    let snapshot = Snapshot::built_in(set)?.for_profile(profile)?.into_owned();
    let rows = snapshot.rows(&list);
    // Nothing keeps two groups from having one name.
    let twin = rows.first().filter(|_| set == BuiltIn::Hostile).and_then(twin_of);
    let mut taken = Names::default();
    let mut why = |row: &Value| match names.name(row, &kind.one) {
        Ok(name) => taken.add(&name).err(),
        // The sample may lack what the rows of Globus have.
        Err(error) if !error.diagnostics.is_empty() => None,
        Err(error) => error.why,
    };
    let first = rows.iter().chain(&twin).find_map(|row| Some((row, why(row)?)));
    Ok(first.map(|(row, why)| {
        let label = clean(&label_of(row, &kind)).chars().take(LABEL).collect::<String>();
        format!("no file can be named after the {} `{label}` of {}: {why}", kind.one, set.shown())
    }))
}

/// The same row with another id.
fn twin_of(row: &Value) -> Option<Value> {
    let row = row.as_object().filter(|row| row.get("id").is_some())?;
    Some(row.clone().with("id", "00000000-0000-4000-8000-000000000000".into()).into())
}
