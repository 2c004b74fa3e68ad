-- Tumours of COSD with a first treatment that the waiting times return does not have: within the days that its records cover, and of
-- cancers that are counted for waits. None, if no file of the waiting times was given.
WITH cwt AS (
    SELECT
        nhs_number AS cwt_number,
        LEFT(REPLACE(cwt_diagnosis, '.', ''), 3) AS cwt_icd3,
        cwt_treated
    FROM cwt_records
    WHERE cwt_treated IS NOT NULL
),
span AS (
    SELECT
        MIN(cwt_treated) AS first_day,
        MAX(cwt_treated) AS last_day
    FROM cwt
),
found AS (
    SELECT
        records.record_key AS found_key,
        COUNT(cwt.cwt_treated) AS of_patient,
        SUM(CASE WHEN cwt.cwt_icd3 = records.icd3 THEN 1 ELSE 0 END) AS of_site
    FROM records
    INNER JOIN cwt ON cwt.cwt_number = records.nhs_number
    GROUP BY records.record_key
)
SELECT
    month(records.diagnosis_date) AS month,
    records.record_kind AS tumour_group,
    records.pathway,
    records.first_treatment_date,
    CASE WHEN found.of_patient > 0 THEN 'another cancer of the patient is there' ELSE 'no treatment of the patient is there' END AS state
FROM records
LEFT JOIN found ON found.found_key = records.record_key
CROSS JOIN span
WHERE
    records.is_primary
    AND records.active_treatments > 0
    AND (records.icd3 LIKE 'C%' AND records.icd3 <> 'C44' OR records.icd3 = 'D05')
    AND COALESCE(found.of_site, 0) = 0
    AND STRFTIME(records.first_treatment_date, '%Y-%m-%d') >= span.first_day
    AND STRFTIME(records.first_treatment_date, '%Y-%m-%d') <= span.last_day
ORDER BY records.diagnosis_date, records.pathway
