"""What the words of help desks mean, from the configuration: severities, statuses, escalation, topics, ratings.

Not here: how a vendor's own fields are named (`defs/sources/`).
"""

from __future__ import annotations

from collections.abc import Iterator

from customer360_pipeline.config import SupportConfig
from customer360_pipeline.engine.duckdb import DuckDBEngine
from customer360_pipeline.engine.table_file import Table, columns
from customer360_pipeline.profile.small_table import create_small_table
from customer360_pipeline.run_context import RunContext

# Zendesk's words of a rating, with those of its filters; https://developer.zendesk.com/api-reference/ticketing/tickets/satisfaction_ratings/
VERDICTS = {
    f"{word}{comment}": word for word in ("good", "bad") for comment in ("", "_with_comment", "_without_comment")
}

TABLE = Table(
    name="staging.support_words",
    description="What a help desk's words mean: one row per kind and word, in lower case.",
    columns=columns(
        "kind VARCHAR | severity, status, verdict, tag_merged, tag_topic, or tag_, team_ or priority_escalates.",
        "word VARCHAR | The vendor's word, lower case.",
        "meaning VARCHAR | P1 to P4, a category of statuses, good or bad; else the word as configured.",
        "place INTEGER | Place in the configuration, from 0: of several topics the first counts.",
    ),
    unique=(("kind", "word"),),
    not_null=("kind", "word", "meaning", "place"),
)


def build(engine: DuckDBEngine, context: RunContext) -> None:
    """One row per configured word."""
    create_small_table(engine, TABLE, list(_rows(context.config.support)))


def _rows(config: SupportConfig) -> Iterator[tuple[str, str, str, int]]:
    listed = {
        "tag_escalates": config.escalation_tags,
        "team_escalates": config.escalation_teams,
        "priority_escalates": config.escalation_priorities,
        "tag_merged": config.merged_tags,
        "tag_topic": config.topic_tags,
    }
    kinds: dict[str, dict[str, str]] = {"severity": dict(config.severities), "status": dict(config.statuses)}
    kinds |= {kind: {word: word for word in words} for kind, words in listed.items()}
    for kind, meanings in (kinds | {"verdict": VERDICTS}).items():
        lowered = {word.strip().lower(): meaning for word, meaning in meanings.items()}
        yield from ((kind, word, meaning, place) for place, (word, meaning) in enumerate(lowered.items()))
