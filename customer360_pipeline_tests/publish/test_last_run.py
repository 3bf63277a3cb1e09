"""The command that makes the next version, from what the current one was made of."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from customer360_pipeline.errors import ConfigError
from customer360_pipeline.project import SAMPLE_DATA
from customer360_pipeline.publish.last_run import refuse_sample, run_command
from customer360_pipeline.publish.manifest import MANIFEST
from customer360_pipeline.publish.read import read_table
from customer360_pipeline.publish.version import publish
from customer360_pipeline_tests.publish.conftest import PASSED, TABLES


def test_the_sample_follows_the_sample(engine, context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CUSTOMER360_EXTRACTS", raising=False)
    assert run_command(context.home) == f"customer360 run --home {context.home}"
    refuse_sample(context.home)
    publish(engine, replace(context, extracts=SAMPLE_DATA), TABLES, [PASSED])
    assert run_command(context.home) == f"customer360 run --home {context.home}"
    refuse_sample(context.home)


def test_own_extracts_are_named_and_the_sample_refused_but_when_it_is_named(
    engine, context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CUSTOMER360_EXTRACTS", raising=False)
    monkeypatch.chdir(tmp_path)  # whose ./data is the home
    own = replace(context, extracts=tmp_path / "my extracts", config_file=tmp_path / "own.yaml")
    version = publish(engine, own, TABLES, [PASSED])
    said = f"customer360 run --extracts '{tmp_path / 'my extracts'}' --config {tmp_path / 'own.yaml'}"
    assert run_command(context.home) == said
    with pytest.raises(ConfigError, match="would put the sample in the place of"):
        refuse_sample(context.home)
    monkeypatch.setenv("CUSTOMER360_EXTRACTS", str(SAMPLE_DATA))
    refuse_sample(context.home)
    # Whoever gets the tables need not know the folders of this machine.
    assert str(tmp_path) not in read_table("metadata", home=context.home).to_json()
    assert str(tmp_path) not in str(version.manifest.without_paths())


def test_a_version_that_did_not_note_its_extracts_asks_for_them(engine, context) -> None:
    version = publish(engine, context, TABLES, [PASSED])
    path = version.path.parent / MANIFEST
    noted = json.loads(path.read_text())
    path.write_text(json.dumps({k: v for k, v in noted.items() if k not in ("extracts_folder", "config_file")}))
    assert run_command(context.home) == f"customer360 run --extracts DIR --home {context.home}"
