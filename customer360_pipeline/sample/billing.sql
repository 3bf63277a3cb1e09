-- Who pays again each period: subscriptions of one plan each, the invoice of every period and the charge that paid it.
-- Amounts in minor units of the currency. Planted: trials, seats added half-way, ends asked for and ends come, payment
-- that fails, a coupon that lasts forever, plans paid by invoice.
CREATE TABLE plan AS
SELECT * FROM (VALUES
    ('starter', 'Starter', 'month', 2900, false),
    ('team', 'Team', 'month', 1200, false),
    ('business', 'Business', 'year', 480000, true)
) AS t(plan, name, interval_unit, usd_amount, by_invoice);

CREATE TABLE subscription AS
WITH chosen AS (
    SELECT
        n, email, currency,
        CASE WHEN u(n, 'plan') < 0.5 THEN 'starter' WHEN u(n, 'plan') < 0.85 THEN 'team' ELSE 'business' END AS plan,
        date_trunc('second', greatest(since, TIMESTAMP '2024-06-01') + to_seconds((u(n, 'joins') * 7000000)::BIGINT))
            AS started_at,
        u(n, 'sub fate') AS fate, u(n, 'sub trial') < 0.25 AS has_trial
    FROM person
    WHERE with_accounts() AND in_source(n, 0) AND u(n, 'subscribes') < 0.18
),
priced AS (
    SELECT
        c.*, p.name AS product, p.interval_unit, p.by_invoice,
        CASE c.currency WHEN 'JPY' THEN p.usd_amount // 100 * 150 WHEN 'KWD' THEN p.usd_amount // 100 * 300
            WHEN 'NGN' THEN p.usd_amount * 1500 ELSE p.usd_amount END AS unit_amount,
        CASE c.plan WHEN 'team' THEN 3 + floor(u(n, 'seats') * 38)::BIGINT ELSE 1 END AS quantity,
        c.started_at + CASE WHEN c.has_trial THEN INTERVAL 14 DAY ELSE INTERVAL 0 DAY END AS paid_from,
        CASE WHEN p.interval_unit = 'year' THEN INTERVAL 12 MONTH ELSE INTERVAL 1 MONTH END AS period
    FROM chosen AS c
    JOIN plan AS p ON p.plan = c.plan
    WHERE c.started_at < as_of() - INTERVAL 3 DAY
),
dated AS (
    -- An end falls on the end of a period: the first after two fifths of the time since the beginning.
    SELECT
        p.*,
        CASE WHEN fate < 0.2 THEN paid_from + to_seconds((0.4 * epoch(as_of() - paid_from))::BIGINT) END AS asked_at,
        CASE
            WHEN paid_from > as_of() THEN 'trialing'
            WHEN fate < 0.2 THEN 'canceled'
            WHEN fate < 0.25 THEN 'cancels'
            WHEN fate < 0.29 THEN 'past_due'
            WHEN fate < 0.31 THEN 'unpaid'
            WHEN fate < 0.33 THEN 'incomplete_expired'
            ELSE 'active'
        END AS state
    FROM priced AS p
),
counted AS (
    SELECT
        d.*,
        CASE interval_unit WHEN 'year' THEN date_diff('year', paid_from, least(coalesce(asked_at, as_of()), as_of()))
            ELSE date_diff('month', paid_from, least(coalesce(asked_at, as_of()), as_of())) END + 1 AS most
    FROM dated AS d
),
periods AS (
    -- date_diff counts boundaries, so the last period may not have begun yet.
    SELECT
        c.*,
        CASE WHEN state IN ('trialing', 'incomplete_expired') THEN 0
            WHEN paid_from + period * (most - 1) > least(coalesce(asked_at, as_of()), as_of()) THEN most - 1
            ELSE most END AS periods
    FROM counted AS c
)
SELECT
    n, 'sub_1R' || code(n) AS subscription_id, 'si_R' || code(n) AS item_id, email, currency, plan, product,
    interval_unit, by_invoice, unit_amount, quantity, started_at, paid_from, period, periods, has_trial,
    CASE WHEN state = 'cancels' THEN 'active'
        WHEN state = 'canceled' AND paid_from + period * periods > as_of() THEN 'active' ELSE state END AS status,
    record_id('stripe', n * 2) AS customer_id,
    CASE WHEN plan = 'team' AND u(n, 'grows') < 0.3 AND periods > 3 THEN periods // 2 END AS grown_at,
    u(n, 'coupon') < 0.06 AS has_coupon,
    CASE WHEN state = 'trialing' THEN started_at WHEN periods = 0 THEN started_at
        ELSE paid_from + period * (periods - 1) END AS period_start_at,
    CASE WHEN state = 'trialing' THEN paid_from WHEN periods = 0 THEN started_at + period
        ELSE paid_from + period * periods END AS period_end_at,
    CASE WHEN state = 'cancels' THEN as_of() - INTERVAL 2 DAY ELSE asked_at END AS canceled_at,
    state = 'cancels' OR (state = 'canceled' AND paid_from + period * periods > as_of()) AS is_cancel_at_period_end,
    CASE WHEN state = 'canceled' AND paid_from + period * periods <= as_of() THEN paid_from + period * periods
        WHEN state = 'incomplete_expired' THEN started_at + INTERVAL 23 HOUR END AS ended_at
