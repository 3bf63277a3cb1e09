-- Every id under which a contact is known in its source: its own, and those of records the source merged into it.
-- One row per source and id. A contact deleted without a merge is gone, its id with it.
-- depends: staging.contact_rows
-- column: source VARCHAR | The source's name.
-- column: alias VARCHAR | An id that facts of the source may carry.
-- column: record_id VARCHAR | The contact's own id.
-- column: entity VARCHAR | The contact's entity.
-- unique: source, alias
-- not_null: source, alias, record_id, entity
WITH kept AS (
  SELECT source, entity, record_id, merged_ids
  FROM staging.contact_rows
  WHERE (NOT coalesce(is_deleted, false) OR merged_into IS NOT NULL) AND coalesce(is_live, true)
    AND NOT coalesce(is_staff, false)
), aliases AS (
  SELECT source, record_id AS alias, record_id, entity, 0 AS priority FROM kept
  UNION ALL
  SELECT k.source, trim(parts.part) AS alias, k.record_id, k.entity, 1 AS priority
  FROM kept AS k, unnest(string_split(k.merged_ids, ';')) AS parts(part)
  WHERE k.merged_ids IS NOT NULL AND trim(parts.part) <> ''
)
SELECT source, alias, record_id, entity
FROM aliases
QUALIFY row_number() OVER (PARTITION BY source, alias ORDER BY priority, record_id, entity) = 1
