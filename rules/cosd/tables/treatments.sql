-- What a treatment needs to know of its tumour.
SELECT
    treatments._record,
    records.diagnosis_date
FROM treatments
LEFT JOIN records ON records.record_key = treatments.record_key
