"""What a run works with: configuration, sources, folders. Read from the project's YAML and the environment.

The environment: CUSTOMER360_HOME (data directory, default ./data), CUSTOMER360_EXTRACTS (folder of extracts),
CUSTOMER360_CONFIG (a YAML that takes the place of defs/customer_360/defs.yaml and may add `sources:`).
Not here: the values themselves (`config/`, `defs/`).
"""

from __future__ import annotations

import os
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from customer360_pipeline.config import Config, load_config
from customer360_pipeline.errors import ConfigError
from customer360_pipeline.sources.contract import Source, load_sources, source_from

PACKAGE = Path(__file__).parent
DEFS = PACKAGE / "defs"
DEFAULT_CONFIG = DEFS / "customer_360" / "defs.yaml"
SAMPLE_DATA = PACKAGE.parent / "sample_data"


@dataclass(frozen=True)
class Project:
    """The configuration and the source contracts in use, ordered by name; `replaced` names the project's own
    contracts whose place the configuration file's took."""

    config: Config
    sources: tuple[Source, ...]
    replaced: tuple[str, ...] = ()


def load_project(config_path: Path | None = None, defs: Path = DEFS) -> Project:
    """Read the project's YAML. `config_path` (default: CUSTOMER360_CONFIG) replaces the default configuration.

    Raises:
        ConfigError: a file is missing, or a setting or a contract is refused.
    """
    path = config_path or chosen_config()
    config = load_config(path or defs / "customer_360" / "defs.yaml")
    own = load_sources(defs / "sources")
    replaced = {source.source for source in own} & {source.source for source in added_sources(path)}
    return Project(config, with_added(own, path), tuple(sorted(replaced)))


def chosen_config() -> Path | None:
    """The configuration file that CUSTOMER360_CONFIG names."""
    return Path(value).expanduser() if (value := os.environ.get("CUSTOMER360_CONFIG")) else None


def added_sources(path: Path | None) -> tuple[Source, ...]:
    """The contracts under `sources:` of a configuration file: a list of them, or a mapping by name.

    Raises:
        ConfigError: the file or a contract is refused, or two have the same name.
    """
    from customer360_pipeline.yaml_file import read_yaml

    if path is None:
        return ()
    document = read_yaml(path)
    listed = document.get("sources", (document.get("attributes") or {}).get("sources")) or []
    if isinstance(listed, dict):
        listed = [{"source": name} | _mapping(values, path) for name, values in listed.items()]
    if not isinstance(listed, list):
        raise ConfigError(f"{path}: `sources` is a list of source contracts, or a mapping by name. See docs/sources.md")
    sources = tuple(source_from(_mapping(values, path), f"{path}: sources") for values in listed)
    names = [source.source for source in sources]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ConfigError(f"{path}: the source `{twice[0]}` is defined twice")
    return sources


def _mapping(values: Any, path: Path) -> dict[str, Any]:
    if not isinstance(values, dict):
        raise ConfigError(f"{path}: sources: expected a source contract, found {type(values).__name__}")
    return values


def with_added(sources: tuple[Source, ...], path: Path | None) -> tuple[Source, ...]:
    """The project's sources and those of a configuration file, which replace their namesakes."""
    by_name = {source.source: source for source in (*sources, *added_sources(path))}
    return tuple(by_name[name] for name in sorted(by_name))


def home_folder() -> Path:
    """The data directory: CUSTOMER360_HOME, or ./data."""
    return Path(os.environ.get("CUSTOMER360_HOME") or "data").expanduser().absolute()


def home_option(home: Path) -> str:
    """` --home DIR` where a command would work in another home without it."""
    return "" if home.absolute() == Path("data").absolute() else f" --home {shlex.quote(str(home.absolute()))}"


def nothing_published(home: Path) -> str:
    """What to do where nothing is published: it may be that another directory is meant."""
    return (
        f"{home}: nothing is published yet. Run: customer360 run{home_option(home)}\n"
        "Published elsewhere? Name its data directory: --home DIR, or CUSTOMER360_HOME."
    )


def extracts_kind(extracts: Path) -> str:
    """`sample` for the project's own sample data, else `own`: what is remembered of one says nothing of the other."""
    return "sample" if extracts.resolve() == SAMPLE_DATA.resolve() else "own"


def extracts_folder(config: Config) -> Path:
    """The folder the sources' file patterns are relative to: CUSTOMER360_EXTRACTS, or the sample data.

    Raises:
        ConfigError: the folder is not there, or none is named and the sample is switched off.
    """
    if named := os.environ.get("CUSTOMER360_EXTRACTS"):
        folder = Path(named).expanduser().absolute()
    elif config.include_sample_data:
        folder = SAMPLE_DATA
    else:
        raise ConfigError(
            "No extracts folder is named and include_sample_data is false. "
            "Pass `--extracts DIR` or set CUSTOMER360_EXTRACTS. What belongs into it: docs/sources.md"
        )
    if not folder.is_dir():
        raise ConfigError(f"{folder}: no such folder of extracts. What belongs into it: docs/sources.md")
    return folder
