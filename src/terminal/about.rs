//! Which profiles a message is about. A message of one of several names it, as text in front or as a key of JSON.

use futures_util::future::LocalBoxFuture;
use tokio::task_local;

/// How many profiles a message names.
const NAMED: usize = 3;

#[derive(Debug, Clone, Default)]
struct About {
    /// The names or paths by which the user knows them.
    profiles: Vec<String>,
    /// Whether the command is for other profiles, too.
    is_of_several: bool,
    /// Whether the message itself names them.
    is_named: bool,
}

task_local! {
    static ABOUT: About;
}

fn now() -> About {
    ABOUT.try_with(About::clone).unwrap_or_default()
}

/// Messages of this work are about some of several profiles.
pub async fn of_several<T>(work: LocalBoxFuture<'_, T>) -> T {
    ABOUT.scope(About { is_of_several: true, ..now() }, work).await
}

/// Messages of this work are about these profiles.
pub async fn about<T>(profiles: Vec<String>, work: LocalBoxFuture<'_, T>) -> T {
    ABOUT.scope(About { profiles, ..now() }, work).await
}

/// The same for work that waits for nothing, and for one profile.
pub fn about_at_once<T>(profile: &str, work: impl FnOnce() -> T) -> T {
    ABOUT.sync_scope(About { profiles: vec![profile.to_owned()], ..now() }, work)
}

/// Messages of this work name the profiles themselves.
pub fn naming<T>(work: impl FnOnce() -> T) -> T {
    ABOUT.sync_scope(About { is_named: true, ..now() }, work)
}

/// Whether this work is about some of several profiles.
pub fn is_of_several() -> bool {
    now().is_of_several
}

/// The profile that a message is about which is written now, if it is about one.
pub fn profile() -> Option<String> {
    let [profile] = <[String; 1]>::try_from(now().profiles).ok()?;
    Some(profile)
}

/// What a message begins with: `a, b: ` or nothing.
pub fn prefix() -> String {
    let About { profiles, is_of_several, is_named } = now();
    if profiles.is_empty() || !is_of_several || is_named {
        return String::new();
    }
    let named = profiles.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    match profiles.len().saturating_sub(NAMED) {
        0 => format!("{named}: "),
        more => format!("{named} and {more} more: "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[tokio::test]
    async fn one_of_several_is_named() {
        let one = async {
            assert_eq!((prefix().as_str(), profile().as_deref()), ("", Some("a")));
        };
        about(names(&["a"]), Box::pin(one)).await;
        let work = async {
            assert_eq!((prefix(), profile()), (String::new(), None));
            let two = about(
                names(&["a", "b"]),
                Box::pin(async {
                    assert_eq!((prefix().as_str(), profile()), ("a, b: ", None));
                    about_at_once("b", || {
                        assert_eq!((prefix().as_str(), profile().as_deref()), ("b: ", Some("b")));
                    });
                    prefix()
                }),
            );
            let many = about(
                names(&["a", "b", "c", "d", "e"]),
                Box::pin(async {
                    naming(|| assert_eq!(prefix(), ""));
                    prefix()
                }),
            );
            assert_eq!(tokio::join!(two, many), ("a, b: ".to_owned(), "a, b, c and 2 more: ".to_owned()));
        };
        of_several(Box::pin(work)).await;
        assert!(!is_of_several());
    }
}
