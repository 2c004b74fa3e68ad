-- Whether an attended appointment has a letter: one of the same patient and day, of the same clinic where both name one.
--
-- In:  appointments; records with their derived facts.
-- Out: one row an appointment:
--   pathway_key, pathway_id  text  the appointment
--   expects_letter  bool  attended (5, 6), not an administrative clock stop, and not after as_at()
--   letters         int   letters that it has; NULL where the patient or the day is not known
WITH
written AS (
    SELECT
        local_patient_id AS letter_patient,
        clinic_date AS letter_date,
        UPPER(clinic_code) AS letter_clinic
    FROM records
    WHERE local_patient_id IS NOT NULL AND clinic_date IS NOT NULL AND COALESCE(letter_status, '') <> 'cancelled'
),
matched AS (
    SELECT
        appointments._record AS matched_record,
        SUM(
            CASE
                WHEN letter_patient IS NULL THEN 0
                WHEN COALESCE(letter_clinic <> UPPER(appointments.clinic_code), FALSE) THEN 0
                ELSE 1
            END
        ) AS letters
    FROM appointments
    LEFT JOIN written ON letter_patient = appointments.local_patient_id AND letter_date = appointments.clinic_date
    GROUP BY appointments._record
)
SELECT
    appointments._record,
    UPPER(appointment_id) AS pathway_key,
    appointment_id AS pathway_id,
    COALESCE(attended IN ('5', '6'), FALSE) AND COALESCE(first_attendance <> '5', TRUE)
        AND COALESCE(clinic_date <= as_at(), FALSE) AS expects_letter,
    CASE WHEN local_patient_id IS NOT NULL AND clinic_date IS NOT NULL THEN letters END AS letters
FROM appointments
LEFT JOIN matched ON matched_record = appointments._record
