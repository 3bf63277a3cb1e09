"""The doctor on keys: which source lacks one, has values that are none, or shares one without a match."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from customer360_pipeline.customer_360.finding import CONSIDERABLE, HANDFUL, MOST, NO_MATCHES, Finding
from customer360_pipeline.wording import counted, share_of


@dataclass(frozen=True)
class Key:
    """How one source fills a key: a row of `key_coverage`."""

    source: str
    kind: str
    used_in: int | None
    records: int
    given: int
    usable: int
    reformatted: int
    blocked: int
    shared: int
    unmatched: int
    apart: int

    @property
    def noun(self) -> str:
        """The key with its article."""
        return f"an {self.kind}" if self.kind == "email" else f"a {self.kind}"


def read_keys(connection: Any) -> list[Key]:
    """The rows of `key_coverage` of a published version, by source."""
    columns = "source, kind, pass, records, given, usable, reformatted, blocked, shared, unmatched_shared, kept_apart"
    found = connection.execute(f"SELECT {columns} FROM key_coverage ORDER BY source, pass NULLS LAST, kind").fetchall()
    return [Key(*row) for row in found]


def key_findings(connection: Any, keys: list[Key]) -> Iterator[Finding]:
    """What is wrong with keys, and what is merely so."""
    mapped = set(connection.execute("SELECT source, field FROM field_coverage WHERE is_mapped").fetchall())
    empty: dict[str, list[str]] = {}
    unmapped: dict[str, list[str]] = {}
    for key in keys:
        if not key.given:
            (empty if (key.source, key.kind) in mapped else unmapped).setdefault(key.kind, []).append(key.source)
        elif key.used_in is not None:
            yield Finding(NO_MATCHES, _key_text(key), is_detail=True)
        elif open_ones := key.unmatched - key.apart:
            yield Finding(
                NO_MATCHES,
                f"{key.source}: {counted(open_ones, 'record')} without any match "
                f"{('shares', 'share')[open_ones != 1]} {key.noun} with another source; {key.kind} is no join key.",
                f"Add {key.kind} to secondary_join_keys.",
                is_problem=True,
            )
    used = [key for key in keys if key.given and key.used_in is not None]
    yield from _invalid(used)
    yield from _unmatched(used)
    used_kinds = {key.kind for key in keys if key.used_in is not None}
    for kind, sources in sorted(empty.items()):
        if kind in used_kinds:
            yield Finding(
                NO_MATCHES,
                f"{kind} is in no record of {', '.join(sources)}; they can match by other keys only.",
                "Should it be there? Compare the field names in defs/sources/SOURCE/defs.yaml with the extract.",
            )
    for kind, sources in sorted(unmapped.items()):
        yield Finding(
            NO_MATCHES,
            f"{kind} is mapped for no field of {', '.join(sources)}: it cannot match their records.",
            is_detail=True,
        )


def _invalid(keys: list[Key]) -> Iterator[Finding]:
    """Values that are no key: a source with many has a problem, the few of the others stand together."""
    remedy = {"phone": " A phone may lack its country (identity.default_phone_region)."}
    few: dict[str, list[tuple[str, int]]] = {}
    for key in keys:
        wrong = key.given - key.usable
        if wrong > CONSIDERABLE * key.given:
            said = f"{counted(wrong, 'record', ('has', 'have'))} {key.noun} that is not valid and cannot match"
            advice = f"Correct them at the source.{remedy.get(key.kind, '')}"
            yield Finding(NO_MATCHES, f"{key.source}: {said}.", advice, is_problem=True)
        elif wrong:
            few.setdefault(key.kind, []).append((key.source, wrong))
    for kind, counts in sorted(few.items()):
        said = counted(sum(count for _, count in counts), "value", ("is", "are"))
        yield Finding(NO_MATCHES, f"{kind}: {said} not valid and cannot match ({_by_source(counts)}).")


def _unmatched(keys: list[Key]) -> Iterator[Finding]:
    """Records that share a key with another source and are apart, with reason or by a fault."""
    advice = "See blocked_values, and the vetoed rows of identity_links."
    few: dict[str, list[tuple[str, int]]] = {}
    for key in keys:
        if key.unmatched - key.apart - key.blocked > CONSIDERABLE * key.shared:
            said = counted(key.unmatched - key.apart, "record", ("shares", "share"))
            nobody = counted(key.blocked, "record", ("carries", "carry"))
            yield Finding(
                NO_MATCHES,
                f"{key.source}: {said} {key.noun} with another source without a match"
                + (f"; {nobody} {key.noun} that links nobody." if key.blocked else "."),
                advice,
                is_problem=True,
            )
        elif key.apart >= HANDFUL and key.apart > MOST * key.shared:
            yield Finding(
                NO_MATCHES,
                f"{key.source}: of {counted(key.shared, 'record')} that share {key.noun} with another source "
                f"{key.apart:,} are kept apart by a veto or a decision.",
                "So many? What is read as user id or birth date may be none (defs/sources/SOURCE/defs.yaml); the "
                "vetoed rows of identity_links say which.",
                is_problem=True,
            )
        elif key.unmatched:
            few.setdefault(key.kind, []).append((key.source, key.unmatched))
    for kind, counts in sorted(few.items()):
        said = counted(sum(count for _, count in counts), "record", ("shares", "share"))
        yield Finding(
            NO_MATCHES,
            f"{kind}: {said} one with another source and {('is', 'are')[sum(count for _, count in counts) != 1]} kept "
            f"apart with reason: by a veto, by a decision of people or because the value links nobody "
            f"({_by_source(counts)}).",
            advice,
        )


def _by_source(counts: list[tuple[str, int]]) -> str:
    return ", ".join(f"{source} {count:,}" for source, count in counts)


def _key_text(key: Key) -> str:
    otherwise = (
        f" ({key.reformatted:,} written in another case or format, which match all the same)" if key.reformatted else ""
    )
    return (
        f"{key.source}: {key.kind} is given by {share_of(key.given, key.records)} records, usable in "
        f"{key.usable:,}{otherwise}; {share_of(key.shared, key.records)} share it with another source."
    )
