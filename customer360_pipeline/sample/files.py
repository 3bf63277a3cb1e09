"""The files of each vendor, as SELECTs over the generator's tables. What a vendor's file looks like, and nothing else.

The forms are described, with the vendors' documentation, in docs/sources/.
"""

from __future__ import annotations

from dataclasses import dataclass

CAMPAIGNS = ("spring-sale", "product-news", "webinar", "summer-sale", "survey", "autumn-sale")
STATUSES = ("subscribed", "unsubscribed", "cleaned", "nonsubscribed")
AUDIENCES = ("3f9c27ab10", "b81d44e6c2")

# The rates of the sample's world, into dollars; its naira has none.
EXCHANGE_RATES = """currency,valid_from,rate
EUR,2022-01-01,1.06
EUR,2025-01-01,1.10
GBP,2022-01-01,1.25
JPY,2022-01-01,0.0070
KWD,2022-01-01,3.25
"""

# Rows that no reader can take: appended to the file, one quarantined record each.
CUT_JSON = '{"id": "ch_CutOff", "object": "charge", "amount": 12'
TWO_OBJECTS = '{"event_name": "page_view", "event_timestamp": "1767225600000000"} {"event_name": "scroll"}'


@dataclass(frozen=True)
class File:
    """One file of an extract.

    `select` gives the columns of a CSV or Parquet file, or the finished lines of JSONL and JSON (`kind` line).
    """

    path: str
    kind: str
    select: str
    malformed: tuple[str, ...] = ()


_MAJOR = """CASE currency WHEN 'JPY' THEN amount_::VARCHAR
    WHEN 'KWD' THEN printf('%d.%03d', amount_ // 1000, amount_ % 1000)
    ELSE printf('%d.%02d', amount_ // 100, amount_ % 100) END"""
_LOCAL = "strftime(({0} AT TIME ZONE 'UTC') AT TIME ZONE 'America/New_York', '%Y-%m-%d %H:%M')"
_COPIES = "SELECT * EXCLUDE (copy_number) FROM (SELECT *, unnest(range(copies)) AS copy_number FROM {0})"

_CUSTOMER = """CASE WHEN record_kind = 'deleted'
    THEN '{"id":' || to_json(record_id) || ',"object":"customer","deleted":true}'
    ELSE to_json({
        'id': record_id, 'object': 'customer',
        'address': {'city': city, 'country': country, 'line1': street, 'line2': NULL::VARCHAR,
            'postal_code': postal_code, 'state': region},
        'balance': 0, 'created': epoch(created_at)::BIGINT, 'currency': lower(currency), 'delinquent': false,
        'description': NULL::VARCHAR, 'email': email, 'livemode': true,
        'metadata': CASE WHEN user_id IS NULL THEN '{}'::JSON ELSE to_json({'user_id': user_id}) END,
        'name': first_name || ' ' || last_name, 'phone': phone, 'preferred_locales': []::VARCHAR[]
    })::VARCHAR END AS line"""

_CHARGE = """to_json({
        'id': charge_id, 'object': 'charge', 'amount': amount,
        'amount_captured': CASE WHEN captured THEN amount ELSE 0 END,
        'amount_refunded': amount_refunded,
        'billing_details': {'address': {'city': NULL::VARCHAR, 'country': NULL::VARCHAR}, 'email': billing_email,
            'name': name, 'phone': NULL::VARCHAR},
        'captured': captured, 'created': epoch(created_at)::BIGINT, 'currency': lower(currency),
        'customer': customer_id, 'description': NULL::VARCHAR,
        'disputed': coalesce(dispute_status <> 'warning_closed', false), 'livemode': livemode, 'metadata': '{}'::JSON,
        'paid': paid, 'receipt_email': receipt_email, 'refunded': amount_refunded = amount, 'status': status
    })::VARCHAR AS line"""

_DASHBOARD_STATUS = """CASE WHEN status = 'failed' THEN 'Failed' WHEN status = 'pending' THEN 'Pending'
    WHEN amount_refunded = amount THEN 'Refunded' ELSE 'Paid' END"""


