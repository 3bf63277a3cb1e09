"""The extracts folder's own exchange rates: read, joined with the configured ones, and refused with their line."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from customer360_pipeline.config import ExchangeRate, MetricsConfig
from customer360_pipeline.errors import FileRefused
from customer360_pipeline.sources.exchange_rates import exchange_rates, file_hash

HEADER = "currency,valid_from,rate\n"
CONFIGURED = MetricsConfig(
    exchange_rates=(ExchangeRate(currency="GBP", valid_from=date(2026, 1, 1), rate=Decimal("1.25")),)
)


def folder(tmp_path: Path, text: str | bytes) -> Path:
    """A folder of extracts whose exchange_rates.csv is `text`."""
    data = text.encode() if isinstance(text, str) else text
    (tmp_path / "exchange_rates.csv").write_bytes(data)
    return tmp_path


def test_rates_of_file_and_configuration_are_used_together(tmp_path):
    extracts = folder(
        tmp_path, "\ufeff" + HEADER + "JPY,2026-01-01, 0.0070\r\nEUR,2026-02-01,1.2\nEUR,2026-01-01,1.1\n"
    )
    assert [(r.currency, str(r.valid_from), r.rate) for r in exchange_rates(extracts, CONFIGURED)] == [
        ("EUR", "2026-01-01", Decimal("1.1")),
        ("EUR", "2026-02-01", Decimal("1.2")),
        ("GBP", "2026-01-01", Decimal("1.25")),
        ("JPY", "2026-01-01", Decimal("0.0070")),
    ]
    assert list(file_hash(extracts)) == ["exchange_rates.csv"]


def test_no_file_is_no_rate(tmp_path):
    assert exchange_rates(tmp_path, MetricsConfig()) == ()
    assert file_hash(tmp_path) == {}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("currency,day,rate\nEUR,2026-01-01,1.1\n", "line 1: the header"),
        ("", "line 1: the header"),
        (HEADER + "EUR,01/02/2026,1.1\n", "line 2: expected a currency, a day as YYYY-MM-DD"),
        (HEADER + "EUR,2026-01-01\n", "line 2: expected a currency"),
        (HEADER + "EUR,2026-01-01,1.1\neur,2026-01-01,1.1\n", "line 3: currency"),
        (HEADER + "EUR,2026-01-01,-1\n", "line 2: rate"),
        (HEADER + "EUR,2026-01-01,\n", "line 2: rate"),
        (HEADER + "USD,2026-01-01,1\n", "line 2: USD is the reporting currency"),
        (HEADER + "EUR,2026-01-01,1\n\nEUR,2026-01-01,2\n", "line 4: EUR 2026-01-01 has a rate already (line 2)"),
        (HEADER + "GBP,2026-01-01,1\n", "line 2: GBP 2026-01-01 has a rate already (metrics.exchange_rates)"),
        (b"\xff\xfe\x00", "no CSV file in UTF-8"),
    ],
)
def test_what_is_no_rate_is_refused_with_its_line(tmp_path, text, says):
    with pytest.raises(FileRefused) as refused:
        exchange_rates(folder(tmp_path, text), CONFIGURED)
    assert says in str(refused.value)
