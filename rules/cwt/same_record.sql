-- What makes a record of this return the same as one that was submitted before: keys, the strictest first.
--
-- In:  records with derived columns, as the upload writes them; of a submitted file, only the 54 fields are known.
-- Out: one row a record: `_record` and text columns, each a key. Two records with the same first key are one record;
--      those left over are paired by the second, and so on. NULL: the record has no such key.
--
-- The key of the national system was not found. These are the pathway identifier, then the event, after the older rules
-- that no treatment and no referral is sent twice (checks CWT-C013 and CWT-C014): a treatment is told by its date and
-- modality, a referral by its transfers. Without a pathway identifier, patient and referral date stand for it, as in
-- derived.sql.
WITH named AS (
    SELECT
        _record,
        ppi,
        is_treatment,
        is_first_treatment,
        CASE
            WHEN ppi IS NOT NULL AND org_ppi_issuer IS NOT NULL THEN CONCAT('pathway ', UPPER(org_ppi_issuer), ' ', ppi)
            WHEN nhs_number IS NOT NULL
                THEN CONCAT('patient ', nhs_number, ' referred ', COALESCE(CAST(crtp_start_date AS VARCHAR), ''))
        END AS identity,
        CASE WHEN nhs_number IS NOT NULL THEN CONCAT('patient ', nhs_number) END AS patient,
        CONCAT(' treated ', COALESCE(CAST(treatment_start_date AS VARCHAR), '')) AS treated,
        CONCAT(' by ', COALESCE(treatment_modality, '')) AS modality,
        CONCAT(' event ', COALESCE(treatment_event_type, '')) AS event,
        CONCAT(' referred ', COALESCE(CAST(crtp_start_date AS VARCHAR), '')) AS referred,
        CONCAT(
            ' sent on ',
            COALESCE(CAST(ipt_requested_date AS VARCHAR), ''),
            ' received ',
            COALESCE(CAST(ipt_received_date AS VARCHAR), '')
        ) AS transfers
    FROM records
)
SELECT
    _record,
    CASE
        WHEN identity IS NULL THEN NULL
        WHEN is_treatment THEN CONCAT(identity, treated, modality)
        ELSE CONCAT(identity, transfers)
    END AS same_event,
    -- The date or the modality of a treatment was put right, or a transfer of a referral.
    CASE
        WHEN identity IS NULL THEN NULL
        WHEN is_treatment THEN CONCAT(identity, event)
        ELSE CONCAT(identity, ' referral')
    END AS same_kind_of_event,
    -- The event type was put right.
    CASE WHEN identity IS NOT NULL AND is_treatment THEN CONCAT(identity, treated) END AS same_day,
    -- A referral that was sent is treated now, or the other way round.
    CASE WHEN identity IS NOT NULL AND (is_first_treatment OR NOT is_treatment) THEN CONCAT(identity, ' first') END AS same_pathway,
    -- The pathway identifier was put right, or the referral date where there is none.
    CASE
        WHEN patient IS NULL THEN NULL
        WHEN is_treatment THEN CONCAT(patient, treated, modality)
        ELSE CONCAT(patient, referred)
    END AS same_patient_and_event,
    -- The patient was put right: the identifier is the issuer's alone.
    CASE WHEN ppi IS NOT NULL THEN CASE WHEN is_treatment THEN CONCAT(ppi, treated) ELSE CONCAT(ppi, ' referral') END END AS same_identifier
FROM named
