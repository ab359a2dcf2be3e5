//! One suite for every store, and what only one kind of file can do.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension};
use serde_json::{Map, Value, json};
use tempfile::TempDir;

use super::{Lock, Token, TokenStore, Tokens};
use crate::{Error, Kind};

const GROUPS: &str = "groups.api.globus.org";
const TRANSFER: &str = "transfer.api.globus.org";
const SECRET: &str = "the-secret";

#[derive(Clone, Copy, PartialEq)]
enum Format {
    Json,
    Sqlite,
}

/// A store that does not exist yet, below a folder of its own.
struct TestStore {
    format: Format,
    folder: TempDir,
}

impl TestStore {
    fn new(format: Format) -> Self {
        Self { format, folder: tempfile::tempdir().unwrap() }
    }

    /// A test store where tokens for Groups are stored.
    fn used(format: Format) -> Self {
        let test_store = Self::new(format);
        test_store.store().save(&tokens([GROUPS])).unwrap();
        test_store
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("made/tokens")
    }

    fn store_at(&self, file: PathBuf, namespace: &str) -> TokenStore {
        match self.format {
            Format::Json => TokenStore::json(file, namespace),
            Format::Sqlite => TokenStore::sqlite(file, namespace),
        }
    }

    fn store(&self) -> TokenStore {
        self.store_at(self.file(), "DEFAULT")
    }

    /// The stored token, by other means than the store.
    fn stored(&self, namespace: &str, resource_server: &str) -> Option<Value> {
        match self.format {
            Format::Json => {
                let root: Value = serde_json::from_slice(&fs::read(self.file()).unwrap()).unwrap();
                root["data"][namespace].get(resource_server).cloned()
            }
            Format::Sqlite => Connection::open(self.file())
                .unwrap()
                .query_row(
                    "SELECT token_data_json FROM token_storage WHERE namespace = ? AND resource_server = ?",
                    [namespace, resource_server],
                    |row| row.get::<_, String>(0),
                )
                .optional()
                .unwrap()
                .map(|text| serde_json::from_str(&text).unwrap()),
        }
    }

    /// Stores a token, or what another program takes for one.
    fn put(&self, namespace: &str, resource_server: &str, token: &Value) {
        match self.format {
            Format::Json => {
                let mut root: Value = serde_json::from_slice(&fs::read(self.file()).unwrap()).unwrap();
                root["data"][namespace][resource_server] = token.clone();
                fs::write(self.file(), root.to_string()).unwrap();
            }
            Format::Sqlite => self.execute(&format!(
                "REPLACE INTO token_storage VALUES ('{namespace}', '{resource_server}', '{token}')"
            )),
        }
    }

    fn execute(&self, statements: &str) {
        Connection::open(self.file()).unwrap().execute_batch(statements).unwrap();
    }

    /// Asserts that every operation refuses the file for this reason, and leaves it alone.
    fn refuses(&self, reason: &str) {
        let before = fs::read(self.file()).unwrap();
        fs::set_permissions(self.file(), Permissions::from_mode(0o640)).unwrap();
        let mut store = self.store();
        for error in [
            store.load().unwrap_err(),
            store.save(&tokens([TRANSFER])).unwrap_err(),
            store.remove(&[GROUPS]).unwrap_err(),
        ] {
            assert_refusal(&error, reason);
        }
        assert_eq!(fs::read(self.file()).unwrap(), before);
        assert_eq!(mode(&self.file()), 0o640);
        assert_eq!(names(self.file().parent().unwrap()), ["tokens"]);
    }
}

fn assert_refusal(error: &Error, reason: &str) {
    let text = error.to_string();
    assert_eq!(error.kind, Kind::Failed, "{text}");
    for part in ["is not a usable Globus token file", reason, "the file was left as it is"] {
        assert!(text.contains(part), "{part:?} is not in {text}");
    }
    assert!(!text.contains(SECRET), "{text}");
}

