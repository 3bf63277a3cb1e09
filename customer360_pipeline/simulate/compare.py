"""Holds a rehearsal to the published version: customers merged, split, created and gone, and the money that moves.

Customers are compared by their records, as `publish/diff.py` does for two versions. The money of a record is known in
the private database, so that an amount moves with its record.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from customer360_pipeline.simulate.settings import Change

if TYPE_CHECKING:
    from customer360_pipeline.simulate.rehearse import Rehearsal

MOST_CHANGED = 20


@dataclass(frozen=True)
class Flow:
    """Revenue that belonged to one customer and would belong to another; reporting currency."""

    before: str
    after: str
    records: int
    revenue: Decimal


@dataclass(frozen=True)
class Cluster:
    """Customers of the version and of the rehearsal that exchange records.

    Args:
        before, after: their ids.
        records: records of all of them; `moved`: those that would change their customer.
        revenue: amount that moves with them, without its sign.
        reasons: what caused it, most links first.
    """

    before: tuple[str, ...]
    after: tuple[str, ...]
    records: int
    moved: int
    revenue: Decimal
    reasons: tuple[str, ...]

    @property
    def kind(self) -> str:
        """merged, split, or both."""
        return "merged" if len(self.after) == 1 else "split" if len(self.before) == 1 else "merged and split"


@dataclass(frozen=True)
class LinkCount:
    """Links of one rule and status."""

    rule: str
    status: str
    before: int
    after: int


@dataclass(frozen=True)
class Simulation:
    """What a changed configuration would do.

    Args:
        version: the published version it is compared with.
        settings, notes: what differs.
        currency: of every amount.
        customers, revenue: (published, simulated). Revenue without an exchange rate counts in neither.
        merged: customers made of several of the version; `split`: customers of it that fall apart into several.
        created: customers none of whose records the version knows; `gone`: customers none of whose records are left.
        moved_records: records that would change their customer, new ids for the same customer apart.
        moved_revenue: the amounts of `flows`, added up without their signs.
        flows: between whom it moves, largest first.
        review: pairs that wait for a person; None where there is no such table.
        links: per rule and status.
        changed: how many clusters change; `clusters` are the most changed of them.
    """

    version: str
    settings: tuple[Change, ...]
    notes: tuple[str, ...]
    currency: str
    customers: tuple[int, int]
    revenue: tuple[Decimal, Decimal]
    merged: int
    split: int
    created: int
    gone: int
    moved_records: int
    moved_revenue: Decimal
    flows: tuple[Flow, ...]
    review: tuple[int | None, int | None]
    links: tuple[LinkCount, ...]
    changed: int
    clusters: tuple[Cluster, ...]


def compare(rehearsal: Rehearsal, most_changed: int = MOST_CHANGED) -> Simulation:
    """Compare a rehearsal with the published version it was made beside."""
    from customer360_pipeline.simulate.reasons import reasons

    engine = rehearsal.engine
    for name, sql in _TABLES.items():
        engine.execute(f"CREATE TEMP TABLE {name} AS {sql}")
    _number_clusters(rehearsal)
    rows = engine.rows(_CLUSTERS, {"most": most_changed})
    why = reasons(rehearsal, [row[0] for row in rows])
    clusters = tuple(
        Cluster(tuple(before), tuple(after), records, moved, revenue, tuple(why.get(number, ())))
        for number, before, after, records, moved, revenue in rows
    )
    flows = tuple(Flow(*row) for row in engine.rows(_FLOWS))
    merged, split, created, gone, moved_records, changed = engine.rows(_COUNTS)[0]
    return Simulation(
        version=rehearsal.manifest.origin.version,
        settings=rehearsal.changed,
        notes=rehearsal.notes,
        currency=rehearsal.context.config.metrics.reporting_currency,
        customers=engine.rows("SELECT count(DISTINCT before), count(DISTINCT after) FROM changed_records")[0],
        revenue=engine.rows(_REVENUE)[0],
        merged=merged,
        split=split,
        created=created,
        gone=gone,
        moved_records=moved_records,
        moved_revenue=sum((abs(flow.revenue) for flow in flows), Decimal(0)),
        flows=flows,
        review=(
            _count(rehearsal, "published", "main", "identity_review"),
            _count(rehearsal, "simulation", "customer_360", "identity_review"),
        ),
        links=tuple(LinkCount(*row) for row in engine.rows(_LINKS)),
        changed=changed,
        clusters=clusters,
    )


def _count(rehearsal: Rehearsal, database: str, schema: str, table: str) -> int | None:
    there = rehearsal.engine.rows(
        "SELECT 1 FROM information_schema.tables WHERE table_catalog = $database AND table_schema = $schema "
        "AND table_name = $name",
        {"database": database, "schema": schema, "name": table},
    )
    return int(rehearsal.engine.scalar(f"SELECT count(*) FROM {database}.{schema}.{table}")) if there else None


def _number_clusters(rehearsal: Rehearsal) -> None:
    """Keep `changed_clusters` (cluster, before, after, records): customers that exchange records."""
    import pyarrow as pa

    from customer360_pipeline.identity.components import connected_components

    ends = rehearsal.engine.arrow("SELECT old_node, new_node FROM customer_pairs ORDER BY ALL")
    old, new = ends["old_node"].to_numpy(), ends["new_node"].to_numpy()
    nodes = int(max(old.max(initial=-1), new.max(initial=-1))) + 1
    root = connected_components(nodes, old, new)
    rehearsal.engine.connection.register("roots_input", pa.table({"old_node": old, "new_node": new, "root": root[old]}))
    try:
        rehearsal.engine.execute(
            "CREATE TEMP TABLE changed_clusters AS SELECT r.root AS cluster, p.before, p.after, p.records, p.is_kept "
            "FROM roots_input AS r JOIN customer_pairs AS p USING (old_node, new_node) "
            "WHERE r.root IN (SELECT root FROM roots_input GROUP BY root HAVING count(*) > 1)"
        )
    finally:
        rehearsal.engine.connection.unregister("roots_input")


# A customer keeps being itself under its id; with a new id, as the one that takes most of its records, if that has most
# of its own from there.
_TABLES = {
    "changed_records": """
        SELECT source, record_id, b.customer_id AS before, a.customer_id AS after, r.node,
            coalesce(v.net_revenue, 0) AS revenue
        FROM published.main.customer_identities AS b
        FULL JOIN customer_360.customer_identities AS a USING (source, record_id)
        LEFT JOIN staging.records AS r USING (source, record_id)
        LEFT JOIN profile.record_value AS v ON v.node = r.node""",
    "customer_pairs": """
        WITH pairs AS (
            SELECT before, after, count(*) AS records FROM changed_records
            WHERE before IS NOT NULL AND after IS NOT NULL GROUP BY before, after
        ), ranked AS (
            SELECT *,
                row_number() OVER (PARTITION BY before ORDER BY before <> after, records DESC, after) AS of_before,
                row_number() OVER (PARTITION BY after ORDER BY before <> after, records DESC, before) AS of_after,
                (dense_rank() OVER (ORDER BY before) - 1)::INTEGER AS old_node,
                (dense_rank() OVER (ORDER BY after) - 1)::INTEGER AS new_number
            FROM pairs
        )
        SELECT before, after, records, of_before = 1 AND of_after = 1 AS is_kept, old_node,
            (new_number + (SELECT count(DISTINCT before) FROM pairs))::INTEGER AS new_node
        FROM ranked""",
    "moved_records": """
        SELECT r.*
        FROM changed_records AS r JOIN customer_pairs AS p ON p.before = r.before AND p.after = r.after
        WHERE NOT p.is_kept""",
}
_COUNTS = """
SELECT
    (SELECT count(*) FROM (SELECT after FROM customer_pairs GROUP BY after HAVING count(*) > 1)),
    (SELECT count(*) FROM (SELECT before FROM customer_pairs GROUP BY before HAVING count(*) > 1)),
    (SELECT count(DISTINCT after) FROM changed_records WHERE after NOT IN (SELECT after FROM customer_pairs)),
    (SELECT count(DISTINCT before) FROM changed_records WHERE before NOT IN (SELECT before FROM customer_pairs)),
    (SELECT count(*) FROM moved_records),
    (SELECT count(DISTINCT cluster) FROM changed_clusters)
