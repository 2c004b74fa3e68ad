-- Open 62-day pathways for the board pack: counts by tumour site, band of days and decision to treat.
--
-- In:  pathways; ptl_bands.
-- Out: one row a site, band and answer with at least one pathway.
WITH
open_62 AS (
    SELECT
        site,
        CASE WHEN decision_date IS NULL THEN 'no' ELSE 'yes' END AS decided,
        GREATEST(days_62, 0) AS waited
    FROM pathways
    WHERE is_open_62
)
SELECT site, label AS band, decided, COUNT(*) AS pathways
FROM open_62
CROSS JOIN ptl_bands
WHERE waited >= from_days AND (to_days IS NULL OR waited <= to_days)
GROUP BY site, label, decided
ORDER BY site, label, decided
