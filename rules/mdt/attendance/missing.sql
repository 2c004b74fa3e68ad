-- The roles that were missing from meetings that were not quorate.
--
-- In:  roles; codes.
-- Out: one row a meeting and role, the latest first.
SELECT meeting_date, team, meeting_id, needed_role, COALESCE(words.meaning, needed_role) AS role_name, needed, there
FROM roles
LEFT JOIN (SELECT code, meaning FROM codes WHERE list = 'mdt_role') AS words ON words.code = roles.needed_role
WHERE NOT is_met
ORDER BY meeting_date DESC, team, meeting_id, needed_role