"""
_REVENUE = """
SELECT (SELECT coalesce(sum(total_revenue), 0)::DECIMAL(18, 2) FROM published.main.customer_360),
    (SELECT coalesce(sum(revenue), 0)::DECIMAL(18, 2) FROM changed_records WHERE after IS NOT NULL)
"""
_FLOWS = """
SELECT before, after, count(*), sum(revenue)::DECIMAL(18, 2) AS amount FROM moved_records
GROUP BY before, after HAVING sum(revenue) <> 0 ORDER BY abs(amount) DESC, before, after
"""
_CLUSTERS = """
WITH moved AS (
    SELECT c.cluster, count(*) AS records, sum(abs(m.revenue)) AS revenue
    FROM changed_clusters AS c JOIN moved_records AS m ON m.before = c.before AND m.after = c.after
    GROUP BY c.cluster
)
SELECT c.cluster, list(DISTINCT c.before ORDER BY c.before), list(DISTINCT c.after ORDER BY c.after),
    sum(c.records)::BIGINT AS all_records, any_value(m.records) AS moved,
    any_value(m.revenue)::DECIMAL(18, 2) AS revenue
FROM changed_clusters AS c JOIN moved AS m USING (cluster)
GROUP BY c.cluster ORDER BY moved DESC, revenue DESC, min(c.before) LIMIT $most
"""
_LINKS = """
SELECT rule, status, coalesce(b.links, 0), coalesce(a.links, 0)
FROM (SELECT rule, status, min(pass) AS pass, count(*) AS links FROM published.main.identity_links GROUP BY ALL) AS b
FULL JOIN (SELECT rule, status, min(pass) AS pass, count(*) AS links FROM customer_360.identity_links GROUP BY ALL) AS a
USING (rule, status)
ORDER BY status, coalesce(a.pass, b.pass), rule
"""


def rows_of(simulation: Simulation) -> dict[str, Any]:
    """The simulation for JSON; amounts as text, so that no cent is lost."""
    from dataclasses import asdict

    return _plain(asdict(simulation)) | {
        "clusters": [_plain(asdict(cluster)) | {"kind": cluster.kind} for cluster in simulation.clusters]
    }


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return str(value) if isinstance(value, Decimal) else value
