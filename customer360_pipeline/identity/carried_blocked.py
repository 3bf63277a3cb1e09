"""The values of a published customer that link nobody, and why. What blocks a value is decided in `key_values.py`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Blocked:
    """A value the customer carries that links nobody, and why."""

    kind: str
    value: str
    records: int
    reason: str
    merges_prevented: int


def mailbox(address: str) -> str:
    """The mailbox of a canonical address, as `staging.identifiers` has it: without `+tag`, for Gmail without points."""
    local, _, domain = address.partition("@")
    local = local.partition("+")[0]
    is_gmail = domain in ("gmail.com", "googlemail.com")
    return f"{local.replace('.', '')}@gmail.com" if is_gmail else f"{local}@{domain}"


def blocked_values(connection: Any, customer_id: str) -> tuple[Blocked, ...]:
    """Blocked values among the customer's own, compared in canonical form."""
    from customer360_pipeline.staging.canonical import country_code, email_key
    from customer360_pipeline.staging.phone_keys import phone_key

    fields = ("email", "phone", "mobile_phone", "user_id", "customer_id", "country")
    values: dict[str, set[str]] = {field: set() for field in fields}
    for field, value in connection.execute(
        "SELECT DISTINCT field, value FROM main.attribute_values WHERE customer_id = ?", [customer_id]
    ).fetchall():
        if field in values and value:
            values[field].add(value)
    regions = {code for country in values["country"] if (code := country_code(country))} or {"US"}
    written = values["phone"] | values["mobile_phone"]
    addresses = {email_key(value) or value.strip().lower() for value in values["email"]}
    carried = {
        "email": addresses,
        "email_mailbox": set(map(mailbox, addresses)),
        "phone": {key for value in written for region in regions if (key := phone_key(value, region))}
        | {value.strip().lower() for value in written},
        "user_id": {value.strip() for value in values["user_id"]},
        "customer_id": {value.strip() for value in values["customer_id"]},
    }
    pairs = sorted((kind, value) for kind, found in carried.items() for value in found)
    if not pairs:
        return ()
    rows = connection.execute(
        "SELECT b.kind, b.value, b.records, b.reason, b.merges_prevented FROM main.blocked_values AS b "
        "INNER JOIN (SELECT unnest($1) AS kind, unnest($2) AS value) AS c ON c.kind = b.kind AND c.value = b.value "
        "ORDER BY b.kind, b.value",
        [[kind for kind, _ in pairs], [value for _, value in pairs]],
    ).fetchall()
    return tuple(Blocked(*row) for row in rows)
