"""The files that `benchmarks.ingest` reads: one file of a vendor's true shape each, deterministic, of any length.

Widths and forms are those of docs/sources/: HubSpot's "properties in your view" export, Salesforce's weekly data export
(every field quoted, line breaks in streets), Stripe's charge objects in full, the BigQuery export schema of GA4 with
the parameters of a web stream. Not here: who reads them (`ingest_readers.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

CSV = "FORMAT CSV, HEADER true"
QUOTED = f"{CSV}, FORCE_QUOTE *"
LINES = "FORMAT CSV, HEADER false, QUOTE '', ESCAPE '', DELIMITER E'\\x01'"
PARQUET = "FORMAT PARQUET, COMPRESSION SNAPPY"


@dataclass(frozen=True)
class Case:
    """One file and the source that reads it.

    Args:
        entity: the entity whose raw table the rows end in.
        path: below the extracts folder.
        select: of the table `person`, which has as many rows as the file.
    """

    name: str
    source: str
    entity: str
    path: str
    options: str
    select: str

    @property
    def kind(self) -> str:
        """csv, jsonl or parquet."""
        return self.path.rsplit(".", 1)[1]


def _at(salt: str) -> str:
    return f"(TIMESTAMP '2022-01-01' + to_seconds((u(n, '{salt}') * 150000000)::BIGINT))"


_HUBSPOT = f"""SELECT 151000000000 + n * 13 AS "Record ID", first_name AS "First Name", last_name AS "Last Name",
    email AS "Email", CASE WHEN n % 3 > 0 THEN phone END AS "Phone Number",
    CASE WHEN n % 5 = 0 THEN 'Open' END AS "Lead Status", job_title AS "Job Title", company AS "Company Name",
    street AS "Street Address", city AS "City", region AS "State/Region", postal_code AS "Postal Code",
    country AS "Country/Region", 'owner' || n % 40 || '@shop.example' AS "Contact owner",
    CASE WHEN n % 4 = 0 THEN 'customer' ELSE 'subscriber' END AS "Lifecycle Stage",
    strftime({_at("made")}, '%Y-%m-%d %H:%M') AS "Create Date",
    strftime({_at("changed")}, '%Y-%m-%d %H:%M') AS "Last Modified Date",
    8000000000 + company_no * 3 AS "Associated Company IDs (Primary)", user_id AS "User ID",
    CASE WHEN n % 2 = 0 THEN 'cus_R' || code(n) || 'x' END AS "Stripe Customer ID",
    CASE WHEN n % 50 = 0 THEN 251000000000 + n * 13 END AS "Merged contact IDs",
    CASE WHEN n % 20 = 0 THEN email_alt END AS "Additional email addresses" FROM person ORDER BY n"""

_NO = "NULL"
_SALESFORCE = f"""SELECT salesforce_id('0035f' || code(n)) AS "Id", (n % 200 = 0)::INTEGER AS "IsDeleted",
    CASE WHEN n % 200 = 0 THEN salesforce_id('0035f' || code(n + 1)) END AS "MasterRecordId",
    salesforce_id('0015f' || code(company_no)) AS "AccountId", last_name AS "LastName", first_name AS "FirstName",
    {_NO} AS "Salutation", first_name || ' ' || last_name AS "Name", {_NO} AS "OtherStreet", {_NO} AS "OtherCity",
    {_NO} AS "OtherState", {_NO} AS "OtherPostalCode", {_NO} AS "OtherCountry",
    CASE WHEN n % 9 = 0 THEN street || chr(10) || 'Suite ' || n % 40 ELSE street END AS "MailingStreet",
    city AS "MailingCity", region AS "MailingState", postal_code AS "MailingPostalCode", country AS "MailingCountry",
    phone AS "Phone", {_NO} AS "Fax", {_NO} AS "MobilePhone", {_NO} AS "HomePhone", {_NO} AS "OtherPhone",
    {_NO} AS "ReportsToId", email AS "Email", job_title AS "Title", {_NO} AS "Department", 'Web' AS "LeadSource",
    birth_date AS "Birthdate", '0055f000001ownerAAA' AS "OwnerId", 0 AS "HasOptedOutOfEmail", 0 AS "DoNotCall",
    strftime({_at("made")}, '%Y-%m-%d %H:%M:%S') AS "CreatedDate", '0055f000001ownerAAA' AS "CreatedById",
    strftime({_at("changed")}, '%Y-%m-%d %H:%M:%S') AS "LastModifiedDate",
    strftime({_at("changed")}, '%Y-%m-%d %H:%M:%S') AS "SystemModstamp", user_id AS "External_User_Id__c"
    FROM person ORDER BY n"""

_TOUCHES = f"""SELECT 'evt_' || code(n) AS event_id, user_id, email,
    ['open', 'click', 'visit', 'signup'][1 + n % 4] AS event_type, channel_source AS source, channel_medium AS medium,
    channel_campaign AS campaign, strftime({_at("touch")}, '%Y-%m-%dT%H:%M:%SZ') AS timestamp
    FROM person ORDER BY hash(n)"""

_CHARGES = f"""SELECT to_json({{'id': 'ch_3' || code(n) || 'x', 'object': 'charge',
    'amount': 500 + (u(n, 'amount') * 40000)::BIGINT,
    'amount_captured': 500 + (u(n, 'amount') * 40000)::BIGINT, 'amount_refunded': 0,
    'balance_transaction': 'txn_3' || code(n),
    'billing_details': {{'address': {{'city': city, 'country': country, 'line1': street, 'postal_code': postal_code}},
        'email': email, 'name': first_name || ' ' || last_name, 'phone': NULL::VARCHAR}},
    'captured': true, 'created': epoch({_at("paid")})::BIGINT, 'currency': lower(currency),
    'customer': CASE WHEN n % 8 > 0 THEN 'cus_R' || code(n) || 'x' END, 'description': NULL::VARCHAR,
    'disputed': n % 300 = 0, 'livemode': true, 'metadata': {{'order_id': 'o_' || n}},
    'outcome': {{'network_status': 'approved_by_network', 'risk_level': 'normal', 'seller_message': 'Payment complete.',
        'type': 'authorized'}},
    'paid': true, 'payment_method': 'pm_1' || code(n),
    'payment_method_details': {{'card': {{'brand': 'visa', 'country': 'US', 'exp_month': 4, 'exp_year': 2029,
        'last4': lpad((n % 10000)::VARCHAR, 4, '0')}}, 'type': 'card'}},
    'receipt_email': NULL::VARCHAR, 'refunded': false, 'status': 'succeeded'}})::VARCHAR AS line
    FROM person ORDER BY n"""

_SESSIONS = f"""SELECT user_id, 'dev_' || code(n // 3) AS user_pseudo_id,
    (1600000000 + (u(n, 'session') * 99999999)::BIGINT)::VARCHAR AS session_id,
    1 + (n % 7) AS page_views, {_at("visit")} AS event_timestamp, channel_source AS source, channel_medium AS medium,
    channel_campaign AS campaign FROM person ORDER BY n"""


def _param(key: str, slot: str, value: str) -> str:
    slots = {"string_value": "NULL::VARCHAR", "int_value": "NULL::BIGINT", "float_value": "NULL::DOUBLE",
             "double_value": "NULL::DOUBLE"} | {slot: value}  # fmt: skip
    return f"{{'key': '{key}', 'value': {{{', '.join(f'{name!r}: {sql}' for name, sql in slots.items())}}}}}"


_SESSION = _param("ga_session_id", "int_value", "1600000000 + (u(n // 4, 'session') * 99999999)::BIGINT")
_PAGE = _param(
    "page_location", "string_value", "'https://shop.example/' || pick(streets(), u(n, 'page')) || '/' || n % 900"
)
_OF_EVENT = f"""strftime({_at("event")}, '%Y%m%d') AS event_date,
    epoch_us({_at("event")}) AS event_timestamp,
    ['page_view', 'scroll', 'user_engagement', 'session_start', 'view_item'][1 + n % 5] AS event_name"""
_OF_USER = """CASE WHEN n % 3 = 0 THEN user_id END AS user_id,
    CASE WHEN n % 20 > 0 THEN 1000000000 + n // 12 || '.' || 1600000000 + n // 12 END AS user_pseudo_id"""
_TRAFFIC = """{'name': channel_campaign, 'medium': channel_medium, 'source': channel_source} AS traffic_source,
    {'manual_source': CASE WHEN n % 4 = 0 THEN channel_source END,
     'manual_medium': CASE WHEN n % 4 = 0 THEN channel_medium END,
     'manual_campaign_name': CASE WHEN n % 4 = 0 THEN channel_campaign END, 'gclid': NULL::VARCHAR}
        AS collected_traffic_source"""

_GA4 = f"""SELECT {_OF_EVENT}, [{_SESSION}, {_PAGE}] AS event_params, {_OF_USER}, {_TRAFFIC},
    {{'country': country}} AS geo, 'WEB' AS platform FROM person ORDER BY n"""

_PARAMS = ", ".join([
    _param("ga_session_number", "int_value", "1 + n % 6"), _SESSION, _PAGE,
    _param("page_title", "string_value", "'Shop: ' || pick(streets(), u(n, 'page'))"),
    _param("page_referrer", "string_value", "'https://www.google.example/'"),
    _param("engagement_time_msec", "int_value", "n % 9000"), _param("session_engaged", "string_value", "'1'"),
    _param("engaged_session_event", "int_value", "1"),
])  # fmt: skip

_GA4_FULL = f"""SELECT {_OF_EVENT}, [{_PARAMS}] AS event_params, NULL::BIGINT AS event_previous_timestamp,
    NULL::DOUBLE AS event_value_in_usd, n % 100000 AS event_bundle_sequence_id,
    -n % 5000 AS event_server_timestamp_offset, {_OF_USER},
    {{'analytics_storage': 'Yes', 'ads_storage': 'Yes', 'uses_transient_token': 'No'}} AS privacy_info,
    []::STRUCT(key VARCHAR, value STRUCT(string_value VARCHAR, int_value BIGINT, set_timestamp_micros BIGINT))[]
        AS user_properties,
    epoch_us(since) AS user_first_touch_timestamp, {{'revenue': 0.0::DOUBLE, 'currency': 'USD'}} AS user_ltv,
    {{'category': ['desktop', 'mobile'][1 + n % 2], 'mobile_brand_name': 'Apple', 'mobile_model_name': NULL::VARCHAR,
      'operating_system': 'Web', 'language': 'en-us', 'is_limited_ad_tracking': 'No',
      'web_info': {{'browser': 'Chrome', 'browser_version': '120.0.0.' || n % 9,
        'hostname': 'shop.example'}}}} AS device,
    {{'city': city, 'country': country, 'continent': 'Americas', 'region': region, 'metro': '(not set)'}} AS geo,
    {_TRAFFIC}, '2345678901' AS stream_id, 'WEB' AS platform, true AS is_active_user,
    1 + n % 90 AS batch_event_index, 1 + n % 4 AS batch_ordering_id, epoch_ms({_at("event")}) AS batch_page_id
    FROM person ORDER BY n"""

CASES = {
    case.name: case
    for case in (
        Case("CSV contacts, HubSpot", "hubspot", "contacts", "hubspot/hubspot-crm-exports-all-contacts-2026-11-01.csv",
             CSV, _HUBSPOT),
        Case("CSV contacts, Salesforce", "salesforce", "contacts", "salesforce/Contact.csv", QUOTED, _SALESFORCE),
        Case("CSV touches", "marketing", "events", "marketing/events.csv", CSV, _TOUCHES),
        Case("JSONL charges, Stripe", "stripe", "charges", "stripe/charges.jsonl", LINES, _CHARGES),
        Case("Parquet sessions, flat", "ga4", "events", "ga4/sessions.parquet", PARQUET, _SESSIONS),
        Case("Parquet events, GA4 of two parameters", "ga4", "events", "ga4/events_20261101.parquet", PARQUET, _GA4),
        Case("Parquet events, GA4 whole schema", "ga4", "events", "ga4/events_20261102.parquet", PARQUET, _GA4_FULL),
    )
}  # fmt: skip


def write_files(folder: Path, rows: int) -> dict[str, Path]:
    """Write each case's file of `rows` rows below a folder of its own, once; case name -> its extracts folder."""
    folders = {name: folder / f"{number}" for number, name in enumerate(CASES)}
    missing = [name for name, extracts in folders.items() if not (extracts / CASES[name].path).exists()]
    if missing:
        _write(rows, {name: folders[name] for name in missing})
    return folders


def _write(rows: int, folders: dict[str, Path]) -> None:
    import duckdb

    from customer360_pipeline.sample import generate
    from customer360_pipeline.sample.macros import prepare

    connection = duckdb.connect()
    connection.execute("SET TimeZone='UTC'")
    connection.execute("SET memory_limit='3GB'")
    prepare(connection, rows, 1, 1, generate.SESSIONS_PER_PERSON, accounts=False)
    connection.execute((Path(generate.__file__).parent / "people.sql").read_text(encoding="utf-8")).fetchall()
    for name, folder in folders.items():
        path = folder / CASES[name].path
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".part")
        connection.execute(f"COPY ({CASES[name].select}) TO '{partial}' ({CASES[name].options})")
        partial.replace(path)
    connection.close()
