-- Colleagues, by every word with which a source names them: their id, and where that is one colleague's alone, their name
-- and their e-mail address. One row per source and word.
-- depends: staging.owner_rows
-- column: source VARCHAR | The source's name.
-- column: word VARCHAR | Id, name or address, in lower case; an id whose case counts also as written.
-- column: owner_id VARCHAR | The colleague's id.
-- column: owner_name VARCHAR | Name.
-- column: owner_email VARCHAR | E-mail address.
-- column: owner_phone VARCHAR | Phone.
-- column: owner_title VARCHAR | Job title.
-- column: is_active BOOLEAN | Still works with the source; NULL: not said.
-- unique: source, word
-- not_null: source, word, owner_id
WITH people AS (
  SELECT
    source, owner_id,
    coalesce(owner_name, nullif(trim(coalesce(owner_first_name, '') || ' ' || coalesce(owner_last_name, '')), '')) AS owner_name,
    owner_email, owner_phone, owner_title,
    CASE WHEN is_deleted THEN false ELSE is_active END AS is_active
  FROM staging.owner_rows
), words AS (
  SELECT source, owner_id AS word, owner_id, 0 AS priority FROM people
  UNION ALL
  SELECT source, lower(owner_email), owner_id, 1 FROM people WHERE trim(owner_email) <> ''
  UNION ALL
  SELECT source, lower(owner_name), owner_id, 2 FROM people WHERE owner_name IS NOT NULL
), counted AS (
  SELECT
    source, word, owner_id, priority,
    min(priority) OVER (PARTITION BY source, word) AS first_priority
  FROM words
), owned AS (
  SELECT source, word, min(owner_id) AS owner_id
  FROM counted
  WHERE priority = first_priority
  GROUP BY source, word
  HAVING count(DISTINCT owner_id) = 1
)
SELECT o.source, o.word, p.owner_id, p.owner_name, p.owner_email, p.owner_phone, p.owner_title, p.is_active
FROM owned AS o
INNER JOIN people AS p ON p.source = o.source AND p.owner_id = o.owner_id
