"""Writes the pages of docs/ that are facts of the code: tables, configuration, commands and the profile document.

    python -m customer360_pipeline.docs        (or: make docs)

A page is written, never edited; a test compares each with what this module would write. What explains
belongs in the other pages.
"""

from __future__ import annotations

import argparse
import types
import typing
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from annotated_types import Ge, Gt, Le, Lt
from pydantic.fields import FieldInfo

from customer360_pipeline.config import Config, ExchangeRate, Group, HealthConfig
from customer360_pipeline.engine.table_file import ROOMS, Table
from customer360_pipeline.markdown import NOTE, as_table
from customer360_pipeline.sources.columns_page import columns_page
from customer360_pipeline.sources.shapes import SHAPES, TRAILER

ROOT = Path(__file__).parent.parent

ENVIRONMENT = {
    "CUSTOMER360_HOME": "Data directory: work database, raw rows, landing, published versions. Default `./data`.",
    "CUSTOMER360_EXTRACTS": "Folder of extracts, as `--extracts`. Unset: `sample_data`, if `include_sample_data`.",
    "CUSTOMER360_CONFIG": "Configuration file, as `--config`. Unset: `defs/customer_360/defs.yaml` of the package.",
    "CUSTOMER360_AS_OF": "The run's clock, as `--as-of`, ISO 8601, UTC. Unset: now, taken once.",
    "CUSTOMER360_READ_AGAIN": "As `--read-again`: read every source, although its files are those of the last reading.",
    "CUSTOMER360_FULL_RESOLVE": "As `--full-resolve`: compare all records and learn the weights anew.",
    "CUSTOMER360_ACCEPT_DROP": "As `--accept-drop`: publish although records or the size of customers changed much.",
    "CUSTOMER360_ALERT_URLS": "Where alerts go: apprise addresses, separated by spaces. Unset: nobody is told.",
    "DAGSTER_HOME": "Dagster's instance directory. Unset: the project's own `dagster.yaml`, history in `.dagster/`.",
}

ROOM_TITLES = {
    "staging": "One table per kind of record: typed, with canonical keys and units. No joins across kinds.",
    "identity": "Which records are one person.",
    "profile": "Which value wins, and every value that did not.",
    "metrics": "Every figure at one row per customer, before anything is joined.",
    "health": "How each account is doing, and what follows from it.",
    "customer_360": "The published tables. They join the rooms above and stand in every published version.",
}


def pages() -> dict[str, str]:
    """Name of each generated page below docs/ and its text."""
    from customer360_pipeline.cli import parser
    from customer360_pipeline.document import page
    from customer360_pipeline.engine.catalog import load_catalog
    from customer360_pipeline.project import load_project

    sources = load_project().sources
    tables = load_catalog(sources)
    profile = page.pages({t.name.partition(".")[2]: t for t in tables if t.room == ROOMS[-1]})
    return {
        "tables.md": tables_page(tables),
        "configuration.md": configuration_page(),
        "commands.md": commands_page(parser()),
        "sources/columns.md": columns_page(sources),
        **{name: NOTE + text if name.endswith(".md") else text for name, text in profile.items()},
    }


def tables_page(tables: Sequence[Table]) -> str:
    """Every table of every room with its grain, columns, checks and what it reads, from the headers."""
    text = (
        f"{NOTE}# Tables\n\nData walks through the rooms in this order. Names are `room.table`; the published tables "
        "are those of `customer_360`, and stand in the schema `main` of a published file under their own name. "
        "Times are UTC without a zone, money is DECIMAL in the currency named, and what is unknown is NULL.\n\n"
    )
    for room in ROOMS:
        listed = ", ".join(f"[{t.name.split('.')[1]}](#{_anchor(t.name)})" for t in _sorted(tables, room))
        text += f"- **{room}**: {ROOM_TITLES[room]} {listed}\n"
    text += "\n## raw and sources\n\n" + _raw()
    for room in ROOMS:
        text += f"## {room}\n\n{ROOM_TITLES[room]}\n\n" + "".join(map(_described, _sorted(tables, room)))
    for name, (description, columns) in VERSION_TABLES.items():
        rows = ((f"`{column}`", type_, meaning) for column, (type_, meaning) in columns.items())
        text += f"### {name}\n\n{description}\n\n" + as_table(("Column", "Type", "Meaning"), rows)
    return text.rstrip() + "\n"


