-- The next step of each pathway by its timed pathway, and what is booked for it.
--
-- In:  steps (milestones/steps.sql), tests, planned, records; lookup milestone_evidence.
-- Out: one row a pathway that has a step to come or one whose day has passed: the one with the earliest day.
--
--   step_late_days  days since its day, 0 or less while it is still to come: a prompt to act, never a breach
--   step_booked     the nearest day after as_at() for which this kind of step is booked
WITH
open_steps AS (
    SELECT
        pathway_key,
        step,
        step_key,
        evidence,
        due_date,
        certainty,
        ROW_NUMBER() OVER (PARTITION BY pathway_key ORDER BY due_date, target_day, step_key) AS position
    FROM steps
    WHERE standing IN ('overdue', 'to come')
),
bookings AS (SELECT * FROM tests WHERE booked_date > as_at() AND done_date IS NULL),
-- A scan is booked as what it is; its booking is the way to its report too.
booked_tests AS (
    SELECT pathway_key, test AS happening, booked_date FROM bookings
    UNION ALL
    SELECT pathway_key, test || ' report' AS happening, booked_date FROM bookings
    UNION ALL
    SELECT pathway_key, 'scan' AS happening, booked_date FROM bookings WHERE event_type = 'imaging'
    UNION ALL
    SELECT pathway_key, 'biopsy' AS happening, booked_date FROM bookings WHERE event_type = 'pathology'
    UNION ALL
    SELECT pathway_key, 'clinic' AS happening, booked_date FROM bookings WHERE event_type = 'appointment'
),
-- Dates of the register after as_at(), by the happening that they will be.
to_come AS (
    SELECT records.pathway_key, 'seen' AS happening, planned.date_first_seen AS booked_on
    FROM planned
    INNER JOIN records ON records._record = planned._record
    UNION ALL
    SELECT records.pathway_key, 'told' AS happening, planned.fdp_end_date AS booked_on
    FROM planned
    INNER JOIN records ON records._record = planned._record
    UNION ALL
    SELECT records.pathway_key, 'decision' AS happening, planned.ctp_start_date AS booked_on
    FROM planned
    INNER JOIN records ON records._record = planned._record
    UNION ALL
    SELECT records.pathway_key, 'treatment' AS happening, planned.treatment_start_date AS booked_on
    FROM planned
    INNER JOIN records ON records._record = planned._record
    UNION ALL
    SELECT pathway_key, happening, booked_date AS booked_on FROM booked_tests
),
booked AS (
    SELECT to_come.pathway_key AS booked_key, milestone_evidence.evidence AS booked_evidence, MIN(booked_on) AS booked_on
    FROM to_come
    INNER JOIN milestone_evidence ON milestone_evidence.happening = to_come.happening
    WHERE booked_on IS NOT NULL
    GROUP BY to_come.pathway_key, milestone_evidence.evidence
)
SELECT
    open_steps.pathway_key AS step_pathway,
    open_steps.step AS next_step,
    open_steps.step_key AS next_step_key,
    open_steps.due_date AS step_due,
    days(open_steps.due_date, as_at()) AS step_late_days,
    open_steps.certainty AS step_certainty,
    booked.booked_on AS step_booked
FROM open_steps
LEFT JOIN booked ON booked.booked_key = open_steps.pathway_key AND booked.booked_evidence = open_steps.evidence
WHERE open_steps.position = 1
