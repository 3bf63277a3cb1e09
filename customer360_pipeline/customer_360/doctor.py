"""Answers the three questions of Troubleshooting from a published version: no matches, duplicates, missing fields.

In words with figures, and without any personal value: it counts, and names sources, fields and rules only.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

NO_MATCHES, DUPLICATES, MISSING = "No matches found", "Duplicate customers", "Missing fields"
# A field that fewer customers than this have is worth a word.
FILLED_ENOUGH = 0.5


@dataclass(frozen=True)
class Finding:
    """One sentence on one of the questions; `advice` is what to do, empty when nothing needs doing."""

    question: str
    text: str
    advice: str = ""


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
    return [*_matches(connection), *_keys(connection), *_duplicates(connection), *_missing(connection)]


def _rows(connection: Any, sql: str) -> list[tuple[Any, ...]]:
    return connection.execute(sql).fetchall()


def _count(number: int, noun: str, verbs: tuple[str, str] = ("", "")) -> str:
    """`1 record has`, `2 records have`: the number, the noun, and the verb (of one, of several) that follows."""
    verb = verbs[number != 1]
    return f"{number:,} {noun}{'' if number == 1 else 's'}{f' {verb}' if verb else ''}"


def _share(part: int, whole: int) -> str:
    return f"{part:,} of {whole:,} ({part / whole:.1%})" if whole else "0 of 0"


def _matches(connection: Any) -> Iterator[Finding]:
    customers, records, several = _rows(
        connection,
        "SELECT count(*), coalesce(sum(record_count), 0)::BIGINT, count(*) FILTER (source_count > 1) FROM customer_360",
    )[0]
    if not customers:
        advice = (
            "Look at `customer360 show source_ledger`: nothing was accepted. `customer360 run` alone reads the sample."
        )
        yield Finding(NO_MATCHES, "There is no customer at all.", advice)
        return
    yield Finding(
        NO_MATCHES,
        f"{_count(records, 'record', ('is', 'are'))} {_count(customers, 'customer')}, {records / customers:.2f} "
        f"records each; {_share(several, customers)} are known to more than one source.",
        "" if several else "No two sources meet: the lines below say which key is missing where.",
    )


def _keys(connection: Any) -> Iterator[Finding]:
    mapped = set(_rows(connection, "SELECT source, field FROM field_coverage WHERE is_mapped"))
    unmapped: dict[str, list[str]] = {}
    columns = "source, kind, pass, records, given, usable, reformatted, blocked, shared, unmatched_shared"
    for row in _rows(connection, f"SELECT {columns} FROM key_coverage ORDER BY source, pass NULLS LAST, kind"):
        source, kind, used_in, records, given, usable, reformatted, blocked, shared, unmatched = row
        a_key = f"an {kind}" if kind == "email" else f"a {kind}"
        if not given and (source, kind) not in mapped:
            unmapped.setdefault(kind, []).append(source)
            continue
        if used_in is None:
            if unmatched:
                yield Finding(
                    NO_MATCHES,
                    f"{source}: {_count(unmatched, 'record')} without any match "
                    f"{('shares', 'share')[unmatched != 1]} {a_key} with another source; {kind} is no join key.",
                    f"Add {kind} to secondary_join_keys.",
                )
            continue
        if not given:
            yield Finding(
                NO_MATCHES,
                f"{source}: none of {records:,} records has {a_key}, so this key cannot match them.",
                f"Are the field names in defs/sources/{source}/defs.yaml those of the extract?",
            )
            continue
        yield Finding(NO_MATCHES, _key_text(source, kind, records, given, usable, reformatted, shared))
        if usable < given:
            yield Finding(
                NO_MATCHES,
                f"{source}: {_count(given - usable, 'record', ('has', 'have'))} {a_key} that is not valid and cannot "
                "match.",
                "Correct them at the source; a phone may lack its country (identity.default_phone_region)."
                if kind == "phone"
                else "Correct them at the source.",
            )
        if unmatched:
            yield Finding(
                NO_MATCHES,
                f"{source}: {_count(unmatched, 'record', ('shares', 'share'))} {a_key} with another source without a "
                "match"
                + (
                    f"; {_count(blocked, 'record', ('carries', 'carry'))} {a_key} that links nobody."
                    if blocked
                    else "."
                ),
                "See blocked_values, and the vetoed rows of identity_links.",
            )
    for kind, sources in sorted(unmapped.items()):
        yield Finding(
            NO_MATCHES, f"{kind} is mapped for no field of {', '.join(sources)}: it cannot match their records."
        )


def _key_text(source: str, kind: str, records: int, given: int, usable: int, reformatted: int, shared: int) -> str:
    otherwise = f" ({reformatted:,} written in another case or format, which match all the same)" if reformatted else ""
    return (
        f"{source}: {kind} is given by {_share(given, records)} records, usable in {usable:,}{otherwise}; "
        f"{_share(shared, records)} share it with another source."
    )


def _duplicates(connection: Any) -> Iterator[Finding]:
    found = False
    for signal, reason, alike, customers in _rows(
        connection, "SELECT signal, reason, alike, customers FROM duplicate_signals ORDER BY customers DESC, 1, 2"
    ):
        found = True
        if reason == "kept_apart":
            yield Finding(
                DUPLICATES,
                f"{customers:,} customers in {alike:,} groups share an e-mail address; a veto or a blocked value keeps "
                "them apart (below).",
            )
            continue
        what = signal.replace("name_and_", "").replace("_", " ")
        kept = {
            "different_emails": "each has an e-mail of its own, and no other key that is used joins them",
            "missing_email": "at least one has no e-mail, and no other key that is used joins them",
        }[reason]
        yield Finding(
            DUPLICATES,
            f"{customers:,} customers in {alike:,} groups share full name and {what}; {kept}.",
            "One person? `customer360 review` lists likely pairs, `customer360 merge A B` joins two; a further key "
            "that they share joins them all (secondary_join_keys).",
        )
    for reason, rule, links in _rows(
        connection,
        "SELECT coalesce(reason, 'unknown'), rule, count(*) FROM identity_links WHERE status = 'vetoed' "
        "GROUP BY ALL ORDER BY count(*) DESC, 1, 2",
    ):
        found = True
        yield Finding(DUPLICATES, f"{_count(links, 'link')} by {rule} {('was', 'were')[links != 1]} refused: {reason}.")
    for kind, reason, values, merges in _rows(
        connection,
        "SELECT kind, reason, count(*), coalesce(sum(merges_prevented), 0)::BIGINT FROM blocked_values "
        "GROUP BY ALL ORDER BY 4 DESC, 1, 2",
    ):
        found = True
        yield Finding(
            DUPLICATES,
            f"{_count(values, f'{kind} value', ('links', 'link'))} nobody ({reason.replace('_', ' ')}), which "
            f"prevented {_count(merges, 'merge')}.",
            "Wrongly so? identity.max_records_per_* and identity.placeholder_values decide." if merges else "",
        )
    if not found:
        yield Finding(DUPLICATES, "No customers look alike, no link was refused and no key value is blocked.")


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
    for field, known in zip(CONTACT_FIELDS, filled, strict=True):
        if total and known < FILLED_ENOUGH * total:
            yield _field(field, known, total, coverage.get(field, []))
    for source in sorted({one.source for rows in coverage.values() for one in rows if not one.is_present}):
        yield Finding(MISSING, f"{source} was not read: everything only it knows is empty.", "Add its extract.")


def _field(field: str, known: int, total: int, coverage: list[Coverage]) -> Finding:
    givers = [f"{one.source} ({one.given / one.records:.0%} of its records)" for one in coverage if one.given]
    silent = [one.source for one in coverage if one.is_present and one.is_mapped and one.records and not one.given]
    unmapped = [one.source for one in coverage if one.is_present and not one.is_mapped]
    advice = f"{', '.join(silent)} should give it: check the field names in defs/sources/*/defs.yaml." if silent else ""
    if not givers and not silent:
        advice = f"No contract maps it. Where a source has it ({', '.join(unmapped)}), one line in its defs.yaml does."
    return Finding(
        MISSING,
        f"{field} is known of {_share(known, total)} customers; given by {', '.join(givers) or 'no source'}.",
        advice,
    )
