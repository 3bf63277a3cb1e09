"""Finds the extract files the peers read; they take the vendors' main files and nothing else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

# Per input: patterns, and the columns a peer needs under the names it uses.
CRM = {
    "hubspot": (("hubspot/*contacts*.csv",), {"Record ID": "record_id", "Email": "email", "First Name": "first_name",
                                              "Last Name": "last_name", "Phone Number": "phone"}),
    "salesforce": (("salesforce/Contact*.csv",), {"Id": "record_id", "Email": "email", "FirstName": "first_name",
                                                  "LastName": "last_name", "Phone": "phone"}),
    "crm": (("crm/*.csv",), {"contact_id": "record_id", "email": "email", "first_name": "first_name",
                             "last_name": "last_name", "phone": "phone"}),
}  # fmt: skip


def files(extracts: Path, *patterns: str) -> list[Path]:
    """All files of the patterns, sorted."""
    return sorted({path for pattern in patterns for path in extracts.glob(pattern)})


def objects(paths: list[Path]) -> list[dict[str, Any]]:
    """The objects of JSON lines and of Stripe list objects; a line that is no JSON is dropped."""
    found: list[dict[str, Any]] = []
    for path in paths:
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
            try:
                item = json.loads(line)
            except ValueError:
                continue
            found += item["data"] if item.get("object") == "list" else [item]
    return found
