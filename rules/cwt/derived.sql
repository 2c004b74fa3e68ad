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
--   in_scope          bool  ICD-10 C00-C97 or D05 (lookups/icd10_cancers.csv); NULL for a C category that ICD-10 does not have
--   is_first_treatment, is_treatment, has_first_seen  bool  which parts of the pathway the record carries
--   first_treatment   text  what tells one first treatment from another: day, modality and site, else the record;
--                           NULL where it is none, or was declined
--   status_fits_event  bool  the patient status is the one that goes with the kind of treatment; NULL where either is
--                           another, or none, or a relapse, whose status is not certain
--   site_type         text  published cancer type of the diagnosis, before children are told apart
--   trust_*           text  the trust of each site or organisation (functions.toml)
--   has_unknown_trust bool  the record names a site whose trust is not known, so that it may be anybody's
--   transfer          text  what tells one transfer from another: the two trusts and its date (sent, else received);
--                           NULL where a trust is not known
--   treatment_part    int   days taken off at the treatment
--   days_first_seen, days_31  int  adjusted whole days; NULL while a date is missing
--   scenario          text  submission scenario 1a-7 of the data set specification
WITH
named AS (
    SELECT
        *,
        NULLIF(RTRIM(UPPER(REPLACE(primary_diagnosis_icd, '.', '')), 'X-'), '') AS icd10,
        REGEXP_LIKE(UPPER(primary_diagnosis_icd), '^[A-Z][0-9]{2}([.]?[0-9X]([0-9-][AD]?)?)?$') AS icd10_formed,
        -- A pathway is the register's own id; else the pathway identifier with its issuer; else patient and
        -- referral. A record that names neither pathway nor patient is a pathway of its own: two people may be
        -- referred on one day. A placeholder (0000000000) is nobody's number.
        CASE
            WHEN care_id IS NOT NULL THEN CONCAT('care ', care_id)
            WHEN ppi IS NOT NULL AND org_ppi_issuer IS NOT NULL THEN CONCAT('ppi ', UPPER(org_ppi_issuer), ' ', ppi)
            WHEN nhs_number IS NULL OR in_lookup(nhs_number, 'placeholder_identifiers') THEN CONCAT('record ', CAST(_record AS VARCHAR))
            ELSE CONCAT('nhs ', nhs_number, ' ', COALESCE(CAST(days(DATE '1970-01-01', crtp_start_date) AS VARCHAR), ''))
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
        -- What the record itself says of its route, for its scenario: a record that is sent without its referral is
        -- another scenario. The route that counts is the pathway's (pathways.sql), by the same tests.
        CASE
            WHEN priority_type = '3' AND COALESCE(source_of_referral, '') <> '17' AND consultant_upgrade_date IS NULL
                THEN CASE
                    WHEN cancer_referral_type = '16' THEN 'Breast Symptomatic'
                    ELSE 'Urgent Suspected Cancer'
                END
            WHEN priority_type = '2' AND source_of_referral = '17' THEN 'Screening'
            WHEN COALESCE(source_of_referral, '') <> '17' AND consultant_upgrade_date IS NOT NULL
                THEN 'Consultant Upgrade'
        END AS own_route,
        COALESCE(wta_treatment_days, 0) AS treatment_part
    FROM records
),
-- Longest matching prefix: four characters before three.
joined AS (
    SELECT
        named.*,
        COALESCE(long_prefix.cancer_type, short_prefix.cancer_type) AS site_type,
        trust(site_first_seen) AS trust_first_seen,
        trust(site_consultant_upgrade) AS trust_consultant_upgrade,
        trust(site_fdp_end) AS trust_fdp_end,
        trust(site_treatment_start) AS trust_treatment_start,
        trust(ipt_org_referring) AS trust_referring,
        trust(ipt_org_receiving) AS trust_receiving
    FROM named
    LEFT JOIN tumour_groups AS long_prefix ON long_prefix.icd10_prefix = LEFT(named.icd10, 4)
    LEFT JOIN tumour_groups AS short_prefix ON short_prefix.icd10_prefix = LEFT(named.icd10, 3)
)
SELECT
    _record,
    pathway_key,
    pathway_id,
    has_pathway_id,
    icd10,
    -- Of a category that ICD-10 does not have (C35) nothing is known.
    CASE
        WHEN in_lookup(LEFT(icd10, 3), 'icd10_cancers') THEN TRUE
        WHEN icd10 IS NOT NULL AND NOT REGEXP_LIKE(icd10, '^C[0-9]{2}') THEN FALSE
    END AS in_scope,
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
    site_type,
    trust_first_seen,
    trust_consultant_upgrade,
    trust_fdp_end,
    trust_treatment_start,
    trust_referring,
    trust_receiving,
    -- The two default codes for places without a code of their own (codes/site_defaults.csv) are no trust.
    COALESCE(trust_first_seen IS NULL AND UPPER(site_first_seen) NOT IN ('89997', '89999'), FALSE)
        OR COALESCE(trust_consultant_upgrade IS NULL AND UPPER(site_consultant_upgrade) NOT IN ('89997', '89999'), FALSE)
        OR COALESCE(trust_fdp_end IS NULL AND UPPER(site_fdp_end) NOT IN ('89997', '89999'), FALSE)
        OR COALESCE(trust_treatment_start IS NULL AND UPPER(site_treatment_start) NOT IN ('89997', '89999'), FALSE) AS has_unknown_trust,
    CASE
        WHEN trust_referring IS NOT NULL AND trust_receiving IS NOT NULL THEN CONCAT(
            trust_referring, ' ', trust_receiving, ' ', CAST(COALESCE(ipt_requested_date, ipt_received_date) AS VARCHAR)
        )
    END AS transfer,
    icd10_formed,
    treatment_part,
    days(crtp_start_date, date_first_seen) - COALESCE(wta_first_seen_days, 0) AS days_first_seen,
    days(ctp_start_date, treatment_start_date) - treatment_part AS days_31,
    CASE
        WHEN is_treatment AND is_first_treatment THEN CASE
            WHEN own_route = 'Consultant Upgrade' OR (own_route IS NULL AND consultant_upgrade_date IS NOT NULL) THEN '4'
            WHEN own_route IS NULL AND (priority_type IS NOT NULL OR fdp_end_reason IS NULL) THEN '6'
            WHEN ipt_received_date IS NOT NULL OR (own_route IS NULL AND ipt_org_referring IS NOT NULL) THEN '2b'
            ELSE '2a'
        END
        WHEN is_treatment THEN CASE
            WHEN own_route = 'Consultant Upgrade' THEN '5'
            WHEN own_route IS NULL THEN '7'
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
FROM joined
