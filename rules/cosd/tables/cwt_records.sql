-- The tumour of COSD that each record of the waiting times return is about.
--
-- In:  cwt_records, one row a record of the waiting times return, all text, dates as CCYY-MM-DD; records of COSD with their derived
--      facts; treatments.
-- Out: one row a record of the return: `_record` and the columns below. Unknown stays NULL.
--
--   pathway_key, pathway_id   text  of the one COSD tumour of the patient with the same first three characters; else its own
--   cwt_icd                   text  the diagnosis without a dot and without the X that fills up a code of three characters
--   cosd_tumours              int   primary tumours of the patient in COSD
--   same_tumours              int   those of them with the same first three characters
--   cosd_icd, cosd_side       text  of the one such tumour, the diagnosis without a filling X
--   cosd_treatments           int   its treatments with a date
--   same_day                  int   those on the day of the return's treatment
--   cosd_site                 text  where the one of that day was given
--   is_covered                bool  referred and treated within the periods of the COSD files, so that the diagnosis lies in them
--
-- A patient is the same by the NHS number. Which of two tumours of one site is meant is not guessed.
WITH
period AS (
    SELECT
        STRFTIME(MIN(reporting_period_start_date), '%Y-%m-%d') AS first_day,
        STRFTIME(MAX(reporting_period_end_date), '%Y-%m-%d') AS last_day
    FROM records
),
returned AS (
    SELECT
        _record AS cwt,
        nhs_number AS cwt_number,
        RTRIM(REPLACE(cwt_diagnosis, '.', ''), 'X') AS cwt_icd,
        cwt_referred AS referred,
        cwt_treated AS treated
    FROM cwt_records
),
tumours AS (
    SELECT
        returned.cwt,
        COUNT(records.icd3) AS cosd_tumours
    FROM returned
    INNER JOIN records ON records.nhs_number = returned.cwt_number
    WHERE records.is_primary
    GROUP BY returned.cwt
),
same AS (
    SELECT
        returned.cwt,
        COUNT(records.icd3) AS same_tumours,
        MIN(records.record_key) AS cosd_key,
        MIN(records.pathway_key) AS cosd_pathway,
        MIN(RTRIM(records.primary_diagnosis_icd, 'X')) AS one_icd,
        MIN(records.tumour_laterality) AS one_side
    FROM returned
    INNER JOIN records ON records.nhs_number = returned.cwt_number
    WHERE records.is_primary AND records.icd3 = LEFT(returned.cwt_icd, 3)
    GROUP BY returned.cwt
),
given AS (
    SELECT
        same.cwt,
        COUNT(treatments.treatment_start_date_cancer) AS cosd_treatments,
        SUM(CASE WHEN STRFTIME(treatments.treatment_start_date_cancer, '%Y-%m-%d') = returned.treated THEN 1 ELSE 0 END) AS same_day,
        MIN(
            CASE
                WHEN STRFTIME(treatments.treatment_start_date_cancer, '%Y-%m-%d') = returned.treated
                    THEN treatments.organisation_site_identifier_of_provider_cancer_treatment_start_date
            END
        ) AS one_site
    FROM same
    INNER JOIN returned ON returned.cwt = same.cwt
    INNER JOIN treatments ON treatments.record_key = same.cosd_key
    WHERE same.same_tumours = 1
    GROUP BY same.cwt
)
SELECT
    cwt_records._record,
    CASE WHEN same.same_tumours = 1 THEN same.cosd_pathway ELSE CONCAT('cwt ', CAST(cwt_records._record AS VARCHAR)) END AS pathway_key,
    CASE WHEN same.same_tumours = 1 THEN same.cosd_pathway ELSE CONCAT('CWT record ', CAST(cwt_records._record + 1 AS VARCHAR)) END AS pathway_id,
    returned.cwt_icd,
    CASE WHEN cwt_records.nhs_number IS NOT NULL THEN COALESCE(tumours.cosd_tumours, 0) END AS cosd_tumours,
    COALESCE(same.same_tumours, 0) AS same_tumours,
    CASE WHEN same.same_tumours = 1 THEN same.one_icd END AS cosd_icd,
    CASE WHEN same.same_tumours = 1 THEN same.one_side END AS cosd_side,
    COALESCE(given.cosd_treatments, 0) AS cosd_treatments,
    COALESCE(given.same_day, 0) AS same_day,
    CASE WHEN given.same_day = 1 THEN given.one_site END AS cosd_site,
    COALESCE(cwt_records.cwt_referred >= period.first_day AND cwt_records.cwt_treated <= period.last_day, FALSE) AS is_covered
FROM cwt_records
LEFT JOIN returned ON returned.cwt = cwt_records._record
LEFT JOIN tumours ON tumours.cwt = cwt_records._record
LEFT JOIN same ON same.cwt = cwt_records._record
LEFT JOIN given ON given.cwt = cwt_records._record
CROSS JOIN period
