"""Every business number and choice, with its unit and its reason. Nothing else holds one.

Not here: where the extracts are and when the run is (`RunContext`), and how a vendor's fields are
named (`defs/sources/`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator, model_validator

from customer360_pipeline.errors import ConfigError

JoinKey = Literal["email", "user_id", "customer_id", "phone"]
ContactField = Literal[
    "email", "phone", "user_id", "first_name", "last_name", "company", "account_id", "job_title", "street", "city",
    "region", "postal_code", "country", "language", "birth_date", "marketing_status",
]  # fmt: skip
CONTACT_FIELDS: tuple[str, ...] = get_args(ContactField)


def _names(value: Any) -> Any:
    """Accept `"user_id,phone"` where a list of names is meant, as the component's users write it."""
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


Names = Annotated[tuple[str, ...], BeforeValidator(_names, json_schema_input_type=str | tuple[str, ...])]
JoinKeys = Annotated[tuple[JoinKey, ...], BeforeValidator(_names, json_schema_input_type=str | tuple[JoinKey, ...])]


class Group(BaseModel):
    """A frozen group of settings that refuses what it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class IdentityConfig(Group):
    """Which records are one person."""

    default_phone_region: str = Field(
        "US",
        pattern="^[A-Z]{2}$",
        description="ISO 3166 region of a phone number whose record names no country.",
    )
    fold_email_provider_rules: bool = Field(
        True,
        description="Also link on the mailbox behind a Gmail dot or a plus tag; the address itself is kept.",
    )
    max_records_per_email: int = Field(
        20, ge=2, description="Records; an e-mail on more records than this links nobody."
    )
    max_records_per_user_id: int = Field(
        500,
        ge=2,
        description="Records, devices included; a user id on more records than this links nobody.",
    )
    max_records_per_customer_id: int = Field(
        50, ge=2, description="Records; a billing id on more records than this links nobody."
    )
    max_records_per_phone: int = Field(
        8, ge=2, description="Records; a phone on more records than this is a switchboard and links nobody."
    )
    max_names_per_value: int = Field(
        3,
        ge=1,
        description="Distinct first names; a value carried by more people than a household is shared and links nobody.",
    )
    name_similarity: float = Field(
        0.85,
        ge=0.5,
        le=1,
        description="Jaro-Winkler; first names at least this alike are one name with a typing error.",
    )
    fuzzy: bool = Field(
        True,
        description="Also compare records that share no key, by how alike they are. Off: keys alone decide.",
    )
    fuzzy_merge_probability: float = Field(
        0.9,
        ge=0.5,
        lt=1,
        description="Probability of being one person from which records that share no key are merged. High, because "
        "a mixed customer is worse than a split one; what is just below stands in identity_review.",
    )
    fuzzy_review_probability: float = Field(
        0.5,
        gt=0,
        lt=1,
        description="Probability from which a pair that is not merged is listed for review: more likely than not.",
    )
    fuzzy_max_component_records: int = Field(
        400,
        ge=2,
        description="Records; a chain of alike records longer than this is cut at its weaker links before all its "
        "pairs are compared, which costs the square of it.",
    )
    fuzzy_max_customer_records: int = Field(
        50,
        ge=2,
        description="Records; likeness alone never makes a customer of more than this: nobody has so many records, "
        "and a name shared by many does.",
    )
    incremental_min_records: int = Field(
        50_000,
        ge=0,
        description="Records; with fewer every run compares all pairs and learns anew, which takes seconds. With more "
        "a run compares what changed, with what was learned in the last full run.",
    )
    incremental_max_change_ratio: float = Field(
        0.2,
        ge=0,
        le=1,
        description="Share of the records; where more changed since the last run, or they became so many more or "
        "fewer since the last training, all pairs are compared and the weights learned anew.",
    )
    block_pairs_per_record: int = Field(
        15,
        ge=1,
        description="Pairs; a blocking rule keeps its smaller blocks up to this many pairs for each record, since what "
        "a large block costs grows with its square and the chance of a match falls with its size.",
    )
    min_block_size: int = Field(
        60, ge=2, description="Records; a block up to this size is always compared: it is at most 1,770 pairs."
    )
    max_block_size: int = Field(
        1000, ge=2, description="Records; a larger block is never compared: so many people have that in common."
    )
    max_candidate_pairs: int = Field(
        10_000_000,
        ge=1,
        description="Pairs of all blocking rules together, above which the largest blocks are left out: about the "
        "number that a laptop compares in a minute.",
    )
    max_candidate_pairs_per_record: int = Field(
        10,
        ge=1,
        description="Pairs for each record that a run of more than a million records may compare: its time grows with "
        "the records, not with their square.",
    )
    pairs_per_pass: int = Field(
        20_000_000,
        ge=1,
        description="Pairs whose repeats are dropped at a time; each 20 million take about 1 GB of memory.",
    )
    role_mailboxes: Names = Field(
        ("info", "sales", "support", "admin", "billing", "contact", "hello", "office", "team", "accounts",
         "noreply", "no-reply", "donotreply", "postmaster", "webmaster", "help", "service", "marketing"),
        description="Mailbox names that belong to a function, not a person; they link nobody.",
    )  # fmt: skip
    placeholder_values: Names = Field(
        ("n/a", "na", "none", "null", "unknown", "test", "test@test.com", "test@example.com", "a@a.com",
         "none@none.com", "no@email.com", "noemail@noemail.com", "x@x.com", "-", "0", "0000000000", "1111111111",
         "1234567890", "9999999999", "undefined", "anonymous"),
        description="Values typed to get past a form; they link nobody.",
    )  # fmt: skip

    @model_validator(mode="after")
    def _review_below_merge(self) -> IdentityConfig:
        if self.fuzzy_review_probability > self.fuzzy_merge_probability:
            raise ValueError("fuzzy_review_probability: is above fuzzy_merge_probability; nothing would be reviewed")
        return self


class SurvivorshipConfig(Group):
    """Which value wins when a customer's records disagree."""

    source_of_truth: dict[str, Names] = Field(
        default_factory=dict,
        description="Field -> sources in order of trust; these sources win over the strategy for that field.",
    )
    groups: dict[str, Names] = Field(
        {"address": ("street", "city", "region", "postal_code", "country")},
        description="Fields that win as one unit, from one record; a record that gives the first of them goes first.",
    )

    @model_validator(mode="after")
    def _known_fields(self) -> SurvivorshipConfig:
        grouped = [name for names in self.groups.values() for name in names]
        unknown = sorted({*grouped, *self.source_of_truth} - {*CONTACT_FIELDS, *self.groups})
        if unknown:
            raise ValueError(f"{', '.join(unknown)}: no contact field; one of {', '.join(CONTACT_FIELDS)}")
        twice = sorted({name for name in grouped if grouped.count(name) > 1 or name in self.source_of_truth})
        if twice:
            raise ValueError(f"{', '.join(twice)}: wins with its group; name it in one group, and trust the group")
        return self


