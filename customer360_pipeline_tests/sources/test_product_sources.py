"""The traps of exports of product use, logins, seats and features, by the delivered contracts."""

from __future__ import annotations

import gzip
import json
from datetime import date, datetime
from typing import Any

import pytest

from customer360_pipeline.config import Config
from customer360_pipeline.engine.catalog import PACKAGE, build_table, load_catalog
from customer360_pipeline.engine.duckdb import DuckDBEngine
from customer360_pipeline.errors import FileRefused
from customer360_pipeline.run_context import RunContext
from customer360_pipeline.sources.contract import condition_of, load_sources
from customer360_pipeline_tests.sources.bench import Bench

DELIVERED = {source.source: source for source in load_sources(PACKAGE / "defs" / "sources")}
LOG = "segment/segment-logs/src1/1780272000000"


def call(**more: Any) -> dict[str, Any]:
    """A track call of a known user, as it lies in the bucket."""
    return {
        "type": "track", "messageId": "m1", "event": "Report Opened", "userId": "u1", "anonymousId": "a1",
        "timestamp": "2026-05-31T23:59:59.000Z", "receivedAt": "2026-06-02T10:00:00.000Z",
        "context": {"library": {"name": "analytics.js"}}, "properties": {"object": "list", "data": [1]},
    } | more  # fmt: skip


def segment(bench: Bench, *calls: dict[str, Any], name: str = f"{LOG}/part.gz") -> None:
    text = "".join(f"{json.dumps(one)}\n" for one in calls).encode()
    bench.write(name, gzip.compress(text) if name.endswith(".gz") else text)


def staged(bench: Bench, *names: str, sources: tuple[str, ...]) -> DuckDBEngine:
    """Ingest these sources and build the named tables and what they need."""
    chosen = [DELIVERED[name] for name in sources]
    for source in chosen:
        bench.ingest(source)
    context = RunContext(Config(), tuple(chosen), bench.home, bench.extracts, datetime(2026, 6, 15))
    tables = {table.name: table for table in load_catalog(chosen)}
    made: set[str] = set()

    def build(name: str) -> None:
        if name in tables and name not in made:
            made.add(name)
            for needed in tables[name].depends:
                build(needed)
            build_table(bench.engine, tables[name], context)

    for name in names:
        build(name)
    return bench.engine


def test_an_alias_may_hold_in_rows_of_some_kinds_only() -> None:
    assert condition_of("traits.name if type=group") == ("traits.name", ("type", ("group",)))
    assert condition_of("name if Type=Page | screen") == ("name", ("Type", ("page", "screen")))
    assert condition_of("What if") == ("What if", None)


def test_a_file_of_the_bucket_is_read_though_its_name_says_no_format(bench: Bench) -> None:
    segment(bench, call(), call(messageId="m2"))
    ledger = bench.ingest(DELIVERED["segment"])
    assert [(row.physical_records, row.accepted) for row in ledger] == [(2, 2)]


def test_an_event_happened_when_it_was_made_and_a_retry_is_one(bench: Bench) -> None:
    segment(bench, call())
    # Delivered once more with the next day's files, and a late one of the same day.
    segment(bench, call(), call(messageId="m2", timestamp="2026-05-31T08:00:00Z"), name=f"{LOG[:-5]}86400/part.gz")
    engine = staged(bench, "staging.usage_days", sources=("segment",))
    assert engine.rows("SELECT day, events, first_at FROM staging.usage_days") == [
        (date(2026, 5, 31), 2, datetime(2026, 5, 31, 8))
    ]


def test_traits_are_the_users_in_identify_and_the_companys_in_group(bench: Bench) -> None:
    segment(
        bench,
        call(type="identify", event=None, traits={"email": "Ada@acme.example", "name": "Ada"}),
        call(type="group", messageId="m2", event=None, groupId="g1",
             traits={"email": "hello@acme.example", "name": "Acme", "website": "https://www.acme.example/x"}),
        call(type="page", messageId="m3", event=None, name="Pricing"),
    )  # fmt: skip
    engine = staged(bench, "staging.company_references", "staging.usage_days", sources=("segment",))
    columns = "event_type, event_name, email, group_id, group_name"
    assert engine.rows(f"SELECT {columns} FROM staging.product_event_rows ORDER BY event_id") == [
        ("identify", None, "Ada@acme.example", None, None),
        ("group", None, None, "g1", "Acme"),
        ("page", "Pricing", None, None, None),
    ]
    assert engine.rows("SELECT kind, reference_id, domain_key FROM staging.company_references") == [
        ("group", "g1", "acme.example")
    ]
    # The company's mailbox is nobody's; the page view alone is use of the product.
    assert engine.rows("SELECT record_id, email FROM staging.records") == [("user:u1", "Ada@acme.example")]
    assert engine.rows("SELECT CAST(sum(events) AS BIGINT) FROM staging.usage_days WHERE node IS NOT NULL") == [(1,)]


