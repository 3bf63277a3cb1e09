"""What the tables that publishing itself adds to a version hold: name -> (description, columns)."""

from __future__ import annotations

OWN_TABLES: dict[str, tuple[str, dict[str, str]]] = {
    "quality_results": (
        "Every check of the run that made the version. One row per table and check.",
        {
            "table_name": "Table checked.",
            "check_name": "Name of the check.",
            "description": "What must hold.",
            "failed_rows": "Rows that break it.",
            "is_blocking": "Its failure keeps the previous version.",
            "is_passed": "No row breaks it.",
        },
    ),
    "metadata": (
        "What the version is and comes from. One row.",
        {
            "version": "Name of the version.",
            "parent_version": "Version it followed; NULL for the first.",
            "run_id": "Run that made it.",
            "as_of": "Clock of that run, UTC.",
            "code_version": "Release and digest of the pipeline's code.",
            "config_hash": "SHA-256 over every setting and source contract.",
            "input_hashes": "JSON: source/entity/file -> SHA-256 of each extract.",
            "row_counts": "JSON: table -> rows.",
            "settings": "JSON: every setting (config) and source contract (sources); no secret is among them.",
            "extracts": "sample: made from the project's sample data; own: from other extracts.",
        },
    ),
}
