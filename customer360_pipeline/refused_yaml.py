"""What a model refuses of a person's YAML, in words for somebody who never heard of the library that checks it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from customer360_pipeline.errors import did_you_mean

_EXPECTED = {
    "missing": "is missing",
    "int": "expected a whole number",
    "float": "expected a number",
    "decimal": "expected a number",
    "bool": "expected true or false",
    "string_type": "expected text; put a number or yes/no in quotation marks",
    "string_pattern_mismatch": "expected text of the form {pattern}",
    "date": "expected a day as YYYY-MM-DD",
    "tuple_type": "expected a list",
    "list_type": "expected a list",
    "dict_type": "expected `name: value` lines below it",
    "model": "expected `name: value` lines below it",
    "literal_error": "expected {expected}",
    "greater_than_equal": "expected {ge} or more",
    "greater_than": "expected more than {gt}",
    "less_than_equal": "expected {le} or less",
    "less_than": "expected less than {lt}",
}


def refusals(
    error: ValidationError, model: type[BaseModel], beside: Mapping[type[BaseModel], Sequence[str]], whole: str
) -> list[str]:
    """A line per fault: the place, and what is wrong there; of an unknown name the known one that is nearest.

    Args:
        error: what was refused.
        model: what the YAML is read as.
        beside: names that may stand in a part of it although they are none of its fields.
        whole: what to call the place of a fault that is nowhere in particular.
    """
    lines = []
    for fault in error.errors():
        place = ".".join(map(str, fault["loc"])) or whole
        if fault["type"] == "extra_forbidden":
            *above, name = fault["loc"]
            known = list(_names(model, above, beside))
            lines.append(
                f"{place}: there is no such key here.{did_you_mean(str(name), known) or _elsewhere(name, model)}"
            )
        else:
            lines.append(f"{place}: {_words(fault)}")
    return lines


def _words(fault: Mapping[str, Any]) -> str:
    kind = str(fault["type"])
    # int_parsing, int_from_float, decimal_max_places: a family, unless the kind itself has words.
    words = _EXPECTED.get(kind) or _EXPECTED.get(kind.partition("_")[0])
    if words is None or kind.startswith("decimal_max") or kind == "decimal_whole_digits":
        return str(fault["msg"]).removeprefix("Value error, ")
    return words.format(**fault.get("ctx", {}))


def _names(
    model: type[BaseModel], above: Sequence[Any], beside: Mapping[type[BaseModel], Sequence[str]]
) -> Iterator[str]:
    """The names that may stand below a place, as they are written in YAML."""
    models = [model]
    for part in above:
        found = [one.model_fields[part] for one in models if part in one.model_fields]
        # Else it is a name of a mapping or a place in a list, of what was found before.
        models = [below for field in found for below in _models(field.annotation)] if found else models
    for one in models:
        yield from (field.alias or name for name, field in one.model_fields.items())
        yield from beside.get(one, ())


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models within an annotation: of a field, of a list's items, of a mapping's values."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)


def _elsewhere(name: Any, model: type[BaseModel]) -> str:
    """A setting of that very name in one of the groups."""
    for group, field in model.model_fields.items():
        if any(name in below.model_fields for below in _models(field.annotation)):
            return f" Did you mean `{group}.{name}`?"
    return ""
