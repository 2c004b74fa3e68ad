-- Every step of every pathway: by which day it is due, when it was reached, and how that stands at the end of as_at().
--
-- In:  pathways, happened, timed; lookups milestone_sites, milestone_evidence; records, planned.
-- Out: one row a pathway and step that its timed pathway asks for.
--
--   due_date, reached_date  days are whole calendar days from what the step is measured from; no adjustment is taken off
--   step_day                the day of the pathway (or of the interval) on which the step was reached; negative before the referral.
--                           An event of another system counts from so many days before the start on as `days_before` of its
--                           evidence says: an older one is of an earlier illness
--   is_covered              the files that show the step begin before what it is measured from: where they do not, a step that
--                           is not in them may have been reached all the same
--   standing                on time, late (reached after its day), overdue (its day has passed), to come, not begun (what it is
--                           measured from has not happened), not needed (the pathway ended, or a later step came first),
--                           no data (no file reports steps of this kind)
WITH
receivers AS (
    SELECT pathway_key AS sent_key, MAX(CASE WHEN ipt_org_receiving IS NOT NULL THEN 1 ELSE 0 END) AS has_receiver
    FROM records
    GROUP BY pathway_key
),
-- The timed pathway of each: that of its site, else the generic one.
named AS (
    SELECT
        pathways.pathway_key,
        pathways.start_62 AS start,
        pathways.start_28,
        pathways.site,
        pathways.end_28,
        pathways.end_62,
        COALESCE(milestone_sites.timed_pathway, 'GENERIC') AS pathway_name
    FROM pathways
    LEFT JOIN milestone_sites ON milestone_sites.site = pathways.site
),
asked AS (
    SELECT
        named.pathway_key,
        named.start,
        named.site,
        named.end_28,
        named.end_62,
        timed.timed_pathway,
        timed.step_key,
        timed.step,
        timed.evidence,
        timed.target_day,
        timed.measured_from,
        timed.overtaken_by,
        timed.certainty,
        timed.source,
        timed.is_known,
        timed.known_from
    FROM named
    INNER JOIN timed ON timed.timed_pathway = named.pathway_name
    LEFT JOIN receivers ON receivers.sent_key = named.pathway_key
    WHERE (timed.routes = 'all' OR named.start_28 IS NOT NULL)
        AND (timed.step_key <> 'transfer' OR receivers.has_receiver = 1)
),
shown AS (
    SELECT
        happened.pathway_key AS shown_key,
        milestone_evidence.evidence AS shown_evidence,
        happened.happened_on,
        milestone_evidence.days_before IS NOT NULL AS may_precede
    FROM happened
    INNER JOIN milestone_evidence ON milestone_evidence.happening = happened.happening
    INNER JOIN pathways ON pathways.pathway_key = happened.pathway_key
    WHERE milestone_evidence.days_before IS NULL
        OR pathways.start_62 IS NULL
        OR days(happened.happened_on, pathways.start_62) <= CAST(milestone_evidence.days_before AS INT)
),
firsts AS (
    SELECT shown_key, shown_evidence, MIN(happened_on) AS first_date
    FROM shown
    GROUP BY shown_key, shown_evidence
),
measured AS (
    SELECT asked.*, begun.first_date AS from_date, overtaking.first_date AS overtaken_on
    FROM asked
    LEFT JOIN firsts AS begun ON begun.shown_key = asked.pathway_key AND begun.shown_evidence = asked.measured_from
    LEFT JOIN firsts AS overtaking ON overtaking.shown_key = asked.pathway_key AND overtaking.shown_evidence = asked.overtaken_by
),
reached AS (
    SELECT
        measured.pathway_key AS reached_key,
        measured.step_key AS reached_step,
        MIN(CASE
            WHEN shown.happened_on >= measured.from_date OR (measured.measured_from = 'start' AND shown.may_precede)
                THEN shown.happened_on
        END) AS reached_date
    FROM measured
    INNER JOIN shown ON shown.shown_key = measured.pathway_key AND shown.shown_evidence = measured.evidence
    GROUP BY measured.pathway_key, measured.step_key
),
dated AS (
    SELECT measured.*, reached.reached_date, add_days(measured.from_date, measured.target_day) AS due_date
    FROM measured
    LEFT JOIN reached ON reached.reached_key = measured.pathway_key AND reached.reached_step = measured.step_key
)
SELECT
    pathway_key,
    site,
    start,
    timed_pathway,
    step_key,
    step,
    evidence,
    target_day,
    measured_from,
    certainty,
    source,
    due_date,
    reached_date,
    days(from_date, reached_date) AS step_day,
    COALESCE(from_date >= known_from, TRUE) AS is_covered,
    CASE
        WHEN NOT is_known THEN 'no data'
        WHEN reached_date <= due_date THEN 'on time'
        WHEN reached_date IS NOT NULL THEN 'late'
        WHEN end_62 IS NOT NULL OR overtaken_on IS NOT NULL THEN 'not needed'
        WHEN step_key = 'told' AND end_28 IS NOT NULL THEN 'not needed'
        WHEN due_date IS NULL THEN 'not begun'
        WHEN due_date < as_at() THEN 'overdue'
        ELSE 'to come'
    END AS standing
FROM dated
