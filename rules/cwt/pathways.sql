-- Facts that need the other records of a pathway, after those of derived.sql.
--
-- In:  records, one row a record, the columns of fields.csv, of derived.sql and `_record` (file order).
-- Out: one row a record: `_record` and the columns below. Unknown stays NULL.
--
--   pathway_records  int  how many records the pathway has
--   carries_fds  bool  the record that carries the pathway's Faster Diagnosis line
--   fds_stop     date  its clock stop
--   days_fds     int   adjusted whole days to it; NULL while a date is missing
--   first_treated, next_treated  date  earliest first treatment of the record's cancer, and earliest second or later one, on
--                      its pathway; only on the records of these treatments
--   other_transfers       int   records of the pathway with another transfer than this record's; NULL where there is none
--   is_transfer_in_order  bool  the transfer was sent neither while another from the same trust was on its way, nor before the
--                      sending trust had the patient
--   referral_part  int  days taken off before the patient was first seen, from the record itself or, where it has no
--                      referral of its own, from that of its pathway; NULL: no urgent or screening referral is known
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
-- First and later treatments of one cancer (01 with 02, 07 with 08), declined treatment (98) apart. The cancers of a pathway
-- are told apart by category and side.
cancer_treatments AS (
    SELECT
        _record,
        pathway_key,
        LEFT(icd10, 3) AS category,
        CASE WHEN tumour_laterality IN ('L', 'R') THEN tumour_laterality ELSE '' END AS side,
        CASE WHEN treatment_event_type IN ('07', '08') THEN '07' ELSE '01' END AS event_of_first,
        treatment_event_type,
        treatment_start_date
    FROM records
    WHERE treatment_event_type IN ('01', '02', '07', '08')
        AND COALESCE(treatment_modality, '') <> '98'
        AND has_pathway_id
        AND icd10 IS NOT NULL
),
cancers AS (
    SELECT
        pathway_key,
        category,
        side,
        event_of_first,
        MIN(CASE WHEN treatment_event_type IN ('01', '07') THEN treatment_start_date END) AS first_treated,
        MIN(CASE WHEN treatment_event_type IN ('02', '08') THEN treatment_start_date END) AS next_treated
    FROM cancer_treatments
    GROUP BY pathway_key, category, side, event_of_first
),
treatment_order AS (
    SELECT treatments._record AS ordered, cancers.first_treated, cancers.next_treated
    FROM cancer_treatments AS treatments
    INNER JOIN cancers
        ON cancers.pathway_key = treatments.pathway_key
        AND cancers.category = treatments.category
        AND cancers.side = treatments.side
        AND cancers.event_of_first = treatments.event_of_first
),
-- Transfers between two trusts, one line a record that has one. Without an identifier two records may be of two pathways.
transfers AS (
    SELECT _record, pathway_key, trust_referring, trust_receiving, ipt_requested_date, ipt_received_date
    FROM records
    WHERE has_pathway_id AND trust_referring IS NOT NULL AND trust_receiving IS NOT NULL
),
-- Each transfer beside the others of its pathway. A record that repeats a transfer, or holds only one of its dates, is no
-- other transfer: two are different where something that both hold differs.
compared AS (
    SELECT
        one._record AS transferred,
        COUNT(*) AS other_transfers,
        COUNT(CASE
            WHEN other.trust_referring = one.trust_referring
                AND other.ipt_requested_date <= one.ipt_requested_date
                AND one.ipt_requested_date < other.ipt_received_date THEN 1
        END) AS overlaps,
        COUNT(CASE
            WHEN other.trust_referring = one.trust_referring
                AND (other.ipt_requested_date <= one.ipt_requested_date AND one.ipt_requested_date < other.ipt_received_date) IS NULL
                THEN 1
        END) AS unclear,
        MIN(CASE WHEN other.trust_receiving = one.trust_referring THEN other.ipt_received_date END) AS sender_had_patient
    FROM transfers AS one
    INNER JOIN (
        SELECT pathway_key, trust_referring, trust_receiving, ipt_requested_date, ipt_received_date FROM transfers
    ) AS other ON other.pathway_key = one.pathway_key
    WHERE other.trust_referring <> one.trust_referring
        OR other.trust_receiving <> one.trust_receiving
        OR other.ipt_requested_date <> one.ipt_requested_date
        OR other.ipt_received_date <> one.ipt_received_date
    GROUP BY one._record
),
-- An outcome or a first treatment may be sent without its referral, which then stands on another record.
unreferred AS (
    SELECT _record, pathway_key
    FROM records
    WHERE priority_type IS NULL
        AND consultant_upgrade_date IS NULL
        AND (fdp_end_date IS NOT NULL OR is_first_treatment)
),
referrals AS (
    SELECT unreferred._record AS referred, MAX(other.first_seen_part) AS first_seen_part
    FROM unreferred
    INNER JOIN (
        SELECT pathway_key, first_seen_part
        FROM records
        WHERE route IN ('Urgent Suspected Cancer', 'Breast Symptomatic', 'Screening')
    ) AS other
        ON other.pathway_key = unreferred.pathway_key
    GROUP BY unreferred._record
),
stopped AS (
    SELECT
        records._record,
        records.crtp_start_date,
        records.first_seen_part,
        COUNT(*) OVER (PARTITION BY records.pathway_key) AS pathway_records,
        treatment_order.first_treated,
        treatment_order.next_treated,
        compared.other_transfers,
        -- The trust where the patient was first seen sends without having received.
        CASE
            WHEN compared.other_transfers IS NULL THEN NULL
            WHEN compared.overlaps > 0 THEN FALSE
            WHEN records.trust_referring <> records.trust_first_seen AND records.ipt_requested_date < compared.sender_had_patient
                THEN FALSE
            WHEN records.ipt_requested_date IS NOT NULL AND compared.unclear = 0 THEN TRUE
        END AS is_transfer_in_order,
        carriers.carrier IS NOT NULL AS carries_fds,
        CASE WHEN carriers.carrier IS NOT NULL THEN LEAST(records.fdp_end_date, decisions.first_decision) END AS fds_stop,
        CASE
            WHEN records.route IN ('Urgent Suspected Cancer', 'Breast Symptomatic', 'Screening') THEN records.first_seen_part
            WHEN referrals.referred IS NOT NULL THEN GREATEST(records.first_seen_part, referrals.first_seen_part)
        END AS referral_part
    FROM records
    LEFT JOIN carriers ON carriers.carrier = records._record
    LEFT JOIN decisions ON decisions.decided = records._record
    LEFT JOIN treatment_order ON treatment_order.ordered = records._record
    LEFT JOIN compared ON compared.transferred = records._record
    LEFT JOIN referrals ON referrals.referred = records._record
)
SELECT
    _record,
    pathway_records,
    carries_fds,
    fds_stop,
    first_treated,
    next_treated,
    other_transfers,
    is_transfer_in_order,
    days(crtp_start_date, fds_stop) - first_seen_part AS days_fds,
    referral_part
FROM stopped
