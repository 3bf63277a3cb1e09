-- What each account may use at as_of, and how many seats of it are used. One row per account and product.
-- depends: metrics.account_entitlements, metrics.account_seats
-- column: account_id VARCHAR | The account.
-- column: product VARCHAR | The product; 'all' where the sheet names none.
-- column: plan VARCHAR | Its plan.
-- column: add_ons VARCHAR | Add-ons, joined by comma and blank.
-- column: seats BIGINT | Users that may use it; NULL: without a limit, or not by seats.
-- column: is_unlimited BOOLEAN | Any number of users may.
-- column: used_seats BIGINT | Of them, used.
-- column: used_by VARCHAR | How that is known: given (the sheet), product (users of its features) or users (of anything).
-- column: seat_utilization DECIMAL(18,4) | Used of them.
-- column: valid_from DATE | From then; NULL: always was.
-- column: valid_to DATE | Until then; NULL: no end.
-- unique: account_id, product
-- not_null: account_id, product, is_unlimited
SELECT
    e.account_id, e.product, e.plan, e.add_ons, e.seats, e.is_unlimited, s.used_seats, s.used_by,
    CAST(CASE WHEN e.seats > 0 THEN CAST(s.used_seats AS DOUBLE) / e.seats END AS DECIMAL(18, 4)) AS seat_utilization,
    e.valid_from, e.valid_to
FROM metrics.account_entitlements AS e
LEFT JOIN metrics.account_seats AS s ON s.account_id = e.account_id AND s.product = e.product
