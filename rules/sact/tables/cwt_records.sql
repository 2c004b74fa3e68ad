-- What SACT holds of the patient of each record of the waiting times return.
--
-- In:  cwt_records, one row a record of the return, its dates as text CCYY-MM-DD; records of SACT; lookup cwt_drug_modalities.
-- Out: one row a record of the return: `_record` and the columns below. Unknown stays NULL.
--
--   pathway_key, pathway_id  text  its own: SACT has no pathway
--   is_sact      bool  a drug treatment that SACT should hold (lookups/cwt_drug_modalities.csv), with a date
--   is_covered   bool  its date lies between the first and the last administration in the SACT files
--   sact_rows    int   administrations of the patient in SACT; NULL without an NHS number
--   same_day     int   those of a regimen that starts on the day of the treatment
--   undated      int   those whose regimen has no start date that could be read
WITH
period AS (
    SELECT
        STRFTIME(MIN(administration_date), '%Y-%m-%d') AS first_day,
        STRFTIME(MAX(administration_date), '%Y-%m-%d') AS last_day
    FROM records
),
given AS (
    SELECT
        cwt_records._record AS cwt,
        COUNT(*) AS sact_rows,
        SUM(CASE WHEN STRFTIME(records.start_date_of_regimen, '%Y-%m-%d') = cwt_records.cwt_treated THEN 1 ELSE 0 END) AS same_day,
        SUM(CASE WHEN records.start_date_of_regimen IS NULL THEN 1 ELSE 0 END) AS undated
    FROM cwt_records
    INNER JOIN records ON records.nhs_number = cwt_records.nhs_number
    GROUP BY cwt_records._record
)
SELECT
    cwt_records._record,
    CONCAT('cwt ', CAST(cwt_records._record AS VARCHAR)) AS pathway_key,
    CONCAT('CWT record ', CAST(cwt_records._record + 1 AS VARCHAR)) AS pathway_id,
    COALESCE(cwt_drug_modalities.is_sact = 'yes', FALSE) AND cwt_records.cwt_treated IS NOT NULL AS is_sact,
    COALESCE(cwt_records.cwt_treated >= period.first_day AND cwt_records.cwt_treated <= period.last_day, FALSE) AS is_covered,
    CASE WHEN cwt_records.nhs_number IS NOT NULL THEN COALESCE(given.sact_rows, 0) END AS sact_rows,
    COALESCE(given.same_day, 0) AS same_day,
    COALESCE(given.undated, 0) AS undated
FROM cwt_records
LEFT JOIN given ON given.cwt = cwt_records._record
LEFT JOIN cwt_drug_modalities ON cwt_drug_modalities.modality = cwt_records.cwt_modality
CROSS JOIN period
