"""Nothing lost, nothing counted twice: duplicates, test mode, the ledger's gate, and runs that fail half way."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import textwrap
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customer360_pipeline.config import EngineConfig
from customer360_pipeline.engine.duckdb import DuckDBEngine
from customer360_pipeline.errors import ConfigError, Customer360Error, FileRefused
from customer360_pipeline.sources import ingest
from customer360_pipeline.sources.contract import Source, load_sources, source_from
from customer360_pipeline.sources.ledger import LedgerRow
from customer360_pipeline_tests.sources.bench import Bench, contacts_source

DEFS = Path(__file__).parents[2] / "customer360_pipeline/defs/sources"
ROWS = "id,first,updated\n1,Ann,2024-01-01\n2,Bob,2024-01-01\n"


@pytest.fixture
def stripe() -> Source:
    """The contract of Stripe."""
    return next(source for source in load_sources(DEFS) if source.source == "stripe")


def test_of_two_rows_with_one_key_the_latest_stays(bench: Bench) -> None:
    bench.write("crm/contacts_1.csv", ROWS + "1,Anna,2024-03-01\n1,Anne,2024-02-01\n")
    bench.write("crm/contacts_2.csv", "id,first,updated\n2,Bobby,2024-01-01\n3,Cy,\n3,Cyd,\n")
    (row,) = bench.ingest(contacts_source())
    assert sorted(bench.raw("record_id, first_name")) == [("1", "Anna"), ("2", "Bobby"), ("3", "Cyd")]
    assert (row.physical_records, row.accepted, row.deduplicated) == (7, 3, 4)


API = [
    {"id": "part", "amount": 10000, "amount_captured": 6000, "amount_refunded": 0},
    {"id": "whole", "amount": 500, "amount_captured": 500, "amount_refunded": 200},
    # Nothing was taken: neither form counts it, whatever was asked for.
    {"id": "failed", "amount": 700, "amount_captured": 0, "amount_refunded": 0, "status": "failed"},
    {"id": "hold", "amount": 800, "amount_captured": 0, "amount_refunded": 0, "captured": False},
]
DASHBOARD = """id,Amount,Amount Refunded,Currency,Status,Captured,Created date (UTC)
part,100.00,0.00,usd,Paid,true,2026-01-02 10:00
whole,5.00,2.00,usd,Partial refund,true,2026-01-02 10:00
failed,7.00,0.00,usd,Failed,false,2026-01-02 10:00
hold,8.00,0.00,usd,Uncaptured,false,2026-01-02 10:00
"""


@pytest.mark.parametrize(
    ("api", "dashboard"),
    [("charges.jsonl", "payments.csv"), ("charges_z.jsonl", "charges_a.csv"), ("charges_a.jsonl", "charges_z.csv")],
)
def test_of_one_charge_in_two_forms_the_api_object_stays_whatever_the_files_are_called(
    bench: Bench, stripe: Source, api: str, dashboard: str
) -> None:
    of_all = {"currency": "usd", "status": "succeeded", "captured": True, "created": 1767348000}
    bench.write(f"stripe/{api}", "".join(json.dumps(of_all | charge) + "\n" for charge in API))
    bench.write(f"stripe/{dashboard}", DASHBOARD)
    row = next(row for row in bench.ingest(stripe) if row.entity == "charges")
    assert (row.physical_records, row.accepted, row.deduplicated) == (8, 4, 4)
    kept = dict(bench.raw("charge_id, amount_captured::INT", "raw.stripe_charges"))
    assert kept == {"part": 60, "whole": 5, "failed": 0, "hold": 0}
    assert bench.engine.rows("FROM sources.differing_copies") == [("stripe", "charges", f"stripe/{dashboard}", 1)]


def test_two_days_of_one_form_may_say_other_amounts_and_the_later_file_stays(bench: Bench, stripe: Source) -> None:
    for day, refunded in ((1, 0), (2, 300)):
        charge = {"id": "a", "amount": 500, "amount_refunded": refunded, "currency": "usd", "created": 1767348000}
        bench.write(f"stripe/charges_{day}.jsonl", json.dumps(charge | {"status": "succeeded"}) + "\n")
    bench.ingest(stripe)
    assert bench.raw("amount_refunded::INT", "raw.stripe_charges") == [(3,)]
    assert bench.engine.rows("FROM sources.differing_copies") == []


def test_the_same_file_twice_changes_nothing(bench: Bench) -> None:
    bench.contacts(ROWS)
    first = bench.raw("record_id, first_name, source_row")
    bench.contacts(ROWS)
    assert bench.raw("record_id, first_name, source_row") == first
    row = bench.contacts(ROWS, "crm/contacts_copy.csv")
    assert (row.physical_records, row.accepted, row.deduplicated, row.files) == (4, 2, 2, 2)


def test_events_without_ids_stay_apart_in_a_file_and_fall_together_across_files(bench: Bench) -> None:
    fields = {"email": ["email"], "event_type": ["kind"], "occurred_at": {"from": ["at"], "type": "timestamp"}}
    entity = {"shape": "touch", "files": ["mail/*"], "fields": fields}
    source = source_from(
        {"source": "mail", "category": "marketing", "time_zone": "UTC", "entities": {"touches": entity}}, "test"
    )
    opened = "a@x,open,2024-01-01 10:00\n"
    bench.write("mail/1.csv", f"email,kind,at\n{opened}{opened}b@x,open,2024-01-01 10:00\n")
    bench.write("mail/2.csv", f"email,kind,at\n{opened}c@x,click,2024-01-01 11:00\n")
    (row,) = bench.ingest(source)
    assert (row.physical_records, row.accepted, row.deduplicated) == (5, 4, 1)
    ids = dict(bench.engine.rows("SELECT event_id, email FROM raw.mail_touches"))
    assert sorted(ids.values()) == ["a@x", "a@x", "b@x", "c@x"]
    bench.ingest(source)
    assert dict(bench.engine.rows("SELECT event_id, email FROM raw.mail_touches")) == ids


def test_test_mode_is_dropped_and_counted_and_deleted_customers_stay(bench: Bench) -> None:
    objects = [{"id": "1", "livemode": True}, {"id": "2", "livemode": False}, {"id": "3", "deleted": True}]
    row = bench.contacts("".join(json.dumps(o) + "\n" for o in objects), "crm/contacts.jsonl")
    assert (row.physical_records, row.accepted, row.test_mode) == (3, 2, 1)
    assert bench.raw("record_id, is_deleted, is_live") == [("1", None, True), ("3", True, None)]


def test_a_refund_of_a_test_mode_charge_is_test_mode_although_it_does_not_say_so(bench: Bench) -> None:
    money = {"currency": ["currency"], "amount": {"from": ["amount"], "type": "amount_minor"}}
    charge = money | {"charge_id": ["id"], "is_live": ["livemode"]}
    refund = money | {"refund_id": ["id"], "charge_id": ["charge"]}
    entities = {
        "refunds": {"shape": "refund", "files": ["pay/refunds*"], "fields": refund},
        "charges": {"shape": "charge", "files": ["pay/charges*"], "fields": charge},
    }
    of_test = {"id": "r1", "charge": "test", "amount": 100, "currency": "usd"}
    refunds = [
        of_test,
        of_test | {"id": "r2", "charge": "live"},
        of_test | {"id": "r3", "charge": "before_the_extract"},
    ]
    charges = [{"id": "test", "livemode": False}, {"id": "live", "livemode": True}]
    bench.write("pay/refunds.jsonl", "".join(json.dumps(row) + "\n" for row in refunds))
    bench.write(
        "pay/charges.jsonl", "".join(json.dumps(row | {"amount": 9, "currency": "usd"}) + "\n" for row in charges)
    )
    rows = bench.ingest(source_from({"source": "pay", "category": "payments", "entities": entities}, "test"))
    assert [(row.entity, row.accepted, row.test_mode) for row in rows] == [("charges", 1, 1), ("refunds", 2, 1)]
    assert bench.raw("refund_id", "raw.pay_refunds") == [("r2",), ("r3",)]


def test_a_record_without_an_id_is_quarantined(bench: Bench) -> None:
    row = bench.contacts("id,first\n1,Ann\n,Bob\n")
    assert (row.accepted, bench.quarantine()) == (1, [(3, "record_id", "key_missing")])


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    lines=st.lists(
        st.one_of(
            st.tuples(st.integers(1, 9), st.text('ab", \t', max_size=6)).map(lambda pair: f"{pair[0]},{pair[1]},x"),
            st.text('1,"ab\r ', max_size=12),
        ),
        min_size=1,
        max_size=25,
    )
)
def test_every_record_of_any_file_is_accounted_for(bench: Bench, lines: list[str]) -> None:
    """The gate holds, and no accepted row is made of nothing: each stands in the file."""
    content = "id,first,last\n" + "\n".join(lines)
    try:
        row = bench.contacts(content)
    except FileRefused:
        return
    assert row.physical_records == row.accepted + row.quarantined + row.deduplicated + row.test_mode
    assert row.physical_records <= len(content.splitlines())
    for record_id, first in bench.raw("record_id, first_name"):
        assert record_id.replace('"', "") in content.replace('"', "")
        assert (first or "").replace('"', "") in content.replace('"', "")


def ledger_row(**changes: object) -> LedgerRow:
    row = LedgerRow("crm", "contacts", 10, 6, 1, 1, 1, 1, 1, 100, True)
    return replace(row, **changes)  # type: ignore[arg-type]


def test_the_gate_stops_when_a_record_is_unaccounted_for() -> None:
    ledger_row().check()
    with pytest.raises(Customer360Error, match="10 physical records, but 9 accounted for"):
        ledger_row(accepted=5).check()


def test_rows_lost_on_the_way_stop_the_run(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.contacts(ROWS)
    monkeypatch.setattr(ingest, "carry", lambda tables, attempt: {name: [] for name in tables})
    with pytest.raises(Customer360Error, match="3 rows were sent and 0 arrived"):
        bench.contacts(ROWS + "3,Cy,\n")
    assert len(bench.raw("*")) == 2
    assert bench.engine.rows("SELECT accepted FROM sources.ledger") == [(2,)]


def test_no_value_of_a_record_is_in_an_error_or_in_the_ledgers_tables(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    canary = "CANARY-4711"
    rows = f'1,{canary},2024-01-01\n2,"{canary},x\n3,x,{canary}\n{canary}\n'
    bench.contacts("id,first,created\n" + rows + "9,x,y,z\n")
    told = "".join(
        str(bench.engine.rows(f"FROM sources.{table}")) for table in ("ledger", "quarantine", "drift", "files")
    )
    assert len(bench.quarantine()) == 4 and canary not in told + caplog.text
    for name, content in (
        ("contacts.csv", f"first\n{canary}\n"),
        ("contacts.csv", f"{canary};{canary}\n"),
        ("contacts.csv", f"id,created\n{canary},2024-01-01 10:00\n"),
        ("contacts.json", f'[{{"id": "{canary}"}}]'),
        ("contacts.parquet", canary),
    ):
        with pytest.raises(FileRefused) as error:
            bench.contacts(content, f"crm/{name}", time_zone=None)
        assert canary not in f"{error.value} {error.value.__cause__} {error.value.__context__ and ''}"
        (bench.extracts / "crm" / name).unlink()


def test_a_missing_extracts_folder_and_a_home_that_cannot_be_written(bench: Bench, tmp_path: Path) -> None:
    bench.contacts(ROWS)
    with pytest.raises(ConfigError, match="no such folder"):
        Bench(bench.engine, bench.home, tmp_path / "nowhere").ingest(contacts_source())
    (tmp_path / "file").write_text("")
    bench.write("crm/contacts.csv", ROWS + "3,Cy,\n")
    with pytest.raises(Customer360Error, match=r"attempts: cannot be written .*Check the home directory"):
        Bench(bench.engine, tmp_path / "file", bench.extracts).ingest(contacts_source())
    assert len(bench.raw("*")) == 2


def test_a_disk_that_is_full_leaves_what_was_there(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.contacts(ROWS)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("customer360_pipeline.sources.boundary.files.shutil.copyfile", full)
    with pytest.raises(Customer360Error, match=r"landing: cannot be written \(No space left on device\)"):
        bench.contacts(ROWS + "3,Cy,\n")
    assert len(bench.raw("*")) == 2
    assert not list((bench.home / "landing").glob("*.part")) and not list((bench.home / "attempts").iterdir())


@pytest.mark.parametrize(("spill", "memory"), [("spill", "60MB"), ("no/such/folder", "30MB")])
def test_little_memory(tmp_path: Path, spill: str, memory: str) -> None:
    """With a spill folder it works; without one the error says what is missing, and the old rows stand."""
    (tmp_path / "extracts").mkdir()
    rows = "".join(f"{n},{'x' * 100}{n}\n" for n in range(100_000))
    with DuckDBEngine(None, EngineConfig(memory_limit=memory, threads=1), tmp_path / spill) as engine:
        bench = Bench(engine, tmp_path / "home", tmp_path / "extracts")
        bench.contacts(ROWS)
        if spill == "spill":
            assert bench.contacts("id,first\n" + rows).accepted == 100_000
            return
        with pytest.raises(Customer360Error, match=r"the engine (ran out of memory|could not)"):
            bench.contacts("id,first\n" + rows)
        assert len(bench.raw("*")) == 2


def test_the_clock_of_the_machine_changes_nothing(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    bench.contacts("id,created\n1,2024-07-01 12:00\n", time_zone="Europe/Paris")
    first = bench.raw("created_at")
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    time.tzset()
    try:
        bench.contacts("id,created\n1,2024-07-01 12:00\n", time_zone="Europe/Paris")
    finally:
        monkeypatch.undo()
        time.tzset()
    assert bench.raw("created_at") == first == [(datetime(2024, 7, 1, 10),)]


def test_a_killed_run_leaves_the_old_rows_or_the_new_and_the_next_run_finishes(tmp_path: Path) -> None:
    """The database is whole after each kill, rows and ledger agree, and the next run needs no repair."""
    script = textwrap.dedent(
        """
        import os, signal, sys
        from pathlib import Path
        from customer360_pipeline.engine.duckdb import DuckDBEngine
        from customer360_pipeline.sources import ingest, ledger, raw
        from customer360_pipeline_tests.sources.bench import Bench, contacts_source
        home, module, function, moment = Path(sys.argv[1]), *sys.argv[2:]
        home.joinpath("home").mkdir(exist_ok=True)
        step = getattr(globals()[module], function)
        def dies(*given, **named):
            if moment == "after":
                step(*given, **named)
            os.kill(os.getpid(), signal.SIGKILL)
        if moment != "never":
            setattr(globals()[module], function, dies)
        with DuckDBEngine(home / "home" / "work.duckdb") as engine:
            Bench(engine, home / "home", home / "extracts").ingest(contacts_source())
        """
    )

    def run(records: int, module: str, function: str, moment: str) -> int:
        (tmp_path / "extracts" / "crm").mkdir(parents=True, exist_ok=True)
        (tmp_path / "extracts" / "crm" / "contacts.csv").write_text("id\n" + "".join(f"{n}\n" for n in range(records)))
        return subprocess.run([sys.executable, "-c", script, str(tmp_path), module, function, moment]).returncode

    def rows() -> list[tuple[int, int]]:
        with duckdb.connect(str(tmp_path / "home" / "work.duckdb"), read_only=True) as database:
            return database.sql("SELECT count(*), max(accepted) FROM raw.crm_contacts, sources.ledger").fetchall()

    assert run(1, "ingest", "carry", "never") == 0
    for module, function, moment, left in [
        ("ingest", "carry", "before", 1),
        ("ingest", "carry", "after", 1),
        ("raw", "replace", "after", 1),
        ("ledger", "replace_rows", "after", 1),
        ("ingest", "_replace", "after", 2),
    ]:
        assert run(2, module, function, moment) == -signal.SIGKILL
        assert rows() == [(left, left)], f"killed {moment} {function}"
    assert run(3, "ingest", "carry", "never") == 0
    assert rows() == [(3, 3)]
