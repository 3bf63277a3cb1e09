-- The summary of each account in two or three sentences, put together from its parts. One row per account.
-- depends: health.narrative_figures
-- column: account_id VARCHAR | The account.
-- column: narrative VARCHAR | The sentences.
-- column: sentences BIGINT | How many.
-- unique: account_id
-- not_null: account_id, narrative, sentences
-- assert: sentences between 2 and 3 | short enough to be read
WITH told AS (
    SELECT account_id, sentence, STRING_AGG(part, '' ORDER BY place) || '.' AS words
    FROM health.narrative_figures
    GROUP BY account_id, sentence
)
SELECT account_id, STRING_AGG(words, ' ' ORDER BY sentence) AS narrative, COUNT(*) AS sentences
FROM told
GROUP BY account_id
