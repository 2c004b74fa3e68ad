-- Each role that a meeting needs, and how many members were there in it.
--
-- In:  held, records, settings; lookups mdt_quorum, mdt_role_counts, mdt_presence.
-- Out: one row a meeting and needed role. Members count once in a role; who covers somebody counts like a
--      member. A member who is there in two roles counts in both, or where the setting says so in one: with others who have the same
--      two roles, a meeting may then look as if it were not quorate, never the other way round.
WITH
-- Who was there in a role that the meeting needs.
there_in AS (
    SELECT records.meeting_id, records.member, mdt_role_counts.counts_as, MAX(CAST(mdt_quorum.needed AS INT)) AS needed_of_role
    FROM records
    INNER JOIN mdt_presence ON mdt_presence.attendance = records.attendance
    INNER JOIN mdt_role_counts ON mdt_role_counts.role = records.role
    INNER JOIN held ON held.meeting_id = records.meeting_id
    INNER JOIN mdt_quorum ON mdt_quorum.team_code = held.rule AND mdt_quorum.needed_role = mdt_role_counts.counts_as
    WHERE mdt_presence.is_present = 'yes'
    GROUP BY records.meeting_id, records.member, mdt_role_counts.counts_as
),
spare AS (
    SELECT
        meeting_id,
        member,
        counts_as,
        COUNT(*) OVER (PARTITION BY meeting_id, counts_as) - needed_of_role AS to_spare
    FROM there_in
),
-- A member's roles, first the one that would miss the member most.
ranked AS (
    SELECT
        meeting_id,
        member,
        counts_as,
        ROW_NUMBER() OVER (PARTITION BY meeting_id, member ORDER BY to_spare, counts_as) AS choice
    FROM spare
),
present AS (
    SELECT ranked.meeting_id, ranked.counts_as, COUNT(*) AS there
    FROM ranked
    CROSS JOIN settings
    WHERE settings.two_roles = 'yes' OR ranked.choice = 1
    GROUP BY ranked.meeting_id, ranked.counts_as
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
