-- 62-day combined standard: one or two lines a first treatment, shared between the trust that investigated
-- and the trust that treated. Shares follow the six scenarios of lookups/allocation.csv (38 days to transfer,
-- 24 days to treatment); where the transfer cannot be placed, half each.
--
-- In:  records with derived columns; limits; event_stages; modality_groups; allocation.
-- Out: the columns of a wait, one row a record and share; an uncounted record has one row.
WITH
judged AS (
    SELECT
        records.*,
        limits.days AS limit_days,
        event_stages.stage AS stage,
        COALESCE(modality_groups.modality_group, 'Other') AS modality_group,
        CASE
            WHEN treatment_start_date IS NULL THEN 'no-treatment'
            WHEN treatment_start_date > as_at() THEN 'planned'
            WHEN start_62 IS NULL AND referral_differs THEN 'records-differ'
            WHEN start_62 IS NULL THEN 'no-start-date'
            WHEN ctp_start_date IS NULL OR records.treatment_modality IS NULL OR in_scope IS NULL OR event_stages.stage IS NULL
                THEN 'incomplete'
            WHEN NOT in_scope THEN 'not-cancer'
            WHEN basal_cell = 'Y' THEN 'basal-cell'
            WHEN records.treatment_modality = '98' THEN 'declined'
            WHEN NOT is_first_treatment THEN 'not-first-treatment'
            WHEN referral_differs OR sharing_differs THEN 'records-differ'
            WHEN route IS NULL THEN no_route
            WHEN trust_treatment_start IS NULL AND NOT default_code(site_treatment_start) THEN 'unknown-trust'
            WHEN has_unknown_investigator THEN 'unknown-trust'
            WHEN trust_treatment_start IS NULL OR (trust_seen IS NULL AND route <> 'Consultant Upgrade') THEN 'no-provider'
            WHEN days_62 < 0 THEN 'negative-wait'
        END AS reason
    FROM records
    CROSS JOIN (SELECT days, from_date, to_date FROM limits WHERE standard = '62D') AS limits
    LEFT JOIN event_stages ON event_stages.treatment_event_type = records.treatment_event_type
    LEFT JOIN modality_groups ON modality_groups.treatment_modality = records.treatment_modality
    -- The limit of the month that the wait counts in; of a wait without a stop, any one. As a CASE it is asked of each pair, which
    -- takes less time than to sort all waits by date for one limit or two.
    WHERE is_treatment AND CASE WHEN COALESCE(treatment_start_date, as_at()) BETWEEN limits.from_date AND limits.to_date THEN TRUE ELSE FALSE END
),
shared AS (
    SELECT
        judged.*,
        trust_investigating IS NOT NULL AND trust_investigating <> trust_treatment_start AS is_shared,
        CAST(allocation.investigating_share AS DOUBLE) AS scenario_investigating,
        CAST(allocation.treating_share AS DOUBLE) AS scenario_treating
    FROM judged
    LEFT JOIN allocation
        ON allocation.investigation_in_time = CASE WHEN judged.investigation_days <= 38 THEN 'yes' ELSE 'no' END
        AND allocation.treatment_in_time = CASE WHEN judged.treatment_days <= 24 THEN 'yes' ELSE 'no' END
        AND allocation.total_in_time = CASE WHEN judged.days_62 <= judged.limit_days THEN 'yes' ELSE 'no' END
),
lines AS (
    SELECT
        shared.*,
        trust_treatment_start AS org_code,
        site_treatment_start AS org_or_site,
        CASE
            WHEN reason IS NOT NULL OR NOT is_shared THEN 1.0
            WHEN is_transfer_placed THEN scenario_treating
            ELSE 0.5
        END AS share
    FROM shared
    UNION ALL
    SELECT
        shared.*,
        trust_investigating AS org_code,
        -- As trust_investigating: where the transfer names the referring trust alone, its site is not known.
        COALESCE(
            transfer_from,
            CASE WHEN route = 'Consultant Upgrade' THEN upgrade_site END,
            seen_site
        ) AS org_or_site,
        CASE WHEN is_transfer_placed THEN scenario_investigating ELSE 0.5 END AS share
    FROM shared
    WHERE reason IS NULL AND is_shared
)
SELECT
    _record,
    '62D' AS standard,
    reason,
    start_62 AS start,
    treatment_start_date AS stop,
    adjustment_62 AS adjustment,
    days_62 AS days,
    days_62 <= limit_days AS within,
    month(treatment_start_date) AS month,
    route,
    stage,
    cancer_type,
    modality_group,
    org_code,
    CASE WHEN LENGTH(org_or_site) > 3 THEN UPPER(org_or_site) END AS site,
    share
FROM lines
WHERE share > 0
