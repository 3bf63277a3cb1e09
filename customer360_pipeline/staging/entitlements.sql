-- What companies may use, as the sheets of seats say. One row per line.
-- depends: staging.entitlement_rows
-- column: source VARCHAR | The source's name.
-- column: line_id VARCHAR | The line's id.
-- column: company VARCHAR | The company as written: an id, a domain or a name.
-- column: product VARCHAR | The product; NULL: not said.
-- column: plan VARCHAR | The plan of it.
-- column: add_on VARCHAR | The add-on the line is for; NULL: the product itself.
-- column: seats BIGINT | Users that may use it; NULL: without a limit, or not by seats.
-- column: is_unlimited BOOLEAN | Any number of users may.
-- column: used_seats BIGINT | Seats given to somebody, where the sheet says so.
-- column: valid_from DATE | First day; NULL: always was.
-- column: valid_to DATE | Last day; NULL: no end.
-- unique: source, line_id
-- not_null: source, line_id, is_unlimited
SELECT
  source, event_id AS line_id, nullif(trim(company), '') AS company, nullif(trim(product), '') AS product,
  nullif(trim(plan), '') AS plan, nullif(trim(add_on), '') AS add_on,
  CASE WHEN seats >= 0 THEN seats END AS seats,
  coalesce(seats < 0, false) AS is_unlimited,
  CASE WHEN used_seats >= 0 THEN used_seats END AS used_seats,
  valid_from, valid_to
FROM staging.entitlement_rows