def _stripe() -> list[File]:
    customers = "FROM contact WHERE source = 'stripe'"
    page = f"SELECT {_CUSTOMER} {customers} AND n <= 60 ORDER BY n, copy"
    amount, refunded = _MAJOR.replace("amount_", "amount"), _MAJOR.replace("amount_", "amount_refunded")
    return [
        File("stripe/customers_page_1.json", "line",
             f"""SELECT '{{"object":"list","url":"/v1/customers","has_more":true,"data":['
             || string_agg(line, ',' ORDER BY n, copy) || ']}}' AS line
             FROM (SELECT n, copy, {_CUSTOMER} {customers} AND n <= 60)"""),
        File("stripe/customers.jsonl", "line", page.replace("n <= 60", "n > 60")),
        File("stripe/charges.jsonl", "line",
             f"SELECT {_CHARGE} FROM charge WHERE form = 'api' ORDER BY n, k, charge_id", (CUT_JSON,)),
        File("stripe/payments_2022.csv", "csv", f"""
             SELECT charge_id AS id, NULL AS "Description", NULL AS "Seller Message",
                 strftime(created_at, '%Y-%m-%d %H:%M') AS "Created (UTC)", {amount} AS "Amount",
                 {refunded} AS "Amount Refunded", lower(currency) AS "Currency",
                 CASE WHEN livemode THEN 'Live' ELSE 'Test' END AS "Mode", {_DASHBOARD_STATUS} AS "Status",
                 customer_id AS "Customer ID", NULL AS "Customer Description",
                 coalesce(billing_email, receipt_email) AS "Customer Email", captured AS "Captured",
                 dispute_status AS "Dispute Status"
             FROM charge WHERE form = 'dashboard_old' ORDER BY n, k, charge_id"""),
        File("stripe/unified_payments_2023.csv", "csv", f"""
             SELECT charge_id AS id, strftime(created_at, '%Y-%m-%d %H:%M:%S') AS "Created date (UTC)",
                 {amount} AS "Amount", {refunded} AS "Amount Refunded", lower(currency) AS "Currency",
                 captured AS "Captured", NULL AS "Description", {_DASHBOARD_STATUS} AS "Status",
                 CASE WHEN livemode THEN 'Live' ELSE 'Test' END AS "Mode", customer_id AS "Customer ID",
                 coalesce(billing_email, receipt_email) AS "Customer Email", name AS "Card Name",
                 dispute_status AS "Dispute Status"
             FROM charge WHERE form = 'dashboard_new' ORDER BY n, k, charge_id"""),
        File("stripe/refunds.jsonl", "line", """
             SELECT to_json({'id': refund_id, 'object': 'refund', 'amount': amount, 'charge': charge_id,
                 'created': epoch(created_at)::BIGINT, 'currency': lower(currency), 'metadata': '{}'::JSON,
                 'reason': 'requested_by_customer', 'status': status})::VARCHAR AS line
             FROM refund WHERE form <> 'dashboard_old' ORDER BY n, refund_id"""),
        File("stripe/disputes.jsonl", "line", """
             SELECT to_json({'id': dispute_id, 'object': 'dispute', 'amount': amount, 'charge': charge_id,
                 'created': epoch(created_at)::BIGINT, 'currency': lower(currency), 'is_charge_refundable': false,
                 'livemode': livemode, 'metadata': '{}'::JSON, 'reason': 'fraudulent',
                 'status': status})::VARCHAR AS line
             FROM dispute ORDER BY n, dispute_id"""),
    ]  # fmt: skip


