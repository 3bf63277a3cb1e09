"""Looking a customer up by an id of former days, in a published version."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from hashlib import md5
from typing import Any

from customer360_pipeline.errors import ConfigError
from customer360_pipeline.publish.read import tables

_ID = re.compile(r"\bc_[0-9a-f]{16}\b")
# These tables tell of former ids; a question about one of them means that one.
OF_FORMER_IDS = ("customer_id_history", "former_identities")


@dataclass(frozen=True)
class Redirect:
    """An id that names no customer of the version any more.

    Args:
        customer_id: the id.
        current: where it leads: the id it was merged into, followed to the end, or itself.
        is_living: `current` names a customer.
        as_of: when that happened, naive UTC.
    """

    customer_id: str
    current: str
    is_living: bool
    as_of: datetime

    @property
    def words(self) -> str:
        """What to tell somebody who asked for it."""
        day = f"{self.as_of:%Y-%m-%d}"
        if self.current == self.customer_id:
            return f"{self.customer_id} retired on {day}: none of its records is left. See customer_id_history."
        retired = "" if self.is_living else ", which retired: none of its records is left"
        return f"{self.customer_id} was merged on {day}; it is {self.current} now{retired}."


def redirect(connection: Any, customer_id: str) -> Redirect | None:
    """Where an id leads; None when it names a customer, was never given, or the version keeps no history.

    Args:
        connection: a DuckDB connection to a published version.
        customer_id: the id asked for.
    """
    if "customer_id_history" not in tables(connection):
        return None
    found = connection.execute(
        "SELECT current_customer_id, is_living, as_of FROM main.customer_id_history WHERE customer_id = ? "
        "ORDER BY sequence DESC LIMIT 1",
        [customer_id],
    ).fetchone()
    if found is None or (found[0] == customer_id and found[1]):
        return None
    return Redirect(customer_id, *found)


def current_name(connection: Any, wanted: str) -> tuple[str, str]:
    """What to look for, and what to tell: today's id in place of a former one or of a record that left.

    Args:
        connection: a DuckDB connection to a published version.
        wanted: a customer id, `source:record_id`, or anything else, which stays as it is.

    Raises:
        ConfigError: the id retired.
    """
    source, colon, record_id = wanted.partition(":")
    here = "SELECT count(*) FROM main.customer_identities WHERE source = ? AND record_id = ?"
    if not colon or connection.execute(here, [source, record_id]).fetchone()[0]:
        return today(connection, wanted)
    if (last := _last_id_of(connection, wanted)) is None:
        return wanted, ""
    return today(connection, last, f"{wanted} is in the extracts no more; it was a record of {last}. ")


def today(connection: Any, wanted: str, note: str = "") -> tuple[str, str]:
    """Today's id in place of a former one, and what to tell, after `note`.

    Raises:
        ConfigError: the id retired.
    """
    led = redirect(connection, wanted)
    if led is None:
        return wanted, note.strip()
    if not led.is_living:
        raise ConfigError(note + led.words)
    return led.current, note + led.words


def _last_id_of(connection: Any, record: str) -> str | None:
    """The id that the record `source:record_id`, which the version does not have, had last; None: never seen."""
    if "former_identities" not in tables(connection):
        return None
    found = connection.execute(
        "SELECT customer_id FROM main.former_identities WHERE record_hash = ? ORDER BY sequence DESC LIMIT 1",
        [md5(record.encode()).hexdigest()],
    ).fetchone()
    return str(found[0]) if found else None


def with_current_ids(connection: Any, condition: str) -> tuple[str, list[Redirect]]:
    """A SQL condition in which ids that were merged are those of today; and every former id that it named."""
    named = (redirect(connection, name) for name in dict.fromkeys(_ID.findall(condition)))
    found = [one for one in named if one is not None]
    current = {one.customer_id: one.current for one in found}
    return _ID.sub(lambda match: current.get(match[0], match[0]), condition), found
