-- Attended appointments without a letter.
--
-- In:  appointments with their facts; limits.
-- Out: one row an appointment, the oldest first; an appointment without a patient cannot be answered for, and says so.
SELECT
    appointments.pathway AS appointment,
    clinic_date,
    days(clinic_date, as_at()) AS days_since,
    add_days(clinic_date, limits.days) AS due_date,
    clinic_code,
    COALESCE(specialty, 'Not recorded') AS specialty,
    COALESCE(author, 'Not recorded') AS clinician,
    CASE
        WHEN letters IS NULL THEN 'patient not given'
        WHEN add_days(clinic_date, limits.days) < as_at() THEN 'no letter, late'
        ELSE 'no letter so far'
    END AS what
FROM appointments
CROSS JOIN limits
WHERE limits.standard = 'OP' AND clinic_date BETWEEN limits.from_date AND limits.to_date
    AND expects_letter AND COALESCE(letters, 0) = 0
ORDER BY clinic_date, appointment
