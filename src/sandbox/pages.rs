//! The pages a person sees: consent, code, refusal. They need nothing from anywhere else.

use std::fmt::Write;

use handlebars::html_escape;

use super::data::User;
use super::login_request::Request;
use super::scopes::Scope;

const STYLE: &str = "\
:root{color-scheme:light dark;--line:#8886;--blue:#2a5db0}\
body{font:1rem/1.5 system-ui,sans-serif;max-width:36rem;margin:2rem auto;padding:0 1rem}\
h1{font-size:1.3rem}ul{padding-left:1.2rem}code{overflow-wrap:anywhere}\
fieldset{border:1px solid var(--line);border-radius:.4rem;margin:1rem 0}\
label{display:block;padding:.2rem 0}small{opacity:.8}\
button{font:inherit;padding:.5rem 1.2rem;margin-right:.6rem;border:1px solid var(--line);border-radius:.4rem}\
button.allow{background:var(--blue);color:#fff}\
#auth-code{display:block;font-size:1.1rem;padding:.8rem;border:1px dashed var(--line);user-select:all}\
footer{margin-top:2rem;border-top:1px solid var(--line);padding-top:.5rem}";

fn page(title: &str, content: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
         <meta name=\"referrer\" content=\"no-referrer\">\
         <link rel=\"icon\" href=\"data:,\"><title>{title}</title><style>{STYLE}</style></head>\
         <body><h1>{title}</h1>\n{content}\n\
         <footer><small>This is a sandbox on your machine, not Globus. Its people and groups are made up.\
         </small></footer></body></html>\n"
    )
}

/// Asks a person to allow or deny.
pub(super) fn consent(request: &Request, users: &[User], transaction: &str) -> String {
    let mut content = format!("<p><b>{}</b> would like to:</p>\n<ul>", html_escape(&request.client_name));
    content.push_str(&items(&request.scopes));
    content.push_str("</ul>\n");
    if request.offline {
        content.push_str("<p>It may go on doing so when you are not there.</p>\n");
    }
    if let Some(label) = &request.label {
        let _ = writeln!(content, "<p>You will find it as <i>{}</i>.</p>", html_escape(label));
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
            "<label><input type=\"radio\" name=\"user\" value=\"{}\"{checked}> {} <small>{}</small></label>",
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
        format!("<li><code>{}</code>{optional}{below}</li>\n", html_escape(&scope.name))
    };
    scopes.iter().map(item).collect()
}

/// Shows the code to copy.
pub(super) fn code(code: &str) -> String {
    let content = format!(
        "<p>Copy this code and paste it where you are asked for it:</p>\n<code id=\"auth-code\">{}</code>\n\
         <p><small>It is good for one use, for ten minutes.</small></p>",
        html_escape(code)
    );
    page("Your code", &content)
}

/// Says why there is no code.
pub(super) fn refusal(why: &str) -> String {
    page("This login can't go on", &format!("<p role=\"alert\">{}</p>", html_escape(why)))
}
