-- How far the steps of timed pathways are reached on time: one line a month of the start, tumour site and step.
--
-- In:  steps, timed.
-- Out: one row a month, site and step that the files report (targets.sql lists those that they do not).
--
-- A step that nobody had to reach is left out: not needed, or its interval not begun. A step whose files begin after the
-- pathway did is not known, and not judged: neither those in time nor those late, since either alone would move the share.
--
--   judged         on_time + late + overdue: those whose day has passed, or who were in time
--   share_on_time  on_time of judged
--   median_day     of those who reached the step: the nearest rank of one half
--   not_known      the files that show the step begin after what it is measured from
WITH
by_site AS (
    SELECT
        month(start) AS month,
        site,
        1 AS depth,
        step_key,
        step,
        timed_pathway,
        target_day,
        measured_from,
        certainty,
        CASE WHEN is_covered THEN step_day END AS step_day,
        CASE WHEN is_covered OR standing IN ('no data', 'not begun', 'not needed') THEN standing ELSE 'not known' END AS standing
    FROM steps
    UNION ALL
    SELECT
        month(steps.start) AS month,
        'ALL SITES' AS site,
        0 AS depth,
        steps.step_key,
        generic.step,
        'GENERIC' AS timed_pathway,
        -- Timed pathways differ in their days: each patient is judged by those of their own.
        CAST(NULL AS INT) AS target_day,
        generic.measured_from,
        CAST(NULL AS VARCHAR) AS certainty,
        CASE WHEN steps.is_covered THEN steps.step_day END AS step_day,
        CASE WHEN steps.is_covered OR steps.standing IN ('no data', 'not begun', 'not needed') THEN steps.standing ELSE 'not known' END AS standing
    FROM steps
    INNER JOIN timed AS generic ON generic.step_key = steps.step_key
    WHERE generic.timed_pathway = 'GENERIC'
),
ranked AS (
    SELECT
        month,
        site,
        step_key,
        step_day,
        ROW_NUMBER() OVER (PARTITION BY month, site, step_key ORDER BY step_day) AS position,
        COUNT(*) OVER (PARTITION BY month, site, step_key) AS reached_by
    FROM by_site
    WHERE step_day IS NOT NULL
),
medians AS (
    SELECT month, site, step_key, step_day AS median_day
    FROM ranked
    WHERE 2 * position >= reached_by AND 2 * position <= reached_by + 1
),
counts AS (
    SELECT
        month,
        site,
        depth,
        step_key,
        MIN(step) AS step,
        MIN(timed_pathway) AS timed_pathway,
        MIN(target_day) AS target_day,
        MIN(measured_from) AS measured_from,
        MIN(certainty) AS certainty,
        SUM(CASE WHEN standing IN ('on time', 'late') THEN 1 ELSE 0 END) AS reached,
        SUM(CASE WHEN standing = 'on time' THEN 1 ELSE 0 END) AS on_time,
        SUM(CASE WHEN standing = 'late' THEN 1 ELSE 0 END) AS late,
        SUM(CASE WHEN standing = 'overdue' THEN 1 ELSE 0 END) AS overdue,
        SUM(CASE WHEN standing = 'to come' THEN 1 ELSE 0 END) AS to_come,
        SUM(CASE WHEN standing = 'not needed' THEN 1 ELSE 0 END) AS not_needed,
        SUM(CASE WHEN standing = 'not known' THEN 1 ELSE 0 END) AS not_known
    FROM by_site
    WHERE standing NOT IN ('no data', 'not begun')
    GROUP BY month, site, depth, step_key
)
SELECT
    counts.month,
    counts.site,
    counts.timed_pathway,
    counts.step_key,
    counts.step,
    counts.target_day,
    counts.measured_from,
    counts.certainty,
    on_time + late + overdue AS judged,
    counts.on_time,
    on_time * 1.0 / NULLIF(on_time + late + overdue, 0) AS share_on_time,
    medians.median_day,
    counts.late,
    counts.overdue,
    counts.reached,
    counts.to_come,
    counts.not_needed,
    counts.not_known
FROM counts
LEFT JOIN medians
    ON medians.month = counts.month AND medians.site = counts.site AND medians.step_key = counts.step_key
WHERE on_time + late + overdue + counts.to_come + counts.not_known > 0
ORDER BY counts.month, counts.depth, counts.site, counts.measured_from <> 'start', counts.target_day, counts.step_key
