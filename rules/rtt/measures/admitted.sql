-- RTT-1A: waits that ended with an admission for treatment (part 1A).
--
-- In:  records with derived columns; limits.
-- Out: the columns of a wait, one row an event.
WITH
judged AS (
    SELECT
        records.*,
        limits.days AS limit_days,
        COALESCE(
            no_line,
            CASE
                WHEN NOT is_stop THEN 'still-waiting'
                WHEN rtt_status = '33' THEN 'nullified'
                WHEN NOT is_admitted THEN 'not-admitted'
            END,
            period_fault
        ) AS reason
    FROM records
    CROSS JOIN (SELECT days FROM limits WHERE standard = 'RTT-1A') AS limits
)
SELECT
    _record,
    'RTT-1A' AS standard,
    reason,
    period_start AS start,
    period_stop AS stop,
    0 AS adjustment,
    days(period_start, period_stop) AS days,
    days(period_start, period_stop) <= limit_days AS within,
    month(period_stop) AS month,
    CAST(NULL AS VARCHAR) AS route,
    CAST(NULL AS VARCHAR) AS stage,
    COALESCE(treatment_function, 'Not known') AS cancer_type,
    CAST(NULL AS VARCHAR) AS modality_group,
    trust AS org_code,
    1.0 AS share
FROM judged
