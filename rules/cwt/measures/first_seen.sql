-- First seen: urgent suspected cancer referrals to a first outpatient attendance (USC), and urgent breast symptomatic
-- referrals to a first hospital assessment (UBS). Activity without a standard since October 2023: it is counted into
-- published lines and is in no list of waits. NHS England provider workbooks, the last two sheets; NHS Data Dictionary:
-- WAITING TIME ADJUSTMENT (FIRST SEEN), which is removed from this wait.
--
-- In:  records with derived columns; referral_types.
-- Out: the columns of a wait, one row a pathway that was first seen: its first record, in file order, with a date first
--      seen. Whole patient, at the trust that saw the patient first, in the month of that day (inferred from the title of
--      the sheets and their ACCOUNTABLE PROVIDER). A wait below nothing is left out, as in the standards.
WITH
carriers AS (
    SELECT pathway_key, MIN(_record) AS seen_record
    FROM records
    WHERE date_first_seen IS NOT NULL AND trust_first_seen IS NOT NULL
    GROUP BY pathway_key
)
SELECT
    records._record,
    CASE WHEN route = 'Breast Symptomatic' THEN 'UBS' ELSE 'USC' END AS standard,
    CAST(NULL AS VARCHAR) AS reason,
    referral_start AS start,
    date_first_seen AS stop,
    first_seen_part AS adjustment,
    days(referral_start, date_first_seen) - first_seen_part AS days,
    -- The first published band: within 14 days.
    days(referral_start, date_first_seen) - first_seen_part <= 14 AS within,
    month(date_first_seen) AS month,
    route,
    CAST(NULL AS VARCHAR) AS stage,
    COALESCE(referral_types.label, 'Missing or Invalid') AS cancer_type,
    CAST(NULL AS VARCHAR) AS modality_group,
    trust_first_seen AS org_code,
    CASE WHEN LENGTH(site_first_seen) > 3 THEN UPPER(site_first_seen) END AS site,
    1.0 AS share
FROM records
INNER JOIN carriers ON carriers.seen_record = records._record
LEFT JOIN referral_types ON referral_types.cancer_referral_type = records.referral_type
WHERE route IN ('Urgent Suspected Cancer', 'Breast Symptomatic') AND date_first_seen <= as_at() AND days(referral_start, date_first_seen) - first_seen_part >= 0
