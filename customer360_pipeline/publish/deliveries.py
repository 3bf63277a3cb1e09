"""Delivery of the current version to further destinations, and the record of which version reached which.

A destination that fails never un-publishes: the failure is recorded, reported and tried again at the next run.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from customer360_pipeline.errors import Customer360Error
from customer360_pipeline.publish import destinations, files, pointer
from customer360_pipeline.publish.lock import held
from customer360_pipeline.publish.manifest import read_manifest
from customer360_pipeline.publish.profiles import load_target
from customer360_pipeline.run_context import RunContext

RECORD = "DELIVERIES.json"


@dataclass(frozen=True)
class Delivery:
    """One destination after an attempt.

    Args:
        target: its name in profiles.yml.
        version: the version it shows now; None when it never received one.
        problem: why the current version did not reach it; None when it did.
        attempts: attempts in a row that failed.
    """

    target: str
    version: str | None
    problem: str | None = None
    attempts: int = 0


def deliver(context: RunContext) -> tuple[Delivery, ...]:
    """Bring every destination of `publish.destinations` to the current version.

    A destination that has it already is left as it is. Never raises for a destination; see `Delivery.problem`.

    Raises:
        Busy: another process is delivering.
    """
    names = context.config.publish.destinations
    current = pointer.current_version(context.home)
    if not names or current is None:
        return ()
    with held(context.published / ".deliver.lock", f"{context.published} is being delivered", context.run_id):
        record = _read(context.published)
        results = []
        for name in names:
            result = _deliver_one(context, name, current, record.get(name, {}))
            record[name] = {"version": result.version, "problem": result.problem, "attempts": result.attempts}
            results.append(result)
        files.write_json(context.published / RECORD, record)
    return tuple(results)


def _deliver_one(context: RunContext, name: str, current: str, before: dict[str, Any]) -> Delivery:
    folder = context.published / current
    try:
        target = load_target(context.config.publish.profiles_dir, name, context.home)
        with tempfile.TemporaryDirectory(prefix=".delivery-", dir=context.home, ignore_cleanup_errors=True) as attempt:
            shipment = destinations.Shipment(folder / pointer.DATABASE, read_manifest(folder), Path(attempt))
            destinations.send(shipment, target, context.config.publish.keep_versions)
    except Customer360Error as error:
        return Delivery(name, before.get("version"), str(error), int(before.get("attempts", 0)) + 1)
    except Exception as error:
        # A driver's own words may hold an address, a credential or a value.
        reason = f"{type(error).__name__} in {type(error).__module__.partition('.')[0]}"
        return Delivery(name, before.get("version"), reason, int(before.get("attempts", 0)) + 1)
    return Delivery(name, current)


def delivered(home: Path) -> dict[str, str]:
    """Destination -> the version it received last."""
    record = _read(home / "published")
    return {name: entry["version"] for name, entry in record.items() if entry.get("version")}


def _read(published: Path) -> dict[str, Any]:
    try:
        return files.read_json(published / RECORD) or {}
    except ValueError:
        # Without the record every destination is asked again; one that has the version says so.
        return {}
