-- RTT-2: waits whose clock still runs at the end of the day that the figures are of (part 2).
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
                WHEN is_stop THEN 'stopped'
                WHEN last_code = '21' THEN 'transferred'
            END,
            period_fault
        ) AS reason
    FROM records
    CROSS JOIN (SELECT days FROM limits WHERE standard = 'RTT-2') AS limits
)
SELECT
    _record,
    'RTT-2' AS standard,
    reason,
    period_start AS start,
    CAST(NULL AS DATE) AS stop,
    0 AS adjustment,
    days(period_start, as_at()) AS days,
    days(period_start, as_at()) <= limit_days AS within,
    month(as_at()) AS month,
    CAST(NULL AS VARCHAR) AS route,
    CAST(NULL AS VARCHAR) AS stage,
    COALESCE(treatment_function, 'Not known') AS cancer_type,
    CAST(NULL AS VARCHAR) AS modality_group,
    trust AS org_code,
    1.0 AS share
FROM judged
