-- Mail and web domains that stand for one company each. One row per domain. Left out: domains where anybody can have a
-- mailbox, known ones and those whose people CRMs file under many companies; and a domain that one CRM has for two
-- companies, which says company but not which.
-- depends: staging.records, staging.accounts, profile.public_mail_domains
-- setting: accounts_max_companies_per_domain
-- column: domain VARCHAR | The domain, lower case.
-- column: account_id VARCHAR | The account it stands for.
-- unique: domain
-- not_null: domain, account_id
WITH seen AS (
    SELECT SPLIT_PART(email_key, '@', 2) AS domain FROM staging.records WHERE email_key IS NOT NULL
    UNION
    SELECT domain_key FROM staging.accounts WHERE domain_key IS NOT NULL
),
ambiguous AS (
    SELECT domain_key AS domain
    FROM staging.accounts
    WHERE domain_key IS NOT NULL AND merged_into IS NULL
    GROUP BY source, domain_key
    HAVING COUNT(*) > 1
),
-- Learned from the data, as for shared keys: no list of mail providers is ever complete.
public AS (
    SELECT SPLIT_PART(email_key, '@', 2) AS domain
    FROM staging.records
    WHERE email_key IS NOT NULL AND COALESCE(account_id, company) IS NOT NULL
    GROUP BY source, SPLIT_PART(email_key, '@', 2)
    HAVING COUNT(DISTINCT COALESCE(account_id, LOWER(TRIM(company)))) > $accounts_max_companies_per_domain
)
SELECT domain, 'acc_' || SUBSTR(MD5('domain:' || domain), 1, 16) AS account_id
FROM seen
WHERE domain NOT IN (SELECT domain FROM profile.public_mail_domains) AND domain NOT IN (SELECT domain FROM ambiguous)
    AND domain NOT IN (SELECT domain FROM public)
