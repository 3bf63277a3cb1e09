"""How identity is doing, from published versions: sizes, busy and blocked values, links, lone records, drift.

Shows ids and masks, no values. How it looks on a terminal does not belong here (`cli/audit.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from customer360_pipeline.preview import masked

# Lower ends of the groups of the size distribution.
SIZES = (1, 2, 3, 4, 5, 6, 11, 21, 51, 101)
MOST = 10


@dataclass(frozen=True)
class Size:
    """Customers of `at_least` to `at_most` records (None: and more), and the records they hold."""

    at_least: int
    at_most: int | None
    customers: int
    records: int

    @property
    def text(self) -> str:
        """The group in words."""
        if self.at_most is None:
            return f"{self.at_least}+"
        return str(self.at_least) if self.at_least == self.at_most else f"{self.at_least}-{self.at_most}"


@dataclass(frozen=True)
class Large:
    """A customer with many records: its sources, and the rules that hold it together with their links."""

    customer_id: str
    records: int
    sources: str
    links: str


@dataclass(frozen=True)
class Value:
    """A key value, masked, that many records carry; `reason` None: it links. `merges_prevented` of a blocked one."""

    key: str
    records: int
    distinct_names: int
    customers: int
    reason: str | None
    merges_prevented: int = 0


@dataclass(frozen=True)
class BlockedKind:
    """Blocked values of one kind and reason, and the merges they prevented."""

    kind: str
    reason: str
    values: int
    merges_prevented: int


@dataclass(frozen=True)
class Figures:
    """What is compared between versions. `large` counts customers over `quality.large_customer_records` records."""

    version: str
    customers: int
    records: int
    largest: int
    large: int
    in_review: int
    links: dict[str, int]

    @property
    def records_per_customer(self) -> float:
        """Records per customer; 0 without customers."""
        return self.records / self.customers if self.customers else 0.0


@dataclass(frozen=True)
class IdentityAudit:
    """Everything `customer360 audit identity` shows.

    Args:
        sizes: the size distribution; groups without customers left out.
        largest: the largest customers.
        busiest: the values with most records; `blocked`: the blocked ones that prevented most merges.
        blocked_kinds: all blocked values by kind and reason.
        links: (rule, status, reason, links), by pass.
        unlinked: (source, record_type, reason, records) of records that are a customer alone.
        history: figures of the kept versions, this one first.
    """

    sizes: tuple[Size, ...]
    largest: tuple[Large, ...]
    busiest: tuple[Value, ...]
    blocked: tuple[Value, ...]
    blocked_kinds: tuple[BlockedKind, ...]
    links: tuple[tuple[str, str, str, int], ...]
    unlinked: tuple[tuple[str, str, str, int], ...]
    history: tuple[Figures, ...]


def audit(connection: Any) -> IdentityAudit:
    """Audit a published version, by a DuckDB connection to its file; without a history (`history_of`)."""
    return IdentityAudit(
        sizes=tuple(_sizes(connection)),
        largest=tuple(Large(*row) for row in _rows(connection, _LARGEST)),
        busiest=tuple(Value(masked(row[0], row[1], row[5]), *row[2:]) for row in _rows(connection, _BUSIEST)),
        blocked=tuple(Value(masked(row[0], row[1], row[5]), *row[2:]) for row in _rows(connection, _BLOCKED)),
        blocked_kinds=tuple(BlockedKind(*row) for row in _rows(connection, _BLOCKED_KINDS)),
        links=tuple(_rows(connection, _LINKS)),
        unlinked=tuple(_rows(connection, _UNLINKED)),
        history=(),
    )


def figures_of(connection: Any, version: str, large_customer_records: int) -> Figures:
    """The figures of one version that are compared with other versions."""
    [(customers, records, largest, large)] = connection.execute(
        "SELECT count(*), coalesce(sum(record_count), 0)::BIGINT, coalesce(max(record_count), 0), "
        "count(*) FILTER (record_count > ?) FROM customer_360",
        [large_customer_records],
    ).fetchall()
    links = dict(_rows(connection, "SELECT rule, count(*) FROM identity_links WHERE status = 'accepted' GROUP BY 1"))
    # Versions of earlier releases have no such table.
    there = _rows(connection, "SELECT 1 FROM information_schema.tables WHERE table_name = 'identity_review'")
    waiting = _rows(connection, "SELECT count(*) FROM identity_review")[0][0] if there else 0
    return Figures(version, customers, records, largest, large, waiting, links)


def history_of(home: Path, version: str | None, large_customer_records: int) -> tuple[Figures, ...]:
    """Figures of a version and of the kept ones before it, newest first; damaged versions left out."""
    from customer360_pipeline.publish import pointer
    from customer360_pipeline.publish.database import read_only
    from customer360_pipeline.publish.history import versions

    name = pointer.resolve(home / "published", version)
    found = []
    for kept in versions(home):
        if kept.name <= name and kept.manifest is not None:
            with read_only(home / "published" / kept.name / pointer.DATABASE) as connection:
                found.append(figures_of(connection, kept.name, large_customer_records))
    return tuple(found)


def _rows(connection: Any, sql: str) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = connection.execute(sql).fetchall()
    return rows


def _sizes(connection: Any) -> list[Size]:
    counts: dict[int, list[int]] = {start: [0, 0] for start in SIZES}
    for records, customers in _rows(connection, "SELECT record_count, count(*) FROM customer_360 GROUP BY 1"):
        start = max(start for start in SIZES if start <= max(records, 1))
        counts[start][0] += customers
        counts[start][1] += customers * records
    ends: list[int | None] = [*(start - 1 for start in SIZES[1:]), None]
    return [Size(start, end, *counts[start]) for start, end in zip(SIZES, ends, strict=True) if counts[start][0]]


_LARGEST = f"""
WITH large AS (SELECT customer_id, record_count FROM customer_360 ORDER BY record_count DESC, customer_id LIMIT {MOST}),
held AS (
    SELECT customer_id, string_agg(rule || ' ' || links, ', ' ORDER BY links DESC, rule) AS links FROM (
        SELECT customer_id, rule, count(*) AS links FROM identity_links
        WHERE status = 'accepted' AND customer_id IN (SELECT customer_id FROM large) GROUP BY ALL)
    GROUP BY customer_id
), known AS (
    SELECT customer_id, string_agg(source || ' ' || records, ', ' ORDER BY records DESC, source) AS sources FROM (
        SELECT customer_id, source, count(*) AS records FROM customer_identities
        WHERE customer_id IN (SELECT customer_id FROM large) GROUP BY ALL)
    GROUP BY customer_id
)
SELECT customer_id, record_count, coalesce(sources, ''), coalesce(links, '') FROM large
LEFT JOIN held USING (customer_id) LEFT JOIN known USING (customer_id) ORDER BY record_count DESC, customer_id
"""
_BUSIEST = f"""
SELECT kind, value, records, distinct_names, customers, reason FROM busiest_values
ORDER BY records DESC, kind, value LIMIT {MOST}
"""
_BLOCKED = f"""
SELECT kind, value, records, distinct_names, merges_prevented + 1, reason, merges_prevented FROM blocked_values
ORDER BY merges_prevented DESC, kind, value LIMIT {MOST}
"""
_BLOCKED_KINDS = """
SELECT kind, reason, count(*), sum(merges_prevented)::BIGINT AS merges FROM blocked_values
GROUP BY kind, reason ORDER BY merges DESC, kind, reason
"""
_LINKS = """
SELECT rule, status, CASE WHEN status <> 'accepted' THEN coalesce(reason, '') ELSE '' END AS reason, count(*) AS links
FROM identity_links GROUP BY ALL ORDER BY status, min(pass), rule, reason
"""
_UNLINKED = "SELECT source, record_type, reason, records FROM unlinked_records ORDER BY records DESC, source, 2, 3"


def as_markdown(found: IdentityAudit) -> str:
    """The audit for a page of Dagster or a pull request."""
    parts = [
        _table("Customers by records", ("records", "customers", "records in all"),
               [(s.text, s.customers, s.records) for s in found.sizes]),
        _table("Largest customers", ("customer", "records", "sources", "links"),
               [(c.customer_id, c.records, c.sources, c.links) for c in found.largest]),
        _table("Values with most records", ("value", "records", "names", "customers", "links nobody"),
               [(v.key, v.records, v.distinct_names, v.customers, v.reason or "") for v in found.busiest]),
        _table("Blocked values", ("kind", "reason", "values", "merges prevented"),
               [(b.kind, b.reason, b.values, b.merges_prevented) for b in found.blocked_kinds]),
        _table("Links by rule", ("rule", "status", "reason", "links"), found.links),
        _table("Records that are a customer alone", ("source", "kind", "reason", "records"), found.unlinked),
        _table("The last versions", HISTORY, [history_row(figures) for figures in found.history]),
    ]  # fmt: skip
    return "\n".join(part for part in parts if part)


HISTORY = ("version", "customers", "records per customer", "largest", "large", "in review", "links by rule")


def history_row(figures: Figures) -> tuple[str | int, ...]:
    """A version's figures, as `HISTORY` names them."""
    links = ", ".join(f"{rule} {count:,}" for rule, count in sorted(figures.links.items()))
    ratio = f"{figures.records_per_customer:.3f}"
    return figures.version, figures.customers, ratio, figures.largest, figures.large, figures.in_review, links


def _table(title: str, head: Sequence[str], rows: Sequence[Sequence[str | int]]) -> str:
    if not rows:
        return ""
    lines = [f"**{title}**", "", f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    lines += [f"| {' | '.join(f'{v:,}' if isinstance(v, int) else v for v in row)} |" for row in rows]
    return "\n".join(lines) + "\n"
