-- Facts of a tumour record, each once: who sends it, what it is, and what its nested tables hold.
WITH
per_treatments AS (
    SELECT
        record_key,
        MIN(treatment_start_date_cancer) AS first_treatment_date,
        -- Palliative care without active treatment, active monitoring and treatment declined are no active treatment.
        SUM(CASE WHEN cancer_treatment_modality_registration NOT IN ('07', '08', '09', '98') THEN 1 ELSE 0 END) AS active_treatments
    FROM treatments
    GROUP BY record_key
),
per_mdt AS (
    SELECT
        record_key,
        COUNT(record_key) AS mdt_entries,
        MIN(multidisciplinary_team_meeting_date) AS first_mdt_date
    FROM mdt_meetings
    GROUP BY record_key
),
per_stage AS (
    SELECT
        record_key,
        COUNT(final_figo_stage) AS figo_stages,
        COUNT(ann_arbor_stage) AS ann_arbor_stages,
        COUNT(binet_stage) AS binet_stages,
        COUNT(r_iss_stage_for_myeloma) AS riss_stages
    FROM site_stages
    GROUP BY record_key
),
per_metastasis AS (
    SELECT
        record_key,
        COUNT(metastatic_site) AS metastases_recorded
    FROM metastases
    GROUP BY record_key
),
own AS (
    SELECT
        records.*,
        LEFT(primary_diagnosis_icd, 3) AS icd3,
        primary_diagnosis_icd IS NOT NULL AND record_kind IS DISTINCT FROM 'CTYARecord' AS is_primary_tumour,
        COALESCE(person_birth_date + INTERVAL '18 years' <= date_of_primary_diagnosis_clinically_agreed, FALSE) AS is_adult,
        t_category_final_pretreatment IS NOT NULL AND n_category_final_pretreatment IS NOT NULL AND m_category_final_pretreatment IS NOT NULL AS has_pretreatment_tnm,
        t_category_integrated_stage IS NOT NULL AND n_category_integrated_stage IS NOT NULL AND m_category_integrated_stage IS NOT NULL AS has_integrated_tnm
    FROM records
)
SELECT
    own._record,
    -- The id of the record says nothing of the patient, and stays the same in later files.
    record_id AS pathway_key,
    record_id AS pathway_id,
    organisation_identifier_code_of_provider AS provider,
    date_of_primary_diagnosis_clinically_agreed AS diagnosis_date,
    icd3,
    primary_diagnosis_icd IS NOT NULL AS is_primary,
    is_primary_tumour,
    is_adult,
    morphology_icd_o_3 IS NOT NULL OR morphology_snomed_diagnosis IS NOT NULL AS has_morphology,
    -- Which cancers are staged by TNM is a list of this program: the national one was not found.
    icd3 IS NOT NULL AND NOT in_lookup(icd3, 'not_stageable') AND record_kind IS DISTINCT FROM 'HaematologicalRecord' AS is_stageable,
    has_pretreatment_tnm,
    has_integrated_tnm,
    -- Completeness: what an item is due for, and whether it is there and says something ("not known" says nothing).
    (has_pretreatment_tnm OR has_integrated_tnm)
        AND NOT COALESCE(t_category_final_pretreatment LIKE 'X%' AND t_category_integrated_stage IS NULL, FALSE) AS stage_known,
    is_primary_tumour AND is_adult AS is_status_due,
    COALESCE(performance_status_adult <> '9', FALSE) AS status_known,
    COALESCE(clinical_nurse_specialist_indication_code <> '99', FALSE) AS cns_known,
    COALESCE(
        t_category_final_pretreatment, n_category_final_pretreatment, m_category_final_pretreatment,
        tnm_stage_grouping_final_pretreatment,
        t_category_integrated_stage, n_category_integrated_stage, m_category_integrated_stage,
        tnm_stage_grouping_integrated
    ) IS NOT NULL AS has_any_tnm,
    first_treatment_date,
    COALESCE(active_treatments, 0) AS active_treatments,
    COALESCE(mdt_entries, 0) AS mdt_entries,
    first_mdt_date,
    COALESCE(figo_stages, 0) AS figo_stages,
    COALESCE(ann_arbor_stages, 0) AS ann_arbor_stages,
    COALESCE(binet_stages, 0) AS binet_stages,
    COALESCE(riss_stages, 0) AS riss_stages,
    COALESCE(metastases_recorded, 0) AS metastases_recorded
FROM own
LEFT JOIN per_treatments ON per_treatments.record_key = own.record_key
LEFT JOIN per_mdt ON per_mdt.record_key = own.record_key
LEFT JOIN per_stage ON per_stage.record_key = own.record_key
LEFT JOIN per_metastasis ON per_metastasis.record_key = own.record_key
