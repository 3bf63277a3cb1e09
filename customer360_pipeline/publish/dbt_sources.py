"""dbt_profiles/sources.yml: the published tables as a dbt source, written from the catalogue.

Run `python -m customer360_pipeline.publish.dbt_sources` after a table's header has changed; a test compares the file.
The database `customer360` is the alias under which the output `analytics` of profiles.yml attaches the current
version. Elsewhere (Snowflake, a DuckDB copy) set the variables `customer360_database` and `customer360_schema`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from customer360_pipeline.engine.table_file import Table
from customer360_pipeline.publish.own_tables import OWN_TABLES

PATH = Path(__file__).parent.parent.parent / "dbt_profiles" / "sources.yml"
_HEAD = """# The published tables as a dbt source. Copy it into a dbt project's models/ folder.
# Made by `python -m customer360_pipeline.publish.dbt_sources`; what to change is the tables' headers.
"""


def sources_yaml(tables: Sequence[Table]) -> str:
    """The text of sources.yml for the tables of the room `customer_360`, in the catalogue's order by name."""
    published = sorted((table for table in tables if table.room == "customer_360"), key=lambda table: table.name)
    entries = [_entry(table) for table in published]
    entries += [
        {"name": name, "description": text, "columns": [{"name": n, "description": d} for n, d in columns.items()]}
        for name, (text, columns) in OWN_TABLES.items()
    ]
    source = {
        "name": "customer360",
        "description": "The published customer 360: the current version, replaced whole by each run.",
        "database": "{{ var('customer360_database', 'customer360') }}",
        "schema": "{{ var('customer360_schema', 'main') }}",
        "tables": entries,
    }
    document = {"version": 2, "sources": [source]}
    return _HEAD + yaml.safe_dump(document, sort_keys=False, width=110, allow_unicode=True)


def _entry(table: Table) -> dict[str, Any]:
    single = {key[0] for key in table.unique if len(key) == 1}
    columns = []
    for column in table.columns:
        tests = ["unique"] * (column.name in single) + ["not_null"] * (column.name in table.not_null)
        entry: dict[str, Any] = {"name": column.name, "description": _plain(column.description)}
        entry |= {"data_type": column.type.lower()}
        columns.append(entry | ({"data_tests": tests} if tests else {}))
    return {"name": table.name.partition(".")[2], "description": _plain(table.description), "columns": columns}


def _plain(text: str) -> str:
    # dbt renders descriptions as Jinja.
    return text.replace("{{", "{ {").replace("{%", "{ %")


def main() -> None:
    """Write the file."""
    from customer360_pipeline.engine.catalog import load_catalog
    from customer360_pipeline.project import load_project

    PATH.write_text(sources_yaml(load_catalog(load_project().sources)), encoding="utf-8")


if __name__ == "__main__":
    main()
