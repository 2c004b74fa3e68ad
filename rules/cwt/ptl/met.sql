-- Which conditions of ../escalation.toml each pathway meets, in one cell.
--
-- In:  escalation.
-- Out: one row a pathway that meets any: `met_all`, their ids, the weightiest first.
SELECT pathway_key AS met_pathway, MIN(all_met) AS met_all
FROM escalation
GROUP BY pathway_key
