//! Reading what a person pasted at the prompt.

use url::Url;

use crate::globus::auth::Authorization;

/// The pasted text, with the login that it belongs to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Pasted<A> {
    Code(A, String),
    /// The address of a denied login: why it was denied.
    Denied(String),
}

/// Reads a code, or the address of the page that a login ended at: a browser on another device can't reach this machine,
/// but its address bar holds the code. The state of an address is checked. A bare code belongs to the first login. The
/// error is shown to the person.
pub(super) fn read<'l>(
    line: &str,
    logins: &[&'l Authorization],
) -> Result<Pasted<&'l Authorization>, &'static str> {
    let text = line.trim();
    let first = *logins.first().ok_or("No login is waiting for a code.")?;
    if text.is_empty() {
        return Err("No code was given.");
    }
    let ended_there = |login: &&&Authorization| text.starts_with(login.redirect());
    if !logins.iter().any(|login| ended_there(&login)) {
        // A code holds no such characters, and Globus Auth would count it as a wrong code.
        return match text {
            text if text.contains("://") => {
                Err("That is not the code, nor the address of the page that shows it.")
            }
            text if text.contains(['=', '&', ' ']) => Err("Paste the code alone, or the whole address."),
            text => Ok(Pasted::Code(first, text.to_owned())),
        };
    }
    let url = Url::parse(text).map_err(|_| "That address is not readable.")?;
    let parameter =
        |name: &str| url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
    let state = Some(parameter("state").ok_or("The state is missing: paste the whole address.")?);
    let login = logins
        .iter()
        .filter(ended_there)
        .find(|login| state.as_ref() == Some(login.state.secret()))
        .ok_or("That address belongs to another login.")?;
    if let Some(code) = parameter("code").filter(|code| !code.is_empty()) {
        return Ok(Pasted::Code(login, code));
    }
    match parameter("error_description").or_else(|| parameter("error")) {
        Some(why) => Ok(Pasted::Denied(why)),
        None => Err("That address has no code in it."),
    }
}
