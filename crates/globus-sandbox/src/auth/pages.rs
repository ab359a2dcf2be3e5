//! The pages that a person sees: consent, code, error. They load nothing.

use std::fmt::Write;

use super::authorization_request::AuthorizationRequest;
use super::html_escape::html_escape;
use super::scopes::Scope;
use crate::data::User;

const STYLE: &str = include_str!("pages.css");

/// Nothing is loaded and no script runs, even if a name is not escaped by mistake.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'";

fn page(title: &str, content: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
         <meta name=\"referrer\" content=\"no-referrer\">\
         <link rel=\"icon\" href=\"data:,\"><title>{title}</title><style>{STYLE}</style></head>\
         <body><main><h1>{title}</h1>\n{content}\n</main>\n\
         <footer><small>This is a sandbox on your machine, not Globus. Its people and groups are made up.\
         </small></footer></body></html>\n"
    )
}

pub(super) fn consent(request: &AuthorizationRequest, users: &[User], transaction: &str) -> String {
    let mut content =
        format!("<p><b>{}</b> asks for these scopes:</p>\n<ul>", html_escape(&request.client_name));
    content.push_str(&items(&request.scopes));
    content.push_str("</ul>\n");
    if request.offline {
        content.push_str("<p>It may go on using them when you are not there.</p>\n");
    }
    if let Some(label) = &request.label {
        let _ = writeln!(content, "<p>The consent will be called <i>{}</i>.</p>", html_escape(label));
    }
    if let Some(message) = request.session.get("session_message") {
        let _ = writeln!(content, "<p>It says why: <q>{}</q></p>", html_escape(message));
    }
    content.push_str(
        "<form method=\"post\" action=\"/v2/oauth2/authorize\">\n<fieldset><legend>Log in as</legend>\n",
    );
    for (index, user) in users.iter().enumerate() {
        let checked = if index == 0 { " checked" } else { "" };
        let _ = writeln!(
            content,
            "<label><input type=\"radio\" name=\"user\" value=\"{}\"{checked}> <span>{}</span> \
             <small>{}</small></label>",
            html_escape(&user.id),
            html_escape(&user.name),
            html_escape(&user.username)
        );
    }
    let _ = write!(
        content,
        "</fieldset>\n<input type=\"hidden\" name=\"transaction\" value=\"{}\">\n\
             <button class=\"allow\" name=\"decision\" value=\"allow\">Allow</button>\
             <button name=\"decision\" value=\"deny\">Deny</button>\n</form>",
        html_escape(transaction)
    );
    page("Log in to the Globus sandbox", &content)
}

fn items(scopes: &[Scope]) -> String {
    let item = |scope: &Scope| {
        let optional = if scope.optional { " <small>(optional)</small>" } else { "" };
        let below = if scope.dependencies.is_empty() {
            String::new()
        } else {
            format!("<ul>{}</ul>", items(&scope.dependencies))
        };
        format!("<li><code>{}</code>{optional}{below}</li>\n", breakable(&scope.name))
    };
    scopes.iter().map(item).collect()
}

/// An escaped name that browsers may break after its separators.
fn breakable(name: &str) -> String {
    let parts = name.split_inclusive([':', '/', '.', '_']).map(html_escape);
    parts.collect::<Vec<_>>().join("<wbr>")
}

/// Shows the code to copy.
pub(super) fn code(code: &str) -> String {
    let content = format!(
        "<p>Copy this code and paste it where you are asked for it:</p>\n<code id=\"auth-code\">{}</code>\n\
         <p><small>It is valid once, for ten minutes.</small></p>",
        html_escape(code)
    );
    page("Your code", &content)
}

/// Says why there is no code.
pub(super) fn error(why: &str) -> String {
    let content = format!(
        "<p role=\"alert\">{}</p>\n<p>Go back to the program that sent you here, and log in anew.</p>",
        html_escape(why)
    );
    page("This login can't go on", &content)
}
