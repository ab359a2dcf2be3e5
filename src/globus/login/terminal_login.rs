//! A person at this terminal, with a browser here or anywhere.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::callback_page::Page;
use super::callback_server::{Callback, CallbackServer, Callbacks};
use super::pasted::{self, Pasted};
use super::{browser, desktop};
use crate::diagnostic::clean;
use crate::diagnostic::duration::in_words;
use crate::globus::auth::{Authorization, LoggedIn, LoggingIn, LoginAttempt, LoginFlow, TokenEndpointError};
use crate::terminal::prompt::{self, Lines, Question, is_interactive};
use crate::{Error, Kind, Result};

/// A login fails after this many rejected codes.
const TRIES: u32 = 3;

/// How the authorization code reaches this program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoginMethod {
    /// A browser on this desktop sends it in a callback. It can be pasted, too.
    Browser,
    /// The person pastes it.
    Paste,
}

#[derive(Debug, Clone)]
pub struct TerminalLogin {
    /// `None`: the browser, if there is a desktop.
    method: Option<LoginMethod>,
    timeout: Duration,
}

/// A login in a browser on this desktop, which sends the code in a callback.
struct BrowserLogin {
    authorization: Authorization,
    callbacks: Callbacks,
}

enum Event {
    Line(Option<String>),
    Callback(Callback),
}

impl TerminalLogin {
    /// The person at this terminal, with this much time to log in; `None` without a terminal.
    pub fn at_this_terminal(method: Option<LoginMethod>, timeout: Duration) -> Option<Self> {
        is_interactive().then_some(Self { method, timeout })
    }

    fn method(&self) -> LoginMethod {
        self.method.unwrap_or_else(|| match desktop::why_no_browser() {
            None => LoginMethod::Browser,
            Some(why) => {
                log::debug!("no browser is opened: {why}");
                LoginMethod::Paste
            }
        })
    }

    async fn log_in(&self, attempt: &LoginAttempt<'_>) -> Result<LoggedIn> {
        attempt.prepare().await?;
        let anywhere = attempt.with_code_page()?;
        let mut browser = match self.method() {
            LoginMethod::Browser => Some(BrowserLogin::start(attempt).await?),
            LoginMethod::Paste => None,
        };
        self.show_instructions(attempt, &anywhere, browser.as_ref()).await?;
        let outcome = self.wait(attempt, &anywhere, browser.as_mut()).await;
        if let Some(browser) = browser {
            browser.callbacks.close().await;
        }
        outcome
    }

    async fn show_instructions(
        &self,
        attempt: &LoginAttempt<'_>,
        anywhere: &Authorization,
        browser: Option<&BrowserLogin>,
    ) -> Result<()> {
        if let Some(why) = attempt.why() {
            prompt::show(&format!("A new login is needed: {}.\n\n", clean(why)))?;
        }
        if let Some(kept) = attempt.kept_scopes() {
            prompt::show(&format!(
                "The login also requests what is stored for other profiles: {}.\nIf Globus refuses that, use `{} --force`.\n\n",
                clean(&kept),
                attempt.login_command()
            ))?;
        }
        let Some(browser) = browser else {
            return prompt::show(&format!(
                "Log in to Globus with a browser, on any device:\n\n    {}\n\nThen paste the code that the page shows.\n",
                anywhere.url
            ));
        };
        let (opened, else_do) = match (browser::open(&browser.authorization.url).await, desktop::why_unseen())
        {
            (Ok(()), None) => {
                ("A browser opens now: log in to Globus there.".to_owned(), "If none does, open")
            }
            (Ok(()), Some(why)) => (
                format!("Asked for a browser, but {why}: it may open elsewhere, or not at all."),
                "If you see none, open",
            ),
            (Err(why), _) => (format!("No browser can be opened here: {}.", clean(&why)), "Open"),
        };
        prompt::show(&format!(
            "{opened}\n\n{else_do} this address on any device, and paste the code that the page shows:\n\n    {}\n\n",
            anywhere.url
        ))
    }

