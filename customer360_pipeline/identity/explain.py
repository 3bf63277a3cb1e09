"""Why a customer is who it is: its records, the path of links between them, the winning values, and what was blocked.

Reads a published version only. How it looks on a terminal does not belong here (`cli/explain.py`).
"""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from customer360_pipeline.errors import ConfigError, did_you_mean
from customer360_pipeline.identity.carried_blocked import Blocked, blocked_values
from customer360_pipeline.identity.in_review import InReview, in_review
from customer360_pipeline.identity.record_names import long_id
from customer360_pipeline.identity.redirects import current_name, today
from customer360_pipeline.publish.read import tables

# Customers named in an error.
MOST_NAMED = 10
_OUR_ID = re.compile(r"(c|acc)_[0-9a-f]{16}", re.IGNORECASE)
_FURTHER = {"email": "equal by an additional address", "phone": "equal by another number"}


@dataclass(frozen=True)
class Link:
    """Two records and what joined them, or kept them apart. `left` and `right` are `source:record_id`."""

    left: str
    right: str
    rule: str
    pass_number: int
    status: str
    reason: str | None
    evidence: str
    other_customer_id: str | None = None
    score: float | None = None

    @property
    def compared(self) -> dict[str, str]:
        """How each field compares. Evidence knows one address and one phone of a record; a link may be by another."""
        compared: dict[str, str] = json.loads(self.evidence) if self.evidence else {}
        if self.rule in _FURTHER and compared.get(self.rule) == "different":
            compared[self.rule] = _FURTHER[self.rule]
        return compared


@dataclass(frozen=True)
class Record:
    """One record of the customer. `path`: the links from the customer's first record to this one, fewest first;
    `further_emails`: addresses it is known by besides its own."""

    name: str
    record_type: str
    updated_at: datetime | None
    path: tuple[Link, ...] = ()
    further_emails: tuple[str, ...] = ()


@dataclass(frozen=True)
class Winner:
    """The winning value of a field, which record gave it and why; `others` lists (value, record) that lost."""

    field: str
    value: str
    record: str
    reason: str
    others: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Explanation:
    """Everything known of how a customer came to be.

    `links` are those accepted, `kept_apart` those a veto stopped, `reviews` pairs with records of other customers that
    wait for a person; `note` says when it was found by a former id.
    """

    customer_id: str
    records: tuple[Record, ...]
    winners: tuple[Winner, ...]
    kept_apart: tuple[Link, ...]
    blocked: tuple[Blocked, ...]
    links: tuple[Link, ...] = ()
    note: str = ""
    reviews: tuple[InReview, ...] = ()


def explain(connection: Any, wanted: str, options: str = "") -> Explanation:
    """Explain one customer.

    Args:
        connection: a DuckDB connection to a published version.
        wanted: a customer id, an e-mail address, or `source:record_id`.
        options: what a command named in an error needs to read this version, for example ` --home DIR`.

    Raises:
        ConfigError: nobody matches, or several customers carry the address, or none of its records is left.
    """
    wanted, note = current_name(connection, as_given(wanted))
    customer_id = find_customer(connection, wanted, options=options)
    links = customer_links(connection, customer_id)
    return Explanation(
        customer_id,
        _with_paths(_records(connection, customer_id), [link for link in links if link.status == "accepted"]),
        _winners(connection, customer_id),
        tuple(link for link in links if link.status != "accepted"),
        blocked_values(connection, customer_id),
        tuple(link for link in links if link.status == "accepted"),
        note,
        in_review(connection, customer_id),
    )


