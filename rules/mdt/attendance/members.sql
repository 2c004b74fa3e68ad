-- Attendance of each core member over the year.
--
-- In:  held, records, settings; lookup mdt_presence; codes.
-- Out: one row a team, core member and role.
--
--   meetings       meetings of the team held since the member's first row: a row that is missing counts as absent
--   attended       in person, by video or in part; covered: not there, and another member covers in the same role
--   share_attended attended of meetings; share_with_cover: attended or covered. Both are judged against the setting
WITH
present AS (
    SELECT records.meeting_id, records.member, records.role, MAX(CASE WHEN mdt_presence.is_present = 'yes' THEN 1 ELSE 0 END) AS there
    FROM records
    LEFT JOIN mdt_presence ON mdt_presence.attendance = records.attendance
    GROUP BY records.meeting_id, records.member, records.role
),
-- Who covers a member in which role: oncologists of either kind cover each other (mdt_role_counts).
covers AS (
    SELECT records.meeting_id, records.cover_for, own_roles.covered_role
    FROM records
    INNER JOIN mdt_presence ON mdt_presence.attendance = records.attendance
    INNER JOIN mdt_role_counts ON mdt_role_counts.role = records.role
    INNER JOIN (SELECT role AS covered_role, counts_as AS covered_as FROM mdt_role_counts) AS own_roles
        ON own_roles.covered_as = mdt_role_counts.counts_as
    WHERE records.cover_for IS NOT NULL AND mdt_presence.is_present = 'yes'
    GROUP BY records.meeting_id, records.cover_for, own_roles.covered_role
),
core_members AS (
    SELECT held.mdt_type, records.member, records.role, MIN(held.meeting_date) AS since
    FROM records
    INNER JOIN held ON held.meeting_id = records.meeting_id
    WHERE records.core = 'Y'
    GROUP BY held.mdt_type, records.member, records.role
),
counted AS (
    SELECT
        held.team,
        core_members.mdt_type,
        core_members.member,
        core_members.role,
        COUNT(*) AS meetings,
        SUM(COALESCE(present.there, 0)) AS attended,
        SUM(CASE WHEN COALESCE(present.there, 0) = 0 AND covers.cover_for IS NOT NULL THEN 1 ELSE 0 END) AS covered
    FROM core_members
    INNER JOIN held ON held.mdt_type = core_members.mdt_type
    LEFT JOIN present
        ON present.meeting_id = held.meeting_id AND present.member = core_members.member AND present.role = core_members.role
    LEFT JOIN covers
        ON covers.meeting_id = held.meeting_id AND covers.cover_for = core_members.member AND covers.covered_role = core_members.role
    WHERE held.meeting_date >= core_members.since
    GROUP BY held.team, core_members.mdt_type, core_members.member, core_members.role
)
SELECT
    team,
    mdt_type,
    member,
    role,
    COALESCE(words.meaning, role) AS role_name,
    CAST(meetings AS INT) AS meetings,
    CAST(attended AS INT) AS attended,
    CAST(covered AS INT) AS covered,
    attended * 1.0 / NULLIF(meetings, 0) AS share_attended,
    (attended + covered) * 1.0 / NULLIF(meetings, 0) AS share_with_cover,
    member_target AS target,
    (attended + covered) * 1.0 / NULLIF(meetings, 0) >= member_target AS meets_target
FROM counted
CROSS JOIN settings
LEFT JOIN (SELECT code, meaning FROM codes WHERE list = 'mdt_role') AS words ON words.code = counted.role
ORDER BY team, mdt_type, role, member
