-- The roles that were missing from meetings that were not quorate.
--
-- In:  roles.
-- Out: one row a meeting and role, the latest first.
SELECT meeting_date, team, meeting_id, needed_role, needed, there
FROM roles
WHERE NOT is_met
ORDER BY meeting_date DESC, team, meeting_id, needed_role
