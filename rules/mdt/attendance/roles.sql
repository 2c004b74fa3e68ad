-- Each role that a meeting needs, and how many members were there in it.
--
-- In:  held, records; lookups mdt_quorum, mdt_role_counts, mdt_presence.
-- Out: one row a meeting and needed role. Members count once in a role; who covers somebody counts like a member.
WITH
present AS (
    SELECT records.meeting_id, mdt_role_counts.counts_as, COUNT(DISTINCT records.member) AS there
    FROM records
    INNER JOIN mdt_presence ON mdt_presence.attendance = records.attendance
    INNER JOIN mdt_role_counts ON mdt_role_counts.role = records.role
    WHERE mdt_presence.is_present = 'yes'
    GROUP BY records.meeting_id, mdt_role_counts.counts_as
)
SELECT
    held.meeting_id,
    held.meeting_date,
    held.team,
    mdt_quorum.needed_role AS needed_role,
    CAST(mdt_quorum.needed AS INT) AS needed,
    CAST(COALESCE(present.there, 0) AS INT) AS there,
    COALESCE(present.there, 0) >= CAST(mdt_quorum.needed AS INT) AS is_met,
    mdt_quorum.certainty,
    mdt_quorum.source
FROM held
INNER JOIN mdt_quorum ON mdt_quorum.team_code = held.rule
LEFT JOIN present ON present.meeting_id = held.meeting_id AND present.counts_as = mdt_quorum.needed_role
