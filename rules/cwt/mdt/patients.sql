-- The list for a meeting: who is discussed, what is there and what is missing, the days on each clock and the next breach.
--
-- In:  discussions, reports, pathways.
-- Out: one row a meeting and pathway, in the order of the meeting: what is ready first, the next to breach at the top.
--
--   ready    yes: nothing that was asked for is missing; no; `no reports` where the files tell of none for the patient
--   days_*   days on the clock at the end of as_at(), blank where it is not open
SELECT
    meeting,
    meeting_name,
    pathway,
    site,
    CASE
        WHEN is_discussed THEN 'discussed'
        WHEN meeting < as_at() THEN 'no discussion recorded'
        ELSE 'to be discussed'
    END AS standing_of_meeting,
    CASE
        WHEN times_before = 0 THEN 'first discussion'
        WHEN times_before = 1 THEN 'discussed or listed once before'
        ELSE CONCAT('discussed or listed ', CAST(times_before AS VARCHAR), ' times before')
    END AS listed_as,
    listed_before,
    CASE
        WHEN report_pathway IS NULL THEN 'no reports'
        WHEN pathology_missing + imaging_missing = 0 THEN 'yes'
        ELSE 'no'
    END AS ready,
    pathology_reported,
    pathology_last,
    pathology_missing,
    imaging_reported,
    imaging_last,
    imaging_missing,
    letters_sent,
    letters_last,
    letters_missing,
    route,
    start_62 AS start,
    CASE WHEN is_open_28 THEN days_28 END AS days_28,
    CASE WHEN is_open_31 THEN days_31 END AS days_31,
    CASE WHEN is_open_62 THEN days_62 END AS days_62,
    next_breach,
    CASE
        WHEN next_breach IS NULL THEN NULL
        WHEN next_breach = coming_28 THEN '28-day'
        WHEN next_breach = coming_31 THEN '31-day'
        ELSE '62-day'
    END AS next_breach_clock,
    decision_date,
    treatment_planned,
    CASE
        WHEN has_clock THEN NULL
        WHEN event_link IN ('none', 'conflict') THEN 'no pathway of the register was found for this patient'
        ELSE 'the pathway was never on a clock'
    END AS note
FROM (
    SELECT *, LEAST(coming_28, coming_31, coming_62) AS next_breach
    FROM (
        SELECT
            discussions.*,
            reports.*,
            clocks.route,
            clocks.start_62,
            clocks.is_open_28,
            clocks.is_open_31,
            clocks.is_open_62,
            clocks.days_28,
            clocks.days_31,
            clocks.days_62,
            clocks.decision_date,
            clocks.planned_treatment AS treatment_planned,
            CASE WHEN clocks.is_open_28 AND clocks.breach_28 > as_at() THEN clocks.breach_28 END AS coming_28,
            CASE WHEN clocks.is_open_31 AND clocks.breach_31 > as_at() THEN clocks.breach_31 END AS coming_31,
            CASE WHEN clocks.is_open_62 AND clocks.breach_62 > as_at() THEN clocks.breach_62 END AS coming_62
        FROM discussions
        LEFT JOIN reports ON reports.report_pathway = discussions.pathway_key
        LEFT JOIN pathways AS clocks ON clocks.pathway_key = discussions.pathway_key
    ) AS joined
) AS breaching
ORDER BY meeting, meeting_name, CASE WHEN ready = 'no' THEN 1 ELSE 0 END, next_breach ASC NULLS LAST, days_62 DESC NULLS LAST, pathway
