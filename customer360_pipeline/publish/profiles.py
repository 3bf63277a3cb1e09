"""The outputs of dbt_profiles/profiles.yml as destinations; credentials come from the environment, by `env_var()`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from customer360_pipeline.errors import ConfigError
from customer360_pipeline.yaml_file import read_yaml

PROFILE = "customer360"
_PROJECT = Path(__file__).parent.parent.parent
_SCHEMA = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")


@dataclass(frozen=True)
class DuckDBTarget:
    """A DuckDB file; `schema` receives the tables."""

    path: Path
    schema: str


@dataclass(frozen=True)
class ParquetTarget:
    """A folder; `<folder>/current/<table>/*.parquet` is what readers read."""

    folder: Path


@dataclass(frozen=True)
class SnowflakeTarget:
    """A Snowflake schema. `credentials` are the fields of dlt's Snowflake credentials; they are never printed."""

    schema: str
    credentials: dict[str, str] = field(repr=False)


Target = DuckDBTarget | ParquetTarget | SnowflakeTarget


def load_target(profiles_dir: str, name: str, home: Path) -> Target:
    """A destination by the name of its output.

    Args:
        profiles_dir: folder of profiles.yml; a relative one is relative to the project.
        name: an output of the profile `customer360`.
        home: the data directory of the run: what env_var('CUSTOMER360_HOME') is there, set or not.

    Raises:
        ConfigError: no such output, an environment variable that is not set, or a setting that is missing.
    """
    path = _PROJECT / profiles_dir / "profiles.yml"
    outputs = read_yaml(path).get(PROFILE, {}).get("outputs", {})
    if name not in outputs:
        raise ConfigError(f"publish.destinations: `{name}` is no output in {path}. Outputs: {', '.join(outputs)}")
    where = f"{path}: {name}"
    output = {key: _render(value, f"{where}.{key}", home) for key, value in outputs[name].items()}
    schema = str(output.get("schema", "main"))
    if not _SCHEMA.fullmatch(schema):
        raise ConfigError(f"{where}.schema: a plain name is expected: letters, digits and _")
    if output.get("type") == "duckdb" and output.get("external_root"):
        return ParquetTarget(Path(str(output["external_root"])).expanduser().absolute())
    if output.get("type") == "duckdb" and output.get("path") not in (None, ":memory:"):
        return DuckDBTarget(Path(str(output["path"])).expanduser().absolute(), schema)
    if output.get("type") == "snowflake":
        return SnowflakeTarget(schema, _snowflake_credentials(output, where))
    raise ConfigError(
        f"{where}: a destination is of type snowflake, or of type duckdb with a file's `path` or an `external_root`"
    )


def _render(value: Any, where: str, home: Path) -> Any:
    """What dbt makes of a setting: Jinja with `env_var(name, default)`; nothing else is known here."""
    if not isinstance(value, str) or "{" not in value:
        return value
    import os

    from jinja2 import TemplateError
    from jinja2.sandbox import SandboxedEnvironment

    def env_var(name: str, default: str | None = None) -> str:
        found = str(home) if name == "CUSTOMER360_HOME" else os.environ.get(name, default)
        if found is None:
            raise ConfigError(f"{where}: the environment variable {name} is not set")
        return found

    try:
        return SandboxedEnvironment().from_string(value).render(env_var=env_var)
    except TemplateError as error:
        raise ConfigError(f"{where}: {type(error).__name__}; only env_var('NAME', 'default') is understood") from None


# dbt's names -> dlt's names
_SNOWFLAKE = {
    "account": "host", "user": "username", "password": "password", "database": "database", "warehouse": "warehouse",
    "role": "role", "authenticator": "authenticator", "token": "token", "private_key": "private_key",
    "private_key_path": "private_key_path", "private_key_passphrase": "private_key_passphrase",
}  # fmt: skip


def _snowflake_credentials(output: dict[str, Any], where: str) -> dict[str, str]:
    found = {theirs: str(output[ours]) for ours, theirs in _SNOWFLAKE.items() if output.get(ours)}
    missing = [ours for ours in ("account", "user", "database") if _SNOWFLAKE[ours] not in found]
    ways = ("password", "private_key", "private_key_path", "authenticator", "token")
    if missing or not any(way in found for way in ways):
        raise ConfigError(f"{where}: set {', '.join(missing) or 'one of ' + ', '.join(ways)}")
    return found
