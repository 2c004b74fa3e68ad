-- How many meetings of each team were quorate over the year.
--
-- In:  meetings, settings.
-- Out: one row a team.
SELECT
    team,
    CAST(COUNT(*) AS INT) AS meetings,
    CAST(SUM(CASE WHEN is_quorate THEN 1 ELSE 0 END) AS INT) AS quorate,
    SUM(CASE WHEN is_quorate THEN 1 ELSE 0 END) * 1.0 / NULLIF(COUNT(*), 0) AS share_quorate,
    MIN(quorate_target) AS target,
    SUM(CASE WHEN is_quorate THEN 1 ELSE 0 END) * 1.0 / NULLIF(COUNT(*), 0) >= MIN(quorate_target) AS meets_target
FROM meetings
CROSS JOIN settings
GROUP BY team
ORDER BY team
