"""Publishes in forked children that are killed, or whose file operations fail, at every point in turn.

Run as a program: `crash_driver.py MODE FOLDER` prints one JSON line per point. It is a process of its own
because a fork is only safe while no DuckDB thread runs. A point is one file operation of Python below the
home directory (seen by an audit hook), one fsync, or one statement of the engine.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import sys
from datetime import datetime
from pathlib import Path

from customer360_pipeline.config import Config
from customer360_pipeline.engine.catalog import CheckResult
from customer360_pipeline.engine.duckdb import DuckDBEngine
from customer360_pipeline.errors import Customer360Error
from customer360_pipeline.publish import files, pointer
from customer360_pipeline.publish.database import read_only
from customer360_pipeline.publish.manifest import read_manifest
from customer360_pipeline.publish.version import publish
from customer360_pipeline.run_context import RunContext

TABLES = ("customer_360.customer_360", "customer_360.customer_timeline")
CHECK = CheckResult("customer_360.customer_360", "unique_customer_id", "One row per customer.", 0)
_EVENTS = {"open", "os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.symlink", "os.chmod", "os.scandir",
           "os.listdir", "shutil.rmtree", "fcntl.flock", "os.fsync", "engine.execute"}  # fmt: skip
_state: dict[str, object] = {"armed": False}


def _point(event: str, subject: str) -> None:
    if not _state["armed"] or event not in _EVENTS or (subject and str(_state["home"]) not in subject):
        return
    _state["count"] = int(str(_state["count"])) + 1
    reached, wanted = int(str(_state["count"])), int(str(_state["at"]))
    if _state["mode"] == "kill" and reached == wanted:
        os.kill(os.getpid(), signal.SIGKILL)
    if reached == wanted or (_state["mode"] == "broken" and reached > wanted):
        if event != "engine.execute":
            raise OSError(errno.ENOSPC, "No space left on device")
        if _state["mode"] != "broken":
            import duckdb

            raise duckdb.IOException("IO Error: No space left on device")


def _install() -> None:
    sys.addaudithook(lambda event, args: _point(event, str(args[0]) if args and isinstance(args[0], str) else ""))
    real_fsync, real_execute = os.fsync, DuckDBEngine.execute

    def fsync(descriptor: int) -> None:
        _point("os.fsync", "")
        real_fsync(descriptor)

    def execute(self: DuckDBEngine, sql: str, parameters: dict[str, object] | None = None) -> None:
        if not sql.startswith("DETACH"):
            _point("engine.execute", "")
        real_execute(self, sql, parameters)

    os.fsync, DuckDBEngine.execute = fsync, execute


def run(home: Path, customers: int, engine: DuckDBEngine | None = None) -> str:
    """Publish a version with so many customers; returns its name."""
    engine = engine or DuckDBEngine()
    armed, _state["armed"] = _state["armed"], False
    engine.create_table(TABLES[0], f"SELECT 'c_' || i AS customer_id FROM range({customers}) t(i)")
    engine.create_table(TABLES[1], f"SELECT 'c_' || i AS customer_id, i AS n FROM range({customers}) t(i)")
    _state["armed"] = armed
    config = Config.model_validate({"publish": {"keep_versions": 2}})
    context = RunContext(config, (), home, home, datetime(2026, 1, customers))
    return publish(engine, context, TABLES, [CHECK]).name


def look(home: Path) -> dict[str, object]:
    """What a reader sees by the pointer and by the link; raises when any of it is not whole."""
    published = home / "published"
    name = pointer.current_version(home)
    assert name is not None
    seen = {}
    for way, path in {"pointer": published / name / pointer.DATABASE, "link": published / pointer.DATABASE}.items():
        manifest = read_manifest(path.resolve().parent)
        assert files.sha256(path) == manifest.sha256
        with read_only(path) as connection:
            rows = connection.execute(
                "SELECT (SELECT count(*) FROM customer_360), (SELECT count(*) FROM customer_timeline)"
            ).fetchall()
        assert rows == [(manifest.rows["customer_360"], manifest.rows["customer_timeline"])]
        seen[way] = rows[0][0]
    return {"current": name, **seen}


def _attempt(mode: str, home: Path, at: int) -> dict[str, object]:
    """In a child: a run that meets its end, or an error, at point `at`; then, after an error, a second try."""
    _install()
    engine = DuckDBEngine()
    _state.update(armed=True, home=home, mode=mode, at=at, count=0)
    result: dict[str, object] = {}
    try:
        result["made"] = run(home, 4, engine)
    except Customer360Error as error:
        result["error"] = str(error)
    result["reached"] = _state["count"]
    _state["armed"] = False
    result["seen"] = look(home)
    result["next"] = run(home, 5, engine)
    return result


def _recover(home: Path) -> dict[str, object]:
    """In a child: what readers see after a kill, then the next run."""
    result: dict[str, object] = {"seen": look(home)}
    result["next"] = run(home, 5)
    result["after"] = look(home)
    result["left"] = sorted(path.name for path in (home / "published").iterdir())
    return result


def _in_child(task: object, *arguments: object) -> tuple[int, dict[str, object]]:
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.write(writer, json.dumps(task(*arguments)).encode())  # type: ignore[operator]
            code = 0
        finally:
            os._exit(code)
    os.close(writer)
    with os.fdopen(reader) as stream:
        text = stream.read()
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), json.loads(text or "{}")


def main(mode: str, folder: Path, step: int) -> None:
    """Try every `step`-th point until a run gets through untouched."""
    import duckdb  # noqa: F401  (once, before the forks)

    template = folder / "template"
    for customers in (2, 3):
        _in_child(run, template, customers)
    for at in range(1, 2000, step):
        home = folder / f"{mode}{at}"
        shutil.copytree(template, home, symlinks=True)
        code, result = _in_child(_attempt, mode, home, at)
        if mode == "kill" and code == -signal.SIGKILL:
            code, result = _in_child(_recover, home)
            result["killed"] = True
        print(json.dumps({"at": at, "code": code, **result}), flush=True)
        shutil.rmtree(home)
        if code == 0 and "killed" not in result and int(str(result["reached"])) < at:
            return


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
