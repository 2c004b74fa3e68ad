-- 31-day combined standard: one line a treatment record, whole patient, at the treating trust.
-- NHS Data Dictionary: CANCER TREATMENT PERIOD START DATE, TREATMENT START DATE (CANCER),
-- WAITING TIME ADJUSTMENT (TREATMENT). The first-seen adjustment never applies.
--
-- In:  records with derived columns; limits; event_stages; modality_groups.
-- Out: the columns of a wait, one row a record that carries any part of a treatment.
WITH
judged AS (
    SELECT
        records.*,
        limits.days AS limit_days,
        event_stages.stage AS stage,
        COALESCE(modality_groups.modality_group, 'Other') AS modality_group,
        CASE
            WHEN treatment_start_date IS NULL THEN 'no-treatment'
            WHEN treatment_start_date > as_at() THEN 'planned'
            WHEN ctp_start_date IS NULL THEN 'no-start-date'
            WHEN records.treatment_modality IS NULL OR in_scope IS NULL OR event_stages.stage IS NULL THEN 'incomplete'
            WHEN NOT in_scope THEN 'not-cancer'
            WHEN basal_cell = 'Y' THEN 'basal-cell'
            WHEN records.treatment_modality = '98' THEN 'declined'
            WHEN trust_treatment_start IS NULL AND NOT default_code(site_treatment_start) THEN 'unknown-trust'
            WHEN trust_treatment_start IS NULL THEN 'no-provider'
            WHEN days_31 < 0 THEN 'negative-wait'
        END AS reason
    FROM records
    CROSS JOIN (SELECT days, from_date, to_date FROM limits WHERE standard = '31D') AS limits
    LEFT JOIN event_stages ON event_stages.treatment_event_type = records.treatment_event_type
    LEFT JOIN modality_groups ON modality_groups.treatment_modality = records.treatment_modality
    -- The limit of the month that the wait counts in; of a wait without a stop, any one. As a CASE it is asked of each pair, which
    -- takes less time than to sort all waits by date for one limit or two.
    WHERE is_treatment AND CASE WHEN COALESCE(treatment_start_date, as_at()) BETWEEN limits.from_date AND limits.to_date THEN TRUE ELSE FALSE END
)
SELECT
    _record,
    '31D' AS standard,
    reason,
    ctp_start_date AS start,
    treatment_start_date AS stop,
    treatment_part AS adjustment,
    days_31 AS days,
    days_31 <= limit_days AS within,
    month(treatment_start_date) AS month,
    route,
    stage,
    cancer_type,
    modality_group,
    trust_treatment_start AS org_code,
    CASE WHEN LENGTH(site_treatment_start) > 3 THEN UPPER(site_treatment_start) END AS site,
    1.0 AS share
FROM judged
