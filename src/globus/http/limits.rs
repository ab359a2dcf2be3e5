//! How much of a response is read, in bytes after decompression. A service that sends more is broken, or is not Globus.

/// A response of Globus Auth: tokens, keys, metadata.
pub const DOCUMENT: usize = 1024 * 1024;

/// The consents of a user.
pub const CONSENTS: usize = 16 * 1024 * 1024;

/// A list that is read row by row: ten thousand groups are about 7 MB.
pub const LIST: usize = 1024 * 1024 * 1024;

/// One row of a list, which is held in memory.
pub const ROW: usize = 16 * 1024 * 1024;

/// The body of an error. What comes after it is not read.
pub const ERROR_BODY: usize = 64 * 1024;

/// What a document holds beside its list, which is held in memory.
pub const ENVELOPE: usize = 1024 * 1024;
