"""Segment's log, Auth0's log, help articles read, and the two sheets kept by hand: features and seats."""

from __future__ import annotations

from customer360_pipeline.sample.files.file import COPIES, File

FEATURES = (
    ("Dashboard Viewed", "Dashboard", "Workspace", "", "yes"),
    ("Report Opened", "Reports", "Workspace", "", "yes"),
    ("Report Exported", "Reports", "Workspace", "", ""),
    ("Search Performed", "Search", "", "", ""),
    ("Comment Added", "Comments", "Workspace", "", ""),
    ("Automation Saved", "Automations", "Workspace", "business", "yes"),
    ("Integration Connected", "Integrations", "Workspace", "business", "yes"),
    ("Theme Changed", "Themes", "Workspace", "", ""),
    ("API Key Used", "API", "Gateway", "", "yes"),
    ("Invoice Paid", "", "", "", ""),
)
TITLES = ("Invite your team", "Share a report", "Connect an integration", "Reset a password", "Use the API", "Plans")
LAST_DAY = "segment/segment-logs/Rk3vQ9sample/1793404800000/1793491200000.part-0.gz"

_TIME = "strftime({0}, '%Y-%m-%dT%H:%M:%S.000Z')"
_TRAITS = """CASE type WHEN 'identify' THEN to_json({'email': email})
        WHEN 'group' THEN to_json({'name': company_name(company_no),
            'website': 'https://www.' || company_domain(company_no),
            'email': 'hello@' || company_domain(company_no)}) END"""
_GROUP = "CASE WHEN company_no IS NOT NULL AND n % 10 < 7 THEN 'grp_' || code(company_no) END"
_CALL = f"""to_json({{
        'type': type, 'messageId': 'ajs-' || code(k), 'userId': user_id, 'anonymousId': 'an-' || code(n),
        'event': CASE WHEN type = 'track' THEN event END, 'name': CASE WHEN type = 'page' THEN event END,
        'groupId': CASE WHEN type = 'group' THEN 'grp_' || code(company_no) END, 'traits': {_TRAITS},
        'context': {{'groupId': CASE WHEN type = 'track' THEN {_GROUP} END}},
        'timestamp': {_TIME.format("occurred_at")}, 'receivedAt': {_TIME.format("received_at")}
    }})::VARCHAR AS line"""
_ROW = f"""'ajs-' || code(k) AS id, type, event AS event_text, user_id, 'an-' || code(n) AS anonymous_id,
    CASE WHEN type = 'group' THEN 'grp_' || code(company_no) END AS group_id,
    CASE WHEN type = 'track' THEN {_GROUP} END AS context_group_id, email,
    CASE WHEN type = 'group' THEN company_name(company_no) END AS name,
    CASE WHEN type = 'group' THEN 'https://www.' || company_domain(company_no) END AS website,
    occurred_at AS timestamp, received_at"""


def _values(rows: tuple[tuple[str, ...], ...], names: str) -> str:
    listed = ", ".join("(" + ", ".join("'" + value.replace("'", "''") + "'" for value in row) + ")" for row in rows)
    return f"SELECT * FROM (VALUES {listed}) AS t({names})"


def _segment(as_parquet: bool) -> list[File]:
    rows = f"FROM ({COPIES.format('product_event')})"
    if as_parquet:
        return [File("segment/calls.parquet", "parquet", f"SELECT {_ROW} {rows} ORDER BY received_at, k")]
    months = [("2026-08", "2026-08-01", "2026-09-01"), ("2026-09", "2026-09-01", "2026-10-01"),
              ("2026-10", "2026-10-01", "2026-10-31")]  # fmt: skip
    within = "WHERE received_at >= TIMESTAMP '{0}' AND received_at < TIMESTAMP '{1}' ORDER BY received_at, k"
    joined = [
        File(f"segment/{name}.jsonl.gz", "line.gz", f"SELECT {_CALL} {rows} {within.format(start, end)}")
        for name, start, end in months
    ]
    return [*joined, File(LAST_DAY, "line.gz", f"SELECT {_CALL} {rows} {within.format('2026-10-31', '2026-11-04')}")]


def product(*, as_parquet: bool) -> list[File]:
    """Calls as the log's gzipped lines, or as a query over a warehouse; logins, articles, features and seats."""
    titles = ", ".join(f"'{title}'" for title in TITLES)
    return [
        *_segment(as_parquet),
        File("feature_catalogue/features.csv", "csv", _values(FEATURES, "event, feature, product, plans, high_value")),
        File("entitlements/seats.csv", "csv", """
             SELECT account, product, plan, seats, add_on, valid_from, valid_to FROM seat ORDER BY company_no, line""",
             ("Initech,Workspace,team,a dozen,,2026-01-01,",)),
        File("auth0/logs_2026-10.jsonl.gz", "line.gz", f"""
             SELECT to_json({{'date': {_TIME.format("occurred_at")}, 'type': type, 'log_id': '900' || code(k) || type,
                 'connection': 'Username-Password-Authentication', 'user_id': user_id, 'user_name': user_name
                 }})::VARCHAR AS line
             FROM login ORDER BY occurred_at, k, type"""),
        File("knowledge_base/interactions.csv", "csv", f"""
             SELECT 'kb_' || code(k) AS id, email AS user_email, action, article AS article_id,
                 [{titles}][article] AS title, {_TIME.format("occurred_at")} AS created_at
             FROM article ORDER BY n, k"""),
    ]  # fmt: skip
