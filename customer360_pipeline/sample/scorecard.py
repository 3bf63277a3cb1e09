"""How a published version fares with each planted trap: `phone_family: merged wrongly 0 of 212 people`.

Reads the truth that the generator wrote beside its extracts. Nothing that is published depends on it; how it is shown
stands in `cli/scorecard.py` and `components/scorecard.py`.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from customer360_pipeline.engine.duckdb import literal
from customer360_pipeline.errors import ConfigError

TRUTH = "_truth"


@dataclass(frozen=True)
class Trap:
    """One trap.

    Args:
        trap: its name in `_truth/traps.csv`.
        scored: `together` or `apart`: what the trap puts at risk.
        pairs: pairs of a trapped record and another contact of the same person; `found`: those that are one customer.
        cases: people who share the value or home of the trap with somebody (`apart`), or trapped records (`together`).
        wrong: cases merged wrongly: with another person of the same value or home, or (`together`) with anybody else.
    """

    trap: str
    scored: str
    pairs: int
    found: int
    cases: int
    wrong: int

    @property
    def text(self) -> str:
        """The line of the scorecard that matters most for this trap."""
        wrong = f"merged wrongly {self.wrong:,} of {self.cases:,}"
        return wrong if self.scored == "apart" else f"found together {self.found:,} of {self.pairs:,}, {wrong}"


def has_truth(extracts: Path) -> bool:
    """Whether a folder of extracts was written by the generator and still has its truth."""
    return all((extracts / TRUTH / name).is_file() for name in ("truth.csv", "traps.csv"))


def scorecard(version: Path, extracts: Path) -> list[Trap]:
    """Score a version's file against the truth beside the extracts it was made from; a line per trap, by name.

    Raises:
        ConfigError: the extracts hold no truth, or one of another release.
    """
    import duckdb

    if not has_truth(extracts):
        raise ConfigError(f"{extracts / TRUTH}: no truth is there. Only what `customer360 sample` wrote can be scored.")
    connection = duckdb.connect(config={"autoinstall_known_extensions": False, "autoload_known_extensions": False})
    try:
        connection.execute(f"ATTACH {literal(str(version))} AS version (READ_ONLY)")
        for name in ("truth", "traps"):
            path = literal(str(extracts / TRUTH / f"{name}.csv"))
            connection.execute(f"CREATE VIEW {name} AS FROM read_csv({path}, header = true, all_varchar = true)")
        return [Trap(*row) for row in connection.execute(_SCORES).fetchall()]
    except duckdb.BinderException:
        raise ConfigError(
            f"{extracts / TRUTH} was written by another release of the generator: make the extracts again"
        ) from None
    finally:
        connection.close()


# A record that no customer holds was lost: it stands alone.
_SCORES = """
WITH member AS (
    SELECT t.source, t.record_id, t.record_type, t.person,
        coalesce(i.customer_id, 'lost ' || t.source || ':' || t.record_id) AS customer
    FROM truth AS t
    LEFT JOIN version.main.customer_identities AS i ON i.source = t.source AND i.record_id = t.record_id
), contact AS (
    SELECT person, customer, count(*) AS contacts FROM member WHERE record_type = 'contact' GROUP BY person, customer
), known AS (
    SELECT person, sum(contacts) AS contacts FROM contact GROUP BY person
), mixed AS (
    SELECT customer FROM member GROUP BY customer HAVING count(DISTINCT person) > 1
), trapped AS (
    SELECT p.trap, p.scored, p.shared_by, m.person, m.customer, m.record_type = 'contact' AS is_contact
    FROM traps AS p JOIN member AS m ON m.source = p.source AND m.record_id = p.record_id
    WHERE p.scored IS NOT NULL
), together AS (
    SELECT t.trap, sum(k.contacts - t.is_contact::INTEGER) AS pairs,
        sum(coalesce(c.contacts, 0) - t.is_contact::INTEGER) AS found
    FROM trapped AS t
    JOIN known AS k ON k.person = t.person
    LEFT JOIN contact AS c ON c.person = t.person AND c.customer = t.customer
    GROUP BY t.trap
), meeting AS (
    SELECT trap, shared_by, customer FROM trapped WHERE scored = 'apart'
    GROUP BY trap, shared_by, customer HAVING count(DISTINCT person) > 1
), shared AS (
    SELECT trap, shared_by FROM trapped WHERE scored = 'apart'
    GROUP BY trap, shared_by HAVING count(DISTINCT person) > 1
), cases AS (
    SELECT t.trap, t.scored, count(DISTINCT (t.shared_by, t.person)) AS cases,
        count(DISTINCT (t.shared_by, t.person)) FILTER (m.customer IS NOT NULL) AS wrong
    FROM trapped AS t
    JOIN shared AS s ON s.trap = t.trap AND s.shared_by = t.shared_by
    LEFT JOIN meeting AS m ON m.trap = t.trap AND m.shared_by = t.shared_by AND m.customer = t.customer
    GROUP BY t.trap, t.scored
    UNION ALL
    SELECT t.trap, t.scored, count(*), count(x.customer)
    FROM trapped AS t LEFT JOIN mixed AS x ON x.customer = t.customer
    WHERE t.scored = 'together'
    GROUP BY t.trap, t.scored
)
SELECT c.trap, c.scored, coalesce(g.pairs, 0)::BIGINT, coalesce(g.found, 0)::BIGINT, c.cases, c.wrong
FROM cases AS c LEFT JOIN together AS g ON g.trap = c.trap
ORDER BY c.trap
"""


def as_rows(card: list[Trap]) -> list[dict[str, Any]]:
    """The scorecard for JSON."""
    return [asdict(trap) for trap in card]


def as_markdown(card: list[Trap]) -> str:
    """The scorecard as a markdown table: traps that put people at risk of being mixed first."""
    head = "| trap | merged wrongly | of | found together | of |\n| --- | ---: | ---: | ---: | ---: |\n"
    ordered = sorted(card, key=lambda trap: (trap.scored != "apart", trap.trap))
    return head + "".join(f"| {t.trap} | {t.wrong:,} | {t.cases:,} | {t.found:,} | {t.pairs:,} |\n" for t in ordered)
