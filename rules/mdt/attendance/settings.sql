-- The trust's settings: ../lookups/mdt_settings.csv.
--
-- Out: one row.
SELECT
    MAX(CASE WHEN setting = 'member_share' THEN CAST(value AS DOUBLE) END) AS member_target,
    MAX(CASE WHEN setting = 'quorate_share' THEN CAST(value AS DOUBLE) END) AS quorate_target,
    MAX(CASE WHEN setting = 'two_roles' THEN value END) AS two_roles,
    MAX(CASE WHEN setting = 'days' THEN CAST(value AS INT) END) AS days_back
FROM mdt_settings
