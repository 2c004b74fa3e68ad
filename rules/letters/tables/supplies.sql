-- How far a supply of oral anticancer medicine has come, what it lacks, and its letter.
--
-- In:  supplies; records with their derived facts.
-- Out: one row a supply. The steps, and that a supply without an attended review or without bloods is a prompt to ask, are inferred
--      from one trust's description and a position statement (fields.csv).
--   pathway_key, pathway_id  text  the supply
--   prompt           text  what to ask about; NULL where nothing is missing
--   letter_approved  date  approval of the patient's letter of the review
WITH
approved AS (
    SELECT
        supplies._record AS supplied,
        MIN(approved_date) AS letter_approved,
        COUNT(records._record) AS letters
    FROM supplies
    INNER JOIN records
        ON records.local_patient_id = supplies.local_patient_id AND records.clinic_date = supplies.review_date
    WHERE COALESCE(records.letter_status, '') <> 'cancelled'
    GROUP BY supplies._record
)
SELECT
    supplies._record,
    UPPER(supply_id) AS pathway_key,
    supply_id AS pathway_id,
    CASE
        WHEN dispensed_date IS NOT NULL AND review_date IS NULL THEN 'dispensed without an attended review'
        WHEN dispensed_date IS NOT NULL AND bloods_taken_date IS NULL THEN 'dispensed without bloods'
        WHEN released_date < bloods_reported_date OR (released_date IS NOT NULL AND bloods_taken_date IS NOT NULL AND bloods_reported_date IS NULL)
            THEN 'released before the bloods were reported'
        WHEN dispensed_date < verified_date OR (dispensed_date IS NOT NULL AND verified_date IS NULL)
            THEN 'dispensed before the check by the pharmacist'
        WHEN dispensed_date IS NOT NULL AND review_date IS NOT NULL AND approved.letters IS NULL THEN 'no letter of the review'
    END AS prompt,
    approved.letter_approved
FROM supplies
LEFT JOIN approved ON supplied = supplies._record
