-- RTT-1B: waits that ended without an admission (part 1B).
--
-- In:  records with derived columns; limits.
-- Out: the columns of a wait, one row an event.
WITH
judged AS (
    SELECT
        records.*,
        limits.days AS limit_days,
        period_stop AS clock_stop,
        CASE
            WHEN event_date > as_at() THEN 'planned'
            WHEN NOT COALESCE(is_in_period, FALSE) THEN 'no-clock'
            WHEN NOT carries_period THEN 'not-last-of-period'
            WHEN NOT is_stop THEN 'still-waiting'
            WHEN rtt_status = '33' THEN 'nullified'
            WHEN event_type = 'admission' AND rtt_status = '30' THEN 'admitted'
            WHEN measurement_type <> '01' THEN 'not-consultant-led'
            WHEN NOT has_start THEN 'no-start-code'
            WHEN period_start IS NULL THEN 'no-start-date'
            WHEN trust IS NULL THEN 'no-provider'
            WHEN period_stop < period_start THEN 'negative-wait'
        END AS reason
    FROM records
    CROSS JOIN (SELECT days FROM limits WHERE standard = 'RTT-1B') AS limits
)
SELECT
    _record,
    'RTT-1B' AS standard,
    reason,
    period_start AS start,
    CASE WHEN is_stop THEN clock_stop END AS stop,
    0 AS adjustment,
    days(period_start, clock_stop) AS days,
    days(period_start, clock_stop) <= limit_days AS within,
    month(clock_stop) AS month,
    CAST(NULL AS VARCHAR) AS route,
    CAST(NULL AS VARCHAR) AS stage,
    COALESCE(treatment_function, 'Not known') AS cancer_type,
    CAST(NULL AS VARCHAR) AS modality_group,
    trust AS org_code,
    1.0 AS share
FROM judged
