-- First cancer treatments, and whether a team discussed the patient before.
--
-- In:  records, without the dates after as_at(); events.
-- Out: one row a pathway with a first treatment that was not declined. None, if no file tells of a meeting.
--
--   discussed   before: a meeting was held on the day of the treatment or earlier; after: only later; listed: the patient was
--               on a list of a meeting before the treatment, and no discussion is recorded; no: neither
WITH
firsts AS (
    SELECT
        pathway_key AS treated_pathway,
        MIN(pathway) AS pathway,
        MIN(treatment_start_date) AS treated,
        MIN(_record) AS first_record
    FROM records
    WHERE is_first_treatment AND COALESCE(treatment_modality, '') <> '98' AND treatment_start_date IS NOT NULL
        AND COALESCE(in_scope, TRUE) AND COALESCE(basal_cell, '') <> 'Y'
    GROUP BY pathway_key
),
meetings AS (
    SELECT
        pathway_key AS met_pathway,
        CASE WHEN event_status = 'done' AND done_date <= as_at() THEN done_date END AS held,
        COALESCE(booked_date, done_date) AS meeting
    FROM events
    WHERE event_type = 'mdt' AND COALESCE(event_status, '') NOT IN ('cancelled', 'missed')
),
told AS (SELECT COUNT(*) AS meetings FROM meetings),
met AS (
    SELECT
        treated_pathway AS met_treated,
        MIN(held) AS first_held,
        MIN(meeting) AS first_listed
    FROM firsts
    INNER JOIN meetings ON met_pathway = treated_pathway
    GROUP BY treated_pathway
)
SELECT
    month(firsts.treated) AS month,
    COALESCE(records.cancer_type, 'Not known') AS site,
    firsts.pathway,
    firsts.treated,
    records.treatment_modality AS modality,
    records.site_treatment_start AS treated_at,
    met.first_held,
    CASE
        WHEN met.first_held <= firsts.treated THEN 'before'
        WHEN met.first_held IS NOT NULL THEN 'after'
        WHEN met.first_listed <= firsts.treated THEN 'listed'
        ELSE 'no'
    END AS discussed,
    days(firsts.treated, met.first_held) AS days_after,
    firsts.treated_pathway
FROM firsts
CROSS JOIN told
INNER JOIN records ON records._record = firsts.first_record
LEFT JOIN met ON met.met_treated = firsts.treated_pathway
WHERE told.meetings > 0