def _crm() -> list[File]:
    created = f"coalesce(local_created, {_LOCAL.format('created_at')})"
    updated = f"coalesce(local_updated, {_LOCAL.format('updated_at')})"
    return [
        File("hubspot/hubspot-crm-exports-all-contacts-2026-11-01.csv", "csv", f"""
             SELECT record_id AS "Record ID", first_name AS "First Name", last_name AS "Last Name", email AS "Email",
                 phone AS "Phone Number", 'Open' AS "Lead Status", job_title AS "Job Title", company AS "Company Name",
                 street AS "Street Address", city AS "City", region AS "State/Region", postal_code AS "Postal Code",
                 country AS "Country/Region", {created} AS "Create Date", {updated} AS "Last Modified Date",
                 (8000000000 + company_no * 3)::VARCHAR AS "Associated Company IDs (Primary)", user_id AS "User ID",
                 customer_id AS "Stripe Customer ID", merged_ids AS "Merged contact IDs",
                 additional_emails AS "Additional email addresses"
             FROM ({_COPIES.format('contact')}) WHERE source = 'hubspot' ORDER BY n, copy, record_id""",
             ("900000099999,Broken",)),
        File("hubspot/hubspot-crm-exports-all-companies-2026-11-01.csv", "csv", """
             SELECT (8000000000 + company_no * 3)::VARCHAR AS "Record ID", company AS "Company name",
                 domain AS "Company Domain Name", pick(industries(), u(company_no, 'industry')) AS "Industry",
                 (5 + floor(u(company_no, 'size') * 900))::BIGINT AS "Number of Employees",
                 '2022-01-05 09:00' AS "Create Date"
             FROM (SELECT DISTINCT company_no, company, domain FROM contact
                 WHERE source = 'hubspot' AND company_no IS NOT NULL) ORDER BY company_no"""),
        File("salesforce/Contact.csv", "csv", f"""
             SELECT record_id AS "Id", is_deleted::INTEGER AS "IsDeleted", merged_into AS "MasterRecordId",
                 salesforce_id('0015f' || code(company_no)) AS "AccountId", last_name AS "LastName",
                 first_name AS "FirstName", first_name || ' ' || last_name AS "Name",
                 -- People type line breaks into a street field.
                 CASE WHEN n % 9 = 0 THEN street || chr(10) || 'Suite ' || n % 40 ELSE street END AS "MailingStreet",
                 city AS "MailingCity", region AS "MailingState", postal_code AS "MailingPostalCode",
                 country AS "MailingCountry", phone AS "Phone", NULL AS "MobilePhone", email AS "Email",
                 job_title AS "Title", birth_date AS "Birthdate", '0055f000001owner' || 'AAA' AS "OwnerId",
                 0 AS "HasOptedOutOfEmail", strftime(created_at, '%Y-%m-%d %H:%M:%S') AS "CreatedDate",
                 strftime(updated_at, '%Y-%m-%d %H:%M:%S') AS "SystemModstamp", user_id AS "External_User_Id__c"
             FROM ({_COPIES.format('contact')}) WHERE source = 'salesforce' ORDER BY n, copy"""),
        File("salesforce/Account.csv", "csv", """
             SELECT salesforce_id('0015f' || code(company_no)) AS "Id", 0 AS "IsDeleted", NULL AS "MasterRecordId",
                 company AS "Name", 'https://www.' || domain AS "Website",
                 pick(industries(), u(company_no, 'industry')) AS "Industry",
                 (5 + floor(u(company_no, 'size') * 900))::BIGINT AS "NumberOfEmployees",
                 '2022-01-05 14:00:00' AS "CreatedDate", '2026-06-01 14:00:00' AS "SystemModstamp"
             FROM (SELECT DISTINCT company_no, company, domain FROM contact
                 WHERE source = 'salesforce' AND company_no IS NOT NULL) ORDER BY company_no"""),
        File("crm/contacts.csv", "csv", f"""
             SELECT record_id AS contact_id, email, first_name, last_name, phone, company, job_title, street, city,
                 region AS state, postal_code, country, user_id, birth_date,
                 strftime(created_at, '%Y-%m-%dT%H:%M:%SZ') AS created_at,
                 strftime(updated_at, '%Y-%m-%dT%H:%M:%SZ') AS updated_at
             FROM ({_COPIES.format('contact')}) WHERE source = 'crm' ORDER BY n, copy"""),
    ]  # fmt: skip


def _mailchimp() -> list[File]:
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


def _marketing() -> list[File]:
    rows = f"FROM ({_COPIES.format('marketing')})"
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


def _ga4(as_parquet: bool) -> list[File]:
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


_PRICE = """{'id': 'price_R' || plan || lower(currency), 'object': 'price', 'active': true,
        'billing_scheme': 'per_unit', 'currency': lower(currency), 'livemode': true,
        'nickname': NULL::VARCHAR, 'product': 'prod_R' || plan,
        'recurring': {'interval': interval_unit, 'interval_count': 1, 'meter': NULL::VARCHAR, 'usage_type': 'licensed'},
        'type': 'recurring', 'unit_amount': unit_amount}"""

_DISCOUNTS = """CASE WHEN has_coupon THEN [{'id': 'di_R' || code(n), 'object': 'discount', 'start':
        epoch(started_at)::BIGINT, 'end': NULL::BIGINT, 'source': {'type': 'coupon', 'coupon': {'id': 'ANNUAL10',
        'duration': 'forever', 'percent_off': 10.0}}}] ELSE [] END"""

_SUBSCRIPTION = f"""to_json({{
        'id': subscription_id, 'object': 'subscription', 'cancel_at': NULL::BIGINT,
        'cancel_at_period_end': is_cancel_at_period_end, 'canceled_at': epoch(canceled_at)::BIGINT,
        'collection_method': CASE WHEN by_invoice THEN 'send_invoice' ELSE 'charge_automatically' END,
        'created': epoch(started_at)::BIGINT, 'currency': lower(currency), 'customer': customer_id,
        'discounts': {_DISCOUNTS}, 'ended_at': epoch(ended_at)::BIGINT,
        'items': {{'object': 'list', 'has_more': false, 'data': [{{'id': item_id, 'object': 'subscription_item',
            'created': epoch(started_at)::BIGINT, 'current_period_end': epoch(period_end_at)::BIGINT,
            'current_period_start': epoch(period_start_at)::BIGINT, 'price': {_PRICE}, 'quantity': quantity,
            'subscription': subscription_id}}]}},
        'livemode': true, 'metadata': '{{}}'::JSON, 'start_date': epoch(started_at)::BIGINT, 'status': status,
        'trial_end': CASE WHEN has_trial THEN epoch(paid_from)::BIGINT END,
        'trial_start': CASE WHEN has_trial THEN epoch(started_at)::BIGINT END
    }})::VARCHAR AS line"""

