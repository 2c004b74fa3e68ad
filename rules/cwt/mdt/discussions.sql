-- Every patient on the list of every meeting in the files, held or to come.
--
-- In:  events, pathways.
-- Out: one row a meeting and pathway. A patient whose pathway is not on a clock, or not known, is on the list too.
--
--   meeting       the day of the meeting
--   meeting_name  as the system calls it: for the register the site of the meeting
--   listed_before the last meeting before it for which the pathway was listed; NULL for a first discussion
WITH
listed AS (
    SELECT
        pathway_key,
        MIN(pathway) AS pathway,
        MIN(event_link) AS event_link,
        COALESCE(booked_date, done_date) AS meeting,
        COALESCE(event_name, 'not named') AS meeting_name,
        MAX(CASE WHEN event_status = 'done' AND done_date <= as_at() THEN 1 ELSE 0 END) = 1 AS is_discussed
    FROM events
    WHERE event_type = 'mdt' AND COALESCE(event_status, '') NOT IN ('cancelled', 'missed')
        AND COALESCE(booked_date, done_date) IS NOT NULL
    GROUP BY pathway_key, COALESCE(booked_date, done_date), COALESCE(event_name, 'not named')
),
earlier AS (
    SELECT listed.pathway_key, listed.meeting, listed.meeting_name, MAX(before.meeting) AS listed_before, COUNT(before.meeting) AS times_before
    FROM listed
    INNER JOIN listed AS before ON before.pathway_key = listed.pathway_key
    WHERE before.meeting < listed.meeting
    GROUP BY listed.pathway_key, listed.meeting, listed.meeting_name
)
SELECT
    listed.pathway_key,
    listed.pathway,
    listed.event_link,
    listed.meeting,
    listed.meeting_name,
    listed.is_discussed,
    earlier.listed_before,
    COALESCE(earlier.times_before, 0) AS times_before,
    pathways.pathway_key IS NOT NULL AS has_clock,
    COALESCE(pathways.site, 'Not known') AS site
FROM listed
LEFT JOIN earlier
    ON earlier.pathway_key = listed.pathway_key AND earlier.meeting = listed.meeting AND earlier.meeting_name = listed.meeting_name
LEFT JOIN pathways ON pathways.pathway_key = listed.pathway_key
