-- Completes records with what a PAS knows of their patients: birth and death dates, where the register has none.
--
-- In:  records (typed), patients (the same columns, from sources that give patients), placeholder_identifiers.
-- Out: one row a record: `_record`, the columns that are replaced, and `_unlinked`, why a record has no patient of the PAS.
--
-- Never linked: a number that is a placeholder or fails its check digit, one that stands on patients with different dates of
-- birth, and one whose patient was born on another day than the register says. It would lend a date to a stranger.
WITH
pas AS (
    SELECT
        CASE WHEN numbers.identifier IS NULL AND patients.nhs_number_valid THEN patients.nhs_number END AS pas_number,
        CASE WHEN ids.identifier IS NULL THEN hospital_number(patients.local_patient_id) END AS pas_local_id,
        patients.local_patient_id AS pas_local_id_as_written,
        patients.birth_date AS pas_birth_date,
        patients.death_date AS pas_death_date
    FROM patients
    LEFT JOIN placeholder_identifiers AS numbers ON numbers.identifier = UPPER(patients.nhs_number)
    LEFT JOIN placeholder_identifiers AS ids ON ids.identifier = UPPER(patients.local_patient_id)
),
register AS (
    SELECT
        records._record AS numbered,
        CASE WHEN numbers.identifier IS NULL AND records.nhs_number_valid THEN records.nhs_number END AS own_number,
        CASE WHEN ids.identifier IS NULL THEN hospital_number(records.local_patient_id) END AS own_local_id,
        records.birth_date AS own_birth_date
    FROM records
    LEFT JOIN placeholder_identifiers AS numbers ON numbers.identifier = UPPER(records.nhs_number)
    LEFT JOIN placeholder_identifiers AS ids ON ids.identifier = UPPER(records.local_patient_id)
),
-- A number of which two dates of birth are known stands for several people, in the PAS or in the register.
by_number AS (
    SELECT
        pas_number,
        MIN(pas_birth_date) AS birth_date,
        MIN(pas_death_date) AS death_date,
        COALESCE(MIN(pas_birth_date) <> MAX(pas_birth_date), FALSE) AS is_shared
    FROM pas
    WHERE pas_number IS NOT NULL
    GROUP BY pas_number
),
-- The hospital number speaks only for patients whose NHS number the PAS does not hold.
by_local_id AS (
    SELECT
        pas_local_id,
        MIN(pas_birth_date) AS birth_date,
        MIN(pas_death_date) AS death_date,
        COALESCE(MIN(pas_birth_date) <> MAX(pas_birth_date), FALSE)
            -- 0123 and 123 are one patient where both were born on one day.
            OR (MIN(pas_local_id_as_written) <> MAX(pas_local_id_as_written) AND COUNT(pas_birth_date) < COUNT(*)) AS is_shared
    FROM pas
    WHERE pas_local_id IS NOT NULL AND pas_number IS NULL
    GROUP BY pas_local_id
),
own_numbers AS (
    SELECT own_number AS number, COALESCE(MIN(own_birth_date) <> MAX(own_birth_date), FALSE) AS is_shared
    FROM register
    WHERE own_number IS NOT NULL
    GROUP BY own_number
),
own_local_ids AS (
    SELECT
        own_local_id AS local_id,
        COALESCE(MIN(own_birth_date) <> MAX(own_birth_date), FALSE)
            OR COALESCE(MIN(own_number) <> MAX(own_number), FALSE) AS is_shared
    FROM register
    WHERE own_local_id IS NOT NULL
    GROUP BY own_local_id
),
found AS (
    SELECT
        register.numbered,
        register.own_number IS NULL AND register.own_local_id IS NULL AS has_no_number,
        by_number.pas_number IS NOT NULL AS has_number,
        by_local_id.pas_local_id IS NOT NULL AS has_local_id,
        COALESCE(by_number.is_shared, FALSE) OR COALESCE(own_numbers.is_shared, FALSE) AS number_is_shared,
        COALESCE(by_local_id.is_shared, FALSE) OR COALESCE(own_local_ids.is_shared, FALSE) AS local_id_is_shared,
        COALESCE(register.own_birth_date <> by_number.birth_date, FALSE) AS number_is_of_another,
        COALESCE(register.own_birth_date <> by_local_id.birth_date, FALSE) AS local_id_is_of_another,
        by_number.birth_date AS number_birth_date,
        by_number.death_date AS number_death_date,
        by_local_id.birth_date AS local_id_birth_date,
        by_local_id.death_date AS local_id_death_date
    FROM register
    LEFT JOIN by_number ON by_number.pas_number = register.own_number
    LEFT JOIN by_local_id ON by_local_id.pas_local_id = register.own_local_id
    LEFT JOIN own_numbers ON own_numbers.number = register.own_number
    LEFT JOIN own_local_ids ON own_local_ids.local_id = register.own_local_id
),
judged AS (
    SELECT
        *,
        has_number AND NOT number_is_shared AND NOT number_is_of_another AS by_number,
        has_local_id AND NOT local_id_is_shared AND NOT local_id_is_of_another AS by_local_id
    FROM found
)
SELECT
    records._record,
    COALESCE(
        records.birth_date,
        CASE WHEN judged.by_number THEN judged.number_birth_date END,
        CASE WHEN judged.by_local_id THEN judged.local_id_birth_date END
    ) AS birth_date,
    COALESCE(
        records.death_date,
        CASE WHEN judged.by_number THEN judged.number_death_date END,
        CASE WHEN judged.by_local_id THEN judged.local_id_death_date END
    ) AS death_date,
    CASE
        WHEN judged.by_number OR judged.by_local_id THEN NULL
        WHEN judged.has_no_number THEN 'neither a valid NHS number nor a hospital number that stands for one patient'
        WHEN (judged.has_number AND judged.number_is_shared) OR (judged.has_local_id AND judged.local_id_is_shared)
            THEN 'the number stands on patients with different dates of birth'
        WHEN judged.has_number OR judged.has_local_id THEN 'the register and the PAS have different dates of birth'
        ELSE 'no patient in the PAS has its number'
    END AS _unlinked
FROM records
LEFT JOIN judged ON judged.numbered = records._record
