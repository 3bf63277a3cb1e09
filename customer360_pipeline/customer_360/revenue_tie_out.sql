-- Every amount of the ledger and where it is in this version: nothing lost, nothing counted twice. One row per
-- currency. `ledger_amount` is added up from the source facts, the other columns from the tables made of them.
-- depends: staging.charges, staging.refunds, staging.disputes, profile.money, metrics.revenue_by_currency
-- column: currency VARCHAR | ISO 4217 code; `unknown` for facts without one.
-- column: ledger_amount DECIMAL(18,3) | Captured charges less settled refunds less lost disputes, of all facts.
-- column: customers_amount DECIMAL(18,3) | Of it, attributed to customers.
-- column: unattributed_amount DECIMAL(18,3) | Of it, of payers whom nothing identifies.
-- column: after_as_of_amount DECIMAL(18,3) | Of it, dated after as_of: not counted yet.
-- column: without_charge_amount DECIMAL(18,3) | Of it, refunds and disputes whose charge is not among the succeeded ones: not counted.
-- column: difference DECIMAL(18,3) | Ledger less the four columns; always 0.
-- column: unconverted_amount DECIMAL(18,3) | Of the customers' and unattributed amounts, without an exchange rate.
-- column: unconverted_movements BIGINT | Charges, refunds and lost disputes in it.
-- column: reporting_customers DECIMAL(18,2) | The customers' amount in the reporting currency, without the unconverted.
-- column: reporting_unattributed DECIMAL(18,2) | The unattributed amount in the reporting currency, without the unconverted.
-- column: reporting_ledger DECIMAL(18,2) | All counted movements in the reporting currency.
-- unique: currency
-- not_null: currency, ledger_amount, customers_amount, unattributed_amount, after_as_of_amount, without_charge_amount
-- assert: difference = 0 | every amount of the ledger is in exactly one place
-- assert: reporting_ledger = reporting_customers + reporting_unattributed | and so it is after conversion
WITH succeeded AS (
    SELECT source, charge_id, currency, COALESCE(amount_captured, amount) AS amount, amount_refunded
    FROM staging.charges
    WHERE is_succeeded
),
with_objects AS (
    SELECT source, charge_id, COUNT(*) AS refunds
    FROM staging.refunds
    WHERE charge_id IS NOT NULL
    GROUP BY source, charge_id
),
ledger AS (
    SELECT s.currency, s.amount - CASE WHEN o.refunds IS NULL THEN COALESCE(s.amount_refunded, 0) ELSE 0 END AS amount
    FROM succeeded AS s
    LEFT JOIN with_objects AS o ON o.source = s.source AND o.charge_id = s.charge_id
    UNION ALL
    SELECT COALESCE(r.currency, s.currency), -r.amount
    FROM staging.refunds AS r
    LEFT JOIN succeeded AS s ON s.source = r.source AND s.charge_id = r.charge_id
    WHERE r.is_settled
    UNION ALL
    SELECT COALESCE(d.currency, s.currency), -d.amount
    FROM staging.disputes AS d
    LEFT JOIN succeeded AS s ON s.source = d.source AND s.charge_id = d.charge_id
    WHERE d.is_lost
),
places AS (
    SELECT COALESCE(currency, 'unknown') AS currency, 'ledger' AS place, amount, NULL AS reporting FROM ledger
    UNION ALL
    SELECT COALESCE(currency, 'unknown'), 'customers', net_amount, reporting_amount FROM metrics.revenue_by_currency
    UNION ALL
    SELECT COALESCE(currency, 'unknown'), 'unattributed', amount, reporting_amount
    FROM profile.money
    WHERE node IS NULL AND status IN ('counted', 'no_rate')
    UNION ALL
    SELECT COALESCE(currency, 'unknown'), status, amount, reporting_amount FROM profile.money WHERE status <> 'counted'
    UNION ALL
    SELECT COALESCE(currency, 'unknown'), 'counted', amount, reporting_amount
    FROM profile.money
    WHERE status = 'counted'
),
sums AS (
    SELECT
        currency,
        SUM(CASE WHEN place = 'ledger' THEN amount ELSE 0 END) AS ledger_amount,
        SUM(CASE WHEN place = 'customers' THEN amount ELSE 0 END) AS customers_amount,
        SUM(CASE WHEN place = 'unattributed' THEN amount ELSE 0 END) AS unattributed_amount,
        SUM(CASE WHEN place = 'after_as_of' THEN amount ELSE 0 END) AS after_as_of_amount,
        SUM(CASE WHEN place = 'no_charge' THEN amount ELSE 0 END) AS without_charge_amount,
        SUM(CASE WHEN place = 'no_rate' THEN amount ELSE 0 END) AS unconverted_amount,
        SUM(CASE WHEN place = 'no_rate' THEN 1 ELSE 0 END) AS unconverted_movements,
        SUM(CASE WHEN place = 'customers' THEN COALESCE(reporting, 0) ELSE 0 END) AS reporting_customers,
        SUM(CASE WHEN place = 'unattributed' THEN COALESCE(reporting, 0) ELSE 0 END) AS reporting_unattributed,
        SUM(CASE WHEN place = 'counted' THEN COALESCE(reporting, 0) ELSE 0 END) AS reporting_ledger
    FROM places
    GROUP BY currency
)
SELECT
    currency,
    CAST(ledger_amount AS DECIMAL(18, 3)) AS ledger_amount,
    CAST(customers_amount AS DECIMAL(18, 3)) AS customers_amount,
    CAST(unattributed_amount AS DECIMAL(18, 3)) AS unattributed_amount,
    CAST(after_as_of_amount AS DECIMAL(18, 3)) AS after_as_of_amount,
    CAST(without_charge_amount AS DECIMAL(18, 3)) AS without_charge_amount,
    CAST(
        ledger_amount - customers_amount - unattributed_amount - after_as_of_amount - without_charge_amount
        AS DECIMAL(18, 3)
    ) AS difference,
    CAST(unconverted_amount AS DECIMAL(18, 3)) AS unconverted_amount,
    CAST(unconverted_movements AS BIGINT) AS unconverted_movements,
    CAST(reporting_customers AS DECIMAL(18, 2)) AS reporting_customers,
    CAST(reporting_unattributed AS DECIMAL(18, 2)) AS reporting_unattributed,
    CAST(reporting_ledger AS DECIMAL(18, 2)) AS reporting_ledger
FROM sums
