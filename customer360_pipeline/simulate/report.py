"""A simulation as markdown, for a pull request and for Dagster. It holds no value of a record: ids and masks only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from customer360_pipeline.simulate.compare import Cluster, Simulation
from customer360_pipeline.wording import ADDED, GONE, MERGED, SPLIT

MOST_FLOWS = 10
# Ids named of one side of a cluster; the rest is counted.
MOST_IDS = 3


def summary(simulation: Simulation) -> list[tuple[str, str, str, str]]:
    """(figure, published, simulated, change) of everything that is counted."""
    s = simulation
    figures: list[tuple[str, int | Decimal | None, int | Decimal | None]] = [
        ("customers", *s.customers),
        (f"revenue {s.currency}", *s.revenue),
        ("pairs in review", *s.review),
        *((f"links {c.status}, {c.rule}", c.before, c.after) for c in s.links),
    ]
    lines = [(name, _figure(a), _figure(b), _change(a, b)) for name, a, b in figures]
    counts: dict[str, int | Decimal] = {
        **customer_counts(s),
        "records that change their customer": s.moved_records,
        f"revenue that moves with them {s.currency}": s.moved_revenue,
    }
    return [*((name, "", _figure(value), "") for name, value in counts.items()), *lines]


def customer_counts(simulation: Simulation) -> dict[str, int]:
    """What becomes of customers, in the words and the unit of `customer360 diff`."""
    s = simulation
    counts = {ADDED: s.created, GONE: s.gone, MERGED: s.merged, SPLIT: s.split}
    return {f"customers {words}": count for words, count in counts.items()}


def _figure(value: int | Decimal | None) -> str:
    return "-" if value is None else f"{value:,}"


def _change(before: int | Decimal | None, after: int | Decimal | None) -> str:
    return "" if before is None or after is None or before == after else f"{after - before:+,}"


def ids(names: Sequence[str]) -> str:
    """The first ids of a list, and how many more there are."""
    more = f" and {len(names) - MOST_IDS:,} more" if len(names) > MOST_IDS else ""
    return " + ".join(names[:MOST_IDS]) + more


def cluster_line(cluster: Cluster, currency: str) -> str:
    """What happens to a cluster, in one line."""
    return (
        f"{ids(cluster.before)} -> {ids(cluster.after)}: {cluster.kind}, {cluster.moved:,} of {cluster.records:,} "
        f"records move, {currency} {cluster.revenue:,}"
    )


def as_markdown(simulation: Simulation) -> str:
    """The whole simulation."""
    s = simulation
    text = f"### Identity, simulated against {s.version}\n\n"
    text += "".join(f"- `{_plain(change.text)}`\n" for change in s.settings) or "No setting differs.\n"
    text += "".join(f"- {note}\n" for note in s.notes) + "\n"
    text += _table(("", "published", "simulated", "change"), summary(s), numbers=3)
    if s.flows:
        text += f"**Revenue that moves** ({s.currency}, the largest of {len(s.flows):,})\n\n"
        flows = ((f.before, f.after, f"{f.records:,}", f"{f.revenue:,}") for f in s.flows[:MOST_FLOWS])
        text += _table(("from", "to", "records", "revenue"), flows, numbers=2)
    if s.clusters:
        text += f"**Most changed customers** ({len(s.clusters):,} of {s.changed:,})\n\n"
        for number, cluster in enumerate(s.clusters, 1):
            text += f"{number}. {cluster_line(cluster, s.currency)}\n"
            text += "".join(f"   - {_plain(reason)}\n" for reason in cluster.reasons)
    return text


def _plain(text: str) -> str:
    return text.replace("`", "'").replace("|", "\\|")


def _table(head: Sequence[str], rows: Iterable[Sequence[str]], numbers: int) -> str:
    lines = [f"| {' | '.join(head)} |"]
    lines.append("|" + "|".join(["---"] * (len(head) - numbers) + ["---:"] * numbers) + "|")
    return "\n".join([*lines, *(f"| {' | '.join(map(_plain, row))} |" for row in rows)]) + "\n\n"
