-- Companies and organisations, as their sources tell of them. One row per source and account; deleted ones are left out
-- unless they were merged into another.
-- depends: staging.account_rows
-- column: source VARCHAR | The source's name.
-- column: category VARCHAR | Kind of source.
-- column: account_id VARCHAR | The source's own id.
-- column: name VARCHAR | Company name.
-- column: domain VARCHAR | Web domain, as written.
-- column: domain_key VARCHAR | Host of it, lower case, without www.; NULL when it is none.
-- column: industry VARCHAR | Industry.
-- column: employee_count BIGINT | Employees.
-- column: phone VARCHAR | Phone.
-- column: street VARCHAR | Street and number.
-- column: city VARCHAR | City.
-- column: region VARCHAR | State or region.
-- column: postal_code VARCHAR | Postal code.
-- column: country VARCHAR | Country.
-- column: owner VARCHAR | Owner in the source.
-- column: crm_account_id VARCHAR | Id of the same company in the CRM.
-- column: stated_arr DECIMAL(18,3) | Annual recurring revenue as the source says it; NULL where it writes no number below a trillion.
-- column: stated_currency VARCHAR | ISO 4217 code of it; NULL: the reporting currency.
-- column: stage VARCHAR | Stage of the customer's life, the vendor's word.
-- column: status VARCHAR | The vendor's word for the relationship.
-- column: csm VARCHAR | Customer success manager as a success tool writes him; who he is for us says metrics.account_team.
-- column: renewal_date DATE | Renews then, as the source says.
-- column: health_score VARCHAR | The vendor's health score: a number or a label.
-- column: previous_health_score VARCHAR | The one before.
-- column: merged_into VARCHAR | Account id this one was merged into.
-- column: is_deleted BOOLEAN | Deleted in the source.
-- column: created_at TIMESTAMP | Created in the source, UTC.
-- column: updated_at TIMESTAMP | Last changed in the source, UTC.
-- unique: source, account_id
-- not_null: source, account_id
WITH hosts AS (
  SELECT
    *,
    split_part(split_part(split_part(
      replace(replace(lower(trim(domain)), 'https://', ''), 'http://', ''), '/', 1), '?', 1), ':', 1) AS host
  FROM staging.account_rows
  WHERE NOT coalesce(is_deleted, false) OR merged_into IS NOT NULL
)
SELECT
  source, category, account_id, name, domain,
  CASE
    WHEN host NOT LIKE '%_.__%' OR host LIKE '% %' THEN NULL
    WHEN host LIKE 'www.%' THEN substr(host, 5)
    ELSE host
  END AS domain_key,
  industry, employee_count,
  phone, street, city, region, postal_code, country, owner, nullif(trim(crm_account_id), '') AS crm_account_id,
  -- Reports write a dollar sign before 1,234.50; another sign than the dollar's would say another currency.
  -- Below a trillion as every amount, so that the sum of several fits.
  CAST(TRY_CAST(CAST(translate(stated_arr, '$, ', '') AS VARCHAR) AS DECIMAL(15, 3)) AS DECIMAL(18, 3)) AS stated_arr,
  upper(nullif(trim(stated_currency), '')) AS stated_currency, stage, status, csm, renewal_date, health_score,
  previous_health_score, merged_into,
  is_deleted, created_at, updated_at
FROM hosts
