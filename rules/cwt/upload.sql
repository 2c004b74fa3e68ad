-- What the upload file writes otherwise than the record holds it.
--
-- In:  records with derived columns.
-- Out: one row a record: `_record` and the columns that are replaced, each of the type it had.
--
-- ICD-10 goes without its dot, and a three-character category takes X in fourth place where it has no subdivisions (NHS Data
-- Dictionary: ICD-10 CODE): C61 is C61X, C50 stays as it is, with a finding (X208). Priority, dates and all other items go as they are.
SELECT
    _record,
    CASE
        WHEN LENGTH(icd10) = 3 AND COALESCE(lookup(icd10, 'icd10_cancers'), 'no') = 'no' THEN CONCAT(icd10, 'X')
        ELSE UPPER(REPLACE(primary_diagnosis_icd, '.', ''))
    END AS primary_diagnosis_icd
FROM records
