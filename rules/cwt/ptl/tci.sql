-- The date to come in (TCI) that the waiting list of the PAS has for each open pathway.
--
-- In:  pathways; events of the type waiting_list, none where no waiting list is given.
-- Out: one row an open pathway with an entry that is neither cancelled, missed nor done.
--
--   tci         the nearest date to come in after as_at()
--   tci_passed  the latest one that is not after as_at(), though nothing says what came of it
--   listed_on   the day on which the patient was put on the list, the earliest of several
--
-- An entry from before the start of the pathway is for something else. What a later entry is for, no export says: inferred.
SELECT
    pathways.pathway_key AS tci_pathway,
    MIN(CASE WHEN events.booked_date > as_at() THEN events.booked_date END) AS tci,
    MAX(CASE WHEN events.booked_date <= as_at() THEN events.booked_date END) AS tci_passed,
    MIN(events.requested_date) AS listed_on
FROM pathways
INNER JOIN events ON events.pathway_key = pathways.pathway_key
WHERE (pathways.is_open_28 OR pathways.is_open_31 OR pathways.is_open_62)
    AND events.event_type = 'waiting_list'
    AND COALESCE(events.event_status, '') NOT IN ('cancelled', 'missed', 'done')
    AND COALESCE(events.requested_date <= as_at(), TRUE)
    AND COALESCE(events.requested_date >= COALESCE(pathways.start_62, pathways.start_31), TRUE)
GROUP BY pathways.pathway_key
