-- Where sources disagree on a field of a customer. One row per customer and field. docs/survivorship.md
-- depends: profile.data_conflicts
-- materialized: view
-- column: customer_id VARCHAR | The customer.
-- column: field VARCHAR | Contact field.
-- column: winner_value VARCHAR | The value that won, as written.
-- column: winner_source VARCHAR | Its source.
-- column: rule VARCHAR | The rule by which it won (`reason` of attribute_values).
-- column: other_values VARCHAR | What the other sources say: `source: value`, joined by ` | `, best placed first.
-- column: sources BIGINT | Sources involved, the winner's included.
-- column: kind VARCHAR | spelling_variant (one value, spelled differently) or disagreement.
-- column: severity VARCHAR | low: spelling variant; high: a disagreement that may mean two people (name, birth date, user id); medium: any other.
-- column: similarity DECIMAL(5,4) | 1 - edit distance / longer length, of the most different value.
-- column: since_at TIMESTAMP | It stands at least since then: latest change of the records involved, UTC.
-- column: age_days BIGINT | Days (UTC dates) from since_at to as_of.
SELECT
    customer_id,
    field,
    winner_value,
    winner_source,
    rule,
    other_values,
    sources,
    kind,
    severity,
    similarity,
    since_at,
    age_days
FROM profile.data_conflicts
