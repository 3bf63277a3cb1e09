-- The tags of each ticket. One row per ticket and tag.
-- depends: staging.ticket_rows
-- column: source VARCHAR | The source's name.
-- column: ticket_id VARCHAR | The ticket.
-- column: tag VARCHAR | The tag, lower case.
-- unique: source, ticket_id, tag
-- not_null: source, ticket_id, tag
SELECT DISTINCT t.source, t.ticket_id, lower(trim(parts.tag)) AS tag
FROM staging.ticket_rows AS t, unnest(string_split(t.tags, ';')) AS parts(tag)
WHERE t.tags IS NOT NULL AND trim(parts.tag) <> ''
