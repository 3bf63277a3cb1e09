"""What a run says of the money that it published."""

from __future__ import annotations

import io
import sys
from datetime import datetime
from pathlib import Path

import pytest
from rich.console import Console

from customer360_pipeline import summary
from customer360_pipeline.cli import run_report

BEFORE, LATER = datetime(2026, 6, 1), datetime(2026, 7, 1)


def test_a_run_names_the_money_that_is_nobodys_revenue(warehouse):
    warehouse.people({"source": "stripe"})
    money = {"source": "stripe", "currency": "USD"}
    charge = money | {"node": 0, "is_succeeded": True}
    warehouse.given(
        "staging.charges",
        [charge | {"charge_id": "a", "amount": 100, "occurred_at": BEFORE},
         charge | {"charge_id": "b", "amount": 20, "occurred_at": LATER}],
    )  # fmt: skip
    refund = money | {"refund_id": "r", "charge_id": "gone", "amount": 7, "is_settled": True, "occurred_at": BEFORE}
    warehouse.given("staging.refunds", [refund])
    warehouse.build("customer_360.revenue_tie_out")
    rows = warehouse.rows(summary._MONEY.replace("revenue_tie_out", "customer_360.revenue_tie_out"))
    told = io.StringIO()
    run_report._money(Console(file=told, width=200), [summary.CurrencyLine(*row) for row in rows])
    assert told.getvalue().strip() == (
        "revenue USD  113.000 = customers 100.000 + unattributed 0.000 + after as_of 20.000 "
        "+ given back of no paid charge in the files -7.000  tied out"
    )


def test_what_stands_from_the_first_day_is_not_called_drift(warehouse):
    drift = {"source": "stripe", "entity": "charges", "source_file": "stripe/charges.jsonl"}
    other = drift | {"source_file": "stripe/charges_2.jsonl"}
    warehouse.given(
        "sources.drift",
        [row | {"column_name": "object", "kind": "unmapped_column"} for row in (drift, other)]
        + [row | {"column_name": "disputed", "kind": "missing_column"} for row in (drift, other)]
        + [drift | {"column_name": "created_at", "kind": "dst_gap"}],
    )
    warehouse.build("customer_360.source_drift")
    counts = dict(warehouse.rows(summary._DRIFT.replace("source_drift", "customer_360.source_drift")))
    assert counts == {"unmapped_column": 1, "missing_column": 1, "dst_gap": 1}
    told = io.StringIO()
    run_report._findings(Console(file=told, width=200), _summary(counts))
    columns, drifted = told.getvalue().splitlines()
    assert columns.startswith("Columns: 1 that no field is read from (kept as `extra`), 1 of contracts that a file")
    assert drifted == "Drift, nothing lost (dst gap 1): customer360 show source_drift"


def _summary(drift):
    """A summary of no source with these findings."""
    return summary.Summary([], 0, 0, {}, {}, 0, 0, {}, 0, [], 0, drift, [])


@pytest.mark.parametrize(
    ("argument", "path", "typed"),
    [
        (".venv/bin/customer360", "", ".venv/bin/customer360"),  # after `make run`
        (".venv/bin/customer360", ".venv/bin", "customer360"),  # in its environment
        ("/usr/lib/python3/pytest", "", "customer360"),
    ],
)
def test_the_next_command_is_named_as_it_can_be_typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, argument: str, path: str, typed: str
) -> None:
    program = tmp_path / ".venv" / "bin" / "customer360"
    program.parent.mkdir(parents=True)
    program.touch(mode=0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", path)
    monkeypatch.setattr(sys, "argv", [argument])
    assert run_report._program() == typed