FROM periods
ORDER BY n;

CREATE TABLE invoice AS
WITH period AS (
    SELECT *, unnest(range(periods)) AS k FROM subscription
),
billed AS (
    SELECT
        p.*, 'in_1R' || code(n * 64 + k) AS invoice_id, paid_from + period * k AS issued_at,
        paid_from + period * k AS line_from, paid_from + period * (k + 1) AS line_to,
        CASE WHEN k < grown_at THEN greatest(1, quantity * 3 // 5) ELSE quantity END AS seats,
        k = periods - 1 AND status IN ('past_due', 'unpaid') AS has_failed,
        paid_from + period * k + to_seconds((86400 * (3 + 40 * pow(u(n * 64 + k, 'delay'), 2)))::BIGINT) AS slow_at
    FROM period AS p
),
settled AS (
    SELECT
        b.*, unit_amount * seats AS subtotal,
        CASE WHEN has_coupon THEN unit_amount * seats * 9 // 10 // 10 * 10 ELSE unit_amount * seats END AS total,
        CASE WHEN has_failed OR (by_invoice AND slow_at >= as_of()) THEN NULL
            WHEN by_invoice THEN date_trunc('second', slow_at) ELSE issued_at + INTERVAL 1 HOUR END AS paid_at
    FROM billed AS b
)
SELECT
    *, CASE WHEN paid_at IS NULL THEN 'open' ELSE 'paid' END AS state,
    CASE WHEN has_failed THEN 4 WHEN u(n * 64 + k, 'retry') < 0.03 AND NOT by_invoice THEN 2
        WHEN by_invoice AND paid_at IS NULL THEN 0 ELSE 1 END AS attempts,
    CASE WHEN by_invoice THEN issued_at + INTERVAL 30 DAY END AS due_at
FROM settled
WHERE issued_at < as_of()
ORDER BY n, k;

INSERT INTO charge BY NAME
SELECT
    n, 'ch_3S' || code(n * 64 + k) || 'In' AS charge_id, 4611686018427387904 + n * 64 + k AS k, customer_id,
    email AS billing_email, currency, total AS amount, 'succeeded' AS status, true AS paid, true AS captured,
    true AS livemode, 'api' AS form, 0 AS amount_refunded, paid_at AS created_at
FROM invoice
WHERE paid_at IS NOT NULL AND paid_at < as_of()
ORDER BY n, k;

-- A tenth given back for a bad week: it goes to the customer's balance and waits for the next invoice.
CREATE TABLE credit_note AS
SELECT
    *, 'cn_1R' || code(n * 64 + k) AS credit_note_id, 'cbtxn_1R' || code(n * 64 + k) AS transaction_id,
    total // 100 * 10 AS credited, paid_at + INTERVAL 5 DAY AS credited_at
FROM invoice
WHERE paid_at < as_of() - INTERVAL 6 DAY AND u(n * 64 + k, 'credit') < 0.02
ORDER BY n, k;
