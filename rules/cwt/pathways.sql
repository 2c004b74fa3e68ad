-- Facts that need the other records of a pathway, after those of derived.sql.
--
-- In:  records, one row a record, the columns of fields.csv, of derived.sql and `_record` (file order).
-- Out: one row a record: `_record` and the columns below. Unknown stays NULL.
--
--   carries_fds  bool  the record that carries the pathway's Faster Diagnosis line
--   fds_stop     date  its clock stop
--   days_fds     int   adjusted whole days to it; NULL while a date is missing
WITH
-- The first record of a pathway, in file order, that has a Faster Diagnosis end date.
carriers AS (
    SELECT pathway_key, MIN(_record) AS carrier
    FROM records
    WHERE fdp_end_date IS NOT NULL
    GROUP BY pathway_key
),
carrying AS (
    SELECT records._record, records.pathway_key, records.crtp_start_date
    FROM records
    INNER JOIN carriers ON carriers.carrier = records._record
),
-- The pathway's earliest decision to treat that is not before the referral of the carrying record
-- (NHS Data Dictionary: CANCER FASTER DIAGNOSIS PATHWAY END DATE).
decisions AS (
    SELECT carrying._record AS decided, MIN(other.ctp_start_date) AS first_decision
    FROM carrying
    INNER JOIN (SELECT pathway_key, ctp_start_date FROM records WHERE ctp_start_date IS NOT NULL) AS other
        ON other.pathway_key = carrying.pathway_key
    WHERE other.ctp_start_date >= carrying.crtp_start_date
    GROUP BY carrying._record
),
stopped AS (
    SELECT
        records._record,
        records.crtp_start_date,
        records.first_seen_part,
        carriers.carrier IS NOT NULL AS carries_fds,
        CASE WHEN carriers.carrier IS NOT NULL THEN LEAST(records.fdp_end_date, decisions.first_decision) END AS fds_stop
    FROM records
    LEFT JOIN carriers ON carriers.carrier = records._record
    LEFT JOIN decisions ON decisions.decided = records._record
)
SELECT
    _record,
    carries_fds,
    fds_stop,
    days(crtp_start_date, fds_stop) - first_seen_part AS days_fds
FROM stopped
