//! The SQLite file that the Globus SDK's `SQLiteTokenStorage` reads and writes.
//!
//! Schema 2: a row of `token_storage` is one token, as JSON, under its namespace and resource server;
//! `sdk_storage_adapter_internal` names the schema. Programs on the SDK take no lock of ours, so every
//! change is one transaction, which SQLite isolates from theirs.
//!
//! Each call opens its own connection, so that other profiles never load SQLite. The file is never opened by other
//! means, because closing it would drop the locks that SQLite holds on it.

use std::fs::{self, File, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{io, thread};

use rusqlite::types::Value;
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, TransactionBehavior};

use super::errors::{cannot_read, cannot_write, check_exposure, not_usable};
use super::reservation::Reservation;
use super::token::SDK_VERSION;
use super::token::{Token, Tokens};
use crate::fs::{create_private_folder, folder_of, follow_links, sweep_drafts, temporary_beside};
use crate::{Error, Kind, Result};

const CREATE: &str = "
    CREATE TABLE token_storage (
        namespace VARCHAR NOT NULL,
        resource_server VARCHAR NOT NULL,
        token_data_json VARCHAR NOT NULL,
        PRIMARY KEY (namespace, resource_server)
    );
    CREATE TABLE sdk_storage_adapter_internal (
        attribute VARCHAR NOT NULL,
        value VARCHAR NOT NULL,
        PRIMARY KEY (attribute)
    );";
const DESCRIBE: &str = "INSERT INTO sdk_storage_adapter_internal (attribute, value)
    VALUES ('globus-sdk.version', ?1), ('globus-sdk.database_schema_version', ?2)";
const SCHEMA_OF: &str =
    "SELECT value FROM sdk_storage_adapter_internal WHERE attribute = 'globus-sdk.database_schema_version'";
const LOAD: &str = "SELECT resource_server, token_data_json FROM token_storage WHERE namespace = ?1";
const SAVE: &str =
    "INSERT INTO token_storage (namespace, resource_server, token_data_json) VALUES (?1, ?2, ?3)
    ON CONFLICT (namespace, resource_server) DO UPDATE SET token_data_json = excluded.token_data_json";
const REMOVE: &str = "DELETE FROM token_storage WHERE namespace = ?1 AND resource_server = ?2";

/// A row that is never committed: it takes the space of new tokens, and writes the journal that storing them needs.
const RESERVE: &str = "INSERT INTO token_storage (namespace, resource_server, token_data_json)
    VALUES ('', 'reserved', zeroblob(?1))";
const UNRESERVE: &str = "DELETE FROM token_storage WHERE namespace = '' AND resource_server = 'reserved'";

/// The bytes that are reserved for new tokens.
const ROOM: i64 = 16 * 1024;

const SCHEMA: &str = "2";

/// How long another program may keep the database locked. Python's `sqlite3` waits as long.
const DEADLINE: Duration = Duration::from_secs(5);

/// The SDK creates its tables one by one, so a reader can meet a database without them. A database that is still
/// incomplete after these attempts is another program's.
const ATTEMPTS: u32 = 10;
const ATTEMPT_INTERVAL: Duration = Duration::from_millis(30);

/// A database of tokens and a namespace in it.
#[derive(Debug, Clone)]
pub struct SqliteFile {
    path: PathBuf,
    namespace: String,
    deadline: Duration,
    /// A connection in a transaction that excludes other writers, if its space is reserved.
    reserved: Reservation<Connection>,
}

