//! Which profiles messages are about, if a command is for several.

use tokio::task_local;

task_local! {
    /// Names with commas between them. Not set if there is only one profile, which needs no name.
    static ABOUT: String;
}

/// Messages of this work are about one of several profiles.
pub async fn of_several<T>(work: impl Future<Output = T>) -> T {
    ABOUT.scope(String::new(), work).await
}

/// Messages of this work name these profiles, if they are some of several.
pub async fn about<T>(names: String, work: impl Future<Output = T>) -> T {
    if is_of_several() { ABOUT.scope(names, work).await } else { work.await }
}

/// Messages of this work name their profiles themselves.
pub fn about_none<T>(work: impl FnOnce() -> T) -> T {
    if is_of_several() { ABOUT.sync_scope(String::new(), work) } else { work() }
}

/// Whether this work is about one of several profiles.
pub fn is_of_several() -> bool {
    ABOUT.try_with(|_| ()).is_ok()
}

/// What a message begins with: `a, b: ` or nothing.
pub fn prefix() -> String {
    let names = ABOUT.try_with(String::clone).unwrap_or_default();
    if names.is_empty() { names } else { format!("{names}: ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_of_several_is_named() {
        assert_eq!(about("a".to_owned(), async { prefix() }).await, "", "it is the only one");
        let work = async {
            assert_eq!(prefix(), "");
            let part = about("b".to_owned(), async { prefix() });
            let two = about("a, b".to_owned(), async { [prefix(), part.await] });
            let one = about("c".to_owned(), async { [prefix(), about_none(prefix)] });
            let (two, one) = tokio::join!(two, one);
            assert_eq!((two, one), (["a, b: ", "b: "].map(str::to_owned), ["c: ", ""].map(str::to_owned)));
        };
        of_several(work).await;
        assert!(!is_of_several());
    }
}
