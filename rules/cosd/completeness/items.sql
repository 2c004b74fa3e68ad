-- One row a primary tumour and item: is the item due, is it there, and does it say anything?
-- Codes for "not known" are there and say nothing. Which tumours an item is due for is in derived.sql.
WITH
each_item AS (
    SELECT
        pathway, record_kind AS tumour_group, month(diagnosis_date) AS month,
        1 AS item_order, 'Stage (T, N and M)' AS item,
        COALESCE(is_stageable, FALSE) AS is_due,
        has_pretreatment_tnm OR has_integrated_tnm AS is_present,
        stage_known AS is_informative
    FROM records
    WHERE is_primary
    UNION ALL
    SELECT
        pathway, record_kind AS tumour_group, month(diagnosis_date) AS month,
        2 AS item_order, 'Performance status' AS item,
        is_status_due AS is_due,
        performance_status_adult IS NOT NULL AS is_present,
        status_known AS is_informative
    FROM records
    WHERE is_primary
    UNION ALL
    SELECT
        pathway, record_kind AS tumour_group, month(diagnosis_date) AS month,
        3 AS item_order, 'Clinical nurse specialist' AS item,
        TRUE AS is_due,
        clinical_nurse_specialist_indication_code IS NOT NULL AS is_present,
        cns_known AS is_informative
    FROM records
    WHERE is_primary
    UNION ALL
    SELECT
        pathway, record_kind AS tumour_group, month(diagnosis_date) AS month,
        4 AS item_order, 'Basis of diagnosis' AS item,
        TRUE AS is_due,
        basis_of_diagnosis_cancer IS NOT NULL AS is_present,
        basis_of_diagnosis_cancer IS NOT NULL AND basis_of_diagnosis_cancer <> '9' AS is_informative
    FROM records
    WHERE is_primary
    UNION ALL
    SELECT
        pathway, record_kind AS tumour_group, month(diagnosis_date) AS month,
        5 AS item_order, 'Laterality' AS item,
        TRUE AS is_due,
        tumour_laterality IS NOT NULL AS is_present,
        tumour_laterality IS NOT NULL AND tumour_laterality <> '9' AS is_informative
    FROM records
    WHERE is_primary
    UNION ALL
    SELECT
        pathway, record_kind AS tumour_group, month(diagnosis_date) AS month,
        6 AS item_order, 'Site of diagnosis' AS item,
        TRUE AS is_due,
        organisation_site_identifier_of_diagnosis IS NOT NULL AS is_present,
        organisation_site_identifier_of_diagnosis IS NOT NULL AS is_informative
    FROM records
    WHERE is_primary
    UNION ALL
    SELECT
        pathway, record_kind AS tumour_group, month(diagnosis_date) AS month,
        7 AS item_order, 'Morphology' AS item,
        TRUE AS is_due,
        has_morphology AS is_present,
        has_morphology AS is_informative
    FROM records
    WHERE is_primary
    UNION ALL
    SELECT
        pathway, record_kind AS tumour_group, month(diagnosis_date) AS month,
        8 AS item_order, 'MDT discussion' AS item,
        TRUE AS is_due,
        mdt_entries > 0 AS is_present,
        mdt_entries > 0 AS is_informative
    FROM records
    WHERE is_primary
    UNION ALL
    SELECT
        pathway, record_kind AS tumour_group, month(diagnosis_date) AS month,
        9 AS item_order, 'FIGO stage' AS item,
        COALESCE(record_kind = 'GynaecologicalRecord', FALSE) AS is_due,
        figo_stages > 0 AS is_present,
        figo_stages > 0 AS is_informative
    FROM records
    WHERE is_primary
    UNION ALL
    SELECT
        pathway, record_kind AS tumour_group, month(diagnosis_date) AS month,
        10 AS item_order, 'Ann Arbor stage' AS item,
        COALESCE(icd3 IN ('C81', 'C82', 'C83', 'C84', 'C85', 'C86', 'C88'), FALSE) AS is_due,
        ann_arbor_stages > 0 AS is_present,
        ann_arbor_stages > 0 AS is_informative
    FROM records
    WHERE is_primary
    UNION ALL
    SELECT
        pathway, record_kind AS tumour_group, month(diagnosis_date) AS month,
        11 AS item_order, 'Binet stage' AS item,
        COALESCE(LEFT(primary_diagnosis_icd, 4) = 'C911', FALSE) AS is_due,
        binet_stages > 0 AS is_present,
        binet_stages > 0 AS is_informative
    FROM records
    WHERE is_primary
    UNION ALL
    SELECT
        pathway, record_kind AS tumour_group, month(diagnosis_date) AS month,
        12 AS item_order, 'R-ISS stage' AS item,
        COALESCE(LEFT(primary_diagnosis_icd, 4) = 'C900', FALSE) AS is_due,
        riss_stages > 0 AS is_present,
        riss_stages > 0 AS is_informative
    FROM records
    WHERE is_primary
)
SELECT * FROM each_item