_INVOICE = """to_json({
        'id': invoice_id, 'object': 'invoice', 'amount_due': total,
        'amount_paid': CASE WHEN state = 'paid' THEN total ELSE 0 END,
        'amount_remaining': CASE WHEN state = 'paid' THEN 0 ELSE total END,
        'attempt_count': attempts, 'attempted': attempts > 0,
        'billing_reason': CASE WHEN k = 0 THEN 'subscription_create' ELSE 'subscription_cycle' END,
        'collection_method': CASE WHEN by_invoice THEN 'send_invoice' ELSE 'charge_automatically' END,
        'created': epoch(issued_at)::BIGINT, 'currency': lower(currency), 'customer': customer_id,
        'customer_email': email, 'due_date': epoch(due_at)::BIGINT,
        'lines': {'object': 'list', 'has_more': false, 'data': [{'id': 'il_1R' || code(n * 64 + k),
            'object': 'line_item', 'amount': subtotal, 'currency': lower(currency), 'description': seats || ' x ' ||
            product, 'livemode': true, 'parent': {'type': 'subscription_item_details', 'subscription_item_details':
            {'proration': false, 'subscription': subscription_id, 'subscription_item': item_id}},
            'period': {'start': epoch(line_from)::BIGINT, 'end': epoch(line_to)::BIGINT},
            'pricing': {'type': 'price_details', 'price_details': {'price': 'price_R' || plan || lower(currency),
            'product': 'prod_R' || plan}}, 'quantity': seats}]},
        'livemode': true, 'metadata': '{}'::JSON, 'number': 'R' || lpad(n::VARCHAR, 7, '0') || '-' || (k + 1),
        'parent': {'type': 'subscription_details', 'subscription_details': {'subscription': subscription_id}},
        'status': state, 'status_transitions': {'finalized_at': epoch(issued_at)::BIGINT,
            'marked_uncollectible_at': NULL::BIGINT, 'paid_at': epoch(paid_at)::BIGINT, 'voided_at': NULL::BIGINT},
        'subtotal': subtotal, 'total': total,
        'total_discount_amounts': CASE WHEN has_coupon THEN [{'amount': subtotal - total,
            'discount': 'di_R' || code(n)}] ELSE [] END
    })::VARCHAR AS line"""


def _billing() -> list[File]:
    product = """to_json({'id': 'prod_R' || plan, 'object': 'product', 'active': true, 'created': 1640995200,
        'livemode': true, 'metadata': '{}'::JSON, 'name': name, 'type': 'service', 'updated': 1704067200})::VARCHAR"""
    prices = "SELECT DISTINCT plan, currency, interval_unit, unit_amount FROM subscription"
    return [
        File("stripe/products.jsonl", "line", f"SELECT {product} AS line FROM plan ORDER BY plan"),
        File("stripe/prices.jsonl", "line",
             f"SELECT to_json({_PRICE})::VARCHAR AS line FROM ({prices}) ORDER BY plan, currency"),
        File("stripe/subscriptions.jsonl", "line", f"SELECT {_SUBSCRIPTION} FROM subscription ORDER BY n"),
        File("stripe/invoices.jsonl", "line", f"SELECT {_INVOICE} FROM invoice ORDER BY n, k"),
        File("stripe/credit_notes.jsonl", "line", """
             SELECT to_json({'id': credit_note_id, 'object': 'credit_note', 'amount': credited,
                 'created': epoch(credited_at)::BIGINT, 'currency': lower(currency), 'customer': customer_id,
                 'customer_balance_transaction': transaction_id, 'invoice': invoice_id, 'livemode': true,
                 'metadata': '{}'::JSON, 'reason': 'product_unsatisfactory', 'status': 'issued', 'subtotal': credited,
                 'total': credited, 'type': 'post_payment'})::VARCHAR AS line
             FROM credit_note ORDER BY n, k"""),
        File("stripe/customer_balance_transactions.jsonl", "line", """
             SELECT to_json({'id': transaction_id, 'object': 'customer_balance_transaction', 'amount': -credited,
                 'created': epoch(credited_at)::BIGINT, 'credit_note': credit_note_id, 'currency': lower(currency),
                 'customer': customer_id, 'description': NULL::VARCHAR, 'ending_balance': -credited, 'invoice': NULL,
                 'livemode': true, 'metadata': '{}'::JSON, 'type': 'credit_note'})::VARCHAR AS line
             FROM credit_note ORDER BY n, k"""),
    ]  # fmt: skip


def files(*, ga4_as_parquet: bool) -> list[File]:
    """Every file of an extract; JSONL of GA4 for the newest year, or all of it as nested Parquet."""
    return [*_stripe(), *_billing(), *_crm(), *_mailchimp(), *_marketing(), *_ga4(ga4_as_parquet)]


FLAT_SESSIONS = _FLAT
