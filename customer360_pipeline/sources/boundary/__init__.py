"""The parse boundary: files as vendors wrote them become typed rows, and whatever cannot be trusted is named.

A file is refused whole (`FileRefused`), a record is quarantined (`Rejection`), the rest is accepted; nothing is
dropped without a count. The rules in words: docs/quarantine.md. Not here: what is written where (`sources/ingest.py`).
"""
