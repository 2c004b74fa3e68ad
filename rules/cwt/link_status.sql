-- How each record of the register was found in a PAS: for `clockstop link`.
--
-- In:  records (typed), patients (the same columns, from sources that give patients), placeholder_identifiers.
-- Out: one row a record: `_record`, `status` and `why`.
--
-- The NHS number comes first, then the hospital number with the date of birth. Nothing is merged here: the query only says
-- what the numbers say. The six statuses follow a public pipeline of Barts Health (practice).
WITH
pas AS (
    SELECT
        CASE WHEN numbers.identifier IS NULL AND patients.nhs_number_valid THEN patients.nhs_number END AS pas_number,
        CASE WHEN ids.identifier IS NULL THEN hospital_number(patients.local_patient_id) END AS pas_local_id,
        patients.birth_date AS pas_birth_date
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
by_number AS (
    SELECT
        pas_number,
        MIN(pas_birth_date) AS born,
        COALESCE(MIN(pas_birth_date) <> MAX(pas_birth_date), FALSE) AS is_shared
    FROM pas
    WHERE pas_number IS NOT NULL
    GROUP BY pas_number
),
-- A hospital number of two NHS numbers or two dates of birth stands for several people.
by_local_id AS (
    SELECT
        pas_local_id,
        MIN(pas_birth_date) AS born,
        MIN(pas_number) AS number,
        COALESCE(MIN(pas_birth_date) <> MAX(pas_birth_date), FALSE)
            OR COALESCE(MIN(pas_number) <> MAX(pas_number), FALSE) AS is_shared
    FROM pas
    WHERE pas_local_id IS NOT NULL
    GROUP BY pas_local_id
),
pairs AS (
    SELECT pas_number, pas_local_id, COUNT(*) AS patients
    FROM pas
    WHERE pas_number IS NOT NULL AND pas_local_id IS NOT NULL
    GROUP BY pas_number, pas_local_id
),
found AS (
    SELECT
        register.numbered,
        register.own_number IS NULL AND register.own_local_id IS NULL AS has_no_number,
        by_number.pas_number IS NOT NULL AS has_number,
        by_local_id.pas_local_id IS NOT NULL AS has_local_id,
        pairs.patients IS NOT NULL AS has_both,
        COALESCE(by_number.is_shared, FALSE) AS number_is_shared,
        COALESCE(by_local_id.is_shared, FALSE) AS local_id_is_shared,
        COALESCE(register.own_birth_date <> by_number.born, FALSE) AS number_was_born_otherwise,
        COALESCE(register.own_birth_date <> by_local_id.born, FALSE) AS local_id_was_born_otherwise,
        COALESCE(register.own_number <> by_local_id.number, FALSE) AS local_id_is_of_another,
        register.own_birth_date IS NULL OR by_local_id.born IS NULL AS is_not_compared
    FROM register
    LEFT JOIN by_number ON by_number.pas_number = register.own_number
    LEFT JOIN by_local_id ON by_local_id.pas_local_id = register.own_local_id
    LEFT JOIN pairs ON pairs.pas_number = register.own_number AND pairs.pas_local_id = register.own_local_id
)
SELECT
    numbered AS _record,
    CASE
        WHEN has_number AND number_is_shared THEN 'AMBIGUOUS'
        WHEN has_number AND number_was_born_otherwise THEN 'CONFLICT'
        WHEN has_both THEN 'MATCHED_BOTH'
        WHEN has_number AND has_local_id AND local_id_is_of_another THEN 'CONFLICT'
        WHEN has_number THEN 'MATCHED_NHS'
        WHEN has_local_id AND local_id_is_shared THEN 'AMBIGUOUS'
        WHEN has_local_id AND (local_id_is_of_another OR local_id_was_born_otherwise) THEN 'CONFLICT'
        WHEN has_local_id AND is_not_compared THEN 'UNMATCHED'
        WHEN has_local_id THEN 'MATCHED_MRN'
        ELSE 'UNMATCHED'
    END AS status,
    CASE
        WHEN has_number AND number_is_shared THEN 'the NHS number stands on patients with different dates of birth'
        WHEN has_number AND number_was_born_otherwise THEN 'the NHS number agrees, and the dates of birth differ'
        WHEN has_both THEN 'NHS number and hospital number agree'
        WHEN has_number AND has_local_id AND local_id_is_of_another
            THEN 'the NHS number is of one patient of the PAS, and the hospital number of another'
        WHEN has_number THEN 'the NHS number agrees; the hospital number is missing or not in the PAS'
        WHEN has_local_id AND local_id_is_shared THEN 'the hospital number stands on several patients'
        WHEN has_local_id AND local_id_is_of_another THEN 'the hospital number agrees, and the NHS numbers differ'
        WHEN has_local_id AND local_id_was_born_otherwise THEN 'the hospital number agrees, and the dates of birth differ'
        WHEN has_local_id AND is_not_compared THEN 'the hospital number agrees, and a date of birth is missing to confirm it'
        WHEN has_local_id THEN 'hospital number and date of birth agree'
        WHEN has_no_number THEN 'neither a valid NHS number nor a hospital number that stands for one patient'
        ELSE 'no patient of the PAS has its numbers'
    END AS why
FROM found
