-- Companies that are only referred to: groups of product events, and companies of the lines of a sheet. They are no
-- companies of a CRM, since a customer may have several groups and a sheet many lines. One row per reference.
-- depends: staging.product_event_rows, staging.entitlement_rows
-- column: source VARCHAR | The source's name.
-- column: kind VARCHAR | group or entitlement.
-- column: reference_id VARCHAR | The group's id, or the line's.
-- column: company VARCHAR | What stands for the company: the group's id, or an id, domain or name in a sheet.
-- column: domain_key VARCHAR | Host of its web domain, lower case, without www.; NULL when it is none.
-- unique: source, kind, reference_id
-- not_null: source, kind, reference_id
WITH groups AS (
  SELECT source, trim(group_id) AS group_id, group_domain, occurred_at
  FROM staging.product_event_rows
  WHERE trim(group_id) <> ''
), latest AS (
  -- The latest call that names a domain: a company may move, and most calls name none.
  SELECT source, group_id, group_domain
  FROM groups
  WHERE group_domain IS NOT NULL
  QUALIFY row_number() OVER (PARTITION BY source, group_id ORDER BY occurred_at DESC, group_domain) = 1
), referred AS (
  SELECT g.source, 'group' AS kind, g.group_id AS reference_id, g.group_id AS company, l.group_domain AS domain
  FROM (SELECT DISTINCT source, group_id FROM groups) AS g
  LEFT JOIN latest AS l ON l.source = g.source AND l.group_id = g.group_id
  UNION ALL
  SELECT source, 'entitlement', event_id, trim(company), coalesce(domain, company)
  FROM staging.entitlement_rows
), hosts AS (
  SELECT
    *,
    split_part(split_part(split_part(
      replace(replace(lower(trim(domain)), 'https://', ''), 'http://', ''), '/', 1), '?', 1), ':', 1) AS host
  FROM referred
)
SELECT
  source, kind, reference_id, company,
  CASE
    WHEN host NOT LIKE '%_.__%' OR host LIKE '% %' THEN NULL
    WHEN host LIKE 'www.%' THEN substr(host, 5)
    ELSE host
  END AS domain_key
FROM hosts