# Made by `publish/database.py` beside the published tables.
VERSION_TABLES = {
    "quality_results": (
        "Every check of the run. One row per table and check.",
        {
            "table_name": ("VARCHAR", "Table checked."),
            "check_name": ("VARCHAR", "Check."),
            "description": ("VARCHAR", "What must hold."),
            "failed_rows": ("BIGINT", "Rows that break it."),
            "is_blocking": ("BOOLEAN", "A failure stops publishing."),
            "is_passed": ("BOOLEAN", "No row breaks it."),
        },
    ),
    "metadata": (
        "What made this version. One row.",
        {
            "version": ("VARCHAR", "The version's name."),
            "parent_version": ("VARCHAR", "The version shown before; NULL for the first."),
            "run_id": ("VARCHAR", "The run."),
            "as_of": ("TIMESTAMP", "The run's clock, UTC."),
            "code_version": ("VARCHAR", "Version of the pipeline."),
            "config_hash": ("VARCHAR", "Hash of the configuration."),
            "input_hashes": ("VARCHAR", "JSON: extract file -> sha256."),
            "row_counts": ("VARCHAR", "JSON: published table -> rows."),
            "settings": ("VARCHAR", "JSON: every setting (config) and source contract (sources); no secrets."),
            "extracts": ("VARCHAR", "sample: made from the project's sample data; own: from other extracts."),
        },
    ),
}


def _sorted(tables: Iterable[Table], room: str) -> list[Table]:
    return sorted((table for table in tables if table.room == room), key=lambda table: table.name)


def _anchor(name: str) -> str:
    return name.replace(".", "")


def _raw() -> str:
    text = (
        "`raw.<source>_<entity>` holds each accepted record of a source, in the columns of its entity's shape, "
        "then `extra`, `source_file` and `source_row`. The bookkeeping of the parse boundary (`ledger`, "
        "`quarantine`, `drift`, `files`) stands in `sources`; `docs/sources.md` explains it.\n\n"
    )
    for shape in SHAPES.values():
        trailer = {"extra": "JSON of unmapped fields.", "source_file": "The extract.", "source_row": "Row, from 1."}
        columns = [(f"`{name}`", type_, meaning) for name, (type_, meaning) in shape.fields.items()]
        columns += [(f"`{name}`", type_, trailer[name]) for name, type_ in TRAILER]
        text += f"### Shape {shape.name}\n\n{shape.description} Key: `{shape.key}`.\n\n"
        text += as_table(("Column", "Type", "Meaning"), columns)
    return text


def _described(table: Table) -> str:
    text = f"### {table.name}\n\n{table.description}\n\n"
    text += as_table(("Column", "Type", "Meaning"), ((f"`{c.name}`", c.type, c.description) for c in table.columns))
    for label, names in (("Reads", _grouped(table.depends)), ("Settings", table.settings)):
        if names:
            text += f"{label}: {', '.join(f'`{name}`' for name in names)}.\n\n"
    checks = [f"one row per {', '.join(f'`{name}`' for name in key)}" for key in table.unique]
    checks += [f"never empty: {', '.join(f'`{name}`' for name in table.not_null)}"] if table.not_null else []
    checks += [f"`{item.condition}`{f' ({item.reason})' if item.reason else ''}" for item in table.asserts]
    return text + ("Checks:\n\n" + "".join(f"- {check}\n" for check in checks) + "\n" if checks else "")


def _grouped(depends: Iterable[str]) -> list[str]:
    """Names read; the many raw tables as one, since a source more must not change the page."""
    names = [name for name in depends if not name.startswith("raw.")]
    return (["raw.*"] if len(names) < len(tuple(depends)) else []) + names


def configuration_page() -> str:
    """Every setting with type, default, allowed values and meaning; and the environment variables."""
    text = (
        f"{NOTE}# Configuration\n\n"
        "One YAML file holds every choice: `customer360_pipeline/defs/customer_360/defs.yaml`, or your own with "
        "`customer360 run --config FILE`. An unknown name or a value out of its range is refused with its place. "
        'A list of names may be written with commas: `"user_id,phone"`. How a source\'s fields are named is no '
        "setting; `docs/sources.md` explains it.\n\n"
    )
    text += "".join(_group(Config, "", "Settings", "The first six are those of the component's own README."))
    text += _group_table("One item of `metrics.exchange_rates`", ExchangeRate.__doc__ or "", ExchangeRate, "")
    text += "".join(_items(name) for name in ("signals", "actions"))
    text += "## Environment variables\n\n" + as_table(
        ("Variable", "Meaning"), ((f"`{name}`", meaning) for name, meaning in ENVIRONMENT.items())
    )
    return text.rstrip() + "\n"


def _group(group: type[Group], prefix: str, title: str, about: str) -> Iterator[str]:
    yield _group_table(title, about, group, prefix)
    for name, field in group.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, Group):
            yield from _group(inner, f"{prefix}{name}.", f"`{prefix}{name}`", (inner.__doc__ or "").strip())


def _group_table(title: str, about: str, group: type[Group], prefix: str) -> str:
    rows = [
        (f"`{prefix}{name}`", type_name(field.annotation), _default(field), allowed(field), field.description or "")
        for name, field in group.model_fields.items()
        if not (isinstance(field.annotation, type) and issubclass(field.annotation, Group))
    ]
    head = ("Setting", "Type", "Default", "Allowed", "Meaning")
    return f"## {title}\n\n{about}\n\n" + as_table(head, rows)


