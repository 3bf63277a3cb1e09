"""Finds a source's files, opens them and keeps what was read. Not here: what is in them."""

from __future__ import annotations

import gzip
import hashlib
import os
import re
import shutil
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from customer360_pipeline.errors import ConfigError
from customer360_pipeline.sources.boundary.rules import refused
from customer360_pipeline.sources.contract import Layout, Source

FORMATS = {".csv": "csv", ".json": "json", ".jsonl": "json", ".ndjson": "json", ".parquet": "parquet"}
CHUNK = 1 << 20


@dataclass(frozen=True)
class ExtractFile:
    """A file that a layout of an entity takes.

    Args:
        name: path below the extracts folder, with forward slashes.
        path: where it is.
        declared: its format by the layout, for names that do not say.
    """

    entity: str
    layout: str
    name: str
    path: Path
    declared: str | None = None

    @property
    def is_gzipped(self) -> bool:
        """Whether the name says gzip."""
        return self.name.endswith(".gz")

    @property
    def format(self) -> str | None:
        """csv, json or parquet, by the name, else by the layout; None: none of them."""
        return FORMATS.get(Path(self.name.removesuffix(".gz")).suffix.lower(), self.declared)


def find_files(source: Source, extracts: Path) -> tuple[list[ExtractFile], list[str]]:
    """The source's files by name, and the names in its folder that no layout takes.

    Raises:
        ConfigError: the extracts folder is missing.
    """
    if not extracts.is_dir():
        raise ConfigError(f"{extracts}: no such folder. Name the folder of extracts with --extracts.")
    taken: list[ExtractFile] = []
    unmatched: list[str] = []
    for name in _names(extracts, source):
        match = _layout_of(source, name)
        if match:
            entity, layout = match
            declared = source.entities[entity].layouts[layout].format
            taken.append(ExtractFile(entity, layout, name, extracts / name, declared))
        elif name.startswith(f"{source.source}/"):
            unmatched.append(name)
    return taken, unmatched


def unclaimed(sources: Iterable[Source], extracts: Path) -> list[str]:
    """What lies in the extracts folder and belongs to no source: files and folders (with `/`), ordered by name.

    Left out: the exchange rates, what begins with a dot or underscore, and a README.
    """
    claimed = {"exchange_rates.csv"}.union(*map(_roots, sources))
    if any(re.search(r"[*?\[]", root) for root in claimed):
        return []
    there = (path for path in extracts.iterdir() if path.name not in claimed)
    return sorted(
        f"{path.name}/" if path.is_dir() else path.name
        for path in there
        if path.name[0] not in "._" and not path.name.lower().startswith("readme")
    )


def _roots(source: Source) -> set[str]:
    layouts = [layout for entity in source.entities.values() for layout in entity.layouts.values()]
    return {pattern.split("/")[0] for layout in layouts for pattern in layout.files} | {source.source}


def _names(extracts: Path, source: Source) -> list[str]:
    roots = _roots(source)
    if any(re.search(r"[*?\[]", root) for root in roots):
        roots = {""}
    found: set[str] = set()
    for root in roots:
        base = extracts / root
        paths = [base] if base.is_file() else base.rglob("*")
        found |= {path.relative_to(extracts).as_posix() for path in paths if path.is_file()}
    return sorted(name for name in found if not any(part.startswith(".") for part in name.split("/")))


def _layout_of(source: Source, name: str) -> tuple[str, str] | None:
    for entity_name, entity in source.entities.items():
        for layout_name, layout in entity.layouts.items():
            if _takes(layout, name):
                return entity_name, layout_name
    return None


def _takes(layout: Layout, name: str) -> bool:
    plain = name.removesuffix(".gz")
    folders = [plain[: match.start()] for match in re.finditer("/", plain)]
    return any(_pattern(pattern).fullmatch(option) for pattern in layout.files for option in (name, plain, *folders))


@lru_cache(maxsize=1024)
def _pattern(pattern: str) -> re.Pattern[str]:
    parts = re.split(r"(\*\*/|\*|\?|\[[^\]]+\])", pattern.rstrip("/"))
    known = {"**/": "(?:.*/)?", "*": "[^/]*", "?": "[^/]"}
    return re.compile(
        "".join(known.get(p) or (p.replace("[!", "[^") if re.fullmatch(r"\[.+\]", p) else re.escape(p)) for p in parts)
    )


def sha256_of(path: Path) -> str:
    """SHA-256 of a file's bytes, as hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def plain_file(file: ExtractFile, folder: Path) -> Path:
    """The file itself, or its decompressed copy in `folder`; gzip's checksum is verified on the way.

    Raises:
        FileRefused: the gzip stream is cut off or damaged.
    """
    if not file.is_gzipped:
        return file.path
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"plain-{hashlib.sha256(file.name.encode()).hexdigest()[:16]}"
    try:
        with gzip.open(file.path, "rb") as packed, target.open("wb") as out:
            shutil.copyfileobj(packed, out, CHUNK)
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise refused(
            file.name, "the gzip stream is cut off or damaged", "a whole gzip file", "Transfer the file again."
        ) from None
    return target


def keep(path: Path, sha256: str, landing: Path) -> None:
    """Keep an accepted input under its content hash; the same content is kept once."""
    landing.mkdir(parents=True, exist_ok=True)
    target = landing / sha256
    if target.exists():
        return
    # A copy, not a link: an extract that is later rewritten in place must not change what was accepted.
    partial = landing / f"{sha256}.{os.getpid()}.part"
    try:
        shutil.copyfile(path, partial)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
