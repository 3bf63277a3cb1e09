"""Dated exchange rates: those of the configuration, and those in the extracts folder's `exchange_rates.csv`.

The file has a header line and the columns currency, valid_from, rate, as `metrics.exchange_rates` has them:

    currency,valid_from,rate
    EUR,2026-01-01,1.10

Not here: converting (`profile/money.sql`).
"""

from __future__ import annotations

import csv
import hashlib
from datetime import date
from pathlib import Path

from pydantic import ValidationError

from customer360_pipeline.config import ExchangeRate, MetricsConfig
from customer360_pipeline.errors import FileRefused
from customer360_pipeline.refused_yaml import refusals

FILE = "exchange_rates.csv"
COLUMNS = ("currency", "valid_from", "rate")
HELP = f"Expected the columns {', '.join(COLUMNS)}; see docs/sources.md"


def exchange_rates(extracts: Path, metrics: MetricsConfig) -> tuple[ExchangeRate, ...]:
    """Every rate in use, ordered by currency and day.

    Raises:
        FileRefused: the file has another header, a line that is no rate, two rates of one currency and day (also
            one that the configuration has), or a rate of the reporting currency itself.
    """
    lines = {(rate.currency, rate.valid_from): "metrics.exchange_rates" for rate in metrics.exchange_rates}
    rates = list(metrics.exchange_rates)
    for number, rate in _read(extracts / FILE):
        day = (rate.currency, rate.valid_from)
        if rate.currency == metrics.reporting_currency:
            raise _refused(number, f"{rate.currency} is the reporting currency; its rate is 1. Remove the line")
        if day in lines:
            raise _refused(number, f"{rate.currency} {rate.valid_from} has a rate already ({lines[day]}). Keep one")
        lines[day] = f"line {number}"
        rates.append(rate)
    return tuple(sorted(rates, key=lambda rate: (rate.currency, rate.valid_from)))


def file_hash(extracts: Path) -> dict[str, str]:
    """SHA-256 of the file by its name; empty without one."""
    path = extracts / FILE
    return {FILE: hashlib.sha256(path.read_bytes()).hexdigest()} if path.is_file() else {}


def _read(path: Path) -> list[tuple[int, ExchangeRate]]:
    """Line number and rate of each line of the file; nothing without a file."""
    if not path.is_file():
        return []
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, skipinitialspace=True)
            if tuple(reader.fieldnames or ()) != COLUMNS:
                raise _refused(1, f"the header is not that of exchange rates. {HELP}")
            return [(reader.line_num, _rate(row, reader.line_num)) for row in reader]
    except (UnicodeDecodeError, csv.Error):
        raise FileRefused(f"{FILE} is no CSV file in UTF-8. {HELP}") from None


def _rate(row: dict[str, str], line: int) -> ExchangeRate:
    try:
        currency, valid_from, rate = (row[name].strip() for name in COLUMNS)
        return ExchangeRate(currency=currency, valid_from=date.fromisoformat(valid_from), rate=rate)
    except ValidationError as error:
        raise _refused(line, f"{refusals(error, ExchangeRate, {}, 'rate')[0]}. {HELP}") from None
    except (ValueError, AttributeError):
        raise _refused(line, f"expected a currency, a day as YYYY-MM-DD and a rate. {HELP}") from None


def _refused(line: int, what: str) -> FileRefused:
    return FileRefused(f"{FILE}, line {line}: {what}")
