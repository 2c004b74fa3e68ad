-- Days of each stage of a letter.
--
-- In:  records with derived columns.
-- Out: one row a letter, stage and kind of line; a stage whose dates are not both there, or run backwards, has none.
WITH
stepped AS (
    SELECT month(clinic_date) AS month, specialty, 1 AS place, 'clinic to dictated' AS step, days(clinic_date, dictated_date) AS days FROM records
    UNION ALL
    SELECT month(clinic_date) AS month, specialty, 2 AS place, 'dictated to typed' AS step, days(dictated_date, typed_date) AS days FROM records
    UNION ALL
    SELECT month(clinic_date) AS month, specialty, 3 AS place, 'typed to approved' AS step, days(typed_date, approved_date) AS days FROM records
    UNION ALL
    SELECT month(clinic_date) AS month, specialty, 4 AS place, 'approved to sent' AS step, days(approved_date, sent_date) AS days FROM records
)
SELECT month, 1 AS depth, 'all' AS breakdown, 'ALL' AS name, place, step, days FROM stepped WHERE days >= 0 AND month IS NOT NULL
UNION ALL
SELECT month, 2 AS depth, 'specialty' AS breakdown, COALESCE(specialty, 'Not recorded') AS name, place, step, days FROM stepped WHERE days >= 0 AND month IS NOT NULL