impl SqliteFile {
    pub(super) fn new(path: PathBuf, namespace: &str) -> Self {
        Self { path, namespace: namespace.to_owned(), deadline: DEADLINE, reserved: Reservation::none() }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    #[cfg(test)]
    pub(super) fn set_deadline(&mut self, deadline: Duration) {
        self.deadline = deadline;
    }

    /// The tokens of the namespace; none if there is no file.
    pub(super) fn load(&self) -> Result<Tokens> {
        let Some(connection) = self.reader()? else { return Ok(Tokens::new()) };
        let rows = self.rows(&connection).map_err(|error| self.error(cannot_read, &error))?;
        let mut tokens = Tokens::new();
        for (resource_server, json) in rows {
            let token = token(&json).map_err(|why| {
                not_usable(&self.path, format!("in the token for `{resource_server}`, {why}"))
            })?;
            tokens.insert(resource_server, token);
        }
        Ok(tokens)
    }

    /// Begins the transaction of the next [`save`](Self::save), with the space it needs. Others can read meanwhile, not
    /// write.
    pub(super) fn reserve(&mut self) -> Result<()> {
        if self.reader()?.is_none() {
            self.create()?;
        }
        self.make_private()?;
        let begin = || {
            let connection = self.writer()?;
            let pages: i64 = connection.pragma_query_value(None, "freelist_count", |row| row.get(0))?;
            let size: i64 = connection.pragma_query_value(None, "page_size", |row| row.get(0))?;
            if pages * size < ROOM {
                // Free pages stay in the file. Their transaction is committed, because only that makes the file grow.
                connection.execute_batch("BEGIN IMMEDIATE")?;
                connection.execute(RESERVE, [ROOM])?;
                connection.execute(UNRESERVE, [])?;
                connection.execute_batch("COMMIT")?;
            }
            connection.execute_batch("BEGIN IMMEDIATE")?;
            connection.execute(RESERVE, [ROOM])?;
            let journal: String = connection.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
            if journal == "wal" {
                // A write-ahead log grows only when it is written, which keeps no reader out.
                connection.cache_flush()?;
            }
            Ok(connection)
        };
        self.reserved.set(begin().map_err(|error| self.error(cannot_write, &error))?);
        Ok(())
    }

    /// Ends the transaction that was begun in advance.
    pub(super) fn release(&mut self) {
        drop(self.reserved.take());
    }

    /// Puts these tokens into the namespace, all of them or none, in the transaction that was begun in advance if there is
    /// one.
    pub(super) fn save(&mut self, tokens: &Tokens) -> Result<()> {
        let save = |connection: &Connection| {
            let mut save = connection.prepare(SAVE)?;
            for (resource_server, token) in tokens {
                save.execute((&self.namespace, resource_server, token.to_json().to_string()))?;
            }
            Ok(())
        };
        if let Some(connection) = self.reserved.take() {
            let run = || {
                connection.execute(UNRESERVE, [])?;
                save(&connection)?;
                connection.execute_batch("COMMIT")
            };
            return run().map_err(|error| self.error(cannot_write, &error));
        }
        if self.reader()?.is_none() {
            self.create()?;
        }
        self.change(save)
    }

    /// Removes the namespace's tokens whose resource server is meant, and returns whether there were any.
    pub(super) fn remove(&self, is_meant: &dyn Fn(&str) -> bool) -> Result<bool> {
        if self.reader()?.is_none() {
            return Ok(false);
        }
        self.change(|transaction| {
            let mut removed = 0;
            for (resource_server, _) in self.rows(transaction)? {
                if is_meant(&resource_server) {
                    removed += transaction.execute(REMOVE, (&self.namespace, resource_server))?;
                }
            }
            Ok(removed > 0)
        })
    }

    /// The namespace's resource servers and their tokens, as they are stored.
    fn rows(&self, connection: &Connection) -> rusqlite::Result<Vec<(String, Vec<u8>)>> {
        connection
            .prepare(LOAD)?
            // Text or blob: the SDK reads both.
            .query_map([&self.namespace], |row| Ok((row.get(0)?, row.get_ref(1)?.as_bytes()?.to_vec())))?
            .collect()
    }

    /// A connection to a checked token file; `None` if there is no file.
    fn reader(&self) -> Result<Option<Connection>> {
        match fs::metadata(&self.path) {
            Ok(metadata) if metadata.is_file() => check_exposure(&self.path)?,
            Ok(_) => return Err(not_usable(&self.path, "it is not a regular file")),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(cannot_read(&self.path, error)),
        }
        let mut access = OpenFlags::SQLITE_OPEN_READ_ONLY;
        let mut attempt = 1;
        loop {
            let checked = self.connect(&self.path, access).and_then(|connection| {
                let defect = defect(&connection)?;
                Ok((connection, defect))
            });
            match checked {
                Ok((connection, None)) => return Ok(Some(connection)),
                Ok((_, Some(Defect::Unfinished(_)))) if attempt < ATTEMPTS => {
                    thread::sleep(ATTEMPT_INTERVAL);
                    attempt += 1;
                }
                Ok((_, Some(Defect::Unfinished(why) | Defect::Foreign(why)))) => {
                    return Err(not_usable(&self.path, why));
                }
                // A program died while it wrote. Rolling back its change takes the right to write.
                Err(error)
                    if error.sqlite_error_code() == Some(ErrorCode::ReadOnly)
                        && access == OpenFlags::SQLITE_OPEN_READ_ONLY =>
                {
                    access = OpenFlags::SQLITE_OPEN_READ_WRITE;
                }
                Err(error) => return Err(self.error(cannot_read, &error)),
            }
        }
    }

    /// Creates a database without tokens. It gets its name once it is complete, so that neither the SDK nor the next run
    /// meets an unfinished one, whatever happens to this run.
    fn create(&self) -> Result<()> {
        let failed = |error: io::Error| cannot_write(&self.path, error);
        let target = follow_links(&self.path).map_err(failed)?;
        let folder = folder_of(&target);
        create_private_folder(folder).map_err(failed)?;
        sweep_drafts(&target);
        let temporary = temporary_beside(&target, 0o600).map_err(failed)?.into_temp_path();
        self.fill(&temporary).map_err(|error| self.error(cannot_write, &error))?;
        match temporary.persist_noclobber(&target) {
            Ok(()) => {}
            // Another program was faster. Its file can be used, once it is complete.
            Err(failure) if failure.error.kind() == io::ErrorKind::AlreadyExists => {
                return self.reader().map(drop);
            }
            Err(failure) => return Err(failed(failure.error)),
        }
        // Some file systems can't sync a folder: the file is in place anyway.
        let _ = File::open(folder).and_then(|folder| folder.sync_all());
        Ok(())
    }

    fn fill(&self, path: &Path) -> rusqlite::Result<()> {
        let mut connection = self.connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        // No other program sees the file yet, and a journal beside it would outlive a crash.
        connection.pragma_update(None, "journal_mode", "MEMORY")?;
        let transaction = connection.transaction()?;
        transaction.execute_batch(CREATE)?;
        transaction.execute(DESCRIBE, (SDK_VERSION, SCHEMA))?;
        transaction.commit()
    }

    /// Runs one transaction that excludes other writers from its start.
    fn change<T>(&self, change: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T> {
        self.make_private()?;
        let run = || {
            let mut connection = self.writer()?;
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let done = change(&transaction)?;
            transaction.commit()?;
            Ok(done)
        };
        run().map_err(|error| self.error(cannot_write, &error))
    }

    /// Call it before any change, because the journal of SQLite takes the mode of the database.
    fn make_private(&self) -> Result<()> {
        fs::set_permissions(&self.path, Permissions::from_mode(0o600))
            .map_err(|error| cannot_write(&self.path, error))
    }

    fn writer(&self) -> rusqlite::Result<Connection> {
        let connection = self.connect(&self.path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        // A removed token would otherwise stay readable in the free pages of the file.
        connection.pragma_update(None, "secure_delete", true)?;
        Ok(connection)
    }

    fn connect(&self, path: &Path, access: OpenFlags) -> rusqlite::Result<Connection> {
        let connection = Connection::open_with_flags(path, access | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        connection.busy_timeout(self.deadline)?;
        Ok(connection)
    }

    /// The error for a user. `otherwise` makes one from SQLite's own message.
    fn error(&self, otherwise: fn(&Path, String) -> Error, error: &rusqlite::Error) -> Error {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                Error::new(Kind::Locked, "another program is writing the same tokens")
                    .because(format!(
                        "`{}` was locked for {} seconds",
                        self.path.display(),
                        self.deadline.as_secs()
                    ))
                    .help("find the program that keeps it open with `fuser` on that file, then try again")
            }
            Some(ErrorCode::NotADatabase) => not_usable(&self.path, "it is not an SQLite database"),
            Some(ErrorCode::DatabaseCorrupt) => not_usable(&self.path, "the database is damaged"),
            // SQLite's message would repeat the path.
            Some(ErrorCode::CannotOpen) => otherwise(&self.path, "it can't be opened".to_owned()),
            Some(_) => otherwise(&self.path, error.to_string()),
            None => not_usable(&self.path, "a column of `token_storage` is not text"),
        }
    }
}

/// Why a database is not a token file.
enum Defect {
    /// Another program may be about to write what is missing.
    Unfinished(String),
    /// It has another purpose or another schema.
    Foreign(String),
}

/// A statement that SQLite can't compile shows that a table, a column or the key is missing.
fn defect(connection: &Connection) -> rusqlite::Result<Option<Defect>> {
    for (table, statement) in [("sdk_storage_adapter_internal", SCHEMA_OF), ("token_storage", SAVE)] {
        match connection.prepare(statement) {
            Ok(_) => {}
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::Unknown) => {
                let why = format!("its table `{table}` is missing or has other columns than the SDK's");
                return Ok(Some(Defect::Unfinished(why)));
            }
            Err(error) => return Err(error),
        }
    }
    let schema: Option<Value> = connection.query_row(SCHEMA_OF, [], |row| row.get(0)).optional()?;
    Ok(match schema {
        Some(Value::Text(schema)) if schema == SCHEMA => None,
        Some(Value::Text(schema)) if schema == "1" => Some(Defect::Foreign(
            "its schema version is 1, that of the SDK's original `SQLiteAdapter`; 2, that of \
             `SQLiteTokenStorage`, is supported"
                .to_owned(),
        )),
        Some(Value::Text(other)) => {
            Some(Defect::Foreign(format!("its schema version is {other:?}; 2 is known")))
        }
        Some(_) => Some(Defect::Foreign("its schema version is not text".to_owned())),
        None => Some(Defect::Unfinished("it has no schema version".to_owned())),
    })
}

/// Reads a stored token. The error never holds a value, nor the parser's message, which may quote one.
fn token(json: &[u8]) -> Result<Token, String> {
    let value = serde_json::from_slice(json)
        .map_err(|error| format!("`token_data_json` is not JSON at column {}", error.column()))?;
    Token::from_json(&value).map_err(|malformed| malformed.to_string())
}