def test_anonymous_events_are_counted_and_nobodys(bench: Bench) -> None:
    segment(bench, call(userId=None), call(messageId="m2", userId=None, groupId="g1"), call(messageId="m3"))
    engine = staged(bench, "staging.usage_days", sources=("segment",))
    assert engine.rows(
        "SELECT node IS NULL, CAST(sum(events) AS BIGINT) FROM staging.usage_days GROUP BY 1 ORDER BY 1"
    ) == [(False, 1), (True, 2)]


def test_events_after_as_of_and_those_without_a_feature_are_no_use(bench: Bench) -> None:
    bench.write("feature_catalogue/features.csv", "event,feature,plan\nREPORT opened ,Reports,\nInvoice Paid,,\n")
    segment(
        bench,
        call(),
        call(messageId="m2", event="Invoice Paid"),
        call(messageId="m3", event="Something Else"),
        call(messageId="m4", timestamp="2026-06-15T00:00:01Z"),
    )
    engine = staged(bench, "staging.usage_days", sources=("feature_catalogue", "segment"))
    assert engine.rows("SELECT feature, events FROM staging.usage_days ORDER BY feature") == [
        ("Reports", 1),
        (None, 1),
    ]


def test_an_event_without_a_time_or_a_broken_line_is_quarantined(bench: Bench) -> None:
    lines = [json.dumps(call()), json.dumps(call(messageId="m2", timestamp="soon")), '{"type": "track", "messa']
    bench.write("segment/events.jsonl", "\n".join(lines))
    ledger = bench.ingest(DELIVERED["segment"])[0]
    assert (ledger.accepted, ledger.quarantined) == (1, 2)


def auth0(bench: Bench, *entries: dict[str, Any]) -> None:
    usual = {"date": "2026-06-01T08:00:00.000Z", "user_id": "auth0|1", "user_name": "ada@acme.example"}
    lines = [json.dumps({"log_id": str(n)} | usual | entry) for n, entry in enumerate(entries)]
    bench.write("auth0/logs.jsonl", "\n".join(lines))


@pytest.mark.parametrize(
    ("code", "is_login"), [("s", True), ("f", False), ("fp", False), ("seacft", False), ("ssa", False), ("slo", False)]
)
def test_only_s_is_a_login(bench: Bench, code: str, is_login: bool) -> None:
    auth0(bench, {"type": code})
    engine = staged(bench, "staging.logins", sources=("auth0",))
    assert engine.rows("SELECT is_login FROM staging.logins") == [(is_login,)]


def test_who_is_typed_in_vain_is_nobody(bench: Bench) -> None:
    auth0(
        bench,
        {"type": "s"},
        {"type": "fu", "user_id": "", "user_name": "stranger@nowhere.example"},
        {"type": "fp", "user_id": "auth0|2", "user_name": "mistyped@acme.example"},
    )
    engine = staged(bench, "staging.logins", sources=("auth0",))
    assert engine.rows("SELECT email FROM staging.records") == [("ada@acme.example",)]
    assert engine.rows("SELECT event_type, node IS NOT NULL FROM staging.logins ORDER BY event_id") == [
        ("login", True),
        ("failed", False),
        ("failed", False),
    ]


def test_a_login_is_the_exported_users_by_the_providers_id(bench: Bench) -> None:
    bench.write("auth0/users.ndjson", json.dumps({"user_id": "auth0|1", "email": "Ada@acme.example", "name": "Ada B"}))
    auth0(bench, {"type": "s", "user_name": "old@acme.example"}, {"type": "fp"})
    engine = staged(bench, "staging.logins", sources=("auth0",))
    assert engine.rows("SELECT record_id, email, last_name FROM staging.records") == [
        ("auth0|1", "Ada@acme.example", "B")
    ]
    assert engine.rows("SELECT count(node) FROM staging.logins") == [(2,)]


