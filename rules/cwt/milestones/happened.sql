-- What has happened on each pathway, and when: the register's own dates and the events of other systems.
--
-- In:  pathways, tests; records without the dates after as_at().
-- Out: one row a pathway, happening and day. lookups/milestone_evidence.csv says which happenings show that a step was reached.
WITH
sent AS (
    SELECT pathway_key, MIN(ipt_requested_date) AS sent_date, MIN(ipt_received_date) AS received_on
    FROM records
    GROUP BY pathway_key
)
SELECT pathway_key, 'start' AS happening, start_62 AS happened_on FROM pathways
UNION ALL
SELECT pathway_key, 'seen' AS happening, first_seen_date AS happened_on FROM pathways WHERE first_seen_date IS NOT NULL
UNION ALL
SELECT pathway_key, 'told' AS happening, told_date AS happened_on FROM pathways WHERE told_date IS NOT NULL
UNION ALL
SELECT pathway_key, 'decision' AS happening, decision_date AS happened_on FROM pathways WHERE decision_date IS NOT NULL
UNION ALL
SELECT pathway_key, 'treatment' AS happening, any_treatment_date AS happened_on FROM pathways WHERE any_treatment_date IS NOT NULL
UNION ALL
SELECT pathway_key, 'transfer sent' AS happening, sent_date AS happened_on FROM sent WHERE sent_date IS NOT NULL
UNION ALL
SELECT pathway_key, 'transfer received' AS happening, received_on AS happened_on FROM sent WHERE received_on IS NOT NULL
UNION ALL
SELECT pathway_key, 'mdt' AS happening, done_date AS happened_on FROM tests WHERE event_type = 'mdt' AND done_date IS NOT NULL
UNION ALL
SELECT pathway_key, 'endoscopy' AS happening, done_date AS happened_on FROM tests WHERE event_type = 'endoscopy' AND done_date IS NOT NULL
UNION ALL
SELECT pathway_key, 'clinic' AS happening, done_date AS happened_on FROM tests WHERE event_type = 'appointment' AND done_date IS NOT NULL
UNION ALL
SELECT pathway_key, 'triage' AS happening, done_date AS happened_on FROM tests WHERE event_type = 'triage' AND done_date IS NOT NULL
UNION ALL
SELECT pathway_key, 'contact' AS happening, done_date AS happened_on FROM tests WHERE event_type = 'contact' AND done_date IS NOT NULL
UNION ALL
SELECT pathway_key, 'fit' AS happening, done_date AS happened_on FROM tests WHERE test = 'fit' AND done_date IS NOT NULL
UNION ALL
SELECT pathway_key, 'scan' AS happening, done_date AS happened_on FROM tests WHERE event_type = 'imaging' AND done_date IS NOT NULL
UNION ALL
-- By the kind of scan: `ct`, its report `ct report`, its request `ct request`.
SELECT pathway_key, test AS happening, done_date AS happened_on FROM tests WHERE event_type = 'imaging' AND done_date IS NOT NULL
UNION ALL
SELECT pathway_key, test || ' report' AS happening, reported_date AS happened_on
FROM tests
WHERE event_type IN ('imaging', 'pathology') AND reported_date IS NOT NULL
UNION ALL
SELECT pathway_key, test || ' request' AS happening, requested_date AS happened_on
FROM tests
WHERE event_type = 'imaging' AND requested_date IS NOT NULL
UNION ALL
SELECT pathway_key, 'biopsy' AS happening, done_date AS happened_on FROM tests WHERE event_type = 'pathology' AND done_date IS NOT NULL
