-- Where an account may be ready for more, with what that rests on. One row per account and opportunity.
-- depends: health.opportunity_signals
-- materialized: view
-- column: account_id VARCHAR | The account.
-- column: opportunity VARCHAR | expansion, upsell or stale_opportunity.
-- column: signal VARCHAR | What was found, in words.
-- column: measured DOUBLE | What was measured.
-- column: threshold DOUBLE | What it was compared with.
-- column: unit VARCHAR | Unit of both.
-- column: value DECIMAL(18,2) | Reporting currency: of a year for an expansion, the amounts of stale opportunities; NULL where no row gives one.
-- column: value_basis VARCHAR | How the value was computed; NULL without one.
-- column: recommendation VARCHAR | What to do about it.
-- column: action VARCHAR | The action it asks for.
-- column: kind VARCHAR | derived, or inferred: another reading is possible.
-- column: confidence DECIMAL(5,4) | 1 for what is derived from fresh facts; less when inferred or stale.
-- column: evidence_table VARCHAR | Published table that holds the rows behind it.
-- column: evidence_rows VARCHAR | Condition on that table that finds them.
-- unique: account_id, opportunity
-- not_null: account_id, opportunity, signal, measured, threshold, unit, recommendation, action, kind, confidence, evidence_table
SELECT
    account_id,
    opportunity,
    signal,
    measured,
    threshold,
    unit,
    value,
    value_basis,
    recommendation,
    action,
    kind,
    confidence,
    evidence_table,
    evidence_rows
FROM health.opportunity_signals
