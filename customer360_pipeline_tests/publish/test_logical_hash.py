"""The logical hash depends on the rows alone."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customer360_pipeline.config import EngineConfig
from customer360_pipeline.engine.duckdb import DuckDBEngine
from customer360_pipeline.publish.logical_hash import logical_hash

Row = tuple[int | None, str | None]
ROWS = st.lists(
    st.tuples(st.none() | st.integers(-5, 5), st.none() | st.sampled_from(["", "a", "b", "NULL"])), max_size=6
)


def hash_of(rows: list[Row], threads: int = 1) -> tuple[int, str]:
    with DuckDBEngine(settings=EngineConfig(threads=threads)) as engine:
        engine.execute("CREATE TABLE t (n BIGINT, s VARCHAR)")
        for n, s in rows:
            engine.execute("INSERT INTO t VALUES ($n, $s)", {"n": n, "s": s})
        return logical_hash(engine.rows, "t")


@settings(max_examples=40, deadline=None)
@given(ROWS, ROWS, st.randoms(use_true_random=False))
def test_equal_exactly_for_the_same_rows_in_any_order(a: list[Row], b: list[Row], random: object) -> None:
    shuffled = list(a)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert hash_of(a) == hash_of(shuffled, threads=2)
    key = repr
    assert (hash_of(a) == hash_of(b)) == (sorted(a, key=key) == sorted(b, key=key))


@pytest.mark.parametrize(
    "other",
    [
        "SELECT 1::BIGINT AS n, 'a' AS t",  # another column name
        "SELECT 1::INTEGER AS n, 'a' AS s",  # another type
        "SELECT 1::BIGINT AS n, NULL::VARCHAR AS s",
        "SELECT 'a' AS s, 1::BIGINT AS n",  # another column order
        "SELECT 1::BIGINT AS n, 'a' AS s FROM range(2)",  # the row twice
        "SELECT 1::BIGINT AS n, 'a' AS s WHERE false",
    ],
)
def test_differs_for_another_table(other: str) -> None:
    with DuckDBEngine() as engine:
        engine.execute("CREATE TABLE a AS SELECT 1::BIGINT AS n, 'a' AS s")
        engine.execute(f"CREATE TABLE b AS {other}")
        assert logical_hash(engine.rows, "a") != logical_hash(engine.rows, "b")


def test_same_in_another_process_and_with_other_threads() -> None:
    program = (
        "from customer360_pipeline.engine.duckdb import DuckDBEngine\n"
        "from customer360_pipeline.config import EngineConfig\n"
        "from customer360_pipeline.publish.logical_hash import logical_hash\n"
        "import sys\n"
        "e = DuckDBEngine(settings=EngineConfig(threads=int(sys.argv[1])))\n"
        'e.execute("CREATE TABLE t AS SELECT i, (i / 7)::DECIMAL(18,2) d, md5(i::VARCHAR) s FROM range(300000) r(i) "'
        " + sys.argv[2])\n"
        "print(logical_hash(e.rows, 't'))"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", program, threads, order], capture_output=True, text=True, check=True
        ).stdout
        for threads, order in (("1", ""), ("2", "ORDER BY s"))
    }
    assert len(found) == 1
