-- Facts that need the other records of a pathway, after those of derived.sql.
--
-- The data set sends parts of a pathway as records of their own: a treatment record (scenarios 2a, 2b) has no source, priority
-- or first appointment, and a transfer (1e, 1f) has nothing else. So an item of the referral, of the first appointment, of the
-- upgrade or of a transfer is the record's own, or, where that is blank, the value that the other records of its pathway agree
-- on. This is the one definition of an item of a pathway, for the measures, the checks and the tracking list. Where records
-- are those of two patients, or nothing but the NHS number holds them together, no item is taken from another record.
--
-- In:  records, one row a record, the columns of fields.csv, of derived.sql and `_record` (file order).
-- Out: one row a record: `_record` and the columns below. Unknown stays NULL.
--
--   pathway_records  int  how many records the pathway has
--   referral_start, referral_type, upgrade_date, seen_date, seen_site, upgrade_site, transfer_from, transfer_received
--                    what the pathway says of its referral, upgrade, first appointment and transfer
--   referral_differs, sharing_differs  bool  other records of the pathway give an item that this one has not, and differ
--                    on it: an item of the referral, or of what decides how two trusts share the patient
--   route            text  Urgent Suspected Cancer, Breast Symptomatic, Screening, Consultant Upgrade, or NULL
--   no_route         text  the reason of a standard that does not count the pathway for its route: which item is missing, if any
--   cancer_type      text  published cancer type for the 31- and 62-day standards
--   start_62         date  start of the 62-day wait; adjustment_62 the days taken off it
--   trust_seen       text  the trust that saw the patient first
--   trust_investigating     text  the trust that answers for the way to the transfer
--   has_unknown_investigator  bool  it is named, by an organisation or site whose trust is not known
--   is_transfer_placed      bool  the transfer lies inside the 62-day wait and ends at the treating trust
--   first_seen_part, first_seen_part_62  int  days taken off before the patient was first seen, and those that count for 62 days
--   investigation_days, treatment_days  int  adjusted whole days to the transfer and from it: together the 62-day wait
--   days_62          int  adjusted whole days; NULL while a date is missing
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
-- Pathways of more than one record, which are few: only their records look at each other.
several AS (
    SELECT
        pathway_key,
        COUNT(*) AS records_together,
        MIN(nhs_number) AS first_patient,
        MAX(nhs_number) AS last_patient,
        MAX(CASE WHEN has_pathway_id OR crtp_start_date IS NOT NULL THEN 1 ELSE 0 END) AS is_one_pathway
    FROM records
    GROUP BY pathway_key
    HAVING COUNT(*) > 1
),
parts AS (
    SELECT
        records._record,
        records.pathway_key,
        records.trust_treatment_start,
        records.source_of_referral,
        records.priority_type,
        records.crtp_start_date,
        records.cancer_referral_type,
        records.consultant_upgrade_date,
        records.date_first_seen,
        records.site_first_seen,
        records.site_consultant_upgrade,
        records.wta_first_seen_days,
        records.ipt_org_referring,
        records.ipt_org_receiving,
        records.ipt_requested_date,
        records.ipt_received_date,
        records.trust_first_seen,
        records.trust_consultant_upgrade,
        records.trust_referring,
        records.trust_receiving,
        CASE WHEN NOT is_treatment THEN ipt_org_referring END AS given_ipt_org_referring,
        CASE WHEN NOT is_treatment THEN ipt_org_receiving END AS given_ipt_org_receiving,
        CASE WHEN NOT is_treatment THEN ipt_requested_date END AS given_ipt_requested_date,
        CASE WHEN NOT is_treatment THEN ipt_received_date END AS given_ipt_received_date,
        CASE WHEN NOT is_treatment THEN trust_referring END AS given_trust_referring,
        CASE WHEN NOT is_treatment THEN trust_receiving END AS given_trust_receiving
    FROM records
    INNER JOIN several ON several.pathway_key = records.pathway_key
    WHERE is_one_pathway = 1 AND (first_patient IS NULL OR first_patient = last_patient)
),
-- What the records of a pathway say of each item, at least and at most: one value where both are the same.
summary AS (
    SELECT
        pathway_key,
        MIN(source_of_referral) AS low_source_of_referral,
        MAX(source_of_referral) AS high_source_of_referral,
        MIN(priority_type) AS low_priority_type,
        MAX(priority_type) AS high_priority_type,
        MIN(crtp_start_date) AS low_crtp_start_date,
        MAX(crtp_start_date) AS high_crtp_start_date,
        MIN(cancer_referral_type) AS low_cancer_referral_type,
        MAX(cancer_referral_type) AS high_cancer_referral_type,
        MIN(consultant_upgrade_date) AS low_consultant_upgrade_date,
        MAX(consultant_upgrade_date) AS high_consultant_upgrade_date,
        MIN(date_first_seen) AS low_date_first_seen,
        MAX(date_first_seen) AS high_date_first_seen,
        MIN(site_first_seen) AS low_site_first_seen,
        MAX(site_first_seen) AS high_site_first_seen,
        MIN(site_consultant_upgrade) AS low_site_consultant_upgrade,
        MAX(site_consultant_upgrade) AS high_site_consultant_upgrade,
        MIN(wta_first_seen_days) AS low_wta_first_seen_days,
        MAX(wta_first_seen_days) AS high_wta_first_seen_days,
        MIN(given_ipt_org_referring) AS low_ipt_org_referring,
        MAX(given_ipt_org_referring) AS high_ipt_org_referring,
        MIN(given_ipt_org_receiving) AS low_ipt_org_receiving,
        MAX(given_ipt_org_receiving) AS high_ipt_org_receiving,
        MIN(given_ipt_requested_date) AS low_ipt_requested_date,
        MAX(given_ipt_requested_date) AS high_ipt_requested_date,
        MIN(given_ipt_received_date) AS low_ipt_received_date,
        MAX(given_ipt_received_date) AS high_ipt_received_date,
        MIN(trust_first_seen) AS low_trust_first_seen,
        MAX(trust_first_seen) AS high_trust_first_seen,
        MIN(trust_consultant_upgrade) AS low_trust_consultant_upgrade,
        MAX(trust_consultant_upgrade) AS high_trust_consultant_upgrade,
        MIN(given_trust_referring) AS low_trust_referring,
        MAX(given_trust_referring) AS high_trust_referring,
        MIN(given_trust_receiving) AS low_trust_receiving,
        MAX(given_trust_receiving) AS high_trust_receiving
    FROM parts
    GROUP BY pathway_key
),
-- A transfer on a treatment record is of that treatment. A patient may be transferred twice: then the transfer is the one to the trust that treats.
transfers_in AS (
    SELECT
        one._record AS treated,
        MIN(other.given_ipt_org_referring) AS into_low_ipt_org_referring,
        MAX(other.given_ipt_org_referring) AS into_high_ipt_org_referring,
        MIN(other.given_ipt_org_receiving) AS into_low_ipt_org_receiving,
        MAX(other.given_ipt_org_receiving) AS into_high_ipt_org_receiving,
        MIN(other.given_ipt_requested_date) AS into_low_ipt_requested_date,
        MAX(other.given_ipt_requested_date) AS into_high_ipt_requested_date,
        MIN(other.given_ipt_received_date) AS into_low_ipt_received_date,
        MAX(other.given_ipt_received_date) AS into_high_ipt_received_date,
        MIN(other.given_trust_referring) AS into_low_trust_referring,
        MAX(other.given_trust_referring) AS into_high_trust_referring,
        MIN(other.given_trust_receiving) AS into_low_trust_receiving,
        MAX(other.given_trust_receiving) AS into_high_trust_receiving
    FROM parts AS one
    INNER JOIN (
        SELECT
            pathway_key,
            given_ipt_org_referring,
            given_ipt_org_receiving,
            given_ipt_requested_date,
            given_ipt_received_date,
            given_trust_referring,
            given_trust_receiving
        FROM parts
    ) AS other ON other.pathway_key = one.pathway_key
    WHERE other.given_trust_receiving = one.trust_treatment_start
    GROUP BY one._record
),
others AS (
    SELECT
        parts._record AS other_record,
        CASE WHEN low_source_of_referral = high_source_of_referral THEN low_source_of_referral END AS other_source_of_referral,
        CASE WHEN low_priority_type = high_priority_type THEN low_priority_type END AS other_priority_type,
        CASE WHEN low_crtp_start_date = high_crtp_start_date THEN low_crtp_start_date END AS other_crtp_start_date,
        CASE WHEN low_cancer_referral_type = high_cancer_referral_type THEN low_cancer_referral_type END AS other_cancer_referral_type,
        CASE WHEN low_consultant_upgrade_date = high_consultant_upgrade_date THEN low_consultant_upgrade_date END AS other_consultant_upgrade_date,
        CASE WHEN low_date_first_seen = high_date_first_seen THEN low_date_first_seen END AS other_date_first_seen,
        CASE WHEN low_site_first_seen = high_site_first_seen THEN low_site_first_seen END AS other_site_first_seen,
        CASE WHEN low_site_consultant_upgrade = high_site_consultant_upgrade THEN low_site_consultant_upgrade END AS other_site_consultant_upgrade,
        CASE WHEN low_wta_first_seen_days = high_wta_first_seen_days THEN low_wta_first_seen_days END AS other_wta_first_seen_days,
        CASE WHEN low_trust_first_seen = high_trust_first_seen THEN low_trust_first_seen END AS other_trust_first_seen,
        CASE WHEN low_trust_consultant_upgrade = high_trust_consultant_upgrade THEN low_trust_consultant_upgrade END AS other_trust_consultant_upgrade,
        CASE WHEN low_ipt_org_referring = high_ipt_org_referring THEN low_ipt_org_referring WHEN into_low_ipt_org_referring = into_high_ipt_org_referring THEN into_low_ipt_org_referring END AS other_ipt_org_referring,
        CASE WHEN low_ipt_org_receiving = high_ipt_org_receiving THEN low_ipt_org_receiving WHEN into_low_ipt_org_receiving = into_high_ipt_org_receiving THEN into_low_ipt_org_receiving END AS other_ipt_org_receiving,
        CASE WHEN low_ipt_requested_date = high_ipt_requested_date THEN low_ipt_requested_date WHEN into_low_ipt_requested_date = into_high_ipt_requested_date THEN into_low_ipt_requested_date END AS other_ipt_requested_date,
        CASE WHEN low_ipt_received_date = high_ipt_received_date THEN low_ipt_received_date WHEN into_low_ipt_received_date = into_high_ipt_received_date THEN into_low_ipt_received_date END AS other_ipt_received_date,
        CASE WHEN low_trust_referring = high_trust_referring THEN low_trust_referring WHEN into_low_trust_referring = into_high_trust_referring THEN into_low_trust_referring END AS other_trust_referring,
        CASE WHEN low_trust_receiving = high_trust_receiving THEN low_trust_receiving WHEN into_low_trust_receiving = into_high_trust_receiving THEN into_low_trust_receiving END AS other_trust_receiving,
        COALESCE(parts.source_of_referral IS NULL AND low_source_of_referral <> high_source_of_referral, FALSE)
            OR COALESCE(parts.priority_type IS NULL AND low_priority_type <> high_priority_type, FALSE)
            OR COALESCE(parts.crtp_start_date IS NULL AND low_crtp_start_date <> high_crtp_start_date, FALSE)
            OR COALESCE(parts.cancer_referral_type IS NULL AND low_cancer_referral_type <> high_cancer_referral_type, FALSE)
            OR COALESCE(parts.consultant_upgrade_date IS NULL AND low_consultant_upgrade_date <> high_consultant_upgrade_date, FALSE)
            OR COALESCE(parts.wta_first_seen_days IS NULL AND low_wta_first_seen_days <> high_wta_first_seen_days, FALSE) AS referral_differs,
        COALESCE(parts.date_first_seen IS NULL AND low_date_first_seen <> high_date_first_seen, FALSE)
            OR COALESCE(parts.trust_first_seen IS NULL AND low_trust_first_seen <> high_trust_first_seen, FALSE)
            OR COALESCE(parts.trust_consultant_upgrade IS NULL AND low_trust_consultant_upgrade <> high_trust_consultant_upgrade, FALSE)
            OR COALESCE(parts.trust_referring IS NULL AND low_trust_referring <> high_trust_referring AND COALESCE(into_low_trust_referring <> into_high_trust_referring, FALSE), FALSE)
            OR COALESCE(parts.ipt_received_date IS NULL AND low_ipt_received_date <> high_ipt_received_date AND COALESCE(into_low_ipt_received_date <> into_high_ipt_received_date, FALSE), FALSE) AS sharing_differs
    FROM parts
    INNER JOIN summary ON summary.pathway_key = parts.pathway_key
    LEFT JOIN transfers_in ON transfers_in.treated = parts._record
),
-- The items of the pathway, by record. What is the record's own transfer is not mixed with another one.
joint AS (
    SELECT
        records.*,
        records_together,
        referral_differs,
        sharing_differs,
        COALESCE(source_of_referral, other_source_of_referral) AS joint_source,
        COALESCE(priority_type, other_priority_type) AS joint_priority,
        COALESCE(crtp_start_date, other_crtp_start_date) AS referral_start,
        COALESCE(cancer_referral_type, other_cancer_referral_type) AS referral_type,
        -- An upgrade that is planned has not changed the route yet.
        CASE
            WHEN COALESCE(consultant_upgrade_date, other_consultant_upgrade_date) <= as_at()
                THEN COALESCE(consultant_upgrade_date, other_consultant_upgrade_date)
        END AS upgrade_date,
        COALESCE(date_first_seen, other_date_first_seen) AS seen_date,
        COALESCE(site_first_seen, other_site_first_seen) AS seen_site,
        COALESCE(site_consultant_upgrade, other_site_consultant_upgrade) AS upgrade_site,
        COALESCE(trust_first_seen, other_trust_first_seen) AS trust_seen,
        COALESCE(trust_consultant_upgrade, other_trust_consultant_upgrade) AS trust_upgrade,
        COALESCE(wta_first_seen_days, other_wta_first_seen_days, 0) AS first_seen_part,
        COALESCE(ipt_org_referring, other_ipt_org_referring) AS transfer_from,
        COALESCE(trust_referring, other_trust_referring) AS trust_from,
        CASE WHEN trust_referring IS NULL OR trust_referring = other_trust_referring THEN COALESCE(trust_receiving, other_trust_receiving) ELSE trust_receiving END AS trust_to,
        CASE
            WHEN (trust_referring IS NULL OR trust_referring = other_trust_referring) AND (trust_receiving IS NULL OR trust_receiving = other_trust_receiving)
                THEN COALESCE(ipt_received_date, other_ipt_received_date)
            ELSE ipt_received_date
        END AS transfer_received
    FROM records
    LEFT JOIN several ON several.pathway_key = records.pathway_key
    LEFT JOIN others ON others.other_record = records._record
),
-- Route test in the pinned order; a blank source is "not 17", a blank type "not 16".
routed AS (
    SELECT
        *,
        CASE
            WHEN joint_priority = '3' AND COALESCE(joint_source, '') <> '17' AND upgrade_date IS NULL
                THEN CASE
                    WHEN referral_type = '16' THEN 'Breast Symptomatic'
                    ELSE 'Urgent Suspected Cancer'
                END
            WHEN joint_priority = '2' AND joint_source = '17' THEN 'Screening'
            -- A referral from screening may be upgraded unless it was urgent (priority 2, above; priority 3 does not go
            -- with source 17). NHS Data Dictionary: CONSULTANT UPGRADE DATE bars only urgent screening referrals: a reading.
            WHEN upgrade_date IS NOT NULL AND (COALESCE(joint_source, '') <> '17' OR COALESCE(joint_priority, '1') = '1')
                THEN 'Consultant Upgrade'
        END AS route,
        -- Children first: under 16 on the referral date where the birth date is known, else the children's referral type.
        COALESCE(
            -- Who was born after the referral has a wrong date.
            CASE WHEN birth_date <= referral_start THEN birth_date + INTERVAL '16 years' > referral_start END,
            referral_type = '02'
        ) AS is_child
    FROM joint
),
clocks AS (
    SELECT
        *,
        CASE WHEN route = 'Consultant Upgrade' THEN upgrade_date ELSE referral_start END AS start_62,
        -- On an upgrade the first-seen adjustment counts only if the upgrade is on or before the first appointment.
        CASE
            WHEN route = 'Consultant Upgrade' AND NOT COALESCE(upgrade_date <= seen_date, FALSE) THEN 0
            ELSE first_seen_part
        END AS first_seen_part_62
    FROM routed
),
-- The record of a pathway that carries its Faster Diagnosis line: the earliest end, and of several the one that says most of it.
carriers AS (
    SELECT records.pathway_key, MIN(records._record) AS carrier
    FROM records
    LEFT JOIN (
        SELECT records.pathway_key AS ended, MIN(fdp_end_date) AS first_end
        FROM records
        INNER JOIN several ON several.pathway_key = records.pathway_key
        GROUP BY records.pathway_key
    ) AS ends ON ends.ended = records.pathway_key
    WHERE fdp_end_date IS NOT NULL AND (first_end IS NULL OR fdp_end_date = first_end)
    GROUP BY records.pathway_key
),
carrying AS (
    SELECT clocks._record, clocks.pathway_key, clocks.referral_start
    FROM clocks
    INNER JOIN carriers ON carriers.carrier = clocks._record
),
-- The pathway's earliest decision to treat that is not before the referral of the carrying record
-- (NHS Data Dictionary: CANCER FASTER DIAGNOSIS PATHWAY END DATE).
decisions AS (
    SELECT carrying._record AS decided, MIN(other.ctp_start_date) AS first_decision
    FROM carrying
    INNER JOIN (SELECT pathway_key, ctp_start_date FROM records WHERE ctp_start_date IS NOT NULL) AS other
        ON other.pathway_key = carrying.pathway_key
    WHERE other.ctp_start_date >= carrying.referral_start
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
        FROM clocks
        WHERE route IN ('Urgent Suspected Cancer', 'Breast Symptomatic', 'Screening')
    ) AS other
        ON other.pathway_key = unreferred.pathway_key
    GROUP BY unreferred._record
),
stopped AS (
    SELECT
        clocks.*,
        COALESCE(records_together, 1) AS pathway_records,
        treatment_order.first_treated,
        treatment_order.next_treated,
        compared.other_transfers,
        -- The trust where the patient was first seen sends without having received.
        CASE
            WHEN compared.other_transfers IS NULL THEN NULL
            WHEN compared.overlaps > 0 THEN FALSE
            WHEN clocks.trust_referring <> clocks.trust_first_seen AND clocks.ipt_requested_date < compared.sender_had_patient
                THEN FALSE
            WHEN clocks.ipt_requested_date IS NOT NULL AND compared.unclear = 0 THEN TRUE
        END AS is_transfer_in_order,
        carriers.carrier IS NOT NULL AS carries_fds,
        CASE WHEN carriers.carrier IS NOT NULL THEN LEAST(clocks.fdp_end_date, decisions.first_decision) END AS fds_stop,
        CASE
            WHEN clocks.route IN ('Urgent Suspected Cancer', 'Breast Symptomatic', 'Screening') THEN clocks.first_seen_part
            WHEN referrals.referred IS NOT NULL THEN GREATEST(clocks.first_seen_part, referrals.first_seen_part)
        END AS referral_part
    FROM clocks
    LEFT JOIN carriers ON carriers.carrier = clocks._record
    LEFT JOIN decisions ON decisions.decided = clocks._record
    LEFT JOIN treatment_order ON treatment_order.ordered = clocks._record
    LEFT JOIN compared ON compared.transferred = clocks._record
    LEFT JOIN referrals ON referrals.referred = clocks._record
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
    days(referral_start, fds_stop) - first_seen_part AS days_fds,
    referral_part,
    referral_start,
    referral_type,
    upgrade_date,
    seen_date,
    seen_site,
    upgrade_site,
    transfer_from,
    transfer_received,
    COALESCE(referral_differs, FALSE) AS referral_differs,
    COALESCE(sharing_differs, FALSE) AS sharing_differs,
    route,
    CASE
        WHEN route IS NOT NULL THEN 'no-route'
        WHEN joint_priority IS NULL OR joint_priority NOT IN ('1', '2', '3') THEN 'no-route-priority'
        WHEN joint_priority = '2' AND joint_source IS NULL THEN 'no-route-source'
        ELSE 'no-route'
    END AS no_route,
    CASE
        WHEN icd10 IS NULL THEN NULL
        WHEN is_child THEN 'Other (a)'
        ELSE COALESCE(site_type, 'Other (a)')
    END AS cancer_type,
    trust_seen,
    COALESCE(
        trust_from,
        CASE WHEN route = 'Consultant Upgrade' THEN trust_upgrade END,
        trust_seen
    ) AS trust_investigating,
    -- The same order. The default codes stand for places that are no trust.
    CASE
        WHEN trust_from IS NOT NULL THEN FALSE
        WHEN UPPER(transfer_from) NOT IN ('89997', '89999') THEN TRUE
        WHEN route = 'Consultant Upgrade' AND trust_upgrade IS NOT NULL THEN FALSE
        WHEN route = 'Consultant Upgrade' AND UPPER(upgrade_site) NOT IN ('89997', '89999') THEN TRUE
        ELSE COALESCE(trust_seen IS NULL AND UPPER(seen_site) NOT IN ('89997', '89999'), FALSE)
    END AS has_unknown_investigator,
    -- The phases can be told apart only when the transfer lies inside the wait and ends at the treating trust.
    COALESCE(
        transfer_from IS NOT NULL
        AND start_62 <= transfer_received
        AND transfer_received <= treatment_start_date
        AND (trust_to IS NULL OR trust_to = trust_treatment_start),
        FALSE
    ) AS is_transfer_placed,
    first_seen_part,
    first_seen_part_62,
    start_62,
    first_seen_part_62 + treatment_part AS adjustment_62,
    days(start_62, transfer_received) - first_seen_part_62 AS investigation_days,
    days(transfer_received, treatment_start_date) - treatment_part AS treatment_days,
    days(start_62, treatment_start_date) - first_seen_part_62 - treatment_part AS days_62
FROM stopped
