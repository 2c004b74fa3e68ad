-- How long the waits of each part are.
--
-- In:  lines. 18 weeks are 126 days; over 52 weeks begins with day 365, over 65 with 456, over 78 with 547, over 104 with 729.
-- Out: one row a month, provider, part and treatment function.
--   over_18 ... over_104  int  each holds the next: over 18 holds those over 52
--   share_within_18  number  of all pathways of the line
--   median_days      int     by nearest rank
WITH
counts AS (
    SELECT
        month,
        provider,
        part,
        treatment_function,
        COUNT(*) AS pathways,
        SUM(CASE WHEN days <= 126 THEN 1 ELSE 0 END) AS within_18,
        SUM(CASE WHEN days > 126 THEN 1 ELSE 0 END) AS over_18,
        SUM(CASE WHEN days >= 365 THEN 1 ELSE 0 END) AS over_52,
        SUM(CASE WHEN days >= 456 THEN 1 ELSE 0 END) AS over_65,
        SUM(CASE WHEN days >= 547 THEN 1 ELSE 0 END) AS over_78,
        SUM(CASE WHEN days >= 729 THEN 1 ELSE 0 END) AS over_104,
        MAX(days) AS longest_days
    FROM lines
    GROUP BY month, provider, part, treatment_function
),
ranked AS (
    SELECT
        lines.*,
        ROW_NUMBER() OVER (PARTITION BY month, provider, part, treatment_function ORDER BY days) AS position,
        COUNT(*) OVER (PARTITION BY month, provider, part, treatment_function) AS of_line
    FROM lines
),
medians AS (
    SELECT
        month,
        provider,
        part,
        treatment_function,
        MIN(CASE WHEN 2 * position >= of_line THEN days END) AS median_days
    FROM ranked
    GROUP BY month, provider, part, treatment_function
)
SELECT
    counts.month,
    counts.provider,
    counts.part,
    CASE counts.part
        WHEN 'Part_1A' THEN 'Completed, admitted'
        WHEN 'Part_1B' THEN 'Completed, non-admitted'
        WHEN 'Part_2' THEN 'Incomplete'
        ELSE 'Incomplete, with a decision to admit'
    END AS part_title,
    counts.treatment_function,
    counts.pathways,
    counts.within_18,
    counts.within_18 / NULLIF(CAST(counts.pathways AS DOUBLE), 0) AS share_within_18,
    counts.over_18,
    counts.over_52,
    counts.over_65,
    counts.over_78,
    counts.over_104,
    medians.median_days,
    counts.longest_days
FROM counts
INNER JOIN medians
    ON medians.month = counts.month
    AND medians.provider = counts.provider
    AND medians.part = counts.part
    AND medians.treatment_function = counts.treatment_function
ORDER BY counts.month DESC, counts.provider, counts.part, counts.treatment_function
