"""Is this line one sound JSON object? Decides line by line, so that one bad line never changes another's fate."""

from __future__ import annotations

import json
import re
from typing import Any

from customer360_pipeline.sources.boundary.rules import FIELD_BYTES, MAX_DEPTH, ROW_BYTES

SURROGATE = re.compile("[\ud800-\udfff]")
STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
# Backslashes stand in pairs for themselves; one more makes `u0000` an escape.
NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
BRACKET = re.compile(rb"[\[\]{}]")


class BrokenJson(Exception):
    """A rule of the boundary that a JSON text breaks."""

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule


def checked_object(line: bytes) -> dict[str, Any]:
    """The object that a line holds.

    Raises:
        BrokenJson: it breaks a rule.
    """
    if len(line) > ROW_BYTES:
        raise BrokenJson("record_too_large")
    if line.count(b"{") + line.count(b"[") > MAX_DEPTH and _depth(line) > MAX_DEPTH:
        raise BrokenJson("too_deep")
    value = _parsed(line)
    if b"\\u0000" in line and NUL.search(line):
        raise BrokenJson("nul_byte")
    if b"\\u" in line and SURROGATE.search(json.dumps(value, ensure_ascii=False)):
        raise BrokenJson("lone_surrogate")
    if len(line) > FIELD_BYTES and _longest(value) > FIELD_BYTES:
        raise BrokenJson("field_too_large")
    return value


def _parsed(line: bytes) -> dict[str, Any]:
    try:
        text = line.decode().strip(" \t\r\n")
    except UnicodeDecodeError:
        raise BrokenJson("not_utf8") from None
    if "\0" in text:
        raise BrokenJson("nul_byte")
    try:
        value, end = DECODER.raw_decode(text)
    except (ValueError, RecursionError):
        raise BrokenJson("not_json") from None
    if end < len(text):
        raise BrokenJson("two_objects" if text[end:].lstrip().startswith("{") else "not_json")
    if not isinstance(value, dict):
        raise BrokenJson("not_an_object")
    return value


def _depth(line: bytes) -> int:
    depth = deepest = 0
    for match in BRACKET.finditer(STRING.sub(b"", line)):
        depth += 1 if match.group() in b"[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _longest(value: Any) -> int:
    if isinstance(value, str):
        return len(value.encode())
    if isinstance(value, dict):
        return max(map(_longest, value.values()), default=0)
    return max(map(_longest, value), default=0) if isinstance(value, list) else 0


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise BrokenJson("duplicate_key")
    return found


def _no_constant(name: str) -> None:
    raise BrokenJson("not_json")


DECODER = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_no_constant, parse_int=str, parse_float=str)
