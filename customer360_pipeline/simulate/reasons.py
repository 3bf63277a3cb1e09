"""Why clusters change: the links that only one side has, and the veto, blocked value or setting behind each.

No value of a record is told: a key is named by its kind and a mask (`preview.masked`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from customer360_pipeline.preview import masked

if TYPE_CHECKING:
    from customer360_pipeline.simulate.rehearse import Rehearsal
    from customer360_pipeline.simulate.settings import Change

MOST_REASONS = 4
# What blocked a value, vetoed a link or ended a rule -> the settings that decide it.
_SETTINGS = {
    "placeholder": ("identity.placeholder_values",),
    "role_mailbox": ("identity.role_mailboxes",),
    "too_many_records": ("identity.max_records_per_",),
    "shared": ("identity.max_names_per_value",),
    "first_name": ("identity.name_similarity",),
    "no_agreeing_name": ("identity.name_similarity",),
    "one_record_per_person": ("sources.",),
    "no join key": ("join_key", "secondary_join_keys"),
    "email_mailbox": ("identity.fold_email_provider_rules",),
    "phone": ("identity.default_phone_region", "identity.name_similarity"),
    "fuzzy": ("identity.fuzzy",),
}


@dataclass(frozen=True)
class _Link:
    """A link that only one side has: what the other side (`status`, `veto`) said of it, and what blocked its value."""

    rule: str
    status: str | None
    veto: str | None
    value: str | None
    blocked: str | None
    records: int | None


def reasons(rehearsal: Rehearsal, clusters: Sequence[int]) -> dict[int, list[str]]:
    """What caused the change of each cluster, most links first, at most `MOST_REASONS` each."""
    found: dict[int, Counter[str]] = {cluster: Counter() for cluster in clusters}
    for side, other in (("after", "before"), ("before", "after")):
        rules = _rules(rehearsal, other)
        for cluster, *row in rehearsal.engine.rows(_links(side), {"clusters": list(clusters)}):
            link = _Link(*row)
            found[cluster][_text(link, side, link.rule in rules, rehearsal.changed)] += 1
    return {cluster: _most(texts) for cluster, texts in found.items()}


def _most(texts: Counter[str]) -> list[str]:
    ordered = sorted(texts.items(), key=lambda item: (-item[1], item[0]))[:MOST_REASONS]
    return [f"{text} ({links:,} links)" if links > 1 else text for text, links in ordered]


def _rules(rehearsal: Rehearsal, side: str) -> set[str]:
    """The rules that a side has any link of."""
    return {rule for (rule,) in rehearsal.engine.rows(f"SELECT DISTINCT rule FROM {_PLACES[side]}.identity_links")}


def _text(link: _Link, side: str, is_rule: bool, changed: Sequence[Change]) -> str:
    key = masked(link.rule, link.value, link.blocked) if link.value else link.rule
    joins, then, does = ("joins", "until now", "did") if side == "after" else ("joined", "from now on", "does")
    if link.status == "vetoed":
        other = f"vetoed ({link.veto})"
    elif link.status is not None:
        other = link.status
    elif link.blocked:
        other = f"blocked ({link.blocked}, {link.records:,} records)"
    else:
        other = f"it {does} not" if is_rule else "no link of this rule"
    return f"{key} {joins}; {then} {other}{_settings(link, is_rule, changed)}"


def _settings(link: _Link, is_rule: bool, changed: Sequence[Change]) -> str:
    """The changed settings that decide such a case, in brackets."""
    prefixes = _SETTINGS.get(link.veto or "", ()) + _SETTINGS.get(link.blocked or "", ())
    if not prefixes:
        prefixes = _SETTINGS.get(link.rule, ()) + (() if is_rule else _SETTINGS["no join key"])
    named = [change for change in changed if prefixes and change.name.startswith(prefixes)]
    named = named or ([*changed] if len(changed) == 1 else [])
    return f" [{'; '.join(change.text for change in named[:2])}]" if named else ""


# Links of one side between records of one customer there that are not one customer on the other side; what the other
# side said of the same pair; and the value that both carry, if the rule is one of values.
_LINKS = """
WITH ends AS (
    SELECT DISTINCT c.cluster, r.source, r.record_id, r.before, r.after, r.node
    FROM changed_clusters AS c
    JOIN changed_records AS r ON r.{side} = c.{side}
    WHERE list_contains($clusters, c.cluster)
), links AS (
    SELECT a.cluster, l.rule, a.node AS left_node, b.node AS right_node, o.status, o.reason
    FROM {links} AS l
    JOIN ends AS a ON a.source = l.left_source AND a.record_id = l.left_record_id
    JOIN ends AS b ON b.source = l.right_source AND b.record_id = l.right_record_id AND b.cluster = a.cluster
    LEFT JOIN {other_links} AS o ON o.left_source = l.left_source AND o.rule = l.rule
        AND o.left_record_id = l.left_record_id AND o.right_source = l.right_source
        AND o.right_record_id = l.right_record_id
    WHERE l.status = 'accepted' AND a.{side} = b.{side} AND a.{other} IS DISTINCT FROM b.{other}
), shared AS (
    SELECT a.node AS left_node, b.node AS right_node, a.kind, a.value, x.reason, x.records
    FROM staging.identifiers AS a
    JOIN staging.identifiers AS b ON b.kind = a.kind AND b.value = a.value
    LEFT JOIN {other_blocked} AS x ON x.kind = a.kind AND x.value = a.value
    WHERE a.node IN (SELECT left_node FROM links) AND b.node IN (SELECT right_node FROM links)
)
SELECT l.cluster, l.rule, l.status, l.reason, min(v.value), min(v.reason), max(v.records)
FROM links AS l
LEFT JOIN shared AS v ON v.left_node = l.left_node AND v.right_node = l.right_node AND v.kind = l.rule
GROUP BY l.cluster, l.rule, l.status, l.reason, l.left_node, l.right_node
ORDER BY ALL
"""
_PLACES = {"before": "published.main", "after": "customer_360"}


def _links(side: str) -> str:
    other = "after" if side == "before" else "before"
    return _LINKS.format(
        side=side,
        other=other,
        links=f"{_PLACES[side]}.identity_links",
        other_links=f"{_PLACES[other]}.identity_links",
        other_blocked=f"{_PLACES[other]}.blocked_values",
    )
