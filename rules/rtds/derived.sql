-- Who sends the record.
SELECT
    _record,
    organisation_code_code_of_provider AS provider
FROM records
