//! Which Globus Auth issued the stored tokens.

use url::Url;

use crate::Error;
use crate::globus::tokens::Tokens;
use crate::globus::urls::is_loopback;

/// The error if another real Globus issued the tokens: they must not be replaced or removed. Tokens of a sandbox that
/// has ended are worthless.
pub fn check_issuer(tokens: &Tokens, auth_url: &str) -> Option<Error> {
    let url = tokens.values().find_map(|token| {
        let url = token.auth_url.as_ref()?;
        (url != auth_url && !is_sandbox(url)).then_some(url)
    })?;
    Some(Error::usage("the stored tokens were issued by another Globus").because(format!(
        "they are from {}, and this profile uses {auth_url}",
        if url.is_empty() { "one without a URL" } else { url }
    )))
}

/// Whether the base URL of a Globus Auth is on this machine.
pub(super) fn is_sandbox(auth_url: &str) -> bool {
    Url::parse(auth_url).is_ok_and(|url| is_loopback(&url))
}
