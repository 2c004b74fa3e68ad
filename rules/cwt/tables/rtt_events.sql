-- Facts of RTT status events: the cancer pathway that each belongs to, and how both clocks stand.
--
-- In:  rtt_events, one row a status event of a PAS; records with their derived facts.
-- Out: one row an event: `_record` and the columns below. Unknown stays NULL.
--
--   pathway_key, pathway_id  text  the cancer pathway; events of none have a key of their own. pathway_id may be shown
--   rtt_link                 text  how it was found: `ppi` (the same patient pathway identifier), `nhs_number` or `hospital_number` (with
--                            the same day of receipt), `none`. Of two cancer pathways that fit, neither is taken. A placeholder is
--                            nobody's number
--   is_latest_status         bool  the latest event of its RTT pathway that says whether the clock runs: it speaks for the pathway
--   rtt_runs                 bool  the clock runs after it: 10, 11, 12, 20, 21, 99, and 33, after which the patient still waits
--   rtt_day                  date  the day on which it takes effect: of a stop its recorded end
--   rtt_clock_start          date  of the latest event: the recorded start of its period; after a stop the first start code; else receipt
--   rtt_stopped_on, rtt_stop_code   date, text  the latest stop, if the clock has not run since
--   first_treatment          date  the first cancer treatment of the cancer pathway, if it was given and not declined
--   runs_after_treatment     bool  on the latest event: whether the clock still ran at the end of that day
--   runs_before_treatment    bool  on the latest event: whether it ran at the beginning of that day
--
-- The first event with a clock begins it on the day of receipt. What a missed appointment (33) ends, and the waits, are
-- worked out by the data set `rtt`; here a patient who missed it is still waiting. Inferred.
WITH
register AS (
    SELECT
        CASE WHEN NOT in_lookup(UPPER(ppi), 'placeholder_identifiers') THEN UPPER(ppi) END AS own_ppi,
        CASE WHEN nhs_number_valid AND NOT in_lookup(nhs_number, 'placeholder_identifiers') THEN nhs_number END AS own_number,
        CASE WHEN NOT in_lookup(UPPER(local_patient_id), 'placeholder_identifiers') THEN hospital_number(local_patient_id) END AS own_local_id,
        crtp_start_date AS own_received,
        pathway_key AS own_pathway,
        pathway_id AS own_pathway_id,
        CASE
            WHEN is_first_treatment AND COALESCE(treatment_modality, '') <> '98' AND treatment_start_date <= as_at()
                THEN treatment_start_date
        END AS treated
    FROM records
    WHERE pathway_key IS NOT NULL
),
treatments AS (
    SELECT own_pathway AS treated_pathway, MIN(own_pathway_id) AS treated_id, MIN(treated) AS first_treatment
    FROM register
    GROUP BY own_pathway
),
by_ppi AS (
    SELECT own_ppi, COUNT(DISTINCT own_pathway) AS ppi_pathways, MIN(own_pathway) AS ppi_pathway
    FROM register
    WHERE own_ppi IS NOT NULL
    GROUP BY own_ppi
),
by_number AS (
    SELECT own_number, own_received, COUNT(DISTINCT own_pathway) AS number_pathways, MIN(own_pathway) AS number_pathway
    FROM register
    WHERE own_number IS NOT NULL AND own_received IS NOT NULL
    GROUP BY own_number, own_received
),
by_local_id AS (
    SELECT own_local_id, own_received AS local_received, COUNT(DISTINCT own_pathway) AS local_pathways, MIN(own_pathway) AS local_pathway
    FROM register
    WHERE own_local_id IS NOT NULL AND own_received IS NOT NULL
    GROUP BY own_local_id, own_received
),
-- An event that does not say its RTT pathway belongs to none: nothing tells which other events go with it.
identified AS (
    SELECT
        *,
        CASE
            WHEN rtt_pathway IS NULL OR in_lookup(UPPER(rtt_pathway), 'placeholder_identifiers')
                THEN CONCAT('event ', CAST(_record AS VARCHAR))
            ELSE CONCAT(org_ppi_issuer, '/', UPPER(rtt_pathway))
        END AS rtt_key,
        COALESCE(NOT in_lookup(UPPER(rtt_pathway), 'placeholder_identifiers'), FALSE) AS is_identified
    FROM rtt_events
),
joined AS (
    SELECT
        identified._record AS event,
        identified.rtt_key,
        CASE
            WHEN NOT is_identified THEN 'none'
            WHEN ppi_pathways = 1 THEN 'ppi'
            WHEN number_pathways = 1 THEN 'nhs_number'
            WHEN local_pathways = 1 THEN 'hospital_number'
            ELSE 'none'
        END AS rtt_link,
        CASE
            WHEN NOT is_identified THEN NULL
            WHEN ppi_pathways = 1 THEN ppi_pathway
            WHEN number_pathways = 1 THEN number_pathway
            WHEN local_pathways = 1 THEN local_pathway
        END AS event_pathway
    FROM identified
    LEFT JOIN by_ppi ON own_ppi = UPPER(identified.rtt_pathway)
    LEFT JOIN by_number ON own_number = identified.nhs_number AND own_received = identified.rtt_received_date
    LEFT JOIN by_local_id ON own_local_id = hospital_number(identified.local_patient_id) AND local_received = identified.rtt_received_date
),
-- One RTT pathway belongs to one cancer pathway, or to none.
linked AS (
    SELECT
        rtt_key AS linked_key,
        CASE WHEN COUNT(DISTINCT event_pathway) = 1 THEN MIN(event_pathway) END AS cancer_pathway
    FROM joined
    GROUP BY rtt_key
),
events AS (
    SELECT
        rtt_events._record AS event,
        joined.rtt_key,
        linked.cancer_pathway,
        joined.rtt_link,
        treatments.treated_id,
        treatments.first_treatment,
        rtt_events.rtt_status AS code,
        rtt_events.rtt_start_date AS recorded_start,
        rtt_events.rtt_received_date AS received,
        rtt_events.rtt_event_date AS happened,
        rtt_events.rtt_status IN ('10', '11', '12', '20', '21', '33', '99') AS runs,
        rtt_events.rtt_status IN ('10', '11', '12', '20', '21', '33', '99', '30', '31', '32', '34', '35', '36')
            AND rtt_events.rtt_event_date <= as_at() AS has_clock,
        CASE
            WHEN rtt_events.rtt_status IN ('30', '31', '32', '34', '35', '36')
                THEN COALESCE(rtt_events.rtt_end_date, rtt_events.rtt_event_date)
            ELSE rtt_events.rtt_event_date
        END AS day
    FROM rtt_events
    INNER JOIN joined ON joined.event = rtt_events._record
    INNER JOIN linked ON linked.linked_key = joined.rtt_key
    LEFT JOIN treatments ON treatments.treated_pathway = linked.cancer_pathway
),
-- On one day the stop comes last, then the order of the file.
placed AS (
    SELECT
        events.*,
        CONCAT(CAST(day AS VARCHAR), CASE WHEN runs THEN '0' ELSE '1' END, LPAD(CAST(event AS VARCHAR), 10, '0')) AS place
    FROM events
),
latest AS (
    SELECT
        rtt_key AS latest_key,
        MAX(CASE WHEN has_clock THEN place END) AS last_place,
        MAX(CASE WHEN has_clock AND NOT runs THEN place END) AS stop_place,
        MAX(CASE WHEN has_clock AND day <= first_treatment THEN place END) AS treatment_place,
        MAX(CASE WHEN has_clock AND day < first_treatment THEN place END) AS before_place,
        MIN(received) AS first_received
    FROM placed
    GROUP BY rtt_key
),
-- The first start after the latest stop, or after the one before it where the clock has not run since.
restarts AS (
    SELECT
        placed.rtt_key AS restart_key,
        MIN(CASE WHEN code IN ('10', '11', '12') AND place > stop_place THEN happened END) AS restarted
    FROM placed
    INNER JOIN latest ON latest.latest_key = placed.rtt_key
    WHERE has_clock
    GROUP BY placed.rtt_key
),
at_places AS (
    SELECT place AS at_place, runs AS at_runs, code AS at_code, day AS at_day FROM placed
)
SELECT
    placed.event AS _record,
    COALESCE(placed.cancer_pathway, CONCAT('rtt ', placed.rtt_key)) AS pathway_key,
    CASE WHEN placed.cancer_pathway IS NULL THEN CONCAT('RTT event ', CAST(placed.event + 1 AS VARCHAR)) ELSE placed.treated_id END AS pathway_id,
    CASE WHEN placed.cancer_pathway IS NULL THEN 'none' ELSE placed.rtt_link END AS rtt_link,
    COALESCE(placed.place = latest.last_place, FALSE) AS is_latest_status,
    placed.runs AS rtt_runs,
    placed.day AS rtt_day,
    CASE
        WHEN placed.place = latest.last_place
            THEN COALESCE(placed.recorded_start, restarts.restarted, latest.first_received)
    END AS rtt_clock_start,
    CASE WHEN placed.place = latest.last_place AND NOT placed.runs THEN placed.day END AS rtt_stopped_on,
    CASE WHEN placed.place = latest.last_place AND NOT placed.runs THEN placed.code END AS rtt_stop_code,
    placed.first_treatment,
    CASE
        WHEN placed.place = latest.last_place AND placed.first_treatment IS NOT NULL THEN COALESCE(after.at_runs, TRUE)
    END AS runs_after_treatment,
    CASE
        WHEN placed.place = latest.last_place AND placed.first_treatment IS NOT NULL THEN COALESCE(before.at_runs, TRUE)
    END AS runs_before_treatment
FROM placed
INNER JOIN latest ON latest.latest_key = placed.rtt_key
LEFT JOIN restarts ON restarts.restart_key = placed.rtt_key
LEFT JOIN at_places AS after ON after.at_place = latest.treatment_place
LEFT JOIN (SELECT at_place, at_runs FROM at_places) AS before ON before.at_place = latest.before_place