def published_rows(connection: Any, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
    """Rows of a query on a published version; its parameters are `?` or `$1`."""
    rows: list[tuple[Any, ...]] = connection.execute(sql, list(parameters)).fetchall()
    return rows


def as_given(wanted: str) -> str:
    """An id of a customer or an account in the small letters it was given in, however typed; other names as they are.

    Ids of records keep their case: some systems tell two records apart by nothing else.
    """
    wanted = wanted.strip()
    return wanted.lower() if _OUR_ID.fullmatch(wanted) else wanted


def find_customer(connection: Any, wanted: str, place: str = "", also: str = "", options: str = "") -> str:
    """The id of the one customer that a customer id, an e-mail address or `source:record_id` names.

    `place` says in the message which of several names is meant, `also` what else a name may be, `options` what a
    command in it needs to read this version; the name itself may be a personal value.

    Raises:
        ConfigError: nobody matches, or several customers carry the address, or the id retired.
    """
    wanted = today(connection, as_given(wanted))[0]
    found = published_rows(
        connection, "SELECT DISTINCT customer_id FROM main.customer_identities WHERE customer_id = ?", wanted
    )
    if not found and "@" in wanted:
        found = _by_email(connection, wanted)
    if not found and ":" in wanted:
        found = _by_record(connection, *wanted.split(":", 1))
    lead = f"{place}: " if place else ""
    if len(found) > 1:
        ids = sorted(row[0] for row in found)
        more = f" and {len(found) - MOST_NAMED:,} more" if len(found) > MOST_NAMED else ""
        raise ConfigError(
            f"{lead}{len(found):,} customers carry this address: {', '.join(ids[:MOST_NAMED])}{more}. Name one of "
            f"them by its id. What keeps {'the' if len(ids) == 2 else 'the first'} two apart: "
            f"customer360 explain {ids[0]} {ids[1]}{options}"
        )
    if found:
        return str(found[0][0])
    sources = [row[0] for row in published_rows(connection, _SOURCES)]
    named = wanted.partition(":")[0] if ":" in wanted else ""
    near = did_you_mean(named, sources) if named not in sources else ""
    raise ConfigError(
        f"{lead}nobody matches.{near} Name a customer_id (c_...), an e-mail address, {also}or SOURCE:RECORD_ID with "
        f"one of the sources of this version: {', '.join(sources) or 'none'}. A record that was refused stands in the "
        "table quarantine."
    )


_SOURCES = "SELECT DISTINCT source FROM main.customer_identities ORDER BY source"


def _by_record(connection: Any, source: str, record_id: str) -> list[tuple[Any, ...]]:
    """The customer of a record; of the id as it is typed, then as the long Salesforce id that it may mean."""
    return published_rows(
        connection,
        "SELECT customer_id FROM main.customer_identities WHERE source = $1 AND record_id IN ($2, $3) "
        "ORDER BY record_id <> $2 LIMIT 1",
        source,
        record_id,
        long_id(record_id),
    )


def _by_email(connection: Any, wanted: str) -> list[tuple[Any, ...]]:
    """Customers with a value of the same canonical address, whose local part narrows the search, or with a further
    one."""
    from customer360_pipeline.staging.canonical import email_key

    key = email_key(wanted)
    if key is None:
        return []
    values = published_rows(
        connection,
        "SELECT DISTINCT value, customer_id FROM main.attribute_values "
        "WHERE field = 'email' AND contains(lower(value), ?)",
        key.rpartition("@")[0],
    )
    found = {(customer_id,) for value, customer_id in values if email_key(value) == key}
    if "further_emails" in tables(connection):
        found |= set(
            published_rows(connection, "SELECT DISTINCT customer_id FROM main.further_emails WHERE email = ?", key)
        )
    return sorted(found)


def _records(connection: Any, customer_id: str) -> list[Record]:
    rows = published_rows(
        connection,
        "SELECT source || ':' || record_id, record_type, updated_at FROM main.customer_identities "
        "WHERE customer_id = ? ORDER BY source, record_id",
        customer_id,
    )
    further: dict[str, tuple[str, ...]] = {}
    if "further_emails" in tables(connection):
        for name, email in published_rows(
            connection,
            "SELECT source || ':' || record_id, email FROM main.further_emails WHERE customer_id = ? ORDER BY 1, 2",
            customer_id,
        ):
            further[name] = (*further.get(name, ()), email)
    return [replace(Record(*row), further_emails=further.get(row[0], ())) for row in rows]


def customer_links(connection: Any, customer_id: str) -> list[Link]:
    """The links and vetoes of a customer's records, by pass."""
    # A version of an earlier release has no scores.
    has_score = published_rows(
        connection,
        "SELECT 1 FROM information_schema.columns WHERE table_name = 'identity_links' AND column_name = 'score'",
    )
    rows = published_rows(
        connection,
        f"""SELECT l.left_source || ':' || l.left_record_id, l.right_source || ':' || l.right_record_id,
             l.rule, l.pass, l.status, l.reason, l.evidence, CASE WHEN l.status <> 'accepted' THEN
             CASE WHEN l.customer_id = $1 THEN o.customer_id ELSE l.customer_id END END,
             {"l.score" if has_score else "NULL"}
           FROM main.identity_links AS l
           INNER JOIN main.customer_identities AS o ON o.source = l.right_source AND o.record_id = l.right_record_id
           WHERE l.customer_id = $1 OR o.customer_id = $1
           ORDER BY l.pass, 1, 2, l.rule""",
        customer_id,
    )
    return [Link(*row) for row in rows]


def _with_paths(records: list[Record], links: list[Link]) -> tuple[Record, ...]:
    """Each record with the shortest path of links from the first one; among equals the earliest passes."""
    paths = paths_from(records[0].name, links)
    return tuple(replace(record, path=paths.get(record.name, ())) for record in records)


def paths_from(start: str, links: Sequence[Link]) -> dict[str, tuple[Link, ...]]:
    """The fewest links from one record to every other it is joined with; among equals the earliest in order."""
    beside: dict[str, list[tuple[str, Link]]] = {}
    for link in links:
        beside.setdefault(link.left, []).append((link.right, link))
        beside.setdefault(link.right, []).append((link.left, link))
    paths: dict[str, tuple[Link, ...]] = {start: ()}
    waiting = deque(paths)
    while waiting:
        name = waiting.popleft()
        for neighbour, link in beside.get(name, []):
            if neighbour not in paths:
                paths[neighbour] = (*paths[name], link)
                waiting.append(neighbour)
    return paths


def _winners(connection: Any, customer_id: str) -> tuple[Winner, ...]:
    rows = published_rows(
        connection,
        "SELECT field, value, source || ':' || record_id, reason, is_winner FROM main.attribute_values "
        "WHERE customer_id = ? AND value IS NOT NULL ORDER BY field, rank, source, record_id",
        customer_id,
    )
    winners = {row[0]: row for row in rows if row[4]}
    return tuple(
        Winner(field, value, record, reason, tuple((r[1], r[2]) for r in rows if r[0] == field and r[1] != value))
        for field, value, record, reason, _ in winners.values()
    )
