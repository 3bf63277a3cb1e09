"""What changed between two versions: people, money and values.

People are compared by their source records (`customer_identities`), because an id alone cannot tell a merge
from a loss. No other table of the room is read.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from customer360_pipeline.engine.duckdb import literal, quote
from customer360_pipeline.publish import pointer


@dataclass(frozen=True)
class Group:
    """One customer of one version whose records are several customers of the other."""

    customer_id: str
    others: tuple[str, ...]


@dataclass(frozen=True)
class Move:
    """A customer whose revenue is not the same in both versions.

    Args:
        customer_id: the id in b; in a, of one that b does not have.
        kind: kept, merged or split, added or gone.
        before: revenue in a, reporting currency; None: a has no such customer.
        after: the same of b.
    """

    customer_id: str
    kind: str
    before: Decimal | None
    after: Decimal | None

    @property
    def change(self) -> Decimal:
        """What the customer has more in b."""
        return (self.after or Decimal(0)) - (self.before or Decimal(0))


@dataclass(frozen=True)
class Diff:
    """The change from version `a` to version `b`.

    Args:
        customers: (in a, in b).
        added: ids in b none of whose records were known in a.
        gone: ids in a none of whose records are left in b.
        renamed: (id in a, id in b) of customers with a new id, neither merged nor split.
        merged: customers of b made from several of a.
        split: customers of a whose records are several of b.
        revenue: (in a, in b), reporting currency; None where no amount is known.
        revenue_by_kind: how much of the difference came with added, gone, merged or split, and kept customers.
        revenue_moved: every customer whose revenue changed, largest change first. The changes add up to the difference
            of `revenue`, since money also moves between the parts of a customer that was split or merged.
        unattributed: (in a, in b), reporting currency: counted, but of payers whom nothing identifies; None in a
            version without the table revenue_tie_out.
        unconverted: per currency (in a, in b): amounts without an exchange rate, in neither of the two above. Only
            currencies that differ.
        changed: customers of both versions with any changed value; `changed_columns` counts them per column.
        new_columns, lost_columns: columns only one version has.
        rows: per table (in a, in b).
    """

    a: str
    b: str
    customers: tuple[int, int]
    added: tuple[str, ...]
    gone: tuple[str, ...]
    renamed: tuple[tuple[str, str], ...]
    merged: tuple[Group, ...]
    split: tuple[Group, ...]
    revenue: tuple[Decimal | None, Decimal | None]
    revenue_by_kind: dict[str, Decimal]
    revenue_moved: tuple[Move, ...]
    unattributed: tuple[Decimal | None, Decimal | None]
    unconverted: dict[str, tuple[Decimal, Decimal]]
    changed: int
    changed_columns: dict[str, int]
    new_columns: tuple[str, ...]
    lost_columns: tuple[str, ...]
    rows: dict[str, tuple[int | None, int | None]] = field(default_factory=dict)


def diff(home: Path, a: str, b: str) -> Diff:
    """Compare two kept versions, named as on the command line.

    Raises:
        ConfigError: no such version.
    """
    import duckdb

    published = home / "published"
    names = pointer.resolve(published, a), pointer.resolve(published, b)
    connection = duckdb.connect(config={"autoinstall_known_extensions": False, "autoload_known_extensions": False})
    try:
        for alias, name in zip("ab", names, strict=True):
            path = literal(str(published / name / pointer.DATABASE))
            if alias == "a" or names[0] != names[1]:
                connection.execute(f"ATTACH {path} AS {alias} (READ_ONLY)")
        other = "b" if names[0] != names[1] else "a"
        connection.execute(_LINKS.format(b=other))
        return _Comparison(connection, other).result(*names)
    finally:
        connection.close()


# Every pair of customers that share a record; one side NULL where no record is shared.
_LINKS = """
CREATE TEMP TABLE shared AS
WITH before AS (SELECT DISTINCT source, record_id, customer_id FROM a.main.customer_identities),
     after AS (SELECT DISTINCT source, record_id, customer_id FROM {b}.main.customer_identities)
