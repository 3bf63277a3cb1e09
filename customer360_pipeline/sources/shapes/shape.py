"""What a shape is: the canonical fields that records of one kind have, whatever system they come from."""

from __future__ import annotations

from dataclasses import dataclass

TEXT, TIMESTAMP, DATE, BOOLEAN, BIGINT = "VARCHAR", "TIMESTAMP", "DATE", "BOOLEAN", "BIGINT"
# Major units. Scale 3 holds every currency exactly (BHD, JOD, KWD, OMR, TND have three decimals).
MONEY = "DECIMAL(18,3)"
RATIO = "DECIMAL(9,6)"

TRAILER = (("extra", TEXT), ("source_file", TEXT), ("source_row", BIGINT))


@dataclass(frozen=True)
class Shape:
    """Canonical fields: name -> (DuckDB type, meaning). `key` identifies a row within its source.

    `latest_by` names the times that tell which of two copies of a record is the later one, the first that differs.
    `names_person`: its `record_id`, `user_id` and `email`, as far as it has them, say whom a row is about.
    `names_account`: its `account_id` is the id of a company in the same source, or it names a person who has one.
    `dated_by` is the field that says when a row happened. `not_negative` names amounts of which a negative one is a
    mistake: taken or given back is said by the shape. `money` is SQL of what a row says of money, in its fields: copies
    of one record in two forms should give the same.
    """

    name: str
    description: str
    key: str
    fields: dict[str, tuple[str, str]]
    latest_by: tuple[str, ...] = ()
    not_negative: tuple[str, ...] = ()
    money: tuple[str, ...] = ()
    names_person: bool = False
    names_account: bool = False
    dated_by: str | None = None

    def columns(self) -> list[tuple[str, str]]:
        """(name, type) of every column of a raw table of this shape."""
        return [(name, type_) for name, (type_, _) in self.fields.items()] + list(TRAILER)
