"""Every way a CSV file arrives broken, and what becomes of it: accepted, one record quarantined, the file refused."""

from __future__ import annotations

import csv
import gzip
import io
import json

import pytest

from customer360_pipeline.errors import FileRefused
from customer360_pipeline_tests.sources.bench import Bench, contacts_source

HEADER = "id,first,last\n"
ANN, BOB, CY = "1,Ann,Ash\n", "2,Bob,Birch\n", "3,Cy,Cedar\n"

ACCEPTED = {
    "bom": b"\xef\xbb\xbf" + (HEADER + ANN + BOB).encode(),
    "crlf": (HEADER + ANN + BOB).replace("\n", "\r\n").encode(),
    "cr": (HEADER + ANN + BOB).replace("\n", "\r").encode(),
    "mixed line ends": b"id,first,last\r\n1,Ann,Ash\n2,Bob,Birch\r",
    "blank lines": (HEADER + "\n" + ANN + "\n  \n" + BOB + "\n\n").encode(),
    "blank lines before the header": ("\n\n" + HEADER + ANN + BOB).encode(),
    "no final newline": (HEADER + ANN + BOB.rstrip()).encode(),
    "reordered columns": b"last,id,first\nAsh,1,Ann\nBirch,2,Bob\n",
    "names in another case": b" ID ,FIRST,Last\n1,Ann,Ash\n2,Bob,Birch\n",
    "quoted header": b'"id","first","last"\n1,Ann,Ash\n"2","Bob","Birch"\n',
    "trailing empty field": b"id,first,last\n1,Ann,Ash,\n2,Bob,Birch,\n",
}


@pytest.mark.parametrize("content", ACCEPTED.values(), ids=ACCEPTED.keys())
def test_accepted(bench: Bench, content: bytes) -> None:
    row = bench.contacts(content)
    assert bench.raw("record_id, first_name, last_name, source_row") == [
        ("1", "Ann", "Ash", 1),
        ("2", "Bob", "Birch", 2),
    ]
    assert (row.physical_records, row.accepted, bench.quarantine()) == (2, 2, [])


# name -> (the second record, column, rule); the first and the third record stay.
QUARANTINED = {
    "latin-1": (b"2,Ren\xe9e,Birch\n", "first", "not_utf8"),
    "nul byte": (b"2,B\x00b,Birch\n", "first", "nul_byte"),
    "unclosed quote": (b'2,"Bob,Birch\n', "first", "unclosed_quote"),
    "unclosed quote at the end": (b'2,Bob,"Birch\n', "last", "unclosed_quote"),
    "text after a quote": (b'2,"Bob"by,Birch\n', "first", "text_after_quote"),
    "unquoted comma": (b"2,Bob,Birch, Jr\n", None, "too_many_fields"),
    "short row": (b"2,Bob\n", None, "too_few_fields"),
    "footer": (b"Total: 2 rows\n", None, "too_few_fields"),
    "50 MB field": (b"2," + b"x" * 50_000_000 + b",Birch\n", None, "record_too_large"),
    "field over 1 MB": (b"2," + b"x" * 1_100_000 + b",Birch\n", "first", "field_too_large"),
    "quoted field over 1 MB": (b'2,"' + b"x\n" * 600_000 + b'",Birch\n', "first", "field_too_large"),
}


@pytest.mark.parametrize(("record", "column", "rule"), QUARANTINED.values(), ids=QUARANTINED.keys())
def test_one_record_is_quarantined(bench: Bench, record: bytes, column: str | None, rule: str) -> None:
    row = bench.contacts((HEADER + ANN).encode() + record + CY.encode())
    assert [name for (name,) in bench.raw("first_name")] == ["Ann", "Cy"]
    assert bench.quarantine("line, byte_offset, column_name, rule") == [(3, len(HEADER + ANN), column, rule)]
    assert (row.physical_records, row.accepted, row.quarantined) == (3, 2, 1)


def test_a_truncated_last_row_is_quarantined(bench: Bench) -> None:
    row = bench.contacts(HEADER + ANN + "2,Bo")
    assert (row.accepted, bench.quarantine()) == (1, [(3, None, "too_few_fields")])


