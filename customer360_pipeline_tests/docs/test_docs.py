"""The documents are true: every setting, table, column, command and variable is in them, links lead somewhere."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml

from customer360_pipeline.cli import parser
from customer360_pipeline.config import Config, Group, config_from
from customer360_pipeline.docs import ENVIRONMENT, ROOT, VERSION_TABLES, _anchor, pages, subcommands
from customer360_pipeline.engine.catalog import load_catalog
from customer360_pipeline.engine.header import check_header
from customer360_pipeline.engine.lint import lint
from customer360_pipeline.engine.table_file import read_table_file
from customer360_pipeline.project import load_project
from customer360_pipeline.sources.contract import source_from
from customer360_pipeline.sources.shapes import SHAPES

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *ROOT.glob("sample_data/*.md")])
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^ *```(\w+)[^\n]*\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)

generated = cache(pages)


def page(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


GENERATED = [
    "tables.md",
    "configuration.md",
    "commands.md",
    "profile.md",
    *(f"schemas/{k}.schema.json" for k in ("account", "person")),
]


@pytest.mark.parametrize("name", GENERATED)
def test_a_generated_page_is_what_the_code_says(name: str) -> None:
    assert page(name) == generated()[name], f"docs/{name} is out of date: run `make docs` and commit it"


def settings(group: type[Group] = Config, prefix: str = "") -> Iterator[tuple[str, str | None]]:
    for name, field in group.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, Group):
            yield from settings(field.annotation, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", field.description


@pytest.mark.parametrize(("name", "description"), settings(), ids=lambda value: str(value).split(" ")[0])
def test_every_setting_is_described_and_listed(name: str, description: str | None) -> None:
    assert description, f"give `{name}` a description in config/"
    assert f"| `{name}` |" in page("configuration.md")


def test_every_table_and_column_is_described_and_listed() -> None:
    text = page("tables.md")
    for table in load_catalog(load_project().sources):
        section = text.partition(f"\n### {table.name}\n")[2].partition("\n### ")[0]
        assert table.description and table.description in section, table.name
        for column in table.columns:
            assert column.description and f"| `{column.name}` | {column.type} |" in section, (table.name, column.name)
    for shape in SHAPES.values():
        section = text.partition(f"\n### Shape {shape.name}\n")[2].partition("\n### ")[0]
        assert all(f"| `{name}` |" in section for name, _ in shape.columns()), shape.name


def test_the_tables_that_publishing_adds_are_listed_as_they_are(tmp_path: Path) -> None:
    from datetime import datetime

    from customer360_pipeline.engine.duckdb import DuckDBEngine
    from customer360_pipeline.publish.database import read_only, write_database
    from customer360_pipeline.publish.manifest import Origin

    origin = Origin("v1", None, "run", datetime(2026, 1, 1), "code", "config", {})
    with DuckDBEngine() as engine:
        write_database(engine, tmp_path / "v.duckdb", [], [], origin)
    with read_only(tmp_path / "v.duckdb") as connection:
        for table, (_, columns) in VERSION_TABLES.items():
            made = connection.execute(f"SELECT column_name, column_type FROM (DESCRIBE main.{table})").fetchall()
            assert made == [(name, type_) for name, (type_, _) in columns.items()]


def test_every_command_and_argument_is_described_and_listed() -> None:
    text = page("commands.md")
    for name, command in subcommands(parser()).items():
        section = text.partition(f"\n## customer360 {name}\n")[2].partition("\n## ")[0]
        assert command.description, f"give `customer360 {name}` a description"
        for action in command._actions:
            assert action.help, f"give {action.option_strings or action.dest} of `customer360 {name}` a help text"
            assert all(option in section for option in action.option_strings if option not in {"-h", "--help"})


def test_every_environment_variable_the_code_reads_is_listed() -> None:
    sources = [*(ROOT / "customer360_pipeline").rglob("*.py"), *(ROOT / "customer360_pipeline").rglob("*.yaml")]
    named = {v for path in sources for v in re.findall(r"CUSTOMER360_[A-Z_]*[A-Z]", path.read_text(encoding="utf-8"))}
    assert named - set(ENVIRONMENT) == set(), "add it to ENVIRONMENT in customer360_pipeline/docs.py"


def anchors(path: Path) -> set[str]:
    titles = HEADING.findall(path.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_relative_links_lead_somewhere(path: Path) -> None:
    for link in LINK.findall(path.read_text(encoding="utf-8")):
        target, _, anchor = link.partition("#")
        if "://" in link or link.startswith("mailto:"):
            continue
        found = (path.parent / target).resolve() if target else path
        assert found.exists(), f"{path.name}: the link `{link}` leads nowhere"
        if anchor and found.suffix == ".md":
            assert anchor in anchors(found), f"{path.name}: no heading for `{link}`"


def test_anchors_of_tables_are_those_of_their_headings() -> None:
    assert _anchor("metrics.revenue_by_currency") == "metricsrevenue_by_currency"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_yaml_in_the_documents_is_accepted(path: Path) -> None:
    for language, text in FENCE.findall(path.read_text(encoding="utf-8")):
        if language not in {"yaml", "yml"}:
            continue
        document = yaml.safe_load(textwrap.dedent(text))
        assert isinstance(document, dict | list), f"{path.name}: not a YAML mapping or list:\n{text}"
        if not isinstance(document, dict):
            continue
        values = document.get("attributes", document)
        if "entities" in values:
            source_from(values, path.name)
        elif str(document.get("type", "")).endswith("Customer360Component"):
            config_from({name: value for name, value in values.items() if name != "sources"}, path.name)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_table_files_in_the_documents_have_true_headers(path: Path, tmp_path: Path) -> None:
    for language, text in FENCE.findall(path.read_text(encoding="utf-8")):
        if language == "sql" and "-- column:" in text:
            file = tmp_path / "example.sql"
            file.write_text(textwrap.dedent(text))
            table = read_table_file(file, "metrics.example")
            check_header(table)
            assert [str(finding) for finding in lint(table)] == []
