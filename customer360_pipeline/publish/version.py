"""Publishing a version: build under a temporary name, audit, make durable, rename, swap the pointer.

Until the pointer is swapped nothing a reader looks at has changed; after it everything has. A crash at any
point leaves the old version or the new one, and the next run tidies up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from customer360_pipeline.engine.catalog import CheckResult, load_catalog
from customer360_pipeline.engine.duckdb import DuckDBEngine
from customer360_pipeline.errors import AuditFailed, ConfigError, Customer360Error
from customer360_pipeline.publish import files, pointer
from customer360_pipeline.publish.database import METADATA, QUALITY_RESULTS, Content, audit, write_database
from customer360_pipeline.publish.deliveries import Delivery, deliver
from customer360_pipeline.publish.lock import held
from customer360_pipeline.publish.manifest import Manifest, origin_of
from customer360_pipeline.run_context import RunContext


@dataclass(frozen=True)
class PublishedVersion:
    """A version that is now current.

    Args:
        name: its sortable name.
        path: its DuckDB file; it never changes and its path is never used again.
        link: the stable path for analysts.
        manifest: what it was made of.
        warnings: what is left for the next run to finish; readers of the file are not affected.
        deliveries: every destination, after the attempt to bring it to this version.
    """

    name: str
    path: Path
    link: Path
    manifest: Manifest
    warnings: tuple[str, ...] = ()
    deliveries: tuple[Delivery, ...] = ()


def publish(
    engine: DuckDBEngine, context: RunContext, tables: Sequence[str], checks: Sequence[CheckResult],
    figures: Mapping[str, float] | None = None,
) -> PublishedVersion:  # fmt: skip
    """Publish tables of the room `customer_360` as a new version.

    Args:
        engine: where the run's tables are.
        context: `facts["parent_version"]`, when set, is the version that was current when the run began.
        tables: `room.table` names; each becomes `main.table`.
        checks: every check of the run; a failed blocking one stops here.
        figures: what the next run will be compared with.

    Raises:
        AuditFailed: a blocking check failed, or the file does not hold the run's rows.
        Busy: another process is publishing to this home.
        Fenced: another version was published while this run worked.
        Customer360Error: the disk is full or not writable. In every case the previous version stands.
    """
    _refuse_failed(checks)
    contents = _contents(context, tables)
    published = context.published
    with _explained(published), held(published / ".publish.lock", f"{published} is being changed", context.run_id):
        if "parent_version" in context.facts:
            pointer.require_parent(published, context.facts["parent_version"])
        pointer.settle(published, pointer.read_pointer(published))
        lease = pointer.take_lease(published, context.as_of)
        folder = published / f"{pointer.BUILDING}{lease.token}"
        try:
            manifest = _build(engine, context, contents, checks, figures or {}, lease, folder)
            files.rename_folder(folder, published / lease.version)
        except BaseException:
            _discard(folder)
            raise
        warnings = _tidy(published, _swap(published, lease, context.config.publish.keep_versions))
    path = published / lease.version / pointer.DATABASE
    deliveries, undelivered = _deliver(context)
    link = published / pointer.DATABASE
    return PublishedVersion(lease.version, path, link, manifest, warnings + undelivered, deliveries)


def _deliver(context: RunContext) -> tuple[tuple[Delivery, ...], tuple[str, ...]]:
    try:
        deliveries = deliver(context)
    except (Customer360Error, OSError) as error:
        return (), (f"No destination was served: {error}. The next run tries again.",)
    late = [d for d in deliveries if d.problem]
    return deliveries, tuple(
        f"{d.target} shows {d.version or 'nothing'}: {d.problem}. The next run tries again." for d in late
    )


def _refuse_failed(checks: Sequence[CheckResult]) -> None:
    failed = [check for check in checks if check.blocking and not check.passed]
    if failed:
        lines = [f"  {check.table} {check.check}: {check.failed_rows} row(s). {check.description}" for check in failed]
        raise AuditFailed(
            f"{len(failed)} blocking check(s) failed; nothing was published and the previous version stands:\n"
            + "\n".join(lines)
        )


def _contents(context: RunContext, tables: Sequence[str]) -> list[Content]:
    described = {table.name: table for table in load_catalog(context.sources)}
    contents = []
    for source in tables:
        name = source.partition(".")[2]
        name = context.config.asset_name if name == "customer_360" else name
        contents.append(Content(source, name, described.get(source)))
    names = [content.name for content in contents] + [QUALITY_RESULTS, METADATA]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ConfigError(f"asset_name: `{twice[0]}` is the name of another published table. Choose another one.")
    return contents


def _build(
    engine: DuckDBEngine,
    context: RunContext,
    contents: Sequence[Content],
    checks: Sequence[CheckResult],
    figures: Mapping[str, float],
    lease: pointer.Lease,
    folder: Path,
) -> Manifest:
    folder.mkdir()
    path = folder / pointer.DATABASE
    origin = origin_of(engine, context, lease.version, lease.parent)
    written = write_database(engine, path, contents, checks, origin)
    audit(path, written)
    # An analyst who opens it for writing would lock out everybody else.
    path.chmod(0o444)
    files.sync_file(path)
    manifest = Manifest(
        origin=origin,
        customer_table=context.config.asset_name,
        sha256=files.sha256(path),
        bytes=path.stat().st_size,
        rows=written.rows,
        logical_hashes=written.hashes,
        figures=dict(figures),
    )
    manifest.write(folder)
    files.sync_folder(folder)
    return manifest


def _swap(published: Path, lease: pointer.Lease, keep: int) -> pointer.Pointer:
    try:
        return pointer.swap(published, lease, keep)
    except OSError:
        # The flush after the swap may have failed: then readers see the new version, and to say otherwise is wrong.
        now = _reread(published)
        if now is not None and now.version == lease.version:
            return now
        _discard(published / lease.version)
        raise


def _reread(published: Path) -> pointer.Pointer | None:
    try:
        return pointer.read_pointer(published)
    except OSError as error:
        raise Customer360Error(
            f"{published} can neither be written nor read ({error.strerror}), so it is unknown which version is shown. "
            "When the disk is back: customer360 versions"
        ) from None


def _discard(folder: Path) -> None:
    # The next run sweeps it; the error that brought us here matters more than this one.
    try:
        files.remove_folder(folder)
    except OSError:
        return


def _tidy(published: Path, now: pointer.Pointer) -> tuple[str, ...]:
    try:
        pointer.settle(published, now)
    except OSError as error:
        return (
            f"{published}: the new version is published, but the link or old versions could not be renewed "
            f"({error.strerror}). The next run tries again.",
        )
    return ()


@contextmanager
def _explained(published: Path) -> Iterator[None]:
    import duckdb

    try:
        yield
    except OSError as error:
        raise _not_written(published, error.strerror or type(error).__name__) from error
    except duckdb.Error as error:
        # DuckDB words a failed write in many classes; its text also quotes paths, and may quote values.
        text = str(error).lower()
        reason = next((known for known in _WRITE_PROBLEMS if known.lower() in text), None)
        if isinstance(error, duckdb.OutOfMemoryException):
            reason = "the memory limit (engine.memory_limit) is too low"
        if reason is None and not isinstance(error, duckdb.IOException):
            raise
        raise _not_written(published, reason or "writing failed") from None


_WRITE_PROBLEMS = (
    "No space left on device",
    "Disk quota exceeded",
    "Read-only file system",
    "Permission denied",
    "File too large",
    "Input/output error",
)


def _not_written(published: Path, reason: str) -> Customer360Error:
    return Customer360Error(
        f"{published} could not be written: {reason}. The previous version stands. "
        "Publishing needs room for one more version beside the kept ones; then run again."
    )
