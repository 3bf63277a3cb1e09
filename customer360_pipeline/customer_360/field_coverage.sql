-- Which source gives which contact field. One row per source and field.
-- depends: profile.attribute_values, profile.sources, profile.records, profile.field_rules
-- column: source VARCHAR | Source.
-- column: field VARCHAR | Contact field.
-- column: is_present BOOLEAN | The source was read in this run.
-- column: is_mapped BOOLEAN | Its contract maps something to the field.
-- column: records BIGINT | Records of the source.
-- column: given BIGINT | Of them, records that give the field.
-- column: won BIGINT | Of those, records whose value became the customer's.
-- unique: source, field
-- not_null: source, field, is_present, is_mapped, records, given, won
WITH given AS (
    SELECT r.source, v.field, COUNT(*) AS given, SUM(CASE WHEN v.is_winner THEN 1 ELSE 0 END) AS won
    FROM profile.attribute_values AS v
    JOIN profile.records AS r ON r.node = v.node
    GROUP BY r.source, v.field
),
sizes AS (
    SELECT source, COUNT(*) AS records FROM profile.records GROUP BY source
)
SELECT
    f.source,
    f.field,
    s.is_present,
    f.is_mapped,
    COALESCE(z.records, 0) AS records,
    COALESCE(g.given, 0) AS given,
    CAST(COALESCE(g.won, 0) AS BIGINT) AS won
FROM profile.field_rules AS f
JOIN profile.sources AS s ON s.source = f.source
LEFT JOIN sizes AS z ON z.source = f.source
LEFT JOIN given AS g ON g.source = f.source AND g.field = f.field
