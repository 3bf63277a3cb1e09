-- Every account: a company that a CRM files or that people write from, and for every record that belongs to none an
-- account of one. One row per account.
-- depends: profile.record_accounts, profile.records, profile.customers, profile.crm_accounts, profile.account_values
-- column: account_id VARCHAR | The account.
-- column: kind VARCHAR | company, or person (an account of one).
-- column: name VARCHAR | Winning name; of a company no CRM names its people's company or its domain, of a person their name or e-mail.
-- column: domain VARCHAR | Domain.
-- column: industry VARCHAR | Industry.
-- column: employee_count BIGINT | Employees.
-- column: phone VARCHAR | Phone.
-- column: street VARCHAR | Street and number of the winning address.
-- column: city VARCHAR | Its city.
-- column: region VARCHAR | Its state or region.
-- column: postal_code VARCHAR | Its postal code.
-- column: country VARCHAR | Its country.
-- column: owner VARCHAR | Owner in the CRM that was changed last.
-- column: crm_accounts BIGINT | Companies of CRMs that are this account.
-- column: people BIGINT | Customers with a record in it.
-- column: records BIGINT | Records in it.
-- column: first_seen_at TIMESTAMP | Earliest creation of any of its records, UTC.
-- unique: account_id
-- not_null: account_id, kind, crm_accounts, people, records
WITH members AS (
    SELECT
        a.account_id,
        COUNT(*) AS records,
        COUNT(DISTINCT r.customer_number) AS people,
        MIN(r.created_at) AS first_seen_at,
        MIN(CASE WHEN a.basis = 'self' THEN r.customer_number END) AS own_customer,
        MIN(a.domain) AS domain
    FROM profile.record_accounts AS a
    JOIN profile.records AS r ON r.node = a.node
    GROUP BY a.account_id
),
companies AS (
    SELECT account_id, COUNT(DISTINCT source || ':' || kept_account_id) AS crm_accounts
    FROM profile.crm_accounts
    GROUP BY account_id
),
company_names AS (
    SELECT
        n.account_id, n.company,
        ROW_NUMBER() OVER (PARTITION BY n.account_id ORDER BY n.records DESC, n.company) AS place
    FROM (
        SELECT a.account_id, r.company, COUNT(*) AS records
        FROM profile.record_accounts AS a
        JOIN profile.records AS r ON r.node = a.node
        WHERE a.basis = 'domain' AND r.company IS NOT NULL
        GROUP BY a.account_id, r.company
    ) AS n
),
winners AS (
    SELECT
        account_id,
        MAX(CASE WHEN field = 'name' THEN value END) AS name,
        MAX(CASE WHEN field = 'domain' THEN value END) AS domain,
        MAX(CASE WHEN field = 'industry' THEN value END) AS industry,
        MAX(CASE WHEN field = 'employee_count' THEN value END) AS employee_count,
        MAX(CASE WHEN field = 'phone' THEN value END) AS phone,
        MAX(CASE WHEN field = 'street' THEN value END) AS street,
        MAX(CASE WHEN field = 'city' THEN value END) AS city,
        MAX(CASE WHEN field = 'region' THEN value END) AS region,
        MAX(CASE WHEN field = 'postal_code' THEN value END) AS postal_code,
        MAX(CASE WHEN field = 'country' THEN value END) AS country,
        MAX(CASE WHEN field = 'owner' THEN value END) AS owner
    FROM profile.account_values
    WHERE value_rank = 1
    GROUP BY account_id
),
everyone AS (
    SELECT account_id FROM members
    UNION
    SELECT account_id FROM companies
)
SELECT
    e.account_id,
    CASE WHEN m.own_customer IS NULL THEN 'company' ELSE 'person' END AS kind,
    COALESCE(
        w.name, n.company, m.domain,
        NULLIF(TRIM(COALESCE(p.first_name, '') || ' ' || COALESCE(p.last_name, '')), ''),
        p.email
    ) AS name,
    COALESCE(w.domain, m.domain) AS domain,
    w.industry,
    CAST(w.employee_count AS BIGINT) AS employee_count,
    COALESCE(w.phone, p.phone) AS phone,
    CASE WHEN m.own_customer IS NULL THEN w.street ELSE p.street END AS street,
    CASE WHEN m.own_customer IS NULL THEN w.city ELSE p.city END AS city,
    CASE WHEN m.own_customer IS NULL THEN w.region ELSE p.region END AS region,
    CASE WHEN m.own_customer IS NULL THEN w.postal_code ELSE p.postal_code END AS postal_code,
    CASE WHEN m.own_customer IS NULL THEN w.country ELSE p.country END AS country,
    w.owner,
    CAST(COALESCE(c.crm_accounts, 0) AS BIGINT) AS crm_accounts,
    CAST(COALESCE(m.people, 0) AS BIGINT) AS people,
    CAST(COALESCE(m.records, 0) AS BIGINT) AS records,
    m.first_seen_at
FROM everyone AS e
LEFT JOIN members AS m ON m.account_id = e.account_id
LEFT JOIN companies AS c ON c.account_id = e.account_id
LEFT JOIN company_names AS n ON n.account_id = e.account_id AND n.place = 1
LEFT JOIN winners AS w ON w.account_id = e.account_id
LEFT JOIN profile.customers AS p ON p.customer_number = m.own_customer
