"""Pairs of records that are so alike that they are one person, and those a person should judge. One row per pair.

How records are compared and grouped stands in `fuzzy/`, which is pure; here are only the tables it reads and writes.
A run compares what changed since the last one (`delta.py`, `fuzzy_state.py`) and finds the same links as one that
compares everything with what was learned then.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from customer360_pipeline.engine.table_file import Table, columns
from customer360_pipeline.identity import block_state, candidate_pairs, delta, fuzzy_state, record_hashes, value_state
from customer360_pipeline.identity.block_delta import distinct
from customer360_pipeline.identity.fuzzy_inputs import (
    candidates,
    constraints_of,
    exclusive_of,
    groups_of,
    kept_apart_by_people,
    people_of,
    records_of,
    settings_of,
    sources_of,
)  # fmt: skip

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from customer360_pipeline.engine.duckdb import DuckDBEngine
    from customer360_pipeline.identity.fuzzy.learned import Learned
    from customer360_pipeline.identity.fuzzy.shapes import Constraints, Near, Result
    from customer360_pipeline.run_context import RunContext

TABLE = Table(
    name="identity.fuzzy_links",
    description="Pairs of records so alike that they are one person, and those a person should judge. "
    "One row per pair.",
    columns=columns(
        "left_node INTEGER | The smaller record.",
        "right_node INTEGER | The larger record.",
        "pass INTEGER | The number after that of the last secondary join key.",
        "status VARCHAR | accepted: one customer; review: two customers, and a person should judge.",
        "reason VARCHAR | What speaks for one person most, besides the names.",
        "evidence VARCHAR | JSON: field -> how the two compare and its weight, for the fields both have. No values.",
        "score DOUBLE | Log-odds that the two records are one person, by themselves.",
        "cluster_score DOUBLE | Mean log-odds between the two groups of records they stand for; of an accepted pair "
        "its own.",
    ),
    depends=(
        "staging.records", "identity.record_hashes", "identity.decisions", "identity.key_values",
        "identity.key_records", "identity.key_links", "identity.block_fields",
    ),
    settings=(
        "identity_fuzzy", "identity_fuzzy_merge_probability", "identity_fuzzy_review_probability",
        "identity_fuzzy_max_component_records", "identity_fuzzy_max_customer_records", "secondary_join_keys",
        "identity_incremental_min_records", "identity_incremental_max_change_ratio", "identity_block_pairs_per_record",
        "identity_min_block_size", "identity_max_block_size", "identity_max_candidate_pairs",
        "identity_max_candidate_pairs_per_record", "identity_pairs_per_pass",
    ),
    unique=(("left_node", "right_node"),),
    not_null=("left_node", "right_node", "pass", "status", "evidence", "score", "cluster_score"),
)  # fmt: skip


def build(engine: DuckDBEngine, context: RunContext) -> None:
    """Group the records, all of them or those that changes touch; keep what was joined and what is in doubt."""
    identity = context.config.identity
    size = engine.row_count("staging.records")
    candidate_pairs.forget(engine)
    if not identity.fuzzy or not size:
        fuzzy_state.forget(engine)
        engine.create_table_from_arrow(TABLE.name, _table(None, [], [], context))
        return
    if size < identity.incremental_min_records:
        fuzzy_state.forget(engine)
        resolve_all(engine, context, constraints_of(engine, context, size))
        return
    made_by, values = fuzzy_state.fingerprint(context), value_state.state(engine)
    group, apart = groups_of(engine, size)
    now = records_of(engine, group)
    state = None if context.full_resolve else fuzzy_state.load(engine, made_by)
    found = _changes(engine, context, state, now)
    if state is not None and found is not None:
        fuzzy_state.invalidate(engine)
        slots = delta.slots_of(state.last.records, found)
        now = replace(now, slot=slots.of_nodes(size))
        near = _changed(engine, context, state, delta.Last(now, apart, state.last.near), found, slots)
        fuzzy_state.save(engine, made_by, delta.Last(now, apart, near), state.caps, state.learned, values)
    else:
        fuzzy_state.forget(engine)
        learned, caps, near = resolve_all(engine, context, constraints_of(engine, context, size), keep=True)
        fuzzy_state.keep_frequencies(engine, learned)
        fuzzy_state.save(engine, made_by, delta.Last(now, apart, near), caps, learned, values)


def _changes(
    engine: DuckDBEngine, context: RunContext, state: fuzzy_state.State | None, now: delta.Records
) -> delta.Changes | None:
    """What changed since the last results; None where everything must be resolved, and the run says why."""
    if state is None:
        reason = "asked for" if context.full_resolve else "no last results of the same code and settings"
        context.facts[TABLE.name] = f"full: {reason}"
        return None
    most, size = context.config.identity.incremental_max_change_ratio, len(now.group)
    since = record_hashes.since(engine, state.made_of)
    if since is None:
        context.facts[TABLE.name] = "full: the last results are of other records"
        return None
    if sources_of(engine) != state.learned.sources:
        context.facts[TABLE.name] = "full: other sources than last time"
        return None
    found = delta.changes(state.last.records, now, since)
    changed = int(found.record.sum()) + int((found.numbers.new < 0).sum())
    if changed > most * size or abs(size - state.learned.records) > most * state.learned.records:
        context.facts[TABLE.name] = (
            f"full: more than {most:.0%} of the records changed since the last run or the training"
        )
        return None
    context.facts[TABLE.name] = f"incremental: {changed:,} of {size:,} records changed or changed their group by key"
    return found


def resolve_all(
    engine: DuckDBEngine, context: RunContext, constraints: Constraints, state: fuzzy_state.State | None = None, *,
    keep: bool = False,
) -> tuple[Learned, dict[str, int], Near]:  # fmt: skip
    """Compare all pairs; learn from them first, unless something was learned before.

    Args:
        state: what was learned before.
        keep: keep for the next run what each record has in common with others.
    """
    from customer360_pipeline.identity.fuzzy.alike import near
    from customer360_pipeline.identity.fuzzy.grouping import linked
    from customer360_pipeline.identity.fuzzy.scores import evidence
    from customer360_pipeline.identity.fuzzy.training import learn

    caps = candidate_pairs.build(engine, context, state.caps if state else None, keep=keep)
    sources = state.learned.sources if state else sources_of(engine)
    people, settings = people_of(engine, sources), settings_of(engine, context.config.identity)
    learned = state.learned if state else learn(
        people, lambda: candidates(engine), sources, constraints.group, kept_apart_by_people(engine), settings.threads
    )  # fmt: skip
    alike = near(people, learned, lambda: candidates(engine), constraints.group, settings)
    result = linked(people, learned, alike, constraints, settings)
    _write(engine, _table(result, *evidence(learned.model, result.code), context))
    return learned, caps, alike


def _changed(
    engine: DuckDBEngine, context: RunContext, state: fuzzy_state.State, today: delta.Last, found: delta.Changes,
    slots: block_state.Slots,
) -> Near:  # fmt: skip
    """Compare the pairs that changed, and group the components they touch anew; the other links stand.

    Args:
        today: records and what they are kept apart from, as of this run; alike pairs of the last one.
    """
    import numpy as np
    import pyarrow as pa

    from customer360_pipeline.identity.fuzzy.grouping import linked
    from customer360_pipeline.identity.fuzzy.scores import evidence
    from customer360_pipeline.identity.fuzzy.shapes import Constraints

    group = today.records.group
    alike = _near(engine, context, group, state, found, slots)
    stale, again = delta.touched(found, state.last, today.records, today.apart, alike)
    nodes = np.flatnonzero(again).astype(np.int32)
    people = people_of(engine, state.learned.sources, nodes)
    result = linked(
        people,
        state.learned,
        delta.near_within(nodes, alike),
        Constraints(
            np.searchsorted(nodes, group[nodes]).astype(np.int32),
            exclusive_of(engine, context, nodes),
            delta.pairs_within(nodes, today.apart),
        ),
        settings_of(engine, context.config.identity),
    )
    made = _table(result, *evidence(state.learned.model, result.code), context, nodes)
    old = state.links.filter(
        pa.array(delta.standing(found.numbers, stale, state.links["left_node"].to_numpy()), pa.bool_())
    )
    for place, name in enumerate(("left_node", "right_node")):
        old = old.set_column(place, name, pa.array(found.numbers.new[old[name].to_numpy()], pa.int32()))
    _write(engine, pa.concat_tables([old.cast(made.schema), made]))
    return alike


def _near(
    engine: DuckDBEngine, context: RunContext, group: NDArray[np.int32], state: fuzzy_state.State,
    found: delta.Changes, slots: block_state.Slots,
) -> Near:  # fmt: skip
    """All alike pairs: those that were, and need not be compared again, and those found among the others."""
    import numpy as np

    from customer360_pipeline.identity.fuzzy.alike import near
    from customer360_pipeline.identity.fuzzy.shapes import BATCH, Near, among

    stood = delta.unchanged(found, state.last.near, group)
    touched = value_state.touched(engine, state.values)
    (left, right), together = block_state.changed_pairs(
        engine, slots, state.caps, group, (stood.left, stood.right), touched
    )
    together &= ~among((stood.left, stood.right), (left, right), len(group))
    nodes = distinct(np.concatenate([left, right]))
    people = people_of(engine, state.learned.sources, nodes)
    place = np.zeros(len(group), np.int32)
    place[nodes] = np.arange(len(nodes))
    left, right = place[left], place[right]
    batches = [(left[at : at + BATCH], right[at : at + BATCH]) for at in range(0, len(left), BATCH)]
    fresh = near(people, state.learned, lambda: batches, group[nodes], settings_of(engine, context.config.identity))
    return Near(
        np.concatenate([stood.left[together], nodes[fresh.left]]),
        np.concatenate([stood.right[together], nodes[fresh.right]]),
        np.concatenate([stood.score[together], fresh.score]),
    )


def _write(engine: DuckDBEngine, links: pa.Table) -> None:
    from customer360_pipeline.identity.candidates import shown

    with shown(engine, found_links=links):
        engine.create_table(TABLE.name, "SELECT * FROM found_links ORDER BY status, left_node, right_node")


def _table(
    result: Result | None, texts: list[str], reasons: list[str | None], context: RunContext,
    nodes: NDArray[np.int32] | None = None,
) -> pa.Table:  # fmt: skip
    """The links as rows of the table; `nodes`: the record of each position, where they are not the same."""
    import numpy as np
    import pyarrow as pa

    none, numbers = np.zeros(0, np.int32), np.zeros(0)
    left, right, score, mean = (
        (result.left, result.right, result.score, result.mean) if result else (none, none, numbers, numbers)
    )
    if nodes is not None:
        left, right = nodes[left], nodes[right]
    accepted: NDArray[np.bool_] = result.accepted if result else np.zeros(0, np.bool_)
    last = 2 + len(context.config.secondary_join_keys)
    return pa.table(
        {
            "left_node": left,
            "right_node": right,
            "pass": np.full(len(left), last, dtype=np.int32),
            "status": pa.array(np.where(accepted, "accepted", "review").tolist(), pa.string()),
            "reason": pa.array(reasons, pa.string()),
            "evidence": pa.array(texts, pa.string()),
            "score": score,
            "cluster_score": mean,
        }
    )
