"""The file `ops.sqlite` of a data directory: an append-only book of decisions.

Nothing in it is changed or removed; taking a decision back is a row of its own. SQLite in WAL mode lets a run read
while a person writes.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from customer360_pipeline.errors import ConfigError, Customer360Error
from customer360_pipeline.ops.decisions import Decision, Proposal, RecordKey, contradicted, settled
from customer360_pipeline.wording import counted

NAME = "ops.sqlite"
SCHEMA_VERSION = 1
BUSY_SECONDS = 10.0
MAX_REASON = 1000

_SCHEMA = """
CREATE TABLE decisions (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL CHECK (kind IN ('must_link', 'cannot_link', 'revoke')),
  revokes INTEGER UNIQUE REFERENCES decisions (number),
  author TEXT NOT NULL CHECK (trim(author) <> ''),
  reason TEXT NOT NULL CHECK (trim(reason) <> ''),
  decided_at TEXT NOT NULL,
  CHECK ((kind = 'revoke') = (revokes IS NOT NULL))
) STRICT;
CREATE TABLE decision_records (
  number INTEGER NOT NULL REFERENCES decisions (number),
  part INTEGER NOT NULL,
  source TEXT NOT NULL,
  record_id TEXT NOT NULL,
  PRIMARY KEY (number, source, record_id)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER decisions_stay BEFORE UPDATE ON decisions BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER decisions_kept BEFORE DELETE ON decisions BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER records_stay BEFORE UPDATE ON decision_records BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER records_kept BEFORE DELETE ON decision_records BEGIN SELECT RAISE(ABORT, 'append-only'); END;
"""


class Refused(Customer360Error):
    """A decision that an earlier one contradicts, or already says. Exit code 1."""


def store_path(home: Path) -> Path:
    """Where a data directory keeps what people decide."""
    return home / NAME


def history(home: Path) -> list[Decision]:
    """Every decision ever stored, also revoked ones, oldest first; none where nobody decided anything.

    Raises:
        Customer360Error: the file is damaged, or of a newer release.
    """
    if not store_path(home).exists():
        return []
    with _opened(home) as connection:
        # Both tables as they were at one moment, though somebody may be deciding just now. Closing ends it.
        connection.execute("BEGIN")
        return _read(connection)


def active(home: Path) -> list[Decision]:
    """The decisions in force, oldest first."""
    return [decision for decision in history(home) if decision.revoked_by is None]


def decide(home: Path, proposal: Proposal, decided_at: datetime) -> Decision:
    """Store a decision.

    Args:
        home: the data directory; made when it is missing.
        proposal: what is decided. Its records need not be there now.
        decided_at: naive UTC.

    Raises:
        Refused: an earlier decision, which the message names, says the contrary or the same.
        ConfigError: the decision has no reason, or too few records.
    """
    check(proposal, active(home))
    with _opened(home) as connection, _writing(connection):
        # Asked again inside the transaction: somebody else may have decided in between.
        check(proposal, [decision for decision in _read(connection) if decision.revoked_by is None])
        number = _append(connection, proposal.kind, None, proposal.author, proposal.reason, decided_at)
        rows = [(number, part, *record) for part, records in enumerate(proposal.parts) for record in records]
        connection.executemany("INSERT INTO decision_records VALUES (?, ?, ?, ?)", rows)
    return Decision(proposal.kind, proposal.parts, proposal.author, proposal.reason, number, decided_at)


def revoke(home: Path, number: int, author: str, reason: str, decided_at: datetime) -> Decision:
    """Take a decision back by a row of its own; the decision as it now stands.

    Raises:
        ConfigError: there is no such decision, or no reason.
        Refused: it is revoked already.
    """
    _require_reason(reason)
    found = {decision.number: decision for decision in history(home)}
    if number not in found:
        raise ConfigError(f"d_{number}: no such decision. `customer360 decisions` lists them.")
    with _opened(home) as connection, _writing(connection):
        if earlier := connection.execute("SELECT number FROM decisions WHERE revokes = ?", (number,)).fetchone():
            raise Refused(f"d_{number} was revoked already, by d_{earlier[0]}.")
        _append(connection, "revoke", number, author, reason, decided_at)
    return next(decision for decision in history(home) if decision.number == number)


def check(proposal: Proposal, decisions: Sequence[Decision]) -> None:
    """Refuse what cannot be decided beside the decisions in force.

    Raises:
        Refused: an earlier decision, which the message names, says the contrary or the same.
        ConfigError: the decision has no reason, or too few records.
    """
    _require_reason(proposal.reason)
    records = proposal.records
    parts = proposal.parts if proposal.kind == "cannot_link" else records
    if len(parts) < 2 or not all(parts) or len(set(records)) < len(records):
        raise ConfigError("A decision is about two or more different records.")
    if earlier := contradicted(proposal, decisions):
        raise Refused(f"This contradicts {_named(earlier)}. Nothing was stored. {_undo(earlier)}")
    if earlier := settled(proposal, decisions):
        raise Refused(f"This is decided already: {_named(earlier)}. Nothing was stored.")


def _require_reason(reason: str) -> None:
    if not reason.strip() or len(reason) > MAX_REASON:
        raise ConfigError(f"--reason: say why, in 1 to {MAX_REASON} characters, without personal data.")


def _named(decisions: Sequence[Decision]) -> str:
    said = {"must_link": "are one person", "cannot_link": "are different people"}
    return " and ".join(
        f"{d.decision_id} of {d.author}, {d.decided_at:%Y-%m-%d %H:%M} UTC "
        f"({counted(len(d.records), 'record')} {said[d.kind]})"
        for d in decisions
    )


def _undo(decisions: Sequence[Decision]) -> str:
    return f"To take it back: customer360 decisions revoke {decisions[0].decision_id} --reason ..."


@contextmanager
def _opened(home: Path) -> Iterator[sqlite3.Connection]:
    path = store_path(home)
    try:
        home.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode = WAL").fetchall()
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            _ensure_schema(connection, path)
            yield connection
    except (sqlite3.DatabaseError, OSError) as error:
        raise Customer360Error(
            f"{path}: what people decided cannot be read or written ({type(error).__name__}). Check the disk and the "
            "rights of this user, or restore the file from a backup."
        ) from None


def _ensure_schema(connection: sqlite3.Connection, path: Path) -> None:
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > SCHEMA_VERSION:
        raise Customer360Error(
            f"{path} was written by a newer release (schema {version}, known: {SCHEMA_VERSION}). Update this one."
        )
    if version == 0:
        with _writing(connection):
            # Two processes may come here at once; the second finds the work done.
            if connection.execute("PRAGMA user_version").fetchone()[0] == 0:
                for statement in _SCHEMA.split(";\n"):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


@contextmanager
def _writing(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def _append(
    connection: sqlite3.Connection, kind: str, revokes: int | None, author: str, reason: str, decided_at: datetime
) -> int:
    cursor = connection.execute(
        "INSERT INTO decisions (kind, revokes, author, reason, decided_at) VALUES (?, ?, ?, ?, ?)",
        (kind, revokes, author, reason.strip(), decided_at.isoformat(sep=" ")),
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def _read(connection: sqlite3.Connection) -> list[Decision]:
    parts: dict[int, dict[int, list[RecordKey]]] = {}
    for number, part, source, record_id in connection.execute(
        "SELECT number, part, source, record_id FROM decision_records ORDER BY number, part, source, record_id"
    ):
        parts.setdefault(number, {}).setdefault(part, []).append(RecordKey(source, record_id))
    rows = connection.execute(
        "SELECT d.number, d.kind, d.author, d.reason, d.decided_at, r.number FROM decisions AS d "
        "LEFT JOIN decisions AS r ON r.revokes = d.number WHERE d.kind <> 'revoke' ORDER BY d.number"
    )
    return [
        Decision(
            kind, tuple(map(tuple, parts[number].values())), author, reason, number, datetime.fromisoformat(at), revoked
        )
        for number, kind, author, reason, at, revoked in rows
    ]
