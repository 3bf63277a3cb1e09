"""What a source's YAML may say: which files, which shape, and how the vendor's fields map to canonical ones.

A field rule is a list of aliases (of those a row gives a value for, the first wins) or a mapping with `from` and more:

    email: [billing_details.email, receipt_email]
    created_at: {from: [created], type: epoch_seconds}
    status: {from: [Status], values: {Paid: succeeded, Refunded: succeeded}}

An alias is a column name of a CSV or Parquet file (case and surrounding blanks do not matter), a dotted path
into a JSON object (`billing_details.email`; a number is a place in an array, from 0, and `*` stands for every place:
`contacts.0.id`, `tags.*.name`), `event_params[ga_session_id]` for the value of a key in an array of `{key, value}`
objects, `custom_fields[id=27642].value` for a path in the first element of an array whose `id` is that, or `@name`
for a named group of the layout's `file_name` pattern. `traits.name if type=group` reads a name only in rows in which
another field has one of some words (`type=page|screen`): one file may hold several kinds of record, in which one name
means different things.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    ValidationError,
    model_validator,
)

from customer360_pipeline.errors import ConfigError, did_you_mean
from customer360_pipeline.refused_yaml import refusals
from customer360_pipeline.sources.shapes import SHAPES, Shape

FieldType = Literal[
    "text", "integer", "boolean", "date", "timestamp", "timestamp_or_millis", "epoch_seconds", "epoch_millis",
    "epoch_micros", "amount_minor", "amount_major", "amount_float", "currency", "ratio", "percent",
    "milliseconds",
    "minutes", "seconds_as_minutes", "list", "words", "ids", "first_id", "json", "salesforce_id", "guid",
]  # fmt: skip


class Part(BaseModel):
    """A frozen part of a contract that refuses what it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


