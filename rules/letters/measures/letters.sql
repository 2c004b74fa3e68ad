-- Letters against their days: the contract's for outpatient letters (OP) and discharge summaries (DS), the trust's own for
-- urgent letters, oral anticancer medicine clinics and geriatric oncology clinics.
--
-- In:  records with derived columns; limits.
-- Out: the columns of a wait, one row a letter and standard that is about it. A letter counts in the month of its clinic; one that
--      is not sent is late once its last day has passed, with the days so far, and `not-due` before.
WITH
judged AS (
    SELECT
        records.*,
        limits.standard,
        limits.days AS limit_of_standard,
        days(clinic_date, COALESCE(stopped, as_at())) AS days_so_far
    FROM records
    CROSS JOIN limits
    WHERE COALESCE(clinic_date, as_at()) BETWEEN limits.from_date AND limits.to_date
        AND CASE limits.standard
            WHEN 'OP' THEN is_outpatient
            WHEN 'DS' THEN is_discharge
            WHEN 'URGENT' THEN is_urgent
            WHEN 'ORAL' THEN is_oral
            WHEN 'GERIATRIC' THEN is_geriatric
            ELSE FALSE
        END
)
SELECT
    _record,
    standard,
    CASE
        WHEN clinic_date IS NULL THEN 'no-start-date'
        WHEN clinic_date > as_at() THEN 'planned'
        WHEN letter_status = 'cancelled' THEN 'cancelled'
        WHEN attended IN ('2', '3', '4', '7') THEN 'not-attended'
        WHEN first_attendance = '5' THEN 'administrative'
        WHEN days_so_far < 0 THEN 'negative-wait'
        WHEN stopped IS NULL AND days_so_far <= limit_of_standard THEN 'not-due'
        WHEN trust IS NULL THEN 'no-provider'
    END AS reason,
    clinic_date AS start,
    stopped AS stop,
    0 AS adjustment,
    days_so_far AS days,
    days_so_far <= limit_of_standard AS within,
    month(clinic_date) AS month,
    COALESCE(author, 'Not recorded') AS route,
    CAST(NULL AS VARCHAR) AS stage,
    COALESCE(specialty, 'Not recorded') AS cancer_type,
    COALESCE(typist, 'Not recorded') AS modality_group,
    trust AS org_code,
    1.0 AS share
FROM judged
