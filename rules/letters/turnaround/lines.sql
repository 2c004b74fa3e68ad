-- Letters that count, once for each line that shows them.
--
-- In:  waits: every line of the measures.
-- Out: one row a letter, standard and kind of line; days only where the letter was sent.
WITH
counted_letters AS (
    SELECT
        standard,
        month,
        cancer_type AS specialty,
        route AS clinician,
        modality_group AS secretary,
        CASE WHEN within THEN 1 ELSE 0 END AS in_time,
        CASE WHEN stop IS NULL THEN 1 ELSE 0 END AS not_sent,
        CASE WHEN stop IS NOT NULL THEN days END AS days
    FROM waits
    WHERE counted
)
SELECT standard, month, 1 AS depth, 'all' AS breakdown, 'ALL' AS name, in_time, not_sent, days FROM counted_letters
UNION ALL
SELECT standard, month, 2 AS depth, 'specialty' AS breakdown, specialty AS name, in_time, not_sent, days FROM counted_letters
UNION ALL
SELECT standard, month, 3 AS depth, 'clinician' AS breakdown, clinician AS name, in_time, not_sent, days FROM counted_letters
UNION ALL
SELECT standard, month, 4 AS depth, 'secretary' AS breakdown, secretary AS name, in_time, not_sent, days FROM counted_letters
