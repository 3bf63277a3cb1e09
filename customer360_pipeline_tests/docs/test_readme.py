"""What the README tells a newcomer to type is what the project understands."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pandas as pd
import pytest

from customer360_pipeline.cli import parser
from customer360_pipeline.engine.duckdb import DuckDBEngine

ROOT = Path(__file__).parent.parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
CODE = re.findall(r"```bash\n(.*?)```", README, re.S) + re.findall(r"`([^`\n]+)`", README)
LINES = [line.split("#")[0].strip() for block in CODE for line in block.splitlines()]


def words(command: str) -> list[list[str]]:
    found = [line for line in LINES if line.startswith((f"{command} ", f".venv/bin/{command} "))]
    return [shlex.split(line)[1:] for line in found]


@pytest.mark.parametrize("arguments", [w for w in words("customer360") if len(w) > 1], ids=" ".join)
def test_every_command_of_the_readme_is_understood(arguments: list[str]) -> None:
    assert parser().parse_args(arguments).command == arguments[0]


def test_every_make_target_of_the_readme_is_there() -> None:
    named = {arguments[0] for arguments in words("make")}
    assert {"run", "test", "dev", "bench"} <= named
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M))
    assert named <= targets


def test_the_python_example_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    [snippet] = re.findall(r"```python\n(.*?)```", README, re.S)
    with DuckDBEngine() as engine:
        customers = engine.arrow(
            "FROM (VALUES ('c_1', 1500.0, true), ('c_2', 1500.0, false), ('c_3', 10.0, true)) "
            "AS t(customer_id, total_revenue, is_active)"
        ).to_pandas()
    monkeypatch.setattr("customer360_pipeline.read_table", lambda name: customers)
    said: dict[str, pd.DataFrame] = {}
    exec(snippet, said)
    assert said["best"]["customer_id"].tolist() == ["c_1"]


def test_the_sixteen_columns_stand_in_the_readme_in_their_order() -> None:
    from customer360_pipeline.customer_360.contract import CASTS

    assert re.findall(r"`(\w+)`", README.split("begins with sixteen columns:")[1].split("\n\n")[0])[:16] == [*CASTS]
