-- Every risk of every account with what it rests on. One row per account and risk.
-- depends: health.risk_signals
-- materialized: view
-- column: account_id VARCHAR | The account.
-- column: risk VARCHAR | Kind of risk.
-- column: risk_group VARCHAR | risk, or alert: raised by a threshold of the dashboard.
-- column: severity VARCHAR | critical, high, medium or low.
-- column: place BIGINT | Place among the account's risks, the most severe first.
-- column: signal VARCHAR | What was found, in words.
-- column: value DOUBLE | What was measured.
-- column: threshold DOUBLE | What it was compared with.
-- column: unit VARCHAR | Unit of both.
-- column: recommendation VARCHAR | What to do about it.
-- column: action VARCHAR | The action it asks for.
-- column: kind VARCHAR | derived: computed from observed facts; inferred: another reading is possible.
-- column: confidence DECIMAL(5,4) | 1 for what is derived from fresh facts; less when inferred, stale, or resting on a score with gaps.
-- column: evidence_table VARCHAR | Published table that holds the rows behind it.
-- column: evidence_rows VARCHAR | Condition on that table that finds them.
-- unique: account_id, risk
-- unique: account_id, place
-- not_null: account_id, risk, risk_group, severity, place, signal, value, threshold, unit, recommendation, action, kind, confidence, evidence_table, evidence_rows
SELECT
    account_id,
    risk,
    risk_group,
    severity,
    place,
    signal,
    value,
    threshold,
    unit,
    recommendation,
    action,
    kind,
    confidence,
    evidence_table,
    evidence_rows
FROM health.risk_signals
