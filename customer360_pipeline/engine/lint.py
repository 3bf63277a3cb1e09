"""Keeps SQL in the subset that means the same on DuckDB, Spark and Snowflake.

The translator turns the constructs below into other engines' SQL without an error and with another meaning,
or two runs of them may differ: `portable_rules.py` lists them. What a header says is the subject of
`header.py`; the translation itself is in `dialect.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from customer360_pipeline.engine.header import line_of, parse, strings_of
from customer360_pipeline.engine.portable_rules import RULES, Rule
from customer360_pipeline.engine.table_file import Table

if TYPE_CHECKING:
    from sqlglot import exp


@dataclass(frozen=True)
class Finding:
    """A construct outside the subset, where it stands."""

    path: Path | None
    line: int
    rule: Rule

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.rule.name}: {self.rule.reason} Instead: {self.rule.instead}"


def lint(table: Table) -> list[Finding]:
    """Every construct outside the portable subset in a SQL table file, in the order of its lines."""
    assert table.sql is not None
    return lint_tree(parse(table), table.sql, table.path, table.sql_line)


def lint_tree(tree: exp.Expr, sql: str, path: Path | None = None, first_line: int = 1) -> list[Finding]:
    """The same for a statement and its text, which begins on `first_line` of its file."""
    found = [
        Finding(path, first_line + line_of(sql, _offset(node)) - 1, rule)
        for node in tree.walk()
        for rule in RULES
        if rule.finds(node)
    ]
    return sorted(found, key=lambda finding: (finding.line, finding.rule.name))


def lint_module(path: Path) -> list[Finding]:
    """The same for the queries among a Python module's strings; a string that is no whole query is left out."""
    import sqlglot
    from sqlglot import errors, exp

    found: list[Finding] = []
    for line, text in strings_of(path):
        if text.lstrip().upper().startswith(("SELECT ", "SELECT\n", "WITH ", "CREATE ", "INSERT ")):
            try:
                trees = sqlglot.parse(text, read="duckdb")
            except errors.SqlglotError:
                continue
            for tree in trees:
                if isinstance(tree, exp.Expr):
                    found += lint_tree(tree, text, path, line)
    return found


def _offset(node: exp.Expr) -> int:
    """Where a node begins: at its first part that knows, else at its nearest ancestor that knows."""
    known = [int(part.meta["start"]) for part in node.walk() if "start" in part.meta]
    if known:
        return min(known)
    return _offset(node.parent) if node.parent else 0
