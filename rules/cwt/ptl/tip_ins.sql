-- Tip-ins: how many open pathways reach their breach date in each week to come, if nothing ends them before. A count of
-- dates that are already fixed, not a forecast.
--
-- In:  pathways.
-- Out: one row a clock, week (by the Sunday that ends it) and tumour site; `ALL SITES` sums them.
--
--   with_decision    of them, with a decision to treat
--   planned_in_time  of them, with a treatment booked on or before the target: these will not tip over (31 and 62 days)
WITH
coming AS (
    SELECT '62-day' AS clock, week_ending(breach_62) AS week_ending, site, decision_date,
        planned_treatment <= target_62 AS is_planned_in_time
    FROM pathways
    WHERE is_open_62 AND breach_62 > as_at()
    UNION ALL
    SELECT '28-day' AS clock, week_ending(breach_28) AS week_ending, site, decision_date,
        CAST(NULL AS BOOLEAN) AS is_planned_in_time
    FROM pathways
    WHERE is_open_28 AND breach_28 > as_at()
    UNION ALL
    SELECT '31-day' AS clock, week_ending(breach_31) AS week_ending, site, start_31 AS decision_date,
        planned_treatment <= target_31 AS is_planned_in_time
    FROM pathways
    WHERE is_open_31 AND breach_31 > as_at()
),
counted AS (
    SELECT
        clock,
        week_ending,
        site,
        COUNT(*) AS tipping_in,
        SUM(CASE WHEN decision_date IS NOT NULL THEN 1 ELSE 0 END) AS with_decision,
        SUM(CASE WHEN is_planned_in_time THEN 1 ELSE 0 END) AS planned_in_time,
        1 AS depth
    FROM coming
    GROUP BY clock, week_ending, site
    UNION ALL
    SELECT
        clock,
        week_ending,
        'ALL SITES' AS site,
        COUNT(*) AS tipping_in,
        SUM(CASE WHEN decision_date IS NOT NULL THEN 1 ELSE 0 END) AS with_decision,
        SUM(CASE WHEN is_planned_in_time THEN 1 ELSE 0 END) AS planned_in_time,
        0 AS depth
    FROM coming
    GROUP BY clock, week_ending
)
SELECT
    clock,
    week_ending,
    site,
    tipping_in,
    with_decision,
    CASE WHEN clock <> '28-day' THEN planned_in_time END AS planned_in_time
FROM counted
ORDER BY clock DESC, week_ending, depth, site
