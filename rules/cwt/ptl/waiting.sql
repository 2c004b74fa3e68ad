-- Who is waiting: one row a pathway with an open clock, who breaches next first.
--
-- In:  pathways, next_steps, met, rtt_clocks, tci; ptl_bands.
-- Out: one row an open pathway. The columns of a clock that is not open are blank.
--
--   target_*  the last day within the limit: start + limit + adjustment; breach_* the day after it
--   band      how long the 62-day clock has run, as the weekly national return bands it (standards.toml)
--   next_breach, next_breach_clock  the nearest breach that is still to come; blank when every open clock has breached
--   next_event, next_date           the nearest event that is booked after as_at()
--   treatment_planned               the date a treatment is booked for; breaches_62, breaches_31: that date is after the target
--   start, route                    of the referral or upgrade; blank where a decision to treat has none: start_31 begins its wait
--   next_step, step_*               the next step of the timed pathway: by which day, how many days late, what is booked for it,
--                                   and how certain the day is (next_steps.sql)
--   escalations                     the conditions of ../escalation.toml that it meets, the weightiest first
--   listed_on, tci, tci_after_* the waiting list of the PAS (tci.sql); blank where none is given
--   rtt_*, clocks_differ            the RTT clock beside it (rtt_clocks.sql); blank where no RTT status events are given
WITH
open_clocks AS (
    SELECT
        *,
        CASE WHEN is_open_28 AND breach_28 > as_at() THEN breach_28 END AS coming_28,
        CASE WHEN is_open_31 AND breach_31 > as_at() THEN breach_31 END AS coming_31,
        CASE WHEN is_open_62 AND breach_62 > as_at() THEN breach_62 END AS coming_62
    FROM pathways
    WHERE is_open_28 OR is_open_31 OR is_open_62
),
banded AS (
    SELECT pathway_key AS banded_key, label AS band
    FROM open_clocks
    CROSS JOIN ptl_bands
    -- An adjustment longer than the wait so far leaves less than nothing: the first band.
    WHERE is_open_62 AND GREATEST(days_62, 0) >= from_days AND (to_days IS NULL OR GREATEST(days_62, 0) <= to_days)
)
SELECT
    pathway,
    file,
    row,
    site,
    route,
    start_62 AS start,
    LEAST(coming_28, coming_31, coming_62) AS next_breach,
    CASE
        WHEN coming_28 = LEAST(coming_28, coming_31, coming_62) THEN '28-day'
        WHEN coming_31 = LEAST(coming_31, coming_62) THEN '31-day'
        WHEN coming_62 IS NOT NULL THEN '62-day'
    END AS next_breach_clock,
    CASE WHEN is_open_28 THEN days_28 END AS days_28,
    CASE WHEN is_open_28 THEN adjustment_28 END AS adjustment_28,
    CASE WHEN is_open_28 THEN target_28 END AS target_28,
    CASE WHEN is_open_28 THEN breach_28 END AS breach_28,
    CASE WHEN is_open_62 THEN days_62 END AS days_62,
    CASE WHEN is_open_62 THEN adjustment_62 END AS adjustment_62,
    CASE WHEN is_open_62 THEN target_62 END AS target_62,
    CASE WHEN is_open_62 THEN breach_62 END AS breach_62,
    band,
    first_seen_date AS first_seen,
    decision_date IS NOT NULL AS decision_to_treat,
    decision_date,
    CASE
        WHEN next_date IS NULL THEN NULL
        WHEN next_date = planned_first_seen THEN 'first seen'
        WHEN next_date = planned_told THEN 'told the outcome'
        WHEN next_date = planned_decision THEN 'decision to treat'
        ELSE 'treatment'
    END AS next_event,
    next_date,
    planned_treatment AS treatment_planned,
    CASE WHEN is_open_62 THEN planned_treatment > target_62 END AS breaches_62,
    CASE WHEN is_open_31 THEN start_31 END AS start_31,
    CASE WHEN is_open_31 THEN days_31 END AS days_31,
    CASE WHEN is_open_31 THEN target_31 END AS target_31,
    CASE WHEN is_open_31 THEN breach_31 END AS breach_31,
    CASE WHEN is_open_31 THEN planned_treatment > target_31 END AS breaches_31,
    next_step,
    step_due,
    step_late_days,
    step_booked,
    step_certainty,
    met_all AS escalations,
    rtt_start,
    rtt_weeks,
    rtt_clock,
    clocks_differ,
    listed_on,
    tci,
    CASE WHEN is_open_62 THEN tci > target_62 END AS tci_after_62,
    CASE WHEN is_open_31 THEN tci > target_31 END AS tci_after_31
FROM open_clocks
LEFT JOIN banded ON banded.banded_key = open_clocks.pathway_key
LEFT JOIN next_steps ON next_steps.step_pathway = open_clocks.pathway_key
LEFT JOIN met ON met.met_pathway = open_clocks.pathway_key
LEFT JOIN (SELECT tci_pathway, listed_on, tci FROM tci) AS list_entries ON list_entries.tci_pathway = open_clocks.pathway_key
LEFT JOIN (
    SELECT rtt_pathway_key, rtt_start, rtt_weeks, rtt_clock, clocks_differ FROM rtt_clocks
) AS beside ON beside.rtt_pathway_key = open_clocks.pathway_key
ORDER BY next_breach ASC NULLS LAST, days_62 DESC NULLS LAST, days_31 DESC NULLS LAST, file, row
