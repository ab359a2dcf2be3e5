//! The paste flow: a URL to open on any device, and the code that its page shows.

use std::time::Duration;

use url::Url;

use super::{Login, prompt};
use crate::auth::authorizer::Wanted;
use crate::auth::oauth::{Authorization, OAuthClient, Refusal};
use crate::tokens::Tokens;
use crate::{Error, Kind, Result};

/// A code lives for ten minutes; a prompt that nobody answers ends with it.
const DEADLINE: Duration = Duration::from_secs(600);

/// How often a code that Globus Auth refuses may be typed again.
const TRIES: u32 = 3;

/// A person at this terminal.
#[derive(Debug)]
pub struct Terminal;

impl Terminal {
    /// Whether somebody is there to read a prompt and to answer it.
    #[must_use]
    pub fn is_there() -> bool {
        prompt::somebody_is_there()
    }
}

impl Login for Terminal {
    async fn log_in(&self, client: &OAuthClient<'_>, wanted: &Wanted<'_>) -> Result<Tokens> {
        let authorization = client.authorize(wanted);
        prompt::show(&format!(
            "Log in to Globus with a browser, on any device:\n\n    {}\n\nThen paste the code that the page shows.\n",
            authorization.url
        ))?;
        for _ in 0..TRIES {
            let code = ask_for_code(&authorization, client.code_page()).await?;
            match client.exchange(&authorization, &code).await {
                Ok(tokens) => return Ok(tokens),
                Err(Refusal::Other(error)) => return Err(error),
                Err(Refusal::InvalidGrant(why)) => {
                    prompt::show(&format!("That code was not accepted: {why}\n"))?;
                }
            }
        }
        Err(Error::new(Kind::LoginNeeded, "the login failed")
            .because(format!("Globus Auth refused {TRIES} codes"))
            .help("run it again for a new address"))
    }
}

/// Asks until something is typed that can be a code.
async fn ask_for_code(authorization: &Authorization, code_page: &Url) -> Result<String> {
    loop {
        prompt::show("Code: ")?;
        let line = tokio::time::timeout(DEADLINE, prompt::read_line()).await.map_err(|_| {
            Error::new(Kind::LoginNeeded, "nobody answered the login prompt")
                .because(format!("it waited {} minutes", DEADLINE.as_secs() / 60))
        })?;
        let Some(line) = line? else {
            return Err(Error::new(Kind::LoginNeeded, "the login was given up at the prompt"));
        };
        match parse_code(&line, authorization, code_page) {
            Ok(code) => return Ok(code),
            Err(why) => prompt::show(&format!("{why}\n"))?,
        }
    }
}

/// What was pasted: the code, or the whole address of the page that shows it (its state is checked then).
fn parse_code(line: &str, authorization: &Authorization, code_page: &Url) -> Result<String, String> {
    let text = line.trim();
    if text.is_empty() {
        return Err("No code was given.".to_owned());
    }
    if !text.starts_with(code_page.as_str()) {
        return Ok(text.to_owned());
    }
    let url = Url::parse(text).map_err(|error| format!("That address is not readable: {error}."))?;
    let parameter =
        |name: &str| url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
    if parameter("state").as_deref() != Some(authorization.state.secret()) {
        return Err("That address belongs to another login.".to_owned());
    }
    parameter("code").ok_or_else(|| "That address has no code in it.".to_owned())
}
