-- Days of each step of a supply.
--
-- In:  supplies with their facts.
-- Out: one row a supply and step whose two dates are there, in order.
WITH
stepped AS (
    SELECT month(dispensed_date) AS month, 1 AS place, 'review to bloods reported' AS step, days(review_date, bloods_reported_date) AS days FROM supplies
    UNION ALL
    SELECT month(dispensed_date) AS month, 2 AS place, 'bloods reported to released' AS step, days(bloods_reported_date, released_date) AS days FROM supplies
    UNION ALL
    SELECT month(dispensed_date) AS month, 3 AS place, 'released to checked' AS step, days(released_date, verified_date) AS days FROM supplies
    UNION ALL
    SELECT month(dispensed_date) AS month, 4 AS place, 'checked to dispensed' AS step, days(verified_date, dispensed_date) AS days FROM supplies
    UNION ALL
    SELECT month(dispensed_date) AS month, 5 AS place, 'review to dispensed' AS step, days(review_date, dispensed_date) AS days FROM supplies
    UNION ALL
    SELECT month(dispensed_date) AS month, 6 AS place, 'review to letter approved' AS step, days(review_date, letter_approved) AS days FROM supplies
)
SELECT month, place, step, days FROM stepped WHERE days >= 0 AND month IS NOT NULL
