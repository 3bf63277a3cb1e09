"""Every business number and choice, with its unit and its reason. Nothing else holds one.

A group of settings is a module here. Not here: where the extracts are and when the run is (`RunContext`), and how a
vendor's fields are named (`defs/sources/`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field, ValidationError, field_validator

from customer360_pipeline.config.accounts import AccountsConfig
from customer360_pipeline.config.attribution import AttributionConfig
from customer360_pipeline.config.engagement import EngagementConfig
from customer360_pipeline.config.group import Group, names
from customer360_pipeline.config.health import HealthConfig
from customer360_pipeline.config.health_curves import DIMENSIONS, SignalRule
from customer360_pipeline.config.health_playbook import ActionRule
from customer360_pipeline.config.identity import IdentityConfig
from customer360_pipeline.config.lifetime_value import LifetimeValueConfig
from customer360_pipeline.config.metrics import ExchangeRate, MetricsConfig
from customer360_pipeline.config.operations import AlertsConfig, EngineConfig, PublishConfig
from customer360_pipeline.config.quality import QualityConfig
from customer360_pipeline.config.success import SuccessConfig
from customer360_pipeline.config.support import SupportConfig
from customer360_pipeline.config.survivorship import CONTACT_FIELDS, SurvivorshipConfig
from customer360_pipeline.config.usage import UsageConfig
from customer360_pipeline.errors import ConfigError, did_you_mean
from customer360_pipeline.refused_yaml import refusals
from customer360_pipeline.wording import counted

__all__ = [
    "CONTACT_FIELDS", "DIMENSIONS", "AccountsConfig", "ActionRule", "AlertsConfig", "AttributionConfig", "Config",
    "EngagementConfig", "EngineConfig", "ExchangeRate", "Group", "HealthConfig", "IdentityConfig",
    "LifetimeValueConfig", "MetricsConfig", "PublishConfig", "QualityConfig", "SignalRule", "SuccessConfig",
    "SupportConfig", "SurvivorshipConfig", "UsageConfig", "config_from", "load_config",
]  # fmt: skip

JoinKey = Literal["email", "user_id", "customer_id", "phone"]
JoinKeys = Annotated[tuple[JoinKey, ...], BeforeValidator(names, json_schema_input_type=str | tuple[JoinKey, ...])]


class Config(Group):
    """The whole configuration. Its first names are those of the Customer 360 component's README."""

    asset_name: str = Field("customer_360", description="Name of the published customer table and asset.")
    join_key: JoinKey = Field("email", description="The key tried first when records are linked.")
    secondary_join_keys: JoinKeys = Field(
        ("user_id", "phone"),
        description="Keys tried next, in this order; a list or a comma-separated string.",
    )
    deduplication_strategy: Literal["most_recent", "merge", "highest_value"] = Field(
        "most_recent", description="Which value wins when a customer's records disagree."
    )
    active_customer_days: int = Field(
        30,
        ge=1,
        description="Days; a customer whose last interaction is at most this long before as_of is active.",
    )
    include_sample_data: bool = Field(
        True, description="Read sample_data when no extracts folder is named. Never mixed with one's own."
    )
    identity: IdentityConfig = Field(default_factory=IdentityConfig)
    survivorship: SurvivorshipConfig = Field(default_factory=SurvivorshipConfig)
    accounts: AccountsConfig = Field(default_factory=AccountsConfig)
    metrics: MetricsConfig = Field(default_factory=MetricsConfig)
    support: SupportConfig = Field(default_factory=SupportConfig)
    engagement: EngagementConfig = Field(default_factory=EngagementConfig)
    usage: UsageConfig = Field(default_factory=UsageConfig)
    success: SuccessConfig = Field(default_factory=SuccessConfig)
    health: HealthConfig = Field(default_factory=HealthConfig)
    attribution: AttributionConfig = Field(default_factory=AttributionConfig)
    lifetime_value: LifetimeValueConfig = Field(default_factory=LifetimeValueConfig)
    quality: QualityConfig = Field(default_factory=QualityConfig)
    publish: PublishConfig = Field(default_factory=PublishConfig)
    alerts: AlertsConfig = Field(default_factory=AlertsConfig)
    engine: EngineConfig = Field(default_factory=EngineConfig)

    @field_validator("asset_name")
    @classmethod
    def _identifier(cls, value: str) -> str:
        if not re.fullmatch(r"[a-z_][a-z0-9_]{0,62}", value):
            raise ValueError("must be a plain name: lower-case letters, digits and _, not starting with a digit")
        return value

    def sql_parameters(self) -> dict[str, Any]:
        """Settings as SQL sees them: top-level names as they are, group names as `<group>_<name>`.

        A list of names is one string, joined by commas: SQL takes it apart with `string_split`.
        """
        return dict(_flat(self))


def _flat(model: BaseModel, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name in type(model).model_fields:
        value = getattr(model, name)
        if isinstance(value, Group):
            yield from _flat(value, f"{prefix}{name}_")
        elif isinstance(value, str | int | float | bool):
            yield f"{prefix}{name}", value
        elif isinstance(value, tuple) and all(isinstance(item, str) for item in value):
            yield f"{prefix}{name}", ",".join(value)


def config_from(values: dict[str, Any], where: str) -> Config:
    """Build a Config, or say which setting of `where` is wrong and what is allowed.

    Raises:
        ConfigError: an unknown setting or a value out of its range.
    """
    try:
        return Config(**values)
    except ValidationError as error:
        lines = refusals(error, Config, {Config: ("attributes", "sources", "type")}, "settings")
        raise ConfigError(
            f"{where}: {counted(len(lines), 'setting')} refused:\n"
            + "".join(f"  {line}\n" for line in lines)
            + "Every setting: docs/configuration.md"
        ) from None


# What the file of a component instance may hold, and the contracts that are a configuration's own.
_BESIDE_ATTRIBUTES = ("attributes", "sources", "type", "template_vars_module", "requirements", "post_processing")


def load_config(path: Path) -> Config:
    """Read a configuration YAML: either the bare settings or a component instance (`type:`, `attributes:`).

    A `sources:` key (source contracts, see `sources/contract.py`) is left to its own reader.

    Raises:
        ConfigError: the file is missing, is not YAML, or a setting is refused.
    """
    from customer360_pipeline.yaml_file import read_yaml

    document = read_yaml(path)
    values = document.get("attributes", document) or {}
    if not isinstance(values, dict):
        raise ConfigError(f"{path}: attributes: expected `name: value` lines below it")
    if beside := [name for name in document if "attributes" in document and name not in _BESIDE_ATTRIBUTES]:
        # Read as nothing, it would leave the default in force without a word.
        near = did_you_mean(str(beside[0]), _BESIDE_ATTRIBUTES)
        raise ConfigError(f"{path}: {beside[0]}: stands beside `attributes:`; settings stand below it.{near}")
    return config_from({k: v for k, v in values.items() if k not in {"sources", "type"}}, str(path))
