-- What is there of pathology, imaging and letters for each pathway on a meeting's list, and what is missing.
--
-- In:  discussions, events.
-- Out: one row a pathway that has any of them.
--
--   *_reported, *_last  how many reports there are at the end of as_at(), and the day of the last
--   *_missing           asked for, booked or done, and not reported so far
--   letters_sent, letters_last, letters_missing  the same of letters
WITH
listed AS (SELECT pathway_key FROM discussions GROUP BY pathway_key),
asked AS (
    SELECT
        events.pathway_key,
        events.event_type,
        CASE WHEN events.reported_date <= as_at() THEN events.reported_date END AS reported,
        CASE WHEN events.event_type = 'letter' AND events.done_date <= as_at() THEN events.done_date END AS sent
    FROM events
    INNER JOIN listed ON listed.pathway_key = events.pathway_key
    WHERE COALESCE(events.event_status, '') NOT IN ('cancelled', 'missed')
        AND events.event_type IN ('imaging', 'pathology', 'letter')
        AND COALESCE(events.requested_date <= as_at(), TRUE)
)
SELECT
    pathway_key AS report_pathway,
    COUNT(CASE WHEN event_type = 'pathology' THEN reported END) AS pathology_reported,
    MAX(CASE WHEN event_type = 'pathology' THEN reported END) AS pathology_last,
    SUM(CASE WHEN event_type = 'pathology' AND reported IS NULL THEN 1 ELSE 0 END) AS pathology_missing,
    COUNT(CASE WHEN event_type = 'imaging' THEN reported END) AS imaging_reported,
    MAX(CASE WHEN event_type = 'imaging' THEN reported END) AS imaging_last,
    SUM(CASE WHEN event_type = 'imaging' AND reported IS NULL THEN 1 ELSE 0 END) AS imaging_missing,
    COUNT(COALESCE(CASE WHEN event_type = 'letter' THEN reported END, sent)) AS letters_sent,
    MAX(COALESCE(CASE WHEN event_type = 'letter' THEN reported END, sent)) AS letters_last,
    SUM(CASE WHEN event_type = 'letter' AND reported IS NULL AND sent IS NULL THEN 1 ELSE 0 END) AS letters_missing
FROM asked
GROUP BY pathway_key
