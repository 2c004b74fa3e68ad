-- The list to work from: letters past their last day, the longest late first.
--
-- In:  open_letters.
-- Out: one row a late letter.
SELECT
    letter,
    days_late,
    next_step,
    who,
    stage,
    days_in_stage,
    clinic_date,
    due_date,
    kind,
    specialty,
    clinic_code,
    clinician,
    secretary,
    priority,
    times_returned,
    status_says
FROM open_letters
WHERE days_late > 0
ORDER BY days_late DESC, letter
