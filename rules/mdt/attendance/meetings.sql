-- Each meeting of the year: quorate or not.
--
-- In:  held, roles, records; lookup mdt_presence.
-- Out: one row a meeting, the latest first.
WITH
judged AS (
    SELECT
        meeting_id,
        COUNT(*) AS roles_needed,
        SUM(CASE WHEN is_met THEN 1 ELSE 0 END) AS roles_there,
        MIN(CASE WHEN NOT is_met THEN needed_role END) AS first_missing
    FROM roles
    GROUP BY meeting_id
),
doubled AS (
    SELECT doubles.meeting_id, COUNT(*) AS in_two_roles
    FROM (
        SELECT records.meeting_id, records.member
        FROM records
        INNER JOIN mdt_presence ON mdt_presence.attendance = records.attendance
        WHERE mdt_presence.is_present = 'yes'
        GROUP BY records.meeting_id, records.member
        HAVING COUNT(DISTINCT records.role) > 1
    ) AS doubles
    GROUP BY doubles.meeting_id
),
people AS (
    SELECT
        records.meeting_id,
        COUNT(DISTINCT CASE WHEN mdt_presence.is_present = 'yes' THEN member END) AS members_there,
        COUNT(DISTINCT CASE WHEN mdt_presence.is_present = 'yes' AND cover_for IS NOT NULL THEN member END) AS as_cover
    FROM records
    LEFT JOIN mdt_presence ON mdt_presence.attendance = records.attendance
    GROUP BY records.meeting_id
)
SELECT
    held.meeting_date,
    held.team,
    held.meeting_id,
    judged.roles_there = judged.roles_needed AS is_quorate,
    judged.roles_needed,
    judged.roles_there,
    judged.first_missing,
    people.members_there,
    people.as_cover,
    CAST(COALESCE(doubled.in_two_roles, 0) AS INT) AS in_two_roles,
    held.rule
FROM held
LEFT JOIN judged ON judged.meeting_id = held.meeting_id
LEFT JOIN people ON people.meeting_id = held.meeting_id
LEFT JOIN doubled ON doubled.meeting_id = held.meeting_id
ORDER BY held.meeting_date DESC, held.team, held.meeting_id
