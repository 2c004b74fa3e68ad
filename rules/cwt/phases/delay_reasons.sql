-- Why people waited too long, as recorded: the reasons of each month's breaches, commonest first. A breach without a
-- recorded reason is a row of its own.
--
-- In:  waits; records; codes (list, code, meaning).
-- Out: one row a standard, month and reason.
--
--   breaches  people, to the half where a patient is shared
--   place     rank by breaches; as many breaches have the same place
WITH
breaches AS (
    SELECT
        waits.standard,
        waits.month,
        waits.share,
        CASE
            WHEN waits.standard = 'FDS' THEN records.delay_reason_fdp
            WHEN waits.standard = '31D' THEN records.delay_reason_dtt
            ELSE COALESCE(records.delay_reason_rtt, records.delay_reason_upgrade)
        END AS code,
        CASE
            WHEN waits.standard = 'FDS' THEN 'delay_reason_fdp'
            WHEN waits.standard = '31D' THEN 'delay_reason_dtt'
            WHEN records.delay_reason_rtt IS NOT NULL THEN 'delay_reason_rtt'
            ELSE 'delay_reason_upgrade'
        END AS reason_list
    FROM waits
    INNER JOIN records ON records._record = waits._record
    WHERE waits.counted AND NOT waits.within AND (provider() IS NULL OR waits.org_code = provider())
),
counted AS (
    SELECT
        breaches.standard,
        breaches.month,
        breaches.code,
        CASE WHEN breaches.code IS NULL THEN 'not recorded' ELSE COALESCE(codes.meaning, 'a code outside the list') END AS reason,
        SUM(breaches.share) AS breaches
    FROM breaches
    LEFT JOIN codes ON codes.list = breaches.reason_list AND codes.code = breaches.code
    GROUP BY breaches.standard, breaches.month, breaches.code, reason
)
SELECT
    standard,
    month,
    RANK() OVER (PARTITION BY standard, month ORDER BY breaches DESC) AS place,
    code,
    reason,
    breaches
FROM counted
ORDER BY standard, month, place, code
