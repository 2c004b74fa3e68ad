-- The steps and their days as they are in use, with how certain each is and where it is written.
--
-- In:  timed.
-- Out: one row a timed pathway and step.
SELECT
    timed_pathway,
    step_key,
    step,
    target_day,
    measured_from,
    certainty,
    source,
    is_known AS files_report_it,
    known_from
FROM timed
ORDER BY timed_pathway, measured_from <> 'start', target_day, step_key