SELECT DISTINCT before.customer_id AS a_id, after.customer_id AS b_id
FROM before JOIN after USING (source, record_id)
"""


class _Comparison:
    def __init__(self, connection: Any, other: str) -> None:
        self.connection = connection
        self.customers = {"a": "a.main.customer_360", "b": f"{other}.main.customer_360"}
        self.catalogs = {"a": "a", "b": other}

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self.connection.execute(sql.format(a=self.customers["a"], b=self.customers["b"])).fetchall()

    def result(self, a: str, b: str) -> Diff:
        columns = {side: self._columns(side) for side in "ab"}
        both = [name for name in columns["a"] if name in columns["b"]]
        changed_columns = self._changed_columns(both)
        return Diff(
            a=a,
            b=b,
            customers=self.rows("SELECT (SELECT count(*) FROM {a}), (SELECT count(*) FROM {b})")[0],
            added=self._ids("SELECT customer_id FROM {b} WHERE customer_id NOT IN (SELECT b_id FROM shared)"),
            gone=self._ids("SELECT customer_id FROM {a} WHERE customer_id NOT IN (SELECT a_id FROM shared)"),
            renamed=tuple(self.rows(_RENAMED)),
            merged=self._groups("b_id", "a_id"),
            split=self._groups("a_id", "b_id"),
            changed=changed_columns.pop("", 0),
            changed_columns=changed_columns,
            new_columns=tuple(name for name in columns["b"] if name not in both),
            lost_columns=tuple(name for name in columns["a"] if name not in both),
            rows=self._row_counts(),
            **self._money("total_revenue" in both),
        )

    def _columns(self, side: str) -> list[str]:
        return [row[0] for row in self.rows(f"DESCRIBE SELECT * FROM {self.customers[side]}")]

    def _ids(self, sql: str) -> tuple[str, ...]:
        return tuple(row[0] for row in self.rows(f"{sql} ORDER BY 1"))

    def _groups(self, one: str, many: str) -> tuple[Group, ...]:
        found = self.rows(
            f"SELECT {one}, list({many} ORDER BY {many}) FROM shared GROUP BY ALL HAVING count(*) > 1 ORDER BY 1"
        )
        return tuple(Group(row[0], tuple(row[1])) for row in found)

    def _money(self, is_known: bool) -> dict[str, Any]:
        beside = self._beside_customers()
        if not is_known:
            return beside | {"revenue": (None, None), "revenue_by_kind": {}, "revenue_moved": ()}
        total = "SELECT (SELECT sum(total_revenue) FROM {a}), (SELECT sum(total_revenue) FROM {b})"
        return beside | {
            "revenue": self.rows(total)[0],
            "revenue_by_kind": dict(self.rows(_REVENUE_BY_KIND)),
            "revenue_moved": tuple(Move(*row) for row in self.rows(_REVENUE_MOVED)),
        }

    def _beside_customers(self) -> dict[str, Any]:
        """Money that no customer has: unattributed, and without an exchange rate."""
        unattributed: dict[str, Decimal | None] = {}
        unconverted: dict[str, dict[str, Decimal]] = {}
        for side, catalog in self.catalogs.items():
            table = f"{catalog}.main.revenue_tie_out"
            named = f"database_name = {literal(catalog)} AND table_name = 'revenue_tie_out'"
            if not self.connection.execute(f"SELECT 1 FROM duckdb_tables() WHERE {named}").fetchall():
                unattributed[side] = None
                continue
            total = f"SELECT coalesce(sum(reporting_unattributed), 0)::DECIMAL(18, 2) FROM {table}"
            unattributed[side] = self.connection.execute(total).fetchall()[0][0]
            amounts = self.connection.execute(f"SELECT currency, unconverted_amount FROM {table} ORDER BY 1").fetchall()
            for currency, amount in amounts:
                unconverted.setdefault(currency, {})[side] = amount or Decimal(0)
        both = {name: (of.get("a", Decimal(0)), of.get("b", Decimal(0))) for name, of in sorted(unconverted.items())}
        return {
            "unattributed": (unattributed["a"], unattributed["b"]),
            "unconverted": {currency: pair for currency, pair in both.items() if pair[0] != pair[1]},
        }

    def _changed_columns(self, both: list[str]) -> dict[str, int]:
        """Per column the customers that changed; under the empty name those that changed at all."""
        values = [name for name in both if name != "customer_id"]
        tests = {name: f"a.{quote(name)} IS DISTINCT FROM b.{quote(name)}" for name in values}
        counts = "".join(f", count(*) FILTER ({test})" for test in tests.values())
        either = " OR ".join(tests.values()) or "false"
        # Not through rows(): a column's name may hold a brace.
        sql = f" FROM {self.customers['a']} a JOIN {self.customers['b']} b USING (customer_id)"
        found = self.connection.execute(f"SELECT count(*) FILTER ({either}){counts}{sql}").fetchall()[0]
        return {"": found[0]} | {name: n for name, n in zip(values, found[1:], strict=True) if n}

    def _row_counts(self) -> dict[str, tuple[int | None, int | None]]:
        counts: dict[str, dict[str, int]] = {}
        for side, catalog in self.catalogs.items():
            tables = f"SELECT table_name FROM duckdb_tables() WHERE database_name = {literal(catalog)}"
            for (name,) in self.connection.execute(f"{tables} AND NOT temporary ORDER BY 1").fetchall():
                found = self.connection.execute(f"SELECT count(*) FROM {catalog}.main.{quote(name)}").fetchall()
                counts.setdefault(name, {})[side] = found[0][0]
        return {name: (sides.get("a"), sides.get("b")) for name, sides in sorted(counts.items())}


_RENAMED = """
SELECT a_id, b_id FROM shared
QUALIFY count(*) OVER (PARTITION BY a_id) = 1 AND count(*) OVER (PARTITION BY b_id) = 1 AND a_id <> b_id
ORDER BY 1
"""
_KIND = """
pairs AS (SELECT a_id, b_id,
    count(*) OVER (PARTITION BY a_id) = 1 AND count(*) OVER (PARTITION BY b_id) = 1 AS is_kept FROM shared),
