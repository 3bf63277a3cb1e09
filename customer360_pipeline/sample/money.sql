-- Attempts to take money, what was given back, what banks took back. Amounts in minor units of the currency.
-- `form` is how the charge was exported: the Dashboard's old and new CSV for the first years, API objects since.
CREATE TABLE charge AS
WITH attempt AS (
    SELECT n, email, first_name, last_name, currency AS home_currency, since, orders, unnest(range(orders)) AS j
    FROM person
    WHERE in_source(n, 0)
),
drawn AS (
    SELECT
        *,
        n * 16 + j AS k,
        CASE
            WHEN u(n * 16 + j, 'foreign') < 0.04 THEN 'EUR'
            ELSE home_currency
        END AS currency,
        u(n * 16 + j, 'outcome') AS outcome,
        u(n * 16 + j, 'guest') < 0.04 AS is_guest,
        since + to_seconds(86400 + floor(u(n * 16 + j, 'when') * (epoch(as_of()) - epoch(since) - 259200))::BIGINT)
            AS created_at
    FROM attempt
),
priced AS (
    SELECT
        d.*,
        CASE d.currency
            WHEN 'KWD' THEN floor(200 + 4000 * pow(u(k, 'amount'), 2))::BIGINT * 10
            WHEN 'JPY' THEN floor(500 + 40000 * pow(u(k, 'amount'), 2))::BIGINT
            WHEN 'NGN' THEN floor(200000 + 9000000 * pow(u(k, 'amount'), 2))::BIGINT
            ELSE floor(500 + 40000 * pow(u(k, 'amount'), 2))::BIGINT
        END AS amount,
        CASE WHEN outcome < 0.93 THEN 'succeeded' WHEN outcome < 0.98 THEN 'failed' WHEN outcome < 0.983 THEN 'pending'
            ELSE 'succeeded' END AS status,
        outcome >= 0.983 AND outcome < 0.99 AS is_uncaptured,
        outcome < 0.99 AS livemode,
        CASE WHEN created_at < TIMESTAMP '2023-01-01' THEN 'dashboard_old'
            WHEN created_at < TIMESTAMP '2024-01-01' AND outcome < 0.93 THEN 'dashboard_new' ELSE 'api' END AS form,
        CASE WHEN outcome >= 0.93 THEN NULL WHEN u(k, 'refund') < 0.03 THEN 'full' WHEN u(k, 'refund') < 0.05 THEN 'partial'
            WHEN u(k, 'refund') < 0.056 THEN 'two_parts' WHEN u(k, 'refund') < 0.06 THEN 'failed' END AS refund_kind,
        CASE WHEN outcome >= 0.93 OR u(k, 'refund') < 0.06 THEN NULL WHEN u(k, 'dispute') < 0.004 THEN 'won'
            WHEN u(k, 'dispute') < 0.008 THEN 'lost' WHEN u(k, 'dispute') < 0.009 THEN 'needs_response'
            WHEN u(k, 'dispute') < 0.01 THEN 'warning_closed' END AS dispute_status
    FROM drawn AS d
)
SELECT
    p.n, 'ch_3R' || code(k) || 'Mx' AS charge_id, k,
    CASE WHEN NOT is_guest THEN record_id('stripe', n * 2 + has_second) END AS customer_id,
    CASE WHEN is_guest AND k % 2 = 0 THEN NULL ELSE p.email END AS billing_email,
    CASE WHEN is_guest THEN p.email END AS receipt_email,
    first_name || ' ' || last_name AS name,
    currency, amount, status,
    status = 'succeeded' AS paid,
    status = 'succeeded' AND NOT is_uncaptured AS captured,
    livemode, form, refund_kind, dispute_status,
    CASE refund_kind WHEN 'full' THEN amount WHEN 'partial' THEN amount // 40 * 10
        WHEN 'two_parts' THEN amount // 40 * 10 * 2 ELSE 0 END AS amount_refunded,
    date_trunc('second', created_at) AS created_at
FROM (
    SELECT *, (j % 2 = 1 AND chance(n, 0, 1, 'copy') < 0.02)::BIGINT AS has_second FROM priced
) AS p
ORDER BY k;

CREATE TABLE refund AS
SELECT
    n, 're_3R' || code(k * 2 + part) || 'Rf' AS refund_id, charge_id, currency, form,
    CASE refund_kind WHEN 'full' THEN amount WHEN 'failed' THEN amount ELSE amount // 40 * 10 END AS amount,
    CASE refund_kind WHEN 'failed' THEN 'failed' ELSE 'succeeded' END AS status,
    least(as_of() - INTERVAL 1 HOUR, created_at + to_days((3 + part * 5)::INTEGER)) AS created_at
FROM (
    SELECT *, unnest(range(CASE refund_kind WHEN 'two_parts' THEN 2 ELSE 1 END)) AS part
    FROM charge
    WHERE refund_kind IS NOT NULL
)
ORDER BY k, part;

CREATE TABLE dispute AS
SELECT
    n, 'dp_1R' || code(k) || 'Dp' AS dispute_id, charge_id, currency, amount, dispute_status AS status, livemode,
    least(as_of() - INTERVAL 1 HOUR, created_at + INTERVAL 20 DAY) AS created_at
FROM charge
WHERE dispute_status IS NOT NULL
ORDER BY k;
