"""Whether the work database still holds the customer ids of the version that a run follows.

A published version is what a run remembers of ids (`parent_version.py`). To read the ids of a million records off it
takes longer than all else that a day does to ids, and mostly the work database holds the same: the tables of the run
that published it. So a run that made all of them gives their state a name when it publishes, which goes into the
manifest of the version.
A run that follows a version of that name goes on from the tables that stand here. One that follows another version (a
rollback, a run that was stopped by a check, a lost work database) finds another name and reads the version.

Tables that go on say in schema `id_state` of which state they are. What is about to be changed counts as nothing, and
so does what was published of tables that were built by hand, one by one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

from customer360_pipeline.identity import record_hashes

if TYPE_CHECKING:
    from collections.abc import Collection

    from customer360_pipeline.engine.duckdb import DuckDBEngine
    from customer360_pipeline.run_context import RunContext

SCHEMA = "id_state"
#: The fact of a run that names the state of ids in the version it follows; missing or empty: it is not known.
FACT = "known_ids_state"
#: The fact of a run that names the state of ids that it publishes.
MADE = "made_ids_state"
#: The tables that tell of ids: the name is given to those of one run only.
TABLES = frozenset(
    ("identity.record_hashes", "identity.known_events", "identity.known_customers", "identity.known_records",
     "identity.id_run", "identity.customer_ids", "identity.record_customers", "identity.former_identities",
     "customer_360.customer_identities", "customer_360.customer_id_history")
)  # fmt: skip
#: One row: the columns of `About`, and as_of and after_version of its change of ids.
ABOUT = f"{SCHEMA}.about"


@dataclass(frozen=True)
class About:
    """The ids that the last run made.

    Args:
        made: name of their state.
        follows: name of the state that they follow, that of identity.known_events then.
        records: names the state of the records (`record_hashes.py`).
        sequence: number of the change of ids (`id_run.py`).
    """

    made: str
    follows: str
    records: str
    sequence: int


def new_name() -> str:
    """A name that no other state has."""
    return uuid4().hex


def about(engine: DuckDBEngine) -> About | None:
    """The ids that the tables hold; None where they are unfinished, or nothing was kept of them."""
    if not engine.exists(ABOUT):
        return None
    return About(*engine.rows(f"SELECT made, follows, records, sequence FROM {ABOUT}")[0])


def carried(engine: DuckDBEngine, context: RunContext) -> About | None:
    """The ids of the version that the run follows, where the tables still hold them."""
    found = about(engine)
    return found if found is not None and found.made == context.facts.get(FACT) else None


def forget(engine: DuckDBEngine) -> None:
    """Let the ids count as unfinished, because they are about to be changed."""
    engine.execute(f"DROP TABLE IF EXISTS {ABOUT}")


def save(engine: DuckDBEngine, built: Collection[str]) -> str:
    """Give the ids a name, if one run built all tables of them; '' where it did not, and nothing is kept.

    Args:
        built: the tables that this run built, with all that follows from them.
    """
    follows, records = known_of(engine, "identity.known_events"), record_hashes.state(engine)
    if not TABLES.issubset(built) or follows is None or records is None:
        forget(engine)
        return ""
    made = {"made": new_name(), "follows": follows, "records": records}
    engine.create_table(
        ABOUT, "SELECT $made AS made, $follows AS follows, $records AS records, * FROM identity.id_run", made
    )
    return made["made"]


def known_of(engine: DuckDBEngine, table: str) -> str | None:
    """The state that a table of known ids is of; None: it is unfinished."""
    noted = _noted(table)
    if not engine.exists(noted) or not engine.exists(table):
        return None
    return str(engine.scalar(f"SELECT state FROM {noted}"))


def set_known(engine: DuckDBEngine, table: str, state: str | None) -> None:
    """Note the state that a table of known ids is of; None: it is about to be changed."""
    if state is None:
        engine.execute(f"DROP TABLE IF EXISTS {_noted(table)}")
    else:
        engine.create_table(_noted(table), "SELECT $state AS state", {"state": state})


def _noted(table: str) -> str:
    return f"{SCHEMA}.{table.partition('.')[2]}"