def test_quoted_newlines_stray_quotes_and_doubled_quotes_are_text(bench: Bench) -> None:
    bench.contacts(HEADER + '1,"Ann\nMary",Ash\n2,Bo"b,"Bir""ch"\n3,6" nail,Cedar\n')
    assert bench.raw("first_name, last_name") == [("Ann\nMary", "Ash"), ('Bo"b', 'Bir"ch'), ('6" nail', "Cedar")]


def test_an_unclosed_quote_loses_no_later_record(bench: Bench) -> None:
    """DuckDB's own reject store kept 9 of 20 such records and named one; the other 10 were gone."""
    rows = [f'{n},"First {n}",Last {n}\n' for n in range(1, 21)]
    rows[4] = '5,"First 5,Last 5\n'
    row = bench.contacts(HEADER + "".join(rows))
    assert (row.physical_records, row.accepted, row.quarantined) == (20, 19, 1)
    assert bench.quarantine() == [(6, "first", "unclosed_quote")]


def test_two_unclosed_quotes_that_close_each_other_swallow_nothing_in_silence(bench: Bench) -> None:
    """Every strict reader takes the four lines for one record of three fields."""
    row = bench.contacts(HEADER + '1,"Ann,Ash\n2,Bob,Birch\n3,Cy,Cedar\n4,Dan",Dogwood\n5,Eve,Elm\n')
    assert bench.raw("record_id") == [("5",)]
    assert bench.quarantine() == [(2, None, "swallowed_lines")]
    assert (row.physical_records, row.quarantined) == (2, 1)


def test_an_address_over_two_lines_is_no_swallowed_record(bench: Bench) -> None:
    bench.contacts('first,id,last\n"Ann\nof Ash, York",1,Ash\nBob,2,"Birch\nthe younger, of York"\n')
    assert [name for (name,) in bench.raw("record_id")] == ["1", "2"]


REFUSED = {
    "utf-16": ((HEADER + ANN).encode("utf-16"), "UTF-16"),
    "utf-16 without a mark": ((HEADER + ANN).encode("utf-16-le"), "UTF-16"),
    "semicolons": (b"id;first;last\n1;Ann;Ash\n", "semicolons"),
    "tabs": (b"id\tfirst\tlast\n1\tAnn\tAsh\n", "tabs"),
    "duplicate header": (b"id,first,first\n1,Ann,Ash\n", "`first` more than once"),
    "required column missing": (b"first,last\nAnn,Ash\n", "required field `record_id` among its 2 columns first, last"),
    "no column of the contract": (b"Contact No,Mail\nAnn,Ash\n", "`record_id` among its 2 columns Contact No, Mail"),
    "a header or names of people": (b"Ann,Ash\nBob,Birch\n", "first line is no header, or none of its 2 names"),
    "an address is no header": (b"Ann Lee,Last Street\nBob,Birch\n", "first line is no header, or none"),
    "header missing": (b"1,Ann,Ash\n2,Bob,Birch\n", "no header"),
    "header only": (HEADER.encode(), "a header and no record"),
    "zero bytes": (b"", "zero bytes"),
    "blank lines only": (b"\n\n \n", "blank lines"),
    "1,001 columns": (",".join(f"c{n}" for n in range(1001)).encode() + b"\n1\n", "1001 columns"),
}


@pytest.mark.parametrize(("content", "found"), REFUSED.values(), ids=REFUSED.keys())
def test_the_file_is_refused_and_what_was_there_stays(bench: Bench, content: bytes, found: str) -> None:
    bench.contacts(HEADER + ANN)
    with pytest.raises(FileRefused, match=found) as error:
        bench.contacts(content)
    message = str(error.value)
    assert message.startswith("crm/contacts.csv: ") and "Expected" in message
    assert "Ann" not in message and "Ash" not in message
    assert bench.raw("first_name") == [("Ann",)]
    assert not list((bench.home / "attempts").iterdir())


