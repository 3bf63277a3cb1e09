"""What a run keeps for the next one, so that only changed records are compared: in schema `identity_state`.

It holds the fingerprint of the code and the settings that made it. Anything that does not fit, or was not finished, is
as good as nothing: the next run resolves all records. What changed is found in `delta.py`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import md5
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from customer360_pipeline.identity import block_state, record_hashes
from customer360_pipeline.identity.delta import Last, Records

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from customer360_pipeline.engine.duckdb import DuckDBEngine
    from customer360_pipeline.identity.fuzzy.learned import Learned
    from customer360_pipeline.identity.fuzzy.shapes import Near, Pairs
    from customer360_pipeline.run_context import RunContext

SCHEMA = "identity_state"
#: The tables, all of them or none.
TABLES = ("about", "frequencies", "records", "blocked", "apart", "near", "links", *block_state.TABLES)
_LIBRARIES = ("duckdb", "numpy", "pyarrow", "rapidfuzz")


@dataclass(frozen=True)
class State:
    """The last results; `links` are the rows of identity.fuzzy_links, in the numbers of then, `caps` the most records
    of a block by rule; `made_of` names the state of the records, `values` that of the values they carry, if known."""

    learned: Learned
    caps: dict[str, int]
    last: Last
    links: pa.Table
    made_of: str
    values: str | None


def fingerprint(context: RunContext) -> str:
    """Of everything but the records that the links depend on: code, libraries and settings."""
    package = Path(__file__).parent.parent
    files = [*sorted(package.glob("identity/**/*.py")), package / "staging" / "canonical.py"]
    config = context.config
    parts: list[object] = [
        {name: version(name) for name in _LIBRARIES},
        config.identity.model_dump(mode="json"),
        config.join_key,
        config.secondary_join_keys,
        sorted(source.source for source in context.sources if source.one_record_per_person),
        [md5(path.read_bytes(), usedforsecurity=False).hexdigest() for path in files],
    ]
    return md5(json.dumps(parts).encode(), usedforsecurity=False).hexdigest()


def load(engine: DuckDBEngine, wanted: str) -> State | None:
    """The last results, unless there are none or they were made in another way."""
    if not engine.tables_of(SCHEMA).issuperset(TABLES):
        return None
    about = engine.rows(f"SELECT fingerprint, learned, caps, made_of, made_of_values FROM {SCHEMA}.about")
    if [row[0] for row in about] != [wanted]:
        return None
    return State(
        _learned(engine, json.loads(about[0][1])),
        json.loads(about[0][2]),
        Last(_records(engine), _pairs(engine), _near(engine)),
        engine.arrow(f"SELECT * FROM {SCHEMA}.links"),
        *about[0][3:],
    )


def forget(engine: DuckDBEngine) -> None:
    """Drop what was kept."""
    engine.drop_schema(SCHEMA)


def keep_frequencies(engine: DuckDBEngine, learned: Learned) -> None:
    """Keep how common values are, which stays until more is learned."""
    engine.create_table_from_arrow(f"{SCHEMA}.frequencies", _frequencies(learned))


def save(
    engine: DuckDBEngine, made_by: str, last: Last, caps: dict[str, int], learned: Learned, values: str | None
) -> None:
    """Keep the results of this run, with the rows of identity.fuzzy_links as they stand.

    What records have in common was kept before (`block_state.py`), and how common values are. Without `about` nothing
    of it counts, so that comes last, and `invalidate` takes it away before anything is changed.

    Args:
        values: the state of the values that records carry.
    """
    import numpy as np
    import pyarrow as pa

    blocked = np.flatnonzero(last.records.blocked)
    for name, table in {
        "records": pa.table({"group_node": last.records.group, "slot": last.records.slot}),
        "blocked": pa.table({"node": blocked, "value": last.records.blocked[blocked]}),
        "apart": pa.table({"left_node": last.apart[0], "right_node": last.apart[1]}),
        "near": pa.table({"left_node": last.near.left, "right_node": last.near.right, "score": last.near.score}),
    }.items():
        engine.create_table_from_arrow(f"{SCHEMA}.{name}", table)
    engine.create_table(f"{SCHEMA}.links", "SELECT * FROM identity.fuzzy_links")
    about = {"fingerprint": [made_by], "learned": [json.dumps(learned.facts())], "caps": [json.dumps(caps)],
             "made_of": [record_hashes.state(engine)], "made_of_values": pa.array([values], pa.string())}  # fmt: skip
    engine.create_table_from_arrow(f"{SCHEMA}.about", pa.table(about))


def invalidate(engine: DuckDBEngine) -> None:
    """Let what was kept count no more, because it is about to be changed."""
    engine.execute(f"DROP TABLE IF EXISTS {SCHEMA}.about")


def _frequencies(learned: Learned) -> pa.Table:
    import pyarrow as pa

    parts = [
        pa.table({"field": pa.array([name] * len(rarity.values), pa.string()), "value": rarity.values,
                  "log_odds": pa.array(rarity.log_odds, pa.float64())})
        for name, rarity in learned.rarity.items()
    ]  # fmt: skip
    common = learned.common_local_parts
    count = len(common)
    parts.append(
        pa.table({"field": pa.array(["local_part"] * count, pa.string()), "value": common,
                  "log_odds": pa.nulls(count, pa.float64())})
    )  # fmt: skip
    return pa.concat_tables(parts)


def _learned(engine: DuckDBEngine, facts: dict[str, Any]) -> Learned:
    from customer360_pipeline.identity.fuzzy.learned import Learned, Rarity, model_of

    def values(field: str) -> pa.Table:
        return engine.arrow(
            f"SELECT value, log_odds FROM {SCHEMA}.frequencies WHERE field = $field ORDER BY value", {"field": field}
        ).combine_chunks()

    rarity = {}
    for name, single in facts["single"].items():
        found = values(name)
        rarity[name] = Rarity(_array(found, "value"), found["log_odds"].to_numpy(), single)
    common = _array(values("local_part"), "value")
    return Learned(model_of(facts), tuple(facts["sources"]), facts["records"], rarity, common)


def _array(table: pa.Table, column: str) -> pa.Array:
    import pyarrow as pa

    found = table[column]
    return pa.concat_arrays(found.chunks) if found.num_chunks else pa.array([], pa.string())


def _records(engine: DuckDBEngine) -> Records:
    import numpy as np

    found = engine.arrow(f"SELECT group_node, slot FROM {SCHEMA}.records")
    values = engine.arrow(f"SELECT node, value FROM {SCHEMA}.blocked")
    blocked = np.zeros(found.num_rows, np.uint64)
    blocked[values["node"].to_numpy()] = values["value"].to_numpy()
    return Records(found["group_node"].to_numpy(), found["slot"].to_numpy(), blocked)


def _pairs(engine: DuckDBEngine) -> Pairs:
    return _ends(engine.arrow(f"SELECT left_node, right_node FROM {SCHEMA}.apart"))


def _ends(found: pa.Table) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    return found["left_node"].to_numpy(), found["right_node"].to_numpy()


def _near(engine: DuckDBEngine) -> Near:
    from customer360_pipeline.identity.fuzzy.shapes import Near

    found = engine.arrow(f"SELECT left_node, right_node, score FROM {SCHEMA}.near")
    return Near(*_ends(found), found["score"].to_numpy())
