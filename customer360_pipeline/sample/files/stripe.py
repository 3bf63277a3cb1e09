"""Stripe's customers and payments: API objects, and the Dashboard's two forms of CSV."""

from __future__ import annotations

from customer360_pipeline.sample.files.file import File

# A row that no reader can take: appended to the file, one quarantined record.
CUT_JSON = '{"id": "ch_CutOff", "object": "charge", "amount": 12'

_MAJOR = """CASE currency WHEN 'JPY' THEN amount_::VARCHAR
    WHEN 'KWD' THEN printf('%d.%03d', amount_ // 1000, amount_ % 1000)
    ELSE printf('%d.%02d', amount_ // 100, amount_ % 100) END"""

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


def stripe() -> list[File]:
    """Customers, charges, refunds and disputes."""
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