kept AS (SELECT a_id, b_id FROM pairs WHERE is_kept)
"""
_REVENUE_BY_KIND = f"""
WITH {_KIND}, amounts AS (
    SELECT CASE WHEN customer_id IN (SELECT a_id FROM kept) THEN 'kept'
                WHEN customer_id IN (SELECT a_id FROM shared) THEN 'merged or split' ELSE 'gone' END AS kind,
           -total_revenue AS amount FROM {{a}}
    UNION ALL
    SELECT CASE WHEN customer_id IN (SELECT b_id FROM kept) THEN 'kept'
                WHEN customer_id IN (SELECT b_id FROM shared) THEN 'merged or split' ELSE 'added' END,
           total_revenue FROM {{b}})
SELECT kind, coalesce(sum(amount), 0) FROM amounts GROUP BY kind ORDER BY kind
"""
# Kept customers meet whatever their id is; of the others each id is a line of its own.
_REVENUE_MOVED = f"""
WITH {_KIND},
before AS (
    SELECT customer_id, coalesce(total_revenue, 0) AS amount, customer_id IN (SELECT a_id FROM kept) AS is_kept,
        customer_id IN (SELECT a_id FROM shared) AS is_shared FROM {{a}}),
after AS (
    SELECT coalesce(a_id, customer_id) AS met_id, customer_id, coalesce(total_revenue, 0) AS amount,
        a_id IS NOT NULL AS is_kept, customer_id IN (SELECT b_id FROM shared) AS is_shared
    FROM {{b}} LEFT JOIN kept ON b_id = customer_id)
SELECT coalesce(after.customer_id, before.customer_id) AS id,
    CASE WHEN before.is_kept OR after.is_kept THEN 'kept'
         WHEN before.is_shared OR after.is_shared THEN 'merged or split'
         WHEN before.customer_id IS NULL THEN 'added' ELSE 'gone' END,
    before.amount, after.amount
FROM before FULL JOIN after ON after.met_id = before.customer_id AND after.is_kept = before.is_kept
WHERE coalesce(before.amount, 0) <> coalesce(after.amount, 0)
ORDER BY abs(coalesce(after.amount, 0) - coalesce(before.amount, 0)) DESC, id
"""
