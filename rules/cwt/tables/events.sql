-- Facts of the events of other systems: which pathway of the register each belongs to, and how far it has come.
--
-- In:  events, one row a request, report, meeting or note (columns: `[[table]]` in data_set.toml, fields.csv), and records
--      with their derived facts.
-- Out: one row an event: `_record` and the columns below. Unknown stays NULL.
--
--   pathway_key, pathway_id   text  the pathway of the records that it belongs to; an event of no pathway, or of a patient
--                             with several, has a key of its own, which no record has; pathway_id may be shown
--   event_pathways            int   pathways of the patient in the register
--   event_link                text  how the patient was found: care_id, nhs_number, hospital_number, conflict, none
--   event_date                date  the latest of its dates
--   days_to_report            int   days from the request to the report; NULL while either date is missing
--   is_outstanding            bool  asked for, and neither reported, cancelled nor missed
--   is_register_first_seen    bool  the register says that the patient was first seen on its day
--   attended_that_day         int   appointments of the patient that the PAS says were kept on its day
--   pathway_start, pathway_first_seen   date  of the one pathway of the patient
--   missed_first              date  the last missed first appointment of the one pathway before this first appointment was kept
--   rebooked_days             int   days from the start of that pathway to the day on which this appointment was booked, if it was booked
--                             on the missed day or later; NULL after an upgrade, whose clock starts later
--   register_days_off         int   days that the register takes off that pathway for a missed first appointment; 0 for none
--   surgery_start             date  of the first surgical treatment of the patient up to 14 days after an admission
--
-- The NHS number comes first, then the hospital number. A patient whose two dates of birth differ is not linked. A
-- placeholder is nobody's number. Which of a patient's two pathways an event belongs to is not guessed.
WITH
register AS (
    SELECT
        CASE WHEN numbers.identifier IS NULL AND records.nhs_number_valid THEN records.nhs_number END AS own_number,
        CASE WHEN ids.identifier IS NULL THEN hospital_number(records.local_patient_id) END AS own_local_id,
        records.birth_date AS own_birth_date,
        records.care_id AS own_care_id,
        records.pathway_key AS own_pathway,
        records.crtp_start_date,
        records.date_first_seen,
        records.wta_first_seen_days,
        records.consultant_upgrade_date,
        CASE WHEN lookup(records.treatment_modality, 'modality_groups') = 'Surgery' THEN records.treatment_start_date END AS surgery_start,
        CASE
            WHEN numbers.identifier IS NULL AND records.nhs_number_valid THEN records.nhs_number
            WHEN ids.identifier IS NULL THEN CONCAT('H ', records.local_patient_id)
        END AS patient,
        records.pathway_id AS own_pathway_id
    FROM records
    LEFT JOIN placeholder_identifiers AS numbers ON numbers.identifier = UPPER(records.nhs_number)
    LEFT JOIN placeholder_identifiers AS ids ON ids.identifier = UPPER(records.local_patient_id)
),
by_care_id AS (
    SELECT own_care_id, MIN(own_pathway) AS pathway, MIN(own_pathway_id) AS shown_id
    FROM register
    WHERE own_care_id IS NOT NULL
    GROUP BY own_care_id
),
by_number AS (
    SELECT
        own_number,
        COUNT(DISTINCT own_pathway) AS pathways,
        MIN(own_pathway) AS pathway,
        MIN(own_pathway_id) AS shown_id,
        MIN(own_birth_date) AS born,
        COALESCE(MIN(own_birth_date) <> MAX(own_birth_date), FALSE) AS is_shared
    FROM register
    WHERE own_number IS NOT NULL
    GROUP BY own_number
),
by_local_id AS (
    SELECT
        own_local_id,
        COUNT(DISTINCT own_pathway) AS pathways,
        MIN(own_pathway) AS pathway,
        MIN(own_pathway_id) AS shown_id,
        MIN(own_birth_date) AS born,
        MIN(own_number) AS number,
        COALESCE(MIN(own_birth_date) <> MAX(own_birth_date), FALSE)
            OR COALESCE(MIN(own_number) <> MAX(own_number), FALSE) AS is_shared
    FROM register
    WHERE own_local_id IS NOT NULL
    GROUP BY own_local_id
),
found AS (
    SELECT
        events._record AS event,
        by_care_id.pathway AS pathway_of_care_id,
        by_care_id.shown_id AS shown_of_care_id,
        CASE
            WHEN by_care_id.own_care_id IS NOT NULL THEN 'care_id'
            WHEN by_number.own_number IS NOT NULL
                THEN CASE
                    WHEN by_number.is_shared OR COALESCE(by_number.born <> events.birth_date, FALSE) THEN 'conflict'
                    ELSE 'nhs_number'
                END
            -- Two NHS numbers under one hospital number are two patients.
            WHEN by_local_id.own_local_id IS NOT NULL
                THEN CASE
                    WHEN by_local_id.is_shared
                        OR COALESCE(by_local_id.born <> events.birth_date, FALSE)
                        OR COALESCE(by_local_id.number <> events.nhs_number, FALSE) THEN 'conflict'
                    ELSE 'hospital_number'
                END
            ELSE 'none'
        END AS event_link,
        by_number.pathways AS pathways_of_number,
        by_number.pathway AS pathway_of_number,
        by_number.shown_id AS shown_of_number,
        by_local_id.pathways AS pathways_of_local_id,
        by_local_id.pathway AS pathway_of_local_id,
        by_local_id.shown_id AS shown_of_local_id,
        by_number.own_number AS patient_of_number,
        COALESCE(by_local_id.number, CONCAT('H ', by_local_id.own_local_id)) AS patient_of_local_id
    FROM events
    LEFT JOIN by_care_id ON by_care_id.own_care_id = events.care_id
    LEFT JOIN by_number ON by_number.own_number = events.nhs_number
    LEFT JOIN by_local_id ON by_local_id.own_local_id = hospital_number(events.local_patient_id)
),
joined AS (
    SELECT
        event,
        event_link,
        CASE
            WHEN event_link = 'care_id' THEN 1
            WHEN event_link = 'nhs_number' THEN pathways_of_number
            WHEN event_link = 'hospital_number' THEN pathways_of_local_id
            ELSE 0
        END AS event_pathways,
        CASE
            WHEN event_link = 'care_id' THEN pathway_of_care_id
            WHEN event_link = 'nhs_number' AND pathways_of_number = 1 THEN pathway_of_number
            WHEN event_link = 'hospital_number' AND pathways_of_local_id = 1 THEN pathway_of_local_id
        END AS pathway,
        CASE
            WHEN event_link = 'care_id' THEN shown_of_care_id
            WHEN event_link = 'nhs_number' AND pathways_of_number = 1 THEN shown_of_number
            WHEN event_link = 'hospital_number' AND pathways_of_local_id = 1 THEN shown_of_local_id
        END AS shown_id,
        CASE
            WHEN event_link = 'nhs_number' THEN patient_of_number
            WHEN event_link = 'hospital_number' THEN patient_of_local_id
        END AS patient
    FROM found
),
seen_days AS (
    SELECT patient, date_first_seen, COUNT(*) AS seen
    FROM register
    WHERE patient IS NOT NULL AND date_first_seen IS NOT NULL
    GROUP BY patient, date_first_seen
),
kept_days AS (
    SELECT joined.patient, events.done_date, COUNT(*) AS kept
    FROM events
    INNER JOIN joined ON joined.event = events._record
    WHERE events.event_status = 'done' AND events.event_type IN ('first_appointment', 'appointment')
    GROUP BY joined.patient, events.done_date
),
pathways AS (
    SELECT
        own_pathway,
        MIN(crtp_start_date) AS pathway_start,
        MIN(consultant_upgrade_date) AS pathway_upgrade,
        COALESCE(MAX(wta_first_seen_days), 0) AS days_off,
        MIN(date_first_seen) AS pathway_first_seen
    FROM register
    WHERE own_pathway IS NOT NULL
    GROUP BY own_pathway
),
missed_firsts AS (
    SELECT own.event, MAX(missed.booked_date) AS missed_first
    FROM events AS kept
    INNER JOIN joined AS own ON own.event = kept._record
    INNER JOIN joined AS other ON other.pathway = own.pathway
    INNER JOIN events AS missed ON missed._record = other.event
    INNER JOIN pathways ON pathways.own_pathway = own.pathway
    WHERE kept.event_type = 'first_appointment' AND kept.event_status = 'done'
        AND missed.event_type = 'first_appointment' AND missed.event_status = 'missed'
        AND missed.booked_date >= pathways.pathway_start AND missed.booked_date <= kept.done_date
    GROUP BY own.event
),
operations AS (
    SELECT joined.event, MIN(register.surgery_start) AS surgery_start
    FROM joined
    INNER JOIN events ON events._record = joined.event
    INNER JOIN register ON register.patient = joined.patient
    WHERE events.event_type = 'admission' AND days(events.done_date, register.surgery_start) BETWEEN 0 AND 14
    GROUP BY joined.event
)
SELECT
    events._record,
    COALESCE(joined.pathway, CONCAT('event ', events.event_system, ' ', events.event_key)) AS pathway_key,
    CASE WHEN joined.pathway IS NULL THEN CONCAT(events.event_system, ' ', events.event_key) ELSE joined.shown_id END AS pathway_id,
    CAST(joined.event_pathways AS INT) AS event_pathways,
    joined.event_link,
    GREATEST(
        events.requested_date,
        events.received_date,
        events.booked_date,
        events.done_date,
        events.reported_date,
        events.seen_date
    ) AS event_date,
    days(events.requested_date, events.reported_date) AS days_to_report,
    events.reported_date IS NULL AND events.event_status IN ('requested', 'booked', 'done', 'provisional') AS is_outstanding,
    seen_days.seen IS NOT NULL AS is_register_first_seen,
    CAST(COALESCE(kept_days.kept, 0) AS INT) AS attended_that_day,
    pathways.pathway_start,
    pathways.pathway_first_seen,
    missed_firsts.missed_first,
    CASE
        WHEN missed_firsts.missed_first <= events.requested_date AND pathways.pathway_upgrade IS NULL
            THEN days(pathways.pathway_start, events.requested_date)
    END AS rebooked_days,
    CAST(pathways.days_off AS INT) AS register_days_off,
    operations.surgery_start
FROM events
LEFT JOIN joined ON joined.event = events._record
LEFT JOIN seen_days ON seen_days.patient = joined.patient AND seen_days.date_first_seen = events.booked_date
LEFT JOIN kept_days ON kept_days.patient = joined.patient AND kept_days.done_date = events.booked_date
LEFT JOIN pathways ON pathways.own_pathway = joined.pathway
LEFT JOIN missed_firsts ON missed_firsts.event = events._record
LEFT JOIN operations ON operations.event = events._record
