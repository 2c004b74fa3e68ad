-- Letters that are not sent at the end of as_at(), each with who moves it on.
--
-- In:  records with derived columns; letter_stages, letter_ages; codes.
-- Out: one row a letter of a clinic or discharge up to as_at(), without those that are cancelled or of nobody seen.
SELECT
    records.pathway AS letter,
    clinic_date,
    due_date,
    CASE WHEN due_date < as_at() THEN days(due_date, as_at()) END AS days_late,
    days(clinic_date, as_at()) AS days_since_clinic,
    letter_stages.label AS stage,
    CAST(letter_stages.place AS INT) AS stage_place,
    letter_stages.who,
    letter_stages.next_step,
    days(stage_since, as_at()) AS days_in_stage,
    COALESCE(specialty, 'Not recorded') AS specialty,
    clinic_code,
    COALESCE(author, 'Not recorded') AS clinician,
    COALESCE(typist, 'Not recorded') AS secretary,
    letter_ages.band AS age,
    CAST(letter_ages.from_days AS INT) AS age_from,
    kinds.meaning AS kind,
    priorities.meaning AS priority,
    CASE WHEN letter_status <> records.stage THEN said.label END AS status_says,
    returned_count AS times_returned
FROM records
INNER JOIN letter_stages ON letter_stages.stage = records.stage
LEFT JOIN (SELECT stage AS said_stage, label FROM letter_stages) AS said ON said_stage = records.letter_status
CROSS JOIN letter_ages
LEFT JOIN (SELECT code, meaning FROM codes WHERE list = 'letter_kind') AS kinds ON kinds.code = letter_kind
LEFT JOIN (SELECT code, meaning FROM codes WHERE list = 'letter_priority') AS priorities ON priorities.code = letter_priority
WHERE records.stage <> 'sent' AND clinic_date <= as_at()
    AND COALESCE(letter_status, '') <> 'cancelled'
    AND COALESCE(attended, '5') IN ('5', '6') AND COALESCE(first_attendance, '1') <> '5'
    AND days(clinic_date, as_at()) >= CAST(letter_ages.from_days AS INT)
    AND days(clinic_date, as_at()) <= CAST(letter_ages.to_days AS INT)
