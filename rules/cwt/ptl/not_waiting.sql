-- Why pathways that were on a clock are not on the list: with those that are, they add up to all of them.
--
-- In:  pathways.
-- Out: one row a clock and reason.
WITH
reasons AS (
    SELECT '28-day' AS clock, COALESCE(end_28, 'waiting') AS reason FROM pathways
    UNION ALL
    SELECT '31-day' AS clock, COALESCE(end_31, 'waiting') AS reason FROM pathways
    UNION ALL
    SELECT '62-day' AS clock, COALESCE(end_62, 'waiting') AS reason FROM pathways
)
SELECT clock, reason, COUNT(*) AS pathways
FROM reasons
GROUP BY clock, reason
ORDER BY clock, pathways DESC, reason
