-- The steps of each timed pathway that are in use: its own, and the generic ones that it does not say itself.
--
-- In:  lookups milestones, milestone_sites, milestone_evidence; events.
-- Out: one row a timed pathway and step. is_known: the files read report this kind of step at all; where they do not,
--      nobody is asked for it. known_from: the first day of the events that show the step; what happened before it is not in
--      the files. NULL for a step that the register shows.
WITH
used AS (
    SELECT timed_pathway, step_key, step, evidence, CAST(target_day AS INT) AS target_day, measured_from, overtaken_by, routes, certainty, source
    FROM milestones
    WHERE in_use = 'yes' AND target_day IS NOT NULL
),
all_timed AS (
    SELECT timed_pathway AS name FROM milestone_sites GROUP BY timed_pathway
    UNION ALL
    SELECT 'GENERIC' AS name
),
generic AS (
    SELECT all_timed.name, used.step_key AS generic_key
    FROM all_timed
    CROSS JOIN used
    WHERE used.timed_pathway = 'GENERIC'
),
not_said AS (
    SELECT generic.name, generic.generic_key
    FROM generic
    LEFT JOIN used AS own ON own.timed_pathway = generic.name AND own.step_key = generic.generic_key
    WHERE own.step_key IS NULL
),
planned_steps AS (
    SELECT timed_pathway, step_key, step, evidence, target_day, measured_from, overtaken_by, routes, certainty, source FROM used
    UNION ALL
    SELECT not_said.name AS timed_pathway, step_key, step, evidence, target_day, measured_from, overtaken_by, routes, certainty, source
    FROM used
    INNER JOIN not_said ON not_said.generic_key = used.step_key
    WHERE used.timed_pathway = 'GENERIC'
),
kinds AS (
    SELECT event_type AS kind, MIN(COALESCE(done_date, reported_date, booked_date, requested_date)) AS first_day
    FROM events
    WHERE event_type IS NOT NULL
    GROUP BY event_type
),
reported AS (
    SELECT
        evidence AS reported_evidence,
        MAX(CASE WHEN event_type IS NULL OR kinds.kind IS NOT NULL THEN 1 ELSE 0 END) AS reports,
        MAX(CASE WHEN event_type IS NULL THEN 1 ELSE 0 END) AS in_register,
        -- Of several kinds the last to begin: before it, one of them is missing.
        MAX(kinds.first_day) AS first_day
    FROM milestone_evidence
    LEFT JOIN kinds ON kinds.kind = milestone_evidence.event_type
    GROUP BY evidence
)
SELECT
    planned_steps.*,
    COALESCE(reported.reports, 0) = 1 AND COALESCE(begun.reports, 0) = 1 AS is_known,
    CASE WHEN reported.in_register = 0 THEN reported.first_day END AS known_from
FROM planned_steps
LEFT JOIN reported ON reported.reported_evidence = planned_steps.evidence
LEFT JOIN reported AS begun ON begun.reported_evidence = planned_steps.measured_from
