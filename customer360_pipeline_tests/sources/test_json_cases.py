"""Every way a JSON file arrives broken, and what becomes of it."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest

from customer360_pipeline.errors import FileRefused
from customer360_pipeline.sources.boundary import json_file
from customer360_pipeline.sources.boundary.json_check import checked_object
from customer360_pipeline_tests.sources.bench import Bench, contacts_source

NAME = "crm/contacts.jsonl"
ANN, CY = '{"id": "1", "first": "Ann"}\n', '{"id": "3", "first": "Cy"}\n'


def deep(levels: int) -> str:
    return '{"id": "2", "first": "Bob", "x": ' + "[" * (levels - 1) + "]" * (levels - 1) + "}\n"


QUARANTINED = {
    "line cut off": ('{"id": "2", "fir\n', "not_json"),
    "two objects on a line": ('{"id": "2"}{"id": "4"}\n', "two_objects"),
    "two objects with a blank": ('{"id": "2"} {"id": "4"}\n', "two_objects"),
    "duplicate key": ('{"id": "2", "id": "4"}\n', "duplicate_key"),
    "duplicate key inside": ('{"id": "2", "x": [{"a": 1, "a": 2}]}\n', "duplicate_key"),
    "lone high surrogate": ('{"id": "2", "first": "\\ud83d"}\n', "lone_surrogate"),
    "lone low surrogate": ('{"id": "2", "first": "x\\uDE00"}\n', "lone_surrogate"),
    "lone surrogate in a key": ('{"id": "2", "\\ud83d": 1}\n', "lone_surrogate"),
    "depth bomb": (deep(100_000), "too_deep"),
    "65 levels": (deep(65), "too_deep"),
    "NaN": ('{"id": "2", "x": NaN}\n', "not_json"),
    "NaN behind blanks": ('{"id": "2", "x":' + " " * 20 + "NaN}\n", "not_json"),
    "NaN among whole numbers": ('{"id": "2", "x": [{"y": 1}, {"y": NaN}]}\n', "not_json"),
    "-Infinity in an array": ('{"id": "2", "x": [1,-Infinity]}\n', "not_json"),
    "trailing comma": ('{"id": "2",}\n', "not_json"),
    "single quotes": ("{'id': '2'}\n", "not_json"),
    "an array": ('["2"]\n', "not_an_object"),
    "a string": ('"2"\n', "not_an_object"),
    "raw tab in a string": ('{"id": "2", "first": "a\tb"}\n', "not_json"),
    "text after the object": ('{"id": "2"} end\n', "not_json"),
    "latin-1": (b'{"id": "2", "first": "Ren\xe9e"}\n', "not_utf8"),
    "nul byte": (b'{"id": "2", "first": "\x00"}\n', "nul_byte"),
    "escaped nul": ('{"id": "2", "first": "B\\u0000b"}\n', "nul_byte"),
    "escaped nul in a key": ('{"id": "2", "x": [{"\\u0000": 1}]}\n', "nul_byte"),
    "escaped nul behind a backslash": ('{"id": "2", "first": "\\\\\\u0000"}\n', "nul_byte"),
    "2 MB string": ('{"id": "2", "first": "' + "x" * 2_000_000 + '"}\n', "field_too_large"),
    "50 MB string": ('{"id": "2", "first": "' + "x" * 50_000_000 + '"}\n', "record_too_large"),
}


@pytest.mark.parametrize(("line", "rule"), QUARANTINED.values(), ids=QUARANTINED.keys())
def test_one_record_is_quarantined(bench: Bench, line: str | bytes, rule: str) -> None:
    middle = line.encode() if isinstance(line, str) else line
    row = bench.contacts(ANN.encode() + middle + CY.encode(), NAME)
    assert bench.raw("first_name, source_row") == [("Ann", 1), ("Cy", 3)]
    assert bench.quarantine("line, byte_offset, column_name, rule") == [(2, len(ANN), None, rule)]
    assert (row.physical_records, row.accepted, row.quarantined) == (3, 2, 1)


ACCEPTED = {
    "bom": b"\xef\xbb\xbf" + ANN.encode() + CY.encode(),
    "crlf and blank lines": (ANN + "\n  \n" + CY).replace("\n", "\r\n").encode(),
    "no final newline": (ANN + CY.strip()).encode(),
    "late new key": (ANN + CY.replace("}", ', "colour": "red"}')).encode(),
    "spaces": b'  { "id" : "1" , "first":"Ann" }  \n' + CY.encode(),
    "numbers change to text": b'{"id": 1, "first": "Ann"}\n' + CY.encode(),
    "64 levels": (ANN + deep(64).replace('"2"', '"3"').replace("Bob", "Cy")).encode(),
    "brackets inside a string": (ANN + CY.replace("}", ', "x": "' + "[{" * 200 + '"}')).encode(),
}


@pytest.mark.parametrize("content", ACCEPTED.values(), ids=ACCEPTED.keys())
def test_accepted(bench: Bench, content: bytes) -> None:
    row = bench.contacts(content, NAME)
    assert bench.raw("record_id, first_name") == [("1", "Ann"), ("3", "Cy")]
    assert (row.accepted, bench.quarantine()) == (2, [])


REFUSED = {
    "array": (f"[{ANN.strip()},{CY.strip()}]".encode(), "one JSON array"),
    "pretty array": (json.dumps([{"id": 1}], indent=2).encode(), "one JSON array"),
    "pretty object": (json.dumps({"customers": [{"id": 1}]}, indent=2).encode(), "no whole Stripe list object"),
    "list object cut off": (
        json.dumps({"object": "list", "data": [{"id": 1}]}, indent=2)[:-3].encode(),
        "no whole Stripe",
    ),
    "zero bytes": (b"", "zero bytes"),
    "blank": (b"\n\n", "blank lines"),
    "utf-16": (ANN.encode("utf-16"), "UTF-16"),
    "nothing required": (b'{"name": "Ann"}\n', "required field `record_id`|no header"),
}


@pytest.mark.parametrize(("content", "found"), REFUSED.values(), ids=REFUSED.keys())
def test_the_file_is_refused(bench: Bench, content: bytes, found: str) -> None:
    with pytest.raises(FileRefused, match=found) as error:
        bench.contacts(content, NAME)
    assert "Ann" not in str(error.value)


def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The lines that are looked at one by one, which takes ten times as long as passing them in blocks."""
    lines: list[bytes] = []

    def noted(line: bytes) -> dict[str, Any]:
        lines.append(line)
        return checked_object(line)

    monkeypatch.setattr(json_file, "checked_object", noted)
    return lines


