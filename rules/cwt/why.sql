-- What else `clockstop why` says of a clock: how a shared patient came to be divided.
--
-- In:  records of one pathway with derived columns; limits; lookups.
-- Out: any number of rows: `_record`, `standard`, `name` (what the line begins with) and `text`. Only clocks that are counted
--      show theirs.
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
