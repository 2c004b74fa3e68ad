-- Shared 62-day pathways: the investigation phase to the transfer (38 days) and the treatment phase from it (24 days),
-- as they decide the shares (lookups/allocation.csv). Days are adjusted, as in the allocation.
--
-- In:  waits; records with derived columns.
-- Out: one row a month, phase and the trust that answers for it; a patient counts whole, at both.
--
--   median_days as a spreadsheet gives it (PERCENTILE.INC 0.5)
--   placed      patients whose transfer can be placed inside the wait; not_placed those who are shared half and half
--   in_time     placed, and the phase within its limit; over: beyond it
WITH
counted AS (
    SELECT _record, MIN(month) AS month
    FROM waits
    WHERE counted AND standard = '62D'
    GROUP BY _record
),
shared AS (
    SELECT
        counted.month,
        records.trust_investigating,
        records.trust_treatment_start,
        CASE WHEN records.is_transfer_placed THEN records.investigation_days END AS investigation_days,
        CASE WHEN records.is_transfer_placed THEN records.treatment_days END AS treatment_days
    FROM counted
    INNER JOIN records ON records._record = counted._record
    WHERE records.trust_investigating <> records.trust_treatment_start
),
by_role AS (
    SELECT month, 1 AS place, 'investigation' AS phase, 38 AS limit_days, trust_investigating AS org_code, investigation_days AS days FROM shared
    UNION ALL
    SELECT month, 2 AS place, 'treatment' AS phase, 24 AS limit_days, trust_treatment_start AS org_code, treatment_days AS days FROM shared
),
ranked AS (
    SELECT
        month,
        phase,
        org_code,
        days,
        ROW_NUMBER() OVER (PARTITION BY month, phase, org_code ORDER BY days) AS position,
        COUNT(*) OVER (PARTITION BY month, phase, org_code) AS patients
    FROM by_role
    WHERE days IS NOT NULL
),
medians AS (
    SELECT month, phase, org_code, AVG(days) AS median_days
    FROM ranked
    WHERE 2 * position >= patients AND 2 * position <= patients + 2
    GROUP BY month, phase, org_code
),
counts AS (
    SELECT
        month,
        place,
        phase,
        limit_days,
        org_code,
        SUM(CASE WHEN days IS NOT NULL THEN 1 ELSE 0 END) AS placed,
        SUM(CASE WHEN days <= limit_days THEN 1 ELSE 0 END) AS in_time,
        SUM(CASE WHEN days > limit_days THEN 1 ELSE 0 END) AS over,
        SUM(CASE WHEN days IS NULL THEN 1 ELSE 0 END) AS not_placed
    FROM by_role
    GROUP BY month, place, phase, limit_days, org_code
)
SELECT
    counts.month,
    counts.phase,
    counts.org_code,
    counts.limit_days,
    counts.placed,
    counts.in_time,
    counts.over,
    counts.not_placed,
    medians.median_days
FROM counts
LEFT JOIN medians
    ON medians.month = counts.month AND medians.phase = counts.phase AND medians.org_code = counts.org_code
WHERE provider() IS NULL OR counts.org_code = provider()
ORDER BY counts.month, counts.place, counts.org_code