def test_objects_that_hold_list_objects_are_passed_in_blocks(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stripe's invoices, customers and charges hold lists; names and texts hold words that look like numbers."""
    lines = looked_at(monkeypatch)
    lists = '{"id": "1", "first": "Ann", "lines": {"object": "list", "data": [{"id": "il_1"}]}}\n'
    words = '{"id": "3", "first": "Cy", "object": "invoice", "x": "Information of NaN Ltd", "y": ["Infante"]}\n'
    row = bench.contacts(lists + words, NAME)
    assert (row.accepted, lines) == (2, [])
    assert bench.raw("record_id, first_name") == [("1", "Ann"), ("3", "Cy")]


def test_a_broken_line_costs_its_neighbours_alone(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 40,000 lines in one block, the part of half a megabyte that holds the broken one is looked at line by line."""
    lines = looked_at(monkeypatch)
    before = "".join(f'{{"id": "{number:06}", "first": "Ann", "last": "Ng"}}\n' for number in range(30_000))
    after = before[: len(before) // 3].replace('"id": "0', '"id": "1')
    row = bench.contacts(before + '{"id": "2", "fir\n' + after, NAME)
    assert (row.physical_records, row.accepted, row.quarantined) == (40_001, 40_000, 1)
    assert bench.quarantine("line, byte_offset, rule") == [(30_001, len(before), "not_json")]
    assert bench.raw("source_row")[-1] == (40_001,)
    assert 0 < len(lines) < 13_000


@pytest.mark.parametrize("indent", [None, 2])
def test_a_stripe_list_object_is_its_data(bench: Bench, indent: int | None) -> None:
    data = [{"id": "1", "first": "Ann"}, {"id": "1", "id2": "x", "object": "list"}, {"id": "3", "first": "Cy"}]
    document = {"object": "list", "url": "/v1/customers", "has_more": False, "data": data}
    row = bench.contacts(json.dumps(document, indent=indent), "crm/contacts.json")
    assert (row.physical_records, row.accepted, row.deduplicated) == (3, 2, 1)
    assert bench.raw("record_id, source_row") == [("1", 2), ("3", 3)]


def test_list_objects_one_a_line_and_an_empty_list(bench: Bench) -> None:
    """One page of the API a line, as a script that follows `has_more` writes them."""
    pages = [{"object": "list", "data": [{"id": "1"}, {"id": "2"}]}, {"object": "list", "data": []}]
    row = bench.contacts("".join(json.dumps(page) + "\n" for page in pages), "crm/contacts.json")
    assert (row.physical_records, row.accepted) == (2, 2)
    row = bench.contacts('{"object": "list", "data": []}', "crm/contacts.json")
    assert (row.physical_records, row.accepted, row.is_present) == (0, 0, True)


def test_a_bad_element_of_a_printed_list_object_has_its_line(bench: Bench) -> None:
    text = '{\n "object": "list",\n "data": [\n  {"id": "é"},\n  {"id": "2", "id": "3"}\n ]\n}\n'
    bench.contacts(text, "crm/contacts.json")
    offset = text.encode().index(b'{"id": "2"')
    assert bench.quarantine("line, byte_offset, rule") == [(5, offset, "duplicate_key")]


def test_a_type_that_changes_late_is_quarantined(bench: Bench) -> None:
    lines = [f'{{"id": "{n}", "Email": "a@x"}}\n' for n in range(20_000)] + ['{"id": "late", "Email": {"a": "b"}}\n']
    row = bench.contacts("".join(lines), NAME)
    assert (row.accepted, bench.quarantine()) == (20_000, [(20_001, "email", "not_text")])


def test_unknown_keys_stay_in_extra_and_are_drift(bench: Bench) -> None:
    bench.contacts('{"id": 1, "plan": {"x": [1, null]}}\n{"id": 2, "first": "Bob"}\n', NAME)
    assert bench.raw("record_id, extra") == [("1", '{"plan":{"x":[1,null]}}'), ("2", None)]
    assert bench.drift("unmapped_column") == ["plan"]


def test_extra_holds_what_the_record_says_of_each_unknown_key(bench: Bench) -> None:
    rest: list[dict[str, Any]] = [
        {"plan": None, "a.b": 1.5, "since ": True},
        {"a.b": 'a \\ and a "', "n": 12345678901234567890123, "tags": []},
        {},
    ]
    bench.contacts("".join(json.dumps({"id": n, **keys}) + "\n" for n, keys in enumerate(rest)), NAME)
    assert [found and json.loads(found) for (found,) in bench.raw("extra")] == [rest[0], rest[1], None]


ODD_KEYS = {
    "keys that look like parts of a path": {"7": 1, "a.b": 2, "a-b": 3, "a b$": 4, "größe": 5},
    "a key that is no plain word": {"": 1, 'a "b"': 2, "back\\slash": 3, "*": 4, "ключ": 5},
    "more keys than are looked up one by one": {f"key_{n}": n for n in range(json_file.MANY_KEYS + 1)},
}


@pytest.mark.parametrize("keys", ODD_KEYS.values(), ids=ODD_KEYS.keys())
def test_extra_holds_odd_and_many_keys(bench: Bench, keys: dict[str, int]) -> None:
    bench.contacts(json.dumps({"id": "1", **keys}) + '\n{"id": "2"}\n', NAME)
    assert [found and json.loads(found) for (found,) in bench.raw("extra")] == [keys, None]


def test_escaped_emoji_and_html_are_text(bench: Bench) -> None:
    bench.contacts('{"id": 1, "first": "\\ud83d\\ude00", "last": "\\u003cb\\u003e"}\n', NAME)
    assert bench.raw("first_name, last_name") == [("😀", "<b>")]


def test_an_escaped_nul_is_found_in_list_objects_and_in_pages(bench: Bench) -> None:
    """A NUL in an address would be part of a key that links records."""
    data = [{"id": "1", "Email": "ann@a.example"}, {"id": "2", "Email": "b\0b@a.example"}]
    bench.contacts(json.dumps({"object": "list", "data": data}), "crm/contacts.json")
    assert (bench.raw("email"), bench.quarantine()) == ([("ann@a.example",)], [(1, None, "nul_byte")])
    fields = {"record_id": ["id"], "email": ["Email"]}
    entity = {"shape": "contact", "files": ["crm/*"], "records": "contacts", "fields": fields}
    bench.write("crm/contacts.json", json.dumps({"count": 2, "contacts": data}))
    bench.ingest(contacts_source(entities={"contacts": entity}))
    assert (bench.raw("email"), bench.quarantine()) == ([("ann@a.example",)], [(1, None, "nul_byte")])


def test_the_letters_of_an_escaped_nul_are_text(bench: Bench) -> None:
    """Of two backslashes the first escapes the second."""
    row = bench.contacts('{"id": 1, "first": "\\\\u0000"}\n{"id": 2, "first": "\\\\\\\\u0000"}\n', NAME)
    assert (row.quarantined, bench.raw("first_name")) == (0, [("\\u0000",), ("\\\\u0000",)])


def test_gzip(bench: Bench) -> None:
    assert bench.contacts(gzip.compress(ANN.encode() + CY.encode()), NAME + ".gz").accepted == 2
    with pytest.raises(FileRefused, match="gzip"):
        bench.contacts(gzip.compress(ANN.encode())[:-3], NAME + ".gz")
