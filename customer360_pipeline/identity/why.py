"""Why two records are one customer, or what kept them apart: the path of links, or the nearest miss.

Reads a published version only. How it looks on a terminal does not belong here (`cli/explain_pair.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from customer360_pipeline.errors import ConfigError
from customer360_pipeline.identity.carried_blocked import Blocked, blocked_values
from customer360_pipeline.identity.compared_fields import FieldPair, compare_records, likeness
from customer360_pipeline.identity.explain import (
    Link,
    customer_links,
    find_customer,
    paths_from,
    published_rows,
)
from customer360_pipeline.identity.in_review import InReview, in_review
from customer360_pipeline.identity.record_names import as_known
from customer360_pipeline.publish.read import tables

# The nearest pair of two customers is searched among this many records of each: a customer rarely has more.
MAX_COMPARED = 100


@dataclass(frozen=True)
class Said:
    """A decision that keeps the two customers apart."""

    decision_id: str
    author: str
    reason: str
    decided_at: datetime


@dataclass(frozen=True)
class Answer:
    """Why two records are one customer, or are not.

    Args:
        left, right: the records looked at, of different customers the nearest pair of theirs.
        customers: the customer of each.
        path: the links from `left` to `right`; empty when they are two customers.
        fields: how the two records compare, value by value.
        decisions, vetoes, reviews, blocked: what stands between two customers: what people decided, links that a veto
            stopped, pairs that wait for a person, and values both carry that link nobody.
        sentence: the answer in words, without a value.
    """

    left: str
    right: str
    customers: tuple[str, str]
    path: tuple[Link, ...]
    fields: tuple[FieldPair, ...]
    decisions: tuple[Said, ...] = ()
    vetoes: tuple[Link, ...] = ()
    reviews: tuple[InReview, ...] = ()
    blocked: tuple[Blocked, ...] = ()

    @property
    def sentence(self) -> str:
        """The answer in one sentence."""
        return _together(self) if self.path else _apart(self)


def why(connection: Any, a: str, b: str, options: str = "") -> Answer:
    """Explain what is between two records or customers.

    Args:
        connection: a DuckDB connection to a published version.
        a, b: each a customer id, an e-mail address, or `source:record_id`.
        options: what a command named in an error needs to read this version.

    Raises:
        ConfigError: nobody matches, several customers carry an address, or both name the same record or customer.
    """
    named = (("first name", a), ("second name", b))
    left_id, right_id = (find_customer(connection, name, place, options=options) for place, name in named)
    left, right = _records(connection, left_id, a), _records(connection, right_id, b)
    if left_id == right_id:
        return _one_customer(connection, left_id, left, right)
    one, two = _nearest(left, right)
    links, blocked = customer_links(connection, left_id), blocked_values(connection, right_id)
    return Answer(
        one,
        two,
        (left_id, right_id),
        (),
        compare_records(left[one], right[two]),
        _decisions(connection, left_id, right_id),
        tuple(link for link in links if link.status != "accepted" and link.other_customer_id == right_id),
        in_review(connection, left_id, right_id),
        tuple(value for value in blocked_values(connection, left_id) if value in blocked),
    )


Values = dict[str, tuple[str, ...]]


def _one_customer(connection: Any, customer_id: str, left: dict[str, Values], right: dict[str, Values]) -> Answer:
    one = min(left)
    two = next((name for name in sorted(right) if name != one), one)
    if one == two:
        raise ConfigError(f"Both name one record of {customer_id}. Name two records of it: SOURCE:RECORD_ID.")
    links = [link for link in customer_links(connection, customer_id) if link.status == "accepted"]
    path = paths_from(one, links).get(two, ())
    return Answer(one, two, (customer_id, customer_id), path, compare_records(left[one], right[two]))


def _records(connection: Any, customer_id: str, wanted: str) -> dict[str, Values]:
    """The records meant, with their values per field: the one named, those with the address, or all of the customer."""
    from customer360_pipeline.staging.canonical import email_key

    rows = published_rows(
        connection,
        "SELECT source || ':' || i.record_id, v.field, v.value FROM main.customer_identities AS i "
        "LEFT JOIN main.attribute_values AS v USING (customer_id, source, record_id) "
        "WHERE i.customer_id = ? ORDER BY ALL",
        customer_id,
    )
    found: dict[str, Values] = {}
    for name, field, value in rows:
        values = found.setdefault(name, {})
        if value is not None:
            values[field] = (*values.get(field, ()), value)
    for name, billing in _billing_ids(connection, customer_id):
        found[name]["billing_customer_id"] = (billing,)
    wanted = as_known(wanted.strip(), found)
    if wanted in found:
        return {wanted: found[wanted]}
    if "@" in wanted:
        key = email_key(wanted)
        carriers = {n: v for n, v in found.items() if any(email_key(value) == key for value in v.get("email", ()))}
        return carriers or found
    return found


def _billing_ids(connection: Any, customer_id: str) -> list[tuple[Any, ...]]:
    """(record, its id in the billing system), compared although by default it links nobody."""
    # A version of an earlier release does not tell.
    if not published_rows(
        connection,
        "SELECT 1 FROM information_schema.columns "
        "WHERE table_schema = 'main' AND table_name = 'customer_identities' AND column_name = 'billing_customer_id'",
    ):
        return []
    return published_rows(
        connection,
        "SELECT source || ':' || record_id, billing_customer_id FROM main.customer_identities "
        "WHERE customer_id = ? AND billing_customer_id IS NOT NULL ORDER BY 1",
        customer_id,
    )


def _nearest(left: dict[str, Values], right: dict[str, Values]) -> tuple[str, str]:
    """The most alike pair of records; ties by name."""
    pairs = [(one, two) for one in sorted(left)[:MAX_COMPARED] for two in sorted(right)[:MAX_COMPARED]]
    return max(pairs, key=lambda pair: likeness(left[pair[0]], right[pair[1]]))


def _decisions(connection: Any, left_id: str, right_id: str) -> tuple[Said, ...]:
    if "identity_decisions" not in tables(connection):
        return ()
    rows = published_rows(
        connection,
        "SELECT DISTINCT a.decision_id, a.author, a.reason, a.decided_at FROM main.identity_decisions AS a "
        "JOIN main.identity_decisions AS b ON b.decision_id = a.decision_id AND b.part <> a.part "
        "WHERE a.kind = 'cannot_link' AND a.customer_id = ? AND b.customer_id = ? ORDER BY a.decided_at, 1",
        left_id,
        right_id,
    )
    return tuple(Said(*row) for row in rows)


_JOINED = {
    "decision": "people decided that {both} are one person",
    "source_merge": "{both} were merged by the source itself",
    "fuzzy": "{both} are alike enough in what both say",
}
_KEYS = {"email_mailbox": "mailbox", "user_id": "user id", "customer_id": "billing id"}
_VETOES = {
    "decision": "people decided that they are different people",
    "user_id": "they would then have two user ids",
    "birth_date": "their birth dates differ",
    "first_name": "their first names do not agree",
    "one_record_per_person": "both have a record in a source that holds each person once",
    "ambiguous": "it could as well belong to a third person",
    "no_agreeing_name": "a phone links only where the first names agree",
    "one_letter": "a first name of one letter says too little for a phone to link",
}


def _named(key: str) -> str:
    return _KEYS.get(key, key)


def _together(answer: Answer) -> str:
    # A single step is between the two that the sentence begins with.
    is_direct = len(answer.path) == 1
    steps = [
        _JOINED.get(link.rule, "{both} have the same " + _named(link.rule)).format(
            both="they" if is_direct else f"{link.left} and {link.right}"
        )
        for link in answer.path
    ]
    return f"{answer.left} and {answer.right} are one customer because {_listed(steps)}."


def _apart(answer: Answer) -> str:
    by_people = [link for link in answer.vetoes if answer.decisions and link.reason == "decision"]
    reasons = [
        *_decided(answer.decisions, by_people),
        *_veto_reasons([link for link in answer.vetoes if link not in by_people]),
        *(
            f"the {_KEYS.get(value.kind, value.kind)} both carry links nobody ({value.reason})"
            for value in answer.blocked
        ),
        *(
            f"they are alike, but not enough to be merged by themselves (probability {pair.probability:.0%})"
            for pair in answer.reviews[:1]
        ),
    ]
    equal = [pair.field for pair in answer.fields if pair.how == "equal"]
    if not reasons and equal:
        reasons = [f"of what is compared they share only {_listed(equal)}, which is not enough to link two records"]
    if not reasons:
        reasons = ["they share nothing of what is compared"]
    return f"{answer.left} and {answer.right} are two customers because {_listed(list(dict.fromkeys(reasons)))}."


def _decided(decisions: Sequence[Said], vetoes: Sequence[Link]) -> list[str]:
    """That people decided, said once, and in spite of what."""
    if not decisions:
        return []
    said = f"people decided so ({_listed([f'{one.decision_id} of {one.author}' for one in decisions])})"
    # What people said themselves before, and likeness, are nothing that two records share.
    keys = dict.fromkeys(_named(link.rule) for link in vetoes if link.rule not in _JOINED)
    return [f"{said}, although they share the {_listed(list(keys))}" if keys else said]


def _veto_reasons(vetoes: Sequence[Link]) -> list[str]:
    shared: dict[str, list[str]] = {}
    for link in vetoes:
        shared.setdefault(_veto(link), []).append(_named(link.rule))
    return [
        f"they share the {_listed(list(dict.fromkeys(keys)))}, but {_VETOES.get(reason, reason)}"
        for reason, keys in shared.items()
    ]


def _veto(link: Link) -> str:
    # Names agree there only where one of them is a letter: two whole names that agree let a phone link.
    is_letter = link.reason == "no_agreeing_name" and link.compared.get("first_name") in ("equal", "initial")
    return "one_letter" if is_letter else link.reason or ""


def _listed(texts: Sequence[str]) -> str:
    return " and ".join((", ".join(texts[:-1]), texts[-1])) if len(texts) > 1 else "".join(texts)
