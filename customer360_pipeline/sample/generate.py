"""Writes the extracts and their truth: `generate(Path("out"), people=300, seed=1)`."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from customer360_pipeline.errors import ConfigError
from customer360_pipeline.sample import cast
from customer360_pipeline.sample.files import EXCHANGE_RATES, File, files
from customer360_pipeline.sample.macros import prepare

if TYPE_CHECKING:
    import duckdb

Formats = Literal["auto", "text", "parquet"]

# Sessions of a person who visits at all; gives about 12 web and marketing events per person.
SESSIONS_PER_PERSON = 3.4
# From this many people on, `auto` writes web events as Parquet: JSON lines would take gigabytes.
PARQUET_FROM = 20_000

# Five million people spill instead of taking the machine.
MEMORY_LIMIT = "3GB"

HERE = Path(__file__).parent


def generate(
    out: Path,
    people: int,
    seed: int,
    *,
    formats: Formats = "auto",
    sessions_per_person: float = SESSIONS_PER_PERSON,
    accounts: bool = True,
) -> dict[str, int]:
    """Write extracts of `people` people below `out`, one folder per vendor, and the truth in `out/_truth`.

    The same arguments write the same bytes. Chance is a function of the person's number and the seed; the first
    twenty people are planted by hand (`cast`).

    Args:
        accounts: with what companies buy and do: subscriptions, work of the CRMs, support, product use, plans. Without,
            the seven systems of people and their payments are left.

    Returns:
        Rows written per file, malformed lines included.

    Raises:
        ConfigError: fewer people than the planted ones, or `out` holds other files.
    """
    import duckdb

    if people < cast.FIRST_GENERATED:
        raise ConfigError(f"--people {people}: at least {cast.FIRST_GENERATED}, twenty of them are planted by hand")
    if out.exists() and any(path.name.lower() != "readme.md" for path in out.iterdir()):
        raise ConfigError(f"{out} is not empty: name a new folder, or remove what is there")
    parquet = formats == "parquet" or (formats == "auto" and people >= PARQUET_FROM)
    with tempfile.TemporaryDirectory(prefix="customer360_sample_") as folder:
        connection = duckdb.connect(str(Path(folder) / "sample.duckdb"))
        try:
            connection.execute("SET TimeZone='UTC'")
            connection.execute(f"SET memory_limit='{MEMORY_LIMIT}'")
            prepare(connection, people, seed, cast.FIRST_GENERATED, sessions_per_person, accounts)
            _make_tables(connection)
            chosen = files(ga4_as_parquet=parquet, accounts=accounts)
            counted = {file.path: _write(connection, out, file) for file in chosen}
            written = {path: rows for path, rows in counted.items() if rows}
            (out / "exchange_rates.csv").write_text(EXCHANGE_RATES, encoding="utf-8")
            _write_truth(connection, out / "_truth", written, chosen, parquet)
        finally:
            connection.close()
    return written


def _make_tables(connection: duckdb.DuckDBPyConnection) -> None:
    tables = ("people", "contacts", "crm_work", "money", "billing", "touches", "web", "support", "product", "success")
    for name in tables:
        connection.execute((HERE / f"{name}.sql").read_text(encoding="utf-8")).fetchall()
    connection.begin()  # one commit: each small insert would wait for the disk
    for table, rows in cast.TABLES.items():
        for row in rows:
            columns = ", ".join(f'"{name}"' for name in row)
            marks = ", ".join("?" * len(row))
            connection.execute(f"INSERT INTO {table} ({columns}) VALUES ({marks})", list(row.values()))
    connection.commit()


def _write(connection: duckdb.DuckDBPyConnection, out: Path, file: File) -> int:
    path = out / file.path
    path.parent.mkdir(parents=True, exist_ok=True)
    options = {
        "csv": "FORMAT CSV, HEADER true",
        # Finished lines: nothing is quoted, and the delimiter is a character that JSON escapes.
        "line": "FORMAT CSV, HEADER false, QUOTE '', ESCAPE '', DELIMITER E'\\x01'",
        "line.gz": "FORMAT CSV, HEADER false, QUOTE '', ESCAPE '', DELIMITER E'\\x01', COMPRESSION GZIP",
        "parquet": "FORMAT PARQUET, COMPRESSION ZSTD",
    }[file.kind]
    target = str(path).replace("'", "''")
    rows = int(connection.execute(f"COPY ({file.select}) TO '{target}' ({options})").fetchall()[0][0])
    if not rows:
        path.unlink()  # a vendor exports no file for nothing, and a header alone is refused
    elif file.malformed:
        with path.open("a", encoding="utf-8", newline="") as handle:
            handle.writelines(f"{line}\n" for line in file.malformed)
    return rows + len(file.malformed) if rows else 0


def _write_truth(
    connection: duckdb.DuckDBPyConnection, out: Path, written: dict[str, int], chosen: list[File], parquet: bool
) -> None:
    connection.execute("CREATE TABLE written (path VARCHAR, rows BIGINT, malformed BIGINT)")
    broken = {file.path: len(file.malformed) for file in chosen}
    connection.executemany("INSERT INTO written VALUES (?, ?, ?)", [[p, n, broken[p]] for p, n in written.items()])
    connection.execute((HERE / "truth.sql").read_text(encoding="utf-8")).fetchall()
    for name in ("truth", "traps", "orders", "sessions", "ledger", "totals"):
        _write(connection, out, File(f"{name}.csv", "csv", f"SELECT * FROM {name}_truth ORDER BY ALL"))
    if parquet:
        _write(connection, out, File("truth.parquet", "parquet", "SELECT * FROM truth_truth ORDER BY ALL"))
