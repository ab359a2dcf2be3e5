//! Whether a browser that is opened here is visible to the person and can reach the callback server.

use std::path::Path;

/// Browsers that draw into the terminal, over the prompt.
const TEXT_BROWSERS: [&str; 6] = ["lynx", "w3m", "links", "links2", "elinks", "www-browser"];

const TEXT_BROWSER: &str = "$BROWSER is a text browser";
const NO_DISPLAY: &str = "there is no display";

/// Why no browser should be opened here, as a clause.
pub(super) fn why_no_browser() -> Option<&'static str> {
    let variable = |name: &str| std::env::var(name).ok();
    why_no_browser_in(&variable, &|path| Path::new(path).exists(), cfg!(target_os = "macos"))
}

fn why_no_browser_in(
    variable: &dyn Fn(&str) -> Option<String>,
    exists: &dyn Fn(&str) -> bool,
    always_has_a_display: bool,
) -> Option<&'static str> {
    let is_set = |name: &&str| variable(name).is_some_and(|value| !value.is_empty());
    if ["SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT"].iter().any(is_set) {
        return Some("this is a session over SSH");
    }
    let container = ["container", "KUBERNETES_SERVICE_HOST"].iter().any(is_set);
    if container || ["/.dockerenv", "/run/.containerenv"].iter().any(|path| exists(path)) {
        return Some("this is a container");
    }
    if !always_has_a_display && !["DISPLAY", "WAYLAND_DISPLAY"].iter().any(is_set) {
        return Some(NO_DISPLAY);
    }
    is_text_browser(&variable("BROWSER").unwrap_or_default()).then_some(TEXT_BROWSER)
}

/// Why no browser can be opened even if the person asks for one: a text browser would draw over the prompt, and into the
/// data on stdout, and others need a display.
pub(super) fn why_never() -> Option<&'static str> {
    let browser = std::env::var("BROWSER").unwrap_or_default();
    let has_display = cfg!(target_os = "macos")
        || ["DISPLAY", "WAYLAND_DISPLAY"]
            .iter()
            .any(|name| std::env::var_os(name).is_some_and(|at| !at.is_empty()));
    if is_text_browser(&browser) {
        return Some(TEXT_BROWSER);
    }
    // A `$BROWSER` may be a program that needs none.
    (browser.is_empty() && !has_display).then_some(NO_DISPLAY)
}

/// Why the person may not see a browser that was opened. A `$BROWSER` is trusted: some of them open one on the machine of the
/// person who is logged in over SSH.
pub(super) fn why_unseen() -> Option<&'static str> {
    let is_chosen = std::env::var_os("BROWSER").is_some_and(|browser| !browser.is_empty());
    if is_chosen { None } else { why_no_browser() }
}

fn is_text_browser(browser: &str) -> bool {
    let program = browser.split([':', ' ']).next().unwrap_or_default();
    let name = program.rsplit('/').next().unwrap_or_default();
    TEXT_BROWSERS.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::why_no_browser_in;

    #[test]
    fn a_desktop_is_told_from_the_rest() {
        let why_no_browser = |set: &[(&str, &str)], files: &[&str]| {
            let variable =
                |name: &str| set.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
            why_no_browser_in(&variable, &|path| files.contains(&path), false)
        };
        assert_eq!(why_no_browser(&[("DISPLAY", ":0")], &[]), None);
        assert_eq!(why_no_browser(&[("WAYLAND_DISPLAY", "wayland-0"), ("BROWSER", "firefox")], &[]), None);
        assert_eq!(why_no_browser(&[], &[]), Some("there is no display"));
        assert_eq!(why_no_browser(&[("DISPLAY", "")], &[]), Some("there is no display"));
        let ssh = Some("this is a session over SSH");
        assert_eq!(why_no_browser(&[("DISPLAY", "localhost:10.0"), ("SSH_CONNECTION", "a b c d")], &[]), ssh);
        let container = Some("this is a container");
        assert_eq!(why_no_browser(&[("DISPLAY", ":0")], &["/.dockerenv"]), container);
        assert_eq!(why_no_browser(&[("DISPLAY", ":0"), ("container", "podman")], &[]), container);
        let text = Some("$BROWSER is a text browser");
        assert_eq!(why_no_browser(&[("DISPLAY", ":0"), ("BROWSER", "/usr/bin/w3m -N:firefox")], &[]), text);
        assert_eq!(why_no_browser_in(&|_| None, &|_| false, true), None);
    }
}
