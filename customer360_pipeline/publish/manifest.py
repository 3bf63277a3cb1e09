"""What a version was made of: the facts in its manifest.json and in its `metadata` table."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from customer360_pipeline.engine.duckdb import DuckDBEngine
from customer360_pipeline.errors import Customer360Error
from customer360_pipeline.identity import id_state
from customer360_pipeline.project import extracts_kind
from customer360_pipeline.publish import files
from customer360_pipeline.run_context import RunContext
from customer360_pipeline.sources.exchange_rates import file_hash

MANIFEST = "manifest.json"
PACKAGE = Path(__file__).parent.parent


@dataclass(frozen=True)
class Origin:
    """What a version comes from, known before it is built. `as_of` is naive UTC.

    `settings`, every setting and source contract, stands in the version's `metadata` table only.
    `extracts` is `sample` or `own`; empty in versions of releases that did not note it. `extracts_folder` and
    `config_file`, absolute, stand in the manifest of the home only: whoever gets the tables need not know the paths.
    `ids_state` names the state of the customers' ids, by which the next run knows whether the work database still holds
    them (`identity/id_state.py`); it too stands in the manifest only.
    """

    version: str
    parent: str | None
    run_id: str
    as_of: datetime
    code_version: str
    config_hash: str
    input_hashes: dict[str, str]
    settings: dict[str, Any] = field(default_factory=dict)
    extracts: str = ""
    extracts_folder: str = ""
    config_file: str | None = None
    ids_state: str = ""


@dataclass(frozen=True)
class Manifest:
    """A published version. `logical_hashes` leaves out `metadata`, which differs between any two runs.

    `figures` is what the next run is compared with (`drift.py`); empty in versions of releases that did not note it.
    """

    origin: Origin
    customer_table: str
    sha256: str
    bytes: int
    rows: dict[str, int]
    logical_hashes: dict[str, str]
    figures: dict[str, float] = field(default_factory=dict)

    def without_paths(self) -> Manifest:
        """The manifest for readers elsewhere: without the folders of the machine that made the version."""
        return replace(self, origin=replace(self.origin, extracts_folder="", config_file=None))

    def write(self, folder: Path) -> None:
        """Write manifest.json into a version's folder."""
        document = asdict(self)
        document |= document.pop("origin") | {"as_of": self.origin.as_of.isoformat()}
        del document["settings"]
        files.write_json(folder / MANIFEST, document)


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a version's folder.

    Raises:
        Customer360Error: it is missing or damaged.
    """
    try:
        found: dict[str, Any] | None = files.read_json(folder / MANIFEST)
        if found is None:
            raise ValueError("missing")
        found["as_of"] = datetime.fromisoformat(found["as_of"])
        origin = Origin(**{name: found.pop(name) for name in Origin.__dataclass_fields__ if name in found})
        return Manifest(origin=origin, **found)
    except (ValueError, KeyError, TypeError):
        raise Customer360Error(
            f"{folder / MANIFEST} is missing or damaged, so this version cannot be trusted. "
            "Choose another one: customer360 versions"
        ) from None


def origin_of(engine: DuckDBEngine, context: RunContext, name: str, parent: str | None) -> Origin:
    """The facts of a run that is about to publish the version `name`."""
    return Origin(
        version=name,
        parent=parent,
        run_id=context.run_id,
        as_of=context.as_of,
        code_version=code_version(),
        config_hash=config_hash(context),
        input_hashes=_input_hashes(engine) | file_hash(context.extracts),
        settings=settings_of(context),
        extracts=extracts_kind(context.extracts),
        extracts_folder=str(context.extracts.absolute()),
        config_file=str(context.config_file.absolute()) if context.config_file else None,
        ids_state=context.facts.get(id_state.MADE, ""),
    )


def config_hash(context: RunContext) -> str:
    """SHA-256 over every setting and every source contract."""
    return hashlib.sha256(json.dumps(settings_of(context), sort_keys=True).encode()).hexdigest()


def settings_of(context: RunContext) -> dict[str, Any]:
    """Every setting (`config`) and every source contract (`sources`), as JSON holds them."""
    return {
        "config": context.config.model_dump(mode="json"),
        "sources": [source.model_dump(mode="json") for source in context.sources],
    }


def code_version() -> str:
    """The release and a digest of the code itself, which also tells uncommitted changes apart."""
    digest = hashlib.sha256()
    for path in sorted([*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.sql")]):
        digest.update(path.relative_to(PACKAGE).as_posix().encode() + b"\0" + path.read_bytes())
    try:
        release = version("customer360-pipeline")
    except PackageNotFoundError:
        release = "0"
    return f"{release}+{digest.hexdigest()[:12]}"


def _input_hashes(engine: DuckDBEngine) -> dict[str, str]:
    if not engine.exists("sources.files"):
        return {}
    rows = engine.rows("SELECT source, entity, source_file, sha256 FROM sources.files ORDER BY ALL")
    return {f"{source}/{entity}/{file}": digest for source, entity, file, digest in rows}