def test_a_stream_wraps_each_entry_and_an_array_is_refused(bench: Bench) -> None:
    inner = {"type": "s", "date": "2026-06-01T08:00:00Z", "user_id": "auth0|1", "user_name": "a@acme.example"}
    bench.write("auth0/logs.jsonl", json.dumps({"log_id": "9", "data": inner}))
    engine = staged(bench, "staging.logins", sources=("auth0",))
    assert engine.rows("SELECT event_id, is_login, node IS NOT NULL FROM staging.logins") == [("9", True, True)]
    bench.write("auth0/logs.jsonl", json.dumps([inner]))
    with pytest.raises(FileRefused, match="one object a line"):
        bench.ingest(DELIVERED["auth0"])


def test_okta_counts_sessions_that_began(bench: Bench) -> None:
    def entry(kind: str, result: str, mail: str) -> str:
        actor = {"id": "00u1", "alternateId": mail}
        return json.dumps(
            {"uuid": f"{kind}{result}", "published": "2026-06-01T08:00:00.000Z", "eventType": kind}
            | {"outcome": {"result": result}, "actor": actor}
        )

    lines = [
        entry("user.session.start", "SUCCESS", "ada@acme.example"),
        entry("user.session.start", "FAILURE", "stranger@nowhere.example"),
        entry("user.authentication.sso", "SUCCESS", "ada@acme.example"),
    ]
    bench.write("okta/system_log.jsonl", "\n".join(lines))
    engine = staged(bench, "staging.logins", sources=("okta",))
    assert engine.rows("SELECT count(*) FILTER (is_login), count(*) FROM staging.logins") == [(1, 3)]
    assert engine.rows("SELECT email FROM staging.records") == [("ada@acme.example",)]


def test_a_hand_kept_sheet_of_seats(bench: Bench) -> None:
    bench.write(
        "entitlements/seats.csv",
        "Account,Product,Seats,Add-on,valid from,Valid_From\n"
        "acme.example,CRM,Unlimited,,x,2026-01-01\n"
        "Beta Inc,CRM,-1,,x,\n"
        "www.Gamma.example,CRM,12,SSO,x,\n"
        "www.Gamma.example,CRM,12,SSO,x,\n"
        "Delta,CRM,a dozen,,x,\n",
    )
    engine = staged(bench, "staging.entitlements", "staging.company_references", sources=("entitlements",))
    assert engine.rows("SELECT company, seats, is_unlimited, add_on FROM staging.entitlements ORDER BY ALL") == [
        ("Beta Inc", None, True, None),
        ("acme.example", None, True, None),
        ("www.Gamma.example", 12, False, "SSO"),
        ("www.Gamma.example", 12, False, "SSO"),
    ]
    assert engine.rows("SELECT DISTINCT domain_key FROM staging.company_references ORDER BY 1 NULLS LAST") == [
        ("acme.example",),
        ("gamma.example",),
        (None,),
    ]
    assert bench.quarantine() == [(6, "seats", "not_integer")]


def test_two_lines_for_one_event_of_the_catalogue_are_one(bench: Bench) -> None:
    bench.write("feature_catalogue/a.csv", "event,feature,high_value\nrun,Reports,yes\nRUN,Rapports,no\nsave,Deals,\n")
    engine = staged(bench, "staging.features", sources=("feature_catalogue",))
    assert engine.rows("SELECT event_key, feature, is_high_value FROM staging.features ORDER BY 1") == [
        ("run", "Rapports", False),
        ("save", "Deals", False),
    ]


def test_articles_of_known_people_and_of_nobody(bench: Bench) -> None:
    bench.write(
        "knowledge_base/views.csv",
        "id,email,action,article_id,title,created_at\n"
        "1,ada@acme.example,article_viewed,7,How to,2026-06-01T08:00:00Z\n"
        "2,,upvote,7,How to,2026-06-01T08:00:00Z\n",
    )
    engine = staged(bench, "staging.article_views", sources=("knowledge_base",))
    assert engine.rows("SELECT action, node IS NOT NULL FROM staging.article_views ORDER BY event_id") == [
        ("view", True),
        ("vote_up", False),
    ]
