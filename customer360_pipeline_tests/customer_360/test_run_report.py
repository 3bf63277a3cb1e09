"""What a run says of the money that it published."""

from __future__ import annotations

import io
from datetime import datetime

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
