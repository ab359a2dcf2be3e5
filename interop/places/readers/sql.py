"""SQL: SQLite runs it, and PostgreSQL's parser reads it."""

import json
import os
import sqlite3
import subprocess
import tempfile

import pglast.parser


def dumped(database):
    """Each table or index, with its rows."""
    found = []
    for kind, name in database.execute("SELECT type, name FROM sqlite_schema ORDER BY rowid").fetchall():
        quoted = name.replace('"', '""')
        rows = database.execute(f'SELECT * FROM "{quoted}"') if kind == "table" else []
        found.append([kind, name, [list(map(repr_of, row)) for row in rows]])
    return found


def repr_of(value):
    return value if isinstance(value, str) else {"plain": repr(value)}


def read_sqlite(text):
    database = sqlite3.connect(":memory:")
    try:
        database.executescript(text)
        return dumped(database)
    finally:
        database.close()


def read_sqlite_shell(text):
    """The command `sqlite3`, which has commands of its own, such as `.shell`."""
    with tempfile.TemporaryDirectory() as folder:
        ended = subprocess.run(
            ["sqlite3", "-batch", "database"],
            input=text.encode(),
            cwd=folder,
            env={"PATH": "/usr/bin:/bin", "HOME": "/nonexistent"},
            capture_output=True,
            timeout=60,
        )
        left = sorted(set(os.listdir(folder)) - {"database"})
        if left:
            raise ValueError(f"a command was run: it left {left}")
        if ended.stderr:
            raise ValueError(ended.stderr.decode(errors="backslashreplace"))
        database = sqlite3.connect(os.path.join(folder, "database"))
        try:
            return [ended.stdout.decode(errors="backslashreplace"), dumped(database)]
        finally:
            database.close()


def without_places(node):
    """A parse tree without the numbers of bytes, which differ with the length of a value."""
    if isinstance(node, dict):
        places = ("location", "stmt_location", "stmt_len", "list_start", "list_end")
        return [[key, without_places(part)] for key, part in node.items() if not key.endswith(places)]
    if isinstance(node, list):
        return [without_places(part) for part in node]
    return node if isinstance(node, str) else {"plain": json.dumps(node)}


def read_postgresql(text):
    return without_places(json.loads(pglast.parser.parse_sql_json(text)))


READERS = {
    "sqlite": read_sqlite,
    "sqlite3": read_sqlite_shell,
    "postgresql": read_postgresql,
}
