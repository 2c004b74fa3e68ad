-- Completeness of the items that trusts are judged by: stage, performance status, CNS indicator.
--
-- In:  records with derived columns.
-- Out: the columns of a wait, one row a primary tumour and item that is due for it, in the month of its diagnosis. Nobody waits:
--      `days` is NULL, and `within` says whether the item is there and says something.
WITH
asked AS (
    SELECT *, 'STAGE' AS standard, stage_known AS within FROM records WHERE is_stageable
    UNION ALL
    SELECT *, 'STATUS' AS standard, status_known AS within FROM records WHERE is_status_due
    UNION ALL
    SELECT *, 'CNS' AS standard, cns_known AS within FROM records WHERE is_primary
)
SELECT
    _record,
    standard,
    CASE
        WHEN diagnosis_date IS NULL THEN 'no-diagnosis-date'
        WHEN diagnosis_date > as_at() THEN 'planned'
        WHEN provider IS NULL THEN 'no-provider'
    END AS reason,
    diagnosis_date AS start,
    diagnosis_date AS stop,
    0 AS adjustment,
    CAST(NULL AS INT) AS days,
    within,
    month(diagnosis_date) AS month,
    COALESCE(organisation_site_identifier_of_diagnosis, 'Not recorded') AS route,
    CAST(NULL AS VARCHAR) AS stage,
    COALESCE(lookup(record_kind, 'tumour_group_words'), 'Not recorded') AS cancer_type,
    CAST(NULL AS VARCHAR) AS modality_group,
    provider AS org_code,
    1.0 AS share
FROM asked
