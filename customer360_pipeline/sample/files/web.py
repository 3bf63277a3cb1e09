"""GA4's BigQuery export, as Parquet and JSON lines, and a flat table of sessions."""

from __future__ import annotations

from customer360_pipeline.sample.files.file import File

# Two objects on one line: no reader can take it.
TWO_OBJECTS = '{"event_name": "page_view", "event_timestamp": "1767225600000000"} {"event_name": "scroll"}'

_SESSION_PARAM = """'{"key":"ga_session_id","value":{"int_value":"' || session_id || '"}}'"""
_PAGE_PARAM = """'{"key":"page_location","value":{"string_value":' || to_json(page) || '}}'"""

# BigQuery's JSON export: INT64 in quotes, slots and fields without a value left out.
_GA4_LINE = f"""SELECT '{{"event_date":"' || strftime(occurred_at, '%Y%m%d') || '","event_timestamp":"'
    || epoch_us(occurred_at) || '","event_name":"' || event_name || '","event_params":['
    || CASE WHEN session_id IS NULL THEN '' ELSE {_SESSION_PARAM} || ',' END
    || {_PAGE_PARAM} || '],'
    || CASE WHEN user_id IS NULL THEN '' ELSE '"user_id":"' || user_id || '",' END
    || CASE WHEN device_id IS NULL THEN '"privacy_info":{{"analytics_storage":"No"}},'
        ELSE '"user_pseudo_id":"' || device_id || '",' END
    || '"traffic_source":{{' || CASE WHEN first_campaign IS NULL THEN '' ELSE '"name":"' || first_campaign || '",' END
    || '"medium":"' || first_medium || '","source":"' || first_source || '"}},'
    || CASE WHEN e > 0 OR source = '(direct)' THEN '' ELSE '"collected_traffic_source":{{'
        || CASE WHEN campaign IS NULL THEN '' ELSE '"manual_campaign_name":"' || campaign || '",' END
        || '"manual_source":"' || source || '","manual_medium":"' || medium || '"}},' END
    || '"geo":{{"country":"' || country || '"}},"platform":"WEB"}}' AS line FROM web"""

_GA4_ROW = """SELECT strftime(occurred_at, '%Y%m%d') AS event_date, epoch_us(occurred_at) AS event_timestamp,
    event_name,
    [{'key': 'ga_session_id', 'value': {'string_value': NULL::VARCHAR, 'int_value': session_id,
        'float_value': NULL::DOUBLE, 'double_value': NULL::DOUBLE}},
     {'key': 'page_location', 'value': {'string_value': page, 'int_value': NULL::BIGINT,
        'float_value': NULL::DOUBLE, 'double_value': NULL::DOUBLE}}] AS event_params,
    user_id, device_id AS user_pseudo_id,
    {'name': first_campaign, 'medium': first_medium, 'source': first_source} AS traffic_source,
    {'manual_source': CASE WHEN e = 0 AND source <> '(direct)' THEN source END,
     'manual_medium': CASE WHEN e = 0 AND source <> '(direct)' THEN medium END,
     'manual_campaign_name': CASE WHEN e = 0 THEN campaign END, 'gclid': NULL::VARCHAR} AS collected_traffic_source,
    {'country': country} AS geo, 'WEB' AS platform
    FROM web"""

# Sessions that were handed over as a flat table, before the BigQuery export began.
_FLAT = "(n % 20 = 5 AND user_id IS NOT NULL AND session_id IS NOT NULL AND occurred_at < TIMESTAMP '2025-01-01')"


def ga4(as_parquet: bool) -> list[File]:
    """Web events; JSON lines for the newest year, or all of them as nested Parquet."""
    days = "occurred_at >= TIMESTAMP '{0}-01-01' AND occurred_at < TIMESTAMP '{1}-01-01'"
    if as_parquet:
        # One pass over the sessions: at 5 M people they are made while they are written.
        bigquery = [File("ga4/events_2021-2026.parquet", "parquet", f"{_GA4_ROW} WHERE NOT {_FLAT}")]
    else:
        bigquery = [
            File("ga4/events_2021-2025.parquet", "parquet",
                 f"{_GA4_ROW} WHERE {days.format(2021, 2026)} AND NOT {_FLAT}"),
            File("ga4/events_2026.jsonl", "line", f"{_GA4_LINE} WHERE {days.format(2026, 2027)} AND NOT {_FLAT}",
                 (TWO_OBJECTS,)),
        ]  # fmt: skip
    flat = f"""SELECT user_id, session_id, count(*) FILTER (event_name = 'page_view') AS page_views,
        strftime(min(occurred_at), '%Y-%m-%dT%H:%M:%SZ') AS event_timestamp,
        first(source) AS source, first(medium) AS medium, first(campaign) AS campaign
        FROM web WHERE {_FLAT} GROUP BY n, user_id, session_id ORDER BY n, session_id"""
    return [*bigquery, File("ga4/sessions_before_2025.csv", "csv", flat)]
