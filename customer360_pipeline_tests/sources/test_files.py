"""Which files a source takes, and what is kept of them."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

import pytest

from customer360_pipeline.errors import FileRefused
from customer360_pipeline.sources.boundary.files import find_files, unclaimed
from customer360_pipeline.sources.contract import load_sources
from customer360_pipeline_tests.sources.bench import CONTACT_FIELDS, Bench, contacts_source

DEFS = Path(__file__).parents[2] / "customer360_pipeline" / "defs" / "sources"


@pytest.mark.parametrize(
    ("pattern", "taken", "left"),
    [
        (
            "crm/contacts.csv",
            ["crm/contacts.csv", "crm/contacts.csv.gz"],
            ["crm/contacts.csv.bak", "crm/x/contacts.csv"],
        ),
        ("crm/*.csv", ["crm/a.csv"], ["crm/a.json", "crm/sub/a.csv"]),
        ("crm/**/*.csv", ["crm/a.csv", "crm/b/c/d.csv"], ["crm/a.txt"]),
        ("crm/contacts/", ["crm/contacts/a.csv", "crm/contacts/2024/b.jsonl"], ["crm/contacts.csv"]),
        ("crm/e_[0-9]*.csv", ["crm/e_2024.csv"], ["crm/e_intraday_2024.csv"]),
        ("crm/e_[!0-9]*.csv", ["crm/e_intraday.csv"], ["crm/e_2024.csv"]),
        ("crm/a?.csv", ["crm/ab.csv"], ["crm/a.csv"]),
    ],
)
def test_patterns(bench: Bench, pattern: str, taken: list[str], left: list[str]) -> None:
    for name in (*taken, *left, "other/contacts.csv", "crm/.hidden"):
        bench.write(name, "id\n1\n")
    entity = {"shape": "contact", "files": [pattern], "fields": CONTACT_FIELDS}
    files, unmatched = find_files(contacts_source(entities={"contacts": entity}), bench.extracts)
    assert ([file.name for file in files], unmatched) == (sorted(taken), sorted(left))


def test_the_first_layout_takes_a_file_and_files_nobody_takes_are_drift(bench: Bench) -> None:
    layouts = {
        "api": {"files": ["crm/contacts*.jsonl"], "fields": CONTACT_FIELDS},
        "export": {"files": ["crm/contacts*"], "fields": CONTACT_FIELDS},
    }
    bench.write("crm/contacts.jsonl", '{"id": 1}\n')
    bench.write("crm/contacts.csv", "id\n2\n")
    bench.write("crm/readme.txt", "hello")
    (row,) = bench.ingest(contacts_source(entities={"contacts": {"shape": "contact", "layouts": layouts}}))
    assert row.files == 2
    assert bench.engine.rows("SELECT layout, source_file FROM sources.files ORDER BY ALL") == [
        ("api", "crm/contacts.jsonl"),
        ("export", "crm/contacts.csv"),
    ]
    assert bench.drift("unmatched_file") == ["crm/readme.txt"]


def test_a_format_that_cannot_be_read_is_refused(bench: Bench) -> None:
    with pytest.raises(FileRefused, match=r"contacts\.xlsx: a format that cannot be read.*CSV, JSONL or Parquet"):
        bench.contacts("PK", "crm/contacts.xlsx")


def test_accepted_inputs_are_kept_by_their_content(bench: Bench) -> None:
    content = gzip.compress(b"id\n1\n", mtime=0)
    bench.contacts(content, "crm/contacts.csv.gz")
    sha256 = hashlib.sha256(content).hexdigest()
    kept = bench.home / "landing" / sha256
    assert kept.read_bytes() == content
    assert bench.engine.rows("SELECT sha256, bytes, physical_records FROM sources.files") == [(sha256, len(content), 1)]
    bench.write("crm/contacts.csv.gz", b"rewritten in place")
    assert kept.read_bytes() == content


def test_every_vendor_contract_reads_a_file_of_nothing_but_its_required_fields(bench: Bench) -> None:
    """Every SELECT that a delivered contract can make is valid SQL, for each of its CSV and JSON layouts."""
    for source in load_sources(DEFS):
        for entity in source.entities.values():
            for layout in entity.layouts.values():
                aliases = [a for rule in layout.fields.values() for a in rule.aliases if a[0] != "@" and "[" not in a]
                columns = list(dict.fromkeys(a.lower() for a in aliases))
                name = layout.files[0].replace("[0-9]", "1").replace("*", "subscribed_1")
                if name.endswith(".csv"):
                    bench.write(name, ",".join(f'"{c}"' for c in columns) + "\n" + "," * (len(columns) - 1) + "\n")
                elif name.endswith(("json", "jsonl")):
                    bench.write(name, "{" + ", ".join(f'"{c}": null' for c in columns) + "}\n")
        rows = bench.ingest(source)
        assert sum(row.physical_records for row in rows) >= 1
        assert all(row.accepted + row.quarantined + row.deduplicated == row.physical_records for row in rows)


def test_what_belongs_to_no_source_is_told(bench: Bench) -> None:
    for name in ("crm/contacts.csv", "CRM/contacts.csv", "zendesk/users.csv", "notes.docx", "exchange_rates.csv"):
        bench.write(name, "x")
    for name in (".DS_Store", "_truth/truth.csv", "README.md"):
        bench.write(name, "x")
    assert unclaimed([contacts_source()], bench.extracts) == ["CRM/", "notes.docx", "zendesk/"]


def test_a_file_that_cannot_be_opened_is_named(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(path: Path) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("customer360_pipeline.sources.boundary.entity.sha256_of", closed)
    with pytest.raises(FileRefused, match=r"crm/contacts.csv: it cannot be opened \(Permission denied\).*rights"):
        bench.contacts("id\n1\n")