fn token(resource_server: &str) -> Token {
    Token {
        resource_server: resource_server.to_owned(),
        identity_id: Some("4dd9ab4d".to_owned()),
        scope: "openid email".to_owned(),
        access_token: SECRET.into(),
        refresh_token: Some(format!("refresh {resource_server}").into()),
        expires_at_seconds: 1_800_000_000,
        token_type: Some("Bearer".to_owned()),
        client_id: Some("61338d24".to_owned()),
        auth_url: None,
        username: None,
        extra: Map::from_iter([("note".to_owned(), json!({ "by": "hand" }))]),
    }
}

fn tokens<'a>(resource_servers: impl IntoIterator<Item = &'a str>) -> Tokens {
    resource_servers.into_iter().map(|name| (name.to_owned(), token(name))).collect()
}

fn as_json(tokens: &Tokens) -> Value {
    tokens.iter().map(|(name, token)| (name.clone(), token.to_json())).collect()
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(future)
}

fn lock(store: &TokenStore) -> Lock {
    wait(store.lock()).unwrap().unwrap()
}

macro_rules! for_every_file_store {
    ($($test:ident)*) => {
        mod json { $(#[test] fn $test() { super::$test(super::Format::Json); })* }
        mod sqlite { $(#[test] fn $test() { super::$test(super::Format::Sqlite); })* }
    };
}

for_every_file_store! {
    keeps_tokens
    makes_nothing_when_it_only_reads
    is_private
    keeps_what_others_put_there
    reserves_what_the_next_save_needs
    reads_tokens_without_optional_keys
    refuses_malformed_tokens
    refuses_foreign_files
    can_be_cleared_of_what_it_cannot_read
    follows_a_symbolic_link
    can_be_locked_by_one_alone
    loses_nothing_to_threads
    says_when_it_cannot_write
}

#[test]
fn memory_keeps_tokens() {
    check_keeping(TokenStore::in_memory());
    assert!(wait(TokenStore::in_memory().lock()).unwrap().is_none());
}

fn keeps_tokens(format: Format) {
    check_keeping(TestStore::new(format).store());
}

fn check_keeping(mut store: TokenStore) {
    assert!(store.load().unwrap().is_empty());
    assert!(!store.remove(&[GROUPS]).unwrap());
    assert!(!store.clear().unwrap());

    store.save(&tokens([GROUPS, "auth.globus.org"])).unwrap();
    assert_eq!(as_json(&store.load().unwrap()), as_json(&tokens([GROUPS, "auth.globus.org"])));
    let mut refreshed = tokens([GROUPS]);
    refreshed.get_mut(GROUPS).unwrap().identity_id = None;
    refreshed.extend(tokens([TRANSFER]));
    store.save(&refreshed).unwrap();
    let mut expected = tokens(["auth.globus.org"]);
    expected.extend(refreshed);
    assert_eq!(as_json(&store.load().unwrap()), as_json(&expected));

    assert!(!store.remove(&["search.api.globus.org"]).unwrap());
    assert!(store.remove(&[GROUPS, "search.api.globus.org", TRANSFER]).unwrap());
    assert_eq!(as_json(&store.load().unwrap()), as_json(&tokens(["auth.globus.org"])));
    assert!(store.clear().unwrap());
    assert!(store.load().unwrap().is_empty());
    store.save(&tokens([GROUPS])).unwrap();
    assert_eq!(as_json(&store.load().unwrap()), as_json(&tokens([GROUPS])));
}

fn makes_nothing_when_it_only_reads(format: Format) {
    let test_store = TestStore::new(format);
    let mut store = test_store.store();
    store.load().unwrap();
    store.remove(&[GROUPS]).unwrap();
    store.clear().unwrap();
    assert!(names(test_store.folder.path()).is_empty());

    let test_store = TestStore::used(format);
    let before = fs::read(test_store.file()).unwrap();
    fs::set_permissions(test_store.file(), Permissions::from_mode(0o644)).unwrap();
    let mut store = test_store.store();
    store.load().unwrap();
    assert!(!store.remove(&[TRANSFER]).unwrap());
    assert_eq!(fs::read(test_store.file()).unwrap(), before);
    assert_eq!(names(test_store.file().parent().unwrap()), ["tokens"]);
}

fn is_private(format: Format) {
    let test_store = TestStore::used(format);
    let _lock = lock(&test_store.store());
    assert_eq!(mode(test_store.file().parent().unwrap()), 0o700);
    assert_eq!(names(test_store.file().parent().unwrap()), ["tokens", "tokens.lock"]);
    assert_eq!(mode(&test_store.file()), 0o600);
    assert_eq!(mode(&test_store.file().with_extension("lock")), 0o600);
    fs::set_permissions(test_store.file(), Permissions::from_mode(0o644)).unwrap();
    test_store.store().save(&tokens([GROUPS])).unwrap();
    assert_eq!(mode(&test_store.file()), 0o600);
}

fn keeps_what_others_put_there(format: Format) {
    let test_store = TestStore::used(format);
    test_store.put("DEFAULT", TRANSFER, &json!({ "anything": 1 }));
    test_store.put("work", GROUPS, &json!({ "anything": 2 }));
    let mut store = test_store.store();
    store.save(&tokens([GROUPS])).unwrap();
    assert!(store.remove(&[GROUPS]).unwrap());
    assert_eq!(test_store.stored("DEFAULT", TRANSFER), Some(json!({ "anything": 1 })));
    store.save(&tokens([GROUPS])).unwrap();
    assert_eq!(test_store.stored("DEFAULT", GROUPS).unwrap()["note"], json!({ "by": "hand" }));
    assert!(store.clear().unwrap());
    assert_eq!(test_store.stored("work", GROUPS), Some(json!({ "anything": 2 })));

    let mut work = test_store.store_at(test_store.file(), "other");
    assert!(work.load().unwrap().is_empty());
    work.save(&tokens([GROUPS])).unwrap();
    assert_eq!(test_store.stored("DEFAULT", GROUPS), None);
    assert!(test_store.stored("other", GROUPS).is_some());
}

fn reserves_what_the_next_save_needs(format: Format) {
    let test_store = TestStore::used(format);
    let folder = test_store.file().parent().unwrap().to_owned();
    let mut store = test_store.store();
    store.reserve().unwrap();
    assert_eq!(as_json(&test_store.store().load().unwrap()), as_json(&tokens([GROUPS])), "others can read");
    assert_eq!(names(&folder).len(), 2, "the space is taken beside the file");
    store.release();
    assert_eq!(names(&folder), ["tokens"]);
    assert_eq!(as_json(&store.load().unwrap()), as_json(&tokens([GROUPS])));

    store.reserve().unwrap();
    store.save(&tokens([TRANSFER])).unwrap();
    assert_eq!(names(&folder), ["tokens"]);
    assert_eq!(mode(&test_store.file()), 0o600);
    let length = fs::metadata(test_store.file()).unwrap().len();
    for _ in 0..5 {
        store.reserve().unwrap();
        store.save(&tokens([TRANSFER])).unwrap();
    }
    assert_eq!(as_json(&test_store.store().load().unwrap()), as_json(&tokens([GROUPS, TRANSFER])));
    assert_eq!(fs::metadata(test_store.file()).unwrap().len(), length, "no refresh makes the file larger");
}

#[test]
fn sqlite_lets_no_other_program_in_between_reserving_and_saving() {
    let test_store = TestStore::used(Format::Sqlite);
    for journal in ["DELETE", "WAL"] {
        test_store.execute(&format!("PRAGMA journal_mode = {journal}"));
        let mut store = test_store.store();
        store.reserve().unwrap();
        let other = Connection::open(test_store.file()).unwrap();
        other.busy_timeout(Duration::ZERO).unwrap();
        assert!(other.execute_batch("BEGIN IMMEDIATE").is_err());
        let rows = || other.query_row("SELECT count(*) FROM token_storage", [], |row| row.get::<_, i64>(0));
        assert_eq!(rows().unwrap(), 1, "what is reserved is not seen");
        store.save(&tokens([GROUPS])).unwrap();
        assert_eq!(rows().unwrap(), 1);
        other.execute_batch("BEGIN IMMEDIATE; ROLLBACK").unwrap();
    }
}

/// The SDK leaves a key without a value out; other programs write `null`.
fn reads_tokens_without_optional_keys(format: Format) {
    let test_store = TestStore::used(format);
    let bare = json!({
        "resource_server": GROUPS, "scope": "openid", "access_token": SECRET, "expires_at_seconds": 1
    });
    let mut nulls = bare.clone();
    for key in ["identity_id", "refresh_token", "token_type"] {
        nulls[key] = Value::Null;
    }
    for stored in [bare, nulls] {
        test_store.put("DEFAULT", GROUPS, &stored);
        let token = test_store.store().load().unwrap().remove(GROUPS).unwrap();
        assert!(token.identity_id.is_none() && token.refresh_token.is_none() && token.token_type.is_none());
        assert!(token.extra.is_empty());
    }
}

fn refuses_malformed_tokens(format: Format) {
    let test_store = TestStore::used(format);
    let with = |key: &str, value: Value| {
        let mut token = token(GROUPS).to_json();
        token[key] = value;
        token
    };
    for (stored, reason) in [
        (json!(SECRET), "`the token` is missing or not an object"),
        (json!([SECRET]), "`the token` is missing or not an object"),
        (with("access_token", Value::Null), "`access_token` is missing or not text"),
        (with("refresh_token", json!([SECRET])), "`refresh_token` is missing or not text or null"),
        (with("expires_at_seconds", json!(1.5)), "`expires_at_seconds` is missing or not a whole number"),
        (with("expires_at_seconds", json!(SECRET)), "`expires_at_seconds` is missing or not a whole number"),
    ] {
        test_store.put("DEFAULT", GROUPS, &stored);
        let before = fs::read(test_store.file()).unwrap();
        let error = test_store.store().load().unwrap_err();
        assert_refusal(&error, &format!("in the token for `{GROUPS}`, {reason}"));
        assert_eq!(fs::read(test_store.file()).unwrap(), before);
    }
}

fn refuses_foreign_files(format: Format) {
    let test_store = TestStore::used(format);
    fs::write(test_store.file(), "").unwrap();
    test_store.refuses(match format {
        Format::Json => "the file is empty",
        Format::Sqlite => "its table `sdk_storage_adapter_internal` is missing",
    });
    fs::write(test_store.file(), format!("api_key = {SECRET}\n").repeat(100)).unwrap();
    test_store.refuses(match format {
        Format::Json => "it is not JSON at line 1, column 1",
        Format::Sqlite => "it is not an SQLite database",
    });
    let other = TestStore::used(if format == Format::Json { Format::Sqlite } else { Format::Json });
    fs::copy(other.file(), test_store.file()).unwrap();
    test_store.refuses("");
}

fn can_be_cleared_of_what_it_cannot_read(format: Format) {
    let test_store = TestStore::used(format);
    test_store.put("DEFAULT", TRANSFER, &json!(1));
    let mut store = test_store.store();
    assert!(store.load().is_err());
    assert!(store.clear().unwrap());
    assert!(store.load().unwrap().is_empty());
}

fn follows_a_symbolic_link(format: Format) {
    let test_store = TestStore::used(format);
    for (link, target) in [("link", "made/tokens"), ("dangling", "made/new")] {
        let link = test_store.folder.path().join(link);
        symlink(target, &link).unwrap();
        let target = test_store.folder.path().join(target);
        let mut store = test_store.store_at(link.clone(), "DEFAULT");
        store.save(&tokens([TRANSFER])).unwrap();
        assert!(link.is_symlink());
        assert!(!target.is_symlink());
        assert_eq!(mode(&target), 0o600);
        let direct = test_store.store_at(target, "DEFAULT");
        assert!(direct.load().unwrap().contains_key(TRANSFER));
        let held = lock(&store);
        assert!(is_locked(&direct), "the lock is that of the real file");
        drop(held);
    }
}

fn is_locked(store: &TokenStore) -> bool {
    wait(async { tokio::time::timeout(Duration::from_millis(100), store.lock()).await }).is_err()
}

fn can_be_locked_by_one_alone(format: Format) {
    let test_store = TestStore::new(format);
    let held = lock(&test_store.store());
    assert!(is_locked(&test_store.store()));
    drop(held);
    assert!(!is_locked(&test_store.store()));
}

/// The kernel treats a lock of each opened file alone, whether its process has others or not.
#[test]
fn a_lock_whose_file_is_removed_again_and_again_has_one_holder_at_a_time() {
    let test_store = TestStore::new(Format::Json);
    let holders = AtomicUsize::new(0);
    thread::scope(|scope| {
        for number in 0..8 {
            let (store, holders) = (test_store.store(), &holders);
            scope.spawn(move || {
                for turn in 0..40 {
                    let held = lock(&store);
                    assert_eq!(holders.fetch_add(1, Ordering::SeqCst), 0, "two hold the lock");
                    thread::yield_now();
                    holders.fetch_sub(1, Ordering::SeqCst);
                    if (turn + number) % 2 == 0 {
                        held.remove();
                    }
                }
            });
        }
    });
    lock(&test_store.store()).remove();
    assert_eq!(names(test_store.file().parent().unwrap()), [""; 0]);
}

#[test]
fn a_lock_leaves_the_new_file_of_another_run_alone() {
    let test_store = TestStore::new(Format::Json);
    let held = lock(&test_store.store());
    let file = test_store.file().with_extension("lock");
    fs::remove_file(&file).unwrap();
    let other = lock(&test_store.store());
    held.remove();
    assert!(file.exists() && is_locked(&test_store.store()));
    other.remove();
    assert!(!file.exists());
}

fn loses_nothing_to_threads(format: Format) {
    let test_store = TestStore::new(format);
    let expected: Vec<String> = (0..40).map(|number| format!("server {number}")).collect();
    thread::scope(|scope| {
        for share in expected.chunks(5) {
            let mut store = test_store.store();
            scope.spawn(move || {
                for name in share {
                    let _lock = lock(&store);
                    store.save(&tokens([name.as_str()])).unwrap();
                }
            });
        }
    });
    let all = test_store.store().load().unwrap();
    assert_eq!(as_json(&all), as_json(&tokens(expected.iter().map(String::as_str))));
}

fn says_when_it_cannot_write(format: Format) {
    // Not even root can make a folder below a file.
    let test_store = TestStore::new(format);
    fs::write(test_store.folder.path().join("made"), "").unwrap();
    let mut store = test_store.store();
    let error = wait(store.lock()).unwrap_err();
    assert!(error.to_string().contains("must be writable"), "{error}");
    let error = store.save(&tokens([GROUPS])).unwrap_err();
    assert_eq!(error.kind, Kind::Failed);
    assert!(error.to_string().starts_with("can't "), "{error}");
}

#[test]
fn sqlite_refuses_other_databases() {
    let cases = [
        ("DROP TABLE token_storage", "its table `token_storage` is missing"),
        ("ALTER TABLE token_storage RENAME COLUMN namespace TO test_store", "or has other columns"),
        (
            "CREATE TABLE copy AS SELECT * FROM token_storage; DROP TABLE token_storage;
             ALTER TABLE copy RENAME TO token_storage",
            "its table `token_storage`",
        ),
        ("DROP TABLE sdk_storage_adapter_internal", "its table `sdk_storage_adapter_internal` is missing"),
        ("DELETE FROM sdk_storage_adapter_internal", "it has no schema version"),
        ("UPDATE sdk_storage_adapter_internal SET value = '1'", "the SDK's original `SQLiteAdapter`"),
        ("UPDATE sdk_storage_adapter_internal SET value = '3'", "its schema version is \"3\"; 2 is known"),
        ("UPDATE sdk_storage_adapter_internal SET value = x'00'", "its schema version is not text"),
    ];
    // Side by side, because each is looked at for a while.
    thread::scope(|scope| {
        for (statements, reason) in cases {
            scope.spawn(move || {
                let test_store = TestStore::used(Format::Sqlite);
                test_store.execute(statements);
                test_store.refuses(reason);
            });
        }
    });
}

#[test]
fn sqlite_refuses_what_holds_no_tokens() {
    let test_store = TestStore::used(Format::Sqlite);
    test_store.execute(&format!("UPDATE token_storage SET token_data_json = '{SECRET}'"));
    assert_refusal(&test_store.store().load().unwrap_err(), "`token_data_json` is not JSON at column");
    test_store.execute("UPDATE token_storage SET token_data_json = CAST('{}' AS BLOB)");
    assert_refusal(&test_store.store().load().unwrap_err(), "`resource_server` is missing or not text");
    test_store.execute("UPDATE token_storage SET resource_server = x'00'");
    assert_refusal(&test_store.store().load().unwrap_err(), "a column of `token_storage` is not text");
    let folder = test_store.store_at(test_store.folder.path().to_owned(), "DEFAULT");
    assert_refusal(&folder.load().unwrap_err(), "it is not a regular file");
}

#[test]
fn sqlite_waits_for_another_program_but_not_forever() {
    let test_store = TestStore::used(Format::Sqlite);
    let mut store = test_store.store();
    let other = Connection::open(test_store.file()).unwrap();
    thread::scope(|scope| {
        other.execute_batch("BEGIN EXCLUSIVE").unwrap();
        let saving = scope.spawn(|| store.save(&tokens([TRANSFER])));
        thread::sleep(Duration::from_millis(300));
        other.execute_batch("COMMIT").unwrap();
        saving.join().unwrap().unwrap();
    });

    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert_eq!(store.load().unwrap().len(), 2, "reading goes on beside a writer");
    let TokenStore::Sqlite(file) = &mut store else { unreachable!() };
    file.set_deadline(Duration::from_secs(1));
    let error = store.save(&tokens([GROUPS])).unwrap_err();
    assert_eq!(error.kind, Kind::Locked);
    assert!(error.to_string().contains("was locked for 1 seconds"), "{error}");
    assert!(error.to_string().contains("fuser"), "{error}");
}

/// A program that uses the file in WAL mode, and one that died while it wrote.
#[test]
fn sqlite_reads_beside_every_journal() {
    let test_store = TestStore::used(Format::Sqlite);
    let other = Connection::open(test_store.file()).unwrap();
    other.execute_batch("PRAGMA journal_mode = WAL; DELETE FROM token_storage WHERE false").unwrap();
    test_store.store().save(&tokens([TRANSFER])).unwrap();
    assert_eq!(mode(&test_store.folder.path().join("made/tokens-wal")), 0o600);
    assert_eq!(test_store.store().load().unwrap().len(), 2);
    drop(other);
    assert_eq!(test_store.store().load().unwrap().len(), 2);

    let test_store = TestStore::used(Format::Sqlite);
    let other = Connection::open(test_store.file()).unwrap();
    // So small a cache spills the unfinished change into the file.
    other
        .execute_batch(
            "PRAGMA cache_size = 1; BEGIN; UPDATE token_storage SET token_data_json = 'half';
             WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)
             INSERT INTO token_storage SELECT 'DEFAULT', i, hex(zeroblob(1000)) FROM n",
        )
        .unwrap();
    let dead = TestStore::new(Format::Sqlite);
    fs::create_dir(dead.folder.path().join("made")).unwrap();
    for name in ["tokens", "tokens-journal"] {
        fs::copy(
            test_store.folder.path().join("made").join(name),
            dead.folder.path().join("made").join(name),
        )
        .unwrap();
    }
    assert_eq!(as_json(&dead.store().load().unwrap()), as_json(&tokens([GROUPS])));
}
