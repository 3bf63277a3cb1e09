"""Room 1: extracts become `raw.<source>_<entity>`. The parse boundary, the quarantine and the ledger live here."""