class ExchangeRate(Group):
    """One unit of `currency` is worth `rate` units of the reporting currency from `valid_from` on."""

    currency: str = Field(pattern="^[A-Z]{3}$", description="ISO 4217 code.")
    valid_from: date = Field(description="First day (UTC) the rate holds, until the next one of the currency.")
    rate: Decimal = Field(
        gt=0,
        lt=1_000_000_000,
        decimal_places=9,
        description="Units of the reporting currency for one unit of the currency; at most 9 decimals.",
    )


class AccountsConfig(Group):
    """Which company a record belongs to."""

    public_mail_domains: tuple[str, ...] = Field(
        (),
        description="Further mail domains where anybody can have a mailbox, so that they are no company's: those of "
        "access providers, schools, resellers. The widely used ones are known (`profile.public_mail_domains`).",
    )
    max_companies_per_domain: int = Field(
        2,
        ge=1,
        description="A mail domain whose people one CRM files under more companies than this is no company's: two "
        "allow for a company and its sister, more say that anybody can have a mailbox there.",
    )


class MetricsConfig(Group):
    """Money and time in the metrics."""

    reporting_currency: str = Field(
        "USD", pattern="^[A-Z]{3}$", description="ISO 4217 code of every total across currencies."
    )
    exchange_rates: tuple[ExchangeRate, ...] = Field(
        (),
        description="Dated rates into the reporting currency, with those of the extracts folder's exchange_rates.csv. "
        "An amount without a rate is reported, never guessed.",
    )

    @model_validator(mode="after")
    def _one_rate_a_day(self) -> MetricsConfig:
        days = [(rate.currency, rate.valid_from) for rate in self.exchange_rates]
        twice = sorted({f"{currency} {day}" for currency, day in days if days.count((currency, day)) > 1})
        if twice:
            raise ValueError(f"exchange_rates: {', '.join(twice)} has two rates; keep one")
        if any(currency == self.reporting_currency for currency, _ in days):
            raise ValueError(f"exchange_rates: {self.reporting_currency} is the reporting currency; its rate is 1")
        return self


