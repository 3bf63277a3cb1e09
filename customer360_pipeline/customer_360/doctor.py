"""Answers the three questions of Troubleshooting from a published version: no matches, duplicates, missing fields.

In words with figures, and without any personal value: it counts, and names sources, fields and rules only.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from customer360_pipeline.customer_360.doctor_keys import Key, key_findings, read_keys
from customer360_pipeline.customer_360.finding import CONSIDERABLE, DUPLICATES, MISSING, NO_MATCHES, Finding
from customer360_pipeline.wording import counted, share_of

# A field that fewer customers than this have is worth a word.
FILLED_ENOUGH = 0.5


@dataclass(frozen=True)
class Coverage:
    """How one source covers a field: a row of `field_coverage`."""

    source: str
    is_present: bool
    is_mapped: bool
    records: int
    given: int


def diagnose(connection: Any) -> list[Finding]:
    """Findings on a published version, by question.

    Args:
        connection: a DuckDB connection to the file of a version (`publish.read.open_version`).
    """
    keys = read_keys(connection)
    return [
        *_matches(connection, keys), *key_findings(connection, keys), *_duplicates(connection), *_missing(connection),
    ]  # fmt: skip


def _rows(connection: Any, sql: str) -> list[tuple[Any, ...]]:
    return connection.execute(sql).fetchall()


def _matches(connection: Any, keys: list[Key]) -> Iterator[Finding]:
    customers, records, several = _rows(
        connection,
        "SELECT count(*), coalesce(sum(record_count), 0)::BIGINT, count(*) FILTER (source_count > 1) FROM customer_360",
    )[0]
    if not customers:
        advice = (
            "Look at `customer360 show source_ledger`: nothing was accepted. `customer360 run` alone reads the sample."
        )
        yield Finding(NO_MATCHES, "There is no customer at all.", advice, is_problem=True)
        return
    sources = sorted({key.source for key in keys})
    # Sources whose records a veto or a decision parts did meet.
    [(met,)] = _rows(connection, "SELECT count(*) FROM identity_links WHERE left_source <> right_source")
    is_apart = not several and len(sources) > 1 and not met
    yield Finding(
        NO_MATCHES,
        f"{counted(records, 'record', ('is', 'are'))} {counted(customers, 'customer')}, {records / customers:.2f} "
        f"records each; {share_of(several, customers)} are known to more than one source.",
        "No two sources meet: the lines below say which key is missing where." if is_apart else "",
        is_apart,
    )
    for source in sources if len(sources) > 1 else []:
        of_source = [key for key in keys if key.source == source and key.used_in is not None]
        if of_source and not any(key.usable for key in of_source):
            yield Finding(
                NO_MATCHES,
                f"{source}: none of {of_source[0].records:,} records has {' or '.join(k.noun for k in of_source)} that "
                "is valid, so they can match nobody.",
                f"Are the field names in defs/sources/{source}/defs.yaml those of the extract?",
                is_problem=True,
            )


def _duplicates(connection: Any) -> Iterator[Finding]:
    found = [*_alike(connection), *_kept_apart(connection)]
    yield from found or [
        Finding(DUPLICATES, "No customers look alike, no link was refused and no key value is blocked.")
    ]


def _alike(connection: Any) -> Iterator[Finding]:
    total = _rows(connection, "SELECT count(*) FROM customer_360")[0][0]
    kept = {
        "different_emails": "each has an e-mail of its own, and no other key that is used joins them",
        "missing_email": "at least one has no e-mail, and no other key that is used joins them",
    }
    for signal, reason, alike, customers in _rows(
        connection, "SELECT signal, reason, alike, customers FROM duplicate_signals ORDER BY customers DESC, 1, 2"
    ):
        who = f"{counted(customers, 'customer')} in {counted(alike, 'group')}"
        what = signal.replace("name_and_", "").replace("_", " ")
        if reason == "kept_apart":
            shared = "an e-mail address" if signal == "email" else f"full name and {what}, some an e-mail address too"
            yield Finding(DUPLICATES, f"{who} share {shared}; a veto or a blocked value keeps them apart (below).")
            continue
        yield Finding(
            DUPLICATES,
            f"{who} share full name and {what}; {kept[reason]}.",
            "One person? `customer360 review` lists likely pairs, `customer360 merge A B` joins two; a further key "
            "that they share joins them all (secondary_join_keys).",
            customers > CONSIDERABLE * total,
        )


def _kept_apart(connection: Any) -> Iterator[Finding]:
    refused = _rows(
        connection,
        "SELECT coalesce(reason, 'unknown'), rule, count(*) FROM identity_links WHERE status = 'vetoed' "
        "GROUP BY ALL ORDER BY count(*) DESC, 1, 2",
    )
    if refused:
        total = sum(row[2] for row in refused)
        said = f"{counted(total, 'link', ('was', 'were'))} refused by a veto (`--all`: why)."
        yield Finding(DUPLICATES, said)
    for reason, rule, links in refused:
        said = f"{counted(links, 'link')} by {rule} {('was', 'were')[links != 1]} refused: {reason}."
        yield Finding(DUPLICATES, said, is_detail=True)
    for kind, reason, values, merges in _rows(
        connection,
        "SELECT kind, reason, count(*), coalesce(sum(merges_prevented), 0)::BIGINT FROM blocked_values "
        "GROUP BY ALL ORDER BY 4 DESC, 1, 2",
    ):
        yield Finding(
            DUPLICATES,
            f"{counted(values, f'{kind} value', ('links', 'link'))} nobody ({reason.replace('_', ' ')}), which "
            f"prevented {counted(merges, 'merge')}.",
            "Wrongly so? identity.max_records_per_* and identity.placeholder_values decide." if merges else "",
        )


def _missing(connection: Any) -> Iterator[Finding]:
    from customer360_pipeline.config import CONTACT_FIELDS

    counts = ", ".join(f"count({field})" for field in CONTACT_FIELDS)
    total, *filled = _rows(connection, f"SELECT count(*), {counts} FROM customer_360")[0]
    coverage: dict[str, list[Coverage]] = {}
    for field, *row in _rows(
        connection,
        "SELECT field, source, is_present, is_mapped, records, given FROM field_coverage ORDER BY source, field",
    ):
        coverage.setdefault(field, []).append(Coverage(*row))
    known = dict(zip(CONTACT_FIELDS, filled, strict=True))
    if sparse := {field: count for field, count in known.items() if 0 < count < FILLED_ENOUGH * total}:
        shares = ", ".join(f"{field} {count / total:.0%}" for field, count in sparse.items())
        yield Finding(MISSING, f"Known of less than half of the customers: {shares}. `--all` says who gives them.")
    if total and (empty := [field for field, count in known.items() if not count]):
        yield Finding(MISSING, f"Known of no customer: {', '.join(empty)}. `--all` says who could give them.")
    for field, count in known.items():
        if total and count < FILLED_ENOUGH * total:
            yield _field(field, count, total, coverage.get(field, []))
    if absent := sorted({one.source for rows in coverage.values() for one in rows if not one.is_present}):
        said = f"Not among the extracts: {', '.join(absent)}. Columns that only they fill are empty."
        yield Finding(MISSING, f"{said} No source is needed; its files in the folder of extracts add it.")


def _field(field: str, known: int, total: int, coverage: list[Coverage]) -> Finding:
    givers = [f"{one.source} ({one.given / one.records:.0%} of its records)" for one in coverage if one.given]
    silent = [one.source for one in coverage if one.is_present and one.is_mapped and one.records and not one.given]
    unmapped = [one.source for one in coverage if one.is_present and not one.is_mapped]
    advice = (
        f"{', '.join(silent)} could give it: are the field names in defs/sources/*/defs.yaml those of the extract?"
        if silent
        else ""
    )
    if not givers and not silent:
        advice = f"No contract maps it. Where a source has it ({', '.join(unmapped)}), one line in its defs.yaml does."
    return Finding(
        MISSING,
        f"{field} is known of {share_of(known, total)} customers; given by {', '.join(givers) or 'no source'}.",
        advice,
        is_detail=True,
    )
