//! The questions about a new profile, at a terminal.

use super::answers::{Answers, Field};
use super::files::Files;
use super::stored_logins::{StoredLogin, stored_logins};
use crate::diagnostic::clean;
use crate::template::Format;
use crate::terminal::prompt::{self, Lines};
use crate::{Error, Kind, Result};

const QUESTIONS: [Field; 7] = [
    Field::Description,
    Field::Account,
    Field::ClientId,
    Field::Secret,
    Field::Storage,
    Field::Format,
    Field::Output,
];

/// The options of the command line, then the answers at a terminal, then the defaults.
pub async fn collect_answers(
    name: &str,
    files: &Files,
    given: &[(Field, String)],
    terminal: Option<Lines>,
) -> Result<Answers> {
    let mut answers = Answers { argument: files.argument.clone(), ..Answers::defaults(name) };
    let is_given = |field| given.iter().any(|(other, _)| *other == field);
    if is_given(Field::Secret) {
        // A secret implies a service account.
        answers = answers.with(Field::Account, "service account", &files.profile).unwrap_or(answers);
    }
    for (field, text) in given {
        answers = answers.with(*field, text, &files.profile).map_err(|why| {
            Error::usage(format!("{} can't be `{}`", flag(*field), clean(text))).because(why)
        })?;
    }
    if let Some(mut lines) = terminal {
        prompt::show(&format!(
            "Questions about the profile `{name}`. Enter accepts the value in brackets; Ctrl-C quits without a change.\n\n"
        ))?;
        let mut logins = stored_logins();
        logins.retain(|login| answers.have_login(login, &files.profile));
        for field in QUESTIONS {
            let implied = match field {
                Field::Account => is_given(Field::Secret),
                Field::Secret => answers.secret.is_none(),
                _ => false,
            };
            if !is_given(field) && !implied {
                offer(field, &logins, &mut answers)?;
                answers = ask(field, answers, files, &mut lines).await?;
            }
        }
    }
    if answers.client_id.is_empty() {
        return Err(Error::usage("a service account needs --client-id")
            .because("it acts as itself, and the application of the tutorials is shared")
            .help("register one under \"Service account\" at https://app.globus.org/settings/developers"));
    }
    Ok(answers)
}

/// Makes a login that is stored the default, for a person.
fn offer(field: Field, logins: &[StoredLogin], answers: &mut Answers) -> Result<()> {
    let login = match field {
        Field::ClientId => logins.first(),
        Field::Storage => logins.iter().find(|login| login.client_id == answers.client_id),
        _ => None,
    };
    let Some(login) = login.filter(|_| answers.secret.is_none()) else { return Ok(()) };
    if field == Field::ClientId {
        answers.client_id.clone_from(&login.client_id);
        return Ok(());
    }
    answers.storage.clone_from(&login.storage);
    prompt::show(&format!("    The login of `{}` is there, and this profile can use it.\n", login.profile))
}

/// Asks until the answer is valid.
async fn ask(field: Field, answers: Answers, files: &Files, lines: &mut Lines) -> Result<Answers> {
    let default = default(field, &answers);
    let question = match default.as_str() {
        "" => format!("{}: ", question(field)),
        default => format!("{} [{}]: ", question(field), clean(default)),
    };
    loop {
        prompt::show(&question)?;
        let Some(line) = lines.next().await? else {
            return Err(Error::new(Kind::Interrupted, "the questions were not answered")
                .help("nothing has been written"));
        };
        let text = match line.trim() {
            "" => default.as_str(),
            text => text,
        };
        match answers.with(field, text, &files.profile) {
            Ok(answers) => return Ok(answers),
            Err(why) => prompt::show(&format!("    Not valid: {}.\n", clean(&why)))?,
        }
    }
}

fn question(field: Field) -> String {
    match field {
        Field::Description => "What is it for, in one line?".to_owned(),
        Field::Account => "Who logs in: a person, or a service account?".to_owned(),
        Field::ClientId => "Client ID of the Globus application".to_owned(),
        Field::Secret => "Where is its secret, as env:NAME or file:PATH?".to_owned(),
        Field::Storage => "Where are tokens kept? A .json or .db file, app:NAME or memory".to_owned(),
        Field::Format => {
            let known: Vec<_> = Format::extensions().collect();
            format!("Which format is the output: {}?", known.join(", "))
        }
        Field::Output => "Which file is the output? - is stdout".to_owned(),
    }
}

fn default(field: Field, answers: &Answers) -> String {
    match field {
        Field::Description => answers.description.clone(),
        Field::Account => "person".to_owned(),
        Field::ClientId => answers.client_id.clone(),
        Field::Secret => answers.secret.as_ref().map(ToString::to_string).unwrap_or_default(),
        Field::Storage => answers.storage.clone(),
        Field::Format => answers.extension.to_owned(),
        Field::Output => answers.output.clone().unwrap_or_else(|| "-".to_owned()),
    }
}

fn flag(field: Field) -> &'static str {
    match field {
        Field::Description => "--description",
        Field::Account | Field::Secret => "--service-account",
        Field::ClientId => "--client-id",
        Field::Storage => "--storage",
        Field::Format => "--format",
        Field::Output => "--output",
    }
}
