"""Killed or failing at every point of publishing: readers see a whole version, and the next run finishes by itself."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

DRIVER = Path(__file__).parent / "crash_driver.py"
OLD, NEW = 3, 4


def drive(mode: str, folder: Path, step: int) -> list[dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, str(DRIVER), mode, str(folder), str(step)], capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


def whole(seen: dict[str, Any]) -> bool:
    """The pointer shows the old or the new version; the link may lag behind, never run ahead or point nowhere."""
    return seen["pointer"] in (OLD, NEW) and seen["link"] in (OLD, seen["pointer"])


def test_killed_at_every_point(tmp_path: Path) -> None:
    points = drive("kill", tmp_path, 1)
    killed = [point for point in points if "killed" in point]
    assert len(killed) > 40
    assert all(point["code"] == 0 for point in points), [point for point in points if point["code"]]
    assert all(whole(point["seen"]) for point in killed)
    assert {point["seen"]["pointer"] for point in killed} == {OLD, NEW}
    for point in killed:
        assert point["after"] == {"current": point["next"], "pointer": 5, "link": 5}
        assert point["next"] > point["seen"]["current"]
        versions = [name for name in point["left"] if name.startswith("v")]
        assert len(versions) == 2
        assert point["left"] == [".publish.lock", "CURRENT.json", "LEASE.json", "customer_360.duckdb", *versions]


@pytest.mark.parametrize("mode", ["fail", "broken"])
def test_failing_once_or_from_then_on_at_every_second_point(mode: str, tmp_path: Path) -> None:
    points = drive(mode, tmp_path, 2)
    assert len(points) > 20
    assert all(point["code"] == 0 for point in points), [point for point in points if point["code"]]
    for point in points:
        assert whole(point["seen"])
        # An error is told exactly when the new version is not shown, or when the disk no longer lets us look.
        unknown = "unknown which version is shown" in point.get("error", "")
        assert unknown or ("error" in point) == (point["seen"]["pointer"] == OLD)
        assert "No space left on device" in point.get("error", "No space left on device")
        assert point["next"] > point["seen"]["current"]
