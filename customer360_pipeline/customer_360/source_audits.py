"""What sources and people say that cannot be so. It warns: they are taken at their word, and a person should look."""

from __future__ import annotations

from customer360_pipeline.customer_360.audit import Audit

_BY_SOURCE = "SELECT source || ' ' || COUNT(*) FROM ({rows}) GROUP BY source ORDER BY source"
# What a charge took, and what its settled refunds (refund objects, else its own amount_refunded) and lost disputes gave
# back of it, in its own currency.
_GIVEN_BACK = (
    "SELECT c.source, c.charge_id, COALESCE(c.amount_captured, c.amount) AS taken, "
    "CASE WHEN g.refunds IS NULL THEN COALESCE(c.amount_refunded, 0) ELSE g.amount END AS refunded, "
    "COALESCE(l.amount, 0) AS lost FROM staging.charges AS c LEFT JOIN ("
    "SELECT r.source, r.charge_id, COUNT(*) AS refunds, "
    "SUM(CASE WHEN r.is_settled AND COALESCE(r.currency = x.currency, TRUE) THEN r.amount ELSE 0 END) AS amount "
    "FROM staging.refunds AS r JOIN staging.charges AS x ON x.source = r.source AND x.charge_id = r.charge_id "
    "GROUP BY r.source, r.charge_id) AS g ON g.source = c.source AND g.charge_id = c.charge_id LEFT JOIN ("
    "SELECT d.source, d.charge_id, SUM(d.amount) AS amount "
    "FROM staging.disputes AS d JOIN staging.charges AS x ON x.source = d.source AND x.charge_id = d.charge_id "
    "WHERE d.is_lost AND COALESCE(d.currency = x.currency, TRUE) "
    "GROUP BY d.source, d.charge_id) AS l ON l.source = c.source AND l.charge_id = c.charge_id "
    "WHERE c.is_succeeded"
)
_REFUNDED = f"SELECT source FROM ({_GIVEN_BACK}) AS b WHERE refunded > taken"
_LOST_TOO = f"SELECT source FROM ({_GIVEN_BACK}) AS b WHERE lost > 0 AND refunded + lost > taken"
_OTHER_CURRENCY = (
    "SELECT r.source, r.refund_id FROM staging.refunds AS r "
    "JOIN staging.charges AS c ON c.source = r.source AND c.charge_id = r.charge_id "
    "WHERE r.is_settled AND r.currency <> c.currency"
)
# A refund of a charge that took no money is none: cancelling an authorisation makes one.
_OF_NO_CHARGE = (
    "SELECT m.source FROM profile.money AS m "
    "LEFT JOIN staging.charges AS c ON c.source = m.source AND c.charge_id = m.charge_id "
    "WHERE m.status = 'no_charge' AND c.charge_id IS NULL"
)
_LATER = (
    "SELECT source, record_id FROM staging.records WHERE record_type = 'contact' "
    "AND (updated_at > $as_of OR created_at > $as_of) "
    "UNION ALL SELECT source, account_id FROM staging.accounts WHERE updated_at > $as_of OR created_at > $as_of"
)

# Files of which a considerable part was refused; a quarantined record stands once in the quarantine.
_REFUSED = (
    "SELECT f.source, f.source_file, q.refused, f.physical_records FROM sources.files AS f JOIN ("
    "SELECT source, entity, source_file, COUNT(*) AS refused FROM sources.quarantine "
    "GROUP BY source, entity, source_file) AS q "
    "ON q.source = f.source AND q.entity = f.entity AND q.source_file = f.source_file "
    "WHERE q.refused >= $quality_warn_quarantined_records "
    "AND q.refused > $quality_warn_quarantine_ratio * f.physical_records"
)


def _warning(name: str, description: str, rows: str, table: str) -> Audit:
    """A warning with a finding per row, told by source and number."""
    return Audit(
        name, description, f"SELECT COUNT(*) FROM ({rows})", blocking=False, table=table,
        found=_BY_SOURCE.format(rows=rows),
    )  # fmt: skip


_UNKNOWN_DECISIONS = (
    "SELECT decision_id FROM customer_360.identity_decisions GROUP BY decision_id HAVING COUNT(customer_id) = 0"
)

SOURCE_AUDITS: tuple[Audit, ...] = (
    Audit(
        "files_mostly_accepted",
        "No file has more than quality.warn_quarantine_ratio of its records refused, quality.warn_quarantined_records "
        "at least. Lines and rules: customer360 show quarantine.",
        f"SELECT COUNT(*) FROM ({_REFUSED})",
        blocking=False,
        table="customer_360.quarantine",
        found="SELECT source_file || ' ' || CAST(refused AS VARCHAR) || ' of ' || CAST(physical_records AS VARCHAR) || "
        f"' records' FROM ({_REFUSED}) ORDER BY refused DESC, source_file",
    ),
    Audit(
        "copies_agree_on_money",
        "Where one charge or invoice comes in two forms (Stripe's API and its Dashboard's CSV), both say the same "
        "amounts. The form that the contract names first counts: is its export the older one, or does the other lack "
        "a column?",
        "SELECT COALESCE(CAST(SUM(records) AS BIGINT), 0) FROM sources.differing_copies",
        blocking=False,
        table="customer_360.source_ledger",
        found="SELECT source_file || ' ' || records FROM sources.differing_copies ORDER BY 1",
    ),
    _warning(
        "refunds_within_charge",
        "No charge was refunded by more than it took. Revenue counts the refunds as the source gives them.",
        _REFUNDED,
        "customer_360.revenue_tie_out",
    ),
    _warning(
        "disputes_within_charge",
        "No charge gave back more than it took by its refunds and lost disputes together. Revenue counts each as the "
        "source gives it, so such a charge counts below zero.",
        _LOST_TOO,
        "customer_360.revenue_tie_out",
    ),
    _warning(
        "refunds_in_currency_of_charge",
        "Every settled refund has the currency of its charge. Each is counted in its own currency.",
        _OTHER_CURRENCY,
        "customer_360.revenue_tie_out",
    ),
    _warning(
        "refunds_have_charge",
        "The charge of every settled refund and lost dispute is in a file. Without it their amount is not counted "
        "(revenue_tie_out.without_charge_amount): export the charges from further back, or look for the charge in the "
        "quarantine.",
        _OF_NO_CHARGE,
        "customer_360.revenue_tie_out",
    ),
    _warning(
        "records_not_after_as_of",
        "No contact or company was created or changed after as_of. Such a time counts as not known: a clock that is "
        "ahead wins no value.",
        _LATER,
        "customer_360.freshness",
    ),
    Audit(
        "decisions_name_known_records",
        "Every decision of people names a record of the extracts. Were these made on other data, the sample perhaps? "
        "They change nothing here. To take one back: customer360 decisions revoke ID --reason ...",
        f"SELECT COUNT(*) FROM ({_UNKNOWN_DECISIONS})",
        blocking=False,
        table="customer_360.identity_decisions",
        found=f"{_UNKNOWN_DECISIONS} ORDER BY LENGTH(decision_id), decision_id",
    ),
)
