-- How long each step of a supply takes.
--
-- In:  steps.
-- Out: one row a month and step; median and 90th percentile by nearest rank.
WITH
ranked AS (
    SELECT
        steps.*,
        ROW_NUMBER() OVER (PARTITION BY month, place ORDER BY days) AS position,
        COUNT(*) OVER (PARTITION BY month, place) AS supplies_of_step
    FROM steps
)
SELECT
    month,
    step,
    COUNT(*) AS supplies,
    MIN(CASE WHEN 2 * position >= supplies_of_step THEN days END) AS median_days,
    MIN(CASE WHEN 10 * position >= 9 * supplies_of_step THEN days END) AS days_90,
    MAX(days) AS longest_days
FROM ranked
GROUP BY month, place, step
ORDER BY month DESC, place
