-- What escalation asks about each pathway with an open clock: ../escalation.toml holds its conditions, over these columns.
--
-- In:  pathways, tests, next_steps, tci; records, events, planned.
-- Out: one row a pathway with an open clock: the columns of `pathways`, and
--
--   open_62_day, open_28_day   day of the clock while it is open, else NULL
--   next_booked                the nearest day after as_at() for which anything is booked: an event of the register, or a test,
--                              appointment or meeting of another system
--   first_attended             the day of the first appointment or test, as far as the files say
--   mdt_date                   a meeting with the patient on its list, held or to come
--   imaging_unreported_days, pathology_unreported_days, undated_days, action_overdue_days
--                              days of the oldest examination without a report, specimen without a report, request without a
--                              booking, and action whose day has passed; NULL where there is none
--   missed                     appointments and tests that the patient missed since the start of the clock
--   last_note                  the day of the last tracking note
--   has_receiver, transfer_received   a trust that receives the patient is named; the day on which it received the transfer
--   has_list_entry, tci, tci_passed, listed_on   the waiting list of the PAS (tci.sql)
--   treatment_booked           the day for which the register plans the treatment; where it plans none, the TCI
--   reports_mdt, reports_notes the files tell of meetings, of tracking notes, at all: where they do not, nobody is asked for one
WITH
waited AS (SELECT * FROM pathways WHERE is_open_28 OR is_open_31 OR is_open_62),
examined AS (
    SELECT
        pathway_key AS test_pathway,
        MIN(CASE WHEN booked_date > as_at() AND done_date IS NULL AND event_type NOT IN ('note', 'action') THEN booked_date END) AS test_booked,
        MIN(CASE WHEN event_type IN ('imaging', 'pathology', 'endoscopy', 'appointment', 'first_appointment') THEN done_date END) AS test_done,
        MIN(CASE WHEN event_type = 'mdt' THEN COALESCE(done_date, booked_date) END) AS mdt_date,
        MAX(CASE WHEN event_type = 'imaging' AND reported_date IS NULL AND event_status <> 'requested' THEN days(done_date, as_at()) END) AS imaging_unreported_days,
        MAX(
            CASE
                WHEN event_type IN ('imaging', 'endoscopy', 'pathology') AND event_status = 'requested' AND booked_date IS NULL
                    AND done_date IS NULL THEN days(requested_date, as_at())
            END
        ) AS undated_days,
        MAX(CASE WHEN event_type = 'action' AND event_status = 'booked' AND booked_date < as_at() THEN days(booked_date, as_at()) END) AS action_overdue_days,
        MAX(CASE WHEN event_type = 'note' THEN done_date END) AS last_note
    FROM tests
    GROUP BY pathway_key
),
-- A specimen waits from its receipt; where that is not known, from the day on which it was taken.
specimens AS (
    SELECT pathway_key AS specimen_pathway, MAX(days(COALESCE(received_date, done_date), as_at())) AS pathology_unreported_days
    FROM events
    WHERE event_type = 'pathology' AND COALESCE(event_status, '') NOT IN ('requested', 'booked', 'cancelled', 'missed')
        AND (reported_date IS NULL OR reported_date > as_at())
        AND COALESCE(received_date, done_date) <= as_at()
    GROUP BY pathway_key
),
missed_events AS (
    SELECT waited.pathway_key AS missed_pathway, COUNT(*) AS missed
    FROM waited
    INNER JOIN events ON events.pathway_key = waited.pathway_key
    WHERE events.event_status = 'missed' AND events.booked_date <= as_at()
        AND COALESCE(events.booked_date >= waited.start_62, TRUE)
    GROUP BY waited.pathway_key
),
transfers AS (
    SELECT
        pathway_key AS transfer_pathway,
        MAX(CASE WHEN ipt_org_receiving IS NOT NULL THEN 1 ELSE 0 END) AS receivers,
        MIN(ipt_received_date) AS transfer_received
    FROM records
    GROUP BY pathway_key
),
kinds AS (
    SELECT
        COALESCE(MAX(CASE WHEN event_type = 'mdt' THEN 1 ELSE 0 END), 0) = 1 AS reports_mdt,
        COALESCE(MAX(CASE WHEN event_type = 'note' THEN 1 ELSE 0 END), 0) = 1 AS reports_notes
    FROM events
)
SELECT
    waited.*,
    CASE WHEN is_open_62 THEN days_62 END AS open_62_day,
    CASE WHEN is_open_28 THEN days_28 END AS open_28_day,
    CASE WHEN is_open_31 THEN days_31 END AS open_31_day,
    LEAST(next_date, examined.test_booked) AS next_booked,
    LEAST(first_seen_date, examined.test_done) AS first_attended,
    examined.mdt_date,
    examined.imaging_unreported_days,
    examined.undated_days,
    examined.action_overdue_days,
    examined.last_note,
    specimens.pathology_unreported_days,
    COALESCE(missed_events.missed, 0) AS missed,
    COALESCE(transfers.receivers, 0) = 1 AS has_receiver,
    transfers.transfer_received,
    kinds.reports_mdt,
    kinds.reports_notes,
    next_steps.next_step,
    next_steps.step_booked,
    tci.tci_pathway IS NOT NULL AS has_list_entry,
    tci.tci,
    tci.tci_passed,
    tci.listed_on,
    COALESCE(waited.planned_treatment, tci.tci) AS treatment_booked
FROM waited
CROSS JOIN kinds
LEFT JOIN examined ON examined.test_pathway = waited.pathway_key
LEFT JOIN specimens ON specimens.specimen_pathway = waited.pathway_key
LEFT JOIN missed_events ON missed_events.missed_pathway = waited.pathway_key
LEFT JOIN transfers ON transfers.transfer_pathway = waited.pathway_key
LEFT JOIN next_steps ON next_steps.step_pathway = waited.pathway_key
LEFT JOIN tci ON tci.tci_pathway = waited.pathway_key
