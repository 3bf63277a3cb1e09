"""A data directory that this user cannot write: said at once, by name, without a traceback."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree

import pytest

from customer360_pipeline.cli import main
from customer360_pipeline.errors import Customer360Error
from customer360_pipeline.publish.lock import require_writable

NOBODY = 65534


@pytest.fixture
def home() -> Iterator[Path]:
    # Not tmp_path: a user without rights could not even reach it.
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    rmtree(folder)


@contextmanager
def plain_user() -> Iterator[None]:
    """For root no file is read-only."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_home_of_ones_own_is_fine_also_before_it_is_made(tmp_path: Path) -> None:
    (tmp_path / "published").mkdir()
    (tmp_path / "published" / "v1").mkdir(mode=0o555)
    require_writable(tmp_path)
    require_writable(tmp_path / "new" / "home")


@pytest.mark.parametrize("what", ["", "work.duckdb", ".run.lock", "published", "published/.publish.lock", "raw/stripe"])
def test_what_cannot_be_written_is_named_with_its_owner_and_the_remedy(home: Path, what: str) -> None:
    for folder in ("published", "raw/stripe"):
        (home / folder).mkdir(parents=True)
    for file in ("work.duckdb", ".run.lock", "published/.publish.lock"):
        (home / file).touch()
    for path in (home, *home.rglob("*")):
        path.chmod(0o777)
    (home / what).chmod(0o555 if (home / what).is_dir() else 0o444)
    with plain_user(), pytest.raises(Customer360Error) as told:
        require_writable(home)
    message = str(told.value)
    assert message.startswith(f"{home / what} cannot be written: it belongs to ")
    assert "write access" in message and "--home DIR" in message
    assert told.value.exit_code == 1


def test_a_home_that_is_a_file_is_told_so(tmp_path: Path) -> None:
    (tmp_path / "home").touch()
    with pytest.raises(Customer360Error, match="is a file, not a folder"):
        require_writable(tmp_path / "home" / "data")


def test_a_run_in_a_read_only_home_ends_with_a_sentence(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("HOME", "EXTRACTS", "CONFIG"):
        monkeypatch.setenv(f"CUSTOMER360_{name}", "")
    (home / "file").touch()
    # First on a file: that imports what another user may not be allowed to read.
    assert main(["run", "--home", str(home / "file")]) == 1
    assert "is a file, not a folder" in capsys.readouterr().err
    home.chmod(0o555)
    with plain_user():
        assert main(["run", "--home", str(home)]) == 1
    said = capsys.readouterr().err
    assert f"{home} cannot be written" in said and "Traceback" not in said and "unexpected" not in said