def _items(name: str) -> str:
    """The default items of a list of groups in `health`, a row each; and what their fields mean."""
    items = getattr(HealthConfig(), name)
    fields = type(items[0]).model_fields
    rows = (
        [f"`{value}`" if key in ("signal", "action") else _cell(value) for key, value in dict(item).items()]
        for item in items
    )
    meaning = "; ".join(f"{key}: {field.description}" for key, field in fields.items())
    return f"## Items of `health.{name}`\n\n{meaning}\n\n" + as_table(tuple(fields), rows)


def _cell(value: Any) -> str:
    """A value in a table of items: points of a curve as `value: points`."""
    if isinstance(value, tuple):
        return ", ".join(f"{x:g}: {y:g}" for x, y in value)
    return "" if value is None else str(value)


def type_name(annotation: Any) -> str:
    """A setting's type in words a YAML writer knows."""
    plain = {str: "text", int: "whole number", float: "number", bool: "true or false"}
    if annotation in plain:
        return plain[annotation]
    origin, inner = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        return type_name(inner[0])
    if origin is typing.Literal:
        return "text"
    if origin is tuple:
        return f"list of {type_name(inner[0])}"
    if origin is dict:
        return f"map of {type_name(inner[0])} to {type_name(inner[1])}"
    if origin in (typing.Union, types.UnionType):
        return " or ".join(type_name(part) for part in inner if part is not type(None))
    return {"Decimal": "decimal number", "date": "date"}.get(annotation.__name__, annotation.__name__)


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    value = field.get_default(call_default_factory=True)
    return f"`{_yaml(value)}`"


def _yaml(value: Any) -> str:
    if isinstance(value, tuple) and value and isinstance(value[0], Group):
        return f"{len(value)} items, listed below"
    if isinstance(value, tuple | list):
        return f"[{', '.join(_yaml(item) for item in value)}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {_yaml(item)}" for name, item in value.items()) + "}"
    if isinstance(value, bool):
        return str(value).lower()
    return '""' if value == "" else str(value)


def allowed(field: FieldInfo) -> str:
    """The values a setting may have, where its type does not say it."""
    annotation = field.annotation
    choices = _choices(annotation)
    words = [f"one of {choices}" if typing.get_origin(annotation) is typing.Literal else f"of {choices}"] * bool(
        choices
    )
    signs = ((Ge, "ge", "≥"), (Gt, "gt", ">"), (Le, "le", "≤"), (Lt, "lt", "<"))
    for item in field.metadata:
        words += [f"{sign} {getattr(item, name)}" for kind, name, sign in signs if isinstance(item, kind)]
        if pattern := getattr(item, "pattern", None):
            words.append(f"matches `{pattern}`")
    return ", ".join(words)


def _choices(annotation: Any) -> str:
    if typing.get_origin(annotation) is typing.Literal:
        return ", ".join(f"`{choice}`" for choice in typing.get_args(annotation))
    return next((text for part in typing.get_args(annotation) if (text := _choices(part))), "")


def commands_page(parser: argparse.ArgumentParser) -> str:
    """Every subcommand of `customer360` with its arguments."""
    text = f"{NOTE}# Commands\n\n`customer360 COMMAND --help` says the same in the terminal.\n\n"
    for name, command in subcommands(parser).items():
        text += _command(f"customer360 {name}", command, "##")
    return text + f"## Everywhere\n\n```text\n{(parser.epilog or '').strip()}\n```\n"


def _command(name: str, command: argparse.ArgumentParser, level: str) -> str:
    rows = [(_argument(action), action.help or "") for action in command._actions if action.dest != "help"]
    text = f"{level} {name}\n\n{command.description or ''}\n\n" + as_table(("Argument", "Meaning"), rows)
    if command.epilog:
        text += f"```text\n{command.epilog.strip()}\n```\n\n"
    return text + "".join(_command(f"{name} {sub}", inner, f"{level}#") for sub, inner in subcommands(command).items())


def subcommands(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """The subcommands of a parser by name."""
    found = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    return {name: command for action in found for name, command in sorted(action.choices.items())}


def _argument(action: argparse.Action) -> str:
    value = action.metavar or (f"{{{','.join(map(str, action.choices))}}}" if action.choices else action.dest.upper())
    takes = action.nargs != 0
    names = [f"{name} {value}" if takes else name for name in action.option_strings] or [str(value)]
    return f"`{', '.join(names)}`"


def main() -> None:
    """Write every generated page."""
    for name, text in pages().items():
        path = ROOT / "docs" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        print(f"docs/{name}")


if __name__ == "__main__":
    main()
