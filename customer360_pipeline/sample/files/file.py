"""What a file of an extract is, and the SQL that several vendors' files share."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class File:
    """One file of an extract.

    `select` gives the columns of a CSV or Parquet file, or the finished lines of JSONL and JSON (`kind` line).
    """

    path: str
    kind: str
    select: str
    malformed: tuple[str, ...] = ()


# A local time of New York, as a CRM's portal writes it, of the UTC column put in.
LOCAL = "strftime(({0} AT TIME ZONE 'UTC') AT TIME ZONE 'America/New_York', '%Y-%m-%d %H:%M')"
# Every row as often as its `copies` says.
COPIES = "SELECT * EXCLUDE (copy_number) FROM (SELECT *, unnest(range(copies)) AS copy_number FROM {0})"
