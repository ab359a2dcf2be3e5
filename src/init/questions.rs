//! Asking for what a new profile is to say.

use super::answers::{Answers, Field};
use super::files::Files;
use crate::diagnostic::clean;
use crate::template::Format;
use crate::terminal::prompt::{self, Lines};
use crate::{Error, Kind, Result};

/// The questions, in their order.
const QUESTIONS: [Field; 7] = [
    Field::Description,
    Field::Who,
    Field::ClientId,
    Field::Secret,
    Field::Storage,
    Field::Format,
    Field::Output,
];

/// What was given on the command line, then what is answered if there is somebody to ask, then the defaults.
pub async fn answers(
    name: &str,
    files: &Files,
    given: &[(Field, String)],
    terminal: Option<Lines>,
) -> Result<Answers> {
    let mut answers = Answers { called: files.called.clone(), ..Answers::defaults(name) };
    let is_given = |field| given.iter().any(|(other, _)| *other == field);
    if is_given(Field::Secret) {
        // Nobody has to be asked what that says already.
        answers = answers.with(Field::Who, "service account", &files.profile).unwrap_or(answers);
    }
    for (field, text) in given {
        answers = answers.with(*field, text, &files.profile).map_err(|why| {
            Error::usage(format!("{} can't be `{}`", flag(*field), clean(text))).because(why)
        })?;
    }
    if let Some(mut lines) = terminal {
        prompt::show(&format!(
            "A few questions for the profile `{name}`. Enter takes what stands in brackets; Ctrl-C leaves everything as it is.\n\n"
        ))?;
        for field in QUESTIONS {
            let answered_by_another = match field {
                Field::Who => is_given(Field::Secret),
                Field::Secret => answers.secret.is_none(),
                _ => false,
            };
            if !is_given(field) && !answered_by_another {
                answers = ask(field, answers, files, &mut lines).await?;
            }
        }
    }
    if answers.client_id.is_empty() {
        return Err(Error::usage("a service account needs --client-id")
            .because("it acts as itself, so it can't be the application that the tutorials share")
            .help("register one under \"Service account\" at https://app.globus.org/settings/developers"));
    }
    Ok(answers)
}

/// Asks until the answer is good.
async fn ask(field: Field, answers: Answers, files: &Files, lines: &mut Lines) -> Result<Answers> {
    let default = default(field, &answers);
    let question = match default.as_str() {
        "" => format!("{}: ", question(field)),
        default => format!("{} [{}]: ", question(field), clean(default)),
    };
    loop {
        prompt::show(&question)?;
        let Some(line) = lines.next().await? else {
            return Err(
                Error::new(Kind::Interrupted, "the questions were given up").help("nothing has been written")
            );
        };
        let text = match line.trim() {
            "" => default.as_str(),
            text => text,
        };
        match answers.with(field, text, &files.profile) {
            Ok(answers) => return Ok(answers),
            Err(why) => prompt::show(&format!("    That can't be: {}.\n", clean(&why)))?,
        }
    }
}

fn question(field: Field) -> String {
    match field {
        Field::Description => "What is it for, in a line?".to_owned(),
        Field::Who => "Who asks Globus: a person who logs in, or a service account?".to_owned(),
        Field::ClientId => "Client ID of the Globus application".to_owned(),
        Field::Secret => "Where is its secret, as env:NAME or file:PATH?".to_owned(),
        Field::Storage => "Where are tokens kept? A .json or .db file, app:NAME or memory".to_owned(),
        Field::Format => {
            let known: Vec<_> = Format::all().map(Format::extension).collect();
            format!("What is to be written: {}?", known.join(", "))
        }
        Field::Output => "Which file is to be written? - is stdout".to_owned(),
    }
}

fn default(field: Field, answers: &Answers) -> String {
    match field {
        Field::Description => answers.description.clone(),
        Field::Who => "person".to_owned(),
        Field::ClientId => answers.client_id.clone(),
        Field::Secret => answers.secret.as_ref().map(ToString::to_string).unwrap_or_default(),
        Field::Storage => answers.storage.clone(),
        Field::Format => answers.format.extension().to_owned(),
        Field::Output => answers.output.clone().unwrap_or_else(|| "-".to_owned()),
    }
}

fn flag(field: Field) -> &'static str {
    match field {
        Field::Description => "--description",
        Field::Who | Field::Secret => "--service-account",
        Field::ClientId => "--client-id",
        Field::Storage => "--storage",
        Field::Format => "--format",
        Field::Output => "--output",
    }
}
