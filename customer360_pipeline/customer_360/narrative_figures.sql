-- The parts of each account's narrative, and the published column that each figure in them is from. One row per account and part.
-- depends: health.narrative_figures
-- materialized: view
-- column: account_id VARCHAR | The account.
-- column: sentence BIGINT | Number of the sentence, from 1.
-- column: place BIGINT | Place in it, from 1.
-- column: part VARCHAR | Its words.
-- column: figure VARCHAR | The figure in them, as it is said.
-- column: evidence_table VARCHAR | Published table that the figure is from.
-- column: evidence_column VARCHAR | Column of the row of this account.
-- unique: account_id, sentence, place
-- not_null: account_id, sentence, place, part, figure, evidence_table, evidence_column
SELECT
    account_id,
    sentence,
    place,
    part,
    figure,
    evidence_table,
    evidence_column
FROM health.narrative_figures
