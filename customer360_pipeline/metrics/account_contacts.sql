-- Who plays which part for each account, and how it is known. Observed: a CRM says so. Inferred, where no CRM names anybody
-- for the part: the champion is who took part most often in 180 days, the executive sponsor the highest title that met
-- us in 365 days. One row per account, person and role.
-- depends: metrics.contact_roles, metrics.people_engagement, metrics.job_levels
-- setting: engagement_min_champion_contacts
-- column: account_id VARCHAR | The account.
-- column: customer_id VARCHAR | The person.
-- column: role VARCHAR | champion, executive_sponsor, decision_maker, economic_buyer, evaluator, influencer, or the CRM's own word.
-- column: kind VARCHAR | observed or inferred.
-- column: basis VARCHAR | opportunity, company or contact (what the CRM says it of), engagement or job_title.
-- column: source VARCHAR | The source that says so; NULL when inferred.
-- column: contacts_180d BIGINT | The person's calls, e-mails and meetings of 180 days.
-- column: last_contact_at TIMESTAMP | His latest, UTC.
-- column: is_main BOOLEAN | Of those with the role in the account the one in touch most.
-- unique: account_id, customer_id, role
-- not_null: account_id, customer_id, role, kind, basis, contacts_180d, is_main
WITH observed AS (
    SELECT
        r.*,
        ROW_NUMBER() OVER (
            PARTITION BY account_id, customer_id, role ORDER BY updated_at DESC NULLS LAST, source, basis
        ) AS place
    FROM metrics.contact_roles AS r
),
guessed AS (
    SELECT e.account_id, e.customer_id, 'champion' AS role, 'engagement' AS basis,
        ROW_NUMBER() OVER (PARTITION BY e.account_id ORDER BY e.contacts_180d DESC, e.last_contact_at DESC, e.customer_id) AS place
    FROM metrics.people_engagement AS e
    WHERE e.contacts_180d >= $engagement_min_champion_contacts
    UNION ALL
    SELECT e.account_id, e.customer_id, 'executive_sponsor', 'job_title',
        ROW_NUMBER() OVER (PARTITION BY e.account_id ORDER BY j.level, e.meetings_365d DESC, e.last_contact_at DESC, e.customer_id)
    FROM metrics.people_engagement AS e
    JOIN metrics.job_levels AS j ON j.account_id = e.account_id AND j.customer_id = e.customer_id
    WHERE e.meetings_365d > 0
),
known AS (
    SELECT account_id, customer_id, role, 'observed' AS kind, basis, source
    FROM observed
    WHERE place = 1
    UNION ALL
    SELECT g.account_id, g.customer_id, g.role, 'inferred', g.basis, NULL
    FROM guessed AS g
    WHERE g.place = 1
        AND NOT EXISTS (SELECT 1 FROM observed AS o WHERE o.account_id = g.account_id AND o.role = g.role)
)
SELECT
    k.account_id, k.customer_id, k.role, k.kind, k.basis, k.source,
    COALESCE(e.contacts_180d, 0) AS contacts_180d, e.last_contact_at,
    ROW_NUMBER() OVER (
        PARTITION BY k.account_id, k.role
        ORDER BY COALESCE(e.contacts_180d, 0) DESC, e.last_contact_at DESC NULLS LAST, k.customer_id
    ) = 1 AS is_main
FROM known AS k
LEFT JOIN metrics.people_engagement AS e ON e.account_id = k.account_id AND e.customer_id = k.customer_id
