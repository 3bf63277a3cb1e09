-- The latest NPS answer of each customer, of any age up to as_of. One row per customer with one.
-- depends: metrics.nps_answers
-- column: customer_number INTEGER | The customer.
-- column: nps_answer BIGINT | Latest answer to the NPS question, 0 to 10; NULL without one.
-- column: nps_answered_at TIMESTAMP | When it was given, UTC.
-- column: nps_answers BIGINT | Answers given up to as_of.
-- unique: customer_number
-- not_null: customer_number, nps_answer, nps_answered_at, nps_answers
WITH ranked AS (
    SELECT
        customer_number, score, answered_at,
        ROW_NUMBER() OVER (PARTITION BY customer_number ORDER BY answered_at DESC, source, entity, answer_id) AS place,
        COUNT(*) OVER (PARTITION BY customer_number) AS answers
    FROM metrics.nps_answers
    WHERE customer_number IS NOT NULL
)
SELECT customer_number, score AS nps_answer, answered_at AS nps_answered_at, answers AS nps_answers
FROM ranked
WHERE place = 1
