-- The RTT clock of each pathway that is on the list, beside its cancer clocks.
--
-- In:  pathways; rtt_events, none where no file of them is given.
-- Out: one row an open pathway with an RTT pathway; its key is not for showing (two_clocks.sql).
--
--   rtt_pathways    int   RTT pathways that belong to it; the one that runs and began first is shown, else the one that began first
--   rtt_weeks       int   whole weeks from the start of the RTT clock to its stop, or to as_at()
--   rtt_clock       text  running or stopped
--   clocks_differ   text  what does not fit together; blank: nothing. An upgrade starts later than its referral: no difference
WITH
spoken AS (
    SELECT
        pathway_key AS rtt_of,
        rtt_clock_start AS rtt_start,
        rtt_status,
        rtt_runs,
        rtt_stopped_on,
        ROW_NUMBER() OVER (PARTITION BY pathway_key ORDER BY CASE WHEN rtt_runs THEN 0 ELSE 1 END, rtt_clock_start, _record) AS choice,
        COUNT(*) OVER (PARTITION BY pathway_key) AS rtt_pathways
    FROM rtt_events
    WHERE is_latest_status
),
beside AS (
    SELECT
        pathways.pathway_key AS rtt_pathway_key,
        pathways.pathway,
        pathways.site,
        pathways.route,
        COALESCE(pathways.start_62, pathways.start_31) AS start,
        CASE WHEN pathways.is_open_62 THEN pathways.days_62 END AS days_62,
        spoken.rtt_start,
        days(spoken.rtt_start, COALESCE(spoken.rtt_stopped_on, as_at())) AS rtt_days,
        spoken.rtt_status,
        CASE WHEN spoken.rtt_runs THEN 'running' ELSE 'stopped' END AS rtt_clock,
        spoken.rtt_stopped_on,
        CASE
            WHEN pathways.route <> 'Consultant Upgrade' THEN days(spoken.rtt_start, pathways.start_62)
        END AS start_days_apart,
        spoken.rtt_pathways,
        pathways.first_treatment_date,
        pathways.file,
        pathways.row
    FROM pathways
    INNER JOIN spoken ON spoken.rtt_of = pathways.pathway_key
    WHERE spoken.choice = 1 AND (pathways.is_open_28 OR pathways.is_open_31 OR pathways.is_open_62)
)
SELECT
    beside.*,
    -- Whole weeks: rounding would give 0 to 2 days a minus sign.
    CASE WHEN rtt_days BETWEEN 0 AND 6 THEN 0 ELSE ROUND((rtt_days - 3) / 7.0) END AS rtt_weeks,
    CASE
        WHEN rtt_clock = 'stopped' AND first_treatment_date IS NULL
            THEN CONCAT('the RTT clock has stopped (', rtt_status, '), and the patient waits on a cancer clock')
        WHEN start_days_apart <> 0
            THEN CONCAT('the clocks start ', CAST(ABS(start_days_apart) AS VARCHAR), ' days apart')
        WHEN rtt_pathways > 1
            THEN CONCAT(CAST(rtt_pathways AS VARCHAR), ' RTT pathways belong to it')
    END AS clocks_differ
FROM beside
