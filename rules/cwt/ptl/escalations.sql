-- Who needs somebody today: the pathways that meet a condition of ../escalation.toml, the weightiest condition first.
--
-- In:  escalation.
-- Out: one row a condition and pathway.
SELECT
    condition,
    pathway,
    file,
    row,
    condition_title AS what,
    site,
    route,
    tell,
    then_tell,
    action,
    open_28_day AS days_28,
    open_31_day AS days_31,
    open_62_day AS days_62,
    next_booked,
    planned_treatment AS treatment_planned,
    start_62 AS start,
    basis
FROM escalation
ORDER BY weight, days_62 DESC NULLS LAST, days_31 DESC NULLS LAST, file, row
