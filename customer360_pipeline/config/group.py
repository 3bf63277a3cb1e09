"""What every group of settings is, and names given as a list or as one string."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict


def names(value: Any) -> Any:
    """Accept `"user_id,phone"` where a list of names is meant, as the component's users write it."""
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


Names = Annotated[tuple[str, ...], BeforeValidator(names, json_schema_input_type=str | tuple[str, ...])]


class Group(BaseModel):
    """A frozen group of settings that refuses what it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")
