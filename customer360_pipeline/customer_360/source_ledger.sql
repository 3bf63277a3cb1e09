-- Where every physical record of the extracts went: in = accepted + quarantined + deduplicated + suppressed + test
-- mode. One row per source and entity.
-- depends: sources.ledger
-- column: source VARCHAR | Source.
-- column: entity VARCHAR | Kind of the source's object.
-- column: is_present BOOLEAN | Files were found and read in this run.
-- column: physical_records BIGINT | Records in the files, by our own count.
-- column: accepted BIGINT | Taken in.
-- column: quarantined BIGINT | Refused; each is in `quarantine`.
-- column: deduplicated BIGINT | Older copies of a record that came more than once.
-- column: suppressed BIGINT | Left out because the person asked to be forgotten.
-- column: test_mode BIGINT | Test objects of the source.
-- column: files BIGINT | Files read.
-- column: bytes BIGINT | Their size, compressed as they came.
-- unique: source, entity
-- not_null: source, entity, is_present, physical_records, accepted, quarantined, deduplicated, suppressed, test_mode
-- assert: physical_records = accepted + quarantined + deduplicated + suppressed + test_mode | no record vanishes
SELECT
    source,
    entity,
    is_present,
    physical_records,
    accepted,
    quarantined,
    deduplicated,
    suppressed,
    test_mode,
    files,
    bytes
FROM sources.ledger
