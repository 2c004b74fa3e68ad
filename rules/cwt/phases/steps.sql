-- The steps of every wait that is counted: where the days went between its start and its stop.
--
-- In:  waits; records with derived columns.
-- Out: one row a counted wait and step; `days` is NULL where a date of the step is missing, before the start of the
--      clock, or out of order. Calendar days: no adjustment is taken off. A shared patient is one whole row.
--
-- 28-day: the steps of the Faster Diagnosis wait; months and sites are those of the standard.
-- 62-day: from the start of the clock (for an upgrade, its date) to the first treatment.
WITH
counted AS (
    SELECT _record, standard, MIN(month) AS month, MIN(cancer_type) AS site, MIN(start) AS start, MIN(stop) AS stop
    FROM waits
    WHERE counted AND standard IN ('FDS', '62D') AND (provider() IS NULL OR org_code = provider())
    GROUP BY _record, standard
),
-- First seen and told may stand on another record of the pathway than the treatment.
pathways AS (
    SELECT
        pathway_key,
        MIN(date_first_seen) AS first_seen_date,
        MIN(CASE WHEN carries_fds THEN fdp_end_date END) AS told_date
    FROM records
    GROUP BY pathway_key
),
dated AS (
    SELECT
        counted.*,
        CASE WHEN pathways.first_seen_date >= counted.start THEN pathways.first_seen_date END AS first_seen,
        CASE WHEN pathways.told_date >= counted.start THEN pathways.told_date END AS told,
        CASE WHEN records.ctp_start_date >= counted.start THEN records.ctp_start_date END AS decided
    FROM counted
    INNER JOIN records ON records._record = counted._record
    LEFT JOIN pathways ON pathways.pathway_key = records.pathway_key
),
steps AS (
    SELECT standard, month, site, 1 AS place, 'referral to first seen' AS step, days(start, first_seen) AS days FROM dated
    UNION ALL
    SELECT standard, month, site, 2 AS place, 'first seen to told' AS step, days(first_seen, told) AS days FROM dated
    UNION ALL
    SELECT standard, month, site, 3 AS place, 'told to decision to treat' AS step, days(told, decided) AS days
    FROM dated
    WHERE standard = '62D'
    UNION ALL
    SELECT standard, month, site, 4 AS place, 'decision to treat to treatment' AS step, days(decided, stop) AS days
    FROM dated
    WHERE standard = '62D'
    UNION ALL
    SELECT standard, month, site, 5 AS place, 'whole wait' AS step, days(start, stop) AS days FROM dated
)
SELECT standard, month, site, place, step, CASE WHEN days >= 0 THEN days END AS days
FROM steps
