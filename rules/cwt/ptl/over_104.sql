-- Open 62-day pathways in the last band of the national return (over 104 days), longest first: the usual list for a
-- review of harm. The national text on that review was not found.
--
-- In:  pathways; ptl_bands.
-- Out: one row a pathway.
SELECT
    pathway,
    file,
    row,
    site,
    route,
    start_62 AS start,
    days_62,
    days_62 - from_days + 1 AS days_over,
    first_seen_date AS first_seen,
    decision_date,
    planned_treatment AS treatment_planned
FROM pathways
CROSS JOIN (SELECT from_days FROM ptl_bands WHERE to_days IS NULL) AS last_band
WHERE is_open_62 AND days_62 >= from_days
ORDER BY days_62 DESC, file, row