class QualityConfig(Group):
    """When to warn and when to keep the previous version."""

    max_conflict_ratio: float = Field(
        0.02, ge=0, le=1, description="Share of customers with a conflict above which the check warns."
    )
    spelling_similarity: float = Field(
        0.65,
        ge=0.5,
        le=1,
        description="1 - edit distance / longer length; values with one first letter this alike are one spelling.",
    )
    max_quarantine_ratio: float = Field(
        0.05, ge=0, le=1, description="Share of a source's records refused above which nothing is published."
    )
    min_quarantined_records: int = Field(
        10, ge=1, description="Refused records below which a source never stops a run, however small it is."
    )
    max_duplicate_ratio: float = Field(
        0.9,
        gt=0,
        le=1,
        description="Share of an entity's records that are copies of others above which nothing is published; some "
        "overlap of daily files is usual, hardly more than nine in ten.",
    )
    max_volume_drop_ratio: float = Field(
        0.5,
        ge=0,
        le=1,
        description="Share of a source's records missing against the last version that blocks.",
    )
    warn_volume_drop_ratio: float = Field(
        0.2,
        ge=0,
        le=1,
        description="Share of a source's records missing against the last version that warns.",
    )
    max_share_change: float = Field(
        0.1,
        gt=0,
        le=1,
        description="Change of a share (filled fields, linked records) against the last version that warns.",
    )
    warn_customer_records: int = Field(
        100,
        ge=2,
        description="Records of the largest customer above which it warns: more than a person's accounts and devices.",
    )
    max_customer_records: int = Field(
        1000,
        ge=2,
        description="Records of a customer above which nothing is published: twice what one user id may have means "
        "that people were mixed.",
    )
    large_customer_records: int = Field(
        20, ge=2, description="Records; a customer with more is a large one, whose share of all is watched."
    )
    warn_large_customer_ratio: float = Field(
        0.01, ge=0, le=1, description="Share of large customers above which it warns."
    )
    max_large_customer_ratio: float = Field(
        0.1, ge=0, le=1, description="Share of large customers above which nothing is published: a key went wrong."
    )
    max_customer_size_change: float = Field(
        0.5,
        gt=0,
        description="Change of records per customer against the last version that blocks: a key went wrong.",
    )
    warn_review_ratio: float = Field(
        0.05,
        ge=0,
        description="Pairs in review per record above which it warns: more than people can look at.",
    )
    max_trap_merge_ratio: float = Field(
        0.05,
        ge=0,
        le=1,
        description="Share of the people in a planted trap of generated extracts merged wrongly above which it warns.",
    )
    max_age_days: int = Field(2, ge=1, description="Days; a published version older than this is stale.")


class PublishConfig(Group):
    """Where versions go and how many stay."""

    keep_versions: int = Field(7, ge=1, description="Published versions kept for rollback.")
    destinations: Names = Field(
        (), description="Targets of dbt_profiles/profiles.yml that receive each version by dlt."
    )
    profiles_dir: str = Field("dbt_profiles", description="Folder with profiles.yml, relative to the project.")


class AlertsConfig(Group):
    """Who is told."""

    urls_env: Names = Field(
        ("CUSTOMER360_ALERT_URLS",),
        description="Environment variables that hold apprise URLs, separated by spaces; unset means nobody is told.",
    )
    ui_url: str = Field("http://127.0.0.1:3000", description="Base address of the UI, for links in messages.")


class EngineConfig(Group):
    """How much of the machine a run may take."""

    memory_limit: str = Field(
        "2GB",
        pattern=r"^(\d+(\.\d+)?\s?(KB|MB|GB|TB))?$",
        description="DuckDB memory limit; a run takes up to 1 GB more. Beyond it tables spill to disk, so a large "
        "server wants more. Five million records by keys alone were built with 1500MB. Empty: 80 % of the machine.",
    )
    threads: int = Field(0, ge=0, description="DuckDB threads; 0: one per core.")


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
        lines = [f"  {'.'.join(map(str, e['loc'])) or 'settings'}: {e['msg']}" for e in error.errors()]
        raise ConfigError(
            f"{where}: {len(lines)} setting(s) refused:\n" + "\n".join(lines) + "\nEvery setting: docs/configuration.md"
        ) from None


def load_config(path: Path) -> Config:
    """Read a configuration YAML: either the bare settings or a component instance (`type:`, `attributes:`).

    A `sources:` key (source contracts, see `sources/contract.py`) is left to its own reader.

    Raises:
        ConfigError: the file is missing, is not YAML, or a setting is refused.
    """
    from customer360_pipeline.yaml_file import read_yaml

    document = read_yaml(path)
    values = document.get("attributes", document)
    return config_from({k: v for k, v in values.items() if k not in {"sources", "type"}}, str(path))
