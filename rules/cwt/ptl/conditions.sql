-- How many pathways meet each condition that anybody meets.
--
-- In:  escalation.
-- Out: one row a condition, the weightiest first.
SELECT condition, what, days, tell, then_tell, action, basis, source, pathways
FROM (
    SELECT
        weight,
        condition,
        condition_title AS what,
        condition_days AS days,
        tell,
        then_tell,
        action,
        basis,
        source,
        COUNT(*) AS pathways
    FROM escalation
    GROUP BY weight, condition, condition_title, condition_days, tell, then_tell, action, basis, source
) AS counted
ORDER BY weight
