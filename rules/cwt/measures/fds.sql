-- 28-day Faster Diagnosis Standard: one line a record; a pathway's line is carried by the record with its earliest
-- end date, the first of several in file order. Items of the referral are those of the pathway (pathways.sql). NHS Data Dictionary: CANCER FASTER DIAGNOSIS PATHWAY END DATE; the pinned
-- counting decisions are in rules/README.md.
--
-- In:  records with derived columns; limits (standard, days, from_date, to_date); referral_types.
-- Out: the columns of a wait, one row a record.
WITH
judged AS (
    SELECT
        records.*,
        limits.days AS limit_days,
        CASE
            WHEN route = 'Screening' AND referral_types.screening IS DISTINCT FROM 'yes' THEN 'Missing or Invalid'
            ELSE COALESCE(referral_types.label, 'Missing or Invalid')
        END AS label,
        CASE
            WHEN fdp_end_date IS NULL THEN 'no-end-date'
            WHEN fdp_end_date > as_at() THEN 'planned'
            WHEN NOT carries_fds THEN 'repeat-of-pathway'
            WHEN referral_start IS NULL AND referral_differs THEN 'records-differ'
            WHEN referral_start IS NULL THEN 'no-start-date'
            WHEN fdp_end_reason IS NULL OR fdp_end_reason NOT IN ('01', '02', '03', '04') THEN 'incomplete'
            WHEN referral_differs THEN 'records-differ'
            WHEN route IS NULL OR route = 'Consultant Upgrade' THEN no_route
            WHEN trust_fdp_end IS NULL AND NOT default_code(site_fdp_end) THEN 'unknown-trust'
            WHEN trust_fdp_end IS NULL THEN 'no-provider'
            -- Excluded pathways are left out, but a patient who died after day 28 had already waited too long.
            WHEN fdp_end_reason = '03'
                AND NOT (COALESCE(fdp_exclusion_reason, '') = '01' AND days_fds > limits.days) THEN 'excluded'
            WHEN days_fds < 0 THEN 'negative-wait'
        END AS reason
    FROM records
    CROSS JOIN (SELECT days, from_date, to_date FROM limits WHERE standard = 'FDS') AS limits
    LEFT JOIN referral_types ON referral_types.cancer_referral_type = records.referral_type
    -- The limit of the month that the wait counts in; of a wait without a stop, any one. As a CASE it is asked of each pair, which
    -- takes less time than to sort all waits by date for one limit or two.
    WHERE CASE WHEN COALESCE(fdp_end_date, as_at()) BETWEEN limits.from_date AND limits.to_date THEN TRUE ELSE FALSE END
)
SELECT
    _record,
    'FDS' AS standard,
    reason,
    referral_start AS start,
    CASE WHEN carries_fds THEN fds_stop ELSE fdp_end_date END AS stop,
    first_seen_part AS adjustment,
    days_fds AS days,
    days_fds <= limit_days AS within,
    month(fdp_end_date) AS month,
    route,
    CAST(NULL AS VARCHAR) AS stage,
    label AS cancer_type,
    CAST(NULL AS VARCHAR) AS modality_group,
    trust_fdp_end AS org_code,
    CASE WHEN LENGTH(site_fdp_end) > 3 THEN UPPER(site_fdp_end) END AS site,
    1.0 AS share
FROM judged
