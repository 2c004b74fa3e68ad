-- Letters that will be late within two days if nobody moves them.
--
-- In:  open_letters.
-- Out: one row a letter that is due today, tomorrow or the day after.
SELECT
    letter,
    due_date,
    next_step,
    who,
    stage,
    clinic_date,
    kind,
    specialty,
    clinic_code,
    clinician,
    secretary,
    priority
FROM open_letters
WHERE due_date BETWEEN as_at() AND add_days(as_at(), 2)
ORDER BY due_date, stage_place, letter
