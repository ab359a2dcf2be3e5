//! What an HTTP error says.

use std::error::Error;

/// The innermost cause says most; the layers around it repeat the URL.
pub(super) fn innermost(error: &dyn Error) -> String {
    let mut inner = error;
    while let Some(source) = inner.source() {
        inner = source;
    }
    inner.to_string()
}
