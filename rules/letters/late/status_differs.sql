-- Letters whose status says another stage than their dates.
--
-- In:  records with derived columns; letter_stages.
-- Out: one row a letter. The stages returned and failed are taken from the status, so that they never differ where a date allows them.
SELECT
    records.pathway AS letter,
    clinic_date,
    said.label AS status,
    dated.label AS stage,
    COALESCE(author, 'Not recorded') AS clinician,
    COALESCE(typist, 'Not recorded') AS secretary
FROM records
INNER JOIN letter_stages AS said ON said.stage = records.letter_status
INNER JOIN letter_stages AS dated ON dated.stage = records.stage
WHERE records.letter_status <> records.stage
ORDER BY clinic_date, letter
