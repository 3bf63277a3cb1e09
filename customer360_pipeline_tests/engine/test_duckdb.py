"""The engine keeps its promises: whole tables, one writer, UTC, no open result left behind."""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from customer360_pipeline.config import EngineConfig
from customer360_pipeline.engine.base import Engine
from customer360_pipeline.engine.duckdb import DuckDBEngine, literal, quote
from customer360_pipeline.errors import Busy


@pytest.fixture
def engine():
    with DuckDBEngine() as opened:
        yield opened


def test_it_is_an_engine(engine: DuckDBEngine) -> None:
    assert all(hasattr(engine, name) for name in vars(Engine) if not name.startswith("_"))


def test_a_table_is_replaced_with_parameters_bound(engine: DuckDBEngine) -> None:
    engine.create_table("room.t", "SELECT 1 AS a")
    engine.create_table("room.t", "SELECT $text AS b, $number AS n", {"text": "it's; DROP", "number": 2})
    assert engine.rows("SELECT * FROM room.t") == [("it's; DROP", 2)]
    assert engine.columns("room.t") == [("b", "VARCHAR"), ("n", "INTEGER")]
    assert engine.row_count("room.t") == engine.scalar("SELECT count(*) FROM room.t") == 1


def test_a_failed_replacement_leaves_the_old_table(engine: DuckDBEngine) -> None:
    engine.create_table("room.t", "SELECT 1 AS a")
    with pytest.raises(duckdb.Error):
        engine.create_table("room.t", "SELECT CAST(v AS INTEGER) AS a FROM (VALUES ('1'), ('x')) AS t(v)")
    with pytest.raises(duckdb.Error):  # here the table itself had to go first
        engine.create_table("room.t", "SELECT a FROM room.nowhere", view=True)
    assert engine.rows("SELECT a FROM room.t") == [(1,)]


def test_a_table_may_become_a_view_and_a_view_a_table(engine: DuckDBEngine) -> None:
    engine.create_table("room.base", "SELECT 1 AS a")
    for view in (False, True, False):
        engine.create_table("room.t", "SELECT a FROM room.base", view=view)
        assert engine.exists("room.t") and engine.rows("SELECT a FROM room.t") == [(1,)]
    assert not engine.exists("room.other")


def test_arrow_in_and_out_and_no_result_is_left_open(engine: DuckDBEngine) -> None:
    engine.create_table_from_arrow("room.t", pa.table({"a": [1, 2, 3]}))
    assert engine.arrow("SELECT a FROM room.t WHERE a > $least ORDER BY a", {"least": 1}).to_pydict() == {"a": [2, 3]}
    assert sum(batch.num_rows for batch in engine.batches("SELECT a FROM room.t")) == 3
    engine.create_table_from_arrow("room.t", engine.arrow("SELECT a + 1 AS a FROM room.t"))
    assert engine.scalar("SELECT max(a) FROM room.t") == 4
    with pytest.raises(duckdb.Error):
        engine.arrow("SELECT error('no')")
    assert engine.rows("SELECT 1") == [(1,)]


def test_only_tables_of_arrays_are_written_unpacked_whatever_happens_meanwhile(tmp_path: Path) -> None:
    def packed(engine: DuckDBEngine) -> str:
        return str(engine.scalar("SELECT current_setting('force_compression')"))

    with DuckDBEngine(tmp_path / "work.duckdb") as engine:
        # Fewer rows wait in memory for the checkpoint, which packs them.
        before, rows = packed(engine), 250_000
        engine.create_table_from_arrow("room.t", pa.table({"a": [n % 3 for n in range(rows)]}))
        written = "SELECT DISTINCT compression FROM pragma_storage_info('room.t') WHERE segment_type = 'BIGINT'"
        engine.execute("CHECKPOINT")
        assert engine.rows(written) == [("Uncompressed",)] and packed(engine) == before
        with pytest.raises(duckdb.Error), engine.transaction():
            engine.create_table_from_arrow("room.bad name", pa.table({"a": [1]}))
            with suppress(duckdb.Error):
                engine.execute("SELECT error('this transaction fails')")
            engine.create_table_from_arrow("room.t", pa.table({"a": [2]}))
        assert packed(engine) == before and engine.row_count("room.t") == rows


def test_times_are_utc_and_limits_are_set(tmp_path: Path) -> None:
    with DuckDBEngine(tmp_path / "w.duckdb", EngineConfig(memory_limit="500MB", threads=1)) as engine:
        assert engine.scalar("SELECT current_setting('TimeZone')") == "UTC"
        assert engine.scalar("SELECT current_setting('threads')") == 1
        assert engine.scalar("SELECT current_setting('memory_limit')") == "476.8 MiB"
        assert engine.scalar("SELECT current_setting('temp_directory')") == str(tmp_path / "w.duckdb.tmp")


def test_a_second_process_is_told_busy(tmp_path: Path) -> None:
    path = tmp_path / "w.duckdb"
    hold = "import duckdb,sys; c=duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", hold, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None and holder.stdout.readline() == b"open\n"
        with pytest.raises(Busy, match=r"w\.duckdb is open in another process"):
            DuckDBEngine(path)
        holder.communicate()


def test_quoting() -> None:
    assert quote('a"; DROP') == '"a""; DROP"'
    assert literal("it's") == "'it''s'"


def test_the_room_of_removed_rows_is_given_back(tmp_path: Path) -> None:
    groups = "SELECT count(DISTINCT row_group_id) FROM pragma_storage_info('room.t')"
    with DuckDBEngine(tmp_path / "work.duckdb") as engine:
        engine.create_table("room.t", "SELECT i FROM range(300000) AS numbers(i)")
        engine.delete("room.t", "i >= 300000")
    with DuckDBEngine(tmp_path / "work.duckdb") as engine:
        assert engine.scalar(groups) == 3
        with engine.transaction():
            engine.delete("room.t", "i >= $first", {"first": 1000})
    with DuckDBEngine(tmp_path / "work.duckdb") as engine:
        assert engine.scalar(groups) == 1
        assert engine.row_count("room.t") == 1000
