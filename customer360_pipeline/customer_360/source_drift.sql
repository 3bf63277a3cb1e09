-- What in the extracts was not as the contracts expect: no record is lost by it. One row per finding.
-- depends: sources.drift
-- column: source VARCHAR | Source.
-- column: entity VARCHAR | Kind of the source's object; NULL for a file that no contract names.
-- column: source_file VARCHAR | File, relative to the extracts folder.
-- column: column_name VARCHAR | Column, as the file calls it.
-- column: kind VARCHAR | unmapped_column (not mapped, kept in `extra`), missing_column, duplicate_column, unmatched_file, dst_gap or dst_ambiguous (a local time that the clock skipped or showed twice).
-- not_null: source, kind
SELECT source, entity, source_file, column_name, kind FROM sources.drift
