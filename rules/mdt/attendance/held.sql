-- The meetings that were held in the year that ends with as_at(). Cancelled meetings count nowhere.
--
-- In:  records, settings; lookups mdt_teams, mdt_quorum.
-- Out: one row a meeting. `rule` is the team whose quorum applies: its own, or ALL where the list has none for it.
WITH
meetings AS (
    SELECT
        meeting_id,
        MIN(mdt_type) AS mdt_type,
        MIN(meeting_date) AS meeting_date,
        MAX(CASE WHEN meeting_status = 'cancelled' THEN 1 ELSE 0 END) AS cancelled
    FROM records
    GROUP BY meeting_id
),
ruled AS (SELECT team_code AS ruled_team FROM mdt_quorum GROUP BY team_code)
SELECT
    meeting_id,
    mdt_type,
    COALESCE(mdt_teams.team, 'Not known') AS team,
    meeting_date,
    COALESCE(ruled.ruled_team, 'ALL') AS rule
FROM meetings
CROSS JOIN settings
LEFT JOIN mdt_teams ON mdt_teams.team_code = LEFT(meetings.mdt_type, 2)
LEFT JOIN ruled ON ruled.ruled_team = LEFT(meetings.mdt_type, 2)
WHERE cancelled = 0 AND days(meeting_date, as_at()) BETWEEN 0 AND days_back - 1
