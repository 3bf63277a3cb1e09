-- What each account may use at as_of. One row per account and product with a line of a sheet valid then. Of several valid
-- lines of one product, and of one add-on of it, the one that began last counts: who changes a line adds one and forgets to
-- end the one before. Seats of add-ons add to those of the product.
-- depends: staging.entitlements, profile.company_references
-- setting: as_of
-- column: account_id VARCHAR | The account.
-- column: product VARCHAR | The product; 'all' where the sheet names none.
-- column: plan VARCHAR | Its plan.
-- column: add_ons VARCHAR | Add-ons, joined by comma and blank.
-- column: seats BIGINT | Users that may use it; NULL: without a limit, or not by seats.
-- column: is_unlimited BOOLEAN | Any number of users may.
-- column: given_seats BIGINT | Seats given to somebody, where the sheet says so.
-- column: valid_from DATE | The line of the product holds from then.
-- column: valid_to DATE | It holds until then; NULL: no end.
-- unique: account_id, product
-- not_null: account_id, product, is_unlimited
WITH valid AS (
    SELECT
        r.account_id, COALESCE(e.product, 'all') AS product, LOWER(COALESCE(e.product, 'all')) AS product_key, e.plan, e.add_on, e.seats, e.is_unlimited, e.used_seats,
        e.valid_from, e.valid_to,
        ROW_NUMBER() OVER (
            PARTITION BY r.account_id, LOWER(COALESCE(e.product, 'all')), LOWER(e.add_on)
            ORDER BY e.valid_from DESC NULLS LAST, e.is_unlimited DESC, e.seats DESC NULLS LAST, e.plan, e.source, e.line_id
        ) AS place
    FROM staging.entitlements AS e
    JOIN profile.company_references AS r
        ON r.kind = 'entitlement' AND r.source = e.source AND r.reference_id = e.line_id AND r.account_id IS NOT NULL
    WHERE (e.valid_from IS NULL OR e.valid_from <= CAST($as_of AS DATE))
        AND (e.valid_to IS NULL OR e.valid_to >= CAST($as_of AS DATE))
),
summed AS (
    SELECT
        account_id, product_key, MIN(product) AS product, MAX(CASE WHEN add_on IS NULL THEN plan END) AS plan, SUM(seats) AS seats,
        MAX(CASE WHEN is_unlimited THEN 1 ELSE 0 END) AS unlimited, SUM(used_seats) AS used_seats,
        MAX(CASE WHEN add_on IS NULL THEN valid_from END) AS valid_from,
        MAX(CASE WHEN add_on IS NULL THEN valid_to END) AS valid_to
    FROM valid
    WHERE place = 1
    GROUP BY account_id, product_key
),
extras AS (
    SELECT account_id, product_key, STRING_AGG(add_on, ', ' ORDER BY add_on) AS add_ons
    FROM valid
    WHERE place = 1 AND add_on IS NOT NULL
    GROUP BY account_id, product_key
)
SELECT
    s.account_id,
    s.product,
    s.plan,
    x.add_ons,
    CAST(CASE WHEN s.unlimited = 0 THEN s.seats END AS BIGINT) AS seats,
    s.unlimited = 1 AS is_unlimited,
    CAST(s.used_seats AS BIGINT) AS given_seats,
    s.valid_from,
    s.valid_to
FROM summed AS s
LEFT JOIN extras AS x ON x.account_id = s.account_id AND x.product_key = s.product_key
