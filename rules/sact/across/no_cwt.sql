-- Regimens of SACT whose patient has no drug treatment in the waiting times return, or only ones long before or after.
--
-- In:  records, one row an administration; cwt_records, none where no file of the return is given; lookup cwt_drug_modalities.
-- Out: one row a patient and start of a regimen, within the days that the treatments of the return cover. None, if no file of the
--      return was given. `row` is that of the first administration.
WITH
treated AS (
    SELECT
        cwt_records.nhs_number AS treated_number,
        cwt_records.cwt_treated,
        CASE WHEN cwt_drug_modalities.is_sact = 'yes' THEN 1 ELSE 0 END AS drug_treatment,
        CASE WHEN cwt_drug_modalities.is_sact = 'no' THEN 1 ELSE 0 END AS doubtful_drug
    FROM cwt_records
    LEFT JOIN cwt_drug_modalities ON cwt_drug_modalities.modality = cwt_records.cwt_modality
    WHERE cwt_records.cwt_treated IS NOT NULL
),
span AS (SELECT MIN(cwt_treated) AS first_day, MAX(cwt_treated) AS last_day FROM treated),
counted AS (
    SELECT treated_number, COUNT(*) AS treatments, SUM(drug_treatment) AS drug_treatments, SUM(doubtful_drug) AS doubtful_drugs
    FROM treated
    WHERE treated_number IS NOT NULL
    GROUP BY treated_number
),
-- Without an NHS number every administration stands alone.
regimens AS (
    SELECT
        nhs_number AS regimen_number,
        start_date_of_regimen,
        MIN(_record) AS first_record,
        COUNT(*) AS administrations
    FROM records
    WHERE start_date_of_regimen IS NOT NULL
    GROUP BY nhs_number, start_date_of_regimen, CASE WHEN nhs_number IS NULL THEN _record END
)
SELECT
    month(regimens.start_date_of_regimen) AS month,
    regimens.start_date_of_regimen,
    records.regimen,
    records.primary_diagnosis,
    regimens.administrations,
    CASE
        WHEN regimens.regimen_number IS NULL THEN 'not known: no NHS number in SACT'
        WHEN counted.doubtful_drugs > 0 THEN 'only a drug treatment that SACT may lack is there'
        WHEN counted.treatments > 0 THEN 'only treatments without drugs are there'
        ELSE 'no treatment of the patient is there'
    END AS state,
    records._row AS row
FROM regimens
INNER JOIN records ON records._record = regimens.first_record
LEFT JOIN counted ON counted.treated_number = regimens.regimen_number
CROSS JOIN span
WHERE STRFTIME(regimens.start_date_of_regimen, '%Y-%m-%d') >= span.first_day
    AND STRFTIME(regimens.start_date_of_regimen, '%Y-%m-%d') <= span.last_day
    AND (records.primary_diagnosis LIKE 'C%' AND records.primary_diagnosis NOT LIKE 'C44%' OR records.primary_diagnosis LIKE 'D05%')
    AND COALESCE(counted.drug_treatments, 0) = 0
ORDER BY regimens.start_date_of_regimen, records._row
