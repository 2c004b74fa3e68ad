-- The waiting list against the dated targets for the longest waits. The share within 18 weeks has its targets in standards.toml.
--
-- In:  lines; rtt_over_targets.
-- Out: one row a provider and target in force on as_at(): of all incomplete pathways, how many are over so many weeks, and the
--      share that the target allows. A target of 0 is met by nobody over it; a share is met where less than it is over.
WITH
targets AS (
    SELECT
        CAST(weeks AS INT) AS weeks,
        CAST(from_day AS INT) AS from_day,
        CAST(share AS DOUBLE) AS target_share,
        status,
        source
    FROM rtt_over_targets
    WHERE CAST(from_date AS DATE) <= as_at() AND (to_date IS NULL OR CAST(to_date AS DATE) >= as_at())
),
waiting AS (
    SELECT
        lines.provider,
        targets.weeks,
        CASE WHEN lines.days >= targets.from_day THEN 1 ELSE 0 END AS is_over
    FROM lines
    CROSS JOIN targets
    WHERE lines.part = 'Part_2' AND lines.treatment_function = 'C_999'
),
counts AS (
    SELECT provider, weeks, COUNT(*) AS pathways, SUM(is_over) AS over_it
    FROM waiting
    GROUP BY provider, weeks
)
SELECT
    month(as_at()) AS month,
    counts.provider,
    counts.weeks,
    counts.pathways,
    counts.over_it,
    counts.over_it / NULLIF(CAST(counts.pathways AS DOUBLE), 0) AS share_over,
    targets.target_share,
    CASE
        WHEN counts.over_it = 0 OR counts.over_it < targets.target_share * counts.pathways THEN 'yes'
        ELSE 'no'
    END AS met,
    targets.status,
    targets.source
FROM counts
INNER JOIN targets ON targets.weeks = counts.weeks
ORDER BY counts.provider, counts.weeks
