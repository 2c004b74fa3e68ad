-- Who must be there, and the targets, with where each comes from.
--
-- In:  lookups mdt_quorum, mdt_teams, mdt_settings.
-- Out: one row a rule.
SELECT COALESCE(mdt_teams.team, 'Any other team') AS applies_to, needed_role AS rule, needed AS value, certainty, mdt_quorum.source AS source
FROM mdt_quorum
LEFT JOIN mdt_teams ON mdt_teams.team_code = mdt_quorum.team_code
UNION ALL
SELECT 'Every team' AS applies_to, setting AS rule, value, certainty, source
FROM mdt_settings
ORDER BY applies_to, rule
