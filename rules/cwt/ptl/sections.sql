-- The weekly national return of open 62-day pathways (CANPTL), sections 1 to 5, as one trust's report showed them; the
-- specification of the return could not be read (published_formats: NHS England CANPTL collection page; a trust's report).
--
-- In:  pathways; ptl_bands.
-- Out: one row a section, line, tumour site and route with at least one pathway. `ALL ROUTES` sums
--      the routes of a site, `ALL SITES` with it everything: the national return is by site.
--
--   1  waiting without a decision to treat: by band, and who passed a band's end in the last seven days
--   2  waiting with a decision to treat: the same
--   3  first treatments in the last seven days: within the limit, then by band
--   4  referrals and upgrades in the last seven days, by route
--   5  first seen in the last seven days, face to face or not: the records do not tell which
-- The last seven days end with as_at().
WITH
open_62 AS (
    SELECT *, CASE WHEN decision_date IS NULL THEN '1' ELSE '2' END AS section, GREATEST(days_62, 0) AS waited
    FROM pathways
    WHERE is_open_62
),
treated AS (
    SELECT *, GREATEST(days_to_treatment, 0) AS waited
    FROM pathways
    WHERE days(first_treatment_date, as_at()) BETWEEN 0 AND 6
),
lines AS (
    SELECT section, CONCAT(label, ' days') AS line, from_days AS place, site, route
    FROM open_62
    CROSS JOIN ptl_bands
    WHERE waited >= from_days AND (to_days IS NULL OR waited <= to_days)
    UNION ALL
    -- Day 29, 63 and 105 of the national bands: the first day past the band before.
    SELECT
        section,
        CONCAT('passed ', CAST(from_days - 1 AS VARCHAR), ' days in the last 7 days') AS line,
        1000 + from_days AS place,
        site,
        route
    FROM open_62
    CROSS JOIN ptl_bands
    WHERE from_days > 0 AND waited BETWEEN from_days AND from_days + 6
    UNION ALL
    SELECT
        '3' AS section,
        CASE
            WHEN waited <= limit_62 THEN CONCAT('treated within ', CAST(limit_62 AS VARCHAR), ' days')
            ELSE CONCAT('treated, ', label, ' days')
        END AS line,
        CASE WHEN waited <= limit_62 THEN 0 ELSE from_days END AS place,
        site,
        route
    FROM treated
    CROSS JOIN ptl_bands
    WHERE waited >= from_days AND (to_days IS NULL OR waited <= to_days)
    UNION ALL
    SELECT '4' AS section, CONCAT('new: ', route) AS line, 0 AS place, site, route
    FROM pathways
    WHERE days(start_62, as_at()) BETWEEN 0 AND 6
    UNION ALL
    SELECT '5' AS section, 'first seen' AS line, 0 AS place, site, route
    FROM pathways
    WHERE start_62 IS NOT NULL AND days(first_seen_date, as_at()) BETWEEN 0 AND 6
),
counted AS (
    SELECT section, line, place, site, route, COUNT(*) AS pathways, 2 AS depth
    FROM lines
    GROUP BY section, line, place, site, route
    UNION ALL
    SELECT section, line, place, site, 'ALL ROUTES' AS route, COUNT(*) AS pathways, 1 AS depth
    FROM lines
    GROUP BY section, line, place, site
    UNION ALL
    SELECT section, line, place, 'ALL SITES' AS site, 'ALL ROUTES' AS route, COUNT(*) AS pathways, 0 AS depth
    FROM lines
    GROUP BY section, line, place
)
SELECT section, line, site, route, pathways
FROM counted
ORDER BY section, place, line, CASE WHEN depth = 0 THEN 0 ELSE 1 END, site, depth, route
