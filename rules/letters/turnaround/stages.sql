-- How long each stage takes.
--
-- In:  steps.
-- Out: one row a month, line and stage; median and 90th percentile by nearest rank.
WITH
ranked AS (
    SELECT
        steps.*,
        ROW_NUMBER() OVER (PARTITION BY month, depth, name, place ORDER BY days) AS position,
        COUNT(*) OVER (PARTITION BY month, depth, name, place) AS letters_of_step
    FROM steps
)
SELECT
    month,
    breakdown,
    name,
    step,
    COUNT(*) AS letters,
    MIN(CASE WHEN 2 * position >= letters_of_step THEN days END) AS median_days,
    MIN(CASE WHEN 10 * position >= 9 * letters_of_step THEN days END) AS days_90,
    MAX(days) AS longest_days
FROM ranked
GROUP BY month, depth, breakdown, name, place, step
ORDER BY month DESC, depth, name, place
