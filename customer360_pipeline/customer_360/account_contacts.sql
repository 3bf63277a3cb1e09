-- Who plays which part for each account (champion, executive sponsor, decision maker ...), and how it is known. One row per
-- account, person and role.
-- depends: metrics.account_contacts, profile.customers
-- column: account_id VARCHAR | The account.
-- column: customer_id VARCHAR | The person.
-- column: role VARCHAR | champion, executive_sponsor, decision_maker, economic_buyer, evaluator, influencer, or the CRM's own word.
-- column: kind VARCHAR | observed (a CRM says so) or inferred (from who took part, or from job titles).
-- column: basis VARCHAR | opportunity, company or contact (what the CRM says it of), engagement or job_title.
-- column: source VARCHAR | The source that says so; NULL when inferred.
-- column: job_title VARCHAR | The person's winning job title.
-- column: contacts_180d BIGINT | Calls, e-mails and meetings that the person took part in, 180 days.
-- column: last_contact_at TIMESTAMP | The latest of all, UTC.
-- column: is_main BOOLEAN | Of those with the role in the account the one in touch most.
-- unique: account_id, customer_id, role
-- not_null: account_id, customer_id, role, kind, basis, contacts_180d, is_main
SELECT
    a.account_id, a.customer_id, a.role, a.kind, a.basis, a.source, c.job_title, a.contacts_180d, a.last_contact_at, a.is_main
FROM metrics.account_contacts AS a
JOIN profile.customers AS c ON c.customer_id = a.customer_id
