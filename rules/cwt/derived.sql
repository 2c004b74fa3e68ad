-- Facts derived from a record alone, once, for checks and measures alike: a check and a
-- published figure cannot disagree about what a route or a breach is. What needs the other
-- records of a pathway is in pathways.sql.
--
-- In:  records, one row a record, the columns of fields.csv and `_record` (file order);
--      lookups/*.csv by name.
-- Out: one row a record: `_record` and the columns below. Unknown stays NULL.
--
--   pathway_key       text  what holds the records of one pathway together; may contain an identifier, never shown
--   pathway_id        text  the local id that may be shown; NULL where only an identifier holds the pathway together
--   has_pathway_id    bool  an identifier of the pathway holds its records together, not patient and referral date alone
--   icd10_formed      bool  the diagnosis has the form of an ICD-10 code
--   icd10             text  primary diagnosis without dot, upper case, without trailing fillers
--   in_scope          bool  ICD-10 C00-C97 or D05
--   is_first_treatment, is_treatment, has_first_seen  bool  which parts of the pathway the record carries
--   first_treatment   text  what tells one first treatment from another: day, modality and site, else the record;
--                           NULL where it is none, or was declined
--   status_fits_event  bool  the patient status is the one that goes with the kind of treatment; NULL where either is
--                           another, or none, or a relapse, whose status is not certain
--   route             text  Urgent Suspected Cancer, Breast Symptomatic, Screening, Consultant Upgrade, or NULL
--   cancer_type       text  published cancer type for the 31- and 62-day standards
--   trust_*           text  the trust of each site or organisation
--   transfer          text  what tells one transfer from another: the two trusts and its date (sent, else received);
--                           NULL where a trust is not known
--   start_62          date  start of the 62-day wait; adjustment_62 the days taken off it
--   trust_investigating       text  the trust that answers for the way to the transfer
--   is_transfer_placed        bool  the transfer lies inside the 62-day wait and ends at the treating trust
--   investigation_days, treatment_days  int  adjusted whole days to the transfer and from it: together the 62-day wait
--   days_first_seen, days_31, days_62  int  adjusted whole days; NULL while a date is missing
--   scenario          text  submission scenario 1a-7 of the data set specification
WITH
named AS (
    SELECT
        *,
        NULLIF(RTRIM(UPPER(REPLACE(primary_diagnosis_icd, '.', '')), 'X-'), '') AS icd10,
        REGEXP_LIKE(UPPER(primary_diagnosis_icd), '^[A-Z][0-9]{2}([.]?[0-9X]([0-9-][AD]?)?)?$') AS icd10_formed,
        -- A pathway is the register's own id; else the pathway identifier with its issuer; else patient and
        -- referral. Blanks compare as blanks: two records with neither are one pathway.
        CASE
            WHEN care_id IS NOT NULL THEN CONCAT('care ', care_id)
            WHEN ppi IS NOT NULL AND org_ppi_issuer IS NOT NULL THEN CONCAT('ppi ', UPPER(org_ppi_issuer), ' ', ppi)
            ELSE CONCAT('nhs ', COALESCE(nhs_number, ''), ' ', COALESCE(CAST(days(DATE '1970-01-01', crtp_start_date) AS VARCHAR), ''))
        END AS pathway_key,
        CASE
            WHEN care_id IS NOT NULL AND (care_id IS DISTINCT FROM nhs_number) THEN care_id
            WHEN REGEXP_LIKE(ppi, '^[0-9A-Za-z._-]{1,20}$')
                AND NOT REGEXP_LIKE(ppi, '^[._-]*([0-9][._-]*){10}$')
                AND REGEXP_LIKE(org_ppi_issuer, '^[0-9A-Za-z]{3,5}$')
                THEN CONCAT(UPPER(org_ppi_issuer), '/', ppi)
        END AS pathway_id,
        care_id IS NOT NULL OR (ppi IS NOT NULL AND org_ppi_issuer IS NOT NULL) AS has_pathway_id,
        COALESCE(treatment_event_type IN ('01', '07', '12'), FALSE) AS is_first_treatment,
        -- A date that cannot be read is there all the same.
        readable(treatment_start_date) IS NOT NULL
            OR site_treatment_start IS NOT NULL
            OR treatment_event_type IS NOT NULL
            OR treatment_modality IS NOT NULL AS is_treatment,
        readable(date_first_seen) IS NOT NULL OR site_first_seen IS NOT NULL AS has_first_seen,
        -- Route test in the pinned order; a blank source is "not 17", a blank type "not 16".
        CASE
            WHEN priority_type = '3' AND COALESCE(source_of_referral, '') <> '17' AND consultant_upgrade_date IS NULL
                THEN CASE
                    WHEN cancer_referral_type = '16' THEN 'Breast Symptomatic'
                    ELSE 'Urgent Suspected Cancer'
                END
            WHEN priority_type = '2' AND source_of_referral = '17' THEN 'Screening'
            WHEN COALESCE(source_of_referral, '') <> '17' AND consultant_upgrade_date IS NOT NULL
                THEN 'Consultant Upgrade'
        END AS route,
        COALESCE(wta_first_seen_days, 0) AS first_seen_part,
        COALESCE(wta_treatment_days, 0) AS treatment_part
    FROM records
),
-- Longest matching prefix: four characters before three.
joined AS (
    SELECT
        named.*,
        COALESCE(long_prefix.cancer_type, short_prefix.cancer_type) AS site_type,
        COALESCE(lookup(UPPER(site_first_seen), 'trusts'), UPPER(LEFT(site_first_seen, 3))) AS trust_first_seen,
        COALESCE(lookup(UPPER(site_consultant_upgrade), 'trusts'), UPPER(LEFT(site_consultant_upgrade, 3))) AS trust_consultant_upgrade,
        COALESCE(lookup(UPPER(site_fdp_end), 'trusts'), UPPER(LEFT(site_fdp_end, 3))) AS trust_fdp_end,
        COALESCE(lookup(UPPER(site_treatment_start), 'trusts'), UPPER(LEFT(site_treatment_start, 3))) AS trust_treatment_start,
        COALESCE(lookup(UPPER(ipt_org_referring), 'trusts'), UPPER(LEFT(ipt_org_referring, 3))) AS trust_referring,
        COALESCE(lookup(UPPER(ipt_org_receiving), 'trusts'), UPPER(LEFT(ipt_org_receiving, 3))) AS trust_receiving
    FROM named
    LEFT JOIN tumour_groups AS long_prefix ON long_prefix.icd10_prefix = LEFT(named.icd10, 4)
    LEFT JOIN tumour_groups AS short_prefix ON short_prefix.icd10_prefix = LEFT(named.icd10, 3)
),
clocks AS (
    SELECT
        *,
        (LEFT(icd10, 3) BETWEEN 'C00' AND 'C97' AND REGEXP_LIKE(icd10, '^C[0-9]{2}')) OR LEFT(icd10, 3) = 'D05' AS in_scope,
        -- Children first: under 16 on the referral date where the birth date is known, else the children's referral type.
        COALESCE(
            birth_date + INTERVAL '16 years' > crtp_start_date,
            cancer_referral_type = '02'
        ) AS is_child,
        CASE WHEN route = 'Consultant Upgrade' THEN consultant_upgrade_date ELSE crtp_start_date END AS start_62,
        -- On an upgrade the first-seen adjustment counts only if the upgrade is on or before the first appointment.
        CASE
            WHEN route = 'Consultant Upgrade' AND NOT COALESCE(consultant_upgrade_date <= date_first_seen, FALSE) THEN 0
            ELSE first_seen_part
        END AS first_seen_part_62
    FROM joined
)
SELECT
    _record,
    pathway_key,
    pathway_id,
    has_pathway_id,
    icd10,
    in_scope,
    is_first_treatment,
    is_treatment,
    has_first_seen,
    -- Modality 98: all treatment declined.
    CASE
        WHEN NOT is_first_treatment OR treatment_modality = '98' THEN NULL
        WHEN treatment_start_date IS NULL OR treatment_modality IS NULL OR site_treatment_start IS NULL
            THEN CAST(_record AS VARCHAR)
        -- A day is written as text much faster by its number than by its date.
        ELSE CONCAT(CAST(days(DATE '1970-01-01', treatment_start_date) AS VARCHAR), ' ', treatment_modality, ' ', UPPER(site_treatment_start))
    END AS first_treatment,
    CASE
        WHEN treatment_event_type = '09' OR NOT known_code(treatment_event_type) THEN NULL
        WHEN patient_status = '08' THEN treatment_event_type IN ('01', '07', '12')
        WHEN patient_status = '21' THEN treatment_event_type IN ('02', '08')
        WHEN patient_status = '22' THEN treatment_event_type IN ('03', '04', '05', '06')
        WHEN patient_status = '29' THEN treatment_event_type = '11'
        WHEN patient_status = '36' THEN treatment_event_type = '10'
    END AS status_fits_event,
    route,
    CASE
        WHEN icd10 IS NULL THEN NULL
        WHEN is_child THEN 'Other (a)'
        ELSE COALESCE(site_type, 'Other (a)')
    END AS cancer_type,
    trust_first_seen,
    trust_consultant_upgrade,
    trust_fdp_end,
    trust_treatment_start,
    trust_referring,
    trust_receiving,
    CASE
        WHEN trust_referring IS NOT NULL AND trust_receiving IS NOT NULL THEN CONCAT(
            trust_referring, ' ', trust_receiving, ' ', CAST(COALESCE(ipt_requested_date, ipt_received_date) AS VARCHAR)
        )
    END AS transfer,
    COALESCE(
        trust_referring,
        CASE WHEN route = 'Consultant Upgrade' THEN trust_consultant_upgrade END,
        trust_first_seen
    ) AS trust_investigating,
    icd10_formed,
    -- The phases can be told apart only when the transfer lies inside the wait and ends at the treating trust.
    COALESCE(
        ipt_org_referring IS NOT NULL
        AND start_62 <= ipt_received_date
        AND ipt_received_date <= treatment_start_date
        AND (trust_receiving IS NULL OR trust_receiving = trust_treatment_start),
        FALSE
    ) AS is_transfer_placed,
    first_seen_part,
    treatment_part,
    first_seen_part_62,
    start_62,
    first_seen_part_62 + treatment_part AS adjustment_62,
    days(crtp_start_date, date_first_seen) - first_seen_part AS days_first_seen,
    days(start_62, ipt_received_date) - first_seen_part_62 AS investigation_days,
    days(ipt_received_date, treatment_start_date) - treatment_part AS treatment_days,
    days(ctp_start_date, treatment_start_date) - treatment_part AS days_31,
    days(start_62, treatment_start_date) - first_seen_part_62 - treatment_part AS days_62,
    CASE
        WHEN is_treatment AND is_first_treatment THEN CASE
            WHEN route = 'Consultant Upgrade' OR (route IS NULL AND consultant_upgrade_date IS NOT NULL) THEN '4'
            WHEN route IS NULL AND (priority_type IS NOT NULL OR fdp_end_reason IS NULL) THEN '6'
            WHEN ipt_received_date IS NOT NULL OR (route IS NULL AND ipt_org_referring IS NOT NULL) THEN '2b'
            ELSE '2a'
        END
        WHEN is_treatment THEN CASE
            WHEN route = 'Consultant Upgrade' THEN '5'
            WHEN route IS NULL THEN '7'
            ELSE '3'
        END
        WHEN ipt_received_date IS NOT NULL AND ipt_requested_date IS NOT NULL THEN '1f'
        WHEN ipt_requested_date IS NOT NULL THEN '1e'
        WHEN fdp_end_reason = '03' THEN '1g'
        WHEN ctp_start_date IS NOT NULL THEN '1d'
        WHEN fdp_end_reason IS NOT NULL THEN '1b'
        WHEN diagnostic_referral_route = '01' THEN '1c'
        ELSE '1a'
    END AS scenario
FROM clocks
