//! Which profile a message is about.

use tokio::task_local;

task_local! {
    static PROFILE: String;
}

/// Does this work, whose messages are about one profile: the name or path by which the user knows it.
pub(super) async fn about_profile<T>(profile: &str, work: impl Future<Output = T>) -> T {
    PROFILE.scope(profile.to_owned(), work).await
}

/// The same for work that waits for nothing.
pub(super) fn about_profile_at_once<T>(profile: &str, work: impl FnOnce() -> T) -> T {
    PROFILE.sync_scope(profile.to_owned(), work)
}

/// The profile that a message is about that is written now, if it is about one.
pub fn profile_in_context() -> Option<String> {
    PROFILE.try_with(Clone::clone).ok()
}
