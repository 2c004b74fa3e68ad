-- How long each step of a wait takes, by month of the standard and tumour site.
--
-- In:  steps.
-- Out: one row a standard, month, site and step; `ALL SITES` takes all patients together.
--
--   patients     whose step has both dates; not_known whose step has not
--   median_days  as a spreadsheet gives it (PERCENTILE.INC 0.5): the middle wait, or halfway between the two in the middle
--   longest_days the longest
-- The medians of the steps do not add up to the median of the whole wait.
WITH
by_site AS (
    SELECT standard, month, site, 1 AS depth, place, step, days FROM steps
    UNION ALL
    SELECT standard, month, 'ALL SITES' AS site, 0 AS depth, place, step, days FROM steps
),
ranked AS (
    SELECT
        standard,
        month,
        site,
        place,
        days,
        ROW_NUMBER() OVER (PARTITION BY standard, month, site, place ORDER BY days) AS position,
        COUNT(*) OVER (PARTITION BY standard, month, site, place) AS patients
    FROM by_site
    WHERE days IS NOT NULL
),
medians AS (
    SELECT standard, month, site, place, AVG(days) AS median_days
    FROM ranked
    -- One in the middle of an odd number of patients, two of an even one.
    WHERE 2 * position >= patients AND 2 * position <= patients + 2
    GROUP BY standard, month, site, place
),
counts AS (
    SELECT
        standard,
        month,
        site,
        depth,
        place,
        step,
        SUM(CASE WHEN days IS NOT NULL THEN 1 ELSE 0 END) AS patients,
        SUM(CASE WHEN days IS NULL THEN 1 ELSE 0 END) AS not_known,
        MAX(days) AS longest_days
    FROM by_site
    GROUP BY standard, month, site, depth, place, step
)
SELECT
    counts.standard,
    counts.month,
    counts.site,
    counts.step,
    counts.patients,
    counts.not_known,
    medians.median_days,
    counts.longest_days
FROM counts
LEFT JOIN medians
    ON medians.standard = counts.standard
    AND medians.month = counts.month
    AND medians.site = counts.site
    AND medians.place = counts.place
ORDER BY counts.standard DESC, counts.month, counts.depth, counts.site, counts.place
