-- Facts of the referrals that a PAS holds: is it one for suspected cancer, and does the register have it too?
--
-- In:  pas_referrals, one row a referral (columns: `[[table]]` in data_set.toml), and records with their derived facts.
-- Out: one row a referral: `_record` and the columns below. Unknown stays NULL.
--
--   pathway_key, pathway_id   text  the referral's own number in the PAS; pathway_id may be shown
--   is_cancer_referral        bool  by lookups/pas_priorities.csv; NULL where the priority is not in it
--   days_to_register          int   days between it and the nearest referral of the patient in the register
--   is_comparable             bool  had the register the referral, it would be seen: the patient can be matched, and the
--                             register's export holds other referrals of the same week
WITH
-- Only a register holds every referral. An upload file holds those with something to report.
-- A placeholder is nobody's number: it would match a referral with that of a stranger.
register AS (
    SELECT
        CASE WHEN numbers.identifier IS NULL THEN records.nhs_number END AS nhs_number,
        CASE WHEN ids.identifier IS NULL THEN hospital_number(records.local_patient_id) END AS local_patient_id,
        records.crtp_start_date
    FROM records
    LEFT JOIN placeholder_identifiers AS numbers ON numbers.identifier = UPPER(records.nhs_number)
    LEFT JOIN placeholder_identifiers AS ids ON ids.identifier = UPPER(records.local_patient_id)
    WHERE records.care_id IS NOT NULL
),
weeks AS (
    SELECT DISTINCT week_ending(crtp_start_date) AS week
    FROM register
    WHERE crtp_start_date IS NOT NULL
),
by_number AS (
    SELECT
        pas_referrals._record AS referred,
        MIN(ABS(days(pas_referrals.crtp_start_date, register.crtp_start_date))) AS days_apart,
        COUNT(CASE WHEN register.crtp_start_date IS NULL THEN 1 END) AS undated
    FROM pas_referrals
    INNER JOIN register ON register.nhs_number = pas_referrals.nhs_number
    GROUP BY pas_referrals._record
),
by_local_id AS (
    SELECT
        pas_referrals._record AS referred,
        MIN(ABS(days(pas_referrals.crtp_start_date, register.crtp_start_date))) AS days_apart,
        COUNT(CASE WHEN register.crtp_start_date IS NULL THEN 1 END) AS undated
    FROM pas_referrals
    INNER JOIN register ON register.local_patient_id = hospital_number(pas_referrals.local_patient_id)
    GROUP BY pas_referrals._record
)
SELECT
    pas_referrals._record,
    CONCAT('pas ', pas_referrals.pas_referral) AS pathway_key,
    CONCAT('PAS ', pas_referrals.pas_referral) AS pathway_id,
    lookup(UPPER(pas_referrals.pas_priority), 'pas_priorities') = 'cancer' AS is_cancer_referral,
    LEAST(by_number.days_apart, by_local_id.days_apart) AS days_to_register,
    -- A record of the patient without a referral date may be this referral.
    (pas_referrals.nhs_number IS NOT NULL OR pas_referrals.local_patient_id IS NOT NULL)
        AND weeks.week IS NOT NULL
        AND COALESCE(by_number.undated, 0) = 0
        AND COALESCE(by_local_id.undated, 0) = 0 AS is_comparable
FROM pas_referrals
LEFT JOIN by_number ON by_number.referred = pas_referrals._record
LEFT JOIN by_local_id ON by_local_id.referred = pas_referrals._record
LEFT JOIN weeks ON weeks.week = week_ending(pas_referrals.crtp_start_date)
