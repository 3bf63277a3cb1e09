"""The planted people of `sample_data/README.md`, end to end: files in, `customer_360` out, truth beside it."""

from __future__ import annotations

import csv
import shutil
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from customer360_pipeline.engine.duckdb import DuckDBEngine

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "sample_data"


def truth(name: str) -> list[dict[str, str]]:
    with (SAMPLE / "_truth" / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


@pytest.fixture(scope="module")
def work(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckDBEngine]:
    """A copy of the work database after a whole run on the sample: an engine writes alone."""
    copy = tmp_path_factory.mktemp("work") / "work.duckdb"
    shutil.copyfile(sample_home / "work.duckdb", copy)
    with DuckDBEngine(copy) as engine:
        yield engine


# First record, all records of the customer, and what the table must show of it.
PEOPLE: list[tuple[str, set[str], dict[str, Any]]] = [
    ("900000000001", {"900000000001", "cus_CastMaria01", "C-MARIA", "46000001", "email:maria.keller@mailhaus.example"},
     {"total_revenue": Decimal("155.00"), "total_orders": 2, "acquisition_source": "facebook",
      "acquisition_medium": "paid_social", "acquisition_campaign": "spring_launch"}),
    ("900000000002", {"900000000002", "cus_CastJonas02"}, {"total_revenue": Decimal("42.40")}),
    ("900000000003", {"900000000003", "777000001.1640995200|usr_emma"}, {"total_sessions": 1, "total_page_views": 3}),
    ("900000000004", {"900000000004", "777000001.1640995200|usr_noah"}, {"total_sessions": 1, "total_page_views": 2}),
    ("900000000005", {"900000000005"}, {"first_name": "Ana"}),
    ("0035fCAST000006APA", {"0035fCAST000006APA"}, {"first_name": "Ilse"}),
    ("900000000007", {"900000000007", "cus_CastLiang07", "777000007.1640995200"},
     {"total_revenue": Decimal("99.00"), "total_sessions": 2, "total_page_views": 5}),
    ("C-BOB", {"C-BOB", "cus_CastRobert08"}, {"total_revenue": Decimal("25.00"), "total_orders": 1}),
    ("C-YUKI", {"C-YUKI", "cus_CastYuki09"}, {"total_revenue": Decimal("89.60"), "total_orders": 1}),
    ("cus_CastDalal10", {"cus_CastDalal10"}, {"total_revenue": Decimal("16.64")}),
    ("cus_CastTunde11", {"cus_CastTunde11"}, {"total_revenue": None, "total_orders": 1, "unconverted_movements": 1}),
    ("0035fCAST000012APA", {"0035fCAST000012APA", "0035fCAST000912APA", "cus_CastSofia12"},
     {"total_revenue": Decimal("70.00"), "email": "sofia.reyes@postbox.example"}),
    ("900000000013", {"900000000013", "cus_CastPeter13"}, {"total_revenue": Decimal("20.00")}),
    ("cus_CastGrace14", {"cus_CastGrace14"}, {"total_revenue": Decimal("140.00"), "total_orders": 3}),
    ("C-HANNAH", {"C-HANNAH", "guest:hannah.brandt@netpost.test"}, {"total_revenue": Decimal("45.00")}),
    ("cus_CastVictor16a", {"cus_CastVictor16a"}, {"total_revenue": Decimal("10.00")}),
    ("cus_CastVictor16b", {"cus_CastVictor16b"}, {"total_revenue": Decimal("20.00")}),
    ("900000000017", {"900000000017", "0035fCAST000017APA"}, {"last_name": "Larsen", "city": "Austin"}),
    ("900000000018", {"900000000018"}, {"first_name": "Olga"}),
    ("C-IVAN", {"C-IVAN"}, {"first_name": "Ivan"}),
    ("900000000020", {"900000000020", "900000000920"}, {"last_name": "Fuchs"}),
]  # fmt: skip


@pytest.mark.parametrize(("record", "records", "shown"), PEOPLE, ids=[person[0] for person in PEOPLE])
def test_planted_person(work: DuckDBEngine, record: str, records: set[str], shown: dict[str, Any]) -> None:
    identities = "customer_360.customer_identities"
    rows = work.rows(
        f"SELECT customer_id, record_id FROM {identities} WHERE customer_id = "
        f"(SELECT customer_id FROM {identities} WHERE record_id = $record)",
        {"record": record},
    )
    assert {row[1] for row in rows} == records
    columns = ", ".join(shown)
    assert work.rows(
        f"SELECT {columns} FROM customer_360.customer_360 WHERE customer_id = $id", {"id": rows[0][0]}
    ) == [tuple(shown.values())]


def test_planted_people_stand_in_the_readme() -> None:
    readme = (SAMPLE / "README.md").read_text(encoding="utf-8")
    for row in truth("truth"):
        if int(row["person"]) <= 20 and row["source"] in ("hubspot", "crm", "salesforce"):
            person, record = row["person"], row["record_id"]
            assert record in readme or f"...{record[-3:]}" in readme, f"person {person}: {record}"
    assert "customer360 sample --people 300 --out sample_data --seed 1" in readme


def test_a_shared_mailbox_is_listed_with_what_it_prevented(work: DuckDBEngine) -> None:
    assert work.rows("SELECT count(*) FROM customer_360.blocked_values WHERE value = 'info@duartefoods.example'") == [
        (1,)
    ]


def test_ledger_is_what_was_written(work: DuckDBEngine) -> None:
    columns = ("source", "entity", "physical_records", "accepted", "quarantined", "deduplicated", "test_mode")
    # Entities that the vendor may export and the sample does not have no file.
    made = work.rows(f"SELECT {', '.join(columns)} FROM sources.ledger WHERE is_present ORDER BY source, entity")
    expected = [tuple(row[c] if c in columns[:2] else int(row[c]) for c in columns) for row in truth("ledger")]
    assert made == sorted(expected)


def test_nights_of_the_clock_change_are_flagged(work: DuckDBEngine) -> None:
    assert work.rows("SELECT source, column_name, kind FROM sources.drift WHERE kind LIKE 'dst%' ORDER BY kind") == [
        ("hubspot", "updated_at", "dst_ambiguous"),
        ("hubspot", "created_at", "dst_gap"),
    ]


def test_money_orders_and_sessions_are_conserved(work: DuckDBEngine) -> None:
    totals = {row["figure"]: row["value"] for row in truth("totals")}
    net = dict(work.rows("SELECT currency, sum(net_amount) FROM metrics.revenue_by_currency GROUP BY currency"))
    assert net == {k[-3:]: Decimal(v) for k, v in totals.items() if k.startswith("net_revenue_")}
    orders, sessions = work.rows(
        "SELECT sum(total_orders)::BIGINT, sum(total_sessions)::BIGINT FROM customer_360.customer_360"
    )[0]
    assert orders == int(totals["orders"])
    assert sessions == int(totals["sessions"]) - int(totals["sessions_unattributed"])


def test_people_are_found_and_hardly_mixed(work: DuckDBEngine) -> None:
    """Against the truth: pairs of records that belong together, and customers that mix two people."""
    person = {(row["source"], row["record_id"]): row["person"] for row in truth("truth")}
    clusters: dict[str, list[str]] = {}
    unknown = []
    for customer, source, record in work.rows(
        "SELECT customer_id, source, record_id FROM customer_360.customer_identities"
    ):
        if (source, record) in person:
            clusters.setdefault(customer, []).append(person.pop((source, record)))
        else:
            unknown.append((source, record))
    assert (unknown, person) == ([], {})
    # Keys alone do not tell a parent from a child of the same name on the same phone.
    namesakes = {row["person"] for row in truth("traps") if row["trap"] == "home_parent_and_child_of_one_name"}
    assert [people for people in clusters.values() if len(set(people)) > 1 and not set(people) <= namesakes] == []
    everyone = [p for people in clusters.values() for p in people]
    true_pairs = sum(n * (n - 1) // 2 for n in Counter(everyone).values())
    assert sum(len(people) * (len(people) - 1) // 2 for people in clusters.values()) >= 0.75 * true_pairs
