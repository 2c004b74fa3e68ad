-- The meetings in the files, the latest first.
--
-- In:  patients.
-- Out: one row a meeting.
SELECT
    meeting AS meeting_date,
    meeting_name,
    COUNT(*) AS patients,
    SUM(CASE WHEN standing_of_meeting = 'discussed' THEN 1 ELSE 0 END) AS discussed,
    SUM(CASE WHEN standing_of_meeting = 'no discussion recorded' THEN 1 ELSE 0 END) AS not_recorded,
    SUM(CASE WHEN listed_as = 'first discussion' THEN 1 ELSE 0 END) AS first_discussions,
    SUM(CASE WHEN ready = 'no' THEN 1 ELSE 0 END) AS with_missing_reports
FROM patients
GROUP BY meeting, meeting_name
ORDER BY meeting DESC, meeting_name
