-- What else `clockstop why` says of a clock: from which record of the pathway a date came that its own record leaves out, and
-- how a shared patient came to be divided.
--
-- In:  records of one pathway with derived columns; rtt_events; limits; lookups.
-- Out: any number of rows: `_record`, `standard`, `name` (what the line begins with) and `text`. Only clocks that are counted
--      show theirs. Rows without a standard stand after the clocks: the RTT clock of the patient.
WITH shared AS (
    SELECT
        records.*,
        allocation.scenario AS allocation_scenario,
        allocation.investigating_share,
        allocation.treating_share
    FROM records
    CROSS JOIN (SELECT days AS limit_days, from_date, to_date FROM limits WHERE standard = '62D') AS limits
    -- As measures/62d.sql has it: 38 days to the transfer, 24 days to treatment.
    LEFT JOIN allocation
        ON allocation.investigation_in_time = CASE WHEN investigation_days <= 38 THEN 'yes' ELSE 'no' END
        AND allocation.treatment_in_time = CASE WHEN treatment_days <= 24 THEN 'yes' ELSE 'no' END
        AND allocation.total_in_time = CASE WHEN days_62 <= limit_days THEN 'yes' ELSE 'no' END
    WHERE is_first_treatment AND trust_investigating <> trust_treatment_start
        AND treatment_start_date BETWEEN limits.from_date AND limits.to_date
),
-- Dates that a clock takes from another record of its pathway (pathways.sql): the first, in file order, that has it.
borrowed AS (
    SELECT one._record AS borrower, 'referral received' AS item, one.referral_start AS day, MIN(other._record) AS lender
    FROM records AS one
    INNER JOIN (SELECT _record, pathway_key, crtp_start_date FROM records) AS other
        ON other.pathway_key = one.pathway_key AND other.crtp_start_date = one.referral_start
    WHERE one.crtp_start_date IS NULL
    GROUP BY one._record, one.referral_start
    UNION ALL
    SELECT one._record AS borrower, 'consultant upgrade' AS item, one.upgrade_date AS day, MIN(other._record) AS lender
    FROM records AS one
    INNER JOIN (SELECT _record, pathway_key, consultant_upgrade_date FROM records) AS other
        ON other.pathway_key = one.pathway_key AND other.consultant_upgrade_date = one.upgrade_date
    WHERE one.consultant_upgrade_date IS NULL
    GROUP BY one._record, one.upgrade_date
    UNION ALL
    SELECT one._record AS borrower, 'first seen' AS item, one.seen_date AS day, MIN(other._record) AS lender
    FROM records AS one
    INNER JOIN (SELECT _record, pathway_key, date_first_seen FROM records) AS other
        ON other.pathway_key = one.pathway_key AND other.date_first_seen = one.seen_date
    WHERE one.date_first_seen IS NULL
    GROUP BY one._record, one.seen_date
    UNION ALL
    SELECT one._record AS borrower, 'transfer received' AS item, one.transfer_received AS day, MIN(other._record) AS lender
    FROM records AS one
    INNER JOIN (SELECT _record, pathway_key, ipt_received_date FROM records) AS other
        ON other.pathway_key = one.pathway_key AND other.ipt_received_date = one.transfer_received
    WHERE one.ipt_received_date IS NULL
    GROUP BY one._record, one.transfer_received
),
lenders AS (
    SELECT borrowed.borrower, borrowed.item, CAST(borrowed.day AS VARCHAR) AS day, CAST(lent._row AS VARCHAR) AS row
    FROM borrowed
    INNER JOIN (SELECT _record, _row FROM records) AS lent ON lent._record = borrowed.lender
),
clocks AS (SELECT 'FDS' AS standard UNION ALL SELECT '62D' AS standard),
rtt AS (
    SELECT
        one._record,
        CONCAT(
            'from ',
            COALESCE(CAST(rtt_clock_start AS VARCHAR), 'a day that is not known'),
            CASE
                WHEN rtt_runs THEN CONCAT(
                    ', still running on ', CAST(as_at() AS VARCHAR), ' after ', CAST(days(rtt_clock_start, as_at()) AS VARCHAR), ' days'
                )
                ELSE CONCAT(
                    ', stopped on ', CAST(rtt_stopped_on AS VARCHAR), ' after ', CAST(days(rtt_clock_start, rtt_stopped_on) AS VARCHAR), ' days'
                )
            END,
            '; last status ',
            rtt_status,
            CASE
                WHEN runs_before_treatment AND runs_after_treatment
                    THEN CONCAT('. The cancer treatment of ', CAST(first_treatment AS VARCHAR), ' stopped no RTT clock')
                WHEN NOT runs_before_treatment
                    THEN CONCAT('. No RTT clock ran when the cancer was treated on ', CAST(first_treatment AS VARCHAR))
                WHEN first_treatment IS NOT NULL
                    THEN CONCAT('. It stopped with the cancer treatment of ', CAST(first_treatment AS VARCHAR))
                ELSE ''
            END
        ) AS text
    FROM (SELECT MIN(_record) AS _record, MIN(pathway_key) AS own_pathway FROM records) AS one
    INNER JOIN rtt_events ON rtt_events.pathway_key = one.own_pathway
    WHERE is_latest_status
)
SELECT
    _record,
    '62D' AS standard,
    'shared' AS name,
    CASE
        WHEN is_transfer_placed THEN CONCAT(
            trust_investigating,
            ' had it for ',
            CAST(investigation_days AS VARCHAR),
            ' days to the transfer (38 are in time), ',
            trust_treatment_start,
            ' for ',
            CAST(treatment_days AS VARCHAR),
            ' days from it (24 are in time): scenario ',
            allocation_scenario,
            ', shares ',
            investigating_share,
            ' and ',
            treating_share
        )
        ELSE CONCAT(
            trust_investigating,
            ' investigated and ',
            trust_treatment_start,
            ' treated; the transfer cannot be placed inside the wait: half each'
        )
    END AS text
FROM shared
UNION ALL
SELECT
    borrower AS _record,
    standard,
    'taken' AS name,
    CONCAT(item, ' ', day, ' is taken from the record in row ', row) AS text
FROM lenders
CROSS JOIN clocks
WHERE standard = '62D' OR item = 'referral received'
UNION ALL
SELECT
    _record,
    CAST(NULL AS VARCHAR) AS standard,
    'RTT clock' AS name,
    text
FROM rtt
