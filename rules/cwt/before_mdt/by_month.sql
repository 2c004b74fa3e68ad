-- First treatments by tumour site and month, and how many of them no team discussed before.
--
-- In:  treated.
-- Out: one row a month and site, and one a month for all sites.
WITH
lines AS (
    SELECT month, site, 2 AS depth, discussed FROM treated
    UNION ALL
    SELECT month, 'ALL SITES' AS site, 1 AS depth, discussed FROM treated
),
counts AS (
    SELECT
        month,
        depth,
        site,
        COUNT(*) AS treatments,
        SUM(CASE WHEN discussed = 'before' THEN 1 ELSE 0 END) AS discussed_before,
        SUM(CASE WHEN discussed = 'after' THEN 1 ELSE 0 END) AS discussed_after,
        SUM(CASE WHEN discussed = 'listed' THEN 1 ELSE 0 END) AS listed_only,
        SUM(CASE WHEN discussed = 'no' THEN 1 ELSE 0 END) AS not_discussed
    FROM lines
    GROUP BY month, depth, site
)
SELECT
    month,
    site,
    treatments,
    discussed_before,
    discussed_after,
    listed_only,
    not_discussed,
    (treatments - discussed_before) / NULLIF(CAST(treatments AS DOUBLE), 0) AS share_not_before
FROM counts
ORDER BY month DESC, depth, site