    async fn wait(
        &self,
        attempt: &LoginAttempt<'_>,
        anywhere: &Authorization,
        mut browser: Option<&mut BrowserLogin>,
    ) -> Result<LoggedIn> {
        let deadline = Instant::now() + self.timeout;
        let mut lines = Lines::open().await;
        let mut tries_left = TRIES;
        loop {
            let question = Question::ask("Code: ")?;
            let event = tokio::select! {
                line = lines.next() => Event::Line(line?),
                callback = next_callback(browser.as_deref_mut()) => Event::Callback(callback),
                () = sleep_until(deadline) => return Err(self.timed_out(attempt)),
            };
            let logins: Vec<&Authorization> = [anywhere]
                .into_iter()
                .chain(browser.as_deref().map(|browser| &browser.authorization))
                .collect();
            let outcome = match event {
                Event::Line(None) => {
                    return Err(Error::new(Kind::LoginNeeded, "the login was cancelled at the prompt"));
                }
                Event::Line(Some(line)) => {
                    question.close();
                    match pasted::read(&line, &logins) {
                        Ok(Pasted::Code(login, code)) => attempt.exchange_code(login, &code).await,
                        Ok(Pasted::Denied(why)) => return Err(denied(&why, attempt)),
                        Err(why) => {
                            prompt::show(&format!("{why}\n"))?;
                            continue;
                        }
                    }
                }
                Event::Callback(callback) => {
                    drop(question);
                    match (&callback.outcome, browser.as_deref()) {
                        (Ok(code), Some(browser)) => {
                            let outcome = attempt.exchange_code(&browser.authorization, code).await;
                            callback.respond(page(&outcome));
                            outcome
                        }
                        (Err(why), _) => {
                            let error = denied(why, attempt);
                            let why = &why.clone();
                            callback.respond(Page::failed(why));
                            return Err(error);
                        }
                        (Ok(_), None) => continue,
                    }
                }
            };
            match outcome {
                Ok(logged_in) => return Ok(logged_in),
                Err(TokenEndpointError::Other(error)) => return Err(error),
                Err(TokenEndpointError::InvalidGrant(why)) => {
                    tries_left -= 1;
                    let left = match tries_left {
                        0 => String::new(),
                        1 => " (1 try is left)".to_owned(),
                        more => format!(" ({more} tries are left)"),
                    };
                    prompt::show(&format!("That code was rejected: {}{left}\n", clean(&why)))?;
                    if tries_left == 0 {
                        return Err(Error::new(Kind::LoginNeeded, "the login failed")
                            .because(format!("Globus Auth rejected {TRIES} codes"))
                            .help(format!("get a new address with `{}`", attempt.login_command())));
                    }
                }
            }
        }
    }

    fn timed_out(&self, attempt: &LoginAttempt<'_>) -> Error {
        Error::new(Kind::LoginNeeded, "the login timed out")
            .because(format!("no code came within {}", in_words(self.timeout.as_secs())))
            .help(format!("try again with `{}`", attempt.login_command()))
    }
}

impl LoginFlow for TerminalLogin {
    fn log_in<'f>(&'f self, attempt: &'f LoginAttempt<'f>) -> LoggingIn<'f> {
        Box::pin(self.log_in(attempt))
    }

    fn is_interactive(&self) -> bool {
        true
    }
}

impl BrowserLogin {
    /// Listens for the callback.
    async fn start(attempt: &LoginAttempt<'_>) -> Result<Self> {
        let server = CallbackServer::open().await?;
        let authorization = attempt.ending_at(&server.address())?;
        let callbacks = server.serve(authorization.state.secret());
        Ok(Self { authorization, callbacks })
    }
}

/// Waits forever if no browser was opened, or the server has stopped.
async fn next_callback(browser: Option<&mut BrowserLogin>) -> Callback {
    if let Some(browser) = browser
        && let Some(callback) = browser.callbacks.next().await
    {
        return callback;
    }
    std::future::pending().await
}

fn page(outcome: &Result<LoggedIn, TokenEndpointError>) -> Page {
    match outcome {
        Ok(logged_in) => Page::logged_in(logged_in.identity.as_ref()),
        Err(TokenEndpointError::InvalidGrant(why)) => Page::failed(why),
        Err(TokenEndpointError::Other(error)) => Page::failed(&error.summary()),
    }
}

fn denied(why: &str, attempt: &LoginAttempt<'_>) -> Error {
    Error::new(Kind::LoginNeeded, "the login was denied in the browser")
        .because(why)
        .help(attempt.cure_of_refusal())
}