def test_a_column_twice_that_nothing_reads_is_only_drift(bench: Bench) -> None:
    """Mailchimp repeats UNSUB_TIME and its neighbours in one header."""
    row = bench.contacts("id,UNSUB_TIME,UNSUB_TIME\n1,x,y\n")
    assert (row.accepted, bench.drift("duplicate_column")) == (1, ["unsub_time"])
    assert bench.raw("extra") == [('{"UNSUB_TIME":"x","UNSUB_TIME (2)":"y"}',)]


def test_gzip_is_read_and_its_checksum_verified(bench: Bench) -> None:
    packed = gzip.compress((HEADER + ANN + BOB).encode())
    assert bench.contacts(packed, "crm/contacts.csv.gz").accepted == 2
    for damaged in (
        packed[:-6],
        packed[:-8] + b"\0\0\0\0" + packed[-4:],
        packed[:10] + b"\xff" + packed[11:],
        b"no gzip",
    ):
        with pytest.raises(FileRefused, match=r"contacts\.csv\.gz: the gzip stream is cut off or damaged"):
            bench.contacts(damaged, "crm/contacts.csv.gz")
    assert len(bench.raw("*")) == 2


def test_late_changes_are_judged_like_early_ones(bench: Bench) -> None:
    """A reader that guesses types from a sample turns row 45,000 into NULL or dies on it."""
    rows = [f"{n},Ann,2024-01-01 00:00:00\n" for n in range(1, 50_001)]
    rows[44_999] = "A-45000,Ann,2024-01-01 00:00:00\n"
    rows[45_000] = "45001,Ann,soon\n"
    row = bench.contacts("id,first,created\n" + "".join(rows))
    assert (row.physical_records, row.accepted) == (50_000, 49_999)
    assert bench.engine.rows("SELECT record_id FROM raw.crm_contacts WHERE source_row = 45000") == [("A-45000",)]
    assert bench.quarantine() == [(45_002, "created_at", "not_timestamp")]


def test_text_stays_as_it_was_written(bench: Bench) -> None:
    values = ["00123", "+49 170", "Null", "NA", "None", "nan", "1e5", "O'Brien; DROP TABLE x", "=HYPERLINK(1)",
              "<b>x</b>", "👩‍👩‍👧", "שלום", "e\u0301", "a\u200bb", "аnn@x.org", " x "]  # fmt: skip
    bench.contacts("id,last\n" + "".join(f"{n},{value}\n" for n, value in enumerate(values)))
    assert [value for (value,) in bench.raw("last_name")] == values


def test_empty_is_no_value(bench: Bench) -> None:
    bench.contacts('id,first,last,Email\n1,, ,""\n')
    assert bench.raw("first_name, last_name, email") == [(None, None, None)]


def test_careful_and_fast_reader_agree(bench: Bench) -> None:
    """The same records beside one broken line, which sends the file to the careful reader."""
    records = '1,"A, B",x\n2,C "D",y\n3,"E""F",""\n4, "G, H" ,z\n'
    bench.contacts(HEADER + records)
    fast = bench.raw("record_id, first_name, last_name")
    bench.contacts(HEADER + records + "broken\n")
    assert bench.raw("record_id, first_name, last_name") == fast


def test_identical_for_files_in_another_order_and_under_other_names(bench: Bench) -> None:
    (bench.write("crm/contacts_b.csv", HEADER + ANN), bench.write("crm/contacts_a.csv", HEADER + BOB))
    bench.ingest(contacts_source())
    first = sorted(bench.raw("record_id, first_name"))
    bench.write("crm/contacts_a.csv", HEADER + ANN)
    bench.write("crm/contacts_b.csv", HEADER + BOB)
    bench.ingest(contacts_source())
    assert sorted(bench.raw("record_id, first_name")) == first


def test_extra_is_json_whatever_a_column_is_called_and_holds(bench: Bench) -> None:
    header = ("id", 'the "b"', "naïve\\", "shade")
    values = [("1", 'a "quoted" \\ text', "é\t", "x"), ("2", "", "only", ""), ("3", "", "", "")]
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([header, *values])
    bench.contacts(text.getvalue())
    extra = [None if found is None else json.loads(found) for (found,) in bench.raw("extra")]
    named = [{n: v for n, v in zip(header[1:], row[1:], strict=True) if v} for row in values]
    assert extra == [row or None for row in named]
