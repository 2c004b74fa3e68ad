-- Letters in time and how long they took.
--
-- In:  lines.
-- Out: one row a standard, month and line.
--
--   letters, in_time, not_sent  int  letters that are due, those in time, those not sent
--   share_in_time  number  in_time over letters
--   median_days, days_90, longest_days  int  of the letters that were sent, by nearest rank
WITH
counts AS (
    SELECT
        standard,
        month,
        depth,
        breakdown,
        name,
        COUNT(*) AS letters,
        SUM(in_time) AS in_time,
        SUM(not_sent) AS not_sent,
        MAX(days) AS longest_days
    FROM lines
    GROUP BY standard, month, depth, breakdown, name
),
ranked AS (
    SELECT
        standard,
        month,
        depth,
        name,
        days,
        ROW_NUMBER() OVER (PARTITION BY standard, month, depth, name ORDER BY days) AS position,
        COUNT(*) OVER (PARTITION BY standard, month, depth, name) AS sent
    FROM lines
    WHERE days IS NOT NULL
),
percentiles AS (
    SELECT
        standard,
        month,
        depth,
        name,
        -- The nearest rank: the first place with at least half, and nine in ten, of the letters.
        MIN(CASE WHEN 2 * position >= sent THEN days END) AS median_days,
        MIN(CASE WHEN 10 * position >= 9 * sent THEN days END) AS days_90
    FROM ranked
    GROUP BY standard, month, depth, name
)
SELECT
    counts.standard,
    counts.month,
    counts.breakdown,
    counts.name,
    counts.letters,
    counts.in_time,
    counts.in_time / NULLIF(CAST(counts.letters AS DOUBLE), 0) AS share_in_time,
    counts.not_sent,
    percentiles.median_days,
    percentiles.days_90,
    counts.longest_days
FROM counts
LEFT JOIN percentiles
    ON percentiles.standard = counts.standard
    AND percentiles.month = counts.month
    AND percentiles.depth = counts.depth
    AND percentiles.name = counts.name
ORDER BY counts.month DESC, counts.standard DESC, counts.depth, counts.name
