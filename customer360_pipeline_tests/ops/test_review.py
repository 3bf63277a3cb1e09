"""The grey zone: which pairs wait, in which order, and which somebody has decided."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from customer360_pipeline.cli import main
from customer360_pipeline.errors import ConfigError
from customer360_pipeline.ops.decisions import Proposal
from customer360_pipeline.ops.review import ReviewPair, review_pairs
from customer360_pipeline.ops.store import active, decide
from customer360_pipeline.publish import pointer
from customer360_pipeline.publish.files import write_json
from customer360_pipeline.publish.read import open_version

PAIRS = [("1", "2", 0.6), ("3", "4", 0.8), ("5", "6", 0.7)]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A published version with three pairs, in a home."""
    name = "v000001_20260101T000000Z"
    folder = tmp_path / "published" / name
    folder.mkdir(parents=True)
    write_json(tmp_path / "published" / pointer.POINTER, {"version": name, "kept": [name]})
    rows = ", ".join(
        f"('c_{a}', 'crm', '{a}', 'c_{b}', 'crm', '{b}', {p}::DOUBLE, '{{\"email\": \"different\"}}')"
        for a, b, p in PAIRS
    )
    with duckdb.connect(str(folder / pointer.DATABASE)) as made:
        made.execute(
            f"CREATE TABLE identity_review AS SELECT * FROM (VALUES {rows}) AS t (left_customer_id, left_source, "
            "left_record_id, right_customer_id, right_source, right_record_id, probability, evidence)"
        )
        made.execute(
            "CREATE TABLE customer_360 AS SELECT 'c_' || n AS customer_id, n * 10.0 AS total_revenue FROM range(7) t(n)"
        )
    return tmp_path


def pairs_of(home: Path, review_id: str | None = None) -> list[ReviewPair]:
    with open_version(None, home) as connection:
        return review_pairs(connection, active(home), review_id)


def test_pairs_come_most_probable_first_with_what_they_are_worth(home: Path) -> None:
    found = pairs_of(home)
    assert [(str(pair.left), pair.probability, int(pair.revenue or 0)) for pair in found] == [
        ("crm:3", 0.8, 70),
        ("crm:5", 0.7, 110),
        ("crm:1", 0.6, 30),
    ]
    assert pairs_of(home, found[1].review_id) == [found[1]]


def test_a_pair_is_accepted_or_rejected_and_waits_no_longer(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, second, third = pairs_of(home)
    why = ["--reason", "they said so", "--home", str(home)]
    assert main(["review", "accept", first.review_id, *why]) == 0
    assert main(["review", "reject", second.review_id, *why]) == 0
    assert [(d.kind, len(d.parts)) for d in active(home)] == [("must_link", 1), ("cannot_link", 2)]
    assert "The effect cannot be shown" in capsys.readouterr().err
    assert main(["review", "accept", second.review_id, *why]) == 1
    assert "contradicts d_2" in capsys.readouterr().err
    assert main(["review", "--home", str(home)]) == 0
    text = capsys.readouterr().out
    assert third.review_id in text and first.review_id not in text
    assert "1 of 1 pair that waits; 2 more are decided" in text


def test_a_pair_answered_through_other_records_is_decided_too(home: Path) -> None:
    pair = pairs_of(home)[0]
    third = pair.left._replace(record_id="x")
    for parts in ((pair.left, third), (third, pair.right)):
        decide(home, Proposal("must_link", (parts,), "mia", "one person"), datetime(2026, 1, 1))
    assert pairs_of(home, pair.review_id)[0].decided is not None


def test_no_such_pair_and_a_version_without_pairs_are_named(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["review", "accept", "r_nothing", "--reason", "why", "--home", str(home)]) == 2
    assert "no such pair" in capsys.readouterr().err
    with duckdb.connect() as empty, pytest.raises(ConfigError, match="no pairs to review"):
        review_pairs(empty, [])
