"""Stripe's subscriptions, invoices, products, prices, credit notes and balance transactions."""

from __future__ import annotations

from customer360_pipeline.sample.files.file import File

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


def billing() -> list[File]:
    """What is owed each period and what was credited."""
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
