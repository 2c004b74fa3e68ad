-- Tests, meetings and appointments of pathways, with the kind of test that their name says.
--
-- In:  events with the facts of tables/events.sql; pathways.
-- Out: one row an event that belongs to a pathway, without those cancelled or missed. Dates after as_at() are no dates of
--      this day: only `booked_date` may lie after it. `test` is read from the name of the event: systems name tests as
--      they like, so read it against your own names and change it here.
WITH
own_events AS (
    SELECT
        pathways.pathway_key,
        events.event_type,
        events.event_status,
        UPPER(COALESCE(events.event_name, '')) AS name,
        events.requested_date,
        events.booked_date,
        CASE WHEN events.done_date <= as_at() THEN events.done_date END AS done_date,
        CASE WHEN events.reported_date <= as_at() THEN events.reported_date END AS reported_date
    FROM events
    INNER JOIN pathways ON pathways.pathway_key = events.pathway_key
    WHERE COALESCE(events.event_status, '') NOT IN ('cancelled', 'missed')
        AND COALESCE(events.requested_date <= as_at(), TRUE)
)
SELECT
    pathway_key,
    event_type,
    event_status,
    requested_date,
    booked_date,
    -- What is reported was done; by when at the latest is known.
    COALESCE(done_date, reported_date) AS done_date,
    reported_date,
    CASE
        WHEN event_type = 'imaging' AND name LIKE '%PET%' THEN 'pet'
        WHEN event_type = 'imaging' AND name LIKE '%COLONOGRAPHY%' THEN 'ct colonography'
        WHEN event_type = 'imaging' AND (name LIKE 'CT %' OR name LIKE '% CT%' OR name = 'CT') THEN 'ct'
        WHEN event_type = 'imaging' AND name LIKE '%MR%' THEN 'mri'
        WHEN event_type = 'imaging' AND name LIKE '%CHEST%' THEN 'chest x-ray'
        WHEN event_type = 'pathology' AND (name LIKE '%MOLEC%' OR name LIKE '%GENOM%') THEN 'molecular'
        WHEN event_type = 'laboratory' AND (CONCAT(name, ' ') LIKE 'FIT %' OR name LIKE '%QFIT%' OR name LIKE '%FAECAL IMMUNO%') THEN 'fit'
        ELSE event_type
    END AS test
FROM own_events
