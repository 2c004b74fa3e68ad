-- How many letters stand at each stage, by age, for everybody and by specialty, clinician and secretary.
--
-- In:  open_letters.
-- Out: one row a kind of line, name, stage and age.
WITH
lines AS (
    SELECT 1 AS depth, 'all' AS breakdown, 'ALL' AS name, stage, stage_place, age, age_from, days_late, days_since_clinic FROM open_letters
    UNION ALL
    SELECT 2 AS depth, 'specialty' AS breakdown, specialty AS name, stage, stage_place, age, age_from, days_late, days_since_clinic FROM open_letters
    UNION ALL
    SELECT 3 AS depth, 'clinician' AS breakdown, clinician AS name, stage, stage_place, age, age_from, days_late, days_since_clinic FROM open_letters
    UNION ALL
    SELECT 4 AS depth, 'secretary' AS breakdown, secretary AS name, stage, stage_place, age, age_from, days_late, days_since_clinic FROM open_letters
)
SELECT
    breakdown,
    name,
    stage,
    age,
    COUNT(*) AS letters,
    COUNT(days_late) AS late,
    MAX(days_since_clinic) AS oldest_days
FROM lines
GROUP BY depth, breakdown, name, stage, stage_place, age, age_from
ORDER BY depth, name, stage_place, age_from