def _aliases(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


Aliases = Annotated[tuple[str, ...], BeforeValidator(_aliases, json_schema_input_type=str | tuple[str, ...])]


class Condition(NamedTuple):
    """In which rows an alias is read: those whose field `name` is one of `words` (lower case)."""

    name: str
    words: tuple[str, ...]


def condition_of(alias: str) -> tuple[str, Condition | None]:
    """An alias without its condition, and the condition."""
    name, found, condition = alias.partition(" if ")
    field, equals, words = condition.partition("=")
    if not (found and equals):
        return alias, None
    return name.strip(), Condition(field.strip(), tuple(word.strip().lower() for word in words.split("|")))


class FieldRule(Part):
    """Where a canonical field comes from and how its text is read."""

    aliases: Aliases = Field((), alias="from")
    type: FieldType | None = Field(None, description="How the text is read; default by the canonical field's type.")
    value: str | None = Field(None, description="A constant, where the vendor's export implies it.")
    default: str | None = Field(None, description="The value of a row for which no alias gives one.")
    values: dict[str, str] = Field(
        default_factory=dict,
        description="The vendor's word -> ours, before the type is read; case does not matter, other words stay; "
        "empty: no value.",
    )


def _rule(value: Any) -> Any:
    return {"from": value} if isinstance(value, str | list | tuple) else value


Rule = Annotated[FieldRule, BeforeValidator(_rule, json_schema_input_type=str | tuple[str, ...] | FieldRule)]


class Layout(Part):
    """One form in which a vendor exports an entity.

    `files` are patterns relative to the extracts folder; `.gz` after any of them is understood.
    """

    files: Aliases
    file_name: str | None = Field(
        None,
        description="Regular expression, searched in the path below the extracts folder; its named groups become "
        "`@name` aliases.",
    )
    records: str | None = Field(
        None,
        description="Top-level array that holds the records, where a JSON file may be pages of the vendor's API; "
        "records one a line are understood as well.",
    )
    format: Literal["csv", "json", "parquet"] | None = Field(
        None, description="What the files are where their names do not say."
    )
    required: tuple[str, ...] = Field((), description="Canonical fields without which a file is refused.")
    fields: dict[str, Rule] = Field(default_factory=dict)


class Entity(Part):
    """One kind of record of a source. Either `layouts`, or the parts of a single one.

    Of one record in several layouts the one that stands first here is kept, where no time says which is later.
    """

    shape: str
    layouts: dict[str, Layout]
    key: str | None = Field(None, description="Canonical field that identifies a row; default by the shape.")

    @model_validator(mode="before")
    @classmethod
    def _single_layout(cls, value: Any) -> Any:
        if isinstance(value, dict) and "layouts" not in value:
            parts = {name: value[name] for name in Layout.model_fields if name in value}
            rest = {name: item for name, item in value.items() if name not in parts}
            return rest | {"layouts": {"default": parts}}
        return value

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """The schema that `dg check yaml` holds a file to: it knows the short form with a single layout too."""
        schema = handler.resolve_ref_schema(handler(core_schema))
        schema["properties"] |= handler.resolve_ref_schema(handler(Layout.__pydantic_core_schema__))["properties"]
        schema["required"] = ["shape"]
        return schema

    @model_validator(mode="after")
    def _known_fields(self) -> Entity:
        if self.shape not in SHAPES:
            raise ValueError(f"shape `{self.shape}` is unknown; one of {', '.join(SHAPES)}")
        for name, layout in self.layouts.items():
            known = SHAPES[self.shape].fields
            unknown = [f for f in (*layout.fields, *layout.required) if f not in known]
            if unknown:
                near = did_you_mean(unknown[0], known) or f" Its fields: {', '.join(known)}."
                raise ValueError(f"layout {name}: {', '.join(unknown)} is no field of the shape {self.shape}.{near}")
        return self

    @property
    def shape_of(self) -> Shape:
        """The entity's shape."""
        return SHAPES[self.shape]

    @property
    def row_key(self) -> str:
        """The canonical field that identifies a row."""
        return self.key or self.shape_of.key


class Source(Part):
    """One vendor or system."""

    source: str = Field(pattern="^[a-z][a-z0-9_]*$", description="Name of the source; prefix of its raw tables.")
    category: Literal["payments", "crm", "marketing", "analytics", "support", "product", "success"]
    time_zone: str | None = Field(None, description="IANA zone of times written without one; None refuses them.")
    one_record_per_person: bool = Field(
        False,
        description="The source itself holds each person once: two of its records are never one customer.",
    )
    entities: dict[str, Entity]

    def mapped_fields(self) -> set[str]:
        """Canonical fields that some layout of some entity maps."""
        layouts = [layout for entity in self.entities.values() for layout in entity.layouts.values()]
        return {field for layout in layouts for field in layout.fields}

    def aliases(self) -> set[str]:
        """Every name of the vendor's that some field is read from."""
        layouts = [layout for entity in self.entities.values() for layout in entity.layouts.values()]
        rules = [rule for layout in layouts for rule in layout.fields.values()]
        return {condition_of(alias)[0] for rule in rules for alias in rule.aliases}

    def raw_tables(self, shape: str | None = None) -> list[str]:
        """Names of the raw tables, of one shape or all."""
        return [f"raw.{self.source}_{name}" for name, e in self.entities.items() if shape is None or e.shape == shape]


def source_from(values: dict[str, Any], where: str) -> Source:
    """Build a contract, or say what is wrong in `where`.

    Raises:
        ConfigError: an unknown key, shape, field or type.
    """
    try:
        return Source(**values)
    except ValidationError as error:
        # An entity with a single layout holds that layout's parts itself.
        lines = refusals(error, Source, {Entity: tuple(Layout.model_fields)}, "source")
        raise ConfigError(
            f"{where}: source contract refused:\n  " + "\n  ".join(lines) + "\nSee docs/sources.md"
        ) from None


def load_sources(folder: Path) -> tuple[Source, ...]:
    """Every `<folder>/<vendor>/defs.yaml`, ordered by source name.

    Raises:
        ConfigError: a file is not a valid contract, or two name the same source.
    """
    from customer360_pipeline.yaml_file import read_yaml

    found: dict[str, Source] = {}
    for path in sorted(folder.glob("*/defs.yaml")):
        document = read_yaml(path)
        source = source_from(document.get("attributes", document), str(path))
        if source.source in found:
            raise ConfigError(f"{path}: the source `{source.source}` is defined twice")
        found[source.source] = source
    return tuple(found[name] for name in sorted(found))
