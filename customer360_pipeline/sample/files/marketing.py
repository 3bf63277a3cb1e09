"""Mailchimp's audience and account exports, and standardized marketing events."""

from __future__ import annotations

from customer360_pipeline.sample.files.file import COPIES, File

CAMPAIGNS = ("spring-sale", "product-news", "webinar", "summer-sale", "survey", "autumn-sale")
STATUSES = ("subscribed", "unsubscribed", "cleaned", "nonsubscribed")
AUDIENCES = ("3f9c27ab10", "b81d44e6c2")


def mailchimp() -> list[File]:
    """Members by status, and who opened and clicked."""
    members = [
        File(f"mailchimp/{status}_email_audience_export_{audience}.csv", "csv", f"""
             SELECT email AS "Email Address", first_name AS "First Name", last_name AS "Last Name",
                 user_id AS "User ID", 2 + n % 4 AS "MEMBER_RATING",
                 strftime(created_at, '%Y-%m-%d %H:%M:%S') AS "OPTIN_TIME",
                 NULL AS "OPTIN_IP", strftime(created_at, '%Y-%m-%d %H:%M:%S') AS "CONFIRM_TIME",
                 CASE WHEN n % 11 = 0 THEN '127.0.0.1' END AS "CONFIRM_IP",
                 strftime(updated_at, '%Y-%m-%d %H:%M:%S') AS "LAST_CHANGED", record_id AS "LEID",
                 substr(md5(lower(email)), 1, 10) AS "EUID", NULL AS "NOTES",
                 CASE WHEN n % 7 = 0 THEN '"VIP","Blog"' END AS "TAGS"
             FROM contact WHERE source = 'mailchimp' AND marketing_status = '{status}' AND copy = {copy}
             ORDER BY n""")
        for copy, audience in enumerate(AUDIENCES)
        for status in STATUSES
    ]  # fmt: skip
    activity = [
        File(f"mailchimp/granular_activity/{kind}/{120400 + number}_{name}.csv", "csv", f"""
             SELECT strftime(occurred_at, '%Y-%m-%d %H:%M:%S') AS "Timestamp", email AS "Email"{url}
             FROM activity WHERE kind = '{kind}' AND campaign = {number} ORDER BY occurred_at, k""")
        for kind, url in (("opens", ""), ("clicks", ", 'https://shop.example/offer' AS \"Url\""))
        for number, name in enumerate(CAMPAIGNS, 1)
    ]  # fmt: skip
    return members + activity


def marketing() -> list[File]:
    """Events as CSV and JSON lines."""
    rows = f"FROM ({COPIES.format('marketing')})"
    at = "strftime(occurred_at, '%Y-%m-%dT%H:%M:%SZ')"
    fields = ("user_id", "email", "source", "medium", "campaign", "event_type")
    pairs = " || ".join(f"""CASE WHEN {f} IS NULL THEN '' ELSE ',"{f}":' || to_json({f}) END""" for f in fields)
    order = "ORDER BY n // 512, hash(k), k"
    return [
        File("marketing/events.csv", "csv", f"""
             SELECT 'evt_' || code(k) AS event_id, user_id, email, event_type, source, medium, campaign,
                 {at} AS timestamp
             {rows} WHERE occurred_at < TIMESTAMP '2026-01-01' {order}""",
             ("evt_short,row", "evt_bad_time,usr_bad_time,,visit,google,cpc,,not a time")),
        File("marketing/events_2026.jsonl", "line", f"""
             SELECT '{{"event_id":"evt_' || code(k) || '","timestamp":"' || {at} || '"' || {pairs} || '}}' AS line
             {rows} WHERE occurred_at >= TIMESTAMP '2026-01-01' {order}"""),
    ]  # fmt: skip
