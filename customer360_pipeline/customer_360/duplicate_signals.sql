-- Customers that look alike and were not merged, and what keeps them apart: candidates for a further key, counted.
-- Placeholders say nothing. One row per signal and reason.
-- depends: profile.customers, profile.placeholders
-- column: signal VARCHAR | What they share: name_and_birth_date, name_and_phone, name_and_company, name_and_postal_code or email.
-- column: reason VARCHAR | different_emails: each has an address of its own; missing_email: at least one has none; kept_apart: some share their address too, so a veto or a blocked value does.
-- column: alike BIGINT | Groups of customers that share the signal.
-- column: customers BIGINT | Customers in them.
-- unique: signal, reason
-- not_null: signal, reason, alike, customers
WITH named AS (
    SELECT LOWER(first_name || ' ' || last_name) AS name, email, birth_date, phone, company, postal_code
    FROM profile.customers
    WHERE first_name IS NOT NULL AND last_name IS NOT NULL
),
signals AS (
    SELECT 'name_and_birth_date' AS signal, name, CAST(birth_date AS VARCHAR) AS value, email FROM named
    UNION ALL
    SELECT 'name_and_phone', name, TRANSLATE(phone, ' .,-_/()', ''), email FROM named
    UNION ALL
    SELECT 'name_and_company', name, LOWER(company), email FROM named
    UNION ALL
    SELECT 'name_and_postal_code', name, postal_code, email FROM named
    UNION ALL
    SELECT 'email', '', LOWER(TRIM(email)), email FROM profile.customers
),
-- Found first, because few are, and addresses are counted of those only.
shared AS (
    SELECT s.signal, s.name, s.value
    FROM signals AS s
    LEFT JOIN profile.placeholders AS p ON p.value = LOWER(TRIM(s.value))
    WHERE s.value IS NOT NULL AND p.value IS NULL
    GROUP BY s.signal, s.name, s.value
    HAVING COUNT(*) > 1
),
alike AS (
    SELECT
        s.signal, COUNT(*) AS customers, COUNT(s.email) AS emails, COUNT(DISTINCT LOWER(TRIM(s.email))) AS addresses
    FROM shared AS h
    JOIN signals AS s ON s.signal = h.signal AND s.name = h.name AND s.value = h.value
    GROUP BY s.signal, s.name, s.value
),
explained AS (
    SELECT
        signal,
        customers,
        CASE
            WHEN addresses < emails THEN 'kept_apart'
            WHEN emails = customers THEN 'different_emails'
            ELSE 'missing_email'
        END AS reason
    FROM alike
)
SELECT
    signal,
    reason,
    COUNT(*) AS alike,
    CAST(SUM(customers) AS BIGINT) AS customers
FROM explained
GROUP BY signal, reason
