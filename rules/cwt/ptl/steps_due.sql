-- The next step of each open pathway, the latest first: what a tracker works through in the morning.
--
-- In:  waiting.
-- Out: one row an open pathway that has a step to come or one whose day has passed.
SELECT
    pathway,
    file,
    row,
    site,
    next_step,
    step_due,
    step_late_days,
    step_booked,
    days_28,
    days_62,
    next_breach,
    step_certainty
FROM waiting
WHERE next_step IS NOT NULL
ORDER BY step_late_days DESC, days_62 DESC NULLS LAST, file, row
