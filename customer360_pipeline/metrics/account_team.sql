-- Who looks after each account: its customer success manager and its account executive. One row per account for which a CRM
-- names one.
-- depends: metrics.team_candidates, staging.owners
-- column: account_id VARCHAR | The account.
-- column: csm_id VARCHAR | Customer success manager: his id in the CRM, or the word it names him by. A success tool's word (csm_name of metrics.account_success) is not taken.
-- column: csm_name VARCHAR | Name.
-- column: csm_email VARCHAR | E-mail address.
-- column: csm_phone VARCHAR | Phone.
-- column: csm_basis VARCHAR | field, team (both observed) or owner of the company (inferred).
-- column: csm_source VARCHAR | The source that says so.
-- column: ae_id VARCHAR | Account executive: his id in the CRM, or the word it names him by.
-- column: ae_name VARCHAR | Name.
-- column: ae_email VARCHAR | E-mail address.
-- column: ae_basis VARCHAR | team (observed), opportunity (its owner) or owner of the company (both inferred).
-- column: ae_source VARCHAR | The source that says so.
-- unique: account_id
-- not_null: account_id
-- assert: csm_id IS NOT NULL OR ae_id IS NOT NULL | a row names somebody
WITH chosen AS (
    SELECT
        c.account_id, c.role, c.basis, c.source, COALESCE(o.owner_id, c.word) AS owner_id, o.owner_name, o.owner_email,
        o.owner_phone
    FROM metrics.team_candidates AS c
    LEFT JOIN staging.owners AS o ON o.source = c.source AND o.word = c.word
    WHERE c.place = 1
)
SELECT
    account_id,
    MAX(CASE WHEN role = 'csm' THEN owner_id END) AS csm_id,
    MAX(CASE WHEN role = 'csm' THEN owner_name END) AS csm_name,
    MAX(CASE WHEN role = 'csm' THEN owner_email END) AS csm_email,
    MAX(CASE WHEN role = 'csm' THEN owner_phone END) AS csm_phone,
    MAX(CASE WHEN role = 'csm' THEN basis END) AS csm_basis,
    MAX(CASE WHEN role = 'csm' THEN source END) AS csm_source,
    MAX(CASE WHEN role = 'ae' THEN owner_id END) AS ae_id,
    MAX(CASE WHEN role = 'ae' THEN owner_name END) AS ae_name,
    MAX(CASE WHEN role = 'ae' THEN owner_email END) AS ae_email,
    MAX(CASE WHEN role = 'ae' THEN basis END) AS ae_basis,
    MAX(CASE WHEN role = 'ae' THEN source END) AS ae_source
FROM chosen
GROUP BY account_id
