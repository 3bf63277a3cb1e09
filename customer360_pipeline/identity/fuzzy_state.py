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

from customer360_pipeline.identity import block_state
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
TABLES = ("about", "frequencies", "records", "apart", "near", "links", *block_state.TABLES)
_LIBRARIES = ("duckdb", "numpy", "pyarrow", "rapidfuzz")


@dataclass(frozen=True)
class State:
    """The last results; `links` are the rows of identity.fuzzy_links, in the numbers of then, `caps` the most records
    of a block by rule."""

    learned: Learned
    caps: dict[str, int]
    last: Last
    links: pa.Table


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
    if not all(engine.exists(f"{SCHEMA}.{table}") for table in TABLES):
        return None
    about = engine.rows(f"SELECT fingerprint, learned, caps FROM {SCHEMA}.about")
    if [row[0] for row in about] != [wanted]:
        return None
    return State(
        _learned(engine, json.loads(about[0][1])),
        json.loads(about[0][2]),
        Last(_records(engine), _pairs(engine), _near(engine)),
        engine.arrow(f"SELECT * FROM {SCHEMA}.links"),
    )


def forget(engine: DuckDBEngine) -> None:
    """Drop what was kept."""
    engine.drop_schema(SCHEMA)


def save(engine: DuckDBEngine, made_by: str, learned: Learned, caps: dict[str, int], last: Last) -> None:
    """Keep the results of this run, with the rows of identity.fuzzy_links as they stand.

    What records have in common was kept before (`block_state.py`). Without `about` nothing of it counts, so that comes
    last, and `invalidate` takes it away before anything is changed.
    """
    import numpy as np
    import pyarrow as pa

    nodes = np.arange(len(last.records.key), dtype=np.int32)
    columns = {"key": last.records.key, "content": last.records.content, "group_node": last.records.group}
    for name, table in {
        "frequencies": _frequencies(learned),
        "records": pa.table({"node": nodes, **columns, "slot": last.records.slot}),
        "apart": pa.table({"left_node": last.apart[0], "right_node": last.apart[1]}),
        "near": pa.table({"left_node": last.near.left, "right_node": last.near.right, "score": last.near.score}),
    }.items():
        engine.create_table_from_arrow(f"{SCHEMA}.{name}", table)
    engine.create_table(f"{SCHEMA}.links", "SELECT * FROM identity.fuzzy_links")
    about = {"fingerprint": [made_by], "learned": [json.dumps(learned.facts())], "caps": [json.dumps(caps)]}
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
    found = engine.arrow(f"SELECT key, content, group_node, slot FROM {SCHEMA}.records ORDER BY node")
    key, content, group, slot = (column.to_numpy() for column in found.columns)
    return Records(key, content, group, slot)


def _pairs(engine: DuckDBEngine) -> Pairs:
    return _ends(engine.arrow(f"SELECT left_node, right_node FROM {SCHEMA}.apart"))


def _ends(found: pa.Table) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    return found["left_node"].to_numpy(), found["right_node"].to_numpy()


def _near(engine: DuckDBEngine) -> Near:
    from customer360_pipeline.identity.fuzzy.shapes import Near

    found = engine.arrow(f"SELECT left_node, right_node, score FROM {SCHEMA}.near")
    return Near(*_ends(found), found["score"].to_numpy())
