"""`dg check yaml` on a project of somebody else's: what is wrong, in which file, on which line."""

import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = """
[tool.dg]
directory_type = "project"
[tool.dg.project]
root_module = "somebodys_project"
[tool.dg.cli]
suppress_warnings = ["project_and_activated_venv_mismatch"]
"""
COMPONENT = "type: customer360_pipeline.components.customer_360.Customer360Component\n\nattributes:\n"
SOURCE = "type: customer360_pipeline.components.source_extract.SourceExtract\n\nattributes:\n"
GOOD = COMPONENT + '  asset_name: customer_360\n  join_key: email\n  secondary_join_keys: "user_id,phone"\n'


WRONG = {
    "key": (COMPONENT + "  asset_name: customer_360\n  join_key: e-mail\n", 5, "'e-mail' is not one of"),
    "days": (COMPONENT + "  active_customer_days: 0\n", 4, "0 is less than the minimum of 1"),
    "unknown": (COMPONENT + "  join_keys: email\n", 4, "'join_keys' was unexpected"),
    "source": (SOURCE + "  source: shop\n  category: sport\n  entities: {}\n", 5, "'sport' is not one of"),
}


def check(project: Path, files: dict[str, str]) -> tuple[int, str]:
    """Exit code and output of `dg check yaml` on a project of those instances."""
    (project / "pyproject.toml").write_text(PROJECT, encoding="utf-8")
    defs = project / "somebodys_project" / "defs"
    for name, text in files.items():
        (defs / name).mkdir(parents=True)
        (defs / name / "defs.yaml").write_text(text, encoding="utf-8")
    for package in (defs.parent, defs):
        (package / "__init__.py").touch()
    command = [Path(sys.executable).parent / "dg", "check", "yaml"]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


# One instance of each type per project: Dagster 1.13 checks only the last one of a type; `dg check defs` sees all.
@pytest.mark.parametrize("names", [("key", "source"), ("days",), ("unknown",)])
def test_wrong_values_are_refused_with_file_and_line(tmp_path: Path, names: tuple[str, ...]) -> None:
    code, output = check(tmp_path, {name: WRONG[name][0] for name in names})
    assert code != 0
    for name in names:
        _, line, said = WRONG[name]
        assert f"{name}/defs.yaml:{line} " in output, output
        assert said in output, output


def test_the_documented_example_passes(tmp_path: Path) -> None:
    code, output = check(tmp_path, {"customers": GOOD})
    assert (code, "All component YAML validated successfully" in output) == (0, True), output
