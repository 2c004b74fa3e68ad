-- Completes records with what a PAS knows of their patients: birth and death dates, where the register has none.
--
-- In:  records (typed), patients (the same columns, from sources that give patients).
-- Out: one row a record: `_record` and the columns that are replaced.
WITH
by_number AS (
    SELECT nhs_number, MIN(birth_date) AS birth_date, MIN(death_date) AS death_date
    FROM patients
    WHERE nhs_number IS NOT NULL
    GROUP BY nhs_number
),
-- The hospital number speaks only for patients whose NHS number the PAS does not hold.
by_local_id AS (
    SELECT local_patient_id, MIN(birth_date) AS birth_date, MIN(death_date) AS death_date
    FROM patients
    WHERE local_patient_id IS NOT NULL AND nhs_number IS NULL
    GROUP BY local_patient_id
)
SELECT
    records._record,
    COALESCE(records.birth_date, by_number.birth_date, by_local_id.birth_date) AS birth_date,
    COALESCE(records.death_date, by_number.death_date, by_local_id.death_date) AS death_date
FROM records
LEFT JOIN by_number ON by_number.nhs_number = records.nhs_number
LEFT JOIN by_local_id ON by_local_id.local_patient_id = records.local_patient_id
