"""All files of one entity: read, typed, told apart, counted. What stays in `boundary_rows_<entity>` is accepted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from customer360_pipeline.engine.duckdb import DuckDBEngine, literal, quote
from customer360_pipeline.errors import FileRefused
from customer360_pipeline.sources.boundary import rows as row_sql
from customer360_pipeline.sources.boundary.csv_file import read_csv
from customer360_pipeline.sources.boundary.duplicates import Copies, number_events
from customer360_pipeline.sources.boundary.files import ExtractFile, plain_file, sha256_of
from customer360_pipeline.sources.boundary.first_line import is_value, looks_like_header
from customer360_pipeline.sources.boundary.json_file import read_json
from customer360_pipeline.sources.boundary.parquet_file import read_parquet
from customer360_pipeline.sources.boundary.reading import Reading
from customer360_pipeline.sources.boundary.rules import RULE_OF_TYPE, Rejection, refused
from customer360_pipeline.sources.contract import Entity, Source
from customer360_pipeline.wording import counted

READERS = {"csv": read_csv, "parquet": read_parquet}
FORMATS = "CSV, JSONL or Parquet, also gzipped"
# Columns named in a refusal.
MOST_NAMED = 20


@dataclass(frozen=True)
class FileRead:
    """A file that was read."""

    file: ExtractFile
    sha256: str
    bytes: int
    physical_records: int


@dataclass
class EntityReader:
    """Reads an entity's files into `table`.

    Args:
        attempt: the attempt's private directory.
        rejections: (file, rejection) of every quarantined record.
        drift: (file, column, kind).
        differing: (file, records) of copies that say other money than those in another form that were kept.
        refusals: one per file that cannot be trusted as a whole; with any of them the rows are of no use.
    """

    engine: DuckDBEngine
    source: Source
    name: str
    attempt: Path
    files: list[FileRead] = field(default_factory=list)
    rejections: list[tuple[str, Rejection]] = field(default_factory=list)
    drift: list[tuple[str, str, str]] = field(default_factory=list)
    differing: list[tuple[str, int]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    refusals: list[FileRefused] = field(default_factory=list)

    @property
    def entity(self) -> Entity:
        """The contract's part."""
        return self.source.entities[self.name]

    @property
    def table(self) -> str:
        """The temporary table of the entity's rows."""
        return f"{row_sql.ROWS}_{self.name}"

    @property
    def test_table(self) -> str:
        """The temporary table of the keys of the entity's test-mode rows."""
        return f"{self.table}__test"

    def read(self, files: list[ExtractFile]) -> None:
        """Read every file, then tell the rows of all of them apart. A refused file does not hide the next one."""
        row_sql.create_rows(self.engine, self.entity, self.table)
        seen: set[str] = set()
        for file in files:
            try:
                read = self._read(file, seen)
            except FileRefused as refusal:
                self.refusals.append(refusal)
                continue
            seen.add(read.sha256)
            self.files.append(read)
        if self.refusals:
            return
        self._drop_test_mode()
        self._drop_duplicates()
        self.counts["accepted"] = self._count("true")

    def _read(self, file: ExtractFile, seen: set[str]) -> FileRead:
        if file.format is None:
            raise refused(file.name, "a format that cannot be read", FORMATS, "Export it in one of these.")
        try:
            sha256, size = sha256_of(file.path), file.path.stat().st_size
        except OSError as error:
            raise refused(
                file.name, f"it cannot be opened ({error.strerror})", "a file that this user may read",
                "Change its rights or owner.",
            ) from None  # fmt: skip
        plain = plain_file(file, self.attempt)
        if file.format == "json":
            reading = read_json(self.engine, file.name, plain, self.entity.layouts[file.layout].records)
        else:
            reading = READERS[file.format](self.engine, file.name, plain)
        if sha256 in seen:
            # The same bytes under two names are one delivery; every record of the second is a duplicate.
            self.counts["deduplicated"] += reading.physical_records
        else:
            reading = self._take(file, reading)
        self.counts["physical_records"] += reading.physical_records
        if plain != file.path:
            plain.unlink()
        return FileRead(file, sha256, size, reading.physical_records)

    def _take(self, file: ExtractFile, reading: Reading) -> Reading:
        layout = self.entity.layouts[file.layout]
        mapping = row_sql.Mapping(
            file.name, self.entity, layout, reading.lookup, self.source.time_zone, file.format == "json"
        )
        self._check_header(file, mapping, reading)
        try:
            self._insert(mapping, reading)
        except _Disagreement:
            if reading.careful is None:
                raise refused(
                    file.name, "content that does not add up to its record count", "a whole file",
                    "Transfer or export it again.",
                ) from None  # fmt: skip
            reading = reading.careful()
            self._insert(mapping, reading)
        self._quarantine(file, mapping, reading)
        self.drift += [(file.name, column, "unmapped_column") for column in mapping.unmapped()]
        self.drift += [(file.name, column, "missing_column") for column in mapping.missing()]
        return reading

    def _insert(self, mapping: row_sql.Mapping, reading: Reading) -> None:
        import duckdb

        before = self._count("true")
        try:
            with self.engine.transaction():
                select = row_sql.typed_select(self.engine, mapping, reading.relation)
                # The planner cannot know how long a CSV file is, and would build its hash table on the file's rows.
                self.engine.execute("SET disabled_optimizers = 'build_side_probe_side'")
                self.engine.execute(f"INSERT INTO {self.table} {select}")
                if self._count("true") - before != reading.sound_records:
                    raise _Disagreement
        except (duckdb.OutOfMemoryException, duckdb.IOException):
            raise
        except duckdb.Error:
            # The engine's own text shows the value it stumbled over.
            raise _Disagreement from None
        finally:
            self.engine.execute("RESET disabled_optimizers")

    def _check_header(self, file: ExtractFile, mapping: row_sql.Mapping, reading: Reading) -> None:
        twice = reading.lookup.repeated
        mapped = twice & {name.strip().lower() for name in mapping.used()}
        if mapped:
            raise refused(
                file.name, f"the column `{min(mapped)}` more than once", "each mapped column once",
                "Leave one out of the export.",
            )  # fmt: skip
        self.drift += [(file.name, name, "duplicate_column") for name in sorted(twice)]
        if file.format == "json" and not reading.sound_records:
            return
        for field_name in mapping.layout.required:
            if not mapping.texts(field_name):
                self._refuse_missing(file, mapping, field_name)
        if not mapping.used():
            raise refused(file.name, "no column of the contract", "a header", "Export it with its header.")

    def _refuse_missing(self, file: ExtractFile, mapping: row_sql.Mapping, field_name: str) -> None:
        aliases = mapping.layout.fields[field_name].aliases if field_name in mapping.layout.fields else ()
        raise refused(
            file.name, self._found(file, mapping, field_name), f"a column named {' or '.join(aliases) or field_name}",
            "Export it with that column, or name yours in the source's defs.yaml.",
        )  # fmt: skip

    def _found(self, file: ExtractFile, mapping: row_sql.Mapping, field_name: str) -> str:
        """What a file has in the place of a required field; names of columns only where they are surely no values."""
        names, used = [name for name in mapping.lookup.names() if "@" not in name], mapping.used()
        missing = f"nothing for the required field `{field_name}`"
        if used or file.format != "csv" or looks_like_header(mapping.lookup.names(), self.source.aliases()):
            more = f" and {len(names) - MOST_NAMED:,} more" if len(names) > MOST_NAMED else ""
            return f"{missing} among its {counted(len(names), 'column')} {', '.join(names[:MOST_NAMED])}{more}"
        if any(map(is_value, mapping.lookup.names())):
            return "no header"
        return f"{missing}: the first line is no header, or none of its {counted(len(names), 'name')} is the contract's"

    def _quarantine(self, file: ExtractFile, mapping: row_sql.Mapping, reading: Reading) -> None:
        name = literal(file.name)
        broken = self.engine.rows(
            f"SELECT source_row, broken FROM {self.table} WHERE broken IS NOT NULL AND source_file = {name} "
            "ORDER BY source_row"
        )
        naive = next((field for _, field in broken if field.startswith(row_sql.NAIVE)), None)
        if naive:
            raise refused(
                file.name, f"times without a zone in `{naive.removeprefix(row_sql.NAIVE)}`", "a declared time zone",
                "Set time_zone in the source's defs.yaml to the zone the vendor exports in.",
            )  # fmt: skip
        places = reading.places({row for row, _ in broken}) if broken else {}
        types = mapping.types()
        found = list(reading.rejected)
        for row, field_name in broken:
            line, offset = places.get(row, (None, None))
            found.append(Rejection(line, offset, field_name, RULE_OF_TYPE[types[field_name]]))
        self.rejections += [(file.name, rejection) for rejection in found]
        self.counts["quarantined"] += len(found)
        self._delete("broken IS NOT NULL")
        self._reject_keyless(file, reading)
        flags = self.engine.rows(
            f"SELECT DISTINCT time_flag FROM {self.table} WHERE time_flag IS NOT NULL AND source_file = {name} "
            "ORDER BY ALL"
        )
        for (flag,) in flags:
            kind, column = flag.split(":")
            self.drift.append((file.name, column, kind))

    def _reject_keyless(self, file: ExtractFile, reading: Reading) -> None:
        key = self.entity.row_key
        if key == "event_id":
            number_events(self.engine, self.table, file.name)
            return
        where = f"{quote(key)} IS NULL AND source_file = {literal(file.name)}"
        rows = {row for (row,) in self.engine.rows(f"SELECT source_row FROM {self.table} WHERE {where}")}
        if not rows:
            return
        for _, (line, offset) in sorted(reading.places(rows).items()):
            self.rejections.append((file.name, Rejection(line, offset, key, "key_missing")))
        self.counts["quarantined"] += len(rows)
        self._delete(where)

    @property
    def columns(self) -> list[tuple[str, str]]:
        """(name, type) of the raw columns in `table`."""
        return row_sql.columns_of(self.entity)

    def drop_of_test_charges(self, charges: EntityReader) -> None:
        """Count what belongs to a test-mode charge as test mode: a refund does not say its own mode (Stripe)."""
        if charges.entity.row_key != "charge_id" or "charge_id" not in dict(self.columns):
            return
        dropped = self._delete(f"charge_id IN (SELECT charge_id FROM {charges.test_table})")
        self.counts["test_mode"] += dropped
        self.counts["accepted"] -= dropped

    def forget(self) -> None:
        """Drop the temporary tables."""
        for table in (self.table, self.test_table):
            self.engine.execute(f"DROP TABLE IF EXISTS {table}")

    def _drop_test_mode(self) -> None:
        key = quote(self.entity.row_key)
        where = "is_live = false" if "is_live" in dict(self.columns) else "false"
        self.engine.execute(
            f"CREATE OR REPLACE TEMP TABLE {self.test_table} AS SELECT {key} FROM {self.table} WHERE {where}"
        )
        self.counts["test_mode"] += self._delete(where)

    def _drop_duplicates(self) -> None:
        shape, there = self.entity.shape_of, dict(self.columns)
        of_layout = [[f.file.name for f in self.files if f.file.layout == name] for name in self.entity.layouts]
        copies = Copies(
            self.engine, self.table, self.entity.row_key, [name for name in shape.latest_by if name in there],
            [files for files in of_layout if files],
        )  # fmt: skip
        absent = [f"CAST(NULL AS {type_}) AS {quote(n)}" for n, (type_, _) in shape.fields.items() if n not in there]
        self.differing = copies.differing(shape.money, absent)
        self.counts["deduplicated"] += copies.drop()

    def _count(self, where: str) -> int:
        return int(self.engine.scalar(f"SELECT count(*) FROM {self.table} WHERE {where}"))

    def _delete(self, where: str) -> int:
        rows = self._count(where)
        if rows:
            self.engine.execute(f"DELETE FROM {self.table} WHERE {where}")
        return rows


class _Disagreement(Exception):
    """The fast reader failed, or found another number of records than our count."""
